//! Baskets: several orders that are decided together and written in one batch.

use domain::AccountId;
use domain::advice::Basket;
use domain::api::OrderView;

use super::{Done, Engine, EngineError, GameContext, Task, unexpected};

/// What became of a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedBasket {
    /// Whether it was traded. If not, nothing was written, and those that do not hold are rejected.
    pub placed: bool,
    /// What each order was answered, or would have been, in their order.
    pub orders: Vec<OrderView>,
}

impl Engine {
    /// Decides the orders of a basket on one state of the account and makes the outcome durable. A
    /// repeat under the same keys gets the same answers.
    ///
    /// # Errors
    /// An [`EngineError`] when there is no outcome.
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
