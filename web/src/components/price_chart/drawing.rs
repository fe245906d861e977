//! Lets the chart library draw, and tells it what changes.

use domain::Price;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::library::{self, Crosshair, Module, Series};
use super::{Chart, Kind, look};
use crate::assets;

/// What is drawn now.
struct Drawing {
    module: Module,
    chart: library::Chart,
    shown: Option<(Series, Kind)>,
    container: web_sys::Element,
    _pointer: Closure<dyn FnMut(Crosshair)>,
}

type Slot = StoredValue<Option<Drawing>, LocalStorage>;

/// Draws the chart into its place as soon as that is there, and keeps it true. Where the library
/// cannot be had the picture stays.
pub(super) fn draw(chart: Chart, canvas: NodeRef<html::Div>) {
    let slot: Slot = StoredValue::new_local(None);
    Effect::new(move || {
        let (Some(container), Some(address)) = (canvas.get(), assets::chart_address()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match library::load(&address)
                .await
                .and_then(|module| Drawing::new(module, container.into(), chart))
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

impl Drawing {
    fn new(module: Module, container: web_sys::Element, chart: Chart) -> Result<Self, JsValue> {
        let drawn = module.chart_in(&container, &look::of(&container))?;
        let pointer = Closure::<dyn FnMut(Crosshair)>::new(move |at: Crosshair| {
            // Seconds of this century are whole numbers in a float.
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
            let seconds = at.time().map(|seconds| seconds as i64);
            _ = chart.pointed.try_set(seconds);
        });
        drawn.subscribe_crosshair_move(pointer.as_ref().unchecked_ref());
        Ok(Self {
            module,
            chart: drawn,
            shown: None,
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
        self.chart
            .show_last(range.of(&candles).len(), candles.len())
    }

    fn dress(&mut self, chart: Chart) -> Result<(), JsValue> {
        let look = look::of(&self.container);
        self.chart.dress(&look)?;
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
