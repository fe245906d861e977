//! What a batch writes besides accounts, positions, entries and orders: players' progress, words,
//! awards, postings, and its row in the outbox.

use domain::progress::PlayerProgress;
use sqlx::PgConnection;

use super::columns::{Statement, column};
use crate::store::PlayerChange;
use crate::store::selection::{OutboxRow, Selection};

const APPEND_WORDS: &str = "
    insert into words (player_id, game_id, seq, salt, text)
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bytea[]),
        unnest($5::text[])";
const APPEND_AWARDS: &str = "
    insert into awards (player_id, seq, at, xp, rules_version, award_key, cause, previous_hash)
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::text[]), unnest($7::bytea[]), unnest($8::bytea[])";
const APPEND_POSTINGS: &str = "
    insert into postings (player_id, game_id, posting_key, seq)
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::bigint[])";
const ADD_LANE: &str = "
    insert into lanes (lane, started_at)
    values ($1, $2)
    on conflict do nothing";
const APPEND_OUTBOX: &str = "
    insert into outbox (lane, seq, at, outcomes)
    values ($1, $2, $3, $4)";

pub(super) fn bind_players<'q>(
    statement: Statement<'q>,
    players: &'q [&PlayerChange],
) -> Statement<'q> {
    statement
        .bind(column(players, |change| change.player.0))
        .bind(column(players, |change| change.expected_xp))
        .bind(column(players, |change| change.xp_gained))
        .bind(column(players, |change| change.expected_award_seq))
        .bind(column(players, |change| change.awards.seq))
        .bind(column(players, |change| &change.awards.hash[..]))
        .bind(column(players, |change| {
            change.bonus_day.map(|day| i64::from(day.number()))
        }))
        .bind(column(players, |change| {
            change.progress.as_ref().map(PlayerProgress::to_bytes)
        }))
}

pub(super) async fn write(
    transaction: &mut PgConnection,
    selection: &Selection<'_>,
) -> Result<(), sqlx::Error> {
    let Selection {
        words,
        awards,
        postings,
        ..
    } = selection;
    if !words.is_empty() {
        sqlx::query(APPEND_WORDS)
            .bind(column(words, |(account, ..)| account.player.0))
            .bind(column(words, |(account, ..)| account.game.0))
            .bind(column(words, |(_, seq, _)| *seq))
            .bind(column(words, |(.., words)| &words.salt[..]))
            .bind(column(words, |(.., words)| words.text.as_str()))
            .execute(&mut *transaction)
            .await?;
    }
    if !awards.is_empty() {
        sqlx::query(APPEND_AWARDS)
            .bind(column(awards, |(player, _)| player.0))
            .bind(column(awards, |(_, award)| award.seq))
            .bind(column(awards, |(_, award)| award.at.micros()))
            .bind(column(awards, |(_, award)| award.xp))
            .bind(column(awards, |(_, award)| award.rules_version))
            .bind(column(awards, |(_, award)| award.cause.key()))
            .bind(column(awards, |(_, award)| award.cause.to_bytes()))
            .bind(column(awards, |(_, award)| &award.previous_hash[..]))
            .execute(&mut *transaction)
            .await?;
    }
    if !postings.is_empty() {
        sqlx::query(APPEND_POSTINGS)
            .bind(column(postings, |(account, ..)| account.player.0))
            .bind(column(postings, |(account, ..)| account.game.0))
            .bind(column(postings, |(_, key, _)| key.as_str()))
            .bind(column(postings, |(.., seq)| *seq))
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

pub(super) async fn write_outbox(
    transaction: &mut PgConnection,
    outbox: &OutboxRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(ADD_LANE)
        .bind(outbox.lane)
        .bind(outbox.at)
        .execute(&mut *transaction)
        .await?;
    sqlx::query(APPEND_OUTBOX)
        .bind(outbox.lane)
        .bind(outbox.seq)
        .bind(outbox.at)
        .bind(&outbox.outcomes)
        .execute(transaction)
        .await?;
    Ok(())
}
