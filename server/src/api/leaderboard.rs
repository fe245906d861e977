//! `/api/v1/games/{game}/leaderboard`: who ranks where, and where the player ranks.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{
    ApiError, ErrorCode, LeaderboardView, LeagueView, OwnStandingView, StandingView,
};
use domain::boards::{Measure, Period};
use domain::{AccountId, LevelRules, Money, Percent, PlayerId, Progress};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use super::paging::{PageOf, PageQuery};
use crate::app::{App, Game};
use crate::assets;
use crate::boards::{LADDERS, LeagueTable, Row, Standings, View};
use crate::error::{Error, Result};
use crate::session::Sent;

pub mod ended;

const PER_PAGE: u32 = 10;
const PER_PAGE_MAX: u32 = 100;
/// Rows on each side of the player's own.
const NEIGHBOURS: usize = 3;
/// How long a request waits for boards being built.
const PATIENCE: Duration = Duration::from_secs(2);
/// A browser that asks again within a second already has its answer.
const CACHING: &str = "private, max-age=1";

/// Which rows of which ranking.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardQuery {
    /// What to rank by. `net_worth` by default, and `return` in a shorter period: the others are
    /// kept for all time only.
    #[param(
        pattern = "^(net_worth|return|xp|steady_hands|process)$",
        example = "return"
    )]
    measure: Option<String>,
    /// How far back to look; `all` by default.
    #[param(pattern = "^(all|season|week|day)$", example = "week")]
    period: Option<String>,
    /// Only a part of the players: `friends` are the player and those that the player follows, `region`
    /// those of the player's region.
    #[param(pattern = "^(friends|region)$", example = "friends")]
    of: Option<String>,
    /// `me` adds the player's row between its neighbours.
    #[param(pattern = "^me$")]
    around: Option<String>,
    /// The page, from 1; 1 by default.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 4_294_967_295_u32)]
    page: Option<String>,
    /// Rows per page, 10 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    per_page: Option<String>,
}

/// What was asked for, checked.
#[derive(Debug, Clone, Copy)]
struct Asked {
    view: View,
    of: Option<Part>,
    page: PageOf,
    around: bool,
    player: Option<PlayerId>,
}

/// Which part of the players a board is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Friends,
    Region,
}

impl LeaderboardQuery {
    fn check(self, player: Option<PlayerId>) -> Result<Asked> {
        let around = match self.around.as_deref() {
            None => false,
            Some("me") => true,
            Some(_) => return Err(ApiError::field("around", "must be me").into()),
        };
        let of = match self.of.as_deref() {
            None => None,
            Some("friends") => Some(Part::Friends),
            Some("region") => Some(Part::Region),
            Some(_) => return Err(ApiError::field("of", "must be friends or region").into()),
        };
        if of.is_some() && player.is_none() {
            return Err(Error::new(ErrorCode::Unauthorized, "Please log in."));
        }
        let (period, measure) = board(self.period.as_deref(), self.measure.as_deref())?;
        let view = View {
            period,
            measure,
            region: None,
        };
        let page = PageQuery {
            page: self.page,
            per_page: self.per_page,
        };
        Ok(Asked {
            view,
            of,
            page: page.check(PER_PAGE, PER_PAGE_MAX)?,
            around,
            player,
        })
    }
}

/// The board of these names.
fn board(period: Option<&str>, measure: Option<&str>) -> Result<(Period, Measure)> {
    let period = period.map_or(Some(Period::All), Period::named);
    let period = period
        .ok_or_else(|| ApiError::field("period", "must be one of all, season, week and day"))?;
    let default = match period {
        Period::All => Measure::NetWorth,
        Period::Season | Period::Week | Period::Day => Measure::Return,
    };
    let measure = measure.map_or(Some(default), Measure::named);
    let measure = measure.filter(|measure| LADDERS.iter().any(|(_, ranked)| ranked == measure));
    let measure = measure.ok_or_else(|| {
        ApiError::field(
            "measure",
            "must be one of net_worth, return, xp, steady_hands and process",
        )
    })?;
    if !LADDERS.contains(&(period, measure)) {
        return Err(ApiError::field("period", "must be all for this measure").into());
    }
    Ok((period, measure))
}

/// Players who have traded, best first. It follows trades and prices within a second.
#[utoipa::path(get, path = "/api/v1/games/{game}/leaderboard", tag = "Games", security(()),
    params(("game" = String, Path, example = "open"), LeaderboardQuery),
    responses((status = 200, description = "A page of the leaderboard", body = LeaderboardView),
        (status = 401, description = "Friends and regions need somebody who is logged in", body = ApiError),
        (status = 304, description = "What `If-None-Match` names is still true")))]
pub async fn leaderboard(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    headers: HeaderMap,
    Query(query): Query<LeaderboardQuery>,
) -> Result<Response> {
    let player = sent.current().map(|session| session.player);
    let asked = query.check(player)?;
    check_may_look(&app, &game, player).await?;
    // Members are valued at the prices of a market that runs: looking is a use of it.
    app.market_of(&game).await?;
    let view = view(&app, &game, asked).await?;
    answer(&headers, &view)
}

/// What happens in a game that is not public, and the names there, are only for its hosts and members.
///
/// # Errors
/// 403 for everybody else.
pub(super) async fn check_may_look(app: &App, game: &Game, player: Option<PlayerId>) -> Result<()> {
    let id = game.record.id;
    if app.hosting.is_listed(id) {
        return Ok(());
    }
    let member = match player {
        Some(player) if app.hosting.is_host(id, player) => return Ok(()),
        Some(player) => {
            app.store
                .find_member(AccountId { player, game: id })
                .await?
        }
        None => None,
    };
    if member.is_some() {
        return Ok(());
    }
    let message = "Only those who are in this game can do this.";
    Err(Error::new(ErrorCode::Forbidden, message))
}

async fn view(app: &App, game: &Game, mut asked: Asked) -> Result<LeaderboardView> {
    let board = app.boards.find(&game.record, PATIENCE).await;
    let board = board.ok_or_else(|| {
        Error::unavailable("The leaderboards are being built. Please try again in a moment.")
    })?;
    let own_region = asked
        .player
        .and_then(|player| board.read().region_of(player));
    if asked.of == Some(Part::Region) {
        let none = || {
            let said = "Choose a region when you register, and make a first trade.";
            ApiError::field("of", said)
        };
        asked.view.region = Some(own_region.ok_or_else(none)?);
    }
    let mut friends = None;
    if let (Some(player), Some(Part::Friends)) = (asked.player, asked.of) {
        let follows = app.store.list_follows(player).await?;
        let others = follows.iter().map(|tie| tie.other);
        friends = Some(others.chain([player]).collect::<Vec<_>>());
    }
    let rows = Rows::of(&board.read(), asked, friends.as_deref());
    let handles = app.boards.handles(&rows.players()).await?;
    let view = rows.with(&handles, asked, app.engine.levels(app.clock.now()));
    let region = own_region.map(|region| region.to_string());
    Ok(LeaderboardView { region, ..view })
}

/// What is read of a board at one moment.
struct Rows {
    page: Vec<Row>,
    total: usize,
    own: Option<(Row, u32)>,
    around: Vec<Row>,
    league: Option<LeagueTable>,
    starts_at: domain::Timestamp,
    as_of: domain::Timestamp,
}

impl Rows {
    fn of(standings: &Standings, asked: Asked, friends: Option<&[PlayerId]>) -> Self {
        let Asked { view, page, .. } = asked;
        let [skipped, count] = [page.offset(), page.limit()]
            .map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let (starts_at, as_of) = (standings.start(view.period), standings.as_of());
        if let Some((friends, player)) = friends.zip(asked.player) {
            let rows = standings.among(view, friends, player);
            let own = rows.iter().find(|row| row.player == player);
            let own = own.map(|row| (*row, ahead_of_bps(row.rank, rows.len())));
            return Self {
                total: rows.len(),
                own,
                page: rows.into_iter().skip(skipped).take(count).collect(),
                around: Vec::new(),
                league: None,
                starts_at,
                as_of,
            };
        }
        let around = asked.player.filter(|_| asked.around);
        Self {
            page: standings.page(view, skipped, count),
            total: standings.total(view),
            own: asked.player.and_then(|player| standings.own(view, player)),
            around: around.map_or_else(Vec::new, |player| {
                standings.around(view, player, NEIGHBOURS)
            }),
            league: around.and_then(|player| standings.league_of(player)),
            starts_at,
            as_of,
        }
    }

    fn players(&self) -> Vec<PlayerId> {
        let own = self.own.iter().map(|(row, _)| row);
        let league = self.league.iter().flat_map(|league| &league.rows);
        let rows = self.page.iter().chain(own).chain(&self.around);
        let rows = rows.chain(league);
        rows.map(|row| row.player).collect()
    }

    fn with(
        &self,
        handles: &HashMap<PlayerId, String>,
        asked: Asked,
        levels: LevelRules,
    ) -> LeaderboardView {
        let view = |row: &Row| {
            let scores = row.scores;
            let gain = scores.net_worth.checked_sub(scores.opened_with);
            StandingView {
                rank: u64::try_from(row.rank).unwrap_or(u64::MAX),
                rise: row.rise,
                handle: handles.get(&row.player).cloned().unwrap_or_default(),
                net_worth: scores.net_worth,
                return_percent: gain.and_then(|gain| gain.percent_of(scores.opened_with)),
                xp: scores.xp,
                level: Progress::by(levels, scores.xp).level,
                worst_fall_percent: percent(row.worst_fall_ppm).unwrap_or_default(),
                reasons: row.reasons,
                process: row.process,
                me: asked.player == Some(row.player),
            }
        };
        let total = u64::try_from(self.total).unwrap_or(u64::MAX);
        LeaderboardView {
            measure: asked.view.measure,
            measure_version: asked.view.measure.version(),
            period: asked.view.period,
            starts_at: self.starts_at,
            region: None,
            as_of: self.as_of,
            standings: asked.page.with(self.page.iter().map(view).collect(), total),
            me: self
                .own
                .as_ref()
                .map(|(row, ahead_of_bps)| OwnStandingView {
                    standing: view(row),
                    ahead_of_bps: *ahead_of_bps,
                }),
            around: self.around.iter().map(view).collect(),
            league: self.league.as_ref().map(|league| LeagueView {
                league: u32::from(league.tier).saturating_add(1),
                rising: u32::try_from(league.rising).unwrap_or(u32::MAX),
                falling: u32::try_from(league.falling).unwrap_or(u32::MAX),
                rows: league.rows.iter().map(view).collect(),
            }),
        }
    }
}

/// The share of the others who rank behind a rank, in basis points.
fn ahead_of_bps(rank: usize, total: usize) -> u32 {
    let behind = total.saturating_sub(rank).saturating_mul(10_000);
    let share = behind.checked_div(total.saturating_sub(1));
    share
        .and_then(|share| u32::try_from(share).ok())
        .unwrap_or(10_000)
}

/// Millionths in percent.
fn percent(ppm: i64) -> Option<Percent> {
    Money::from_units(ppm).percent_of(Money::from_units(1_000_000))
}

/// The answer in JSON, or that the client has it already.
fn answer(headers: &HeaderMap, view: &LeaderboardView) -> Result<Response> {
    let body = serde_json::to_vec(view).map_err(Error::internal)?;
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let mut response = if assets::matches(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    let vary = HeaderValue::from_static("cookie, authorization");
    headers.insert(header::VARY, vary);
    let etag = HeaderValue::from_str(&format!("W/{etag}")).map_err(Error::internal)?;
    headers.insert(header::ETAG, etag);
    Ok(response)
}
