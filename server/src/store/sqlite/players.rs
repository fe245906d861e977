//! Players, their unique names and their daily bonuses.

use domain::{AccountId, Day, LedgerHead, PlayerId, Timestamp, Xp};
use sqlx::{SqliteConnection, SqlitePool};

use super::rows::{self, player_columns};
use super::{accounts, connection, sessions};
use crate::store::{Credentials, NewPlayer, PlayerRecord, StoreError, StoreResult, Taken};

const CREATE: &str = "
    insert into players (
        player_id, handle, email, password_hash, region, locale, base_currency, xp, bonus_day, created_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const TAKE_NAME: &str = "
    insert into player_names (kind, name, player_id)
    values ($1, $2, $3)
    on conflict do nothing";
pub(super) const FREE_HANDLE: &str = "
    delete from player_names
    where kind = 'handle'
    and name = $1
    and player_id = $2";
const FIND_GUEST_HANDLE: &str = "
    select handle
    from players
    where player_id = $1
    and password_hash is null";
pub(super) const REGISTER_GUEST: &str = "
    update players
    set handle = $2, email = $3, password_hash = $4
    where player_id = $1";
pub(super) const FIND: &str = concat!(
    "
    select ",
    player_columns!(),
    "
    from players p
    where p.player_id = $1"
);
// Ordered, so that who has a name as an address comes before who has it as a handle.
pub(super) const FIND_BY_LOGIN: &str = concat!(
    "
    select ",
    player_columns!(),
    "
    from player_names n
    join players p on p.player_id = n.player_id
    where n.kind in ('email', 'handle')
    and n.name = $1
    order by n.kind
    limit 1"
);
const RECORD_BONUS: &str = "
    insert into daily_bonuses (player_id, day, xp, collected_at)
    values ($1, $2, $3, $4)
    on conflict do nothing";
pub(super) const ADD_BONUS: &str = "
    update players
    set xp = xp + $3,
        bonus_day = case when bonus_day > $2 then bonus_day else $2 end
    where player_id = $1";

pub(super) async fn create(writer: &SqlitePool, new: &NewPlayer) -> StoreResult<Result<(), Taken>> {
    let mut transaction = connection::begin(writer).await?;
    insert(&mut transaction, &new.player).await?;
    if let Err(taken) = take_names(&mut transaction, &new.player).await? {
        transaction.rollback().await?;
        return Ok(Err(taken));
    }
    let account = AccountId {
        player: new.player.id,
        game: new.game,
    };
    let opening =
        LedgerHead::before_first(account).opened(new.starting_cash, new.player.created_at);
    accounts::open(&mut transaction, account, &opening).await?;
    sessions::insert(&mut transaction, &new.session).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

/// A player who is no guest keeps the credentials that are there: of two registrations of one guest
/// at once, the second is told that the address is taken.
pub(super) async fn register_guest(
    writer: &SqlitePool,
    player: PlayerId,
    credentials: &Credentials,
) -> StoreResult<Result<(), Taken>> {
    let mut transaction = connection::begin(writer).await?;
    let guest: Option<(String,)> = sqlx::query_as(FIND_GUEST_HANDLE)
        .bind(player.0)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some((generated,)) = guest else {
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
    sqlx::query(REGISTER_GUEST)
        .bind(player.0)
        .bind(&credentials.handle)
        .bind(&credentials.email)
        .bind(&credentials.password_hash)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

pub(super) async fn find(
    readers: &SqlitePool,
    player: PlayerId,
) -> StoreResult<Option<PlayerRecord>> {
    let row = sqlx::query(FIND)
        .bind(player.0)
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(rows::player).transpose()
}

pub(super) async fn find_by_login(
    readers: &SqlitePool,
    login: &str,
) -> StoreResult<Option<PlayerRecord>> {
    let row = sqlx::query(FIND_BY_LOGIN)
        .bind(folded(login))
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(rows::player).transpose()
}

pub(super) async fn collect_daily_bonus(
    writer: &SqlitePool,
    player: PlayerId,
    day: Day,
    xp: Xp,
    now: Timestamp,
) -> StoreResult<bool> {
    let mut transaction = connection::begin(writer).await?;
    let recorded = sqlx::query(RECORD_BONUS)
        .bind(player.0)
        .bind(day.number())
        .bind(xp)
        .bind(now.micros())
        .execute(&mut *transaction)
        .await?;
    if recorded.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    sqlx::query(ADD_BONUS)
        .bind(player.0)
        .bind(day.number())
        .bind(xp)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

async fn insert(transaction: &mut SqliteConnection, player: &PlayerRecord) -> StoreResult<()> {
    sqlx::query(CREATE)
        .bind(player.id.0)
        .bind(&player.handle)
        .bind(&player.email)
        .bind(&player.password_hash)
        .bind(&player.region)
        .bind(&player.locale)
        .bind(&player.base_currency)
        .bind(player.xp)
        .bind(player.bonus_day.map(Day::number))
        .bind(player.created_at.micros())
        .execute(transaction)
        .await?;
    Ok(())
}

async fn take_names(
    transaction: &mut SqliteConnection,
    player: &PlayerRecord,
) -> StoreResult<Result<(), Taken>> {
    if let Some(email) = &player.email
        && !take_name(transaction, player.id, Taken::Email, email).await?
    {
        return Ok(Err(Taken::Email));
    }
    let free = take_name(transaction, player.id, Taken::Handle, &player.handle).await?;
    Ok(free.then_some(()).ok_or(Taken::Handle))
}

/// Whether the name was free.
async fn take_name(
    transaction: &mut SqliteConnection,
    player: PlayerId,
    kind: Taken,
    name: &str,
) -> StoreResult<bool> {
    let kind = match kind {
        Taken::Email => "email",
        Taken::Handle => "handle",
    };
    let taken = sqlx::query(TAKE_NAME)
        .bind(kind)
        .bind(folded(name))
        .bind(player.0)
        .execute(transaction)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    name.to_lowercase()
}
