//! Starts the engine: its lanes, and what watches the resting orders.

use std::sync::Arc;

use domain::progress::Achievements;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::commit::Listeners;
use super::counts::EngineCounts;
use super::lane::Lane;
use super::rules::{self, GameRuleBook, XpRuleBook};
use super::watcher::{SharedBook, Watcher};
use super::{Engine, EngineTask};
use crate::clock::Clock;
use crate::config::EngineConfig;
use crate::feed::Publisher;
use crate::market::FindMarket;
use crate::store::{OrderStore, StoreResult};

impl Engine {
    /// Reads the rules and the orders that rest, and starts the engine.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(
        store: Arc<dyn OrderStore>,
        markets: Arc<dyn FindMarket>,
        clock: Arc<dyn Clock>,
        config: &EngineConfig,
    ) -> StoreResult<(Self, EngineTask)> {
        Self::start_with(store, markets, clock, config, Achievements::standard()).await
    }

    /// The same with other achievements than the game's own, to measure what they cost.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start_with(
        store: Arc<dyn OrderStore>,
        markets: Arc<dyn FindMarket>,
        clock: Arc<dyn Clock>,
        config: &EngineConfig,
        achievements: &'static Achievements,
    ) -> StoreResult<(Self, EngineTask)> {
        let rules = Arc::new(XpRuleBook::load(&*store).await?);
        let games = Arc::new(GameRuleBook::load(&*store).await?);
        let book = Arc::new(SharedBook::default());
        let publisher = Publisher::default();
        let counts = EngineCounts::default();
        let closing = CancellationToken::new();
        let closes = closing.clone().drop_guard();
        let count = usize::from(config.lanes.max(1));
        let mut lanes = Vec::with_capacity(count);
        let mut tasks = Vec::with_capacity(count.saturating_add(1));
        for _ in 0..count {
            let (sender, queue) = mpsc::channel(config.queue_max.div_ceil(count).max(1));
            let lane = Lane::new(
                Arc::clone(&store),
                Arc::clone(&clock),
                Arc::clone(&rules),
                Listeners {
                    book: Arc::clone(&book),
                    publisher: publisher.clone(),
                    counts: counts.clone(),
                },
                config,
                config.accounts_remembered.div_ceil(count),
                achievements,
            );
            tasks.push(tokio::spawn(lane.run(queue, closing.clone())));
            lanes.push(sender);
        }
        tasks.push(tokio::spawn(rules::keep_fresh(
            Arc::clone(&rules),
            Arc::clone(&games),
            Arc::clone(&store),
            closing.clone(),
        )));
        let engine = Self {
            lanes: lanes.into(),
            rules,
            games: Arc::clone(&games),
            publisher,
            counts,
        };
        let mut watcher = Watcher::new(engine.clone(), store, markets, clock, book, games);
        watcher.rebuild().await?;
        tasks.push(tokio::spawn(watcher.run(closing.clone())));
        let task = EngineTask {
            closing: closes,
            tasks,
        };
        Ok((engine, task))
    }
}
