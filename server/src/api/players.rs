//! `/api/v1/players/{handle}`: a player's public profile, and reports of it to the operator.

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{
    ApiError, ProfileDetails, ProfileView, ProfileVisibility, ReportRequest, StampView, TieView,
};
use domain::boards::Measure;
use domain::progress::{Achievements, Deed};
use domain::text::seen;
use domain::{AwardCause, Percent, PlayerId, Progress, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{Body, Key};
use crate::app::{App, OPEN_LEAGUE, random_id};
use crate::deeds;
use crate::error::{Error, Result};
use crate::json::Json;
use crate::players::names;
use crate::session::{LoggedIn, Sent};
use crate::store::PlayerRecord;
use crate::store::social::{OPEN_REPORTS_MAX, ReportRecord, Ties};

/// Unlocks that are looked through for stamps.
const UNLOCKS_MAX: u32 = 1_000;
/// Stamps that a profile shows.
const STAMPS_MAX: usize = 100;
/// Characters of a report.
const WORDS_MAX: usize = 500;
/// How long a profile waits for boards that are being built.
const PATIENCE: Duration = Duration::from_secs(2);

/// The player of a handle, without regard to case.
pub async fn find_by_handle(app: &App, typed: &str) -> Result<Option<PlayerRecord>> {
    let Ok(handle) = names::handle(typed) else {
        return Ok(None);
    };
    let found = app.store.find_player_by_login(&handle).await?;
    Ok(found.filter(|player| player.handle.eq_ignore_ascii_case(&handle)))
}

/// A player's profile. Of a profile that is not for the player who asks it tells the handle alone.
#[utoipa::path(get, path = "/api/v1/players/{key}", tag = "Players", security(()),
    params(("key" = String, Path, description = "The player's handle")),
    responses((status = 200, description = "The profile", body = ProfileView),
        (status = 404, description = "There is no player of that handle", body = ApiError)))]
pub async fn profile(
    State(app): State<App>,
    sent: Sent,
    Key(handle): Key<String>,
) -> Result<Json<ProfileView>> {
    let player = find_by_handle(&app, &handle).await?;
    let player = player.ok_or_else(no_player)?;
    let asking = sent.current().map(|session| session.player);
    let me = asking == Some(player.id);
    let (mut mine, mut theirs) = (Ties::default(), Ties::default());
    let other = asking.filter(|_| !me);
    if let Some(asking) = other {
        mine = app.store.find_ties(asking, player.id).await?;
        theirs = app.store.find_ties(player.id, asking).await?;
    }
    let privacy = app.store.find_privacy(player.id).await?;
    let is_open = match privacy.visibility {
        ProfileVisibility::Public => true,
        ProfileVisibility::Friends => theirs.follows,
        ProfileVisibility::Private => false,
    };
    let shown = me || (is_open && !mine.blocks && !theirs.blocks);
    let details = if shown {
        Some(details(&app, &player, other).await?)
    } else {
        None
    };
    if let (Some(asking), Some(_), true) = (other, &details, mine.follows) {
        deeds::tell(&app, asking, Deed::ComparedCurves);
    }
    let tie = other.map(|_| TieView {
        follows: mine.follows,
        followed: theirs.follows,
        blocks: mine.blocks,
    });
    Ok(Json(ProfileView {
        handle: player.handle,
        me,
        details,
        tie,
    }))
}

async fn details(
    app: &App,
    player: &PlayerRecord,
    asking: Option<PlayerId>,
) -> Result<ProfileDetails> {
    let returns = returns(app, [Some(player.id), asking]).await;
    let [return_percent, own_return_percent] = returns;
    Ok(ProfileDetails {
        xp: player.xp,
        level: Progress::of(player.xp),
        since: player.created_at,
        return_percent,
        own_return_percent,
        stamps: stamps(app, player.id).await?,
    })
}

/// Returns in the open league; none while the boards are being built.
async fn returns(app: &App, players: [Option<PlayerId>; 2]) -> [Option<Percent>; 2] {
    let Some(game) = app.games.find(OPEN_LEAGUE) else {
        return [None; 2];
    };
    let Some(board) = app.boards.find(&game.record, PATIENCE).await else {
        return [None; 2];
    };
    let standings = board.read();
    players.map(|player| {
        let (row, _) = standings.own(Measure::Return, player?)?;
        let started = row.scores.opened_with;
        let profit = row.scores.net_worth.checked_sub(started)?;
        profit.percent_of(started)
    })
}

async fn stamps(app: &App, player: PlayerId) -> Result<Vec<StampView>> {
    let unlocks = app.store.list_unlocks(player, UNLOCKS_MAX).await?;
    let mut first: HashMap<String, Timestamp> = HashMap::new();
    for award in unlocks {
        if let AwardCause::Unlocked { achievement, .. } = award.cause {
            let at = first.entry(achievement).or_insert(award.at);
            *at = award.at.min(*at);
        }
    }
    let all = Achievements::standard().all().iter();
    let mut stamps: Vec<StampView> = all
        .filter_map(|definition| {
            Some(StampView {
                name: definition.name.clone(),
                icon: definition.icon.clone(),
                unlocked_at: *first.get(definition.id.as_str())?,
            })
        })
        .collect();
    stamps.sort_by_key(|stamp| std::cmp::Reverse(stamp.unlocked_at));
    stamps.truncate(STAMPS_MAX);
    Ok(stamps)
}

/// What a report is answered with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reported {
    /// The handle of the player that was reported.
    reported: String,
}

/// Reports a player to the operator of the game.
#[utoipa::path(post, path = "/api/v1/players/{key}/reports", tag = "Players",
    request_body(content = ReportRequest, example = json!({"kind": "cheating"})),
    params(("key" = String, Path, description = "The player's handle")),
    responses((status = 201, description = "The operator can read it", body = Reported),
        (status = 404, description = "There is no player of that handle", body = ApiError)))]
pub async fn report(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(handle): Key<String>,
    Body(request): Body<ReportRequest>,
) -> Result<(StatusCode, Json<Reported>)> {
    let player = find_by_handle(&app, &handle).await?;
    let player = player.ok_or_else(no_player)?;
    if player.id == session.player {
        return Err(ApiError::field("kind", "You cannot report yourself.").into());
    }
    let report = ReportRecord {
        id: random_id(),
        player: session.player,
        reported: player.id,
        kind: request.kind,
        words: words(request.words)?,
        at: app.clock.now(),
    };
    if !app.store.create_report(&report).await? {
        let said = format!("{OPEN_REPORTS_MAX} of your reports are still to be read: please wait.");
        return Err(ApiError::field("kind", said).into());
    }
    tracing::info!(
        report = report.id,
        kind = report.kind.as_str(),
        "a player was reported"
    );
    let reported = player.handle;
    Ok((StatusCode::CREATED, Json(Reported { reported })))
}

/// Invisible characters could fool whoever reads the words on a terminal.
fn words(words: Option<String>) -> Result<Option<String>> {
    let words = words.map(|words| seen(&words, false));
    let words = words.filter(|words| !words.is_empty());
    let length = words.as_ref().map_or(0, |words| words.chars().count());
    if length > WORDS_MAX {
        let said = format!("must have at most {WORDS_MAX} characters");
        return Err(ApiError::field("words", said).into());
    }
    Ok(words)
}

fn no_player() -> Error {
    Error::not_found("player of this name")
}
