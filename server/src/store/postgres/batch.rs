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
//
// Arrays are unnested in the list of what is selected, where each row is passed on as it is made: in
// `from`, each column would be written into a store of its own first, which takes three times as long.
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
        from (
            select
                unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as game_id,
                unnest($3::bigint[]) as expected_version, unnest($4::bigint[]) as cash,
                unnest($5::bigint[]) as realized_profit, unnest($6::bigint[]) as positions_held,
                unnest($7::bigint[]) as version, unnest($8::bytea[]) as head_hash,
                unnest($9::bigint[]) as reserved_cash, unnest($10::bigint[]) as open_orders
        ) c
        where a.player_id = c.player_id
        and a.game_id = c.game_id
        and a.version = c.expected_version
        returning 1
    ),
    gained as (
        update players p
        set xp = p.xp + g.gained
        from (
            select
                unnest($11::bigint[]) as player_id, unnest($12::bigint[]) as expected_xp,
                unnest($13::bigint[]) as gained
        ) g
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
                from (
                    select
                        unnest($14::bigint[]) as player_id, unnest($15::bigint[]) as game_id,
                        unnest($16::bigint[]) as expected_version
                ) c
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
        select
            unnest($18::bigint[]), unnest($19::bigint[]), unnest($20::bigint[]), unnest($21::bigint[]),
            unnest($22::bigint[]), unnest($23::bigint[]), unnest($24::bigint[]), unnest($25::bigint[]),
            unnest($26::bigint[]), unnest($27::bytea[]), unnest($28::bigint[])
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
        select
            unnest($29::bigint[]), unnest($30::bigint[]), unnest($31::bigint[]), unnest($32::bigint[]),
            unnest($33::bigint[]), unnest($34::bigint[]), unnest($35::bigint[]), unnest($36::bigint[]),
            unnest($37::bigint[]), unnest($38::bigint[]), unnest($39::bigint[]), unnest($40::bigint[]),
            unnest($41::text[]), unnest($42::text[]), unnest($43::bytea[]), unnest($44::text[]),
            unnest($45::bigint[]), unnest($46::bigint[])
        where (select holds from sound)
    ),
    rested as (
        insert into resting_orders (",
    resting_values!(),
    ")
        select
            unnest($54::bigint[]), unnest($55::bigint[]), unnest($56::bigint[]), unnest($57::bigint[]),
            unnest($58::bigint[]), unnest($59::bigint[]), unnest($60::bigint[]), unnest($61::bigint[]),
            unnest($62::bigint[]), unnest($63::bigint[]), unnest($64::text[]), unnest($65::text[]),
            unnest($66::text[]), unnest($67::text[])
        where (select holds from sound)
    ),
    removed as (
        delete from resting_orders r
        using (
            select
                unnest($68::bigint[]) as player_id, unnest($69::bigint[]) as game_id, unnest($72::text[]) as order_key
        ) e
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
        from (
            select
                unnest($68::bigint[]) as player_id, unnest($69::bigint[]) as game_id, unnest($70::bigint[]) as at,
                unnest($71::boolean[]) as filled, unnest($72::text[]) as order_key, unnest($73::bytea[]) as answer
        ) e
        where o.player_id = e.player_id
        and o.game_id = e.game_id
        and o.order_key = e.order_key
        and (select holds from sound)
    )
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select
        unnest($47::bigint[]), unnest($48::bigint[]), unnest($49::bigint[]), unnest($50::boolean[]),
        unnest($51::text[]), unnest($52::bytea[]), unnest($53::bytea[])
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
