//! New players: their names, accounts, opening entries and sessions, many at a time.

use std::collections::HashSet;

use domain::{AccountId, LedgerEntry, LedgerHead};
use sqlx::{PgConnection, PgPool};

use super::columns::{Statement, bind_entries, column, entry_columns};
use super::{connection, naming};
use crate::store::names::{self, Wanted};
use crate::store::{NewPlayer, StoreResult, TakenOf};

const TAKE_NAMES: &str = "
    insert into player_names (kind, name, player_id)
    select *
    from unnest($1::text[], $2::text[], $3::bigint[])
    on conflict do nothing
    returning player_id, kind";
const CREATE: &str = concat!(
    "
    with created as (
        insert into players (
            player_id, handle, email, password_hash, region, locale, base_currency, xp, bonus_day, created_at
        )
        select *
        from unnest(
            $1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[]
        )
    ),
    opened as (
        insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
        select player_id, game_id, cash, 0, 0, version, head_hash
        from unnest($11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bytea[])
            c (player_id, game_id, cash, version, head_hash)
    ),
    appended as (
        insert into ledger (",
    entry_columns!(),
    ")
        select *
        from unnest(
            $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
            $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[], $28::text[], $29::text[],
            $30::bytea[], $31::text[], $32::bigint[], $33::bigint[]
        )
    )
    insert into sessions (player_id, session_id, token_hash, device, created_at, last_seen_at, expires_at)
    select *
    from unnest(
        $34::bigint[], $35::bigint[], $36::bytea[], $37::text[], $38::bigint[], $39::bigint[], $40::bigint[]
    )"
);

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

/// Makes players whose names have been reserved; false when the reservation has been given up.
pub(super) async fn create_reserved(
    writer: &PgPool,
    new: &[NewPlayer],
    reservation: i64,
) -> StoreResult<bool> {
    let mut transaction = connection::begin(writer).await?;
    if !naming::hold(&mut transaction, reservation).await? {
        transaction.rollback().await?;
        return Ok(false);
    }
    insert(&mut transaction, new).await?;
    naming::let_go(&mut transaction, reservation).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Players with their accounts, opening entries and sessions.
async fn insert(transaction: &mut PgConnection, new: &[NewPlayer]) -> StoreResult<()> {
    let openings: Vec<_> = new.iter().map(opening).collect();
    let entries: Vec<_> = openings
        .iter()
        .map(|(account, entry)| (*account, entry))
        .collect();
    let statement = bind_players(sqlx::query(CREATE), new);
    let statement = bind_accounts(statement, &openings);
    let statement = bind_entries(statement, &entries);
    bind_sessions(statement, new).execute(transaction).await?;
    Ok(())
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

/// The names that were free: of whom, and which kind.
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
        .bind(column(openings, |(_, entry)| entry.cash_change.units()))
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
