//! Second factors and histories of log-ins.

use async_trait::async_trait;
use domain::{Hash, PlayerId, Timestamp};

use super::{DatabaseStore, Row, connection};
use crate::store::protection::{LOGINS_KEPT, LoginRecord, SecondFactor};
use crate::store::rows::{self, Columns as _};
use crate::store::{ProtectionStore, StoreResult};

pub(super) const FIND_FACTOR: &str = "
    select secret, confirmed_at, last_step, (
        select count(*)
        from recovery_codes c
        where c.player_id = f.player_id
    ) as codes
    from second_factors f
    where f.player_id = $1";
const BEGIN: &str = "
    insert into second_factors (player_id, secret, last_step)
    values ($1, $2, 0)
    on conflict (player_id) do update
    set secret = excluded.secret
    where second_factors.confirmed_at is null";
pub(super) const CONFIRM: &str = "
    update second_factors
    set confirmed_at = $3, last_step = $2
    where player_id = $1
    and confirmed_at is null";
pub(super) const USE_STEP: &str = "
    update second_factors
    set last_step = $2
    where player_id = $1
    and last_step < $2
    and confirmed_at is not null";
const ADD_CODE: &str = "
    insert into recovery_codes (player_id, code_hash)
    values ($1, $2)";
pub(super) const USE_CODE: &str = "
    delete from recovery_codes
    where player_id = $1
    and code_hash = $2";
pub(super) const DELETE_CODES: &str = "
    delete from recovery_codes
    where player_id = $1";
pub(super) const DELETE_FACTOR: &str = "
    delete from second_factors
    where player_id = $1";
const ADD_LOGIN: &str = "
    insert into logins (player_id, at, login_id, event, device, network)
    values ($1, $2, $3, $4, $5, $6)";
pub(super) const OLDEST_KEPT: &str = "
    select at
    from logins
    where player_id = $1
    order by at desc
    limit 1
    offset $2";
pub(super) const PRUNE_LOGINS: &str = "
    delete from logins
    where player_id = $1
    and at < $2";
pub(super) const LIST_LOGINS: &str = "
    select player_id, at, login_id, event, device, network
    from logins
    where player_id = $1
    order by at desc, login_id desc
    limit $2";

#[async_trait]
impl ProtectionStore for DatabaseStore {
    async fn find_second_factor(&self, player: PlayerId) -> StoreResult<Option<SecondFactor>> {
        // Log-in decisions read from the primary, never from a replica.
        let found = sqlx::query(FIND_FACTOR)
            .bind(player.0)
            .fetch_optional(self.before_writing())
            .await?;
        let factor = |row: Row| {
            Ok(SecondFactor {
                secret: row.bytes("secret")?.to_vec(),
                confirmed_at: rows::instant_or_none(&row, "confirmed_at")?,
                last_step: row.integer("last_step")?,
                recovery_codes: u32::try_from(row.integer("codes")?).unwrap_or_default(),
            })
        };
        found.map(factor).transpose()
    }

    async fn begin_second_factor(&self, player: PlayerId, secret: &[u8]) -> StoreResult<bool> {
        let begun = sqlx::query(BEGIN)
            .bind(player.0)
            .bind(secret)
            .execute(&self.writer)
            .await?;
        Ok(begun.rows_affected() > 0)
    }

    async fn confirm_second_factor(
        &self,
        player: PlayerId,
        step: i64,
        codes: &[Hash],
        now: Timestamp,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let confirmed = sqlx::query(CONFIRM)
            .bind(player.0)
            .bind(step)
            .bind(now.micros())
            .execute(&mut *transaction)
            .await?;
        if confirmed.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(DELETE_CODES)
            .bind(player.0)
            .execute(&mut *transaction)
            .await?;
        for code in codes {
            sqlx::query(ADD_CODE)
                .bind(player.0)
                .bind(code.as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn use_step(&self, player: PlayerId, step: i64) -> StoreResult<bool> {
        let used = sqlx::query(USE_STEP)
            .bind(player.0)
            .bind(step)
            .execute(&self.writer)
            .await?;
        Ok(used.rows_affected() > 0)
    }

    async fn use_recovery_code(&self, player: PlayerId, code: Hash) -> StoreResult<bool> {
        let used = sqlx::query(USE_CODE)
            .bind(player.0)
            .bind(code.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(used.rows_affected() > 0)
    }

    async fn remove_second_factor(&self, player: PlayerId) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        for statement in [DELETE_CODES, DELETE_FACTOR] {
            sqlx::query(statement)
                .bind(player.0)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn record_login(&self, login: &LoginRecord) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        sqlx::query(ADD_LOGIN)
            .bind(login.player.0)
            .bind(login.at.micros())
            .bind(login.id)
            .bind(&login.event)
            .bind(&login.device)
            .bind(login.network.as_deref())
            .execute(&mut *transaction)
            .await?;
        let oldest: Option<i64> = sqlx::query_scalar(OLDEST_KEPT)
            .bind(login.player.0)
            .bind(LOGINS_KEPT)
            .fetch_optional(&mut *transaction)
            .await?;
        if let Some(oldest) = oldest {
            sqlx::query(PRUNE_LOGINS)
                .bind(login.player.0)
                .bind(oldest)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn list_logins(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<LoginRecord>> {
        let found = sqlx::query(LIST_LOGINS)
            .bind(player.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let login = |row: &Row| {
            Ok(LoginRecord {
                player: PlayerId(row.integer("player_id")?),
                at: rows::instant(row, "at")?,
                id: row.integer("login_id")?,
                event: row.text("event")?.to_owned(),
                device: row.text("device")?.to_owned(),
                network: row.text_or_none("network")?.map(str::to_owned),
            })
        };
        found.iter().map(login).collect()
    }
}
