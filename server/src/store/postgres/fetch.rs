//! Reads that serve many requests with one statement: what a batch of orders touches, sessions,
//! portfolios.

use std::collections::HashMap;

use domain::{AccountId, IdempotencyKey, PlayerId, SessionId};
use sqlx::PgPool;

use super::columns::column;
use crate::store::rows::{
    self, account_columns, position_columns, progress_columns, session_columns,
};
use crate::store::{Fetched, OrderLookup, Portfolio, PortfolioLookup, SessionRecord, StoreResult};

// One statement sees one moment: a position is never newer than the version of its account. Outer
// joins, so that every plan starts from the orders and reads only their rows from each table.
pub(super) const FOR_ORDERS: &str = concat!(
    "
    select ",
    account_columns!(),
    ", ",
    progress_columns!(),
    ", ",
    position_columns!(),
    ", r.order_key, r.at answered_at, r.fingerprint, r.answer
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
        j (player_id, game_id, instrument_id, order_key)
    join accounts a
        on a.player_id = j.player_id
        and a.game_id = j.game_id
    join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = a.game_id
        and o.instrument_id = j.instrument_id
    left join orders r
        on r.player_id = a.player_id
        and r.game_id = a.game_id
        and r.order_key = j.order_key"
);

pub(super) const SESSIONS: &str = concat!(
    "
    select ",
    session_columns!(),
    "
    from unnest($1::bigint[], $2::bigint[]) j (player_id, session_id)
    join sessions s
        on s.player_id = j.player_id
        and s.session_id = j.session_id"
);

pub(super) const HANDLES: &str = "
    select p.player_id, p.handle
    from unnest($1::bigint[]) j (player_id)
    join players p on p.player_id = j.player_id";

// If the version is known, the game to look for positions in is null, so none are read.
pub(super) const PORTFOLIOS: &str = concat!(
    "
    select ",
    account_columns!(),
    ", ",
    progress_columns!(),
    ", ",
    position_columns!(),
    "
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) j (player_id, game_id, known_version)
    join accounts a
        on a.player_id = j.player_id
        and a.game_id = j.game_id
    join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = case when a.version is distinct from j.known_version then a.game_id end
        and o.quantity > 0"
);

pub(super) async fn for_orders(readers: &PgPool, orders: &[OrderLookup]) -> StoreResult<Fetched> {
    if orders.is_empty() {
        return Ok(Fetched::default());
    }
    let rows = sqlx::query(FOR_ORDERS)
        .bind(column(orders, |order| order.account.player.0))
        .bind(column(orders, |order| order.account.game.0))
        .bind(column(orders, |order| order.instrument.map(|id| id.0)))
        .bind(column(orders, |order| {
            order.key.as_ref().map(IdempotencyKey::as_str)
        }))
        .fetch_all(readers)
        .await?;
    rows::fetched(&rows)
}

pub(super) async fn sessions(
    readers: &PgPool,
    names: &[(PlayerId, SessionId)],
) -> StoreResult<Vec<SessionRecord>> {
    let rows = sqlx::query(SESSIONS)
        .bind(column(names, |(player, _)| player.0))
        .bind(column(names, |(_, session)| session.0))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::session).collect()
}

pub(super) async fn handles(
    readers: &PgPool,
    players: &[PlayerId],
) -> StoreResult<HashMap<PlayerId, String>> {
    let rows = sqlx::query(HANDLES)
        .bind(column(players, |player| player.0))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::handle).collect()
}

pub(super) async fn portfolios(
    readers: &PgPool,
    lookups: &[PortfolioLookup],
) -> StoreResult<HashMap<AccountId, Portfolio>> {
    let rows = sqlx::query(PORTFOLIOS)
        .bind(column(lookups, |lookup| lookup.account.player.0))
        .bind(column(lookups, |lookup| lookup.account.game.0))
        .bind(column(lookups, |lookup| lookup.known_version))
        .fetch_all(readers)
        .await?;
    rows::portfolios(&rows)
}
