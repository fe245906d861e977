//! Resting orders: those of one account, and all of them by time.

use domain::{AccountId, IdempotencyKey};

use super::Pool;
use crate::store::resting::{self, resting_columns};
use crate::store::{RestingPlace, RestingRecord, StoreResult};

pub(super) const LIST_OPEN: &str = concat!(
    "
    select ",
    resting_columns!(),
    "
    from resting_orders r
    join instruments i on i.instrument_id = r.instrument_id
    where r.player_id = $1
    and r.game_id = $2
    order by r.order_key
    limit $3"
);
pub(super) const LIST_ALL: &str = concat!(
    "
    select ",
    resting_columns!(),
    "
    from resting_orders r
    join instruments i on i.instrument_id = r.instrument_id
    where (r.placed_at, r.player_id, r.game_id, r.order_key) > ($1, $2, $3, $4)
    order by r.placed_at, r.player_id, r.game_id, r.order_key
    limit $5"
);

pub(super) async fn list_open(
    readers: &Pool,
    account: AccountId,
    limit: u32,
) -> StoreResult<Vec<RestingRecord>> {
    let open = sqlx::query(LIST_OPEN)
        .bind(account.player.0)
        .bind(account.game.0)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    open.iter().map(resting::resting).collect()
}

pub(super) async fn list_all(
    readers: &Pool,
    after: &RestingPlace,
    limit: u32,
) -> StoreResult<Vec<RestingRecord>> {
    let key = after.key.as_ref().map_or("", IdempotencyKey::as_str);
    let resting = sqlx::query(LIST_ALL)
        .bind(after.placed_at.micros())
        .bind(after.account.player.0)
        .bind(after.account.game.0)
        .bind(key)
        .bind(i64::from(limit))
        .fetch_all(readers)
        .await?;
    resting.iter().map(resting::resting).collect()
}
