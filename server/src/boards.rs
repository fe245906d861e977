//! Leaderboards: one board per game, held in memory with order statistics.
//!
//! They are built from the database at start and then follow the feed and the prices. Accounts are
//! listed from their first trade on, so that players who only looked around do not crowd them.
//!
//! Each server begins a new day, week and season in its own memory when its instant comes. One of them
//! stores what members had then ([`EndedPeriods`]), and the others adopt it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use domain::boards::Period;
use domain::{GameId, MarketId, PlayerId, Timestamp};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::clock::Clock;
use crate::feed::Feed;
use crate::market::FindMarket;
use crate::store::{GameRecord, Store, StoreResult};
use crate::zones::period_start;

mod changes;
mod check;
mod ended;
mod handles;
mod keeper;
mod members;
mod standings;

use changes::Changes;
pub use check::{BoardCheck, Checked};
pub use ended::EndedPeriods;
use handles::Handles;
use keeper::Keeper;
pub use standings::{
    Arrival, Closed, LADDERS, LeagueTable, Prices, Region, Revaluation, Row, Scores, Standings,
    View,
};

/// The board of one game. Only its keeper writes.
#[derive(Debug)]
pub struct Board {
    /// The market at whose prices its members are valued.
    market: MarketId,
    standings: RwLock<Standings>,
    /// Periods that have ended and are not stored.
    ended: Mutex<Vec<standings::Closed>>,
}

impl Board {
    /// Locks the standings; hold it only while reading a few rows.
    pub fn read(&self) -> RwLockReadGuard<'_, Standings> {
        // A panic while writing could leave a member unranked, which the next change fixes.
        self.standings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Standings> {
        self.standings
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self) -> MutexGuard<'_, Vec<standings::Closed>> {
        // The list is consistent whenever the lock is free.
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the keeper writes and requests read.
#[derive(Debug)]
struct Shared {
    boards: RwLock<HashMap<GameId, Arc<Board>>>,
    /// Whether the boards have been built.
    ready: watch::Sender<bool>,
    clock: Arc<dyn Clock>,
    /// The accounts to be reread.
    changes: Changes,
    /// When changes were last applied, in seconds.
    current_at: AtomicI64,
    /// How long building took, in microseconds; 0 before it is done.
    built_in: AtomicU64,
    /// How long the latest valuation at new prices took, in microseconds; 0 before there was one.
    valued_in: AtomicU64,
}

impl Shared {
    fn find(&self, game: GameId) -> Option<Arc<Board>> {
        let boards = self.boards.read().unwrap_or_else(PoisonError::into_inner);
        boards.get(&game).cloned()
    }

    fn all(&self) -> Vec<(GameId, Arc<Board>)> {
        let boards = self.boards.read().unwrap_or_else(PoisonError::into_inner);
        let all = boards.iter();
        all.map(|(game, board)| (*game, Arc::clone(board)))
            .collect()
    }

    /// Creates a game's board unless it exists. `begun` says when its periods began, as far as stored.
    fn open(
        &self,
        game: &GameRecord,
        zone: Option<&str>,
        begun: &HashMap<(GameId, Period), Timestamp>,
    ) {
        let mut boards = self.boards.write().unwrap_or_else(PoisonError::into_inner);
        let board = boards.entry(game.id).or_insert_with(|| {
            let now = self.clock.now();
            let start = |period: Period| {
                let stored = begun.get(&(game.id, period));
                stored
                    .copied()
                    .unwrap_or_else(|| period_start(period, zone, now))
            };
            let standings = Standings::new(game.rules.starting_cash, Period::EVERY.map(start));
            Arc::new(Board {
                market: game.market,
                standings: RwLock::new(standings),
                ended: Mutex::default(),
            })
        });
        let mut standings = board.write();
        standings.set_starting_cash(game.rules.starting_cash);
        standings.set_zone(zone.map(str::to_owned));
    }
}

/// What jobs can do with the boards of this server.
#[derive(Debug, Clone)]
pub struct BoardJobs {
    /// Stores the periods that have ended.
    pub ended: EndedPeriods,
    /// Compares the boards with the database.
    pub check: BoardCheck,
}

/// The boards of all games.
#[derive(Debug)]
pub struct Boards {
    shared: Arc<Shared>,
    store: Arc<dyn Store>,
    handles: Handles,
    closing: CancellationToken,
    /// Stops the keeper when the boards are dropped.
    _ends: DropGuard,
}

impl Boards {
    /// Starts building the boards, then keeps them current until they are closed or dropped.
    #[must_use]
    pub fn start(
        store: &Arc<dyn Store>,
        markets: Arc<dyn FindMarket>,
        clock: &Arc<dyn Clock>,
        feed: Feed,
    ) -> Self {
        let shared = Arc::new(Shared {
            boards: RwLock::default(),
            ready: watch::Sender::new(false),
            clock: Arc::clone(clock),
            changes: Changes::default(),
            current_at: AtomicI64::new(clock.now().seconds()),
            built_in: AtomicU64::new(0),
            valued_in: AtomicU64::new(0),
        });
        let keeper = Keeper::new(Arc::clone(&shared), Arc::clone(store), markets);
        let closing = CancellationToken::new();
        tokio::spawn(keeper.run(feed, closing.clone()));
        Self {
            shared,
            store: Arc::clone(store),
            handles: Handles::start(store),
            _ends: closing.clone().drop_guard(),
            closing,
        }
    }

    /// The board of a game. Waits up to `patience` while the boards are being built, then gives `None`.
    pub async fn find(&self, game: &GameRecord, patience: Duration) -> Option<Arc<Board>> {
        let mut ready = self.shared.ready.subscribe();
        let is_ready = ready.wait_for(|ready| *ready);
        tokio::time::timeout(patience, is_ready).await.ok()?.ok()?;
        if let Some(board) = self.shared.find(game.id) {
            return Some(board);
        }
        // The game has just been created.
        let hosted = self.store.list_hosted_games().await.ok()?;
        let hosted = hosted.iter().find(|hosted| hosted.game == game.id);
        let zone = hosted.map(|hosted| hosted.settings.time_zone.as_str());
        self.shared.open(game, zone, &HashMap::new());
        self.shared.find(game.id)
    }

    /// The board of a game. `None` before it is built.
    #[must_use]
    pub fn known(&self, game: GameId) -> Option<Arc<Board>> {
        self.shared.find(game)
    }

    /// Seconds since the boards last applied changes.
    #[must_use]
    pub fn age_seconds(&self, now: Timestamp) -> f64 {
        let at = self.shared.current_at.load(Ordering::Relaxed);
        let age = now.seconds().saturating_sub(at).max(0);
        i32::try_from(age).unwrap_or(i32::MAX).into()
    }

    /// Seconds that building the boards took at start; 0 before they are built.
    #[must_use]
    pub fn built_in_seconds(&self) -> f64 {
        seconds(&self.shared.built_in)
    }

    /// Seconds that the latest valuation of all members at new prices took; 0 before there was one.
    #[must_use]
    pub fn valued_in_seconds(&self) -> f64 {
        seconds(&self.shared.valued_in)
    }

    /// The handles of players on a board.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn handles(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>> {
        self.handles.find(players).await
    }

    /// What jobs can do with the boards.
    #[must_use]
    pub fn jobs(&self) -> BoardJobs {
        let (shared, store) = (&self.shared, &self.store);
        BoardJobs {
            ended: EndedPeriods::new(Arc::clone(shared), Arc::clone(store)),
            check: BoardCheck::new(Arc::clone(shared), Arc::clone(store)),
        }
    }

    /// Stops keeping them current.
    pub fn close(&self) {
        self.closing.cancel();
    }
}

/// Seconds of a number of microseconds.
fn seconds(micros: &AtomicU64) -> f64 {
    Duration::from_micros(micros.load(Ordering::Relaxed)).as_secs_f64()
}

/// Notes how long something took.
fn note_length(length: Duration, at: &AtomicU64) {
    let micros = u64::try_from(length.as_micros()).unwrap_or(u64::MAX);
    at.store(micros, Ordering::Relaxed);
}
