//! Live prices: one connection for the page, and the newest quote of each instrument as a signal.

#[cfg(feature = "hydrate")]
mod connection;
#[cfg(feature = "hydrate")]
mod silence;

use std::collections::HashMap;

use domain::api::{ApiError, OrderNews, UnlockView};
use domain::{Quote, Symbol, Timestamp, Xp};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::CurrentGame;

/// The state of the live connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not connected yet: the page shows what it was rendered with.
    Starting,
    /// Prices arrive.
    Open,
    /// It was lost and is being reopened.
    Lost,
    /// The server has announced a short stop.
    Closing,
}

/// Becomes true when the whole page has been hydrated. A price that arrives while part of the page
/// is still waiting for its code would make that part differ from what the server rendered.
#[cfg(feature = "hydrate")]
#[derive(Debug, Clone, Default)]
pub(crate) struct TakenOver(ArcRwSignal<bool>);

#[cfg(feature = "hydrate")]
impl TakenOver {
    /// Starts everything that changes the page on its own.
    pub(crate) fn tell(&self) {
        self.0.set(true);
    }
}

/// What happened to the player's account, as reported by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNews {
    /// The account's version after it.
    pub version: i64,
    /// XP that neither a trade nor an achievement earned.
    pub awarded: Xp,
    /// Order updates, oldest first.
    pub orders: Vec<OrderNews>,
    /// More happened than is reported here.
    pub missed: bool,
}

/// What the player has achieved, as reported by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Achievements.
    pub unlocked: Vec<UnlockView>,
    /// The number of further unlocks.
    pub more: u32,
    /// The level; none when it stayed the same.
    pub level: Option<u32>,
}

/// The newest quotes, the server's clock and the state of the connection. On the server it is
/// always [`Connection::Starting`] and knows no quotes, as in the browser until it has hydrated.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    #[cfg_attr(
        not(feature = "hydrate"),
        allow(dead_code, reason = "only a browser connects")
    )]
    game: CurrentGame,
    quotes: StoredValue<HashMap<Symbol, ArcRwSignal<Option<Quote>>>>,
    connection: RwSignal<Connection>,
    now: RwSignal<Option<Timestamp>>,
    resumed: RwSignal<u32>,
    outdated: RwSignal<bool>,
    age: RwSignal<Option<u32>>,
    news: RwSignal<Option<AccountNews>>,
    reached: RwSignal<Option<Reached>>,
    unread: RwSignal<Option<u32>>,
    rank: RwSignal<Option<u32>>,
    #[cfg(feature = "hydrate")]
    open: StoredValue<Option<futures_util::future::AbortHandle>>,
}

impl Live {
    fn new() -> Self {
        Self {
            game: CurrentGame::get(),
            quotes: StoredValue::new(HashMap::new()),
            connection: RwSignal::new(Connection::Starting),
            now: RwSignal::new(None),
            resumed: RwSignal::new(0),
            outdated: RwSignal::new(false),
            age: RwSignal::new(None),
            news: RwSignal::new(None),
            reached: RwSignal::new(None),
            unread: RwSignal::new(None),
            rank: RwSignal::new(None),
            #[cfg(feature = "hydrate")]
            open: StoredValue::new(None),
        }
    }

    /// Provides live prices to all components below; connects once the page is hydrated.
    pub(crate) fn provide() -> Self {
        let live = Self::new();
        provide_context(live);
        #[cfg(feature = "hydrate")]
        if let Some(TakenOver(taken_over)) = use_context() {
            Effect::new(move || {
                if taken_over.get() {
                    connection::keep_open(live, silence::watch(live));
                }
            });
        }
        live
    }

    /// The live prices of the surrounding page.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// The newest quote that has arrived for an instrument.
    #[must_use]
    pub fn quote(self, symbol: Symbol) -> Signal<Option<Quote>> {
        self.signal_of(symbol).into()
    }

    /// The newer of the quote that the page was loaded with and the one that has arrived since.
    #[must_use]
    pub fn newest(self, symbol: Symbol, loaded: Option<Quote>) -> Signal<Option<Quote>> {
        let arrived = self.signal_of(symbol);
        Signal::derive(move || match (arrived.get(), loaded) {
            (Some(arrived), Some(loaded)) if arrived.at < loaded.at => Some(loaded),
            (Some(arrived), _) => Some(arrived),
            (None, loaded) => loaded,
        })
    }

    /// The state of the connection.
    #[must_use]
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Seconds since the server was last heard from, once that is too long for prices to count as
    /// live; none while they do.
    #[must_use]
    pub fn age(self) -> Signal<Option<u32>> {
        self.age.into()
    }

    /// The server's clock at the latest message.
    #[must_use]
    pub fn now(self) -> Signal<Option<Timestamp>> {
        self.now.into()
    }

    /// The latest news of the player's account.
    #[must_use]
    pub fn news(self) -> Signal<Option<AccountNews>> {
        self.news.into()
    }

    /// What the player achieved last.
    #[must_use]
    pub fn reached(self) -> Signal<Option<Reached>> {
        self.reached.into()
    }

    /// The number of unread notifications, if it has changed since the page was loaded.
    #[must_use]
    pub fn unread(self) -> Signal<Option<u32>> {
        self.unread.into()
    }

    /// Calls back when the player's rank has changed since the page was loaded.
    pub fn on_rank_change(self, changed: impl Fn() + 'static) {
        Effect::new(move |before: Option<Option<u32>>| {
            let rank = self.rank.get();
            if before.flatten().is_some_and(|before| Some(before) != rank) {
                changed();
            }
            rank
        });
    }

    /// Reopens the connection: the server sends updates for the account that was logged in when the
    /// connection was opened.
    pub fn reopen(self) {
        #[cfg(feature = "hydrate")]
        self.open.with_value(|open| {
            if let Some(open) = open {
                open.abort();
            }
        });
    }

    /// Counts how often the connection came back. As the source of a resource it reloads what may
    /// have been missed.
    #[must_use]
    pub fn resumed(self) -> Signal<u32> {
        self.resumed.into()
    }

    /// Whether the server's version differs from this page's.
    #[must_use]
    pub fn outdated(self) -> Signal<bool> {
        self.outdated.into()
    }

    /// Retries what could not be loaded, as soon as the connection is back.
    pub fn mend<T>(self, resource: Resource<Result<T, ApiError>>)
    where
        T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        Effect::new(move || {
            let failed = || matches!(&*resource.read_untracked(), Some(Err(_)));
            if self.resumed.get() > 0 && failed() {
                resource.refetch();
            }
        });
    }

    fn signal_of(self, symbol: Symbol) -> ArcRwSignal<Option<Quote>> {
        let made = ArcRwSignal::new(None);
        self.quotes
            .try_update_value(|quotes| quotes.entry(symbol).or_insert_with(|| made.clone()).clone())
            .unwrap_or(made)
    }
}
