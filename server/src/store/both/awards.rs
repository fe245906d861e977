//! Awards: XP that no trade earned.

use domain::{Award, PlayerId};

use super::Pool;
use crate::store::StoreResult;
use crate::store::rows::{self, award_columns};

pub(super) const LIST: &str = concat!(
    "
    select ",
    award_columns!(),
    "
    from awards w
    where w.player_id = $1
    and w.seq < $2
    order by w.seq desc
    limit $3"
);
pub(super) const LIST_AFTER: &str = concat!(
    "
    select ",
    award_columns!(),
    "
    from awards w
    where w.player_id = $1
    and w.seq > $2
    order by w.seq
    limit $3"
);

// The keys of unlocks are a contiguous range of the key index.
pub(super) const LIST_UNLOCKS: &str = concat!(
    "
    select ",
    award_columns!(),
    "
    from awards w
    where w.player_id = $1
    and w.award_key >= 'unlocked:'
    and w.award_key < 'unlocked;'
    order by w.award_key
    limit $2"
);

pub(super) async fn list_unlocks(
    readers: &Pool,
    player: PlayerId,
    limit: u32,
) -> StoreResult<Vec<Award>> {
    let found = sqlx::query(LIST_UNLOCKS)
        .bind(player.0)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    found.iter().map(|row| rows::award(row, player)).collect()
}

pub(super) async fn list(
    readers: &Pool,
    player: PlayerId,
    before: Option<i64>,
    limit: u32,
) -> StoreResult<Vec<Award>> {
    query(readers, LIST, player, before.unwrap_or(i64::MAX), limit).await
}

async fn query(
    readers: &Pool,
    statement: &'static str,
    player: PlayerId,
    seq: i64,
    limit: u32,
) -> StoreResult<Vec<Award>> {
    let found = sqlx::query(statement)
        .bind(player.0)
        .bind(seq)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    found.iter().map(|row| rows::award(row, player)).collect()
}
