//! Baskets: several orders decided together and written in one batch.

use domain::AccountId;
use domain::advice::Basket;
use domain::api::OrderView;

use super::{Done, Engine, EngineError, GameContext, Task, unexpected};

/// The outcome of a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedBasket {
    /// Whether it was traded. If not, nothing was written, and the orders that failed are rejected.
    pub placed: bool,
    /// The answer that each order got or would have got, in the order of the basket.
    pub orders: Vec<OrderView>,
}

impl Engine {
    /// Decides the orders of a basket on one state of the account and makes the outcome durable.
    /// Repeating it under the same keys gets the same answers.
    ///
    /// # Errors
    /// An [`EngineError`] if there is no outcome.
    pub async fn submit_basket(
        &self,
        account: AccountId,
        basket: Basket,
        game: GameContext,
    ) -> Result<PlacedBasket, EngineError> {
        match self.send(account, Task::PlaceBasket(basket), game).await? {
            Done::Basket(placed) => Ok(placed),
            other => Err(unexpected(&other)),
        }
    }
}
