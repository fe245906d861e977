//! `/api/v1/games/{game}/title`: what programs of others do around a game. They come with a key in the header
//! `Api-Key`, which a host of the game made.

pub mod keys;

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, KeyScope, TitleAchievement, TitleAchievements, TitleAnswer, TitleBestView,
    TitleBoardView, TitleEvent, TitleEvents, TitleOutcome, TitleStampView, TitleView,
};
use domain::text::seen;
use domain::{AccountId, GameId, PlayerId};

use super::extract::{Body, InGame};
use super::leaderboard::check_may_look;
use super::players::find_by_handle;
use crate::app::App;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::store::{TitleRecord, TitleScoreRow};

use keys::WithKey;

/// Achievements of a title, and of one request.
const ACHIEVEMENTS_MAX: u32 = 1_000;
const DEFINED_AT_ONCE: usize = 200;
/// Events of one request.
const EVENTS_MAX: usize = 1_000;
/// Bytes of a request with so many.
pub const EVENTS_BYTES: usize = 256 * 1024;
/// Places of a board that are shown.
const BEST: u32 = 10;
const SECONDS_MAX: u32 = 86_400;
const POINTS_MAX: u32 = 1_000;

/// Defines achievements of the title, or defines them anew. Nobody loses what is unlocked.
#[utoipa::path(post, path = "/api/v1/games/{game}/title/achievements", tag = "Titles", security(("key" = [])),
    params(("game" = String, Path, example = "open")),
    request_body(content = TitleAchievements, example = json!({"achievements": [
        {"id": "first-lap", "name": "First lap", "description": "Finish a lap.", "points": 10}]})),
    responses((status = 204, description = "They are defined"),
        (status = 401, description = "No valid key of this game", body = ApiError),
        (status = 403, description = "The key may not do that", body = ApiError)))]
pub async fn define(
    State(app): State<App>,
    key: WithKey,
    Body(request): Body<TitleAchievements>,
) -> Result<StatusCode> {
    key.check(KeyScope::Achievements)?;
    let asked = &request.achievements;
    if asked.is_empty() || asked.len() > DEFINED_AT_ONCE {
        return Err(ApiError::field("achievements", "must be 1 to 200").into());
    }
    for (place, one) in asked.iter().enumerate() {
        check(one).map_err(|(field, message)| {
            ApiError::field(&format!("achievements[{place}].{field}"), message)
        })?;
    }
    let game = key.game.record.id;
    let there = app
        .store
        .list_title_achievements(game, ACHIEVEMENTS_MAX)
        .await?;
    let mut all: HashSet<&str> = there.iter().map(|one| one.id.as_str()).collect();
    all.extend(asked.iter().map(|one| one.id.as_str()));
    if all.len() > ACHIEVEMENTS_MAX as usize {
        return Err(ApiError::field("achievements", "cannot be more than 1,000 in a title").into());
    }
    let now = app.clock.now();
    app.store
        .define_title_achievements(game, asked, now)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(one: &TitleAchievement) -> std::result::Result<(), (&'static str, &'static str)> {
    let fits = |text: &str, most: usize| {
        !seen(text, false).is_empty()
            && text.chars().count() <= most
            && !text.chars().any(char::is_control)
    };
    if !is_name(&one.id) {
        return Err(("id", "must be 1 to 64 of a-z, 0-9, - and _"));
    }
    if !fits(&one.name, 80) {
        return Err(("name", "must have 1 to 80 characters"));
    }
    if !fits(&one.description, 300) {
        return Err(("description", "must have 1 to 300 characters"));
    }
    if one
        .icon
        .as_deref()
        .is_some_and(|icon| icon.len() > 40 || !is_name(icon))
    {
        return Err(("icon", "must be 1 to 40 of a-z, 0-9, - and _"));
    }
    if one.points > POINTS_MAX {
        return Err(("points", "must be 0 to 1,000"));
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// Records what players of the game did, up to 1,000 things at once. Each counts once: a request that is sent
/// again changes nothing. One event that is wrong does not stop the others.
#[utoipa::path(post, path = "/api/v1/games/{game}/title/events", tag = "Titles", security(("key" = [])),
    params(("game" = String, Path, example = "open")),
    request_body(content = TitleEvents, example = json!({"events": [
        {"player": "ada", "unlock": "first-lap"},
        {"player": "ada", "score": {"board": "best-lap", "value": 9100}},
        {"player": "ada", "session": {"id": "s-1", "seconds": 600}}]})),
    responses((status = 200, description = "What became of each", body = TitleAnswer),
        (status = 401, description = "No valid key of this game", body = ApiError),
        (status = 403, description = "The key may not do that", body = ApiError)))]
pub async fn tell(
    State(app): State<App>,
    key: WithKey,
    Body(request): Body<TitleEvents>,
) -> Result<Json<TitleAnswer>> {
    key.check(KeyScope::Events)?;
    if request.events.is_empty() || request.events.len() > EVENTS_MAX {
        return Err(ApiError::field("events", "must be 1 to 1,000").into());
    }
    let game = key.game.record.id;
    let mut players = HashMap::new();
    let mut outcomes = Vec::with_capacity(request.events.len());
    let (mut records, mut places) = (Vec::new(), Vec::new());
    for event in &request.events {
        let player = match players.get(&event.player) {
            Some(known) => *known,
            None => {
                let found = member(&app, game, &event.player).await?;
                players.insert(event.player.clone(), found);
                found
            }
        };
        match player.map(|player| record(player, event)) {
            None => outcomes.push(TitleOutcome::NoSuchPlayer),
            Some(None) => outcomes.push(TitleOutcome::Invalid),
            Some(Some(record)) => {
                places.push(outcomes.len());
                records.push(record);
                outcomes.push(TitleOutcome::Known);
            }
        }
    }
    let now = app.clock.now();
    let written = app.store.record_title_events(game, &records, now).await?;
    let unlocks = records
        .iter()
        .map(|one| matches!(one, TitleRecord::Unlock { .. }));
    for ((place, new), is_unlock) in places.into_iter().zip(written).zip(unlocks) {
        if let Some(outcome) = outcomes.get_mut(place) {
            *outcome = match new {
                Some(true) => TitleOutcome::Recorded,
                Some(false) => TitleOutcome::Known,
                None if is_unlock => TitleOutcome::NoSuchAchievement,
                None => TitleOutcome::Invalid,
            };
        }
    }
    Ok(Json(TitleAnswer { outcomes }))
}

/// The player of a handle who has an account in the game.
async fn member(app: &App, game: GameId, handle: &str) -> Result<Option<PlayerId>> {
    let Some(player) = find_by_handle(app, handle).await? else {
        return Ok(None);
    };
    let account = AccountId {
        player: player.id,
        game,
    };
    let found = app.store.find_account(account).await?;
    Ok(found.map(|_| player.id))
}

/// None of an event that says nothing, several things at once, or something out of range.
fn record(player: PlayerId, event: &TitleEvent) -> Option<TitleRecord> {
    match (&event.unlock, &event.score, &event.session) {
        (Some(achievement), None, None) if is_name(achievement) => Some(TitleRecord::Unlock {
            player,
            achievement: achievement.clone(),
        }),
        (None, Some(score), None) if is_name(&score.board) => Some(TitleRecord::Score {
            player,
            board: score.board.clone(),
            value: score.value,
        }),
        (None, None, Some(session))
            if is_name(&session.id) && (1..=SECONDS_MAX).contains(&session.seconds) =>
        {
            Some(TitleRecord::Session {
                player,
                session: session.id.clone(),
                seconds: session.seconds,
            })
        }
        _ => None,
    }
}

/// What the player has in the title: achievements, playtime, and the boards with a score.
#[utoipa::path(get, path = "/api/v1/games/{game}/title", tag = "Titles",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The player in the title", body = TitleView),
        (status = 403, description = "A game for its members, and the player is none", body = ApiError)))]
pub async fn view(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<Json<TitleView>> {
    check_may_look(&app, &game, Some(account.player)).await?;
    let id = game.record.id;
    let all = app
        .store
        .list_title_achievements(id, ACHIEVEMENTS_MAX)
        .await?;
    let progress = app.store.find_title_progress(account).await?;
    let unlocks: HashMap<_, _> = progress.unlocks.into_iter().collect();
    let stamp = |achievement: TitleAchievement| TitleStampView {
        unlocked_at: unlocks.get(&achievement.id).copied(),
        achievement,
    };
    let achievements: Vec<_> = all.into_iter().map(stamp).collect();
    let has = achievements.iter().filter(|one| one.unlocked_at.is_some());
    let points = has.clone().map(|one| one.achievement.points).sum();
    let unlocked = u32::try_from(has.count()).unwrap_or(u32::MAX);
    let count = u32::try_from(achievements.len()).unwrap_or(u32::MAX);
    let mut boards = Vec::new();
    for mine in progress.scores {
        let best = app.store.list_title_best(id, &mine.board, BEST).await?;
        boards.push(board(&app, mine, best).await?);
    }
    Ok(Json(TitleView {
        completion_percent: unlocked.saturating_mul(100) / count.max(1),
        achievements,
        unlocked,
        points,
        playtime_seconds: progress.seconds,
        boards,
    }))
}

/// Players who stay off leaderboards are left out, as everywhere.
async fn board(
    app: &App,
    mine: TitleScoreRow,
    mut best: Vec<TitleScoreRow>,
) -> Result<TitleBoardView> {
    let mut players = Vec::with_capacity(best.len());
    for row in &best {
        let is_own = row.player == mine.player;
        if is_own || app.store.find_privacy(row.player).await?.on_leaderboards {
            players.push(row.player);
        }
    }
    best.retain(|row| players.contains(&row.player));
    let handles = app.store.find_handles(&players).await?;
    let place = |row: TitleScoreRow| {
        let handle = handles.get(&row.player)?.clone();
        let value = row.value;
        Some(TitleBestView { handle, value })
    };
    Ok(TitleBoardView {
        board: mine.board,
        best: best.into_iter().filter_map(place).collect(),
        mine: mine.value,
    })
}

/// There is no such key.
fn no_key() -> Error {
    Error::not_found("such key of this game")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_see_is_no_name() {
        let named = |name: &str| {
            let json = serde_json::json!({"id": "lap", "name": name, "description": "A lap.",
                "points": 10});
            let one: TitleAchievement = serde_json::from_value(json).unwrap();
            check(&one)
        };
        assert_eq!(named("First lap"), Ok(()));
        for hidden in ["\u{200b}", " ", "\u{202e}"] {
            assert_eq!(named(hidden).unwrap_err().0, "name");
        }
    }
}
