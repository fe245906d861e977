//! Games that players host: the list in memory, and what happens to them as time passes.
//!
//! Hosted games, their hosts and the members who are kept out are few and needed with every order, so
//! each server keeps them in memory. Every change leaves a mark in the database, which all servers poll
//! each second.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use domain::api::{ErrorCode, HostedState, Visibility};
use domain::{AccountId, GameId, MarketId, PlayerId, Timestamp};
use tokio::time::MissedTickBehavior;

use crate::app::{App, Game, random_id};
use crate::error::{Error, Result};
use crate::store::{HostedGame, MarketSpec, Store, StoreResult};

pub(crate) mod categories;
pub mod codes;
pub mod creation;
pub mod qr;
pub mod roster;
pub mod seasons;
pub mod words;
pub mod zones;

/// Interval between checks of the clock and the database.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The variable whose value changes with each change.
const CHANGED: &str = "hosting_changed";
/// Maximum rule changes applied per check.
const DUE_MAX: u32 = 100;

/// Every hosted game, who runs it and who is kept out.
#[derive(Debug, Default)]
struct Known {
    games: HashMap<GameId, Arc<HostedGame>>,
    hosts: HashSet<(GameId, PlayerId)>,
    kept_out: HashSet<AccountId>,
}

/// The hosted games as this server knows them.
#[derive(Debug)]
pub struct Hosting {
    known: ArcSwap<Known>,
    /// The latest mark seen.
    mark: Mutex<Option<String>>,
}

impl Hosting {
    /// Reads all of them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(store: &dyn Store) -> StoreResult<Self> {
        let hosting = Self {
            known: ArcSwap::default(),
            mark: Mutex::default(),
        };
        hosting.refresh(store).await?;
        Ok(hosting)
    }

    /// Reloads all of them.
    ///
    /// # Errors
    /// When the store fails. What is known stays.
    pub async fn refresh(&self, store: &dyn Store) -> StoreResult<()> {
        let games = store.list_hosted_games().await?.into_iter();
        let games: HashMap<_, _> = games.map(|game| (game.game, Arc::new(game))).collect();
        let owners = games.values().map(|game| (game.game, game.owner));
        let hosts = store
            .list_hosts()
            .await?
            .into_iter()
            .chain(owners)
            .collect();
        let kept_out = store.list_kept_out().await?.into_iter().collect();
        self.known.store(Arc::new(Known {
            games,
            hosts,
            kept_out,
        }));
        Ok(())
    }

    /// A hosted game. `None` for a game created by an operator.
    #[must_use]
    pub fn find(&self, game: GameId) -> Option<Arc<HostedGame>> {
        self.known.load().games.get(&game).cloned()
    }

    /// Every hosted game.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<HostedGame>> {
        self.known.load().games.values().cloned().collect()
    }

    /// The hosted game of a join code, however it is typed.
    #[must_use]
    pub fn find_by_code(&self, typed: &str) -> Option<Arc<HostedGame>> {
        let code = codes::normalized(typed);
        let known = self.known.load();
        let mut games = known.games.values();
        games
            .find(|game| game.join_code.as_deref() == Some(code.as_str()))
            .cloned()
    }

    /// Whether a player runs a game.
    #[must_use]
    pub fn is_host(&self, game: GameId, player: PlayerId) -> bool {
        self.known.load().hosts.contains(&(game, player))
    }

    /// The hosts of a game other than its owner.
    #[must_use]
    pub fn co_hosts(&self, game: &HostedGame) -> Vec<PlayerId> {
        let known = self.known.load();
        let hosts = known.hosts.iter();
        let mut others: Vec<PlayerId> = hosts
            .filter(|(id, player)| *id == game.game && *player != game.owner)
            .map(|(_, player)| *player)
            .collect();
        others.sort();
        others
    }

    /// The number of unarchived games that a player owns.
    #[must_use]
    pub fn count_of(&self, owner: PlayerId) -> usize {
        let known = self.known.load();
        let games = known.games.values();
        games
            .filter(|game| game.owner == owner && game.state != HostedState::Archived)
            .count()
    }

    /// Whether a game is in everybody's list of games.
    #[must_use]
    pub fn is_listed(&self, game: GameId) -> bool {
        self.find(game).is_none_or(|hosted| {
            hosted.settings.visibility == Visibility::Public && hosted.state != HostedState::Draft
        })
    }

    /// Checks that the player of an account may play.
    ///
    /// # Errors
    /// 403 for a member who is waiting or was removed.
    pub fn check_plays(&self, account: AccountId) -> Result<()> {
        if !self.known.load().kept_out.contains(&account) {
            return Ok(());
        }
        let message = "The host of this game has taken you out, or has not let you in yet.";
        Err(Error::new(ErrorCode::Forbidden, message))
    }

    /// The hosted game, for one of its hosts only.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub fn check_host(&self, game: &Game, player: PlayerId) -> Result<Arc<HostedGame>> {
        let hosted = self.find(game.record.id);
        match hosted.filter(|hosted| self.is_host(hosted.game, player)) {
            Some(hosted) => Ok(hosted),
            None => Err(Error::new(
                ErrorCode::Forbidden,
                "Only the hosts of this game can do this.",
            )),
        }
    }

    /// Whether the mark has changed since the last check.
    async fn has_changed(&self, store: &dyn Store) -> StoreResult<bool> {
        let latest = store.find_variable(CHANGED).await?;
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *mark != latest;
        *mark = latest;
        Ok(changed)
    }
}

/// Lets seconds of a market pass at `now`, on from a specification that was read.
///
/// # Errors
/// 409 when others let time pass meanwhile: going on from before them would take back what players have seen. Those
/// of the store.
pub async fn pass_time(
    app: &App,
    market: MarketId,
    spec: MarketSpec,
    now: Timestamp,
    seconds: i64,
) -> Result<()> {
    let before = spec.pace;
    let after = MarketSpec {
        pace: before.stepped(now, seconds),
        ..spec
    };
    if app.store.step_market(market, before, &after).await? {
        return Ok(());
    }
    let message = "Days are passing already. Please try again in a moment.";
    Err(Error::new(ErrorCode::NotPossible, message))
}

/// Applies a change, here at once and on every other server within a second.
///
/// # Errors
/// When the store fails.
pub async fn announce_change(app: &App) -> StoreResult<()> {
    mark_change(&*app.store).await?;
    take_up(app).await
}

/// Makes every server pick up changes to games and markets within about a second.
///
/// # Errors
/// Those of the store.
pub async fn mark_change(store: &dyn Store) -> StoreResult<()> {
    let mark = random_id().to_string();
    store.store_variable(CHANGED, &mark).await
}

/// Reloads what a host may have changed.
async fn take_up(app: &App) -> StoreResult<()> {
    app.hosting.refresh(&*app.store).await?;
    app.games.refresh(&*app.store).await?;
    app.engine.refresh_games(&*app.store).await?;
    let games = app.games.all().into_iter();
    let markets: BTreeSet<_> = games.map(|game| game.record.market).collect();
    for market in markets {
        app.markets.refresh(market).await?;
    }
    Ok(())
}

/// Checks the clock and the database each second until aborted.
pub async fn keep(app: App) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = look(&app).await {
            tracing::warn!(%error, "the hosted games could not be looked after");
        }
    }
}

/// Applies due rule changes, picks up what others have changed, and settles games that are over.
async fn look(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let due = app.store.list_due_rules(now, DUE_MAX).await?;
    for notice in &due {
        app.store.apply_rules(notice).await?;
    }
    if !due.is_empty() {
        announce_change(app).await?;
    }
    if app.hosting.has_changed(&*app.store).await? {
        take_up(app).await?;
    }
    seasons::settle_due(app, now).await
}
