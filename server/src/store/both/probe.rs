//! Checks that the database answers with what matters: one row of each table that every order touches.

use super::Pool;
use crate::store::StoreResult;

pub(super) const LEDGER: &str = "
    select player_id
    from ledger
    where player_id >= $1
    order by player_id
    limit 1";
pub(super) const ACCOUNTS: &str = "
    select player_id
    from accounts
    where player_id >= $1
    order by player_id
    limit 1";
pub(super) const ORDERS: &str = "
    select answer
    from orders
    where player_id >= $1
    order by player_id
    limit 1";

pub(super) const PLAYERS: &str = "
    select handle
    from players
    where player_id >= $1
    order by player_id
    limit 1";
pub(super) const AWARDS: &str = "
    select previous_hash
    from awards
    where player_id >= $1
    order by player_id
    limit 1";

pub(super) async fn ping(readers: &Pool) -> StoreResult<()> {
    for table in [LEDGER, ACCOUNTS, ORDERS, PLAYERS, AWARDS] {
        sqlx::query(table)
            .bind(i64::MIN)
            .fetch_optional(readers)
            .await?;
    }
    Ok(())
}
