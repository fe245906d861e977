//! Live connections: prices of a market, batched, written once and shared by everyone who listens;
//! and what happens to the listener's own account.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::extract::ws::WebSocket;
use domain::api::AdviceState;
use domain::{MarketId, PlayerId, SessionId};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use web::language::Texts;

use crate::clock::Clock;
use crate::config::LimitConfig;
use crate::feed::Feed;
use crate::limit::{SHARED_BY, is_shared};
use crate::market::Market;
use crate::network::{Network, network_of};

mod accounts;
mod connection;
mod news;
mod prices;
mod slots;
mod update;

pub use accounts::Member;

use accounts::Accounts;
use slots::{Owner, Slots};
use update::Update;

/// Bytes of the largest message in either direction.
pub const MESSAGE_MAX: usize = 100 * 1_024;

/// Everyone who listens, cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    prices: Arc<Mutex<HashMap<MarketId, MarketPrices>>>,
    clock: Arc<dyn Clock>,
    slots: Arc<Slots>,
    accounts: Accounts,
    /// Connections of one owner.
    share: usize,
    shared_addresses: Arc<[Network]>,
    closing: CancellationToken,
    /// Ends what runs for the connections with the last clone.
    _ends: Arc<DropGuard>,
}

/// Who listens, and to what.
#[derive(Debug)]
pub struct Listener {
    /// Where the connection comes from.
    pub address: IpAddr,
    /// What the server says in the listener's language.
    pub texts: Texts,
    /// Whose news it hears; none of somebody who is not logged in.
    pub member: Option<Member>,
    /// The market whose prices it hears.
    pub market: (MarketId, Arc<Market>),
}

/// What is told of a market as long as it runs.
#[derive(Debug)]
struct MarketPrices {
    market: Weak<Market>,
    updates: watch::Receiver<Arc<Update>>,
}

impl Live {
    /// Starts to tell what changes in accounts, until the last of its clones is gone. The prices of
    /// a market are told from the first connection that listens to it.
    #[must_use]
    pub fn start(feed: Feed, clock: Arc<dyn Clock>, limits: &LimitConfig) -> Self {
        let closing = CancellationToken::new();
        let accounts = Accounts::default();
        tokio::spawn(accounts.clone().run(feed, closing.clone()));
        Self {
            prices: Arc::default(),
            clock,
            slots: Arc::new(Slots::new(limits.live_max)),
            accounts,
            share: limits.live_per_address,
            shared_addresses: limits.shared_addresses.as_slice().into(),
            _ends: Arc::new(closing.clone().drop_guard()),
            closing,
        }
    }

    /// Serves a connection until one of the two sides ends it; with news of an account, where one is
    /// given. The connection counts to the account's player.
    pub async fn serve(self, socket: WebSocket, listener: Listener) {
        let Listener {
            address,
            texts,
            member,
            market: (id, market),
        } = listener;
        let (owner, share) = match &member {
            Some(member) => (Owner::Player(member.account.player), self.share),
            None if is_shared(&self.shared_addresses, address) => {
                let share = self.share.saturating_mul(SHARED_BY);
                (Owner::Address(network_of(address)), share)
            }
            None => (Owner::Address(network_of(address)), self.share),
        };
        match self.slots.take(owner, share) {
            Some(slot) => {
                let mailbox = member.map(|member| self.accounts.listen(member));
                let closing = self.closing.clone();
                let updates = self.updates(id, &market);
                // A connection that holds the market would keep it from ending.
                drop(market);
                connection::serve(socket, updates, (mailbox, texts), closing).await;
                drop(slot);
            }
            None => connection::refuse(socket).await,
        }
    }

    /// Those of the players who have a connection here.
    #[must_use]
    pub fn connected(&self, players: &[PlayerId]) -> Vec<PlayerId> {
        self.accounts.connected(players)
    }

    /// Ends the connections of a session that has ended.
    pub fn end(&self, player: PlayerId, session: SessionId) {
        self.accounts.end(player, session);
    }

    /// Tells a player's connections how many notifications have not been read.
    pub fn tell_unread(&self, player: PlayerId, unread: u32) {
        self.accounts.tell_unread(player, unread);
    }

    /// Tells a player's connections that a rebalancing has ended.
    pub fn tell_rebalancing(&self, player: PlayerId, id: i64, state: AdviceState) {
        self.accounts.tell_rebalancing(player, id, state);
    }

    /// What is told of a market: one feed, however many listen.
    fn updates(&self, id: MarketId, market: &Arc<Market>) -> watch::Receiver<Arc<Update>> {
        let mut told = self.prices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prices) = told.get(&id)
            && prices
                .market
                .upgrade()
                .is_some_and(|known| Arc::ptr_eq(&known, market))
        {
            return prices.updates.clone();
        }
        told.retain(|_, prices| prices.market.strong_count() > 0);
        let clock = Arc::clone(&self.clock);
        let updates = prices::start(market, clock, self.closing.clone());
        let prices = MarketPrices {
            market: Arc::downgrade(market),
            updates: updates.clone(),
        };
        told.insert(id, prices);
        updates
    }

    /// How many connections there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.slots.count()
    }

    /// Whether the connections are being closed.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Says on every connection that the server stops. Connections that come later hear it at
    /// once.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Waits until the last connection is gone.
    pub async fn closed(&self) {
        self.slots.empty().await;
    }
}
