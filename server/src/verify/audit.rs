//! Audits: looking at the accounts of one player.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{
    Account, AccountId, IdempotencyKey, InstrumentId, LedgerEntry, Position, Replay, Timestamp, Xp,
};

use super::open;
use super::past::{ArchivedAccount, Past};
use super::{Damage, Finding, Limits};
use crate::store::{AccountRecord, Store, StoreError, StoreResult};

/// Passes over one account's orders, whatever length its ledger claims.
const PASSES_MAX: i64 = 1_000;

/// What became of looking at one player.
pub(super) struct Audit<'a> {
    pub(super) store: &'a dyn Store,
    limits: Limits,
    /// None: accounts are looked at from their checkpoints on.
    pub(super) archived: Option<&'a HashMap<AccountId, ArchivedAccount>>,
    /// The checkpoints that were started from.
    pub(super) checkpoints: Vec<(AccountId, i64)>,
    pub(super) accounts: u64,
    pub(super) entries: u64,
    pub(super) orders: u64,
    pub(super) findings: Vec<Finding>,
    pub(super) findings_count: u64,
}

/// Entries by the order that they are of: `seq` and instant.
type Executed = HashMap<IdempotencyKey, (i64, Timestamp)>;

impl<'a> Audit<'a> {
    pub(super) fn new(
        store: &'a dyn Store,
        limits: Limits,
        archived: Option<&'a HashMap<AccountId, ArchivedAccount>>,
    ) -> Self {
        Self {
            store,
            limits,
            archived,
            checkpoints: Vec::new(),
            accounts: 0,
            entries: 0,
            orders: 0,
            findings: Vec::new(),
            findings_count: 0,
        }
    }

    /// The orders that rest, and what is set aside for them.
    async fn compare_open(&mut self, record: &AccountRecord, replay: &Replay) -> StoreResult<()> {
        for damage in open::of_account(record, replay) {
            self.find(record.id, damage);
        }
        // One more than there can be, so that one too many is seen.
        let most = Account::OPEN_ORDERS_MAX.saturating_add(1);
        let stored = self.store.list_open_orders(record.id, most).await?;
        for damage in open::of_orders(&stored, replay) {
            self.find(record.id, damage);
        }
        Ok(())
    }

    pub(super) fn find(&mut self, account: AccountId, damage: Damage) {
        self.findings_count += 1;
        if self.findings.len() < self.limits.findings_told {
            self.findings.push(Finding { account, damage });
        }
    }

    pub(super) async fn player(&mut self, accounts: &[AccountRecord]) -> StoreResult<()> {
        let mut earned: Option<Xp> = Some(0);
        for record in accounts {
            self.accounts += 1;
            // Without one account's XP the player's cannot be told.
            let xp = self.account(record).await?;
            earned = earned.zip(xp).map(|(earned, xp)| earned.saturating_add(xp));
        }
        let (Some(first), Some(earned)) = (accounts.first(), earned) else {
            return Ok(());
        };
        match self.store.find_xp(first.id.player).await? {
            None => self.find(first.id, Damage::PlayerMissing),
            Some((stored, bonuses)) => {
                let ledger = earned.saturating_add(bonuses);
                if stored != ledger {
                    self.find(first.id, Damage::Xp { stored, ledger });
                }
            }
        }
        Ok(())
    }

    /// The XP that the account's ledger brought; none when the ledger does not hold.
    async fn account(&mut self, record: &AccountRecord) -> StoreResult<Option<Xp>> {
        match self.look_at(record).await {
            Ok(xp) => Ok(xp),
            Err(StoreError::Corrupt { what }) => {
                self.find(record.id, Damage::Unreadable { what });
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn look_at(&mut self, record: &AccountRecord) -> StoreResult<Option<Xp>> {
        let passes = (record.head.version / i64::from(self.limits.orders_at_once.max(1)))
            .clamp(0, PASSES_MAX - 1)
            + 1;
        let first = Pass { number: 0, passes };
        let mut past = self.past_of(record.id).await?;
        let mut replay = past.replay();
        let mut executed = Executed::new();
        let mut after = past.seq();
        while let Some(page) = self.entries_after(record.id, &mut after).await? {
            for entry in &page {
                self.entries += 1;
                if let Err(broken) = replay.apply(entry) {
                    self.find(record.id, broken.into());
                    return Ok(None);
                }
                self.collect(record.id, entry, first, &mut executed);
            }
        }
        self.compare_account(record, &replay);
        self.compare_positions(record.id, &replay).await?;
        self.compare_open(record, &replay).await?;
        self.compare_orders(record.id, first, executed, &mut past)
            .await?;
        for number in 1..passes {
            let pass = Pass { number, passes };
            let executed = self.executed_in(record.id, pass, past.seq()).await?;
            self.compare_orders(record.id, pass, executed, &mut past)
                .await?;
        }
        if let Some(damage) = past.difference() {
            self.find(record.id, damage);
        }
        Ok(Some(replay.xp))
    }

    /// The next page of entries; none after the last one.
    async fn entries_after(
        &self,
        account: AccountId,
        after: &mut i64,
    ) -> StoreResult<Option<Vec<LedgerEntry>>> {
        let page = self
            .store
            .list_entries(account, *after, self.limits.page)
            .await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        *after = last.seq;
        Ok(Some(page))
    }

    fn compare_account(&mut self, record: &AccountRecord, replay: &Replay) {
        let (id, stored, ledger) = (record.id, &record.account, &replay.account);
        let (version, end) = (record.head.version, replay.head.version);
        if version != end {
            self.find(
                id,
                Damage::Version {
                    stored: version,
                    ledger: end,
                },
            );
        } else if record.head.hash != replay.head.hash {
            self.find(id, Damage::HeadHash { seq: end });
        }
        if stored.cash != ledger.cash {
            self.find(
                id,
                Damage::Cash {
                    stored: stored.cash,
                    ledger: ledger.cash,
                },
            );
        }
        if stored.realized_profit != ledger.realized_profit {
            let (stored, ledger) = (stored.realized_profit, ledger.realized_profit);
            self.find(id, Damage::RealizedProfit { stored, ledger });
        }
        if stored.positions_held != ledger.positions_held {
            let (stored, ledger) = (stored.positions_held, ledger.positions_held);
            self.find(id, Damage::PositionsHeld { stored, ledger });
        }
    }

    async fn compare_positions(&mut self, account: AccountId, replay: &Replay) -> StoreResult<()> {
        let stored = self.store.list_positions(account).await?;
        let stored: HashMap<_, _> = stored
            .into_iter()
            .map(|record| (record.instrument, record.position))
            .collect();
        for (instrument, ledger) in &replay.positions {
            match stored.get(instrument) {
                None => self.find(
                    account,
                    Damage::PositionMissing {
                        instrument: *instrument,
                    },
                ),
                Some(stored) => {
                    differences(*instrument, stored, ledger)
                        .for_each(|damage| self.find(account, damage));
                }
            }
        }
        let mut unexplained: Vec<_> = stored
            .into_keys()
            .filter(|instrument| !replay.positions.contains_key(instrument))
            .collect();
        unexplained.sort_unstable();
        for instrument in unexplained {
            self.find(account, Damage::PositionUnexplained { instrument });
        }
        Ok(())
    }

    async fn executed_in(
        &mut self,
        account: AccountId,
        pass: Pass,
        mut after: i64,
    ) -> StoreResult<Executed> {
        let mut executed = Executed::new();
        while let Some(page) = self.entries_after(account, &mut after).await? {
            for entry in &page {
                self.collect(account, entry, pass, &mut executed);
            }
        }
        Ok(executed)
    }

    fn collect(
        &mut self,
        account: AccountId,
        entry: &LedgerEntry,
        pass: Pass,
        executed: &mut Executed,
    ) {
        let traded = entry.trade.as_ref().filter(|_| entry.kind.is_trade());
        let Some(trade) = traded else { return };
        let key = &trade.order_key;
        if !pass.takes(key) {
            return;
        }
        if executed.contains_key(key) {
            self.find(
                account,
                Damage::EntryRepeated {
                    seq: entry.seq,
                    key: key.clone(),
                },
            );
        } else {
            executed.insert(key.clone(), (entry.seq, entry.at));
        }
    }

    /// Takes the filled orders out of the entries by order; what is left on either side is wrong.
    async fn compare_orders(
        &mut self,
        account: AccountId,
        pass: Pass,
        mut executed: Executed,
        past: &mut Past,
    ) -> StoreResult<()> {
        let mut after: Option<IdempotencyKey> = None;
        loop {
            let page = self
                .store
                .list_filled_keys(account, after.as_ref(), self.limits.page)
                .await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (key, order) in page.into_iter().filter(|(key, _)| pass.takes(key)) {
                self.orders += 1;
                match executed.remove(&key) {
                    None if past.takes(&key, order) => {}
                    None => self.find(account, Damage::OrderWithoutEntry { key }),
                    Some((seq, entry)) if entry != order => {
                        self.find(
                            account,
                            Damage::OrderTime {
                                key,
                                order,
                                seq,
                                entry,
                            },
                        );
                    }
                    Some(_) => {}
                }
            }
        }
        let mut left: Vec<_> = executed
            .into_iter()
            .map(|(key, (seq, _))| (seq, key))
            .collect();
        left.sort_unstable();
        for (seq, key) in left {
            self.find(account, Damage::EntryWithoutOrder { seq, key });
        }
        Ok(())
    }
}

/// One pass of several over an account's orders: each takes its part of the keys, so that the memory
/// it needs does not grow with the ledger.
#[derive(Clone, Copy)]
struct Pass {
    number: i64,
    passes: i64,
}

impl Pass {
    fn takes(self, key: &IdempotencyKey) -> bool {
        if self.passes == 1 {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        // The upper half of the hash is a number that is never below zero.
        i64::try_from(hasher.finish() >> 1).is_ok_and(|hash| hash % self.passes == self.number)
    }
}

fn differences(
    instrument: InstrumentId,
    stored: &Position,
    ledger: &Position,
) -> impl Iterator<Item = Damage> + use<> {
    let counted = |position: &Position| {
        (
            position.last_bought_at,
            position.traded_on,
            position.trades_that_day,
        )
    };
    let quantity = Damage::Quantity {
        instrument,
        stored: stored.quantity,
        ledger: ledger.quantity,
    };
    let cost_basis = Damage::CostBasis {
        instrument,
        stored: stored.cost_basis,
        ledger: ledger.cost_basis,
    };
    let profit = Damage::PositionProfit {
        instrument,
        stored: stored.realized_profit,
        ledger: ledger.realized_profit,
    };
    let reserved = Damage::ReservedQuantity {
        instrument,
        stored: stored.reserved_quantity,
        ledger: ledger.reserved_quantity,
    };
    [
        (stored.quantity != ledger.quantity, quantity),
        (stored.cost_basis != ledger.cost_basis, cost_basis),
        (stored.realized_profit != ledger.realized_profit, profit),
        (
            stored.reserved_quantity != ledger.reserved_quantity,
            reserved,
        ),
        (stored.lots != ledger.lots, Damage::Lots { instrument }),
        (
            counted(stored) != counted(ledger),
            Damage::TradesCounted { instrument },
        ),
    ]
    .into_iter()
    .filter_map(|(differs, damage)| differs.then_some(damage))
}
