//! The XP rules in force, reloaded from the store periodically so that changing them needs no
//! restart.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use domain::{GameId, GameRules, LevelRules, MarketId, Timestamp, XpRules};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Engine;
use crate::store::{GameRecord, OrderStore, StoreResult, XpRulesRecord};
use crate::xp_rules::RulesInForce;

const REFRESH: Duration = Duration::from_secs(60);

/// All known XP rules, including those that take effect later.
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

    pub(super) async fn refresh(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.records.store(Arc::new(store.list_xp_rules().await?));
        Ok(())
    }

    /// The rules in force at an instant.
    pub(super) fn effective(&self, now: Timestamp) -> RulesInForce {
        RulesInForce::at(&self.records.load(), now)
    }
}

/// What is known of a game.
#[derive(Debug, Clone)]
pub(super) struct KnownGame {
    pub(super) rules: Arc<GameRules>,
    pub(super) market: MarketId,
}

/// The rules and the market of every game, for orders that arrive without a game context.
#[derive(Debug)]
pub(super) struct GameRuleBook(ArcSwap<HashMap<GameId, KnownGame>>);

impl GameRuleBook {
    pub(super) async fn load(store: &dyn OrderStore) -> StoreResult<Self> {
        Ok(Self(ArcSwap::from_pointee(games_by_id(store).await?)))
    }

    pub(super) async fn refresh(&self, store: &dyn OrderStore) -> StoreResult<()> {
        self.0.store(Arc::new(games_by_id(store).await?));
        Ok(())
    }

    pub(super) fn current(&self) -> Arc<HashMap<GameId, KnownGame>> {
        self.0.load_full()
    }
}

async fn games_by_id(store: &dyn OrderStore) -> StoreResult<HashMap<GameId, KnownGame>> {
    let games = store.list_games().await?;
    let known = |game: GameRecord| {
        let rules = Arc::new(game.rules);
        let market = game.market;
        (game.id, KnownGame { rules, market })
    };
    Ok(games.into_iter().map(known).collect())
}

/// Reloads the rules every minute until the engine closes. While the store fails, the known rules
/// stay in force.
pub(super) async fn keep_fresh(
    rules: Arc<XpRuleBook>,
    games: Arc<GameRuleBook>,
    store: Arc<dyn OrderStore>,
    closing: CancellationToken,
) {
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + REFRESH, REFRESH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = closing.cancelled() => break,
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

impl Engine {
    /// What actions in a game earn at an instant.
    #[must_use]
    pub fn xp_rules(&self, game: GameId, now: Timestamp) -> XpRules {
        self.rules.effective(now).of(game).rules.clone()
    }

    /// What actions earn at an instant if a game has no rules of its own.
    #[must_use]
    pub fn xp_rules_of_all(&self, now: Timestamp) -> XpRules {
        self.rules.effective(now).of_all().rules.clone()
    }

    /// The XP that levels require at an instant.
    #[must_use]
    pub fn levels(&self, now: Timestamp) -> LevelRules {
        self.rules.effective(now).levels()
    }

    /// When the rules that decide an action of a game at an instant took effect.
    #[must_use]
    pub fn rules_since(&self, game: GameId, at: Timestamp) -> Timestamp {
        Timestamp::from_micros(self.rules.effective(at).of(game).version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_count_from_their_instant_on() {
        let from = |seconds, buy| XpRulesRecord {
            effective_from: Timestamp::from_seconds(seconds),
            game: None,
            rules: XpRules {
                buy,
                ..XpRules::default()
            },
        };
        let book = XpRuleBook::new(vec![from(100, 1), from(200, 2)]);
        let buy_at = |seconds| {
            let rules = book.effective(Timestamp::from_seconds(seconds));
            rules.of(GameId(1)).rules.buy
        };
        assert_eq!([99, 100, 199, 200, 999].map(buy_at), [10, 1, 1, 2, 2]);
    }

    #[test]
    fn a_game_may_have_rules_of_its_own_and_levels_are_those_of_all() {
        let levels = LevelRules {
            base: 500,
            factor_percent: 120,
        };
        let record = |seconds, game, buy| XpRulesRecord {
            effective_from: Timestamp::from_seconds(seconds),
            game,
            rules: XpRules {
                buy,
                levels,
                ..XpRules::default()
            },
        };
        let book = XpRuleBook::new(vec![
            record(100, None, 1),
            record(200, Some(GameId(7)), 2),
            record(300, None, 3),
        ]);
        let buys_at = |seconds| {
            let rules = book.effective(Timestamp::from_seconds(seconds));
            let buys = [1, 7].map(|game| rules.of(GameId(game)).rules.buy);
            (buys, rules.of(GameId(7)).version / 1_000_000)
        };
        assert_eq!(buys_at(100), ([1, 1], 100));
        assert_eq!(buys_at(200), ([1, 2], 200));
        assert_eq!(buys_at(300), ([3, 2], 200));
        let now = Timestamp::from_seconds(300);
        assert_eq!(book.effective(now).levels(), levels);
    }
}
