//! Passwords, addresses and links, and erasing a player. A new table with words or names of players needs a
//! line in [`ERASE`].

use async_trait::async_trait;
use domain::{Hash, PlayerId, SessionId, Timestamp};

use super::strategy_follows::count_follower;
use super::{Connection, DatabaseStore, connection, players, protection};
use crate::store::names::folded;
use crate::store::protection::{LinkPurpose, MailLink};
use crate::store::rows;
use crate::store::{IdentityStore, StoreError, StoreResult, Taken};

pub(super) const CHANGE_PASSWORD: &str = "
    update players
    set password_hash = $2
    where player_id = $1
    and password_hash is not null";
const STORE_LINK: &str = "
    insert into mail_links (player_id, purpose, token_hash, email, expires_at)
    values ($1, $2, $3, $4, $5)
    on conflict (player_id, purpose) do update
    set token_hash = excluded.token_hash,
        email = excluded.email,
        expires_at = excluded.expires_at";
pub(super) const TAKE_LINK: &str = "
    delete from mail_links
    where player_id = $1
    and purpose = $2
    and token_hash = $3
    and expires_at > $4
    returning email";
const VERIFY: &str = "
    insert into verified_emails (player_id, email, verified_at)
    values ($1, $2, $3)
    on conflict (player_id) do update
    set email = excluded.email,
        verified_at = excluded.verified_at";
pub(super) const FIND_VERIFIED: &str = "
    select email
    from verified_emails
    where player_id = $1";
pub(super) const CHANGE_EMAIL: &str = "
    update players
    set email = $2
    where player_id = $1
    and password_hash is not null";
pub(super) const FREE_NAME: &str = "
    delete from player_names
    where kind = $1
    and name = $2
    and player_id = $3";
pub(super) const ERASE_PLAYER: &str = "
    update players
    set handle = $2, email = null, password_hash = null, region = null
    where player_id = $1";
pub(super) const END_SESSIONS: &str = "
    delete from sessions
    where player_id = $1
    returning session_id";
const HIDE: &str = "
    insert into privacy (player_id, visibility, on_leaderboards, changed_at)
    values ($1, 'private', $2, $3)
    on conflict (player_id) do update
    set visibility = 'private',
        on_leaderboards = excluded.on_leaderboards,
        changed_at = excluded.changed_at";
/// Everything else that identifies the player or was written by the player.
pub(super) const ERASE: &[&str] = &[
    protection::DELETE_CODES,
    protection::DELETE_FACTOR,
    "
    delete from mail_links
    where player_id = $1",
    "
    delete from verified_emails
    where player_id = $1",
    "
    delete from logins
    where player_id = $1",
    "
    delete from operators
    where player_id = $1",
    // With their salts, so that the digests left in the ledger reveal nothing.
    "
    delete from words
    where player_id = $1",
    "
    delete from follows
    where player_id = $1",
    "
    delete from follows
    where followed_id = $1",
    "
    delete from blocks
    where player_id = $1",
    "
    delete from watched_symbols
    where player_id = $1",
    "
    delete from watch_lists
    where player_id = $1",
    "
    delete from notes
    where player_id = $1",
    "
    delete from notifications
    where player_id = $1",
    "
    delete from notification_settings
    where player_id = $1",
    "
    delete from price_alerts
    where player_id = $1",
    "
    update reports
    set words = null
    where player_id = $1",
    "
    update plans
    set name = 'Plan'
    where owner_id = $1",
    "
    update game_notices
    set text = 'What was told here is erased.'
    where author_id = $1
    and kind <> 'state'",
    "
    delete from strategy_follows
    where strategy_id in (
        select strategy_id
        from strategies
        where author_id = $1
    )",
    "
    delete from strategy_versions
    where strategy_id in (
        select strategy_id
        from strategies
        where author_id = $1
    )",
    "
    delete from strategies
    where author_id = $1",
    // Nobody must accept the challenge of a player who is gone.
    "
    update duels
    set refusal = 'withdrawn'
    where challenger_id = $1
    and accepted_at is null
    and refusal is null",
    "
    delete from offline_results
    where player_id = $1",
    "
    delete from offline_starts
    where player_id = $1",
    "
    delete from offline_runs
    where player_id = $1",
];
// Each strategy then has one follower less.
pub(super) const END_FOLLOWING: &str = "
    delete from strategy_follows
    where player_id = $1
    returning strategy_id";
// Few games have final standings, and few players are erased.
const RENAME_STANDINGS: &str = "
    update final_standings
    set handle = $2
    where player_id = $1";

#[async_trait]
impl IdentityStore for DatabaseStore {
    async fn change_password(&self, player: PlayerId, hash: &str) -> StoreResult<bool> {
        let changed = sqlx::query(CHANGE_PASSWORD)
            .bind(player.0)
            .bind(hash)
            .execute(&self.writer)
            .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn store_mail_link(&self, link: &MailLink) -> StoreResult<()> {
        sqlx::query(STORE_LINK)
            .bind(link.player.0)
            .bind(link.purpose.as_str())
            .bind(link.token_hash.as_slice())
            .bind(&link.email)
            .bind(link.expires_at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn take_mail_link(
        &self,
        player: PlayerId,
        purpose: LinkPurpose,
        token_hash: Hash,
        now: Timestamp,
    ) -> StoreResult<Option<String>> {
        let taken = sqlx::query_scalar(TAKE_LINK)
            .bind(player.0)
            .bind(purpose.as_str())
            .bind(token_hash.as_slice())
            .bind(now.micros())
            .fetch_optional(&self.writer)
            .await?;
        Ok(taken)
    }

    async fn verify_email(&self, player: PlayerId, email: &str, now: Timestamp) -> StoreResult<()> {
        sqlx::query(VERIFY)
            .bind(player.0)
            .bind(email)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn verified_email(&self, player: PlayerId) -> StoreResult<Option<String>> {
        let found = sqlx::query_scalar(FIND_VERIFIED)
            .bind(player.0)
            .fetch_optional(&self.readers)
            .await?;
        Ok(found)
    }

    async fn change_email(&self, player: PlayerId, email: &str) -> StoreResult<Result<(), Taken>> {
        let mut transaction = connection::begin(&self.writer).await?;
        let (_, earlier) = names(&mut transaction, player).await?;
        if let Some(earlier) = earlier.filter(|earlier| folded(earlier) != folded(email)) {
            free(&mut transaction, player, Taken::Email, &earlier).await?;
            if !players::take_name(&mut transaction, player, Taken::Email, email).await? {
                transaction.rollback().await?;
                return Ok(Err(Taken::Email));
            }
        }
        sqlx::query(CHANGE_EMAIL)
            .bind(player.0)
            .bind(email)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    async fn erase_player(
        &self,
        player: PlayerId,
        handle: &str,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionId>> {
        let mut transaction = connection::begin(&self.writer).await?;
        let (earlier, email) = names(&mut transaction, player).await?;
        sqlx::query(ERASE_PLAYER)
            .bind(player.0)
            .bind(handle)
            .execute(&mut *transaction)
            .await?;
        free(&mut transaction, player, Taken::Handle, &earlier).await?;
        if let Some(email) = email {
            free(&mut transaction, player, Taken::Email, &email).await?;
        }
        if !players::take_name(&mut transaction, player, Taken::Handle, handle).await? {
            transaction.rollback().await?;
            return Err(StoreError::Database(sqlx::Error::RowNotFound));
        }
        let ended: Vec<i64> = sqlx::query_scalar(END_SESSIONS)
            .bind(player.0)
            .fetch_all(&mut *transaction)
            .await?;
        let followed: Vec<i64> = sqlx::query_scalar(END_FOLLOWING)
            .bind(player.0)
            .fetch_all(&mut *transaction)
            .await?;
        for strategy in followed {
            count_follower(&mut transaction, strategy, -1).await?;
        }
        for &statement in ERASE {
            sqlx::query(statement)
                .bind(player.0)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query(RENAME_STANDINGS)
            .bind(player.0)
            .bind(handle)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(HIDE)
            .bind(player.0)
            .bind(false)
            .bind(now.micros())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(ended.into_iter().map(SessionId).collect())
    }
}

/// Handle and address of a player, locked until the transaction ends.
async fn names(
    transaction: &mut Connection,
    player: PlayerId,
) -> StoreResult<(String, Option<String>)> {
    let row = sqlx::query(players::FIND)
        .bind(player.0)
        .fetch_optional(transaction)
        .await?;
    let row = row.ok_or(StoreError::Database(sqlx::Error::RowNotFound))?;
    let player = rows::player(&row)?;
    Ok((player.handle, player.email))
}

async fn free(
    transaction: &mut Connection,
    player: PlayerId,
    kind: Taken,
    name: &str,
) -> StoreResult<()> {
    sqlx::query(FREE_NAME)
        .bind(kind.as_str())
        .bind(folded(name))
        .bind(player.0)
        .execute(transaction)
        .await?;
    Ok(())
}
