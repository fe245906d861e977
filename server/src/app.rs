//! What every request shares.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::{GameRules, InstrumentId, PlayerId, SessionId};

use crate::clock::Clock;
use crate::config::Config;
use crate::engine::Engine;
use crate::gather::{self, Gather};
use crate::limit::Limits;
use crate::live::Live;
use crate::market::{Catalogue, Market};
use crate::password::Passwords;
use crate::portfolios::Portfolios;
use crate::session::SessionCache;
use crate::store::{GameRecord, InstrumentRecord, MarketKind, SessionRecord, Store, StoreResult};

/// The slug of the league that never ends, in which every player has an account.
pub const OPEN_LEAGUE: &str = "open";

/// The shared state, cheap to clone.
pub type App = Arc<AppState>;

/// Everything that handlers use.
#[derive(Debug)]
pub struct AppState {
    /// The settings.
    pub config: Config,
    /// The server's clock.
    pub clock: Arc<dyn Clock>,
    /// The server's memory.
    pub store: Arc<dyn Store>,
    /// The running market.
    pub market: Arc<Market>,
    /// The trade engine.
    pub engine: Engine,
    /// The games by their slug.
    pub games: Games,
    /// Instruments of every market, also of one that does not run now: players may hold them.
    pub instruments: Catalogue,
    /// Password hashing.
    pub passwords: Passwords,
    /// Sessions seen just now.
    pub sessions: SessionCache,
    /// All others, read together.
    pub session_records: Gather<(PlayerId, SessionId), SessionRecord>,
    /// Accounts with what they hold, read together.
    pub portfolios: Portfolios,
    /// Limits on how often.
    pub limits: Limits,
    /// Live connections.
    pub live: Live,
}

impl AppState {
    /// Everything that handlers use, around the parts that run already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
        market: Arc<Market>,
        engine: Engine,
    ) -> anyhow::Result<App> {
        let live = Live::start(&market, Arc::clone(&clock), &config.limits);
        Ok(Arc::new(Self {
            games: Games::load(&*store).await?,
            instruments: instruments_of_all_markets(&*store).await?,
            passwords: Passwords::new(config.session.hashes_at_once)?,
            sessions: SessionCache::default(),
            session_records: gather_sessions(&store),
            portfolios: Portfolios::start(&store, config.portfolios_remembered),
            limits: Limits::new(&config.limits),
            live,
            config,
            clock,
            store,
            market,
            engine,
        }))
    }

    /// An instrument of any market.
    #[must_use]
    pub fn instrument(&self, id: InstrumentId) -> Option<&InstrumentRecord> {
        self.instruments
            .find_by_id(id)
            .map(|(_, instrument)| instrument)
    }
}

fn gather_sessions(store: &Arc<dyn Store>) -> Gather<(PlayerId, SessionId), SessionRecord> {
    let (store, shards) = (Arc::clone(store), store.shards());
    Gather::start(
        shards,
        gather::READINGS,
        |(player, _)| *player,
        move |names| {
            let store = Arc::clone(&store);
            async move {
                let named = |session: SessionRecord| ((session.player, session.id), session);
                let found = store.find_sessions(&names).await?;
                Ok(found.into_iter().map(named).collect())
            }
        },
    )
}

async fn instruments_of_all_markets(store: &dyn Store) -> StoreResult<Catalogue> {
    let mut instruments = store.list_instruments(MarketKind::Simulated).await?;
    instruments.extend(store.list_instruments(MarketKind::Replay).await?);
    Ok(Catalogue::new(instruments))
}

/// A game, with its rules ready to be shared with the engine.
#[derive(Debug, Clone)]
pub struct Game {
    /// The game as stored.
    pub record: Arc<GameRecord>,
    /// Its rules.
    pub rules: Arc<GameRules>,
}

/// The games by their slug; few, and read again now and then.
#[derive(Debug)]
pub struct Games {
    by_slug: ArcSwap<HashMap<String, Game>>,
}

impl Games {
    async fn load(store: &dyn Store) -> StoreResult<Self> {
        Ok(Self {
            by_slug: ArcSwap::from_pointee(read_games(store).await?),
        })
    }

    /// Reads them again, so that a change of their rules needs no restart.
    ///
    /// # Errors
    /// Those of the store; what is known stays.
    pub async fn refresh(&self, store: &dyn Store) -> StoreResult<()> {
        self.by_slug.store(Arc::new(read_games(store).await?));
        Ok(())
    }

    /// The game of a slug.
    #[must_use]
    pub fn find(&self, slug: &str) -> Option<Game> {
        self.by_slug.load().get(slug).cloned()
    }
}

async fn read_games(store: &dyn Store) -> StoreResult<HashMap<String, Game>> {
    let games = store.list_games().await?.into_iter().map(|record| {
        let rules = Arc::new(record.rules.clone());
        (
            record.slug.clone(),
            Game {
                record: Arc::new(record),
                rules,
            },
        )
    });
    Ok(games.collect())
}

/// A new identity: 63 random bits, so that two are never equal and none tells how many there are.
#[must_use]
pub fn random_id() -> i64 {
    rand::random_range(1..=i64::MAX)
}
