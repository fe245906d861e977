//! What there is: the accounts, positions, ledgers and answers that every server shares, and the rules
//! that they must keep at every commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, ensure};
use domain::progress::PlayerProgress;
use domain::tax::Taxes;
use domain::{
    AccountId, AwardHead, Fees, GameId, GameRules, IdempotencyKey, InstrumentId, LedgerHead,
    MarketId, Money, PlayerId, Position, Replay, Xp,
};
use server::store::{
    AccountRecord, AnsweredOrder, Batch, Fetched, GameRecord, OnceKey, OrderLookup, PlayerChange,
    RestingPlace, RestingRecord, StoreError, StoreResult, TradingAccount,
};

use crate::Summary;
use crate::clock::noon;

mod checks;

use checks::{check_amounts, check_answer};

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
    players: BTreeMap<PlayerId, Progress>,
    /// Postings and awards, by the key that makes each happen once.
    done: HashMap<(AccountId, OnceKey), i64>,
    /// The latest batch of each lane.
    lanes: BTreeMap<i64, i64>,
    positions: BTreeMap<(AccountId, InstrumentId), Position>,
    answers: BTreeMap<Name, AnsweredOrder>,
    resting: BTreeMap<Name, RestingRecord>,
    /// What did not hold, first of all.
    violation: Option<String>,
    seen: Summary,
}

/// A player's XP, how much of it was awarded, and the end of the log of awards.
#[derive(Debug, Clone)]
struct Progress {
    xp: Xp,
    awarded: Xp,
    awards: AwardHead,
    /// What the awards add up to, and the quest of the day as it was written.
    progress: PlayerProgress,
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
                counters: replay.counters.clone(),
            };
            state.accounts.insert(id, record);
            state.replays.insert(id, replay);
            let progress = Progress {
                xp: 0,
                awarded: 0,
                awards: AwardHead::before_first(id.player),
                progress: PlayerProgress::default(),
            };
            state.players.insert(id.player, progress);
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
            taxes: Some(Taxes {
                short_term_bps: 2_500,
                long_term_bps: 1_000,
            }),
            ..GameRules::open_league()
        }
    }

    pub(crate) fn games(&self) -> Vec<GameRecord> {
        vec![GameRecord {
            id: GAME,
            slug: "open".into(),
            name: "Open league".into(),
            rules: Self::rules(),
            market: MarketId(1),
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
            if let (Some(record), Some(progress)) =
                (state.accounts.get(&id), state.players.get(&id.player))
            {
                let account = TradingAccount {
                    record: record.clone(),
                    xp: progress.xp,
                    awards: progress.awards,
                    progress: progress.progress.clone(),
                };
                fetched.accounts.insert(id, account);
            }
            if let Some(instrument) = order.instrument
                && let Some(position) = state.positions.get(&(id, instrument))
            {
                fetched.positions.insert((id, instrument), position.clone());
            }
            let name = order.key.clone().map(|key| (id, key));
            if let Some(name) = name
                && let Some(answer) = state.answers.get(&name)
            {
                fetched.answers.insert(name, answer.clone());
            }
        }
        fetched
    }

    pub(crate) fn find_done(
        &self,
        keys: &[(AccountId, OnceKey)],
    ) -> HashMap<(AccountId, OnceKey), i64> {
        let state = self.lock();
        let found = keys.iter().filter_map(|name| {
            let seq = state.done.get(name)?;
            Some((name.clone(), *seq))
        });
        found.collect()
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
        let named = batch.accounts.iter().map(|change| change.record.id);
        Ok(named.filter(|id| left_out.contains(&id.player)).collect())
    }
}

impl State {
    /// The players of whom something is no longer as the batch expected it.
    fn overtaken(&self, batch: &Batch) -> BTreeSet<PlayerId> {
        let changed = batch.accounts.iter().filter(|change| {
            let version = self
                .accounts
                .get(&change.record.id)
                .map(|record| record.head.version);
            version != Some(change.expected_version)
        });
        let progressed = batch.players.iter().filter(|change| {
            let expected = (change.expected_xp, change.expected_award_seq);
            let now = self.players.get(&change.player);
            change.is_change() && now.map(|now| (now.xp, now.awards.seq)) != Some(expected)
        });
        let answered = batch.answers.iter().filter(|(account, answer)| {
            let name = (*account, answer.view.idempotency_key.clone());
            self.answers.contains_key(&name)
        });
        let posted = batch.postings.iter().filter(|(account, key, _)| {
            let name = (*account, OnceKey::Posting(key.clone()));
            self.done.contains_key(&name)
        });
        changed
            .map(|change| change.record.id.player)
            .chain(progressed.map(|change| change.player))
            .chain(answered.map(|(account, _)| account.player))
            .chain(posted.map(|(account, ..)| account.player))
            .collect()
    }

    fn write(&mut self, batch: &Batch, left_out: &BTreeSet<PlayerId>) -> anyhow::Result<()> {
        let stays = |account: &AccountId| !left_out.contains(&account.player);
        self.check_outcomes(batch)?;
        let mut traded: BTreeMap<Name, Money> = BTreeMap::new();
        for (account, entry) in batch.entries.iter().filter(|(id, _)| stays(id)) {
            check_amounts(entry)?;
            let replay = self.replays.get_mut(account).context("no such account")?;
            replay
                .apply(entry)
                .with_context(|| format!("{entry:?} of {account}"))?;
            self.seen.entries += 1;
            if let Some((_, trade)) = entry.fact.trade() {
                let name = (*account, trade.key.clone());
                let earlier = traded.insert(name, trade.cash_change);
                ensure!(earlier.is_none(), "an order is twice in a batch: {entry:?}");
            }
        }
        for (account, record) in batch.positions.iter().filter(|(id, _)| stays(id)) {
            let place = (*account, record.instrument);
            self.positions.insert(place, record.position.clone());
        }
        for change in batch.accounts.iter().filter(|one| stays(&one.record.id)) {
            self.accounts
                .insert(change.record.id, change.record.clone());
        }
        self.write_progress(batch, left_out)?;
        for (account, key, seq) in batch.postings.iter().filter(|(id, ..)| stays(id)) {
            let name = (*account, OnceKey::Posting(key.clone()));
            let earlier = self.done.insert(name, *seq);
            ensure!(earlier.is_none(), "{key} was posted twice to {account}");
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

    /// Awards follow each other, none is given twice, and what a player gains is in them and in the
    /// entries.
    fn write_progress(
        &mut self,
        batch: &Batch,
        left_out: &BTreeSet<PlayerId>,
    ) -> anyhow::Result<()> {
        let stays = |player: &PlayerId| !left_out.contains(player);
        for (player, award) in batch.awards.iter().filter(|(player, _)| stays(player)) {
            let progress = self.players.get_mut(player).context("no such player")?;
            award.check_follows(progress.awards)?;
            progress.awards = award.head();
            progress.awarded += award.xp;
            progress.progress.record_award(&award.cause);
            let account = AccountId {
                player: *player,
                game: GAME,
            };
            let name = (account, OnceKey::Award(award.cause.key()));
            let earlier = self.done.insert(name, award.seq);
            ensure!(earlier.is_none(), "{award:?} was given twice");
        }
        let changes = batch.players.iter().filter(|change| stays(&change.player));
        for PlayerChange {
            player,
            xp_gained,
            awards,
            progress: written,
            ..
        } in changes
        {
            let progress = self.players.get_mut(player).context("no such player")?;
            progress.xp += xp_gained;
            ensure!(progress.awards == *awards, "awards of {player} are missing");
            if let Some(written) = written {
                progress.progress.quest.clone_from(&written.quest);
                // It follows from the entries, which are checked one by one.
                progress.progress.traded = written.traded;
                ensure!(
                    progress.progress == *written,
                    "progress of {player} is another"
                );
            }
        }
        Ok(())
    }
}
