//! What offerings and the corporate actions job ask of the engine.

use std::sync::Arc;

use domain::AccountId;
use domain::api::OrderView;

use super::{Done, Engine, EngineError, GameContext, Invest, Task, unexpected};
use crate::store::{MarketAction, RestingRecord};

impl Engine {
    /// Fills or ends a resting order if either is due. Returns its outcome.
    ///
    /// # Errors
    /// An [`EngineError`] if there is no outcome.
    pub async fn settle(
        &self,
        record: RestingRecord,
        game: GameContext,
    ) -> Result<OrderView, EngineError> {
        let account = record.account;
        self.send_order(account, Task::Settle(Arc::new(record)), game)
            .await
    }

    /// Reserves the money of an investment and records the investment, in one transaction and once per
    /// key.
    ///
    /// # Errors
    /// [`EngineError::Refused`] if the account has too little free cash, and the others if there is no
    /// outcome.
    pub async fn invest(&self, invest: Invest, game: GameContext) -> Result<(), EngineError> {
        let account = invest.investment.account;
        let task = Task::Invest(Box::new(invest));
        match self.send(account, task, game).await? {
            Done::Posted { .. } => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Applies a corporate action to an account, once. An account that held nothing when the action
    /// took effect gets nothing.
    ///
    /// # Errors
    /// [`EngineError::Refused`] while orders hold shares that a split changes, and the others when
    /// there is no outcome.
    pub async fn apply(
        &self,
        account: AccountId,
        action: MarketAction,
        game: GameContext,
    ) -> Result<(), EngineError> {
        match self.send(account, Task::Apply(action), game).await? {
            Done::Posted { .. } | Done::NotConcerned => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}
