//! What `verify` reads: everything, page by page.

use domain::{AccountId, IdempotencyKey, LedgerEntry, PlayerId, Timestamp, Xp};

use super::Pool;
use crate::store::rows::{self, Columns as _, account_columns, entry_columns, position_columns};
use crate::store::{AccountRecord, PositionRecord, StoreResult};

pub(super) const LIST_ACCOUNTS: &str = concat!(
    "
    select ",
    account_columns!(),
    "
    from accounts a
    where (a.player_id, a.game_id) > ($1, $2)
    order by a.player_id, a.game_id
    limit $3"
);
pub(super) const LIST_ENTRIES: &str = concat!(
    "
    select ",
    entry_columns!(),
    "
    from ledger l
    where l.player_id = $1
    and l.game_id = $2
    and l.seq > $3
    order by l.seq
    limit $4"
);
pub(super) const LIST_POSITIONS: &str = concat!(
    "
    select ",
    position_columns!(),
    "
    from positions o
    where o.player_id = $1
    and o.game_id = $2
    order by o.instrument_id"
);
pub(super) const LIST_FILLED_KEYS: &str = "
    select order_key, at
    from orders
    where player_id = $1
    and game_id = $2
    and order_key > $3
    and filled
    order by order_key
    limit $4";
pub(super) const FIND_XP: &str = "
    select p.xp, (
        select cast(coalesce(sum(b.xp), 0) as bigint)
        from daily_bonuses b
        where b.player_id = p.player_id
    ) as bonuses
    from players p
    where p.player_id = $1";

pub(super) async fn list_accounts(
    readers: &Pool,
    after: Option<AccountId>,
    limit: u32,
) -> StoreResult<Vec<AccountRecord>> {
    let (player, game) = after.map_or((i64::MIN, i64::MIN), |account| {
        (account.player.0, account.game.0)
    });
    let accounts = sqlx::query(LIST_ACCOUNTS)
        .bind(player)
        .bind(game)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    accounts.iter().map(rows::account).collect()
}

pub(super) async fn list_entries(
    readers: &Pool,
    account: AccountId,
    after: i64,
    limit: u32,
) -> StoreResult<Vec<LedgerEntry>> {
    let entries = sqlx::query(LIST_ENTRIES)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    entries
        .iter()
        .map(|row| rows::entry(row, account))
        .collect()
}

pub(super) async fn list_positions(
    readers: &Pool,
    account: AccountId,
) -> StoreResult<Vec<PositionRecord>> {
    let positions = sqlx::query(LIST_POSITIONS)
        .bind(account.player.0)
        .bind(account.game.0)
        .fetch_all(readers)
        .await?;
    positions
        .iter()
        .map(|row| rows::position(row, account))
        .collect()
}

pub(super) async fn list_filled_keys(
    readers: &Pool,
    account: AccountId,
    after: Option<&IdempotencyKey>,
    limit: u32,
) -> StoreResult<Vec<(IdempotencyKey, Timestamp)>> {
    let keys = sqlx::query(LIST_FILLED_KEYS)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(after.map_or("", IdempotencyKey::as_str))
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    keys.iter()
        .map(|row| Ok((rows::order_key(row, account)?, rows::instant(row, "at")?)))
        .collect()
}

pub(super) async fn find_xp(readers: &Pool, player: PlayerId) -> StoreResult<Option<(Xp, Xp)>> {
    let row = sqlx::query(FIND_XP)
        .bind(player.0)
        .fetch_optional(readers)
        .await?;
    row.map(|row| Ok((row.integer("xp")?, row.integer("bonuses")?)))
        .transpose()
}
