//! Markets in another currency than the dollar.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "prices are below 2^39 and rates below 2^30: products fit an i128"
)]

use domain::market::{
    Character, DEFAULT_ORIGIN, STEPS_PER_DAY, Simulation, Tracks, catalogue, first_step,
};
use domain::{Currency, Day, Price};

const BASES: [&str; 2] = ["EUR", "GBP"];
/// A rate of one.
const ONE: i64 = 100_000_000;

fn origin() -> Day {
    Day::from_number(DEFAULT_ORIGIN)
}

fn market(base: Currency) -> Simulation {
    Simulation::in_currency(7, catalogue(), origin(), base)
}

fn steps() -> impl Iterator<Item = i64> {
    let first = first_step(origin());
    (0..12).map(move |number| first + number * 211 * STEPS_PER_DAY + number * 4_321)
}

/// What one unit of a currency costs in a market, in units of 10^-8.
fn rate(market: &Simulation, currency: Currency, step: i64) -> i64 {
    let rates = market.rates(step);
    let found = rates.iter().find(|foreign| foreign.currency == currency);
    found.map_or(0, |foreign| foreign.rate.units())
}

/// Whether a price is within the range in which it moves freely: beyond it, it bends back towards its start.
fn is_free(one: &Character, price: Price) -> bool {
    let start = one.start_price().units();
    (start / 12..start * 12).contains(&price.units())
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_price_is_that_in_dollars_over_what_the_currency_costs() {
    let in_dollars = market(Currency::DOLLAR);
    for base in BASES.map(Currency::of_code) {
        let in_base = market(base);
        for step in steps() {
            let rate = rate(&in_dollars, base, step);
            let both = in_dollars
                .quotes(step)
                .into_iter()
                .zip(in_base.quotes(step));
            for (one, (dollars, price)) in catalogue().iter().zip(both) {
                if one.tracks != Tracks::Company || !is_free(one, dollars) {
                    continue;
                }
                let expected = i128::from(dollars.units()) * i128::from(ONE) / i128::from(rate);
                let off = (expected - i128::from(price.units())).abs();
                // Both are quoted in hundredths.
                assert!(off <= 110, "{} {dollars} {price} {base}", one.symbol);
            }
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn only_what_trades_in_another_currency_is_abroad() {
    for base in BASES.map(Currency::of_code) {
        let market = market(base);
        for (place, one) in catalogue().iter().enumerate() {
            let foreign = market.foreign(place, 1_800_000_000);
            let abroad = foreign.map(|foreign| foreign.currency);
            let own = one.currency_in(base);
            assert_eq!(abroad, (own != base).then_some(own), "{}", one.symbol);
            if one.tracks != Tracks::Company {
                assert_eq!(abroad, None, "{} is at home everywhere", one.symbol);
            }
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn two_markets_agree_on_every_rate() {
    let (euro, pound) = (Currency::of_code("EUR"), Currency::of_code("GBP"));
    let (dollars, euros) = (market(Currency::DOLLAR), market(euro));
    for step in steps() {
        let euro_costs = i128::from(rate(&dollars, euro, step));
        let there_and_back = euro_costs * i128::from(rate(&euros, Currency::DOLLAR, step));
        let off = there_and_back / i128::from(ONE) - i128::from(ONE);
        assert!(off.abs() <= 10, "{off}");
        let pound_costs = i128::from(rate(&dollars, pound, step));
        let crossed = pound_costs * i128::from(ONE) / euro_costs;
        let off = crossed - i128::from(rate(&euros, pound, step));
        assert!(off.abs() <= 10, "{off}");
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn candles_follow_the_prices_of_their_currency() {
    let market = market(Currency::of_code("EUR"));
    let day = origin().plus_days(400);
    let candles = market.day_candles(day);
    let open = market.traded_quotes(first_step(day));
    let all = catalogue().iter().zip(candles).zip(open).enumerate();
    for (place, ((one, candle), open)) in all {
        assert_eq!(candle.open, open, "{}", one.symbol);
        assert_eq!(
            market.day_candle(place, day),
            Some(candle),
            "{}",
            one.symbol
        );
    }
}
