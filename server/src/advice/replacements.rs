//! What can be held in the place of something sold at a loss: another instrument that has moved most like it.
//!
//! Candidates are of the same category, or of any if there is none. They are not held, and were not sold at a loss
//! within the window in which buying them back disallows that loss.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::advice::WASH_SALE_DAYS;
use domain::statistics::{Alike, alike, daily_returns};
use domain::{InstrumentId, Symbol};

use super::Reading;
use crate::app::App;
use crate::error::{Error, Result};
use crate::market::DayCloses;
use crate::store::InstrumentRecord;

/// Market days of prices.
const PRICES_DAYS: i32 = 365;
/// Entries that are looked through for sales, the latest first.
const ENTRIES_MAX: u32 = 500;
/// Candidates that are compared with one holding.
const CANDIDATES_MAX: usize = 500;
/// What moves this closely follows the same index: it could count as the same instrument, whose purchase
/// disallows the loss (26 U.S.C. § 1091(a), "substantially identical").
const SAME_HUNDREDTHS: i64 = 99;

/// Instruments that can be bought, and how all of them have moved.
#[derive(Debug)]
pub struct Replacements<'a> {
    reading: &'a Reading,
    closes: Vec<DayCloses>,
    excluded: HashSet<InstrumentId>,
    returns: HashMap<InstrumentId, Arc<[Option<f64>]>>,
}

impl<'a> Replacements<'a> {
    /// Reads a year of closes and the latest sales.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(app: &App, reading: &'a Reading) -> Result<Self> {
        let today = reading.snapshot.at.day();
        let closes = reading.market.closes(today.plus_days(-PRICES_DAYS), today);
        let closes = closes.await.map_err(Error::internal)?;
        let account = reading.portfolio.account.record.id;
        let entries = app.store.list_ledger(account, None, ENTRIES_MAX).await?;
        let since = today.plus_days(-WASH_SALE_DAYS);
        let sold_at_loss = entries.iter().filter_map(|row| {
            let (side, trade) = row.entry.fact.trade()?;
            let is_recent = reading.market.time_at(row.entry.at).day() >= since;
            let at_loss = side == domain::Side::Sell && trade.realized_profit.is_negative();
            (is_recent && at_loss).then_some(trade.instrument)
        });
        let held = reading.portfolio.positions.iter();
        let held = held.map(|row| row.instrument);
        Ok(Self {
            reading,
            excluded: held.chain(sold_at_loss).collect(),
            closes,
            returns: HashMap::new(),
        })
    }

    /// What has moved most like an instrument. Without enough prices, the one with the lowest price, and nothing
    /// on how alike it moves.
    pub fn find(&mut self, symbol: Symbol) -> Option<(Symbol, Option<Alike>)> {
        let reading = self.reading;
        let (_, own) = reading.snapshot.catalogue.find(symbol)?;
        let mut candidates = self.candidates(|one| one.category == own.category);
        if candidates.is_empty() {
            candidates = self.candidates(|_| true);
        }
        let moved = self.returns(own.id);
        let mut best: Option<(Alike, Symbol)> = None;
        for candidate in &candidates {
            let other = self.returns(candidate.id);
            let Some(found) = alike(&moved, &other) else {
                continue;
            };
            let is_better = best.is_none_or(|(best, _)| found.correlation > best.correlation);
            if is_better && found.correlation.hundredths() < SAME_HUNDREDTHS {
                best = Some((found, candidate.symbol));
            }
        }
        if let Some((alike, symbol)) = best {
            return Some((symbol, Some(alike)));
        }
        let price =
            |one: &InstrumentRecord| reading.snapshot.quote(one.id).map(|quote| quote.price);
        let priced = candidates
            .iter()
            .filter_map(|one| Some((price(one)?, one.symbol)));
        priced.min().map(|(_, symbol)| (symbol, None))
    }

    fn candidates(&self, fits: impl Fn(&InstrumentRecord) -> bool) -> Vec<&'a InstrumentRecord> {
        let rules = &self.reading.game.rules;
        let instruments = self.reading.snapshot.catalogue.instruments.iter();
        let open = instruments.filter(|one| {
            let can_buy = one.tradable && rules.allows_category(&one.category);
            can_buy && !self.excluded.contains(&one.id) && fits(one)
        });
        open.take(CANDIDATES_MAX).collect()
    }

    fn returns(&mut self, instrument: InstrumentId) -> Arc<[Option<f64>]> {
        let closes = &self.closes;
        let known = self.returns.entry(instrument).or_insert_with(|| {
            let price = |day: &DayCloses| Some(day.price(instrument)?.units() as f64);
            let prices: Vec<Option<f64>> = closes.iter().map(price).collect();
            daily_returns(&prices).into()
        });
        Arc::clone(known)
    }
}
