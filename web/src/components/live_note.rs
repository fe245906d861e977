//! What a player is told about today's market: whether it is open, and where prices come from.

use domain::api::LiveView;
use domain::{Quote, Timestamp};
use leptos::prelude::*;

use super::OwnZone;
use crate::language::Texts;

/// A note on live prices; with a quote, also on its age.
#[component]
pub fn LiveNote(
    live: LiveView,
    /// The price that is shown beside it.
    #[prop(optional, into)]
    quote: Option<Signal<Option<Quote>>>,
) -> impl IntoView {
    let texts = Texts::get();
    let providers = match live.providers.join(", ") {
        providers if providers.is_empty() => String::new(),
        providers => format!(" {}", texts.parts_prices_by(providers)),
    };
    let zone = OwnZone::get();
    let hours = move || {
        let changes_at = zone.date_time(live.changes_at);
        if live.open {
            texts.parts_trade_until(changes_at)
        } else {
            texts.parts_closed_until(changes_at)
        }
    };
    let loaded_at = live.at;
    let age = quote.map(|quote| {
        let told = move || aged(quote.get(), loaded_at, |at| zone.date_time(at));
        view! { <span>{told}</span>" " }
    });
    view! {
        <p class="live-note soft">
            <strong>{if live.open { texts.parts_live_open() } else { texts.parts_live_closed() }}</strong>
            " · "{age}{hours}{providers}
        </p>
    }
}

/// When a price was current. The age is as of page load, so that server and page agree.
fn aged(quote: Option<Quote>, now: Timestamp, told: impl Fn(Timestamp) -> String) -> String {
    let texts = Texts::get();
    let Some(quote) = quote else {
        return texts.parts_no_price().into();
    };
    let seconds = u64::try_from(now.seconds_since(quote.at)).unwrap_or_default();
    let at = told(quote.at);
    if seconds < 60 {
        return texts.parts_price_of(at);
    }
    let (count, unit) = texts.long_age(seconds);
    texts.parts_price_of_old(at, count, unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::date_time;

    #[test]
    fn a_price_is_told_with_its_time_and_its_age() {
        let at: Timestamp = "2026-11-27T21:00:00Z".parse().unwrap();
        let quote = Quote {
            symbol: "AAPL".parse().unwrap(),
            price: "272.11".parse().unwrap(),
            at,
            stale: true,
            previous_close: None,
            foreign: None,
            halted_until: None,
        };
        let told = |later| aged(Some(quote), at.plus_seconds(later), date_time);
        assert_eq!(told(0), "Price of 27 Nov 2026, 21:00 UTC.");
        assert_eq!(told(-5), "Price of 27 Nov 2026, 21:00 UTC.");
        assert_eq!(
            told(900),
            "Price of 27 Nov 2026, 21:00 UTC, 15 minutes old."
        );
        assert_eq!(aged(None, at, date_time), "No price is known yet.");
    }
}
