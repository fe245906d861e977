//! What the jobs share that settle something with every account of a hosted game, such as a market year's tax.
//!
//! What is due follows from the ledger alone, including what was settled earlier, and each posting has a key
//! that names its period. So a job that restarts, or runs late after an outage, posts nothing twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use async_trait::async_trait;
use domain::{AccountId, GameId, Post};

use super::corporate_actions::with_room;
use super::{Context, JobError, Parts};
use crate::engine::{Engine, EngineError, GameContext};
use crate::market::{FindMarket, Market};
use crate::store::{GameRecord, Paces, Store};

/// A period of a market may end at any minute, because markets have speeds of their own.
pub(super) const EVERY_S: u32 = 60;
/// Members of a game whose accounts are settled: as many as are ranked.
const MEMBERS_MAX: u32 = 10_000;

/// Finds what is due.
#[async_trait]
pub(super) trait Due: Send + Sync {
    /// What is settled, for errors.
    const NAME: &'static str;

    /// What is to be posted to an account, in order.
    async fn posts(
        &self,
        store: &dyn Store,
        paces: &Paces,
        account: AccountId,
    ) -> Result<Vec<Post>, JobError>;
}

/// Settles games up to periods of the type `P`.
pub(super) struct Settlement<P> {
    pub(super) store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
    /// The latest period that this server has settled for each game; only a cache.
    settled: Mutex<HashMap<GameId, P>>,
}

impl<P: Copy + Ord + Send> Settlement<P> {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets: Arc::clone(&parts.markets),
            settled: Mutex::default(),
        }
    }

    pub(super) async fn market(&self, game: &GameRecord) -> Result<Arc<Market>, JobError> {
        let market = self.markets.find_market(game.market).await;
        Ok(market.context("the market of a game to settle cannot be started")?)
    }

    /// Posts what is due in a game, unless it is settled up to a period. False if the job has to stop.
    pub(super) async fn settle<D: Due>(
        &self,
        job: &Context,
        (game, market): (&GameRecord, Arc<Market>),
        period: P,
        due: &D,
    ) -> Result<bool, JobError> {
        let settled = self.with_settled(|games| games.get(&game.id).copied());
        if settled.is_some_and(|settled| settled >= period) {
            return Ok(true);
        }
        let paces = market.paces(&*self.store, game.market).await?;
        let context = GameContext {
            rules: Arc::new(game.rules.clone()),
            market,
        };
        let members = self.store.list_roster(game.id, MEMBERS_MAX).await?;
        for (member, done) in members.iter().zip(1_i64..) {
            let account = member.member.account;
            for post in due.posts(&*self.store, &paces, account).await? {
                self.post::<D>(account, &post, &context).await?;
            }
            job.progress(done, None, "accounts");
            if job.stop().is_some() {
                return Ok(false);
            }
        }
        self.with_settled(|games| games.insert(game.id, period));
        Ok(true)
    }

    async fn post<D: Due>(
        &self,
        account: AccountId,
        post: &Post,
        context: &GameContext,
    ) -> Result<(), JobError> {
        let engine = &self.engine;
        let posted = with_room(move || engine.post(account, post.clone(), context.clone()));
        match posted.await {
            Ok(_) | Err(EngineError::NoAccount) => Ok(()),
            Err(error) => Err(JobError::Failed(
                anyhow::Error::from(error).context(D::NAME),
            )),
        }
    }

    fn with_settled<T>(&self, act: impl FnOnce(&mut HashMap<GameId, P>) -> T) -> T {
        let settled = self.settled.lock();
        act(&mut settled.unwrap_or_else(PoisonError::into_inner))
    }
}
