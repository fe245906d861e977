//! An instant in the reader's own time zone.

use domain::Timestamp;
use leptos::prelude::*;

use super::notation::Notation;
use crate::format;

/// How much of an instant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// Day and time.
    #[default]
    DateAndTime,
    /// The time alone.
    Time,
    /// The day alone.
    Date,
}

/// An instant: in UTC as the server renders it, and in the reader's own time zone once the page
/// runs. Hovering shows the time in UTC.
#[component]
pub fn LocalTime(
    /// The instant.
    at: Timestamp,
    /// How much of it.
    #[prop(optional)]
    shown: Shown,
) -> impl IntoView {
    let local = RwSignal::new(None::<String>);
    Effect::new(move || {
        local.set(minutes_ahead(at).map(|minutes| match shown {
            Shown::DateAndTime => format::local_date_time(at, minutes),
            Shown::Time => format::local_time(at, minutes),
            Shown::Date => format::day(format::local_day(at, minutes)),
        }));
    });
    let notation = Notation::get();
    // The script of plain pages (`assets/plain.js`) reads `part`.
    let (utc, part) = match shown {
        Shown::DateAndTime => (notation.date_time(at), "day-and-time"),
        Shown::Time => (format::time(at), "time"),
        Shown::Date => (notation.date(at), "day"),
    };
    view! {
        <time datetime=at.to_string() title=notation.date_time(at) data-shown=part>
            {move || local.get().unwrap_or_else(|| utc.clone())}
        </time>
    }
}

/// Minutes that the reader's clock is ahead of UTC at an instant; none where there is no reader.
#[cfg(feature = "client")]
pub(crate) fn minutes_ahead(at: Timestamp) -> Option<i32> {
    // A float represents milliseconds of any relevant year exactly.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let milliseconds = at.seconds().saturating_mul(1_000) as f64;
    let behind = js_sys::Date::new(&milliseconds.into()).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "at most a day of minutes")]
    let ahead = -behind as i32;
    behind.is_finite().then_some(ahead)
}

/// Minutes that the reader's clock is ahead of UTC at an instant; none where there is no reader.
#[cfg(not(feature = "client"))]
pub(crate) fn minutes_ahead(_: Timestamp) -> Option<i32> {
    None
}
