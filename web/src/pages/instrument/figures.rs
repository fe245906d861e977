//! Key figures of an instrument, each with a link to its term in the glossary.

use domain::api::{InstrumentRow, KeyFigures};
use domain::{Percent, Price};
use leptos::prelude::*;

use crate::language::Texts;
use crate::{format, paths};

/// The figures: what it belongs to, how much it moves, and what it pays.
#[component]
pub(super) fn Figures(row: InstrumentRow, figures: Option<KeyFigures>) -> impl IntoView {
    let texts = Texts::get();
    let closes = &row.sparkline;
    let (low, high) = (closes.iter().min().copied(), closes.iter().max().copied());
    let range = low
        .zip(high)
        .map(|(low, high)| texts.instrument_to(format::price(low), format::price(high)));
    let moves = usual_move_bps(closes).map(|bps| {
        let usual = texts
            .language()
            .percent(&format!("{}.{:02}%", bps / 100, bps % 100));
        texts.instrument_usual(temper(bps), usual)
    });
    let paid = figures.map(|figures| figures.dividend_percent);
    let dividend = paid
        .filter(|percent| *percent != Percent::default())
        .map(format::percent);
    let rows = [
        (
            "sector",
            texts.instrument_sector(),
            Some(texts.category(row.category)),
        ),
        ("volatility", texts.instrument_volatility(), moves),
        ("quote", texts.instrument_closes(), range),
        ("dividend-yield", texts.instrument_yield(), dividend),
    ];
    let line = |(term, label, value): (&'static str, &'static str, Option<String>)| {
        let about = format!("{}#{term}", paths::GLOSSARY);
        value.map(|value| {
            view! {
                <div>
                    <dt><a href=about rel="external">{label}</a></dt>
                    <dd class="figure">{value}</dd>
                </div>
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="figures-title">
            <h2 id="figures-title">{texts.instrument_figures()}</h2>
            <dl class="sums" data-testid="key-figures">{rows.map(line)}</dl>
        </section>
    }
}

/// The mean change from close to close, whichever way, in basis points.
fn usual_move_bps(closes: &[Price]) -> Option<i64> {
    let moves = closes.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let change = after
            .units()
            .saturating_sub(before.units())
            .saturating_abs();
        change.saturating_mul(10_000).checked_div(before.units())
    });
    let (sum, count) = moves.fold((0_i64, 0_i64), |(sum, count), one| {
        (sum.saturating_add(one), count + 1)
    });
    sum.checked_div(count)
}

/// A typical day's move, in a word.
fn temper(bps: i64) -> &'static str {
    let texts = Texts::get();
    match bps {
        ..75 => texts.instrument_calm(),
        75..150 => texts.instrument_steady(),
        150..300 => texts.instrument_lively(),
        _ => texts.instrument_wild(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_move_is_the_mean_whichever_way() {
        let closes = [100, 102, 102, 51].map(Price::from_whole);
        // 2 %, nothing, and half of it.
        assert_eq!(usual_move_bps(&closes), Some((200 + 5_000) / 3));
        assert_eq!(usual_move_bps(&closes[..1]), None);
        assert_eq!(temper(60), "Calm");
        assert_eq!(temper(900), "Wild");
    }
}
