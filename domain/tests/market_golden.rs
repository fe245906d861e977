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
    let shown = |symbol: &str| {
        let instrument = market.find_instrument(symbol).unwrap_or(usize::MAX);
        let steps = [0, 1, SOME_STEP, SOME_STEP + 10 * 365 * STEPS_PER_DAY];
        let price =
            |price: Option<Price>| price.map_or_else(String::new, |price| price.to_string());
        let path = steps.map(|step| price(market.price(instrument, step)));
        let traded = price(market.traded_price(instrument, SOME_STEP));
        format!("{symbol} {} {traded}", path.join(" "))
    };
    let symbols = [
        "MUFFN", "QUIBL", "SPLSH", "HAWKB", "GULLS", "PENNY", "TQ.ALL", "TQ.CALM", "TQ.ZOOM",
    ];
    let expected = [
        "MUFFN 6.10 6.10 22.85 50.05 16.05",
        "QUIBL 1600.54 1600.52 66.79 174.23 61.84",
        "SPLSH 1270.49 1270.50 0.4053 0.177 4.05",
        "HAWKB 2173.68 2173.69 8.35 0.4051 8.35",
        "GULLS 5.74 5.74 68.83 202.91 48.34",
        "PENNY 2.68 2.68 11.10 58.30 8.39",
        "TQ.ALL 739.73 739.73 135.10 725.08 108.36",
        "TQ.CALM 22.60 22.60 136.43 188.60 100.86",
        "TQ.ZOOM 0.6238 0.6238 29.69 250.31 29.69",
    ];
    assert_eq!(symbols.map(shown), expected.map(str::to_owned));
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
                .chain(market.traded_quotes(step))
                .for_each(|price| checksum.add_price(price));
            checksum.add_price(market.index(step));
        }
    }
    assert_eq!(checksum.0, 0xe3a7_5a6a_2e4d_c23b, "{:#018x}", checksum.0);
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
    assert_eq!(checksum.0, 0xfeef_db69_8357_8bdf, "{:#018x}", checksum.0);
}
