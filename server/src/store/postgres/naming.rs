//! Names of players who may be in another database: reserved under a number first, and theirs when
//! they have been written in a transaction that holds the number.

use domain::PlayerId;
use sqlx::{PgConnection, PgPool};

use super::columns::column;
use super::players::{FREE_HANDLE, REGISTER_GUEST};
use super::{PostgresStore, Row, connection, creation};
use crate::store::failure::corrupt;
use crate::store::names::{Wanted, folded};
use crate::store::rows::Columns as _;
use crate::store::{Credentials, NewPlayer, StoreResult, Taken};

// The database's own clock, which alone says how old a reservation is.
const RESERVE: &str = "
    insert into player_names (kind, name, player_id, reservation, reserved_at)
    select kind, name, player_id, $4, cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)
    from unnest($1::text[], $2::text[], $3::bigint[]) w (kind, name, player_id)
    on conflict do nothing
    returning player_id, kind";
pub(super) const FIND_HOLDERS: &str = "
    select
        n.kind, n.name, n.player_id, n.reservation,
        cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) - n.reserved_at as age
    from unnest($1::text[], $2::text[]) w (kind, name)
    join player_names n
        on n.name = w.name
        and n.kind = w.kind";
// Ordered, so that who has a name as an address comes before who has it as a handle.
pub(super) const FIND_NAMED: &str = "
    select kind, player_id
    from player_names
    where kind in ('email', 'handle')
    and name = $1
    order by kind";
pub(super) const FREE: &str = "
    delete from player_names n
    using unnest($1::text[], $2::text[]) w (kind, name)
    where n.name = w.name
    and n.kind = w.kind
    and n.reservation = $3";
const PUT_IN: &str = "
    insert into abandoned_reservations (reservation)
    values ($1)
    on conflict do nothing";
const TAKE_OUT: &str = "
    delete from abandoned_reservations
    where reservation = $1";

/// Who has a name, or has reserved it.
#[derive(Debug, Clone)]
pub(in crate::store) struct Holder {
    pub(in crate::store) held: Wanted,
    /// None where the name was taken together with its player.
    pub(in crate::store) reservation: Option<i64>,
    /// Microseconds since it was reserved.
    pub(in crate::store) age: Option<i64>,
}

impl PostgresStore {
    /// Reserves those of the names that are free: of whom, and which kind.
    pub(in crate::store) async fn reserve_names(
        &self,
        wanted: &[Wanted],
        reservation: i64,
    ) -> StoreResult<Vec<(i64, String)>> {
        let got = sqlx::query_as(RESERVE)
            .bind(column(wanted, |wanted| wanted.kind.as_str()))
            .bind(column(wanted, |wanted| wanted.name.as_str()))
            .bind(column(wanted, |wanted| wanted.player.0))
            .bind(reservation)
            .fetch_all(&self.writer)
            .await?;
        Ok(got)
    }

    /// Who has those of the names that are not free.
    pub(in crate::store) async fn find_holders(
        &self,
        wanted: &[Wanted],
    ) -> StoreResult<Vec<Holder>> {
        let rows = sqlx::query(FIND_HOLDERS)
            .bind(column(wanted, |wanted| wanted.kind.as_str()))
            .bind(column(wanted, |wanted| wanted.name.as_str()))
            .fetch_all(&self.writer)
            .await?;
        let holder = |row: &Row| {
            Ok(Holder {
                held: Wanted {
                    name: row.text("name")?.to_owned(),
                    kind: kind(row.text("kind")?)?,
                    player: PlayerId(row.integer("player_id")?),
                },
                reservation: row.integer_or_none("reservation")?,
                age: row.integer_or_none("age")?,
            })
        };
        rows.iter().map(holder).collect()
    }

    /// Who has a name, or has reserved it, the owner of an address before that of a handle.
    pub(in crate::store) async fn find_named(
        &self,
        folded: &str,
    ) -> StoreResult<Vec<(Taken, PlayerId)>> {
        let found: Vec<(String, i64)> = sqlx::query_as(FIND_NAMED)
            .bind(folded)
            .fetch_all(&self.readers)
            .await?;
        let named = |(text, player): (String, i64)| Ok((kind(&text)?, PlayerId(player)));
        found.into_iter().map(named).collect()
    }

    /// Frees those of the names that are reserved under this number; whether any was.
    pub(in crate::store) async fn free_names(
        &self,
        wanted: &[Wanted],
        reservation: i64,
    ) -> StoreResult<bool> {
        let freed = sqlx::query(FREE)
            .bind(column(wanted, |wanted| wanted.kind.as_str()))
            .bind(column(wanted, |wanted| wanted.name.as_str()))
            .bind(reservation)
            .execute(&self.writer)
            .await?;
        Ok(freed.rows_affected() > 0)
    }

    /// Frees the handle of a player who has another one now.
    pub(in crate::store) async fn free_handle(
        &self,
        handle: &str,
        player: PlayerId,
    ) -> StoreResult<()> {
        sqlx::query(FREE_HANDLE)
            .bind(folded(handle))
            .bind(player.0)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Keeps a reservation from being settled from now on. Waits for whoever is settling it.
    pub(in crate::store) async fn abandon(&self, reservation: i64) -> StoreResult<()> {
        sqlx::query(PUT_IN)
            .bind(reservation)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Makes players whose names are reserved; false when the reservation has been given up.
    pub(in crate::store) async fn create_reserved(
        &self,
        new: &[NewPlayer],
        reservation: i64,
    ) -> StoreResult<bool> {
        creation::create_reserved(&self.writer, new, reservation).await
    }

    /// Gives a guest the credentials whose names are reserved; false when the reservation has been
    /// given up, or the player is no guest any more.
    pub(in crate::store) async fn register_reserved(
        &self,
        player: PlayerId,
        credentials: &Credentials,
        reservation: i64,
    ) -> StoreResult<bool> {
        register_reserved(&self.writer, player, credentials, reservation).await
    }
}

async fn register_reserved(
    writer: &PgPool,
    player: PlayerId,
    credentials: &Credentials,
    reservation: i64,
) -> StoreResult<bool> {
    let mut transaction = connection::begin(writer).await?;
    if !hold(&mut transaction, reservation).await? {
        transaction.rollback().await?;
        return Ok(false);
    }
    let registered = sqlx::query(REGISTER_GUEST)
        .bind(player.0)
        .bind(&credentials.handle)
        .bind(&credentials.email)
        .bind(&credentials.password_hash)
        .execute(&mut *transaction)
        .await?;
    let_go(&mut transaction, reservation).await?;
    transaction.commit().await?;
    Ok(registered.rows_affected() == 1)
}

/// Keeps a reservation from being given up while it is settled; false when it has been.
pub(super) async fn hold(transaction: &mut PgConnection, reservation: i64) -> StoreResult<bool> {
    let held = sqlx::query(PUT_IN)
        .bind(reservation)
        .execute(transaction)
        .await?;
    Ok(held.rows_affected() == 1)
}

/// Undoes [`hold`], in the same transaction.
pub(super) async fn let_go(transaction: &mut PgConnection, reservation: i64) -> StoreResult<()> {
    sqlx::query(TAKE_OUT)
        .bind(reservation)
        .execute(transaction)
        .await?;
    Ok(())
}

fn kind(text: &str) -> StoreResult<Taken> {
    let kinds = [Taken::Email, Taken::Handle];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| corrupt(format!("the kind \"{text:.16}\" of a name")))
}
