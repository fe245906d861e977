//! The fields for a game's trading hours.

use domain::hours::TradingHours;
use leptos::prelude::*;

use super::{Ask, Tick};
use crate::language::Texts;

/// From when to when a game trades, and whether at weekends.
#[component]
pub(super) fn HoursFields(
    /// The hours in force.
    now: Option<TradingHours>,
) -> impl IntoView {
    let texts = Texts::get();
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let from = now.as_ref().map(|now| time(now.from)).unwrap_or_default();
    let to = now.as_ref().map(|now| time(now.to)).unwrap_or_default();
    let weekdays_only = now.is_some_and(|now| now.weekdays_only);
    view! {
        <Ask name="hours_from" label=texts.hours_from() value=from hint=texts.hours_hint()/>
        <Ask name="hours_to" label=texts.hours_to() value=to/>
        <Tick name="weekdays_only" label=texts.hours_weekdays() ticked=weekdays_only/>
    }
}
