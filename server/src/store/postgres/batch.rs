//! Commits a batch of orders: one statement, which is a transaction of its own, however many orders
//! there are.
//!
//! It is written as if nobody else wrote, which is nearly always so, and the database finds out if
//! someone did: an account's version is no longer the expected one, or an order's key is there
//! already. Then nothing of it is written; the accounts concerned are looked for, left out, and the
//! rest is written again.

use std::collections::HashSet;

use domain::{AccountId, GameId, PlayerId};
use sqlx::PgPool;

use super::columns::{Statement, bind_entries, column, entry_columns};
use crate::store::{Batch, StoreError, StoreResult, lots};

mod selection;

use selection::Selection;

/// How often a batch is written again before its caller is told to. Each time, another server has
/// committed something meanwhile.
const TRIES_MAX: u32 = 5;
/// What `refuse_batch` says of an account that another server has changed.
const OVERTAKEN: &str = "TQ001";
/// Another server has answered the order.
const UNIQUE_VIOLATION: &str = "23505";
/// Two batches got in each other's way.
const ENTANGLED: [&str; 2] = ["40P01", "40001"];

// Accounts come sorted, here and in every server, so that batches wait for each other in one
// direction only. `sound` is what every other part waits for: it reads the result of the update
// first, and a batch that is refused has written nothing else.
pub(super) const COMMIT: &str = concat!(
    "
    with updated as (
        update accounts a
        set cash = c.cash,
            realized_profit = c.realized_profit,
            positions_held = c.positions_held,
            version = c.version,
            head_hash = c.head_hash
        from unnest(
            $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bytea[]
        ) c (player_id, game_id, expected_version, cash, realized_profit, positions_held, version, head_hash)
        where a.player_id = c.player_id
        and a.game_id = c.game_id
        and a.version = c.expected_version
        returning 1
    ),
    sound as materialized (
        select case
            when (select count(*) from updated) < cardinality($1)
                then refuse_batch('TQ001', 'an account was changed meanwhile')
            when (
                select count(*)
                from unnest($9::bigint[], $10::bigint[]) c (player_id, game_id)
                join accounts a
                    on a.player_id = c.player_id
                    and a.game_id = c.game_id
            ) < cardinality($9)
                then refuse_batch('23503', 'there is no such account')
            when (
                select count(*)
                from unnest($11::bigint[]) c (instrument_id)
                join instruments i on i.instrument_id = c.instrument_id
            ) < cardinality($11)
                then refuse_batch('23503', 'there is no such instrument')
            else true
        end as holds
    ),
    stored as (
        insert into positions (
            player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, trades_that_day,
            last_bought_at, traded_on, lots
        )
        select *
        from unnest(
            $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[],
            $19::bigint[], $20::bigint[], $21::bytea[]
        )
        where (select holds from sound)
        on conflict (player_id, game_id, instrument_id) do update
        set quantity = excluded.quantity,
            cost_basis = excluded.cost_basis,
            realized_profit = excluded.realized_profit,
            trades_that_day = excluded.trades_that_day,
            last_bought_at = excluded.last_bought_at,
            traded_on = excluded.traded_on,
            lots = excluded.lots
    ),
    appended as (
        insert into ledger (",
    entry_columns!(),
    ")
        select *
        from unnest(
            $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[],
            $29::bigint[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[], $34::text[], $35::text[],
            $36::bytea[], $37::text[]
        )
        where (select holds from sound)
    ),
    gained as (
        update players p
        set xp = p.xp + g.xp
        from unnest($38::bigint[], $39::bigint[]) g (player_id, xp)
        where p.player_id = g.player_id
        and (select holds from sound)
    )
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select *
    from unnest(
        $40::bigint[], $41::bigint[], $42::bigint[], $43::boolean[], $44::text[], $45::bytea[], $46::text[]
    )
    where (select holds from sound)"
);
pub(super) const FIND_CURRENT: &str = "
    select a.player_id, a.game_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) c (player_id, game_id, expected_version)
    join accounts a
        on a.player_id = c.player_id
        and a.game_id = c.game_id
        and a.version = c.expected_version";
pub(super) const FIND_ANSWERED: &str = "
    select o.player_id, o.game_id
    from unnest($1::bigint[], $2::bigint[], $3::text[]) c (player_id, game_id, order_key)
    join orders o
        on o.player_id = c.player_id
        and o.game_id = c.game_id
        and o.order_key = c.order_key";

pub(super) async fn commit(writer: &PgPool, batch: &Batch) -> StoreResult<Vec<AccountId>> {
    let mut left_out = HashSet::new();
    let mut tries = 1;
    loop {
        let selection = Selection::of(batch, &left_out)?;
        if selection.is_empty() {
            break;
        }
        let Err(error) = write(writer, &selection).await else {
            break;
        };
        if !is_race(&error) {
            return Err(error.into());
        }
        if tries == TRIES_MAX {
            return Err(StoreError::Unavailable(error));
        }
        tries += 1;
        let overtaken = find_overtaken(writer, &selection).await?;
        if overtaken.is_empty() && is_code(&error, UNIQUE_VIOLATION) {
            // The batch has the key twice.
            return Err(error.into());
        }
        left_out.extend(overtaken);
    }
    Ok(left_out.into_iter().collect())
}

async fn write(writer: &PgPool, selection: &Selection<'_>) -> Result<(), sqlx::Error> {
    let statement = bind_accounts(sqlx::query(COMMIT), selection);
    let statement = bind_positions(statement, selection);
    let statement = bind_entries(statement, &selection.entries);
    let statement = statement
        .bind(column(&selection.gained, |(player, _)| *player))
        .bind(column(&selection.gained, |(_, xp)| *xp));
    bind_answers(statement, selection).execute(writer).await?;
    Ok(())
}

fn bind_accounts<'q>(statement: Statement<'q>, selection: &'q Selection<'_>) -> Statement<'q> {
    let accounts = &selection.accounts;
    statement
        .bind(column(accounts, |change| change.record.id.player.0))
        .bind(column(accounts, |change| change.record.id.game.0))
        .bind(column(accounts, |change| change.expected_version))
        .bind(column(accounts, |change| {
            change.record.account.cash.units()
        }))
        .bind(column(accounts, |change| {
            change.record.account.realized_profit.units()
        }))
        .bind(column(accounts, |change| {
            i64::from(change.record.account.positions_held)
        }))
        .bind(column(accounts, |change| change.record.head.version))
        .bind(column(accounts, |change| &change.record.head.hash[..]))
        .bind(column(&selection.unchanged, |account| account.player.0))
        .bind(column(&selection.unchanged, |account| account.game.0))
        .bind(&selection.instruments[..])
}

fn bind_positions<'q>(statement: Statement<'q>, selection: &'q Selection<'_>) -> Statement<'q> {
    let positions = &selection.positions;
    statement
        .bind(column(positions, |(account, _)| account.player.0))
        .bind(column(positions, |(account, _)| account.game.0))
        .bind(column(positions, |(_, record)| record.instrument.0))
        .bind(column(positions, |(_, record)| {
            record.position.quantity.units()
        }))
        .bind(column(positions, |(_, record)| {
            record.position.cost_basis.units()
        }))
        .bind(column(positions, |(_, record)| {
            record.position.realized_profit.units()
        }))
        .bind(column(positions, |(_, record)| {
            i64::from(record.position.trades_that_day)
        }))
        .bind(column(positions, |(_, record)| {
            record.position.last_bought_at.map(|at| at.micros())
        }))
        .bind(column(positions, |(_, record)| {
            record.position.traded_on.map(|day| i64::from(day.number()))
        }))
        .bind(column(positions, |(_, record)| {
            lots::encode(&record.position.lots)
        }))
}

fn bind_answers<'q>(statement: Statement<'q>, selection: &'q Selection<'_>) -> Statement<'q> {
    let answers = &selection.answers;
    statement
        .bind(column(answers, |answer| answer.account.player.0))
        .bind(column(answers, |answer| answer.account.game.0))
        .bind(column(answers, |answer| answer.view.at.micros()))
        .bind(column(answers, |answer| answer.is_filled()))
        .bind(column(answers, |answer| answer.key()))
        .bind(column(answers, |answer| &answer.fingerprint[..]))
        .bind(column(answers, |answer| answer.text.as_str()))
}

/// The accounts that other servers have changed, or answered an order of, since the batch was
/// fetched. A rejected order does not change the account's version, so only its key tells.
async fn find_overtaken(
    writer: &PgPool,
    selection: &Selection<'_>,
) -> StoreResult<HashSet<AccountId>> {
    let accounts = &selection.accounts;
    let current: HashSet<(i64, i64)> = sqlx::query_as(FIND_CURRENT)
        .bind(column(accounts, |change| change.record.id.player.0))
        .bind(column(accounts, |change| change.record.id.game.0))
        .bind(column(accounts, |change| change.expected_version))
        .fetch_all(writer)
        .await?
        .into_iter()
        .collect();
    let answers = &selection.answers;
    let answered: Vec<(i64, i64)> = sqlx::query_as(FIND_ANSWERED)
        .bind(column(answers, |answer| answer.account.player.0))
        .bind(column(answers, |answer| answer.account.game.0))
        .bind(column(answers, |answer| answer.key()))
        .fetch_all(writer)
        .await?;
    let changed = accounts
        .iter()
        .map(|change| change.record.id)
        .filter(|id| !current.contains(&(id.player.0, id.game.0)));
    let answered = answered.into_iter().map(|(player, game)| AccountId {
        player: PlayerId(player),
        game: GameId(game),
    });
    Ok(changed.chain(answered).collect())
}

/// Whether another server was faster, or in the way. A key of another table that is there already
/// is a mistake in the batch.
fn is_race(error: &sqlx::Error) -> bool {
    let of_an_order = |error: &sqlx::Error| {
        let refused = error.as_database_error();
        let constraint = refused.and_then(|refused| refused.constraint());
        // A distributed table's constraints have the number of their shard behind their name.
        constraint.is_some_and(|name| name.starts_with("orders_pkey"))
    };
    is_code(error, OVERTAKEN)
        || ENTANGLED.iter().any(|code| is_code(error, code))
        || (is_code(error, UNIQUE_VIOLATION) && of_an_order(error))
}

fn is_code(error: &sqlx::Error, code: &str) -> bool {
    let refused = error.as_database_error();
    refused.is_some_and(|refused| refused.code().as_deref() == Some(code))
}
