//! Scenarios that are played on imported history: of which instruments, and how a server knows that its prices
//! are those that the scenario was made with.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{PACK_MAX, Scenario, ScenarioError, ensure, is_told};
use crate::market::first_step;
use crate::{CorporateAction, DatedAction, Day, Price, Symbol};

/// The most instruments of a scenario.
const SYMBOLS_MAX: usize = 20;
/// The fastest clock: a day in a second.
const SPEED_MAX: u32 = 86_400;
/// Days before the first one whose prices count: a scenario may begin on a holiday.
const DAYS_BEFORE: i32 = 14;
/// What the digest begins with.
const TAG: &[u8] = b"tickerquest history 1\n";

/// The imported history of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScenarioHistory {
    /// The name of the price files for those who have to import them, at most 60 characters.
    pub pack: String,
    /// The instruments, 1 to 20, sorted and each once. The market has no others.
    pub symbols: Vec<Symbol>,
    /// What they cost: a [`HistoryDigest`]. A scenario that nobody has signed yet may leave it empty; a server
    /// that has the history fills it in.
    #[serde(default)]
    pub digest: String,
    /// Whether names and dates are hidden until the run is over.
    #[serde(default)]
    pub hidden: bool,
    /// Market seconds that pass in a second while the player does not let days pass, 1 to 86,400.
    #[serde(default = "real_time")]
    pub speed: u32,
}

fn real_time() -> u32 {
    1
}

impl ScenarioHistory {
    pub(super) fn check(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        ensure(
            is_told(&self.pack, PACK_MAX),
            "history",
            "must name the pack of price files in 1 to 60 characters",
        )?;
        let few = (1..=SYMBOLS_MAX).contains(&self.symbols.len());
        let sorted = self.symbols.windows(2).all(|pair| match pair {
            [one, next] => one < next,
            _ => true,
        });
        ensure(
            few && sorted,
            "history",
            "must have 1 to 20 symbols, sorted and each once",
        )?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_digest = self.digest.len() == 64 && self.digest.bytes().all(is_digit);
        ensure(
            is_digest || self.digest.is_empty(),
            "history",
            "must have a digest of 64 hexadecimal digits, or none",
        )?;
        ensure(
            (1..=SPEED_MAX).contains(&self.speed),
            "history",
            "must have a speed of 1 to 86400",
        )?;
        ensure(
            scenario.start.number() >= 0,
            "start",
            "must not be before 1970",
        )?;
        let invents = scenario.seed != 0
            || !scenario.events.is_empty()
            || !scenario.categories.is_empty()
            || scenario.new_company.is_some();
        ensure(
            !invents,
            "history",
            "goes with a seed of 0 and without categories, events or a new company",
        )?;
        let mut planned = scenario.plan.iter();
        ensure(
            planned.all(|part| self.symbols.contains(&part.symbol)),
            "plan",
            "must name instruments of its history",
        )
    }
}

impl Scenario {
    /// Market seconds that pass in a second.
    #[must_use]
    pub fn speed(&self) -> u32 {
        self.history.as_ref().map_or(1, |history| history.speed)
    }

    /// The real days whose prices matter, the first and the last: from a while before the scenario begins to the
    /// day after its last one, with whose first prices it ends.
    #[must_use]
    pub fn history_days(&self) -> (Day, Day) {
        let days = i32::try_from(self.days).unwrap_or(i32::MAX);
        (
            self.start.plus_days(DAYS_BEFORE.saturating_neg()),
            self.start.plus_days(days),
        )
    }

    /// The second of the real history at which so many days have passed.
    #[must_use]
    pub fn real_step_after(&self, days: u32) -> i64 {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        first_step(self.start.plus_days(days))
    }
}

/// The digest of a history: SHA-256 in hexadecimal digits over a line for each instrument, each day of it with
/// its prices, and each split and dividend, in this order. Prices are in ten-thousandths.
#[derive(Debug, Clone)]
pub struct HistoryDigest(Sha256);

impl Default for HistoryDigest {
    fn default() -> Self {
        let mut hash = Sha256::new();
        hash.update(TAG);
        Self(hash)
    }
}

impl HistoryDigest {
    /// Adds an instrument; they come in the order of the scenario's symbols.
    pub fn instrument(&mut self, symbol: Symbol) {
        self.line(&symbol.to_string());
    }

    /// Adds a day of the latest instrument: open, high, low and close. Days come oldest first.
    pub fn day(&mut self, day: Day, prices: [Price; 4]) {
        let [open, high, low, close] = prices.map(Price::units);
        self.line(&format!("{day} {open} {high} {low} {close}"));
    }

    /// Adds the actions of the latest instrument, in any order.
    pub fn actions(&mut self, actions: &[DatedAction]) {
        let line = |dated: &DatedAction| {
            let day = dated.day;
            match dated.action {
                CorporateAction::Split(ratio) => format!("{day} split {} {}", ratio.new, ratio.old),
                CorporateAction::Dividend { per_share } => {
                    format!("{day} dividend {}", per_share.units())
                }
                CorporateAction::Delisting { price } => {
                    format!("{day} delisting {}", price.units())
                }
            }
        };
        let mut lines: Vec<String> = actions.iter().map(line).collect();
        lines.sort_unstable();
        for line in lines {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.0.update(line.as_bytes());
        self.0.update(b"\n");
    }

    /// The digest of what was added.
    #[must_use]
    pub fn finish(self) -> String {
        let hash = self.0.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests;
