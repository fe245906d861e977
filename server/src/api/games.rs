//! `/api/v1/games`: the games, one of them, how to join it, and the categories of its market.

use std::collections::{BTreeSet, HashMap, HashSet};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use domain::api::{
    ApiError, CreateGameRequest, ErrorCode, GameLink, GameRow, GameView, HostedState, Page,
    TicketSlip, Visibility,
};
use domain::{AccountId, GameId, PlayerId};

use super::extract::{Body, InGame, Query};
use super::paging::{PER_PAGE_MAX, PageQuery};
use super::{codes, host};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::hosting::creation;
use crate::json::Json;
use crate::operation::audit;
use crate::session::{LoggedIn, Sent};
use crate::store::HostedGame;

mod runs;

const PER_PAGE: u32 = 50;

impl Game {
    /// The game, as everyone sees it.
    #[must_use]
    pub fn view(&self) -> GameView {
        let record = &*self.record;
        GameView {
            id: record.id,
            slug: record.slug.clone(),
            name: record.name.clone(),
            rules: record.rules.clone(),
            links: Vec::new(),
            can_join: false,
        }
    }

    fn is_over(&self, app: &App) -> bool {
        let closes_at = self.rules.closes_at;
        closes_at.is_some_and(|closes_at| closes_at <= app.clock.now())
    }

    /// The game as seen by a player with or without an account in it.
    fn view_for(&self, app: &App, player: PlayerId, joined: bool) -> GameView {
        let id = self.record.id;
        let hosted = app.hosting.find(id);
        let is_host = app.hosting.is_host(id, player);
        let is_over = self.is_over(app);
        let link = |path: &str, label: &str| GameLink {
            path: path.to_owned(),
            label: label.to_owned(),
        };
        let host = (is_host && hosted.is_some()).then(|| link("/host", "Your page as host"));
        let over = (is_over && hosted.is_some()).then(|| link("/finals", "Over: final standings"));
        let is_open_to = |hosted: &HostedGame| {
            let is_public = hosted.settings.visibility == Visibility::Public;
            hosted.state == HostedState::Open && (is_public || is_host)
        };
        GameView {
            links: host.into_iter().chain(over).collect(),
            can_join: !joined && !is_over && hosted.is_none_or(|hosted| is_open_to(&hosted)),
            ..self.view()
        }
    }
}

/// The games, oldest first: the open league, public ones, and those that the player is in or hosts.
#[utoipa::path(get, path = "/api/v1/games", tag = "Games", security(()), params(PageQuery),
    responses((status = 200, description = "A page of games", body = Page<GameRow>)))]
pub async fn list(
    State(app): State<App>,
    sent: Sent,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<GameRow>>> {
    let page = query.check(PER_PAGE, PER_PAGE_MAX)?;
    let joined: HashSet<GameId> = match sent.current() {
        Some(session) => {
            let games = app.store.list_games_of(session.player).await?;
            games.into_iter().collect()
        }
        None => HashSet::new(),
    };
    let player = sent.current().map(|session| session.player);
    // Nobody hosts a run, so it has no page for that.
    let runs = match player {
        Some(player) => runs::links(&app, player).await?,
        None => HashMap::new(),
    };
    let row = |game: Game| {
        let joined = joined.contains(&game.record.id);
        let view = player.map(|player| {
            let mut view = game.view_for(&app, player, joined);
            if let Some(link) = runs.get(&game.record.id) {
                view.links = vec![link.clone()];
            }
            view
        });
        GameRow {
            game: view.unwrap_or_else(|| game.view()),
            joined,
        }
    };
    let is_seen = |game: &Game| {
        let id = game.record.id;
        let hosts = player.is_some_and(|player| app.hosting.is_host(id, player));
        hosts || joined.contains(&id) || app.hosting.is_listed(id)
    };
    let seen: Vec<Game> = app.games.all().into_iter().filter(is_seen).collect();
    Ok(Json(page.cut(seen.into_iter(), row)))
}

/// Creates a game hosted by the player.
#[utoipa::path(post, path = "/api/v1/games", tag = "Hosting",
    request_body(content = CreateGameRequest, example = json!({"name": "Year 9 Economics",
        "starting_cash": "10000", "closes_at": "2027-12-18T12:00", "time_zone": "Europe/Berlin",
        "late_entry": true})),
    responses((status = 201, description = "Its ticket, with the code to join by", body = TicketSlip)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    headers: HeaderMap,
    Body(request): Body<CreateGameRequest>,
) -> Result<(StatusCode, Json<TicketSlip>)> {
    let (record, hosted) = creation::create(&app, session.player, &request).await?;
    audit::note(&app, session.player, "host create", &record.slug).await;
    let game = app.games.find(&record.slug);
    let game = game.ok_or_else(|| Error::internal("a new game is not known"))?;
    let ticket = host::ticket(&app, &game, &hosted, &headers);
    Ok((StatusCode::CREATED, Json(ticket)))
}

/// Opens an account of the player in a game.
#[utoipa::path(post, path = "/api/v1/games/{game}/join", tag = "Games",
    params(("game" = String, Path, example = "open")),
    responses((status = 201, description = "The player is in the game", body = GameRow),
        (status = 409, description = "`already_joined`; `game_not_open`: it is over", body = ApiError)))]
pub async fn join(
    State(app): State<App>,
    InGame { game, account }: InGame,
) -> Result<(StatusCode, Json<GameRow>)> {
    let now = app.clock.now();
    if game.is_over(&app) {
        return Err(Error::new(ErrorCode::GameNotOpen, "This game is over."));
    }
    if let Some(hosted) = app.hosting.find(game.record.id) {
        let by_host = app.hosting.is_host(hosted.game, account.player);
        if hosted.settings.visibility != Visibility::Public && !by_host {
            let message = "You join this game with a code. Ask its host for it.";
            return Err(Error::new(ErrorCode::Forbidden, message));
        }
        codes::check_joinable(&app, &game, &hosted)?;
        codes::admit(&app, &game, &hosted, account.player, false).await?;
        let game = game.view();
        return Ok((StatusCode::CREATED, Json(GameRow { game, joined: true })));
    }
    let cash = game.rules.starting_cash;
    if !app.store.open_account(account, cash, now).await? {
        return Err(Error::new(
            ErrorCode::AlreadyJoined,
            "You are in this game already.",
        ));
    }
    let game = game.view();
    Ok((StatusCode::CREATED, Json(GameRow { game, joined: true })))
}

/// A game and its rules.
#[utoipa::path(get, path = "/api/v1/games/{game}", tag = "Games", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The game", body = GameView)))]
pub async fn game(State(app): State<App>, sent: Sent, game: Game) -> Result<Json<GameView>> {
    let Some(session) = sent.current() else {
        return Ok(Json(game.view()));
    };
    let account = AccountId {
        player: session.player,
        game: game.record.id,
    };
    let joined = app.store.find_account(account).await?.is_some();
    let mut view = game.view_for(&app, session.player, joined);
    if joined && app.store.find_run(account).await?.is_some() {
        view.links = vec![run_link("Back to your run".to_owned())];
    }
    Ok(Json(view))
}

fn run_link(label: String) -> GameLink {
    GameLink {
        path: "/scenario".to_owned(),
        label,
    }
}

/// The categories of the market's instruments, in alphabetical order.
#[utoipa::path(get, path = "/api/v1/games/{game}/categories", tag = "Market", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "The categories", body = Vec<String>)))]
pub async fn categories(State(app): State<App>, game: Game) -> Result<Json<Vec<String>>> {
    let market = app.market_of(&game).await?.snapshot();
    let all = market
        .catalogue
        .instruments
        .iter()
        .map(|instrument| instrument.category.as_str());
    let distinct: BTreeSet<&str> = all.collect();
    Ok(Json(distinct.into_iter().map(str::to_owned).collect()))
}
