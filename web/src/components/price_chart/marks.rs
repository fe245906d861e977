//! What is marked on the chart: the player's trades, dividends, splits and headlines.
//!
//! Each kind has a shape, a letter and a colour of its own, so that no mark depends on its colour.

use std::fmt::Write as _;

use domain::api::{CandleView, ChartMark, ChartMarkKind};

use crate::candles::Range;
use crate::format;
use crate::language::Texts;

/// The kinds, in the order of the legend under the chart.
const KINDS: [ChartMarkKind; 6] = [
    ChartMarkKind::Bought,
    ChartMarkKind::Sold,
    ChartMarkKind::Dividend,
    ChartMarkKind::Split,
    ChartMarkKind::Delisting,
    ChartMarkKind::Headline,
];

/// How a kind is displayed: its class, its shape, its letter, and its name in the legend.
fn written(kind: ChartMarkKind) -> [&'static str; 4] {
    let texts = Texts::get();
    match kind {
        ChartMarkKind::Bought => ["bought", "▲", letter(kind), texts.instrument_you_bought()],
        ChartMarkKind::Sold => ["sold", "▼", letter(kind), texts.instrument_you_sold()],
        ChartMarkKind::Dividend => ["dividend", "●", letter(kind), texts.instrument_dividend()],
        ChartMarkKind::Split => ["split", "■", letter(kind), texts.instrument_a_split()],
        ChartMarkKind::Delisting => ["split", "■", letter(kind), texts.instrument_left_market()],
        ChartMarkKind::Headline => ["headline", "●", letter(kind), texts.instrument_a_headline()],
    }
}

/// The text beside a mark.
pub(super) fn letter(kind: ChartMarkKind) -> &'static str {
    let texts = Texts::get();
    match kind {
        ChartMarkKind::Bought => texts.instrument_letter_bought(),
        ChartMarkKind::Sold => texts.instrument_letter_sold(),
        ChartMarkKind::Dividend => "D",
        ChartMarkKind::Split => "÷",
        ChartMarkKind::Delisting => texts.instrument_letter_left(),
        ChartMarkKind::Headline => texts.instrument_letter_headline(),
    }
}

/// The marks within the candles' range.
fn within<'a>(
    marks: &'a [ChartMark],
    candles: &'a [CandleView],
) -> impl DoubleEndedIterator<Item = &'a ChartMark> {
    let first = candles.first().map(|candle| candle.at);
    marks
        .iter()
        .filter(move |mark| first.is_some_and(|first| first <= mark.at))
}

/// The legend and the table of the marks, latest first; empty without any. `open` is whether the table is
/// expanded.
pub(super) fn html(
    marks: &[ChartMark],
    candles: &[CandleView],
    range: Range,
    open: bool,
) -> String {
    if within(marks, candles).next().is_none() {
        return String::new();
    }
    let texts = Texts::get();
    let mut html = String::from("<p class=\"chart-key\">");
    let shown = |kind: &ChartMarkKind| within(marks, candles).any(|mark| mark.kind == *kind);
    for kind in KINDS.into_iter().filter(shown) {
        let [class, shape, letter, name] = written(kind);
        // Writing to a string cannot fail.
        _ = write!(
            html,
            "<span><span class=\"mark mark-{class}\" aria-hidden=\"true\">{shape} {letter}</span> {name}</span>"
        );
    }
    let open = if open { " open" } else { "" };
    _ = write!(
        html,
        "</p><details class=\"chart-table\"{open}><summary>{}</summary><table>\
         <caption>{}</caption><thead><tr><th scope=\"col\">{}</th>\
         <th scope=\"col\">{}</th></tr></thead><tbody>",
        texts.instrument_marks_table(),
        texts.instrument_latest_first(),
        texts.instrument_day(),
        texts.instrument_happened()
    );
    for mark in within(marks, candles).rev() {
        let [class, shape, ..] = written(mark.kind);
        let when = if range.is_within_days() {
            format::date_time(mark.at)
        } else {
            format::date(mark.at)
        };
        _ = write!(
            html,
            "<tr><th scope=\"row\">{when}</th><td><span class=\"mark mark-{class}\" aria-hidden=\"true\">{shape}</span> {}</td></tr>",
            escaped(&mark.text)
        );
    }
    html.push_str("</tbody></table></details>");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Marks of one kind at one candle.
#[cfg(any(feature = "client", test))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned {
    /// The candle's first second.
    pub at: i64,
    /// What they stand for.
    pub kind: ChartMarkKind,
    /// How many there are.
    pub count: usize,
}

/// The marks by candle, in chronological order.
#[cfg(any(feature = "client", test))]
pub(super) fn pinned(marks: &[ChartMark], candles: &[CandleView]) -> Vec<Pinned> {
    let mut pins: Vec<Pinned> = Vec::new();
    for mark in within(marks, candles) {
        let after = candles.partition_point(|candle| candle.at <= mark.at);
        let Some(candle) = after.checked_sub(1).and_then(|place| candles.get(place)) else {
            continue;
        };
        let (at, kind) = (candle.at.seconds(), mark.kind);
        let same = pins.iter_mut().rev().take_while(|pin| pin.at == at);
        match same.into_iter().find(|pin| pin.kind == kind) {
            Some(pin) => pin.count = pin.count.saturating_add(1),
            None => pins.push(Pinned { at, kind, count: 1 }),
        }
    }
    pins
}

/// The marks of a server-rendered page: loaded together with the candles, and written only into the page.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct PageMarks(std::sync::Arc<std::sync::Mutex<Vec<ChartMark>>>);

#[cfg(feature = "ssr")]
impl PageMarks {
    /// Provides a slot for the marks in the surrounding page.
    #[must_use]
    pub fn provide() -> Self {
        let marks = Self(std::sync::Arc::default());
        leptos::prelude::provide_context(marks.clone());
        marks
    }

    /// Loads the marks of an instrument; none if they cannot be loaded.
    pub async fn load(&self, game: crate::CurrentGame, symbol: Option<domain::Symbol>) {
        if let Some(symbol) = symbol
            && let Ok(loaded) = crate::api::chart_marks(&game.slug(), symbol).await
            && let Ok(mut marks) = self.0.lock()
        {
            *marks = loaded;
        }
    }

    /// The legend and the table of the surrounding page's marks.
    pub(super) fn html(candles: &[CandleView], range: Range) -> String {
        let marks = leptos::prelude::use_context::<Self>();
        let marks = marks.and_then(|marks| marks.0.lock().ok().map(|marks| marks.clone()));
        html(&marks.unwrap_or_default(), candles, range, false)
    }
}

#[cfg(test)]
mod tests {
    use domain::{Day, Price};

    use super::*;

    fn candle(day: i32) -> CandleView {
        let price = Price::from_whole(10);
        CandleView {
            at: Day::from_number(day).start(),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 1,
            average: None,
        }
    }

    fn mark(day: i32, kind: ChartMarkKind, text: &str) -> ChartMark {
        ChartMark {
            at: Day::from_number(day).start().plus_seconds(3_600),
            kind,
            text: text.to_owned(),
        }
    }

    #[test]
    fn marks_of_one_kind_at_one_candle_are_one() {
        let marks = [
            mark(3, ChartMarkKind::Dividend, "before the chart"),
            mark(7, ChartMarkKind::Bought, "one"),
            mark(7, ChartMarkKind::Sold, "two"),
            mark(8, ChartMarkKind::Bought, "three"),
            mark(30, ChartMarkKind::Headline, "after the last candle"),
        ];
        let pins = pinned(&marks, &[candle(5), candle(7), candle(14)]);
        let seen: Vec<_> = pins
            .iter()
            .map(|pin| (pin.at / 86_400, pin.kind, pin.count))
            .collect();
        assert_eq!(
            seen,
            [
                (7, ChartMarkKind::Bought, 2),
                (7, ChartMarkKind::Sold, 1),
                (14, ChartMarkKind::Headline, 1),
            ]
        );
        assert!(pinned(&marks, &[]).is_empty());
    }

    #[test]
    fn the_table_has_the_latest_first_and_never_markup_of_a_headline() {
        let marks = [
            mark(3, ChartMarkKind::Dividend, "too early"),
            mark(7, ChartMarkKind::Bought, "You bought 2 shares"),
            mark(8, ChartMarkKind::Headline, "<b>Profit & loss</b>"),
        ];
        let html = html(&marks, &[candle(5)], Range::Year, false);
        let bought = html.find("You bought 2 shares");
        let headline = html.find("&lt;b&gt;Profit &amp; loss&lt;/b&gt;");
        assert!(headline.is_some() && headline < bought, "{html}");
        assert!(!html.contains("too early") && !html.contains("> dividend"));
        assert_eq!(super::html(&marks, &[candle(9)], Range::Year, false), "");
    }
}
