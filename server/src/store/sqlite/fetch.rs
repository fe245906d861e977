//! Reads that serve many requests with one statement: what a batch of orders touches, sessions,
//! portfolios.

use std::collections::HashMap;

use domain::{AccountId, IdempotencyKey, PlayerId, SessionId};
use sqlx::SqlitePool;

use super::connection;
use crate::store::rows::{
    self, account_columns, position_columns, progress_columns, session_columns,
};
use crate::store::{Fetched, OrderLookup, Portfolio, PortfolioLookup, SessionRecord, StoreResult};

// One statement sees one moment: a position is never newer than the version of its account. Outer and
// cross joins fix the order of the tables, so that each requested row is looked up by its key.
pub(super) const FOR_ORDERS: &str = concat!(
    "
    select ",
    account_columns!(),
    ", ",
    progress_columns!(),
    ", ",
    position_columns!(),
    ", r.order_key, r.at as answered_at, r.fingerprint, r.answer
    from jsonb_each($1) j
    left join accounts a
        on a.player_id = j.value ->> 0
        and a.game_id = j.value ->> 1
    left join players p on p.player_id = j.value ->> 0
    left join positions o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1
        and o.instrument_id = j.value ->> 2
    left join orders r
        on r.player_id = j.value ->> 0
        and r.game_id = j.value ->> 1
        and r.order_key = j.value ->> 3"
);

pub(super) const SESSIONS: &str = concat!(
    "
    select ",
    session_columns!(),
    "
    from jsonb_each($1) j
    cross join sessions s
        on s.player_id = j.value ->> 0
        and s.session_id = j.value ->> 1"
);

pub(super) const HANDLES: &str = "
    select p.player_id, p.handle
    from jsonb_each($1) j
    cross join players p on p.player_id = j.value";

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
    from jsonb_each($1) j
    cross join accounts a
        on a.player_id = j.value ->> 0
        and a.game_id = j.value ->> 1
    cross join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = iif(a.version is not j.value ->> 2, a.game_id, null)
        and o.quantity > 0"
);

pub(super) async fn for_orders(
    readers: &SqlitePool,
    orders: &[OrderLookup],
) -> StoreResult<Fetched> {
    let orders: Vec<_> = orders
        .iter()
        .map(|order| {
            (
                order.account.player.0,
                order.account.game.0,
                order.instrument.map(|id| id.0),
                order.key.as_ref().map(IdempotencyKey::as_str),
            )
        })
        .collect();
    let rows = sqlx::query(FOR_ORDERS)
        .bind(connection::json(&orders))
        .fetch_all(readers)
        .await?;
    rows::fetched(&rows)
}

pub(super) async fn sessions(
    readers: &SqlitePool,
    names: &[(PlayerId, SessionId)],
) -> StoreResult<Vec<SessionRecord>> {
    let names: Vec<_> = names
        .iter()
        .map(|(player, session)| (player.0, session.0))
        .collect();
    let rows = sqlx::query(SESSIONS)
        .bind(connection::json(&names))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::session).collect()
}

pub(super) async fn handles(
    readers: &SqlitePool,
    players: &[PlayerId],
) -> StoreResult<HashMap<PlayerId, String>> {
    let players: Vec<_> = players.iter().map(|player| player.0).collect();
    let rows = sqlx::query(HANDLES)
        .bind(connection::json(&players))
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::handle).collect()
}

pub(super) async fn portfolios(
    readers: &SqlitePool,
    lookups: &[PortfolioLookup],
) -> StoreResult<HashMap<AccountId, Portfolio>> {
    let lookups: Vec<_> = lookups
        .iter()
        .map(|lookup| {
            let account = lookup.account;
            (account.player.0, account.game.0, lookup.known_version)
        })
        .collect();
    let rows = sqlx::query(PORTFOLIOS)
        .bind(connection::json(&lookups))
        .fetch_all(readers)
        .await?;
    rows::portfolios(&rows)
}
