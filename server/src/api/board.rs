//! `/api/v1/games/{game}/board`: the projector board, for anyone with its link.

use axum::extract::State;
use axum::http::{HeaderName, header};
use domain::Closed;
use domain::api::{ApiError, BoardRow, BoardView, HostedState, NoticeKind, PupilView};
use domain::boards::Measure;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use utoipa::IntoParams;

use super::extract::Query;
use super::language::LanguageQuery;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting::{roster, zones};
use crate::json::Json;

/// Maximum rows that a board rotates through.
const ROWS_MAX: usize = 100;
/// Notices searched for the latest announcement.
const NOTICES_MAX: u32 = 10;

/// The link's key.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// What the host's link carries.
    #[serde(default)]
    key: String,
}

/// What a projector shows. No log-in is needed: the link is enough until a host revokes it.
#[utoipa::path(get, path = "/api/v1/games/{game}/board", tag = "Hosting", security(()),
    params(("game" = String, Path, example = "open"), BoardQuery, LanguageQuery),
    responses((status = 200, description = "The board", body = BoardView),
        (status = 404, description = "No such game, or the link was revoked", body = ApiError),
        (status = 422, description = "There is no such language", body = ApiError)))]
pub async fn board(
    State(app): State<App>,
    game: Game,
    Query(query): Query<BoardQuery>,
    Query(asked): Query<LanguageQuery>,
) -> Result<([(HeaderName, &'static str); 1], Json<BoardView>)> {
    let texts = asked.texts()?;
    let hosted = app.hosting.find(game.record.id);
    let hosted = hosted.filter(|hosted| {
        let key = hosted.board_key.as_deref().unwrap_or_default();
        !key.is_empty() && bool::from(key.as_bytes().ct_eq(query.key.as_bytes()))
    });
    let hosted = hosted.ok_or_else(|| Error::not_found("such board: its link may be revoked"))?;
    let (pupils, _) = roster::view(&app, &game).await?;
    let measure = hosted.settings.measure;
    let now = app.clock.now();
    let notices = app.store.list_notices(hosted.game, NOTICES_MAX).await?;
    let announced = notices
        .into_iter()
        .find(|notice| matches!(notice.kind, NoticeKind::Announcement | NoticeKind::Headline));
    let zone = &hosted.settings.time_zone;
    let is_open = hosted.state == HostedState::Open;
    let stands_still = game.rules.check_open(now).err().map(|closed| match closed {
        Closed::NotYetOpen { opens_at } => format!("Opens on {}", zones::date_time(opens_at, zone)),
        Closed::Over { closed_at } => format!("Ended on {}", zones::date_time(closed_at, zone)),
        Closed::Frozen => "Trading is paused".to_owned(),
        Closed::OutsideHours { opens_at } => {
            format!("Trading begins on {}", zones::date_time(opens_at, zone))
        }
    });
    let view = BoardView {
        name: game.record.name.clone(),
        code: hosted.join_code.clone().filter(|_| is_open),
        measure,
        rows: ranked(pupils, measure),
        stands_still: stands_still.map(|words| texts.said(&words)),
        announcement: announced.map(|notice| texts.said(&notice.text)),
        at: now,
        as_of: zones::time_of_day(now, zone),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)))
}

/// Best first; ties go to those who joined earlier. Removed members are not shown.
fn ranked(pupils: Vec<PupilView>, measure: Measure) -> Vec<BoardRow> {
    let mut pupils: Vec<PupilView> = pupils.into_iter().filter(roster::plays).collect();
    match measure {
        Measure::Xp => pupils.sort_by_key(|pupil| std::cmp::Reverse(pupil.xp)),
        _ => pupils.sort_by_key(|pupil| std::cmp::Reverse(pupil.net_worth)),
    }
    let rows = pupils.into_iter().zip(1..).take(ROWS_MAX);
    rows.map(|(pupil, rank)| BoardRow {
        rank,
        handle: pupil.handle,
        net_worth: pupil.net_worth,
        return_percent: pupil.return_percent,
    })
    .collect()
}
