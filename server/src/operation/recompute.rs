//! Computes all XP again and names what was recorded differently.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::process::ExitCode;

use domain::progress::{Achievements, Quests};
use domain::puzzle::DAILY_XP;
use domain::{
    AccountId, Award, AwardCause, GameId, LedgerEntry, Money, PlayerId, Replay, TradeFacts,
    TradingDay, Xp,
};

use crate::config::Config;
use crate::store::{AuditSnapshot, Store, StoreResult, XpRulesRecord};
use crate::xp_rules::RulesInForce;

/// Players, entries and awards that are read at once.
const PAGE: u32 = 1_000;

/// Something that the rules say differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whose XP it is.
    pub player: PlayerId,
    /// What earned it.
    pub source: Source,
    /// XP as recorded.
    pub recorded: Xp,
    /// XP by the rules that counted at that instant.
    pub computed: Xp,
}

/// What XP comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An entry of an account's ledger.
    Trade { game: GameId, seq: i64 },
    /// An award, by its key.
    Award { key: String },
    /// All of it: the player's XP against the sum of ledgers and awards.
    Sum,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "player {}, ", self.player)?;
        match &self.source {
            Source::Trade { game, seq } => write!(f, "entry {seq} in game {game}")?,
            Source::Award { key } => write!(f, "award {key}")?,
            Source::Sum => write!(f, "in all")?,
        }
        let Self {
            recorded, computed, ..
        } = self;
        write!(f, ": recorded {recorded} XP, computed {computed} XP")
    }
}

/// What was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recomputed {
    /// Players looked at.
    pub players: u64,
    /// Trades and awards computed again.
    pub sources: u64,
    /// Players with older months in an archive, who are left out.
    pub archived: u64,
    /// Differences told.
    pub differences: u64,
}

/// Opens the database, computes all XP again and prints every difference; fails if there is one.
///
/// # Errors
/// When there is no database, or it fails.
pub async fn recompute_on_database(config: &Config) -> anyhow::Result<ExitCode> {
    let store = crate::open_existing_store(config).await?;
    let done = recompute_xp(&*store, |difference| println!("{difference}")).await;
    store.close().await;
    let done = done?;
    println!(
        "{} players, {} trades and awards: {} differences. {} players with archived months were left out.",
        done.players, done.sources, done.differences, done.archived
    );
    if done.differences == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// Computes the XP of every trade and award again, by the rules that counted at its instant, and tells
/// each difference. Nothing is changed. The server may run meanwhile: each player is looked at as of one
/// moment.
///
/// # Errors
/// When the store fails.
pub async fn recompute_xp(
    store: &dyn Store,
    mut report: impl FnMut(&Difference),
) -> StoreResult<Recomputed> {
    let rules = store.list_xp_rules().await?;
    let games = store.list_games().await?;
    let starting_cash = games
        .into_iter()
        .map(|game| (game.id, game.rules.starting_cash))
        .collect();
    let mut all = Recomputed::default();
    let mut after = None;
    loop {
        let players = store.list_players(after, PAGE).await?;
        let Some(last) = players.last() else {
            return Ok(all);
        };
        after = Some(*last);
        for player in players {
            all.players += 1;
            let mut recount = Recount {
                snapshot: store.begin_snapshot().await?,
                player,
                rules: &rules,
                starting_cash: &starting_cash,
                differences: Vec::new(),
                sources: 0,
                earned: 0,
            };
            if recount.all().await? {
                all.sources += recount.sources;
                all.differences += recount.differences.len() as u64;
                recount.differences.iter().for_each(&mut report);
            } else {
                all.archived += 1;
            }
        }
    }
}

/// One player's XP, computed again.
struct Recount<'a> {
    snapshot: Box<dyn AuditSnapshot>,
    player: PlayerId,
    rules: &'a [XpRulesRecord],
    starting_cash: &'a HashMap<GameId, Money>,
    differences: Vec<Difference>,
    sources: u64,
    /// As recorded.
    earned: Xp,
}

/// An account on the way through its ledger.
struct OpenAccount {
    id: AccountId,
    replay: Replay,
    read: VecDeque<LedgerEntry>,
    /// The latest entry that was read.
    seq: i64,
}

impl Recount<'_> {
    /// False when a part of the ledger is in an archive, or does not replay, which `verify` names.
    async fn all(&mut self) -> StoreResult<bool> {
        if !self.trades().await? {
            return Ok(false);
        }
        self.awards().await?;
        if let Some(player) = self.snapshot.find_player(self.player).await? {
            self.compare(Source::Sum, player.xp, self.earned);
        }
        Ok(true)
    }

    /// Trades of all accounts in the order of their instants: what a trade earns depends on those of
    /// the same day in other games.
    async fn trades(&mut self) -> StoreResult<bool> {
        let mut accounts = Vec::new();
        for record in self.snapshot.list_accounts_of(self.player).await? {
            if self.snapshot.find_checkpoint(record.id).await?.is_some() {
                return Ok(false);
            }
            accounts.push(OpenAccount {
                id: record.id,
                replay: Replay::new(record.id),
                read: VecDeque::new(),
                seq: 0,
            });
        }
        let mut traded = TradingDay::default();
        loop {
            for account in &mut accounts {
                self.read_on(account).await?;
            }
            let next = accounts
                .iter_mut()
                .filter(|account| !account.read.is_empty())
                .min_by_key(|account| account.read.front().map(|entry| entry.at));
            let Some(account) = next else {
                return Ok(true);
            };
            let Some(entry) = account.read.pop_front() else {
                return Ok(true);
            };
            self.trade(account, &entry, &mut traded);
            if account.replay.apply(&entry).is_err() {
                return Ok(false);
            }
        }
    }

    async fn read_on(&mut self, account: &mut OpenAccount) -> StoreResult<()> {
        if !account.read.is_empty() {
            return Ok(());
        }
        let page = self.snapshot.list_entries(account.id, account.seq, PAGE);
        account
            .read
            .extend(page.await?.into_iter().map(|row| row.entry));
        if let Some(last) = account.read.back() {
            account.seq = last.seq;
        }
        Ok(())
    }

    fn trade(&mut self, account: &OpenAccount, entry: &LedgerEntry, traded: &mut TradingDay) {
        self.earned = self.earned.saturating_add(entry.xp());
        let Some((side, trade)) = entry.fact.trade() else {
            return;
        };
        let game = account.id.game;
        let cash = self.starting_cash.get(&game).copied().unwrap_or_default();
        let facts = TradeFacts::of_entry((side, trade), entry, &account.replay, cash, *traded);
        let in_force = RulesInForce::at(self.rules, entry.at);
        let computed = in_force.of(game).rules.for_trade(facts);
        let source = Source::Trade {
            game,
            seq: entry.seq,
        };
        self.sources += 1;
        self.compare(source, trade.xp, computed);
        *traded = traded.after_trade(entry.at.day(), trade.xp);
    }

    async fn awards(&mut self) -> StoreResult<()> {
        let mut after = 0;
        loop {
            let page = self.snapshot.list_awards_after(self.player, after, PAGE);
            let page = page.await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.seq;
            for award in page {
                self.sources += 1;
                self.earned = self.earned.saturating_add(award.xp);
                let computed = self.computed(&award);
                let key = award.cause.key();
                self.compare(Source::Award { key }, award.xp, computed);
            }
        }
    }

    /// What an award is by the rules of its instant. One whose definition is gone stays what it is.
    fn computed(&self, award: &Award) -> Xp {
        let in_force = RulesInForce::at(self.rules, award.at);
        let of_game = |game: GameId| &in_force.of(game).rules;
        match &award.cause {
            // A bonus of none is that of a day that a change of zone has brought.
            AwardCause::DailyBonus { .. } if award.xp == 0 => 0,
            AwardCause::DailyBonus { .. } => in_force.of_all().rules.daily_bonus,
            AwardCause::Unlocked { achievement, .. } => Achievements::standard()
                .find(achievement)
                .map_or(award.xp, |definition| definition.xp_reward),
            AwardCause::Quest { quest, .. } => Quests::standard()
                .find(quest)
                .map_or(award.xp, |quest| quest.xp_reward),
            AwardCause::Holding { game, .. } => of_game(*game).week_held_bonus,
            AwardCause::Diversified { game, .. } => of_game(*game).week_diversified_bonus,
            AwardCause::Reasoned { game, .. } => of_game(*game).week_reasoned_bonus,
            AwardCause::Reviewed { game, .. } => of_game(*game).review_bonus,
            AwardCause::Puzzle { .. } => DAILY_XP,
            AwardCause::StreakRepaired { .. }
            | AwardCause::ZoneChosen { .. }
            | AwardCause::Did { .. } => 0,
        }
    }

    fn compare(&mut self, source: Source, recorded: Xp, computed: Xp) {
        if recorded != computed {
            self.differences.push(Difference {
                player: self.player,
                source,
                recorded,
                computed,
            });
        }
    }
}
