//! A price that follows the market.

use domain::{Percent, Price, Quote, Symbol};
use leptos::prelude::*;

use super::Delta;
use super::notation::Notation;
use crate::{live::Live, valuation};

/// The latest price, and the direction of its last move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tick {
    price: Option<Price>,
    class: &'static str,
}

/// The class that flashes a move. Each direction has two identical-looking classes: a browser
/// restarts an animation only when its name changes.
fn flash(before: Option<&Tick>, price: Option<Price>) -> &'static str {
    let Some(Tick {
        price: Some(earlier),
        class,
    }) = before.copied()
    else {
        return "";
    };
    match price {
        Some(price) if price > earlier => {
            if class == "rises" {
                "rises again"
            } else {
                "rises"
            }
        }
        Some(price) if price < earlier => {
            if class == "falls" {
                "falls again"
            } else {
                "falls"
            }
        }
        _ => class,
    }
}

/// The newest price of an instrument, which flashes softly when it moves.
#[component]
pub fn LivePrice(
    symbol: Symbol,
    /// What the page was loaded with.
    loaded: Option<Quote>,
) -> impl IntoView {
    let quote = Live::get().newest(symbol, loaded);
    let notation = Notation::get();
    let tick = Memo::new(move |before: Option<&Tick>| {
        let price = quote.get().map(|quote| quote.price);
        Tick {
            price,
            class: flash(before, price),
        }
    });
    view! {
        <span class=move || format!("live-price figure {}", tick.get().class)>
            {move || tick.get().price.map_or_else(|| "—".to_owned(), |price| notation.price(price))}
        </span>
    }
}

/// The change of an instrument since the previous day's close.
#[component]
pub fn LiveChange(
    symbol: Symbol,
    /// What the page was loaded with.
    loaded: Option<Quote>,
) -> impl IntoView {
    let quote = Live::get().newest(symbol, loaded);
    let change = Signal::derive(move || -> Option<Percent> {
        quote
            .get()
            .and_then(|quote| valuation::day_change(&quote))
            .map(|(_, percent)| percent)
    });
    view! { <Delta percent=change/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_changes_the_class_so_that_it_flashes() {
        let mut tick = Tick {
            price: Some(Price::from_whole(10)),
            class: "",
        };
        for (price, class) in [
            (11, "rises"),
            (12, "rises again"),
            (12, "rises again"),
            (13, "rises"),
            (5, "falls"),
        ] {
            let price = Some(Price::from_whole(price));
            tick = Tick {
                price,
                class: flash(Some(&tick), price),
            };
            assert_eq!(tick.class, class);
        }
    }
}
