//! Postings and awards that were already done.

use std::collections::HashMap;

use domain::{AccountId, GameId, PlayerId};
use sqlx::PgPool;

use super::columns::column;
use crate::store::failure::corrupt;
use crate::store::{OnceKey, StoreResult};

pub(super) const POSTINGS: &str = "
    select p.player_id, p.game_id, p.posting_key, p.seq
    from unnest($1::bigint[], $2::bigint[], $3::text[]) c (player_id, game_id, posting_key)
    join postings p
        on p.player_id = c.player_id
        and p.game_id = c.game_id
        and p.posting_key = c.posting_key";
pub(super) const AWARDS: &str = "
    select w.player_id, c.game_id, w.award_key, w.seq
    from unnest($1::bigint[], $2::bigint[], $3::text[]) c (player_id, game_id, award_key)
    join awards w
        on w.player_id = c.player_id
        and w.award_key = c.award_key";

pub(super) async fn find(
    pool: &PgPool,
    keys: &[(AccountId, OnceKey)],
) -> StoreResult<HashMap<(AccountId, OnceKey), i64>> {
    let mut found = HashMap::new();
    let (postings, awards) = split(keys);
    for (statement, keys, posting) in [(POSTINGS, postings, true), (AWARDS, awards, false)] {
        if keys.is_empty() {
            continue;
        }
        let rows: Vec<(i64, i64, String, i64)> = sqlx::query_as(statement)
            .bind(column(&keys, |(account, _)| account.player.0))
            .bind(column(&keys, |(account, _)| account.game.0))
            .bind(column(&keys, |(_, key)| *key))
            .fetch_all(pool)
            .await?;
        for (player, game, key, seq) in rows {
            let account = AccountId {
                player: PlayerId(player),
                game: GameId(game),
            };
            let key = if posting {
                let key = key.parse();
                OnceKey::Posting(key.map_err(|_| corrupt("the key of a posting"))?)
            } else {
                OnceKey::Award(key)
            };
            found.insert((account, key), seq);
        }
    }
    Ok(found)
}

type Named<'k> = Vec<(AccountId, &'k str)>;

/// The keys of postings, and those of awards.
fn split(keys: &[(AccountId, OnceKey)]) -> (Named<'_>, Named<'_>) {
    let (mut postings, mut awards) = (Vec::new(), Vec::new());
    for (account, key) in keys {
        match key {
            OnceKey::Posting(key) => postings.push((*account, key.as_str())),
            OnceKey::Award(key) => awards.push((*account, key.as_str())),
        }
    }
    (postings, awards)
}
