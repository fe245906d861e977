//! Tells players what happened to their accounts: reads the feed once and hands each outcome to the
//! connections of its player.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::api::{AdviceState, LiveMessage};
use domain::{AccountId, GameId, PlayerId, SessionId};
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::news::News;
use crate::feed::Feed;
use crate::store::AccountOutcome;

/// Outcomes that wait for one connection; when there are more, it is told to load its account anew.
const WAITING_MAX: usize = 64;
/// After a failure of the database the feed is read again.
const PAUSE: Duration = Duration::from_secs(1);

/// From one look at the rank to the next.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Says a player's rank; none before there is one.
pub type RankOf = Box<dyn Fn() -> Option<u32> + Send + Sync>;
/// Says whether a session still counts.
pub type IsValid = Box<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// A player who listens.
pub struct Member {
    /// Whose news the connection hears.
    pub account: AccountId,
    /// By which the player is logged in: the connection ends with it.
    pub session: SessionId,
    /// Says whether it still counts.
    pub is_valid: IsValid,
    /// Says the rank of the account.
    pub rank: RankOf,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("account", &self.account)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

type Connections = HashMap<PlayerId, Vec<Arc<Outlet>>>;

/// What a connection is told.
#[derive(Debug, Clone)]
enum Told {
    Outcome(AccountOutcome),
    Unread(u32),
    Rebalancing(i64, AdviceState),
    /// The session has ended.
    Ended,
}

/// The connections of players, by player. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Accounts(Arc<Mutex<Connections>>);

#[derive(Debug)]
struct Outlet {
    game: GameId,
    told: mpsc::Sender<Told>,
    missed: AtomicBool,
    session: SessionId,
    ended: AtomicBool,
}

impl Accounts {
    /// What happens to an account from now on, until the mailbox is dropped or the session ends.
    #[must_use]
    pub fn listen(&self, member: Member) -> Mailbox {
        let Member {
            account,
            session,
            is_valid,
            rank,
        } = member;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let outlet = Arc::new(Outlet {
            game: account.game,
            told: sender,
            missed: AtomicBool::new(false),
            session,
            ended: AtomicBool::new(false),
        });
        let of_player = Arc::clone(&outlet);
        self.lock()
            .entry(account.player)
            .or_default()
            .push(of_player);
        Mailbox {
            player: account.player,
            outlet,
            receiver,
            news: News::default(),
            rank,
            is_valid,
            looks,
            accounts: self.clone(),
        }
    }

    fn hand_out(&self, outcome: &AccountOutcome) {
        let connections = self.lock();
        let of_player = connections.get(&outcome.player).into_iter().flatten();
        for outlet in of_player.filter(|outlet| outlet.game == outcome.game) {
            if outlet
                .told
                .try_send(Told::Outcome(outcome.clone()))
                .is_err()
            {
                outlet.missed.store(true, Ordering::Release);
            }
        }
    }

    /// Those of the players who have a connection here.
    pub(super) fn connected(&self, players: &[PlayerId]) -> Vec<PlayerId> {
        let connections = self.lock();
        let here = players
            .iter()
            .filter(|player| connections.contains_key(player));
        here.copied().collect()
    }

    /// Ends the connections of a session.
    pub(super) fn end(&self, player: PlayerId, session: SessionId) {
        let connections = self.lock();
        let of_player = connections.get(&player).into_iter().flatten();
        for outlet in of_player.filter(|outlet| outlet.session == session) {
            outlet.ended.store(true, Ordering::Release);
            // One that is full is read before long.
            outlet.told.try_send(Told::Ended).ok();
        }
    }

    /// Tells the connections of a player how many notifications have not been read. Of one that is full
    /// the page shows the number when it is loaded next.
    pub(super) fn tell_unread(&self, player: PlayerId, unread: u32) {
        let connections = self.lock();
        for outlet in connections.get(&player).into_iter().flatten() {
            outlet.told.try_send(Told::Unread(unread)).ok();
        }
    }

    /// Tells the connections of a player here that a rebalancing has ended. Elsewhere, and where one is
    /// full, it is read by its id.
    pub(super) fn tell_rebalancing(&self, player: PlayerId, id: i64, state: AdviceState) {
        let connections = self.lock();
        for outlet in connections.get(&player).into_iter().flatten() {
            outlet.told.try_send(Told::Rebalancing(id, state)).ok();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        // A map is whole whenever nobody holds it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the feed until nothing is published any more, or on `closing`.
    pub async fn run(self, feed: Feed, closing: CancellationToken) {
        loop {
            let read = self.read(&feed);
            tokio::select! {
                () = closing.cancelled() => return,
                ended = read => if ended {
                    return;
                },
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// True when the feed has ended; false when the store failed.
    async fn read(&self, feed: &Feed) -> bool {
        let mut reader = match feed.subscribe().await {
            Ok(reader) => reader,
            Err(error) => {
                tracing::warn!(%error, "the feed of outcomes cannot be read");
                return false;
            }
        };
        loop {
            match reader.next().await {
                Ok(Some(batch)) => batch.accounts.iter().for_each(|one| self.hand_out(one)),
                Ok(None) => return true,
                Err(error) => {
                    tracing::warn!(%error, "the feed of outcomes cannot be read");
                    self.everyone_missed();
                    return false;
                }
            }
        }
    }

    fn everyone_missed(&self) {
        for outlet in self.lock().values().flatten() {
            outlet.missed.store(true, Ordering::Release);
        }
    }
}

/// What happens to one account, for one connection.
pub struct Mailbox {
    player: PlayerId,
    outlet: Arc<Outlet>,
    receiver: mpsc::Receiver<Told>,
    news: News,
    rank: RankOf,
    is_valid: IsValid,
    looks: Interval,
    accounts: Accounts,
}

impl Mailbox {
    /// Whether the session still counts.
    pub fn is_valid(&self) -> BoxFuture<'static, bool> {
        (self.is_valid)()
    }

    /// The next message, when it is time for it; none when the session has ended. Cancel-safe.
    pub async fn next(&mut self) -> Option<LiveMessage> {
        loop {
            if self.outlet.ended.load(Ordering::Acquire) {
                return None;
            }
            while let Ok(told) = self.receiver.try_recv() {
                self.take(&told);
            }
            if self.outlet.missed.swap(false, Ordering::AcqRel) {
                self.news.miss();
            }
            let now = Instant::now();
            if let Some(message) = self.news.say(now) {
                return Some(message);
            }
            let due = self.news.due_at(now);
            tokio::select! {
                told = self.receiver.recv() => self.take(&told?),
                () = until(due) => {}
                _ = self.looks.tick() => if let Some(rank) = (self.rank)() {
                    self.news.note_rank(rank);
                },
            }
        }
    }
}

impl Mailbox {
    fn take(&mut self, told: &Told) {
        match told {
            Told::Outcome(outcome) => self.news.take(outcome),
            Told::Unread(unread) => self.news.count_unread(*unread),
            Told::Rebalancing(id, state) => self.news.end_rebalancing(*id, *state),
            Told::Ended => self.outlet.ended.store(true, Ordering::Release),
        }
    }
}

/// Resolves at an instant; never without one.
async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let mut connections = self.accounts.lock();
        if let Some(of_player) = connections.get_mut(&self.player) {
            of_player.retain(|outlet| !Arc::ptr_eq(outlet, &self.outlet));
            if of_player.is_empty() {
                connections.remove(&self.player);
            }
        }
    }
}
