//! Instants and ages in words.

use crate::Timestamp;

/// An instant to the minute, with its zone: `2026-11-21 at 09:30 UTC`.
pub(super) fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let clock = text.get(11..16).unwrap_or_default();
    format!("{} at {clock} UTC", at.day())
}

/// An age in the largest unit of which it has at least two, and that unit.
#[must_use]
pub fn age(seconds: u64) -> (u64, &'static str) {
    match seconds {
        0..120 => (seconds, "seconds"),
        120..7_200 => (seconds / 60, "minutes"),
        7_200..172_800 => (seconds / 3_600, "hours"),
        _ => (seconds / 86_400, "days"),
    }
}
