//! What a batch writes besides accounts, positions, entries and orders: players' progress, words,
//! awards, postings, and its row in the outbox.

use domain::Day;
use domain::progress::PlayerProgress;
use rusqlite::Transaction;

use crate::store::PlayerChange;
use crate::store::selection::{OutboxRow, Selection};

pub(super) const UPDATE_PLAYER: &str = "
    update players
    set xp = xp + ?3,
        award_seq = ?5,
        award_hash = ?6,
        bonus_day = max(coalesce(?7, bonus_day), coalesce(bonus_day, ?7)),
        progress = coalesce(?8, progress)
    where player_id = ?1
    and xp = ?2
    and award_seq = ?4";
pub(super) const APPEND_WORDS: &str = "
    insert into words (player_id, game_id, seq, salt, text)
    values (?1, ?2, ?3, ?4, ?5)";
pub(super) const APPEND_AWARD: &str = "
    insert into awards (player_id, seq, at, xp, rules_version, award_key, cause, previous_hash)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(super) const APPEND_POSTING: &str = "
    insert into postings (player_id, game_id, posting_key, seq)
    values (?1, ?2, ?3, ?4)";
const ADD_LANE: &str = "
    insert into lanes (lane, started_at)
    values (?1, ?2)
    on conflict do nothing";
const APPEND_OUTBOX: &str = "
    insert into outbox (lane, seq, at, outcomes)
    values (?1, ?2, ?3, ?4)";

/// False if one of the players does not have the expected progress.
pub(super) fn update_players(
    transaction: &Transaction<'_>,
    players: &[&PlayerChange],
) -> rusqlite::Result<bool> {
    let mut statement = transaction.prepare_cached(UPDATE_PLAYER)?;
    for change in players {
        let updated = statement.execute((
            change.player.0,
            change.expected_xp,
            change.xp_gained,
            change.expected_award_seq,
            change.awards.seq,
            change.awards.hash,
            change.bonus_day.map(Day::number),
            change.progress.as_ref().map(PlayerProgress::to_bytes),
        ))?;
        if updated != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn write(
    transaction: &Transaction<'_>,
    selection: &Selection<'_>,
) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(APPEND_WORDS)?;
    for (account, seq, words) in &selection.words {
        statement.execute((
            account.player.0,
            account.game.0,
            seq,
            words.salt,
            &words.text,
        ))?;
    }
    let mut statement = transaction.prepare_cached(APPEND_AWARD)?;
    for (player, award) in &selection.awards {
        statement.execute((
            player.0,
            award.seq,
            award.at.micros(),
            award.xp,
            award.rules_version,
            award.cause.key(),
            award.cause.to_bytes(),
            award.previous_hash,
        ))?;
    }
    let mut statement = transaction.prepare_cached(APPEND_POSTING)?;
    for (account, key, seq) in &selection.postings {
        statement.execute((account.player.0, account.game.0, key.as_str(), seq))?;
    }
    Ok(())
}

pub(super) fn write_outbox(
    transaction: &Transaction<'_>,
    outbox: &OutboxRow,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(ADD_LANE)?
        .execute((outbox.lane, outbox.at))?;
    transaction.prepare_cached(APPEND_OUTBOX)?.execute((
        outbox.lane,
        outbox.seq,
        outbox.at,
        &outbox.outcomes,
    ))?;
    Ok(())
}
