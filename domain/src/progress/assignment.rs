//! Assignments: what a host asks of an account by a due date, verified from the account's ledger
//! alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Counter;
use crate::{AccountId, Branch, InstrumentId, LedgerEntry, LedgerError, Replay, Timestamp};

const SECONDS_PER_DAY: i64 = 86_400;

/// The requirements. Zero means not required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AssignmentRule {
    /// Companies or funds held at once.
    pub companies: u32,
    /// Sectors that these belong to.
    pub sectors: u32,
    /// Days in a row for which both must hold.
    pub days: u32,
    /// Trades that count.
    pub trades: u32,
    /// Trades with a real reason.
    pub reasons: u32,
}

/// The progress of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignmentProgress {
    /// The most companies held at once.
    pub companies: u32,
    /// The most sectors held at once.
    pub sectors: u32,
    /// Whole days of the longest stretch during which enough was held.
    pub days: u32,
    /// Trades that count.
    pub trades: i64,
    /// Trades with a real reason.
    pub reasons: i64,
    /// Whether all requirements are met.
    pub done: bool,
}

impl AssignmentRule {
    /// Whether it requires anything.
    #[must_use]
    pub fn asks(&self) -> bool {
        *self != Self::default()
    }

    fn is_done(&self, progress: &AssignmentProgress) -> bool {
        let counted = |count: i64, least: u32| count >= i64::from(least);
        progress.companies >= self.companies
            && progress.sectors >= self.sectors
            && progress.days >= self.days
            && counted(progress.trades, self.trades)
            && counted(progress.reasons, self.reasons)
    }
}

/// Assesses an account by its entries in order, up to an instant: the due date, or now if that is earlier.
/// Entries from that instant on do not count.
///
/// # Errors
/// A [`LedgerError`] when the entries are not a complete ledger of the account.
pub fn assess<'a>(
    rule: &AssignmentRule,
    account: AccountId,
    entries: impl IntoIterator<Item = &'a LedgerEntry>,
    until: Timestamp,
) -> Result<AssignmentProgress, LedgerError> {
    let mut held = Held::new(account);
    for entry in entries.into_iter().take_while(|entry| entry.at < until) {
        held.apply(rule, entry)?;
    }
    held.close(until);
    let counters = &held.replay.counters;
    let mut progress = AssignmentProgress {
        trades: counters.get(Counter::Trades),
        reasons: counters.get(Counter::Reasons),
        ..held.progress
    };
    progress.done = rule.is_done(&progress);
    Ok(progress)
}

/// The holdings during the replay of the entries.
struct Held {
    replay: Replay,
    branches: BTreeMap<InstrumentId, Branch>,
    /// Since when enough has been held.
    since: Option<Timestamp>,
    progress: AssignmentProgress,
}

impl Held {
    fn new(account: AccountId) -> Self {
        Self {
            replay: Replay::new(account),
            branches: BTreeMap::new(),
            since: None,
            progress: AssignmentProgress::default(),
        }
    }

    fn apply(&mut self, rule: &AssignmentRule, entry: &LedgerEntry) -> Result<(), LedgerError> {
        self.replay.apply(entry)?;
        if let Some((_, trade)) = entry.fact.trade() {
            self.branches.insert(trade.instrument, trade.marks.branch);
        }
        let (companies, sectors) = self.count();
        self.progress.companies = self.progress.companies.max(companies);
        self.progress.sectors = self.progress.sectors.max(sectors);
        if companies >= rule.companies && sectors >= rule.sectors && companies > 0 {
            self.since = self.since.or(Some(entry.at));
        } else {
            self.close(entry.at);
        }
        Ok(())
    }

    /// Companies held, and the sectors that they belong to.
    fn count(&self) -> (u32, u32) {
        let positions = self.replay.positions.iter();
        let held = positions.filter(|(_, position)| position.quantity.is_positive());
        let (mut companies, mut sectors) = (0_u32, std::collections::BTreeSet::new());
        for (instrument, _) in held {
            companies = companies.saturating_add(1);
            if let Some(Branch::Sector(number)) = self.branches.get(instrument) {
                sectors.insert(*number);
            }
        }
        (companies, u32::try_from(sectors.len()).unwrap_or(u32::MAX))
    }

    /// Ends the stretch during which enough was held.
    fn close(&mut self, at: Timestamp) {
        if let Some(since) = self.since.take() {
            let days = at.seconds_since(since).max(0).div_euclid(SECONDS_PER_DAY);
            let days = u32::try_from(days).unwrap_or(u32::MAX);
            self.progress.days = self.progress.days.max(days);
        }
    }
}
