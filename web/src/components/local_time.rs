//! An instant in the reader's own time zone.

use domain::Timestamp;
use leptos::prelude::*;

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

impl Shown {
    /// An instant on a clock that is `minutes` ahead of UTC.
    fn on_clock(self, at: Timestamp, minutes: i32) -> String {
        match self {
            Self::DateAndTime => format::local_date_time(at, minutes),
            Self::Time => format::local_time(at, minutes),
            Self::Date => format::day(format::local_day(at, minutes)),
        }
    }
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
        local.set(minutes_ahead(at).map(|minutes| shown.on_clock(at, minutes)));
    });
    // The script of plain pages (`assets/plain.js`) reads `part`.
    let (utc, part) = match shown {
        Shown::DateAndTime => (format::date_time(at), "day-and-time"),
        Shown::Time => (format::time(at), "time"),
        Shown::Date => (format::date(at), "day"),
    };
    view! {
        <time datetime=at.to_string() title=format::date_time(at) data-shown=part>
            {move || local.get().unwrap_or_else(|| utc.clone())}
        </time>
    }
}

/// Writes instants within sentences: in UTC as the server does, and in the reader's own time zone once the page
/// runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnZone {
    runs: RwSignal<bool>,
}

impl OwnZone {
    /// The zone of the surrounding page's reader.
    pub(crate) fn get() -> Self {
        let runs = RwSignal::new(false);
        Effect::new(move || runs.set(true));
        Self { runs }
    }

    /// Day and time of an instant.
    pub(crate) fn date_time(self, at: Timestamp) -> String {
        self.ahead(at).map_or_else(
            || format::date_time(at),
            |minutes| Shown::DateAndTime.on_clock(at, minutes),
        )
    }

    /// The time of an instant to the second.
    pub(crate) fn time_with_seconds(self, at: Timestamp) -> String {
        self.ahead(at).map_or_else(
            || format::time_with_seconds(at),
            |minutes| format::local_time_with_seconds(at, minutes),
        )
    }

    fn ahead(self, at: Timestamp) -> Option<i32> {
        self.runs.get().then(|| minutes_ahead(at)).flatten()
    }
}

/// Puts the instants of markup that the server has written into the reader's own time zone. Each loses its
/// mark, so that it is done once.
#[cfg(feature = "hydrate")]
pub(crate) fn put_in_own_zone(markup: &web_sys::Element) {
    while let Ok(Some(element)) = markup.query_selector("time[data-shown]") {
        let shown = match element.get_attribute("data-shown").as_deref() {
            Some("time") => Shown::Time,
            Some("day") => Shown::Date,
            _ => Shown::DateAndTime,
        };
        _ = element.remove_attribute("data-shown");
        let at = element.get_attribute("datetime");
        let at = at.and_then(|at| at.parse::<Timestamp>().ok());
        if let Some((at, minutes)) = at.and_then(|at| Some((at, minutes_ahead(at)?))) {
            element.set_text_content(Some(&shown.on_clock(at, minutes)));
        }
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
