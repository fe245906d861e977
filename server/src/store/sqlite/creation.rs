//! New players: their names, accounts, opening entries and sessions, many at a time.

use std::collections::HashSet;

use domain::{AccountId, Day, LedgerHead, Money, Timestamp};
use sqlx::{SqliteConnection, SqlitePool};

use super::{connection, ledger_rows};
use crate::store::names::{self, Wanted};
use crate::store::{NewPlayer, StoreResult, TakenOf};

const CREATE_PLAYERS: &str = "
    insert into players (
        player_id, handle, email, password_hash, region, locale, base_currency, xp, award_seq, award_hash, bonus_day,
        created_at
    )
    select
        value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, unhex(value ->> 9), value ->> 10, value ->> 11
    from jsonb_each($1)";
const TAKE_NAMES: &str = "
    insert into player_names (kind, name, player_id)
    select value ->> 0, value ->> 1, value ->> 2
    from jsonb_each($1)
    where true
    on conflict do nothing
    returning player_id, kind";
const OPEN_ACCOUNTS: &str = "
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    select value ->> 0, value ->> 1, value ->> 2, 0, 0, value ->> 3, unhex(value ->> 4)
    from jsonb_each($1)";
const OPEN_ACCOUNT: &str = "
    insert into accounts (player_id, game_id, cash, realized_profit, positions_held, version, head_hash)
    values ($1, $2, $3, 0, 0, $4, $5)
    on conflict do nothing";
const CREATE_SESSIONS: &str = "
    insert into sessions (player_id, session_id, token_hash, device, created_at, last_seen_at, expires_at)
    select
        value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, value ->> 6
    from jsonb_each($1)";

pub(super) async fn create(
    writer: &SqlitePool,
    new: &[NewPlayer],
) -> StoreResult<Result<(), TakenOf>> {
    let mut transaction = connection::begin(writer).await?;
    insert_players(&mut transaction, new).await?;
    let got = take_names(&mut transaction, &names::wanted(new)).await?;
    if let Some(taken) = names::first_taken(new, &got) {
        transaction.rollback().await?;
        return Ok(Err(taken));
    }
    open_accounts(&mut transaction, new).await?;
    insert_sessions(&mut transaction, new).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

async fn insert_players(transaction: &mut SqliteConnection, new: &[NewPlayer]) -> StoreResult<()> {
    let row = |new: &NewPlayer| {
        let player = new.player.clone();
        (
            player.id.0,
            player.handle,
            player.email,
            player.password_hash,
            player.region,
            player.locale,
            player.base_currency,
            player.xp,
            player.awards.seq,
            hex::encode(player.awards.hash),
            player.bonus_day.map(Day::number),
            player.created_at.micros(),
        )
    };
    let rows: Vec<_> = new.iter().map(row).collect();
    connection::write(transaction, CREATE_PLAYERS, &rows).await?;
    Ok(())
}

/// The names that were free: the player and the kind of each.
async fn take_names(
    transaction: &mut SqliteConnection,
    wanted: &[Wanted],
) -> StoreResult<HashSet<(i64, String)>> {
    let rows: Vec<_> = wanted
        .iter()
        .map(|wanted| (wanted.kind.as_str(), wanted.name.as_str(), wanted.player.0))
        .collect();
    let got: Vec<(i64, String)> = sqlx::query_as(TAKE_NAMES)
        .bind(connection::json(&rows))
        .fetch_all(transaction)
        .await?;
    Ok(got.into_iter().collect())
}

async fn open_accounts(transaction: &mut SqliteConnection, new: &[NewPlayer]) -> StoreResult<()> {
    let mut accounts = Vec::with_capacity(new.len());
    let mut entries = Vec::with_capacity(new.len());
    for new in new {
        let account = AccountId {
            player: new.player.id,
            game: new.game,
        };
        let opening =
            LedgerHead::before_first(account).opened(new.starting_cash, new.player.created_at);
        let head = opening.head();
        accounts.push((
            account.player.0,
            account.game.0,
            opening.cash_change().units(),
            head.version,
            hex::encode(head.hash),
        ));
        entries.push((account, opening));
    }
    connection::write(transaction, OPEN_ACCOUNTS, &accounts).await?;
    let entries: Vec<_> = entries
        .iter()
        .map(|(account, entry)| ledger_rows::entry_row(*account, entry))
        .collect();
    connection::write(transaction, ledger_rows::APPEND_ENTRIES, &entries).await?;
    Ok(())
}

pub(super) async fn open_account(
    writer: &SqlitePool,
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
    let entries = [ledger_rows::entry_row(account, &opening)];
    connection::write(&mut transaction, ledger_rows::APPEND_ENTRIES, &entries).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn insert_sessions(transaction: &mut SqliteConnection, new: &[NewPlayer]) -> StoreResult<()> {
    let row = |new: &NewPlayer| {
        let session = &new.session;
        (
            session.player.0,
            session.id.0,
            hex::encode(session.token_hash),
            session.device.clone(),
            session.created_at.micros(),
            session.last_seen_at.micros(),
            session.expires_at.micros(),
        )
    };
    let rows: Vec<_> = new.iter().map(row).collect();
    connection::write(transaction, CREATE_SESSIONS, &rows).await?;
    Ok(())
}
