//! New players: their names, accounts, opening entries and sessions, many at a time.

use std::collections::HashSet;

use domain::{AccountId, LedgerEntry, LedgerHead, Money, Timestamp};
use sqlx::{PgConnection, PgPool};

use super::columns::{APPEND_ENTRIES, Statement, bind_entries, column};
use super::connection;
use crate::store::names::{self, Wanted};
use crate::store::{NewPlayer, StoreResult, TakenOf};

const TAKE_NAMES: &str = "
    insert into player_names (kind, name, player_id)
    select *
    from unnest($1::text[], $2::text[], $3::bigint[])
    on conflict do nothing
    returning player_id, kind";
const CREATE_PLAYERS: &str = "
    insert into players (
        player_id, handle, email, password_hash, region, locale, base_currency, xp, award_seq, award_hash, bonus_day,
        created_at
    )
    select *
    from unnest(
        $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
        $9::bigint[], $10::bytea[], $11::bigint[], $12::bigint[]
    )";
const OPEN_ACCOUNTS: &str = "
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    select player_id, game_id, cash, 0, 0, version, head_hash
    from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])
        c (player_id, game_id, cash, version, head_hash)";
const CREATE_SESSIONS: &str = "
    insert into sessions (player_id, session_id, token_hash, device, created_at, last_seen_at, expires_at)
    select *
    from unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])";

// Writes nothing if the account already exists.
const OPEN_ACCOUNT: &str = "
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    values ($1, $2, $3, 0, 0, $4, $5)
    on conflict do nothing";
pub(super) async fn create(writer: &PgPool, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
    let mut transaction = connection::begin(writer).await?;
    let got = take_names(&mut transaction, &names::wanted(new)).await?;
    if let Some(taken) = names::first_taken(new, &got) {
        transaction.rollback().await?;
        return Ok(Err(taken));
    }
    insert(&mut transaction, new).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

/// Players with their accounts, opening entries and sessions.
async fn insert(transaction: &mut PgConnection, new: &[NewPlayer]) -> StoreResult<()> {
    let openings: Vec<_> = new.iter().map(opening).collect();
    let entries: Vec<_> = openings
        .iter()
        .map(|(account, entry)| (*account, entry))
        .collect();
    bind_players(sqlx::query(CREATE_PLAYERS), new)
        .execute(&mut *transaction)
        .await?;
    bind_accounts(sqlx::query(OPEN_ACCOUNTS), &openings)
        .execute(&mut *transaction)
        .await?;
    bind_entries(sqlx::query(APPEND_ENTRIES), &entries)
        .execute(&mut *transaction)
        .await?;
    bind_sessions(sqlx::query(CREATE_SESSIONS), new)
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) async fn open_account(
    writer: &PgPool,
    account: AccountId,
    starting_cash: Money,
    now: Timestamp,
) -> StoreResult<bool> {
    let opening = LedgerHead::before_first(account).opened(starting_cash, now);
    let head = opening.head();
    let mut transaction = connection::begin(writer).await?;
    let opened = sqlx::query(OPEN_ACCOUNT)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(opening.cash_change().units())
        .bind(head.version)
        .bind(head.hash.to_vec())
        .execute(&mut *transaction)
        .await?;
    if opened.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    let entries = [(account, &opening)];
    bind_entries(sqlx::query(APPEND_ENTRIES), &entries)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

fn opening(new: &NewPlayer) -> (AccountId, LedgerEntry) {
    let account = AccountId {
        player: new.player.id,
        game: new.game,
    };
    let before = LedgerHead::before_first(account);
    (
        account,
        before.opened(new.starting_cash, new.player.created_at),
    )
}

/// The names that were free: the player and the kind of each.
async fn take_names(
    transaction: &mut PgConnection,
    wanted: &[Wanted],
) -> StoreResult<HashSet<(i64, String)>> {
    let got: Vec<(i64, String)> = sqlx::query_as(TAKE_NAMES)
        .bind(column(wanted, |wanted| wanted.kind.as_str()))
        .bind(column(wanted, |wanted| wanted.name.as_str()))
        .bind(column(wanted, |wanted| wanted.player.0))
        .fetch_all(transaction)
        .await?;
    Ok(got.into_iter().collect())
}

fn bind_players<'q>(statement: Statement<'q>, new: &'q [NewPlayer]) -> Statement<'q> {
    statement
        .bind(column(new, |new| new.player.id.0))
        .bind(column(new, |new| new.player.handle.as_str()))
        .bind(column(new, |new| new.player.email.as_deref()))
        .bind(column(new, |new| new.player.password_hash.as_deref()))
        .bind(column(new, |new| new.player.region.as_deref()))
        .bind(column(new, |new| new.player.locale.as_str()))
        .bind(column(new, |new| new.player.base_currency.as_str()))
        .bind(column(new, |new| new.player.xp))
        .bind(column(new, |new| new.player.awards.seq))
        .bind(column(new, |new| &new.player.awards.hash[..]))
        .bind(column(new, |new| {
            new.player.bonus_day.map(|day| i64::from(day.number()))
        }))
        .bind(column(new, |new| new.player.created_at.micros()))
}

fn bind_accounts<'q>(
    statement: Statement<'q>,
    openings: &[(AccountId, LedgerEntry)],
) -> Statement<'q> {
    let heads = column(openings, |(_, entry)| entry.head());
    statement
        .bind(column(openings, |(account, _)| account.player.0))
        .bind(column(openings, |(account, _)| account.game.0))
        .bind(column(openings, |(_, entry)| entry.cash_change().units()))
        .bind(column(&heads, |head| head.version))
        .bind(column(&heads, |head| head.hash.to_vec()))
}

fn bind_sessions<'q>(statement: Statement<'q>, new: &'q [NewPlayer]) -> Statement<'q> {
    statement
        .bind(column(new, |new| new.session.player.0))
        .bind(column(new, |new| new.session.id.0))
        .bind(column(new, |new| &new.session.token_hash[..]))
        .bind(column(new, |new| new.session.device.as_str()))
        .bind(column(new, |new| new.session.created_at.micros()))
        .bind(column(new, |new| new.session.last_seen_at.micros()))
        .bind(column(new, |new| new.session.expires_at.micros()))
}
