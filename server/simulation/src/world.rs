//! What there is: the accounts, positions, ledgers and answers that every server shares, and the rules
//! that they must keep at every commit.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, bail, ensure};
use domain::api::{OrderStatus, OrderView};
use domain::{
    AccountId, EntryKind, Fees, GameId, GameRules, IdempotencyKey, InstrumentId, LedgerEntry,
    LedgerHead, Money, Order, PlayerId, Position, Quantity, Rejection, Replay, Xp,
};
use server::store::{
    AccountRecord, AnsweredOrder, Batch, Fetched, GameRecord, OrderLookup, RestingPlace,
    RestingRecord, StoreError, StoreResult, TradingAccount,
};

use crate::Summary;
use crate::clock::noon;

const GAME: GameId = GameId(1);
const STARTING_CASH: i32 = 10_000;

/// An order by its account and key.
pub(crate) type Name = (AccountId, IdempotencyKey);

/// The world, shared by all servers.
#[derive(Debug, Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    accounts: BTreeMap<AccountId, AccountRecord>,
    /// Each account as its ledger says.
    replays: BTreeMap<AccountId, Replay>,
    xp: BTreeMap<PlayerId, Xp>,
    positions: BTreeMap<(AccountId, InstrumentId), Position>,
    answers: BTreeMap<Name, AnsweredOrder>,
    resting: BTreeMap<Name, RestingRecord>,
    /// What did not hold, first of all.
    violation: Option<String>,
    seen: Summary,
}

impl World {
    pub(crate) fn new(accounts: i64) -> Self {
        let mut state = State::default();
        for player in 1..=accounts {
            let id = AccountId {
                player: PlayerId(player),
                game: GAME,
            };
            let opening =
                LedgerHead::before_first(id).opened(Money::from_whole(STARTING_CASH), noon());
            let mut replay = Replay::new(id);
            replay.apply(&opening).expect("an account can be opened");
            let record = AccountRecord {
                id,
                account: replay.account,
                head: replay.head,
            };
            state.accounts.insert(id, record);
            state.replays.insert(id, replay);
            state.xp.insert(id.player, 0);
        }
        Self(Arc::new(Mutex::new(state)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // There is only one thread.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With a fee, so that it has to add up, too.
    pub(crate) fn rules() -> GameRules {
        GameRules {
            fees: Fees {
                fixed: Money::from_units(1_500),
                basis_points: 12,
            },
            ..GameRules::open_league()
        }
    }

    pub(crate) fn games(&self) -> Vec<GameRecord> {
        vec![GameRecord {
            id: GAME,
            slug: "open".into(),
            name: "Open league".into(),
            rules: Self::rules(),
        }]
    }

    pub(crate) fn accounts(&self) -> Vec<AccountId> {
        self.lock().accounts.keys().copied().collect()
    }

    pub(crate) fn count_step(&self) {
        self.lock().seen.steps += 1;
    }

    pub(crate) fn count_fault(&self) {
        self.lock().seen.faults += 1;
    }

    pub(crate) fn count_crash(&self) {
        self.lock().seen.crashes += 1;
    }

    /// What did not hold, if anything.
    pub(crate) fn violation(&self) -> Option<String> {
        self.lock().violation.clone()
    }

    pub(crate) fn resting(&self, account: AccountId) -> Vec<RestingRecord> {
        let state = self.lock();
        let of_account = state.resting.values();
        of_account
            .filter(|record| record.account == account)
            .cloned()
            .collect()
    }

    pub(crate) fn resting_after(&self, after: &RestingPlace, limit: u32) -> Vec<RestingRecord> {
        let state = self.lock();
        let mut later: Vec<_> = state
            .resting
            .values()
            .filter(|record| record.place() > *after)
            .cloned()
            .collect();
        later.sort_by_key(RestingRecord::place);
        later.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        later
    }

    pub(crate) fn fetch(&self, orders: &[OrderLookup]) -> Fetched {
        let state = self.lock();
        let mut fetched = Fetched::default();
        for order in orders {
            let id = order.account;
            if let Some(record) = state.accounts.get(&id) {
                let xp = state.xp.get(&id.player).copied().unwrap_or_default();
                let record = *record;
                fetched.accounts.insert(id, TradingAccount { record, xp });
            }
            if let Some(instrument) = order.instrument
                && let Some(position) = state.positions.get(&(id, instrument))
            {
                fetched.positions.insert((id, instrument), position.clone());
            }
            let name = (id, order.key.clone());
            if let Some(answer) = state.answers.get(&name) {
                fetched.answers.insert(name, answer.clone());
            }
        }
        fetched
    }

    /// Writes a batch as a store has to, and checks what has become of it.
    pub(crate) fn commit(&self, batch: &Batch) -> StoreResult<Vec<AccountId>> {
        let mut state = self.lock();
        let left_out = state.overtaken(batch);
        if !left_out.is_empty() {
            state.seen.races += 1;
        }
        if let Err(error) = state.write(batch, &left_out) {
            state.violation.get_or_insert(format!("{error:#}"));
            return Err(StoreError::Corrupt {
                what: "the simulated world".into(),
            });
        }
        Ok(left_out.into_iter().collect())
    }

    /// Compares what the clients were told with what there is.
    pub(crate) fn check_at_the_end(
        &self,
        answered: &[(AccountId, Order, OrderView)],
    ) -> anyhow::Result<Summary> {
        let state = self.lock();
        if let Some(violation) = &state.violation {
            bail!("{violation}");
        }
        for (account, order, view) in answered {
            let name = (*account, order.key().clone());
            let stored = state.answers.get(&name);
            let stored = stored.with_context(|| format!("{view:?} is nowhere"))?;
            let may_have_ended = view.status == OrderStatus::Resting;
            ensure!(
                may_have_ended || stored.view == *view,
                "a client was told {view:?}, but it is {:?}",
                stored.view
            );
        }
        let mut summary = state.seen;
        summary.answers = answered.len() as u64;
        let mut hasher = DefaultHasher::new();
        for (id, replay) in &state.replays {
            (id, replay.head.hash).hash(&mut hasher);
        }
        summary.digest = hasher.finish();
        Ok(summary)
    }
}

impl State {
    fn overtaken(&self, batch: &Batch) -> BTreeSet<AccountId> {
        let changed = batch.accounts.iter().filter(|change| {
            let id = change.record.id;
            let version = self.accounts.get(&id).map(|record| record.head.version);
            let xp = self.xp.get(&id.player).copied();
            version != Some(change.expected_version)
                || (change.xp_gained != 0 && xp != Some(change.expected_xp))
        });
        let answered = batch.answers.iter().filter(|(account, answer)| {
            let name = (*account, answer.view.idempotency_key.clone());
            self.answers.contains_key(&name)
        });
        changed
            .map(|change| change.record.id)
            .chain(answered.map(|(account, _)| *account))
            .collect()
    }

    fn write(&mut self, batch: &Batch, left_out: &BTreeSet<AccountId>) -> anyhow::Result<()> {
        let stays = |account: &AccountId| !left_out.contains(account);
        let mut traded: BTreeMap<Name, Money> = BTreeMap::new();
        for (account, entry) in batch.entries.iter().filter(|(id, _)| stays(id)) {
            check_amounts(entry)?;
            let replay = self.replays.get_mut(account).context("no such account")?;
            replay
                .apply(entry)
                .with_context(|| format!("{entry:?} of {account}"))?;
            self.seen.entries += 1;
            if let Some(trade) = entry.trade.as_ref().filter(|_| entry.kind.is_trade()) {
                let name = (*account, trade.order_key.clone());
                let earlier = traded.insert(name, entry.cash_change);
                ensure!(earlier.is_none(), "an order is twice in a batch: {entry:?}");
            }
        }
        for (account, record) in batch.positions.iter().filter(|(id, _)| stays(id)) {
            let place = (*account, record.instrument);
            self.positions.insert(place, record.position.clone());
        }
        for change in batch.accounts.iter().filter(|one| stays(&one.record.id)) {
            self.accounts.insert(change.record.id, change.record);
            *self.xp.entry(change.record.id.player).or_default() += change.xp_gained;
        }
        for (account, answer) in batch.answers.iter().filter(|(id, _)| stays(id)) {
            let name = (*account, answer.view.idempotency_key.clone());
            check_answer(&answer.view, traded.remove(&name))?;
            self.answers.insert(name, answer.clone());
        }
        for record in batch.rested.iter().filter(|one| stays(&one.account)) {
            let name = (record.account, record.key().clone());
            self.resting.insert(name, record.clone());
        }
        for (account, answer) in batch.ended.iter().filter(|(id, _)| stays(id)) {
            let name = (*account, answer.view.idempotency_key.clone());
            check_answer(&answer.view, traded.remove(&name))?;
            let rested = self.resting.remove(&name);
            ensure!(rested.is_some(), "{name:?} ended and did not rest");
            self.answers.insert(name, answer.clone());
        }
        ensure!(traded.is_empty(), "nobody is told of {traded:?}");
        for change in batch.accounts.iter().filter(|one| stays(&one.record.id)) {
            self.check_account(change.record.id)?;
        }
        let rejected = batch.answers.iter().filter(|(id, _)| stays(id));
        for (account, answer) in rejected {
            let changes = batch
                .accounts
                .iter()
                .any(|change| change.record.id == *account && change.is_change());
            if !changes {
                self.check_rejection(*account, &answer.view)?;
            }
        }
        Ok(())
    }

    /// Where nothing else has come between, a rejection for want of cash is true of the account.
    fn check_rejection(&self, id: AccountId, view: &OrderView) -> anyhow::Result<()> {
        let account = self.accounts.get(&id).map(|record| record.account);
        if let Some(Rejection::InsufficientCash { available, .. }) = view.rejection {
            let cash = account.map(|account| account.cash);
            ensure!(
                cash == Some(available),
                "{id} has {cash:?}, but was told {view:?}"
            );
        }
        Ok(())
    }

    /// An account is what its ledger says, and within its bounds.
    fn check_account(&self, id: AccountId) -> anyhow::Result<()> {
        let record = self.accounts.get(&id).context("no such account")?;
        let replay = self.replays.get(&id).context("no such ledger")?;
        ensure!(
            record.head == replay.head && record.account == replay.account,
            "{record:?} is not what its ledger says: {:?} {:?}",
            replay.head,
            replay.account
        );
        ensure!(!record.account.cash.is_negative(), "{record:?}");
        ensure!(
            record.account.reserved_cash <= record.account.cash,
            "{record:?}"
        );
        ensure!(self.xp.get(&id.player) == Some(&replay.xp), "XP of {id}");
        for (instrument, expected) in &replay.positions {
            let position = self.positions.get(&(id, *instrument));
            ensure!(
                position == Some(expected),
                "{position:?} of {id} is not what its ledger says: {expected:?}"
            );
            ensure!(!expected.quantity.is_negative(), "{expected:?}");
        }
        let resting = self.resting.keys().filter(|(account, _)| *account == id);
        let resting: BTreeSet<_> = resting.map(|(_, key)| key).collect();
        let open: BTreeSet<_> = replay.open.keys().collect();
        ensure!(
            resting == open,
            "{resting:?} rest of {id}, but {open:?} are open"
        );
        Ok(())
    }
}

/// Cash and shares change hands at the price, and the fee is what else is paid.
fn check_amounts(entry: &LedgerEntry) -> anyhow::Result<()> {
    let Some(trade) = entry.trade.as_ref().filter(|_| entry.kind.is_trade()) else {
        ensure!(entry.cash_change.is_zero(), "{entry:?} is no trade");
        return Ok(());
    };
    let shares = Quantity::from_units(trade.quantity_change.units().abs());
    let expected = match entry.kind {
        EntryKind::Bought => trade
            .price
            .cost_of(shares)
            .and_then(|cost| cost.checked_add(trade.fee))
            .map(Money::negated),
        _ => trade
            .price
            .value_of(shares)
            .and_then(|value| value.checked_sub(trade.fee)),
    };
    ensure!(
        expected == Some(entry.cash_change),
        "{entry:?} should change the cash by {expected:?}"
    );
    Ok(())
}

/// What is said to be filled is in the ledger, with the same amount, and nothing else is.
fn check_answer(view: &OrderView, traded: Option<Money>) -> anyhow::Result<()> {
    let told = view.fill.map(|fill| fill.cash_change);
    ensure!(
        told == traded && told.is_some() == (view.status == OrderStatus::Filled),
        "the ledger has {traded:?} of {view:?}"
    );
    Ok(())
}
