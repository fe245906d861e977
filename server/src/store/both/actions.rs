//! Corporate actions and the accounts they concern.

use async_trait::async_trait;
use domain::{AccountId, DatedAction, Day, GameId, InstrumentId, MarketId, PlayerId, Timestamp};

use super::{DatabaseStore, action_rows, connection, instruments};
use crate::store::actions::{instrument_action, market_action};
use crate::store::resting::{resting, resting_columns};
use crate::store::{
    ActionStore, CandleRecord, InstrumentAction, InstrumentRecord, MarketAction, MarketSource,
    RestingRecord, StoreResult, rows,
};

pub(super) const LIST_OF_INSTRUMENT: &str = "
    select instrument_id, day, kind, new_shares, old_shares, amount
    from instrument_actions
    where instrument_id = $1
    and day <= $2
    order by day desc, kind desc
    limit $3";
pub(super) const LIST_OF_UNIVERSE: &str = "
    select a.instrument_id, a.day, a.kind, a.new_shares, a.old_shares, a.amount
    from instruments i
    join instrument_actions a on a.instrument_id = i.instrument_id
    where i.universe = $1
    and a.day between $2 and $3";
pub(super) const LIST_OPEN_ACTIONS: &str = "
    select market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at
    from market_actions
    where finished_at is null
    and market_id = $1
    order by effective_at, day, kind
    limit $2";
pub(super) const LIST_DUE_ACTIONS: &str = "
    select market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at
    from market_actions
    where finished_at is null
    and effective_at <= $1
    order by effective_at, market_id, day, kind
    limit $2";
pub(super) const FINISH_ACTION: &str = "
    update market_actions
    set finished_at = $5
    where market_id = $1
    and day = $2
    and instrument_id = $3
    and kind = $4
    and finished_at is null";
pub(super) const LIST_HOLDERS: &str = "
    select player_id, game_id
    from positions
    where instrument_id = $1
    and game_id = $2
    and player_id > $3
    and quantity > 0
    order by player_id
    limit $4";
pub(super) const LIST_RESTING_BEFORE: &str = concat!(
    "
    select ",
    resting_columns!(),
    "
    from resting_orders r
    join instruments i on i.instrument_id = r.instrument_id
    where r.instrument_id = $1
    and r.game_id = $2
    and r.placed_at < $3
    order by r.player_id, r.order_key
    limit $4"
);

#[async_trait]
impl ActionStore for DatabaseStore {
    async fn import_history(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
        actions: &[InstrumentAction],
    ) -> StoreResult<()> {
        instruments::import(&self.writer, instruments, candles, Some(actions)).await
    }

    async fn list_instrument_actions(
        &self,
        instrument: InstrumentId,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<DatedAction>> {
        let found = sqlx::query(LIST_OF_INSTRUMENT)
            .bind(instrument.0)
            .bind(i64::from(until.number()))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let dated = |row| instrument_action(row).map(|action| action.dated);
        found.iter().map(dated).collect()
    }

    async fn list_universe_actions(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<InstrumentAction>> {
        let found = sqlx::query(LIST_OF_UNIVERSE)
            .bind(universe.as_str())
            .bind(i64::from(from.number()))
            .bind(i64::from(to.number()))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(instrument_action).collect()
    }

    async fn register_actions(&self, actions: &[MarketAction], now: Timestamp) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for some in actions.chunks(instruments::ROWS_AT_ONCE) {
            action_rows::register(&mut transaction, some, now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn list_open_actions(
        &self,
        market: MarketId,
        limit: u32,
    ) -> StoreResult<Vec<MarketAction>> {
        let found = sqlx::query(LIST_OPEN_ACTIONS)
            .bind(market.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(market_action).collect()
    }

    async fn list_due_actions(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<MarketAction>> {
        let found = sqlx::query(LIST_DUE_ACTIONS)
            .bind(now.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(market_action).collect()
    }

    async fn finish_action(&self, action: &MarketAction, now: Timestamp) -> StoreResult<()> {
        sqlx::query(FINISH_ACTION)
            .bind(action.market.0)
            .bind(i64::from(action.dated.day.number()))
            .bind(action.instrument.0)
            .bind(action.dated.action.kind().as_str())
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_holders(
        &self,
        game: GameId,
        instrument: InstrumentId,
        after: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<AccountId>> {
        let found = sqlx::query(LIST_HOLDERS)
            .bind(instrument.0)
            .bind(game.0)
            .bind(after.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(rows::account_id).collect()
    }

    async fn list_resting_before(
        &self,
        game: GameId,
        instrument: InstrumentId,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        let found = sqlx::query(LIST_RESTING_BEFORE)
            .bind(instrument.0)
            .bind(game.0)
            .bind(before.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(resting).collect()
    }
}
