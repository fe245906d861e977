//! The XP rules in force, read from the store now and then, so that a change of them needs no
//! restart.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use domain::{GameId, GameRules, Timestamp, XpRules};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::store::{GameRecord, OrderStore, StoreResult, XpRulesRecord};

const REFRESH: Duration = Duration::from_secs(60);

/// All known XP rules, those that will count later included.
#[derive(Debug)]
pub(super) struct XpRuleBook {
    /// Oldest first.
    records: ArcSwap<Vec<XpRulesRecord>>,
}

impl XpRuleBook {
    pub(super) fn new(records: Vec<XpRulesRecord>) -> Self {
        Self {
            records: ArcSwap::from_pointee(records),
        }
    }

    pub(super) async fn load(store: &dyn OrderStore) -> StoreResult<Self> {
        Ok(Self::new(store.list_xp_rules().await?))
    }

    async fn refresh(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.records.store(Arc::new(store.list_xp_rules().await?));
        Ok(())
    }

    /// The rules that count at an instant; before the first ones, the defaults.
    pub(super) fn effective(&self, now: Timestamp) -> XpRules {
        let records = self.records.load();
        let counting = records
            .iter()
            .rev()
            .find(|record| record.effective_from <= now);
        counting
            .map(|record| record.rules.clone())
            .unwrap_or_default()
    }
}

/// The rules of every game, for orders that nobody brings along.
#[derive(Debug)]
pub(super) struct GameRuleBook(ArcSwap<HashMap<GameId, Arc<GameRules>>>);

impl GameRuleBook {
    pub(super) async fn load(store: &dyn OrderStore) -> StoreResult<Self> {
        Ok(Self(ArcSwap::from_pointee(rules_by_game(store).await?)))
    }

    async fn refresh(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.0.store(Arc::new(rules_by_game(store).await?));
        Ok(())
    }

    pub(super) fn current(&self) -> Arc<HashMap<GameId, Arc<GameRules>>> {
        self.0.load_full()
    }

    pub(super) fn find(&self, game: GameId) -> Option<Arc<GameRules>> {
        self.0.load().get(&game).map(Arc::clone)
    }
}

async fn rules_by_game(store: &dyn OrderStore) -> StoreResult<HashMap<GameId, Arc<GameRules>>> {
    let games = store.list_games().await?;
    let rules = |game: GameRecord| (game.id, Arc::new(game.rules));
    Ok(games.into_iter().map(rules).collect())
}

/// Reads the rules again every minute until the engine closes. While the store fails, those
/// that are known go on counting.
pub(super) async fn keep_fresh(
    rules: Arc<XpRuleBook>,
    games: Arc<GameRuleBook>,
    store: Arc<dyn OrderStore>,
    mut closing: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + REFRESH, REFRESH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = closed(&mut closing) => break,
            _ = ticks.tick() => {}
        }
        if let Err(error) = rules.refresh(&*store).await {
            tracing::warn!(%error, "the XP rules could not be read again");
        }
        if let Err(error) = games.refresh(&*store).await {
            tracing::warn!(%error, "the rules of the games could not be read again");
        }
    }
}

/// Resolves when the engine is asked to close, or is dropped.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // An error says that the engine's task was dropped, which closes it too.
    closing.wait_for(|closing| *closing).await.ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_count_from_their_instant_on() {
        let from = |seconds, buy| XpRulesRecord {
            effective_from: Timestamp::from_seconds(seconds),
            rules: XpRules {
                buy,
                ..XpRules::default()
            },
        };
        let book = XpRuleBook::new(vec![from(100, 1), from(200, 2)]);
        let buy_at = |seconds| book.effective(Timestamp::from_seconds(seconds)).buy;
        assert_eq!([99, 100, 199, 200, 999].map(buy_at), [10, 1, 1, 2, 2]);
    }
}
