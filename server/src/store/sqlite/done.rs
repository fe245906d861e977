//! Postings and awards that were already done.

use std::collections::HashMap;

use domain::AccountId;
use sqlx::SqlitePool;

use crate::store::{OnceKey, StoreResult};

pub(super) const POSTING: &str = "
    select seq
    from postings
    where player_id = $1
    and game_id = $2
    and posting_key = $3";
pub(super) const AWARD: &str = "
    select seq
    from awards
    where player_id = $1
    and award_key = $2";

pub(super) async fn find(
    readers: &SqlitePool,
    keys: &[(AccountId, OnceKey)],
) -> StoreResult<HashMap<(AccountId, OnceKey), i64>> {
    let mut found = HashMap::new();
    for (account, key) in keys {
        let statement = match key {
            OnceKey::Posting(key) => sqlx::query_scalar(POSTING)
                .bind(account.player.0)
                .bind(account.game.0)
                .bind(key.as_str()),
            OnceKey::Award(key) => sqlx::query_scalar(AWARD)
                .bind(account.player.0)
                .bind(key.as_str()),
        };
        if let Some(seq) = statement.fetch_optional(readers).await? {
            found.insert((*account, key.clone()), seq);
        }
    }
    Ok(found)
}
