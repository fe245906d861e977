//! What `verify` reads as of one moment: everything of one player.

use async_trait::async_trait;
use domain::{AccountId, Award, GameId, IdempotencyKey, PlayerId};
use sqlx::Transaction;

use super::{Driver, Row, audit, awards, players, resting, retention};
use crate::retention::Checkpoint;
use crate::store::audit::{AuditSnapshot, StoredAnswer};
use crate::store::failure::corrupt;
use crate::store::resting as resting_columns;
use crate::store::rows::{self, Columns as _};
use crate::store::{
    AccountRecord, LedgerRow, PlayerRecord, PositionRecord, RestingRecord, StoreResult,
};

/// Maximum accounts read per player.
const ACCOUNTS_MAX: i64 = 10_000;

// Skips from one game to the next, however many entries each has.
pub(super) const LIST_LEDGER_GAMES: &str = "
    with recursive found (game_id) as (
        select min(game_id)
        from ledger
        where player_id = $1
        union all
        select (
            select min(l.game_id)
            from ledger l
            where l.player_id = $1
            and l.game_id > found.game_id
        )
        from found
        where found.game_id is not null
    )
    select game_id
    from found
    where game_id is not null";
pub(super) const FIND_CHECKPOINT: &str = "
    select player_id, game_id, seq, state
    from ledger_checkpoints
    where player_id = $1
    and game_id = $2";
pub(super) const LIST_ANSWERS: &str = "
    select order_key, at as answered_at, filled, fingerprint, answer
    from orders
    where player_id = $1
    and game_id = $2
    and order_key > $3
    order by order_key
    limit $4";
pub(super) const LIST_POSTINGS: &str = "
    select posting_key, seq
    from postings
    where player_id = $1
    and game_id = $2
    and posting_key > $3
    order by posting_key
    limit $4";

/// A transaction that only reads.
pub(super) struct Snapshot(pub(super) Transaction<'static, Driver>);

#[async_trait]
impl AuditSnapshot for Snapshot {
    async fn list_accounts_of(&mut self, player: PlayerId) -> StoreResult<Vec<AccountRecord>> {
        let found = sqlx::query(audit::LIST_ACCOUNTS_OF)
            .bind(player.0)
            .bind(ACCOUNTS_MAX)
            .fetch_all(&mut *self.0)
            .await?;
        found.iter().map(rows::account).collect()
    }

    async fn list_ledger_games(&mut self, player: PlayerId) -> StoreResult<Vec<GameId>> {
        let games: Vec<i64> = sqlx::query_scalar(LIST_LEDGER_GAMES)
            .bind(player.0)
            .fetch_all(&mut *self.0)
            .await?;
        Ok(games.into_iter().map(GameId).collect())
    }

    async fn find_player(&mut self, player: PlayerId) -> StoreResult<Option<PlayerRecord>> {
        let found = sqlx::query(players::FIND)
            .bind(player.0)
            .fetch_optional(&mut *self.0)
            .await?;
        found.as_ref().map(rows::player).transpose()
    }

    async fn find_checkpoint(&mut self, account: AccountId) -> StoreResult<Option<Checkpoint>> {
        let found = sqlx::query(FIND_CHECKPOINT)
            .bind(account.player.0)
            .bind(account.game.0)
            .fetch_optional(&mut *self.0)
            .await?;
        let checkpoint = found.as_ref().map(retention::checkpoint).transpose()?;
        Ok(checkpoint.map(|(_, checkpoint)| checkpoint))
    }

    async fn list_entries(
        &mut self,
        account: AccountId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<LedgerRow>> {
        audit::list_entries(&mut self.0, account, after, limit).await
    }

    async fn list_positions(&mut self, account: AccountId) -> StoreResult<Vec<PositionRecord>> {
        audit::list_positions(&mut self.0, account).await
    }

    async fn list_answers(
        &mut self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<StoredAnswer>> {
        let found = sqlx::query(LIST_ANSWERS)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(after.map_or("", IdempotencyKey::as_str))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.0)
            .await?;
        let answer = |row: &Row| {
            let answered = rows::answered_order(row, account)?;
            Ok(StoredAnswer {
                key: rows::order_key(row, account)?,
                at: rows::instant(row, "answered_at")?,
                filled: row.boolean("filled")?,
                fingerprint: answered.fingerprint,
                view: answered.view,
            })
        };
        found.iter().map(answer).collect()
    }

    async fn list_open_orders(
        &mut self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>> {
        let open = sqlx::query(resting::LIST_OPEN)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.0)
            .await?;
        open.iter().map(resting_columns::resting).collect()
    }

    async fn list_postings(
        &mut self,
        account: AccountId,
        after: Option<&IdempotencyKey>,
        limit: u32,
    ) -> StoreResult<Vec<(IdempotencyKey, i64)>> {
        let found = sqlx::query(LIST_POSTINGS)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(after.map_or("", IdempotencyKey::as_str))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.0)
            .await?;
        let posting = |row: &Row| {
            let key = row.text("posting_key")?.parse();
            let key = key.map_err(|_| corrupt(format!("the key of a posting of {account}")))?;
            Ok((key, row.integer("seq")?))
        };
        found.iter().map(posting).collect()
    }

    async fn list_awards_after(
        &mut self,
        player: PlayerId,
        after: i64,
        limit: u32,
    ) -> StoreResult<Vec<Award>> {
        let found = sqlx::query(awards::LIST_AFTER)
            .bind(player.0)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.0)
            .await?;
        found.iter().map(|row| rows::award(row, player)).collect()
    }
}
