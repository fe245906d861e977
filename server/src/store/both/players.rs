//! Players, their unique names and their daily bonuses.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{Award, PlayerId};

use super::{Connection, DatabaseStore, Pool, awards, connection, creation, fetch};
use crate::store::names::folded;
use crate::store::rows::{self, player_columns};
use crate::store::{
    Credentials, NewPlayer, PlayerRecord, PlayerStore, StoreError, StoreResult, Taken, TakenOf,
};

const TAKE_NAME: &str = "
    insert into player_names (kind, name, player_id)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const FREE_HANDLE: &str = "
    delete from player_names
    where kind = 'handle'
    and name = $1
    and player_id = $2";
pub(super) const FIND_GUEST_HANDLE: &str = "
    select handle
    from players
    where player_id = $1
    and password_hash is null";
pub(super) const REGISTER_GUEST: &str = "
    update players
    set handle = $2, email = $3, password_hash = $4
    where player_id = $1
    and password_hash is null";
pub(super) const STORE_LOCALE: &str = "
    update players
    set locale = $2
    where player_id = $1";
pub(super) const FIND: &str = concat!(
    "
    select ",
    player_columns!(),
    "
    from players p
    where p.player_id = $1"
);
// Ordered so that a match as an address comes before a match as a handle.
pub(super) const FIND_BY_NAME: &str = "
    select player_id
    from player_names
    where kind in ('email', 'handle')
    and name = $1
    order by kind
    limit 1";
#[async_trait]
impl PlayerStore for DatabaseStore {
    async fn create_players(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        creation::create(&self.writer, new).await
    }

    async fn register_guest(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        register_guest(&self.writer, player, credentials).await
    }

    async fn store_locale(&self, player: PlayerId, locale: &str) -> StoreResult<()> {
        sqlx::query(STORE_LOCALE)
            .bind(player.0)
            .bind(locale)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_player(&self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        find(&self.readers, player).await
    }

    async fn find_handles(&self, players: &[PlayerId]) -> StoreResult<HashMap<PlayerId, String>> {
        fetch::handles(&self.readers, players).await
    }

    async fn find_player_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        find_by_login(&self.readers, login).await
    }

    async fn list_awards(
        &self,
        player: PlayerId,
        before: Option<i64>,
        limit: u32,
    ) -> StoreResult<Vec<Award>> {
        awards::list(&self.readers, player, before, limit).await
    }

    async fn list_unlocks(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<Award>> {
        awards::list_unlocks(&self.readers, player, limit).await
    }
}

/// A player who is not a guest keeps the existing credentials: of two simultaneous registrations of one
/// guest, the second is told that the address is taken.
pub(super) async fn register_guest(
    writer: &Pool,
    player: PlayerId,
    credentials: &Credentials,
) -> StoreResult<Result<(), Taken>> {
    let mut transaction = connection::begin(writer).await?;
    let generated: Option<(String,)> = sqlx::query_as(FIND_GUEST_HANDLE)
        .bind(player.0)
        .fetch_optional(&mut *transaction)
        .await?;
    // First, because it makes the second of two simultaneous registrations wait and then find no guest.
    let registered = sqlx::query(REGISTER_GUEST)
        .bind(player.0)
        .bind(&credentials.handle)
        .bind(&credentials.email)
        .bind(&credentials.password_hash)
        .execute(&mut *transaction)
        .await?;
    let Some((generated,)) = generated.filter(|_| registered.rows_affected() == 1) else {
        let known = sqlx::query(FIND)
            .bind(player.0)
            .fetch_optional(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        return known
            .map(|_| Err(Taken::Email))
            .ok_or(StoreError::Database(sqlx::Error::RowNotFound));
    };
    sqlx::query(FREE_HANDLE)
        .bind(folded(&generated))
        .bind(player.0)
        .execute(&mut *transaction)
        .await?;
    for (taken, name) in [
        (Taken::Email, &credentials.email),
        (Taken::Handle, &credentials.handle),
    ] {
        if !take_name(&mut transaction, player, taken, name).await? {
            transaction.rollback().await?;
            return Ok(Err(taken));
        }
    }
    transaction.commit().await?;
    Ok(Ok(()))
}

pub(super) async fn find(readers: &Pool, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
    let row = sqlx::query(FIND)
        .bind(player.0)
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(rows::player).transpose()
}

/// In two steps, because a name and its player may be on different nodes.
pub(super) async fn find_by_login(
    readers: &Pool,
    login: &str,
) -> StoreResult<Option<PlayerRecord>> {
    // PostgreSQL text cannot contain this character, so a query for it fails.
    if login.contains('\0') {
        return Ok(None);
    }
    let named: Option<(i64,)> = sqlx::query_as(FIND_BY_NAME)
        .bind(folded(login))
        .fetch_optional(readers)
        .await?;
    match named {
        Some((player,)) => find(readers, PlayerId(player)).await,
        None => Ok(None),
    }
}

/// Whether the name was free.
pub(super) async fn take_name(
    transaction: &mut Connection,
    player: PlayerId,
    kind: Taken,
    name: &str,
) -> StoreResult<bool> {
    let taken = sqlx::query(TAKE_NAME)
        .bind(kind.as_str())
        .bind(folded(name))
        .bind(player.0)
        .execute(transaction)
        .await?;
    Ok(taken.rows_affected() == 1)
}
