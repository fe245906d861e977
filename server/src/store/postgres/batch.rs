//! Commits a batch: one transaction of a few statements, however many orders there are.
//!
//! Accounts come sorted, and players after them, here and in every server, so that batches wait for
//! each other in one direction only. Each statement joins the rows of the batch to one table by the
//! player, which a distributed PostgreSQL can run on each of its nodes. Arrays are unnested in the
//! select list, where each row is passed on as it is made: in `from`, each column would first be
//! written into a store of its own, which takes three times as long.

use std::collections::{BTreeSet, HashSet};

use domain::{AccountId, GameId, PlayerId};
use sqlx::error::DatabaseError;
use sqlx::{PgConnection, PgPool};

use super::columns::{APPEND_ENTRIES, bind_entries, column};
use super::{batch_rows, offering_rows, resting_rows};
use crate::store::selection::{Found, Selection, accounts_of};
use crate::store::{Batch, OnceKey, StoreError, StoreResult};

mod bind;

use bind::{bind_accounts, bind_answers, bind_positions};

/// How often a batch is rewritten before its caller is told to retry. Each time, another server has
/// committed something meanwhile.
const TRIES_MAX: u32 = 5;
/// Another server has answered the order, posted the posting or given the award.
const UNIQUE_VIOLATION: &str = "23505";
/// As Citus passes it on from a node that it copies rows to: the words alone, as an internal error.
const PASSED_ON: (&str, &str) = ("XX000", "duplicate key value ");
/// Two batches conflicted: a deadlock or a serialization failure.
const ENTANGLED: [&str; 2] = ["40P01", "40001"];
/// The keys that reveal it. A distributed table's constraints carry their shard number.
const RACED_KEYS: [&str; 3] = [
    "orders_pkey",
    "postings_pkey",
    "awards_player_id_award_key_key",
];

pub(super) const UPDATE_ACCOUNTS: &str = "
    update accounts a
    set cash = c.cash,
        realized_profit = c.realized_profit,
        positions_held = c.positions_held,
        version = c.version,
        head_hash = c.head_hash,
        reserved_cash = c.reserved_cash,
        open_orders = c.open_orders,
        counters = c.counters
    from (
        select
            unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as game_id,
            unnest($3::bigint[]) as expected_version, unnest($4::bigint[]) as cash,
            unnest($5::bigint[]) as realized_profit, unnest($6::bigint[]) as positions_held,
            unnest($7::bigint[]) as version, unnest($8::bytea[]) as head_hash,
            unnest($9::bigint[]) as reserved_cash, unnest($10::bigint[]) as open_orders,
            unnest($11::bytea[]) as counters
    ) c
    where a.player_id = c.player_id
    and a.game_id = c.game_id
    and a.version = c.expected_version";
pub(super) const UPDATE_PLAYERS: &str = "
    update players p
    set xp = p.xp + c.gained,
        award_seq = c.award_seq,
        award_hash = c.award_hash,
        bonus_day = greatest(p.bonus_day, c.bonus_day),
        progress = coalesce(c.progress, p.progress)
    from (
        select
            unnest($1::bigint[]) as player_id, unnest($2::bigint[]) as expected_xp,
            unnest($3::bigint[]) as gained, unnest($4::bigint[]) as expected_award_seq,
            unnest($5::bigint[]) as award_seq, unnest($6::bytea[]) as award_hash,
            unnest($7::bigint[]) as bonus_day, unnest($8::bytea[]) as progress
    ) c
    where p.player_id = c.player_id
    and p.xp = c.expected_xp
    and p.award_seq = c.expected_award_seq";
pub(super) const COUNT_INSTRUMENTS: &str = "
    select count(*)
    from instruments
    where instrument_id = any ($1::bigint[])";
pub(super) const STORE_POSITIONS: &str = "
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, trades_that_day,
        last_bought_at, traded_on, lots, reserved_quantity
    )
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::bigint[]), unnest($8::bigint[]),
        unnest($9::bigint[]), unnest($10::bytea[]), unnest($11::bigint[])
    on conflict (player_id, game_id, instrument_id) do update
    set quantity = excluded.quantity,
        cost_basis = excluded.cost_basis,
        realized_profit = excluded.realized_profit,
        trades_that_day = excluded.trades_that_day,
        last_bought_at = excluded.last_bought_at,
        traded_on = excluded.traded_on,
        lots = excluded.lots,
        reserved_quantity = excluded.reserved_quantity";
pub(super) const STORE_ANSWERS: &str = "
    insert into orders (player_id, game_id, at, filled, order_key, fingerprint, answer)
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::boolean[]),
        unnest($5::text[]), unnest($6::bytea[]), unnest($7::bytea[])";
pub(super) const FIND_CURRENT_PLAYERS: &str = "
    select p.player_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) c (player_id, expected_xp, expected_award_seq)
    join players p
        on p.player_id = c.player_id
        and p.xp = c.expected_xp
        and p.award_seq = c.expected_award_seq";
pub(super) const FIND_CURRENT: &str = "
    select a.player_id, a.game_id
    from unnest($1::bigint[], $2::bigint[], $3::bigint[]) c (player_id, game_id, expected_version)
    join accounts a
        on a.player_id = c.player_id
        and a.game_id = c.game_id
        and a.version = c.expected_version";
pub(super) const FIND_ANSWERED: &str = "
    select o.player_id
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
        let refused = match write(writer, &selection).await {
            Ok(true) => break,
            Ok(false) => None,
            Err(error) if is_race(&error) => Some(error),
            Err(error) => return Err(error.into()),
        };
        if tries == TRIES_MAX {
            let error = refused.unwrap_or(sqlx::Error::PoolTimedOut);
            return Err(StoreError::Unavailable(error));
        }
        tries += 1;
        let overtaken = find_overtaken(writer, &selection).await?;
        if overtaken.is_empty()
            && let Some(error) = refused.filter(is_duplicate)
        {
            // The batch itself contains the key twice.
            return Err(error.into());
        }
        left_out.extend(overtaken);
    }
    Ok(accounts_of(batch, &left_out))
}

/// Writes all of it. False, and nothing is written, if something is no longer as expected.
async fn write(writer: &PgPool, selection: &Selection<'_>) -> Result<bool, sqlx::Error> {
    let mut transaction = writer.begin().await?;
    if !guard(&mut transaction, selection).await? {
        transaction.rollback().await?;
        return Ok(false);
    }
    if !selection.positions.is_empty() {
        bind_positions(sqlx::query(STORE_POSITIONS), selection)
            .execute(&mut *transaction)
            .await?;
    }
    if !selection.entries.is_empty() {
        bind_entries(sqlx::query(APPEND_ENTRIES), &selection.entries)
            .execute(&mut *transaction)
            .await?;
    }
    // Answers come before other rows with their key, because they reveal that another server was faster.
    if !selection.answers.is_empty() {
        bind_answers(sqlx::query(STORE_ANSWERS), selection)
            .execute(&mut *transaction)
            .await?;
    }
    batch_rows::write(&mut transaction, selection).await?;
    resting_rows::write(&mut transaction, selection).await?;
    offering_rows::write(&mut transaction, selection).await?;
    if let Some(outbox) = &selection.outcomes {
        batch_rows::write_outbox(&mut transaction, outbox).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

/// Updates accounts and players, and checks those that must stay unchanged. False if one of them is no
/// longer as expected.
async fn guard(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<bool, sqlx::Error> {
    let Selection {
        accounts,
        unchanged,
        players,
        ..
    } = selection;
    if !accounts.is_empty() {
        let updated = bind_accounts(sqlx::query(UPDATE_ACCOUNTS), selection)
            .execute(&mut *transaction)
            .await?;
        if updated.rows_affected() < count(accounts.len()) {
            return Ok(false);
        }
    }
    if !players.is_empty() {
        let updated = batch_rows::bind_players(sqlx::query(UPDATE_PLAYERS), players)
            .execute(&mut *transaction)
            .await?;
        if updated.rows_affected() < count(players.len()) {
            return Ok(false);
        }
    }
    if !unchanged.is_empty() {
        let current = find_current(&mut *transaction, unchanged).await?;
        if current.len() < unchanged.len() {
            return Ok(false);
        }
    }
    check_instruments(transaction, selection).await?;
    Ok(true)
}

/// Replaces a foreign key on every position and entry: instruments are few and checked once.
async fn check_instruments(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    let instruments = instruments(selection);
    if instruments.is_empty() {
        return Ok(());
    }
    let known: i64 = sqlx::query_scalar(COUNT_INSTRUMENTS)
        .bind(&instruments)
        .fetch_one(transaction)
        .await?;
    if usize::try_from(known) == Ok(instruments.len()) {
        Ok(())
    } else {
        let why = "the batch names an instrument that does not exist";
        Err(sqlx::Error::Encode(why.into()))
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

fn instruments(selection: &Selection<'_>) -> Vec<i64> {
    let held = selection
        .positions
        .iter()
        .map(|(_, record)| record.instrument.0);
    let traded = selection
        .entries
        .iter()
        .filter_map(|(_, entry)| Some(entry.fact.instrument()?.0));
    let instruments: BTreeSet<_> = held.chain(traded).collect();
    instruments.into_iter().collect()
}

async fn find_current<'e>(
    executor: impl sqlx::PgExecutor<'e>,
    expected: &[&crate::store::AccountChange],
) -> Result<HashSet<AccountId>, sqlx::Error> {
    let current: Vec<(i64, i64)> = sqlx::query_as(FIND_CURRENT)
        .bind(column(expected, |change| change.record.id.player.0))
        .bind(column(expected, |change| change.record.id.game.0))
        .bind(column(expected, |change| change.expected_version))
        .fetch_all(executor)
        .await?;
    let account = |(player, game)| AccountId {
        player: PlayerId(player),
        game: GameId(game),
    };
    Ok(current.into_iter().map(account).collect())
}

/// The players whom other servers have changed, or done something for, since the batch was decided. A
/// rejected order does not change the account's version, so only its key reveals it.
async fn find_overtaken(
    writer: &PgPool,
    selection: &Selection<'_>,
) -> StoreResult<HashSet<PlayerId>> {
    let expected: Vec<_> = selection.expected().collect();
    let players = &selection.players;
    let current_players: Vec<i64> = sqlx::query_scalar(FIND_CURRENT_PLAYERS)
        .bind(column(players, |change| change.player.0))
        .bind(column(players, |change| change.expected_xp))
        .bind(column(players, |change| change.expected_award_seq))
        .fetch_all(writer)
        .await?;
    let answers = &selection.answers;
    let answered: Vec<i64> = sqlx::query_scalar(FIND_ANSWERED)
        .bind(column(answers, |answer| answer.account.player.0))
        .bind(column(answers, |answer| answer.account.game.0))
        .bind(column(answers, |answer| answer.key()))
        .fetch_all(writer)
        .await?;
    let done = super::done::find(writer, &once_keys(selection)).await?;
    let done = done.into_keys().map(|(account, _)| account.player);
    Ok(selection.overtaken(Found {
        current: find_current(writer, &expected).await?,
        current_players: current_players.into_iter().map(PlayerId).collect(),
        done: answered.into_iter().map(PlayerId).chain(done).collect(),
    }))
}

fn once_keys(selection: &Selection<'_>) -> Vec<(AccountId, OnceKey)> {
    let postings = selection
        .postings
        .iter()
        .map(|(account, key, _)| (*account, OnceKey::Posting(key.clone())));
    let awards = selection.awards.iter().map(|(player, award)| {
        let account = AccountId {
            player: *player,
            game: GameId(0),
        };
        (account, OnceKey::Award(award.cause.key()))
    });
    postings.chain(awards).collect()
}

/// Whether another server was faster or conflicted. A duplicate key in any other table is a bug in the
/// batch.
fn is_race(error: &sqlx::Error) -> bool {
    let raced = |error: &sqlx::Error| {
        // Citus passes on what a node says, but not the field that names the constraint.
        let named = error.as_database_error().and_then(|refused| {
            let quoted = || refused.message().split('"').nth(1);
            refused.constraint().or_else(quoted)
        });
        named.is_some_and(|name| RACED_KEYS.iter().any(|key| name.starts_with(key)))
    };
    ENTANGLED.iter().any(|code| is_code(error, code)) || (is_duplicate(error) && raced(error))
}

fn is_duplicate(error: &sqlx::Error) -> bool {
    let (code, words) = PASSED_ON;
    let says = |refused: &dyn DatabaseError| refused.message().starts_with(words);
    is_code(error, UNIQUE_VIOLATION)
        || (is_code(error, code) && error.as_database_error().is_some_and(says))
}

fn is_code(error: &sqlx::Error, code: &str) -> bool {
    let refused = error.as_database_error();
    refused.is_some_and(|refused| refused.code().as_deref() == Some(code))
}
