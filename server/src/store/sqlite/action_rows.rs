//! Rows of corporate actions, written many at a time.

use domain::{InstrumentId, Timestamp};
use sqlx::SqliteConnection;

use super::connection;
use crate::store::actions::parts;
use crate::store::{InstrumentAction, MarketAction, StoreResult};

pub(super) const CLEAR: &str = "
    delete from instrument_actions
    where instrument_id in (select value ->> 0 from jsonb_each($1))";
pub(super) const STORE: &str = "
    insert into instrument_actions (instrument_id, day, kind, new_shares, old_shares, amount)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
    from jsonb_each($1)
    where true
    on conflict (instrument_id, day, kind) do update
    set new_shares = excluded.new_shares,
        old_shares = excluded.old_shares,
        amount = excluded.amount";
pub(super) const REGISTER: &str = "
    insert into market_actions (
        market_id, instrument_id, day, kind, new_shares, old_shares, amount, price, effective_at
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
        value ->> 7, value ->> 8
    from jsonb_each($1)
    where true
    on conflict (market_id, day, instrument_id, kind) do update
    set effective_at = excluded.effective_at
    where market_actions.finished_at is null
    and market_actions.effective_at > $2";

pub(super) async fn clear(
    transaction: &mut SqliteConnection,
    instruments: &[InstrumentId],
) -> StoreResult<()> {
    let rows: Vec<_> = instruments.iter().map(|id| (id.0,)).collect();
    connection::write(transaction, CLEAR, &rows).await?;
    Ok(())
}

pub(super) async fn store(
    transaction: &mut SqliteConnection,
    actions: &[InstrumentAction],
) -> StoreResult<()> {
    let row = |action: &InstrumentAction| {
        let (kind, new, old, amount) = parts(action.dated.action);
        let day = action.dated.day.number();
        (action.instrument.0, day, kind, new, old, amount)
    };
    let rows: Vec<_> = actions.iter().map(row).collect();
    connection::write(transaction, STORE, &rows).await?;
    Ok(())
}

pub(super) async fn register(
    transaction: &mut SqliteConnection,
    actions: &[MarketAction],
    now: Timestamp,
) -> StoreResult<()> {
    let row = |action: &MarketAction| {
        let (kind, new, old, amount) = parts(action.dated.action);
        (
            action.market.0,
            action.instrument.0,
            action.dated.day.number(),
            kind,
            new,
            old,
            amount,
            action.price.units(),
            action.effective_at.micros(),
        )
    };
    let rows: Vec<_> = actions.iter().map(row).collect();
    sqlx::query(REGISTER)
        .bind(connection::json(&rows))
        .bind(now.micros())
        .execute(transaction)
        .await?;
    Ok(())
}
