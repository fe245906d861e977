//! Dividends and splits of the simulated market, and the traded prices around them.
//!
//! A path gives the price of a share bought at the origin that was never split and whose dividends were
//! always reinvested. The quoted price is that price times a factor, which every payment and every split
//! reduces. Payments come every 91 days, from a day that depends on the symbol. Once a year, a company whose
//! quoted price has moved far splits or merges its shares.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "factors are Q30 of at most 2^30 times a ratio below 2^7, prices below 2^39; days below 2^17"
)]

use super::calendar::{DAYS, STEPS_PER_DAY, day_number, first_step, held};
use super::character::{Character, Tracks};
use super::fixed::quoted;
use super::noise::{random, stream_key};
use super::simulation::{Simulation, Source};
use crate::{CorporateAction, DatedAction, Day, Price, SplitRatio};

/// Days from one dividend to the next: four a year.
const PAY_DAYS: i64 = 91;
/// Days between checks of a price for a split.
const SPLIT_DAYS: i64 = 365;
/// A split comes at least this many days after the check, so that splits are spread over the year.
const SPLIT_SPREAD: u64 = 300;
/// From this price on shares are split: 400.00.
const SPLIT_FROM_UNITS: i64 = 4_000_000;
/// The highest price after a split: 120.00.
const SPLIT_TO_UNITS: i64 = 1_200_000;
/// Below this price ten shares are merged into one: 0.80.
const JOIN_BELOW_UNITS: i64 = 8_000;

const ONE_Q30: i64 = 1 << 30;
/// Payments per year times 10,000 basis points.
const PAYMENTS_BPS: i64 = 40_000;

/// The dividends and splits of an instrument.
#[derive(Debug, Clone)]
pub(super) struct Payout {
    /// The number of the first day with a payment.
    first_payment: i64,
    /// The fraction of the price that a payment takes, in [`PAYMENTS_BPS`].
    share: i64,
    /// Splits, earliest first: the day number, the ratio, and the cumulative ratio of new to old shares, Q30.
    splits: Vec<(i64, SplitRatio, i64)>,
}

impl Payout {
    fn new(seed: u64, character: &Character, origin: i64) -> Self {
        let key = stream_key(seed, 50, character.symbol);
        let phase = (random(key, 0) % PAY_DAYS.unsigned_abs()) as i64;
        Self {
            first_payment: origin + 1 + phase,
            share: i64::from(character.dividend_bps.min(2_000)),
            splits: Vec::new(),
        }
    }

    /// The number of payments up to and including a day.
    fn payments(&self, day: i64) -> i64 {
        if self.share == 0 || day < self.first_payment {
            0
        } else {
            (day - self.first_payment) / PAY_DAYS + 1
        }
    }

    /// The factor on the price after a number of payments, Q30.
    fn kept_q30(&self, payments: i64) -> i64 {
        let mut base = (PAYMENTS_BPS - self.share) * ONE_Q30 / PAYMENTS_BPS;
        let (mut kept, mut left) = (ONE_Q30, payments);
        while left > 0 {
            if left & 1 == 1 {
                kept = (kept * base) >> 30;
            }
            base = (base * base) >> 30;
            left >>= 1;
        }
        kept
    }

    /// The quoted price on a day, from the path's price.
    fn traded(&self, units: i64, day: i64) -> i64 {
        let kept = self.kept_q30(self.payments(day));
        let past = self.splits.partition_point(|(split, ..)| *split <= day);
        let shares = past.checked_sub(1).and_then(|last| self.splits.get(last));
        let shares = shares.map_or(ONE_Q30, |(_, _, shares)| *shares);
        if kept == ONE_Q30 && shares == ONE_Q30 {
            return units;
        }
        let exact = i128::from(units) * i128::from(kept) / i128::from(shares.max(1));
        quoted(i64::try_from(exact).unwrap_or(i64::MAX))
    }
}

/// The split that a price calls for, if any.
fn split_at(units: i64) -> Option<SplitRatio> {
    if units < JOIN_BELOW_UNITS {
        return Some(SplitRatio { new: 1, old: 10 });
    }
    if units < SPLIT_FROM_UNITS {
        return None;
    }
    let ratios = [4, 5, 10, 20, 50, 100];
    let fits = |new: &&u32| units / i64::from(**new) <= SPLIT_TO_UNITS;
    let new = ratios.iter().find(fits).copied().unwrap_or(100);
    Some(SplitRatio { new, old: 1 })
}

/// The dividends and splits of every instrument in a market, until the end of time.
pub(super) fn payouts(market: &Simulation, origin: Day) -> Vec<Payout> {
    let origin = day_number(first_step(origin));
    let mut payouts: Vec<Payout> = market
        .characters
        .iter()
        .map(|one| Payout::new(market.seed, one, origin))
        .collect();
    let mut look = origin + SPLIT_DAYS;
    while look + SPLIT_DAYS < DAYS {
        let prices = market.units(look * STEPS_PER_DAY);
        let all = market.characters.iter().zip(&market.sources).zip(prices);
        for (((character, source), units), payout) in all.zip(&mut payouts) {
            let splits =
                matches!(source, Source::Mover { .. }) && character.tracks == Tracks::Company;
            if let Some(ratio) = split_at(payout.traded(units, look)).filter(|_| splits) {
                let key = stream_key(market.seed, 51, character.symbol);
                let later = (random(key, look.unsigned_abs()) % SPLIT_SPREAD) as i64;
                let before = payout
                    .splits
                    .last()
                    .map_or(ONE_Q30, |(_, _, shares)| *shares);
                let shares = before * i64::from(ratio.new) / i64::from(ratio.old);
                payout.splits.push((look + 1 + later, ratio, shares.max(1)));
            }
        }
        look += SPLIT_DAYS;
    }
    payouts
}

impl Simulation {
    /// The quoted price at a step where the path gives `units`.
    pub(super) fn traded_units(&self, instrument: usize, step: i64, units: i64) -> i64 {
        // A company that has left no longer pays or splits.
        let left = self.left(instrument);
        let step = left.map_or(step, |left| step.min(left.end - 1));
        let payout = self.payouts.get(instrument);
        payout.map_or(units, |payout| payout.traded(units, day_number(step)))
    }

    /// The traded price of one instrument at a step, after dividends and splits. None when there is no such
    /// instrument.
    #[must_use]
    pub fn traded_price(&self, instrument: usize, step: i64) -> Option<Price> {
        let price = self.price(instrument, step)?;
        let units = self.traded_units(instrument, held(step), price.units());
        Some(Price::from_units(units))
    }

    /// The traded prices of all instruments at a step.
    #[must_use]
    pub fn traded_quotes(&self, step: i64) -> Vec<Price> {
        let step = held(step);
        let all = self.units(step).into_iter().enumerate();
        all.map(|(instrument, units)| Price::from_units(self.traded_units(instrument, step, units)))
            .collect()
    }

    /// The dividends and splits of an instrument from day to day, both included, earliest first, and its
    /// end if it leaves.
    #[must_use]
    pub fn actions(&self, instrument: usize, from: Day, to: Day) -> Vec<DatedAction> {
        let Some(payout) = self.payouts.get(instrument) else {
            return Vec::new();
        };
        let mut actions = self.splits(instrument, from, to);
        let (before, until) = (
            payout.payments(number(from) - 1),
            payout.payments(number(to)),
        );
        actions.extend((before..until).filter_map(|payment| {
            let day = payout.first_payment + payment * PAY_DAYS;
            let per_share = self.payment(instrument, payout, day)?;
            Some(dated(day, CorporateAction::Dividend { per_share }))
        }));
        // A payment comes before a split of the same day: it is per old share.
        actions.sort_by_key(|one| (one.day, one.action.ratio().is_some()));
        if let Some((end, price)) = self.end_of(instrument) {
            actions.retain(|one| one.day < end);
            if (from..=to).contains(&end) {
                let action = CorporateAction::Delisting { price };
                actions.push(DatedAction { day: end, action });
            }
        }
        actions
    }

    /// The first day without a departing instrument, and what a share pays out.
    fn end_of(&self, instrument: usize) -> Option<(Day, Price)> {
        let day = self.departure_of(instrument)?.day();
        Some((day, self.final_price(instrument)?))
    }

    /// The splits of an instrument from day to day, both included, earliest first.
    #[must_use]
    pub fn splits(&self, instrument: usize, from: Day, to: Day) -> Vec<DatedAction> {
        let within = number(from)..=number(to);
        let end = self.end_of(instrument).map_or(DAYS, |(day, _)| number(day));
        let splits = self
            .payouts
            .get(instrument)
            .map(|payout| payout.splits.iter());
        splits
            .into_iter()
            .flatten()
            .filter(|(day, ..)| within.contains(day) && *day < end)
            .map(|(day, ratio, _)| dated(*day, CorporateAction::Split(*ratio)))
            .collect()
    }

    /// The dividend of a share on a day: a fraction of the last price before it. None when it is too small to
    /// pay.
    fn payment(&self, instrument: usize, payout: &Payout, day: i64) -> Option<Price> {
        let before = self.traded_price(instrument, day * STEPS_PER_DAY - 1)?;
        let units = before.units() * payout.share / PAYMENTS_BPS;
        Some(Price::from_units(units)).filter(|price| price.is_positive())
    }
}

/// The number of a day within the market's time.
fn number(day: Day) -> i64 {
    i64::from(day.number()).clamp(0, DAYS - 1)
}

fn dated(day: i64, action: CorporateAction) -> DatedAction {
    let day = Day::from_number(i32::try_from(day).unwrap_or(i32::MAX));
    DatedAction { day, action }
}
