//! Prices that must never change: the same natively and in WebAssembly, today and for ever.
//!
//! A failure here means that every running market would jump at its next start.
#![allow(clippy::arithmetic_side_effects, reason = "a checksum wraps by intent")]

use domain::market::{DEFAULT_ORIGIN, STEPS_PER_DAY, Simulation, catalogue};
use domain::{Day, Price};

/// 2026-11-21 12:34:56 UTC.
const SOME_STEP: i64 = 1_795_264_496;

/// The checksum FNV-1a, 64 bits.
struct Checksum(u64);

impl Checksum {
    fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    fn add_price(&mut self, price: Price) {
        self.add(&price.units().to_le_bytes());
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn some_prices_are_these() {
    let market = Simulation::new(7, catalogue());
    let check = |symbol: &str, expected: [&str; 4]| {
        let instrument = market.find_instrument(symbol).unwrap_or(usize::MAX);
        let steps = [0, 1, SOME_STEP, SOME_STEP + 10 * 365 * STEPS_PER_DAY];
        let prices = steps.map(|step| {
            market
                .price(instrument, step)
                .map_or_else(String::new, |price| price.to_string())
        });
        assert_eq!(prices, expected.map(str::to_owned), "{symbol}");
    };
    check("MUFFN", ["3.80", "3.80", "44.49", "105.43"]);
    check("QUIBL", ["1115.00", "1114.99", "47.23", "85.84"]);
    check("SPLSH", ["1461.84", "1461.84", "7.26", "1.76"]);
    check("HAWKB", ["2362.58", "2362.59", "15.01", "0.523"]);
    check("GULLS", ["5.99", "5.99", "41.13", "173.07"]);
    check("TQ.ALL", ["1067.23", "1067.21", "134.88", "585.26"]);
    check("TQ.TECH", ["1236.48", "1236.47", "62.29", "694.32"]);
    check("TQ.CALM", ["17.75", "17.75", "107.19", "148.18"]);
    check("TQ.ZOOM", ["0.7674", "0.7674", "48.72", "410.85"]);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn thousands_of_prices_have_this_checksum() {
    let mut checksum = Checksum::new();
    for seed in [0, 7, u64::MAX] {
        let market = Simulation::new(seed, catalogue());
        for past in 0..100 {
            // An odd stride: all times of day and, from 1970 on, all decades of the market.
            let step = past * 56_623_103;
            market
                .quotes(step)
                .into_iter()
                .for_each(|price| checksum.add_price(price));
            checksum.add_price(market.index(step));
        }
    }
    assert_eq!(checksum.0, 0xb315_1642_33e4_5eae, "{:#018x}", checksum.0);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn candles_and_news_of_a_month_have_this_checksum() {
    let mut checksum = Checksum::new();
    let market = Simulation::new(7, catalogue());
    for day in (DEFAULT_ORIGIN..DEFAULT_ORIGIN + 30).map(Day::from_number) {
        for candle in market.day_candles(day) {
            for price in [candle.open, candle.high, candle.low, candle.close] {
                checksum.add_price(price);
            }
            checksum.add(&candle.volume.to_le_bytes());
        }
        for event in market.news(day) {
            checksum.add(&event.step.to_le_bytes());
            checksum.add(&event.size_bps.to_le_bytes());
            checksum.add(event.headline.as_bytes());
        }
    }
    assert_eq!(checksum.0, 0x8ac6_56e5_4a65_6d4f, "{:#018x}", checksum.0);
}
