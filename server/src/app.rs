//! What every request shares.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use domain::{AccountId, GameRules, InstrumentId, PlayerId, SessionId, Symbol, Timestamp};

use crate::boards::Boards;
use crate::clock::Clock;
use crate::config::Config;
use crate::deeds::Deeds;
use crate::engine::{Engine, GameContext};
use crate::feed::Feed;
use crate::gather::{self, Gather};
use crate::hosting::Hosting;
use crate::jobs::Queue;
use crate::limit::Limits;
use crate::live::Live;
use crate::mail::Mailer;
use crate::market::{Market, MarketError, Markets};
use crate::metrics::Metrics;
use crate::notifications::Alerts;
use crate::password::Passwords;
use crate::portfolios::Portfolios;
use crate::redis::Redis;
use crate::retention::database_name;
use crate::scenarios::history::Histories;
use crate::seal::Seal;
use crate::session::SessionCache;
use crate::store::{GameRecord, JobStore, SessionRecord, Store, StoreResult};

pub use domain::OPEN_LEAGUE;

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
    /// The markets that run, and those that can.
    pub markets: Arc<Markets>,
    /// The trade engine.
    pub engine: Engine,
    /// The games by their slug.
    pub games: Games,
    /// The games that players host.
    pub hosting: Hosting,
    /// Password hashing.
    pub passwords: Passwords,
    /// Signs cookies that are no sessions.
    pub seal: Seal,
    /// Sessions seen just now.
    pub sessions: Arc<SessionCache>,
    /// All others, read together.
    pub session_records: Gather<(PlayerId, SessionId), SessionRecord>,
    /// Accounts with what they hold, read together.
    pub portfolios: Portfolios,
    /// The queue of jobs.
    pub jobs: Queue,
    /// Limits on how often.
    pub limits: Limits,
    /// What every committed batch changed.
    pub feed: Feed,
    /// Leaderboards.
    pub boards: Boards,
    /// Live connections.
    pub live: Live,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// The price alerts that wait.
    pub alerts: Alerts,
    /// Deeds recorded lately.
    pub deeds: Deeds,
    /// What is known of the imported history that scenarios are played on.
    pub histories: Histories,
    /// Sends mail, where the settings name a mail server.
    pub mailer: Option<Mailer>,
    /// The link to other servers, where there is one.
    pub redis: Option<Redis>,
}

impl AppState {
    /// A player's account in the open league, and the league.
    ///
    /// # Errors
    /// When there is no open league.
    pub fn in_open_league(&self, player: PlayerId) -> anyhow::Result<(AccountId, Game)> {
        let game = self.games.find(OPEN_LEAGUE);
        let game = game.context("the open league is missing")?;
        let account = AccountId {
            player,
            game: game.record.id,
        };
        Ok((account, game))
    }

    /// Everything that handlers use, around the parts that run already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
        markets: Arc<Markets>,
        engine: Engine,
    ) -> anyhow::Result<App> {
        let feed = Feed::new(engine.publisher().clone(), Arc::clone(&store));
        let live = Live::start(feed.clone(), Arc::clone(&clock), &config.limits);
        let redis = link(&config, &*store).await?;
        let sessions = Arc::<SessionCache>::default();
        let portfolios = Portfolios::start(&store, config.portfolios_remembered);
        Ok(Arc::new(Self {
            games: Games::load(&*store).await?,
            hosting: Hosting::load(&*store).await?,
            passwords: Passwords::new(config.session.hashes_at_once)?,
            seal: Seal::load(&*store).await?,
            session_records: gather_sessions(&store),
            jobs: Queue::new(Arc::clone(&store) as Arc<dyn JobStore>, Arc::clone(&clock)),
            alerts: Alerts::default(),
            deeds: Deeds::default(),
            histories: Histories::default(),
            mailer: Mailer::open(&config.mail)?,
            limits: Limits::new(&config.limits, redis.clone()),
            boards: Boards::start(&store, Arc::clone(&markets) as _, &clock, feed.clone()),
            live,
            feed,
            metrics: Metrics::new(&engine, &markets, &portfolios, &sessions),
            portfolios,
            sessions,
            config,
            clock,
            store,
            markets,
            engine,
            redis,
        }))
    }

    /// The symbol of an instrument of any universe.
    #[must_use]
    pub fn symbol(&self, instrument: InstrumentId) -> Option<Symbol> {
        let instruments = self.markets.instruments();
        let (_, found) = instruments.find_by_id(instrument)?;
        Some(found.symbol)
    }

    /// The game of a slug. One that was just made, by another process, is read when it is first
    /// asked for.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find_game(&self, slug: &str) -> StoreResult<Option<Game>> {
        let known = self.games.find(slug);
        if known.is_some() || !self.games.may_look_again(self.clock.now()) {
            return Ok(known);
        }
        self.games.refresh(&*self.store).await?;
        Ok(self.games.find(slug))
    }

    /// The market of a game, which is started if it does not run.
    ///
    /// # Errors
    /// A [`MarketError`] when it cannot be started.
    pub async fn market_of(&self, game: &Game) -> Result<Arc<Market>, MarketError> {
        self.markets.find(game.record.market).await
    }

    /// What an order needs of a game.
    ///
    /// # Errors
    /// As [`AppState::market_of`].
    pub async fn context_of(&self, game: &Game) -> Result<GameContext, MarketError> {
        Ok(GameContext {
            rules: Arc::clone(&game.rules),
            market: self.market_of(game).await?,
        })
    }
}

/// The link to other servers that the settings ask for.
async fn link(config: &Config, store: &dyn Store) -> anyhow::Result<Option<Redis>> {
    let Some(url) = &config.redis_url else {
        return Ok(None);
    };
    let timeout = Duration::from_millis(config.redis_timeout_ms);
    let redis = Redis::new(url, &database_name(store).await?, timeout);
    Ok(Some(redis.context("redis_url cannot be understood")?))
}

fn gather_sessions(store: &Arc<dyn Store>) -> Gather<(PlayerId, SessionId), SessionRecord> {
    let store = Arc::clone(store);
    Gather::start(gather::READINGS, move |names| {
        let store = Arc::clone(&store);
        async move {
            let named = |session: SessionRecord| ((session.player, session.id), session);
            let found = store.find_sessions(&names).await?;
            Ok(found.into_iter().map(named).collect())
        }
    })
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
    /// When they were read because of an unknown slug, in seconds.
    looked_at: AtomicI64,
}

impl Games {
    async fn load(store: &dyn Store) -> StoreResult<Self> {
        Ok(Self {
            by_slug: ArcSwap::from_pointee(read_games(store).await?),
            looked_at: AtomicI64::new(0),
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

    /// Whether an unknown slug is worth a query: once a second, whoever asks.
    fn may_look_again(&self, now: Timestamp) -> bool {
        self.looked_at.swap(now.seconds(), Ordering::Relaxed) != now.seconds()
    }

    /// Every game, by id.
    #[must_use]
    pub fn all(&self) -> Vec<Game> {
        let mut all: Vec<Game> = self.by_slug.load().values().cloned().collect();
        all.sort_by_key(|game| game.record.id);
        all
    }

    /// The game of a slug, as far as it is known.
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
