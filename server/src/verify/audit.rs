//! Audits: looking at the accounts of one player.

use std::collections::{HashMap, HashSet};

use domain::progress::PlayerProgress;
use domain::{
    Account, AccountId, AwardCause, AwardHead, Fact, GameId, LedgerEntry, PlayerId, Replay, Words,
    Xp,
};

use super::known::Known;
use super::open;
use super::orders::{EndedOrders, Pass, Waiting};
use super::past::ArchivedAccount;
use super::postings::Posted;
use super::{Damage, Finding, Limits};
use crate::store::{
    AccountRecord, AuditSnapshot, LedgerRow, PlayerRecord, RestingRecord, Store, StoreError,
    StoreResult,
};

/// Passes over one account's orders, whatever length its ledger claims.
const PASSES_MAX: i64 = 1_000;

/// What became of looking at one player.
pub(super) struct Audit<'a> {
    /// The database as of one moment: whoever trades meanwhile is not seen.
    pub(super) snapshot: Box<dyn AuditSnapshot>,
    pub(super) store: &'a dyn Store,
    pub(super) known: &'a mut Known,
    pub(super) limits: Limits,
    /// None: accounts are looked at from their checkpoints on.
    pub(super) archived: Option<&'a HashMap<AccountId, ArchivedAccount>>,
    pub(super) accounts: u64,
    pub(super) entries: u64,
    pub(super) orders: u64,
    pub(super) findings: Vec<Finding>,
    pub(super) findings_count: u64,
}

impl<'a> Audit<'a> {
    pub(super) fn new(
        snapshot: Box<dyn AuditSnapshot>,
        store: &'a dyn Store,
        known: &'a mut Known,
        limits: Limits,
        archived: Option<&'a HashMap<AccountId, ArchivedAccount>>,
    ) -> Self {
        Self {
            snapshot,
            store,
            known,
            limits,
            archived,
            accounts: 0,
            entries: 0,
            orders: 0,
            findings: Vec::new(),
            findings_count: 0,
        }
    }

    /// The orders that rest, whose reserves are compared with the ledger's.
    async fn compare_open(
        &mut self,
        record: &AccountRecord,
        replay: &Replay,
    ) -> StoreResult<Vec<RestingRecord>> {
        self.find_all(record.id, open::of_account(record, replay));
        // One more than there can be, so that one too many is seen.
        let most = Account::OPEN_ORDERS_MAX.saturating_add(1);
        let stored = self.snapshot.list_open_orders(record.id, most).await?;
        self.find_all(record.id, open::of_orders(&stored, replay));
        Ok(stored)
    }

    pub(super) fn find(&mut self, account: AccountId, damage: Damage) {
        self.findings_count += 1;
        if self.findings.len() < self.limits.findings_told {
            self.findings.push(Finding { account, damage });
        }
    }

    pub(super) fn find_all(
        &mut self,
        account: AccountId,
        damage: impl IntoIterator<Item = Damage>,
    ) {
        for one in damage {
            self.find(account, one);
        }
    }

    pub(super) async fn player(&mut self, player: PlayerId) -> StoreResult<()> {
        let accounts = self.snapshot.list_accounts_of(player).await?;
        let mut earned: Option<Xp> = Some(0);
        for record in &accounts {
            self.accounts += 1;
            // Without one account's XP the player's cannot be told.
            let xp = self.account(record).await?;
            earned = earned.zip(xp).map(|(earned, xp)| earned.saturating_add(xp));
        }
        self.entries_without_account(player, &accounts).await?;
        let Some(first) = accounts.first() else {
            return Ok(());
        };
        let Some(player) = self.snapshot.find_player(player).await? else {
            self.find(first.id, Damage::PlayerMissing);
            return Ok(());
        };
        match earned {
            Some(earned) => self.awards(first.id, &player, earned).await,
            None => Ok(()),
        }
    }

    async fn entries_without_account(
        &mut self,
        player: PlayerId,
        accounts: &[AccountRecord],
    ) -> StoreResult<()> {
        let there: HashSet<GameId> = accounts.iter().map(|record| record.id.game).collect();
        let mut games = self.snapshot.list_ledger_games(player).await?;
        games.retain(|game| !there.contains(game));
        for game in games {
            self.find(AccountId { player, game }, Damage::EntriesWithoutAccount);
        }
        Ok(())
    }

    /// The player's log of awards, and the XP that it and the ledgers add up to.
    async fn awards(
        &mut self,
        account: AccountId,
        player: &PlayerRecord,
        earned: Xp,
    ) -> StoreResult<()> {
        let mut head = AwardHead::before_first(player.id);
        let mut awarded: Xp = 0;
        let mut progress = PlayerProgress::default();
        let mut bonus_day = None;
        loop {
            let limit = self.limits.page;
            let page = self
                .snapshot
                .list_awards_after(player.id, head.seq, limit)
                .await?;
            if page.is_empty() {
                break;
            }
            for award in page {
                if let Err(error) = award.check_follows(head) {
                    self.find(
                        account,
                        Damage::Award {
                            seq: award.seq,
                            error,
                        },
                    );
                    return Ok(());
                }
                awarded = awarded.saturating_add(award.xp);
                progress.record_award(&award.cause);
                if let AwardCause::DailyBonus { day, .. } = award.cause {
                    bonus_day = bonus_day.max(Some(day));
                }
                head = award.head();
            }
        }
        if player.awards != head {
            let (stored, ledger) = (player.awards.seq, head.seq);
            self.find(account, Damage::AwardHead { stored, ledger });
        } else {
            self.compare_progress(account, &player.progress, &progress);
            // Without the day, the bonus could be collected again.
            if player.bonus_day != bonus_day {
                self.find(account, Damage::BonusDay);
            }
        }
        let (stored, ledger) = (player.xp, earned.saturating_add(awarded));
        if stored != ledger {
            self.find(account, Damage::Xp { stored, ledger });
        }
        Ok(())
    }

    /// The quest of the day follows from nothing that is kept, and is not compared.
    fn compare_progress(
        &mut self,
        account: AccountId,
        stored: &PlayerProgress,
        awards: &PlayerProgress,
    ) {
        for (counter, stored, ledger) in stored.counters.changes(&awards.counters) {
            let damage = Damage::PlayerCounter {
                counter,
                stored,
                ledger,
            };
            self.find(account, damage);
        }
        if stored.streak != awards.streak {
            let (stored, ledger) = (stored.streak.days, awards.streak.days);
            self.find(account, Damage::Streak { stored, ledger });
        }
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
        let mut ended = EndedOrders::new();
        let mut posted = Posted::after(past.seq());
        let (mut after, mut before) = (past.seq(), None);
        while let Some(page) = self.entries_after(record.id, &mut after).await? {
            for LedgerRow { entry, words } in &page {
                self.entries += 1;
                if let Fact::Converted(conversion) = &entry.fact
                    && !before.is_some_and(|before| conversion.follows(&before))
                {
                    self.find(record.id, Damage::Conversion { seq: entry.seq });
                }
                before = Some(entry.fact.clone());
                if let Err(broken) = replay.apply(entry) {
                    self.find(record.id, broken.into());
                    return Ok(None);
                }
                // Words may have been erased; those that are there are those of the entry.
                let digest = words.as_ref().map(Words::digest);
                if digest.is_some() && digest != entry.fact.words() {
                    self.find(record.id, Damage::Words { seq: entry.seq });
                }
                self.check_opening(record.id, entry).await?;
                self.collect(record.id, entry, first, &mut ended);
                posted.note(entry);
            }
        }
        self.compare_account(record, &replay);
        self.compare_positions(record.id, &replay).await?;
        let open = self.compare_open(record, &replay).await?;
        let posted = self.compare_postings(record.id, posted).await?;
        let mut waiting = Waiting::new(&open, &replay, posted);
        self.compare_orders(record.id, first, ended, &mut waiting, &mut past)
            .await?;
        for number in 1..passes {
            let pass = Pass { number, passes };
            let ended = self.ended_in(record.id, pass, past.seq()).await?;
            self.compare_orders(record.id, pass, ended, &mut waiting, &mut past)
                .await?;
        }
        self.find_all(record.id, waiting.unanswered());
        if let Some(damage) = past.difference() {
            self.find(record.id, damage);
        }
        Ok(Some(replay.xp))
    }

    /// Whether the account was opened with what its game gives.
    async fn check_opening(&mut self, account: AccountId, entry: &LedgerEntry) -> StoreResult<()> {
        let Fact::Opened { cash } = entry.fact else {
            return Ok(());
        };
        match self.known.starting_cash(self.store, account.game).await? {
            None => self.find(account, Damage::GameMissing),
            Some(rules) if rules != cash => self.find(account, Damage::OpeningCash { cash, rules }),
            Some(_) => {}
        }
        Ok(())
    }

    /// The next page of entries; none after the last one.
    async fn entries_after(
        &mut self,
        account: AccountId,
        after: &mut i64,
    ) -> StoreResult<Option<Vec<LedgerRow>>> {
        let limit = self.limits.page;
        let page = self.snapshot.list_entries(account, *after, limit).await?;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        *after = last.entry.seq;
        Ok(Some(page))
    }

    async fn ended_in(
        &mut self,
        account: AccountId,
        pass: Pass,
        mut after: i64,
    ) -> StoreResult<EndedOrders> {
        let mut ended = EndedOrders::new();
        while let Some(page) = self.entries_after(account, &mut after).await? {
            for row in &page {
                self.collect(account, &row.entry, pass, &mut ended);
            }
        }
        Ok(ended)
    }
}
