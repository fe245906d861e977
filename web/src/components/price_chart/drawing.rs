//! Drives the chart library, and keeps it up to date.

use domain::Price;
use domain::api::ChartMark;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::library::{self, Crosshair, Markers, Module, PriceLine, Series};
use super::{Chart, Kind, look, marks};
use crate::account::AccountChanges;
use crate::{api, assets};

/// What is drawn now.
struct Drawing {
    module: Module,
    chart: library::Chart,
    shown: Option<(Series, Kind)>,
    line: Option<PriceLine>,
    average: Option<PriceLine>,
    markers: Option<Markers>,
    known: Known,
    container: web_sys::Element,
    _pointer: Closure<dyn FnMut(Crosshair)>,
}

/// The marks, as far as they are loaded.
type Known = RwSignal<Option<Vec<ChartMark>>>;
type Slot = StoredValue<Option<Drawing>, LocalStorage>;

/// Draws the chart as soon as its element exists, and keeps it up to date. If the library cannot be
/// loaded, the picture stays.
pub(super) fn draw(chart: Chart, canvas: NodeRef<html::Div>) {
    let slot: Slot = StoredValue::new_local(None);
    let known = Known::new(None);
    let load = move || {
        leptos::task::spawn_local(async move {
            // Without a response the chart keeps showing what it has.
            let loaded = api::chart_marks(&chart.game.slug(), chart.symbol).await;
            if let Ok(loaded) = loaded {
                _ = known.try_set(Some(loaded));
            }
        });
    };
    load();
    // Any newer version may come from a trade.
    AccountChanges::get().keep_fresh(|| 0, load);
    Effect::new(move || {
        let (Some(container), Some(address)) = (canvas.get(), assets::chart_address()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match library::load(&address)
                .await
                .and_then(|module| Drawing::new(module, container.into(), chart, known))
            {
                Ok(drawing) => {
                    // The page may have been left in the meantime.
                    if slot.try_set_value(Some(drawing)).is_none() {
                        _ = chart.drawn.try_set(true);
                    }
                }
                Err(error) => leptos::logging::warn!("the chart could not be drawn: {error:?}"),
            }
        });
    });
    Effect::new(move || {
        if chart.drawn.get() {
            chart.candles.track();
            in_slot(slot, |drawing| {
                drawing.redraw(chart, chart.kind.get(), chart.range.get())
            });
        }
    });
    Effect::new(move || {
        if let (true, Some(running)) = (chart.drawn.get(), chart.running.get()) {
            in_slot(slot, |drawing| match &drawing.shown {
                Some((series, kind)) => series.put(*kind, &running),
                None => Ok(()),
            });
        }
    });
    Effect::new(move || {
        chart.average.track();
        chart.line.track();
        if chart.drawn.get() {
            in_slot(slot, |drawing| drawing.draw_line(chart));
        }
    });
    Effect::new(move || {
        known.track();
        chart.candles.track();
        if chart.drawn.get() {
            in_slot(slot, |drawing| drawing.mark(chart));
        }
    });
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            tell_marks(chart, known, &canvas);
        }
    });
    look::keep(look::ThemeWatch::new(move || {
        in_slot(slot, |drawing| drawing.dress(chart))
    }));
    on_cleanup(move || in_slot(slot, |drawing| drawing.chart.remove()));
}

fn in_slot(slot: Slot, act: impl FnOnce(&mut Drawing) -> Result<(), JsValue>) {
    let done = slot.try_update_value(|drawing| drawing.as_mut().map_or(Ok(()), act));
    if let Some(Err(error)) = done {
        leptos::logging::warn!("the chart library: {error:?}");
    }
}

/// Writes the marks into the page, as the server did with those that it knew.
fn tell_marks(chart: Chart, known: Known, canvas: &web_sys::Element) {
    let range = chart.range.get();
    let figure = canvas.closest(".chart").ok().flatten();
    let place = figure.and_then(|figure| figure.query_selector(".chart-marks").ok()?);
    let Some(place) = place else {
        return;
    };
    let open = place.query_selector("[open]").ok().flatten().is_some();
    let html = chart.candles.with(|candles| {
        known.with(|known| Some(marks::html(known.as_ref()?, candles, range, open)))
    });
    if let Some(html) = html {
        place.set_inner_html(&html);
    }
}

impl Drawing {
    fn new(
        module: Module,
        container: web_sys::Element,
        chart: Chart,
        known: Known,
    ) -> Result<Self, JsValue> {
        let drawn = module.chart_in(&container, &look::of(&container))?;
        let pointer = Closure::<dyn FnMut(Crosshair)>::new(move |at: Crosshair| {
            // A float represents seconds of this century exactly.
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
            let seconds = at.time().map(|seconds| seconds as i64);
            _ = chart.pointed.try_set(seconds);
        });
        drawn.subscribe_crosshair_move(pointer.as_ref().unchecked_ref());
        Ok(Self {
            module,
            chart: drawn,
            shown: None,
            line: None,
            average: None,
            markers: None,
            known,
            container,
            _pointer: pointer,
        })
    }

    fn redraw(
        &mut self,
        chart: Chart,
        kind: Kind,
        range: crate::candles::Range,
    ) -> Result<(), JsValue> {
        if let Some((series, _)) = self.shown.take() {
            // This removes its lines and marks, too.
            self.markers = None;
            self.line = None;
            self.average = None;
            self.chart.remove_series(&series)?;
        }
        let mut candles = chart.candles.get_untracked();
        if let Some(running) = chart.running.get_untracked() {
            crate::candles::put_running(&mut candles, running);
        }
        let series =
            self.module
                .series_on(&self.chart, kind, &look::of(&self.container), &candles)?;
        self.shown = Some((series, kind));
        self.draw_line(chart)?;
        self.mark(chart)?;
        self.chart.show_last(candles.len(), candles.len())?;
        self.chart.show_times(range.is_within_days())
    }

    /// The price that an order in the ticket waits for, and what the player's shares cost.
    fn draw_line(&mut self, chart: Chart) -> Result<(), JsValue> {
        let Some((series, _)) = &self.shown else {
            return Ok(());
        };
        if let Some(line) = self.line.take() {
            series.remove_price_line(&line)?;
        }
        if let Some(price) = chart.line.get_untracked() {
            let [title, _] = chart.titles;
            self.line = Some(series.line_at(price, title, &look::of(&self.container))?);
        }
        if let Some(line) = self.average.take() {
            series.remove_price_line(&line)?;
        }
        if let Some(price) = chart.average.get_untracked() {
            let [_, title] = chart.titles;
            self.average = Some(series.line_at(price, title, &look::of(&self.container))?);
        }
        Ok(())
    }

    /// The player's trades, and what happened to the instrument.
    fn mark(&mut self, chart: Chart) -> Result<(), JsValue> {
        let Some((series, _)) = &self.shown else {
            return Ok(());
        };
        let markers = match self.markers.take() {
            Some(markers) => markers,
            None => self.module.markers_on(series)?,
        };
        let mut candles = chart.candles.get_untracked();
        if let Some(running) = chart.running.get_untracked() {
            crate::candles::put_running(&mut candles, running);
        }
        let pins = self.known.with_untracked(|known| {
            let known = known.as_deref().unwrap_or_default();
            marks::pinned(known, &candles)
        });
        markers.show(&pins, &look::of(&self.container))?;
        self.markers = Some(markers);
        Ok(())
    }

    fn dress(&mut self, chart: Chart) -> Result<(), JsValue> {
        let look = look::of(&self.container);
        self.chart.dress(&look)?;
        self.mark(chart)?;
        let small = chart.candles.with_untracked(|candles| {
            candles
                .last()
                .is_some_and(|candle| candle.close < Price::from_whole(1))
        });
        match &self.shown {
            Some((series, kind)) => series.dress(*kind, &look, small),
            None => Ok(()),
        }
    }
}
