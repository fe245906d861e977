//! Two servers on one store, each with an engine, a clock and memories of its own. Now and then one
//! is killed, with everything that is on its way in it, and another one starts in its place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::api::OrderView;
use domain::{AccountId, Order, Post};
use server::config::EngineConfig;
use server::engine::{AwardRequest, Engine, EngineError, EngineTask, GameContext};
use server::market::{Market, OneMarket};
use server::store::RestingRecord;
use tokio::time::Instant;

use crate::store::{Life, SimulatedStore};
use crate::{Chance, SimulatedClock, SimulatedMarket, World};

/// How far a server's clock is ahead of or behind the others.
const CLOCKS_DIFFER_S: u64 = 20;

#[derive(Debug, Clone)]
pub(crate) struct Servers {
    world: World,
    market: SimulatedMarket,
    chance: Chance,
    start: Instant,
    running: Arc<Mutex<Vec<Running>>>,
}

#[derive(Debug)]
struct Running {
    engine: Engine,
    market: Arc<Market>,
    task: EngineTask,
    life: Life,
}

impl Servers {
    pub(crate) async fn start(
        world: &World,
        market: &SimulatedMarket,
        chance: &Chance,
    ) -> anyhow::Result<Self> {
        let servers = Self {
            world: world.clone(),
            market: market.clone(),
            chance: chance.clone(),
            start: Instant::now(),
            running: Arc::default(),
        };
        for _ in 0..2 {
            let started = servers.start_one().await;
            servers.with(|running| running.push(started));
        }
        Ok(servers)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Running>) -> T) -> T {
        work(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tries until the store lets it.
    async fn start_one(&self) -> Running {
        let ahead = i64::try_from(self.chance.below(2 * CLOCKS_DIFFER_S)).unwrap_or_default();
        let ahead = ahead - i64::try_from(CLOCKS_DIFFER_S).unwrap_or_default();
        let sizes = [0, 3, 100];
        let remembered = self.chance.below(sizes.len() as u64);
        let config = EngineConfig {
            queue_max: 12,
            batch_max: 5,
            lanes: 2,
            accounts_remembered: sizes.get(remembered as usize).copied().unwrap_or_default(),
        };
        loop {
            let life = Life::default();
            let store = SimulatedStore::new(&self.world, &self.chance, life.clone());
            let clock = SimulatedClock::new(self.start, ahead, self.chance.clone());
            let market = self.market.seen_by_a_server();
            let markets = Arc::new(OneMarket(Arc::clone(&market)));
            let started = Engine::start(Arc::new(store), markets, Arc::new(clock), &config).await;
            if let Ok((engine, task)) = started {
                return Running {
                    engine,
                    market,
                    task,
                    life,
                };
            }
        }
    }

    fn one(&self, place: u64) -> Option<(Engine, GameContext)> {
        self.with(|running| {
            let count = running.len().max(1) as u64;
            let place = usize::try_from(place % count).unwrap_or_default();
            let one = running.get(place)?;
            Some((one.engine.clone(), game(&one.market)))
        })
    }

    /// Sends an order to one of the servers.
    pub(crate) async fn submit(
        &self,
        place: u64,
        account: AccountId,
        order: &Order,
    ) -> Result<OrderView, EngineError> {
        let (engine, game) = self.one(place).ok_or(EngineError::Closing)?;
        let answer = engine.submit(account, order.clone(), game).await;
        self.world.count_step();
        answer
    }

    /// Has one of the servers end the order under a key, if it rests.
    pub(crate) async fn cancel(
        &self,
        place: u64,
        record: RestingRecord,
    ) -> Result<OrderView, EngineError> {
        let (engine, game) = self.one(place).ok_or(EngineError::Closing)?;
        let answer = engine.cancel(record, game).await;
        self.world.count_step();
        answer
    }

    /// Posts a change of an account at one of the servers.
    pub(crate) async fn post(&self, place: u64, account: AccountId, post: Post) {
        if let Some((engine, game)) = self.one(place) {
            engine.post(account, post, game).await.ok();
            self.world.count_step();
        }
    }

    /// Awards XP at one of the servers.
    pub(crate) async fn award(&self, place: u64, account: AccountId, award: AwardRequest) {
        if let Some((engine, game)) = self.one(place) {
            engine.award(account, award, game).await.ok();
            self.world.count_step();
        }
    }

    /// The world, as a client's page would read it.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    async fn kill_one(&self) {
        let killed = self.with(|running| {
            let place = self.chance.below(running.len().max(1) as u64);
            let place = usize::try_from(place).unwrap_or_default();
            (place < running.len()).then(|| running.swap_remove(place))
        });
        let Some(killed) = killed else { return };
        killed.life.end();
        drop(killed);
        self.world.count_crash();
        let started = self.start_one().await;
        self.with(|running| running.push(started));
    }

    pub(crate) async fn shutdown(&self) {
        let running = self.with(std::mem::take);
        for one in running {
            one.task.shutdown().await;
        }
    }
}

fn game(market: &Arc<Market>) -> GameContext {
    GameContext {
        rules: Arc::new(World::rules()),
        market: Arc::clone(market),
    }
}

/// Kills a server about every two seconds.
pub(crate) async fn crash_now_and_then(servers: Servers, chance: Chance) {
    loop {
        tokio::time::sleep(Duration::from_millis(500 + chance.below(3_000))).await;
        servers.kill_one().await;
    }
}
