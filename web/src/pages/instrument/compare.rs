//! Two instruments side by side: how far each has moved since the same day.

use domain::api::{ApiError, CandleView};
use domain::{Percent, Price, Symbol};
use leptos::prelude::*;

use crate::candles::Range;
use crate::language::Texts;
use crate::{CurrentGame, api, format, paths, picture};

const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 240;

/// The instrument to compare with, as far as it is known.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    symbol: Symbol,
    range: Range,
    /// As typed.
    written: String,
    /// Both histories; none without another instrument.
    both: Option<Result<Both, ApiError>>,
}

/// Two histories with their symbols.
type Both = [(Symbol, Vec<CandleView>); 2];

impl Compared {
    /// Loads both histories.
    pub(super) async fn load(
        game: CurrentGame,
        symbol: Symbol,
        written: String,
        range: Range,
    ) -> Self {
        let other = written.trim().to_uppercase().parse::<Symbol>().ok();
        let both = match other.filter(|other| *other != symbol) {
            Some(other) => Some(load(game, symbol, other, range).await),
            None => None,
        };
        Self {
            symbol,
            range,
            written,
            both,
        }
    }
}

/// A plain form to choose another instrument, and both as lines once one is chosen.
#[component]
pub(super) fn Compare(compared: Compared) -> impl IntoView {
    let texts = Texts::get();
    let Compared {
        symbol,
        range,
        written,
        both,
    } = compared;
    let unknown = both.is_none() && !written.trim().is_empty();
    let lines = both.map(|both| match both {
        Ok(both) => view! { <Lines both range/> }.into_any(),
        Err(error) => view! { <p class="hint">{texts.refused(&error)}</p> }.into_any(),
    });
    view! {
        <section class="card compare" aria-labelledby="compare-title">
            <h2 id="compare-title">{texts.instrument_compare_with()}</h2>
            <form action=paths::instrument(CurrentGame::get(), symbol) method="get" class="compare-form">
                <label for="compare">{texts.instrument_compare_label()}</label>
                <input id="compare" name="compare" maxlength="8" autocomplete="off" spellcheck="false" value=written/>
                <input type="hidden" name="range" value=range.as_str()/>
                <button class="button">{texts.instrument_compare()}</button>
            </form>
            {unknown.then(|| view! { <p class="hint">{texts.instrument_compare_unknown()}</p> })}
            {lines}
        </section>
    }
}

async fn load(
    game: CurrentGame,
    symbol: Symbol,
    other: Symbol,
    range: Range,
) -> Result<Both, ApiError> {
    let own = api::history(&game.slug(), symbol, range.as_str()).await?;
    let others = api::history(&game.slug(), other, range.as_str()).await?;
    Ok([(symbol, own), (other, others)])
}

#[component]
fn Lines(both: Both, range: Range) -> impl IntoView {
    let texts = Texts::get();
    let grown = both.each_ref().map(|(_, candles)| grown(candles));
    let [own, other] = picture::joint_line_points(&grown, WIDTH, HEIGHT);
    let moved = both.each_ref().map(|(symbol, candles)| {
        let change = change(candles).map(format::signed_percent);
        format!(
            "{symbol} {}",
            change.unwrap_or_else(|| texts.instrument_no_prices().to_owned())
        )
    });
    let sentence = texts.instrument_over(range.spoken(), &moved[0], &moved[1]);
    view! {
        <figure class="compare-lines">
            <svg viewBox=format!("0 -10 {WIDTH} {}", HEIGHT + 20) preserveAspectRatio="none" aria-hidden="true" focusable="false">
                <polyline class="compare-own" points=own></polyline>
                <polyline class="compare-other" points=other></polyline>
            </svg>
            <figcaption>{sentence}</figcaption>
        </figure>
    }
}

/// What 100.00 at the first close became.
fn grown(candles: &[CandleView]) -> Vec<Price> {
    let Some(first) = candles.first().map(|candle| candle.close.units()) else {
        return Vec::new();
    };
    let of_hundred = |close: Price| {
        let product = i128::from(close.units()).saturating_mul(1_000_000);
        let units = product.checked_div(i128::from(first)).unwrap_or_default();
        Price::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    };
    candles
        .iter()
        .map(|candle| of_hundred(candle.close))
        .collect()
}

fn change(candles: &[CandleView]) -> Option<Percent> {
    candles.last()?.close.percent_since(candles.first()?.close)
}
