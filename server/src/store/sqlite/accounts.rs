//! What an account reads of itself: cash, positions, orders, ledger.

use domain::{AccountId, IdempotencyKey, InstrumentId, LedgerEntry, Position, Timestamp};
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::rows::{self, account_columns, entry_columns, position_columns};
use super::{batch, connection};
use crate::store::{AnsweredOrder, PositionRecord, StoreResult, TradingAccount};
use domain::api::OrderView;

const OPEN: &str = "
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    values ($1, $2, $3, 0, 0, $4, $5)";
pub(super) const FIND: &str = concat!(
    "
    select ",
    account_columns!(),
    ", p.xp
    from accounts a
    join players p on p.player_id = a.player_id
    where a.player_id = $1
    and a.game_id = $2"
);
pub(super) const FIND_TICKET: &str = concat!(
    "
    select ",
    account_columns!(),
    ", p.xp, ",
    position_columns!(),
    "
    from accounts a
    join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = a.game_id
        and o.instrument_id = $3
    where a.player_id = $1
    and a.game_id = $2"
);
pub(super) const LIST_HOLDINGS: &str = concat!(
    "
    select ",
    position_columns!(),
    ", count(*) over () as total
    from positions o
    where o.player_id = $1
    and o.game_id = $2
    and o.quantity > 0
    order by o.cost_basis desc, o.instrument_id
    limit $4
    offset $3"
);
pub(super) const COUNT_HOLDINGS: &str = "
    select count(*) as total
    from positions
    where player_id = $1
    and game_id = $2
    and quantity > 0";
pub(super) const LIST_ORDERS: &str = "
    select order_key, fingerprint, answer
    from orders
    where player_id = $1
    and game_id = $2
    and (at, order_key) < ($3, $4)
    order by at desc, order_key desc
    limit $5";
pub(super) const FIND_ORDER: &str = "
    select order_key, fingerprint, answer
    from orders
    where player_id = $1
    and game_id = $2
    and order_key = $3";
pub(super) const LIST_LEDGER: &str = concat!(
    "
    select ",
    entry_columns!(),
    "
    from ledger l
    where l.player_id = $1
    and l.game_id = $2
    and l.seq < $3
    order by l.seq desc
    limit $4"
);

/// Opens an account with its first ledger entry.
pub(super) async fn open(
    transaction: &mut SqliteConnection,
    account: AccountId,
    opening: &LedgerEntry,
) -> StoreResult<()> {
    let head = opening.head();
    sqlx::query(OPEN)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(opening.cash_change.units())
        .bind(head.version)
        .bind(head.hash.to_vec())
        .execute(&mut *transaction)
        .await?;
    let row = batch::entry_row(account, opening);
    sqlx::query(batch::APPEND_ENTRIES)
        .bind(connection::json(&[row]))
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn find(
    readers: &SqlitePool,
    account: AccountId,
) -> StoreResult<Option<TradingAccount>> {
    let row = sqlx::query(FIND)
        .bind(account.player.0)
        .bind(account.game.0)
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(rows::trading_account).transpose()
}

pub(super) async fn find_ticket(
    readers: &SqlitePool,
    account: AccountId,
    instrument: InstrumentId,
) -> StoreResult<Option<(TradingAccount, Position)>> {
    let row = sqlx::query(FIND_TICKET)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(instrument.0)
        .fetch_optional(readers)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let held: Option<i64> = row.try_get("instrument_id")?;
    let position = match held {
        Some(_) => rows::position(&row, account)?.position,
        None => Position::default(),
    };
    Ok(Some((rows::trading_account(&row)?, position)))
}

pub(super) async fn list_holdings(
    readers: &SqlitePool,
    account: AccountId,
    offset: u32,
    limit: u32,
) -> StoreResult<(Vec<PositionRecord>, u64)> {
    let held = sqlx::query(LIST_HOLDINGS)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(offset)
        .bind(limit)
        .fetch_all(readers)
        .await?;
    let total = match held.first() {
        Some(row) => row.try_get("total")?,
        // A page beyond the last one has no row that could say how many there are.
        None if offset > 0 || limit == 0 => count_holdings(readers, account).await?,
        None => 0,
    };
    let positions = held
        .iter()
        .map(|row| rows::position(row, account))
        .collect::<StoreResult<_>>()?;
    Ok((positions, u64::try_from(total).unwrap_or(0)))
}

async fn count_holdings(readers: &SqlitePool, account: AccountId) -> StoreResult<i64> {
    let row = sqlx::query(COUNT_HOLDINGS)
        .bind(account.player.0)
        .bind(account.game.0)
        .fetch_one(readers)
        .await?;
    Ok(row.try_get("total")?)
}

pub(super) async fn list_orders(
    readers: &SqlitePool,
    account: AccountId,
    before: Option<(Timestamp, IdempotencyKey)>,
    limit: u32,
) -> StoreResult<Vec<OrderView>> {
    let (at, key) = match before {
        Some((at, key)) => (at.micros(), key.to_string()),
        None => (i64::MAX, String::new()),
    };
    let orders = sqlx::query(LIST_ORDERS)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(at)
        .bind(key)
        .bind(limit)
        .fetch_all(readers)
        .await?;
    orders
        .iter()
        .map(|row| Ok(rows::answered_order(row, account)?.view))
        .collect()
}

pub(super) async fn find_order(
    readers: &SqlitePool,
    account: AccountId,
    key: &IdempotencyKey,
) -> StoreResult<Option<AnsweredOrder>> {
    let row = sqlx::query(FIND_ORDER)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(key.as_str())
        .fetch_optional(readers)
        .await?;
    row.map(|row| rows::answered_order(&row, account))
        .transpose()
}

pub(super) async fn list_ledger(
    readers: &SqlitePool,
    account: AccountId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<LedgerEntry>> {
    let entries = sqlx::query(LIST_LEDGER)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(readers)
        .await?;
    entries
        .iter()
        .map(|row| rows::entry(row, account))
        .collect()
}
