//! What many requests need at once, in a few statements: what a batch of orders touches,
//! sessions, portfolios.

use std::collections::{BTreeSet, HashMap};

use domain::{AccountId, PlayerId, SessionId};
use sqlx::SqlitePool;

use super::connection;
use crate::store::rows::{self, account_columns, position_columns, session_columns};
use crate::store::{Fetched, OrderLookup, Portfolio, SessionRecord, StoreResult};

// The cross join keeps the order of the tables: each row that is asked for is looked up by its key.
pub(super) const ACCOUNTS: &str = concat!(
    "
    select ",
    account_columns!(),
    ", p.xp
    from jsonb_each($1) j
    cross join accounts a
        on a.player_id = j.value ->> 0
        and a.game_id = j.value ->> 1
    cross join players p on p.player_id = a.player_id"
);
pub(super) const POSITIONS: &str = concat!(
    "
    select o.player_id, o.game_id, ",
    position_columns!(),
    "
    from jsonb_each($1) j
    cross join positions o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1
        and o.instrument_id = j.value ->> 2"
);
pub(super) const ANSWERS: &str = "
    select o.player_id, o.game_id, o.order_key, o.at answered_at, o.fingerprint, o.answer
    from jsonb_each($1) j
    cross join orders o
        on o.player_id = j.value ->> 0
        and o.game_id = j.value ->> 1
        and o.order_key = j.value ->> 2";

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

pub(super) const PORTFOLIOS: &str = concat!(
    "
    select ",
    account_columns!(),
    ", p.xp, ",
    position_columns!(),
    "
    from jsonb_each($1) j
    cross join accounts a
        on a.player_id = j.value ->> 0
        and a.game_id = j.value ->> 1
    cross join players p on p.player_id = a.player_id
    left join positions o
        on o.player_id = a.player_id
        and o.game_id = a.game_id
        and o.quantity > 0"
);

pub(super) async fn for_orders(
    readers: &SqlitePool,
    orders: &[OrderLookup],
) -> StoreResult<Fetched> {
    // Sets, because orders of one account often follow each other in a batch.
    let accounts: BTreeSet<_> = orders
        .iter()
        .map(|order| (order.account.player.0, order.account.game.0))
        .collect();
    let positions: BTreeSet<_> = orders
        .iter()
        .filter_map(|order| {
            Some((
                order.account.player.0,
                order.account.game.0,
                order.instrument?.0,
            ))
        })
        .collect();
    let answers: BTreeSet<_> = orders
        .iter()
        .map(|order| {
            (
                order.account.player.0,
                order.account.game.0,
                order.key.as_str(),
            )
        })
        .collect();

    let mut fetched = Fetched::default();
    // One transaction, so that a position is never newer than the version of its account.
    let mut snapshot = readers.begin().await?;
    for row in sqlx::query(ACCOUNTS)
        .bind(json(accounts))
        .fetch_all(&mut *snapshot)
        .await?
    {
        let account = rows::trading_account(&row)?;
        fetched.accounts.insert(account.record.id, account);
    }
    for row in sqlx::query(POSITIONS)
        .bind(json(positions))
        .fetch_all(&mut *snapshot)
        .await?
    {
        let account = rows::account_id(&row)?;
        let found = rows::position(&row, account)?;
        fetched
            .positions
            .insert((account, found.instrument), found.position);
    }
    for row in sqlx::query(ANSWERS)
        .bind(json(answers))
        .fetch_all(&mut *snapshot)
        .await?
    {
        let account = rows::account_id(&row)?;
        let key = rows::order_key(&row, account)?;
        fetched
            .answers
            .insert((account, key), rows::answered_order(&row, account)?);
    }
    snapshot.rollback().await?;
    Ok(fetched)
}

fn json<R: serde::Serialize>(rows: BTreeSet<R>) -> String {
    connection::json(&Vec::from_iter(rows))
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

pub(super) async fn portfolios(
    readers: &SqlitePool,
    accounts: &[AccountId],
) -> StoreResult<HashMap<AccountId, Portfolio>> {
    let names: Vec<_> = accounts
        .iter()
        .map(|account| (account.player.0, account.game.0))
        .collect();
    let rows = sqlx::query(PORTFOLIOS)
        .bind(connection::json(&names))
        .fetch_all(readers)
        .await?;
    rows::portfolios(&rows)
}
