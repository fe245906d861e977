//! `/api/v1/games/{game}/host`: what a host sees and does. Every call checks that it is one.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use domain::api::{ApiError, HostRequest, HostView, NoticeView, TicketSlip};
use domain::text::seen;

use super::extract::Body;
use super::player;
use crate::app::{App, Game};
use crate::error::Result;
use crate::hosting::{qr, roster, words, zones};
use crate::json::Json;
use crate::operation::audit;
use crate::session::LoggedIn;
use crate::store::{HostedGame, Notice};

mod actions;
mod assignments;
mod hosts;
mod import;
pub(super) mod market;
mod pupils;
mod xp;

pub use hosts::leave_all;

/// Notices that a page shows.
const NOTICES_MAX: u32 = 50;

/// Everything that a host sees: who is in, what they wrote, and the game itself.
#[utoipa::path(get, path = "/api/v1/games/{game}/host", tag = "Hosting",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "For hosts of this game only", body = HostView)))]
pub async fn view(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    headers: HeaderMap,
) -> Result<Json<HostView>> {
    let hosted = app.hosting.check_host(&game, session.player)?;
    Ok(Json(page(&app, &game, &hosted, &headers).await?))
}

/// Performs a host's action and returns the page as it is afterwards.
#[utoipa::path(post, path = "/api/v1/games/{game}/host", tag = "Hosting",
    params(("game" = String, Path, example = "open")),
    request_body(content = HostRequest, example = json!({"action": "announce", "text": "Five minutes left"})),
    responses((status = 200, description = "The page after it", body = HostView),
        (status = 409, description = "`not_possible`: the state of the game does not allow it", body = ApiError)))]
pub async fn act(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
    headers: HeaderMap,
    Body(request): Body<HostRequest>,
) -> Result<Json<HostView>> {
    let hosted = app.hosting.check_host(&game, session.player)?;
    crate::scenarios::check_is_none(&app, &hosted).await?;
    // A team, announcement or reason must not be invisible.
    let text = request.text.as_deref().map_or("", str::trim);
    if !text.is_empty() && seen(text, true).is_empty() {
        return Err(ApiError::field("text", "has no visible characters").into());
    }
    let asked = actions::Asked {
        app: &app,
        game: &game,
        hosted: &hosted,
        by: session.player,
        request: &request,
    };
    let outcome = actions::run(&asked).await?;
    let action = format!("host {}", request.action);
    let subject = subject_of(&game.record.slug, &request);
    audit::note(&app, session.player, &action, &subject).await;
    // What has changed is read again; a host who has removed himself sees the page a last time.
    let slug = outcome.restarted.as_ref().unwrap_or(&game.record.slug);
    let game = app.games.find(slug).unwrap_or(game);
    let hosted = app.hosting.find(game.record.id).unwrap_or(hosted);
    let page = page(&app, &game, &hosted, &headers).await?;
    Ok(Json(HostView {
        words: outcome.words,
        ..page
    }))
}

/// What an action was about, for the log: the game, and the player and the money if it names them.
fn subject_of(slug: &str, request: &HostRequest) -> String {
    let player = request.player.map(|player| format!("player {player}"));
    let handle = request.handle.clone().filter(|handle| !handle.is_empty());
    let amount = request.amount.map(|amount| amount.to_string());
    let named: Vec<_> = [player, handle, amount].into_iter().flatten().collect();
    if named.is_empty() {
        return slug.to_owned();
    }
    format!("{slug}: {}", named.join(", "))
}

async fn page(
    app: &App,
    game: &Game,
    hosted: &HostedGame,
    headers: &HeaderMap,
) -> Result<HostView> {
    let (roster, reasons) = roster::view(app, game).await?;
    let mut hosts = vec![player::find(app, hosted.owner).await?.handle];
    for host in app.hosting.co_hosts(hosted) {
        hosts.push(player::find(app, host).await?.handle);
    }
    let zone = &hosted.settings.time_zone;
    let mut rules = words::of_rules(&game.rules, zone);
    rules.extend(words::of_settings(&hosted.settings));
    let xp = xp::now(app, game.record.id);
    let slug = &game.record.slug;
    let board_key = hosted.board_key.as_ref();
    Ok(HostView {
        game: game.view(),
        state: hosted.state,
        settings: hosted.settings.clone(),
        ticket: ticket(app, game, hosted, headers),
        board_address: board_key.map(|key| format!("/games/{slug}/board?key={key}")),
        controls_market: market::is_own(app, game),
        hosts,
        rules,
        xp: xp.0,
        xp_most: xp.1,
        roster,
        reasons,
        notices: notices(app, hosted).await?,
        words: None,
        now: app.clock.now(),
    })
}

/// What hosts have announced to the players of a game, latest first.
///
/// # Errors
/// Those of the store.
pub async fn notices(app: &App, hosted: &HostedGame) -> Result<Vec<NoticeView>> {
    let notices = app.store.list_notices(hosted.game, NOTICES_MAX).await?;
    let zone = &hosted.settings.time_zone;
    let view = |notice: Notice| NoticeView {
        seq: notice.seq,
        kind: notice.kind,
        text: notice.text,
        at: notice.at,
        effective: zones::date_time(notice.effective_at, zone),
        rules: notice
            .rules
            .map(|rules| words::of_rules(&rules, zone))
            .unwrap_or_default(),
    };
    Ok(notices.into_iter().map(view).collect())
}

/// The ticket of a game: its code, and the address to join at as the host's own browser knows the
/// server. On a school's network that is what the pupils' phones need.
pub fn ticket(app: &App, game: &Game, hosted: &HostedGame, headers: &HeaderMap) -> TicketSlip {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let secure = app.config.session.secure_cookie;
    let scheme = if secure { "https" } else { "http" };
    let join_address = hosted
        .join_code
        .as_ref()
        .zip(host)
        .map(|(code, host)| format!("{scheme}://{host}/join/{code}"));
    let code = join_address.as_deref().and_then(qr::path);
    let (qr_path, qr_size) = code.unwrap_or_default();
    TicketSlip {
        slug: game.record.slug.clone(),
        name: game.record.name.clone(),
        code: hosted.join_code.clone(),
        join_address,
        qr_path,
        qr_size,
    }
}
