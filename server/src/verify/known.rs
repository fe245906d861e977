//! Games and instruments that accounts and entries name.

use std::collections::HashMap;

use domain::{GameId, InstrumentId, Money, Symbol};

use crate::store::{MarketSource, Store, StoreResult};

/// Games and instruments, read again when one is not among them: it may be new.
#[derive(Debug, Default)]
pub(super) struct Known {
    starting_cash: HashMap<GameId, Money>,
    symbols: HashMap<InstrumentId, Symbol>,
}

impl Known {
    /// What a game's rules open an account with; none when there is no such game.
    pub(super) async fn starting_cash(
        &mut self,
        store: &dyn Store,
        game: GameId,
    ) -> StoreResult<Option<Money>> {
        if !self.starting_cash.contains_key(&game) {
            let games = store.list_games().await?;
            let cash = games
                .into_iter()
                .map(|game| (game.id, game.rules.starting_cash));
            self.starting_cash = cash.collect();
        }
        Ok(self.starting_cash.get(&game).copied())
    }

    /// An instrument's symbol; none when there is no such instrument.
    pub(super) async fn symbol(
        &mut self,
        store: &dyn Store,
        instrument: InstrumentId,
    ) -> StoreResult<Option<Symbol>> {
        if !self.symbols.contains_key(&instrument) {
            for market in MarketSource::ALL {
                let listed = store.list_instruments(market).await?;
                self.symbols
                    .extend(listed.into_iter().map(|one| (one.id, one.symbol)));
            }
        }
        Ok(self.symbols.get(&instrument).copied())
    }
}
