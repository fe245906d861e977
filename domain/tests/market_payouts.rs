//! What dividends, splits and the pace of the simulated market come to.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "statistics of prices, far from any limit"
)]

use domain::market::{DEFAULT_ORIGIN, STEPS_PER_DAY, Simulation, Tracks, catalogue, first_step};
use domain::{CorporateAction, Day, Price};

fn origin_step() -> i64 {
    i64::from(DEFAULT_ORIGIN) * STEPS_PER_DAY
}

fn units(price: Price) -> i64 {
    price.units()
}

#[test]
fn a_dividend_and_a_split_leave_a_holding_its_worth() {
    let (mut dividends, mut splits) = (0, 0);
    for seed in 0..6 {
        let market = Simulation::new(seed, catalogue());
        let from = Day::from_number(DEFAULT_ORIGIN);
        let to = from.plus_days(3_650);
        for instrument in 0..catalogue().len() {
            for dated in market.actions(instrument, from, to) {
                let open = first_step(dated.day);
                let traded = |step| market.traded_price(instrument, step).map_or(0, units) as f64;
                let path = |step| market.price(instrument, step).map_or(0, units) as f64;
                let worth = match dated.action {
                    CorporateAction::Split(ratio) => {
                        splits += 1;
                        traded(open) * f64::from(ratio.new) / f64::from(ratio.old)
                    }
                    CorporateAction::Dividend { per_share } => {
                        dividends += 1;
                        traded(open) + units(per_share) as f64
                    }
                    CorporateAction::Delisting { .. } => {
                        unreachable!("no company leaves by itself")
                    }
                };
                // What the night itself brought is in the path; the rest is rounding.
                let expected = traded(open - 1) * path(open) / path(open - 1);
                let rounding = (150.0 / traded(open)
                    + 150.0 / traded(open - 1)
                    + 150.0 / path(open - 1)
                    + 150.0 / path(open))
                    * expected;
                assert!(
                    (worth - expected).abs() <= rounding,
                    "{} {dated:?}: {worth}, not {expected}",
                    catalogue()[instrument].symbol
                );
            }
        }
    }
    // Four a year for every instrument that pays; a split is rare.
    assert!((15_000..30_000).contains(&dividends), "{dividends}");
    assert!((20..1_000).contains(&splits), "{splits}");
}

#[test]
fn no_company_is_quoted_far_beyond_what_a_player_can_pay() {
    let market = Simulation::new(3, catalogue());
    for year in 0..60 {
        let step = origin_step() + year * 365 * STEPS_PER_DAY;
        for (one, quote) in catalogue().iter().zip(market.traded_quotes(step)) {
            assert!(
                units(quote) < 40_000_000 || one.tracks != Tracks::Company,
                "{} {quote}",
                one.symbol
            );
        }
    }
}

#[test]
fn forty_five_hours_move_a_company_by_two_to_five_percent() {
    // At the default pace a minute is an hour: this is a lesson of 45 minutes.
    let (mut moved, mut count) = (0.0, 0.0);
    let market = Simulation::new(1, catalogue());
    for (instrument, one) in catalogue().iter().enumerate() {
        for lesson in 0..40 {
            let start = origin_step() + lesson * 9 * STEPS_PER_DAY;
            let price = |step| market.price(instrument, step).map_or(1, units) as f64;
            if one.tracks == Tracks::Company {
                moved += (price(start + 45 * 3_600) / price(start)).ln().powi(2);
                count += 1.0;
            }
        }
    }
    let deviation = (moved / count).sqrt();
    assert!((0.02..0.05).contains(&deviation), "{deviation:.4}");
}
