//! Commits a batch of orders: one statement, which is a transaction of its own, however many orders
//! there are.

use std::collections::{BTreeSet, HashSet};

use domain::{AccountId, GameId, PlayerId};
use sqlx::PgPool;

use super::columns::{Statement, bind_entries, column, entry_columns};
use super::resting_rows::{self, resting_values};
use crate::store::selection::Selection;
use crate::store::{Batch, StoreError, StoreResult, lots};

/// How often a batch is written again before its caller is told to. Each time, another server has
/// committed something meanwhile.
const TRIES_MAX: u32 = 5;
/// What `refuse_batch` says of an account that another server has changed.
const OVERTAKEN: &str = "TQ001";
/// Another server has answered the order.
const UNIQUE_VIOLATION: &str = "23505";
/// Two batches got in each other's way.
const ENTANGLED: [&str; 2] = ["40P01", "40001"];

// Accounts come sorted, and players after them, here and in every server, so that batches wait for
// each other in one direction only. `sound` is what every other part waits for: it reads the results
// of the updates first, and a batch that is refused has written nothing else.
pub(super) const COMMIT: &str = concat!(
    "
    with updated as (
        update accounts a
        set cash = c.cash,
            realized_profit = c.realized_profit,
            positions_held = c.positions_held,
            version = c.version,
            head_hash = c.head_hash,
            reserved_cash = c.reserved_cash,
            open_orders = c.open_orders
        from unnest(
            $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bytea[], $9::bigint[], $10::bigint[]
        ) c (
            player_id, game_id, expected_version, cash, realized_profit, positions_held, version, head_hash,
            reserved_cash, open_orders
        )
        where a.player_id = c.player_id
        and a.game_id = c.game_id
        and a.version = c.expected_version
        returning 1
    ),
    gained as (
        update players p
        set xp = p.xp + g.gained
        from unnest($11::bigint[], $12::bigint[], $13::bigint[]) g (player_id, expected_xp, gained)
        where p.player_id = g.player_id
        and p.xp = g.expected_xp
        returning 1
    ),
    sound as materialized (
        select case
            when (select count(*) from updated) < cardinality($1)
                then refuse_batch('TQ001', 'an account was changed meanwhile')
            when (select count(*) from gained) < cardinality($11)
                then refuse_batch('TQ001', 'a player gained XP meanwhile')
            when (
                select count(*)
                from unnest($14::bigint[], $15::bigint[], $16::bigint[]) c (player_id, game_id, expected_version)
                join accounts a
                    on a.player_id = c.player_id
                    and a.game_id = c.game_id
                    and a.version = c.expected_version
            ) < cardinality($14)
                then refuse_batch('TQ001', 'an account was changed meanwhile')
            when (
                select count(*)
                from unnest($17::bigint[]) c (instrument_id)
                join instruments i on i.instrument_id = c.instrument_id
            ) < cardinality($17)
                then refuse_batch('23503', 'there is no such instrument')
            else true
        end as holds
    ),
    stored as (
        insert into positions (
            player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, trades_that_day,
            last_bought_at, traded_on, lots, reserved_quantity
        )
        select *
        from unnest(
            $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[],
            $25::bigint[], $26::bigint[], $27::bytea[], $28::bigint[]
        )
        where (select holds from sound)
        on conflict (player_id, game_id, instrument_id) do update
        set quantity = excluded.quantity,
            cost_basis = excluded.cost_basis,
            realized_profit = excluded.realized_profit,
            trades_that_day = excluded.trades_that_day,
            last_bought_at = excluded.last_bought_at,
            traded_on = excluded.traded_on,
            lots = excluded.lots,
            reserved_quantity = excluded.reserved_quantity
    ),
    appended as (
        insert into ledger (",
    entry_columns!(),
    ")
        select *
        from unnest(
            $29::bigint[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[], $34::bigint[], $35::bigint[],
            $36::bigint[], $37::bigint[], $38::bigint[], $39::bigint[], $40::bigint[], $41::text[], $42::text[],
            $43::bytea[], $44::text[], $45::bigint[],
            $46::bigint[]
        )
        where (select holds from sound)
    ),
    rested as (
        insert into resting_orders (",
    resting_values!(),
    ")
        select *
        from unnest(
            $54::bigint[], $55::bigint[], $56::bigint[], $57::bigint[], $58::bigint[], $59::bigint[], $60::bigint[],
            $61::bigint[], $62::bigint[], $63::bigint[], $64::text[], $65::text[], $66::text[], $67::text[]
        )
        where (select holds from sound)
    ),
    removed as (
        delete from resting_orders r
        using unnest($68::bigint[], $69::bigint[], $72::text[]) e (player_id, game_id, order_key)
        where r.player_id = e.player_id
        and r.game_id = e.game_id
        and r.order_key = e.order_key
        and (select holds from sound)
    ),
    replaced as (
        update orders o
        set at = e.at,
            filled = e.filled,
            answer = e.answer
        from unnest($68::bigint[], $69::bigint[], $70::bigint[], $71::boolean[], $72::text[], $73::bytea[])
            e (player_id, game_id, at, filled, order_key, answer)
        where o.player_id = e.player_id
        and o.game_id = e.game_id
        and o.order_key = e.order_key
        and (select holds from sound)
    )
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select *
    from unnest(
        $47::bigint[], $48::bigint[], $49::bigint[], $50::boolean[], $51::text[], $52::bytea[], $53::bytea[]
    )
    where (select holds from sound)"
);
pub(super) const FIND_CURRENT_XP: &str = "
    select p.player_id
    from unnest($1::bigint[], $2::bigint[]) g (player_id, expected_xp)
    join players p
        on p.player_id = g.player_id
        and p.xp = g.expected_xp";
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
    let statement = bind_answers(statement, selection);
    resting_rows::bind(statement, selection)
        .execute(writer)
        .await?;
    Ok(())
}

fn bind_accounts<'q>(statement: Statement<'q>, selection: &'q Selection<'_>) -> Statement<'q> {
    let Selection {
        accounts,
        unchanged,
        gained,
        ..
    } = selection;
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
        .bind(column(accounts, |change| {
            change.record.account.reserved_cash.units()
        }))
        .bind(column(accounts, |change| {
            i64::from(change.record.account.open_orders)
        }))
        .bind(column(gained, |gain| gain.player.0))
        .bind(column(gained, |gain| gain.expected))
        .bind(column(gained, |gain| gain.gained))
        .bind(column(unchanged, |change| change.record.id.player.0))
        .bind(column(unchanged, |change| change.record.id.game.0))
        .bind(column(unchanged, |change| change.expected_version))
        .bind(instruments(selection))
}

/// Of these the database is asked once, however many entries name them.
fn instruments(selection: &Selection<'_>) -> Vec<i64> {
    let held = selection
        .positions
        .iter()
        .map(|(_, record)| record.instrument.0);
    let traded = selection
        .entries
        .iter()
        .filter_map(|(_, entry)| Some(entry.trade.as_ref()?.instrument.0));
    let instruments: BTreeSet<_> = held.chain(traded).collect();
    instruments.into_iter().collect()
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
        .bind(column(positions, |(_, record)| {
            record.position.reserved_quantity.units()
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
        .bind(column(answers, |answer| &answer.bytes[..]))
}

/// The accounts that other servers have changed, or answered an order of, since the batch was
/// fetched. A rejected order does not change the account's version, so only its key tells.
async fn find_overtaken(
    writer: &PgPool,
    selection: &Selection<'_>,
) -> StoreResult<HashSet<AccountId>> {
    let expected: Vec<_> = selection.expected().collect();
    let current: Vec<(i64, i64)> = sqlx::query_as(FIND_CURRENT)
        .bind(column(&expected, |change| change.record.id.player.0))
        .bind(column(&expected, |change| change.record.id.game.0))
        .bind(column(&expected, |change| change.expected_version))
        .fetch_all(writer)
        .await?;
    let gained = &selection.gained;
    let current_xp: Vec<i64> = sqlx::query_scalar(FIND_CURRENT_XP)
        .bind(column(gained, |gain| gain.player.0))
        .bind(column(gained, |gain| gain.expected))
        .fetch_all(writer)
        .await?;
    let answers = &selection.answers;
    let answered: Vec<(i64, i64)> = sqlx::query_as(FIND_ANSWERED)
        .bind(column(answers, |answer| answer.account.player.0))
        .bind(column(answers, |answer| answer.account.game.0))
        .bind(column(answers, |answer| answer.key()))
        .fetch_all(writer)
        .await?;
    let account = |(player, game)| AccountId {
        player: PlayerId(player),
        game: GameId(game),
    };
    Ok(selection.overtaken(
        &current.into_iter().map(account).collect(),
        &current_xp.into_iter().map(PlayerId).collect(),
        answered.into_iter().map(account).collect(),
    ))
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
