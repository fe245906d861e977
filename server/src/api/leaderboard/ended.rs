//! `/api/v1/games/{game}/leaderboard/ended`: the final standings of periods that have ended.

use axum::extract::State;
use domain::api::{ApiError, ClosedPeriodView, FinalView};
use domain::boards::{Measure, Period};
use domain::{PlayerId, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::extract::Query;
use super::percent;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::Sent;
use crate::store::boards::{FinalRow, FinalsOf};

/// Rows of an answer.
const ROWS: u32 = 100;
/// Ended periods that an answer lists.
const ENDED_MAX: u32 = 60;

/// Which final standings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EndedQuery {
    /// What ranked the players; `return` by default.
    #[param(pattern = "^(return|xp)$", example = "return")]
    measure: Option<String>,
    /// Which kind of period; `week` by default.
    #[param(pattern = "^(season|week|day)$", example = "week")]
    period: Option<String>,
    /// When the period began, as `ended` lists it; the latest by default.
    #[param(value_type = Option<Timestamp>)]
    starts_at: Option<String>,
    /// Only rows after this rank.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 1_000)]
    after: Option<String>,
}

/// The final standings of a period that has ended, and which others have.
#[utoipa::path(get, path = "/api/v1/games/{game}/leaderboard/ended", tag = "Games", security(()),
    params(("game" = String, Path, example = "open"), EndedQuery),
    responses((status = 200, description = "Final standings", body = ClosedPeriodView),
        (status = 404, description = "No such period has ended", body = ApiError)))]
pub async fn ended(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Query(query): Query<EndedQuery>,
) -> Result<Json<ClosedPeriodView>> {
    let player = sent.current().map(|session| session.player);
    super::check_may_look(&app, &game, player).await?;
    let measure = match query.measure.as_deref() {
        None | Some("return") => Measure::Return,
        Some("xp") => Measure::Xp,
        Some(_) => return Err(ApiError::field("measure", "must be return or xp").into()),
    };
    let period = query
        .period
        .as_deref()
        .map_or(Some(Period::Week), Period::named);
    let period = period.filter(|period| *period != Period::All);
    let period =
        period.ok_or_else(|| ApiError::field("period", "must be one of season, week and day"))?;
    let after: i64 = match query.after.as_deref().map(str::parse) {
        None => 0,
        Some(Ok(rank)) if (0..=1_000).contains(&rank) => rank,
        Some(_) => {
            let said = "must be a whole number from 0 to 1000";
            return Err(ApiError::field("after", said).into());
        }
    };
    let asked: Option<Timestamp> = match query.starts_at.as_deref().map(str::parse) {
        None => None,
        Some(Ok(instant)) => Some(instant),
        Some(Err(error)) => {
            return Err(ApiError::field("starts_at", error.to_string()).into());
        }
    };
    let (id, forever) = (game.record.id, Timestamp::from_micros(i64::MAX));
    let listed = app
        .store
        .list_closed_periods(id, period, measure, forever, ENDED_MAX);
    let ended = listed.await?;
    let starts_at = asked.or(ended.first().copied());
    let mut finals = Vec::new();
    if let Some(starts_at) = starts_at {
        let of = FinalsOf {
            game: id,
            period,
            measure,
            starts_at,
        };
        finals = app.store.list_finals(of, after, ROWS + 1).await?;
        if asked.is_some() && finals.is_empty() && after == 0 {
            return Err(Error::not_found("such period that has ended"));
        }
    }
    let rows = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = finals.len() > rows;
    finals.truncate(rows);
    Ok(Json(ClosedPeriodView {
        measure,
        period,
        starts_at,
        ended,
        finals: views(&app, &finals, measure, player).await?,
        more,
    }))
}

/// Players who hide now have no name in old standings, either, but for the one who asks.
async fn views(
    app: &App,
    finals: &[FinalRow],
    measure: Measure,
    asking: Option<PlayerId>,
) -> Result<Vec<FinalView>> {
    let players: Vec<PlayerId> = finals.iter().map(|row| row.player).collect();
    let known = app.store.find_board_players(&players).await?;
    let handles = app.boards.handles(&players).await?;
    let view = |row: &FinalRow| {
        let me = asking == Some(row.player);
        let listed = known
            .get(&row.player)
            .is_some_and(|one| one.on_leaderboards);
        let handle = handles.get(&row.player).filter(|_| listed || me);
        FinalView {
            rank: u64::try_from(row.rank).unwrap_or(0),
            handle: handle.cloned(),
            return_percent: (measure == Measure::Return)
                .then(|| percent(row.score))
                .flatten(),
            xp: (measure == Measure::Xp).then_some(row.score),
            me,
        }
    };
    Ok(finals.iter().map(view).collect())
}
