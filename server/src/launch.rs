//! `/launch/player`: the desktop's window goes straight into the game, as the player of its computer.

use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use domain::PlayerId;
use domain::api::SessionKind;

use crate::api::auth::new_guest;
use crate::api::player::{self, SignedIn};
use crate::app::App;
use crate::client::Device;
use crate::error::{Error, Result};
use crate::security::{LOGGED_IN, record};
use crate::session::Sent;
use crate::store::PlayerRecord;

/// Where [`site::launch`](crate::site::launch) leads.
pub const PLAYER: &str = "/launch/player";
/// The variable with the id of the computer's player.
const VARIABLE: &str = "desktop.player";

/// Leads into the game: with the session that the window has, else as the computer's player. Once
/// that player has registered, the password is asked for.
///
/// # Errors
/// 404 when the server was not started by the desktop app; those of the store.
pub async fn play(State(app): State<App>, sent: Sent, device: Device) -> Result<Response> {
    if app.config.session.launch_token.is_none() {
        return Err(Error::not_found("such address"));
    }
    if sent.current().is_some() {
        return Ok(Redirect::to("/market").into_response());
    }
    let signed_in = match find_player(&app).await? {
        Some(player) if !player.is_guest() => return Ok(Redirect::to("/login").into_response()),
        Some(guest) => {
            record(LOGGED_IN, Some(guest.id), device.address);
            player::log_in(&app, &guest, &device, SessionKind::Cookie).await?
        }
        None => make_player(&app, &device).await?,
    };
    let cookies = signed_in.into_cookies();
    let cookies = cookies.into_iter().map(|one| (header::SET_COOKIE, one));
    let cookies: Vec<_> = cookies.collect();
    Ok((AppendHeaders(cookies), Redirect::to("/market")).into_response())
}

async fn find_player(app: &App) -> Result<Option<PlayerRecord>> {
    let id = app.store.find_variable(VARIABLE).await?;
    match id.and_then(|id| id.parse::<PlayerId>().ok()) {
        Some(id) => Ok(app.store.find_player(id).await?),
        None => Ok(None),
    }
}

async fn make_player(app: &App, device: &Device) -> Result<SignedIn> {
    let made = new_guest(app, device, SessionKind::Cookie).await?;
    let id = made.player().to_string();
    app.store.store_variable(VARIABLE, &id).await?;
    Ok(made)
}
