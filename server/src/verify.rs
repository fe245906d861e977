//! Verifies a database: rebuilds every account from its ledger and compares it with what is stored.

use std::collections::HashMap;

use domain::{AccountId, PlayerId};

use crate::store::{AccountRecord, Store, StoreError, StoreResult};
use audit::Audit;
use known::Known;
use past::ArchivedAccount;

mod archive;
mod audit;
mod database;
mod finding;
mod known;
mod open;
mod orders;
mod past;
mod postings;
mod sums;

pub use archive::{ArchiveFinding, archived_months, verify_with_archive};
pub use database::{DatabaseDamage, verify_database};
pub use finding::{Damage, Finding};

/// How much was checked and how much was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    pub players: u64,
    pub accounts: u64,
    pub entries: u64,
    /// Filled orders.
    pub orders: u64,
    pub findings: u64,
}

impl Verified {
    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings == 0
    }
}

/// How much is held in memory at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows read per query.
    pub page: u32,
    /// Entries of one account whose orders are matched in one pass over its orders.
    pub orders_at_once: u32,
    /// Findings per player that are reported one by one; the rest are counted.
    pub findings_told: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page: 1_000,
            orders_at_once: 100_000,
            findings_told: 100,
        }
    }
}

/// Checks every account: the hash chain of its ledger; that cash, profit, positions and version match
/// the ledger; that it was opened with what its game gives; that each answer matches its order's entry
/// and each entry has its answer; and that exactly the resting orders have reserves. Also checks every
/// player's XP. Reports each finding, in order of account. An account with archived entries is checked
/// from its checkpoint on; [`verify_with_archive`] checks it from its first entry.
///
/// The server may run meanwhile: each player is checked as of one moment.
///
/// # Errors
/// When the store fails. Damage is not an error: it is reported.
pub async fn verify(store: &dyn Store, report: impl FnMut(&Finding)) -> StoreResult<Verified> {
    verify_within(store, Limits::default(), report).await
}

/// [`verify`] with different memory limits.
///
/// # Errors
/// When the store fails.
pub async fn verify_within(
    store: &dyn Store,
    limits: Limits,
    report: impl FnMut(&Finding),
) -> StoreResult<Verified> {
    walk::<StoreError>(store, limits, |_| Ok(None), report).await
}

/// What the archive says about a player's accounts. `None` if it is not read.
type Archived = Option<HashMap<AccountId, ArchivedAccount>>;

/// Goes through all players in order of their id.
async fn walk<E: From<StoreError>>(
    store: &dyn Store,
    limits: Limits,
    mut past: impl FnMut(&[AccountRecord]) -> Result<Archived, E>,
    mut report: impl FnMut(&Finding),
) -> Result<Verified, E> {
    // A page size of zero would end every walk before it begins.
    let limits = Limits {
        page: limits.page.max(1),
        ..limits
    };
    let mut verified = Verified::default();
    let mut player: Vec<AccountRecord> = Vec::new();
    let mut after = None;
    let mut known = Known::default();
    loop {
        let page = store.list_accounts(after, limits.page).await?;
        after = page.last().map(|record| record.id);
        for record in page {
            let first = player.first().map(|first| first.id.player);
            if let Some(id) = first.filter(|id| *id != record.id.player) {
                let archived = past(&player)?;
                player.clear();
                let audit = audit_player(store, &mut known, limits, archived.as_ref(), id).await?;
                verified.add(&audit, &mut report);
            }
            player.push(record);
        }
        if after.is_none() {
            break;
        }
    }
    if let Some(last) = player.first() {
        let archived = past(&player)?;
        let audit =
            audit_player(store, &mut known, limits, archived.as_ref(), last.id.player).await?;
        verified.add(&audit, &mut report);
    }
    Ok(verified)
}

impl Verified {
    fn add(&mut self, audit: &Audit, report: &mut impl FnMut(&Finding)) {
        self.players += 1;
        self.accounts += audit.accounts;
        self.entries += audit.entries;
        self.orders += audit.orders;
        self.findings += audit.findings_count;
        audit.findings.iter().for_each(report);
    }
}

/// Checks a player's accounts as of one moment.
async fn audit_player<'a>(
    store: &'a dyn Store,
    known: &'a mut Known,
    limits: Limits,
    archived: Option<&'a HashMap<AccountId, ArchivedAccount>>,
    player: PlayerId,
) -> StoreResult<Audit<'a>> {
    let snapshot = store.begin_snapshot().await?;
    let mut audit = Audit::new(snapshot, store, known, limits, archived);
    audit.player(player).await?;
    Ok(audit)
}
