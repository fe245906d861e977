//! How the pages look: light or dark, the skin and the language; and that the first steps are skipped. Each is
//! kept in a cookie, which a page may read and change: it is no secret.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use web::address::is_ours;
use web::components::skin::Skin;
use web::language::Language;

use super::way_back::WayBack;
use super::{Fields, ask, calls, fields, redirect};
use crate::app::App;
use crate::error::{Error, Result};
use crate::session::cookie;

/// Keeps the theme that was chosen; anything but light or dark forgets it.
pub async fn choose_theme(request: Request) -> Result<Response> {
    let back = WayBack::of(request.headers(), "/");
    keep(&back, &fields(request).await?, "theme", |theme| {
        ["light", "dark"].into_iter().find(|name| *name == theme)
    })
}

/// Keeps the skin that was chosen; the standard one, or one that there is not, forgets it.
pub async fn choose_skin(request: Request) -> Result<Response> {
    let back = WayBack::of(request.headers(), "/");
    keep(&back, &fields(request).await?, "skin", |skin| {
        Skin::from_text(skin)
            .filter(|skin| *skin != Skin::Standard)
            .map(Skin::as_str)
    })
}

/// Keeps the language that was chosen; one that there is not forgets it, and the browser's counts again.
/// Whoever is logged in gets mails in it, too.
pub async fn choose_language(
    State((app, api)): State<(App, Router)>,
    request: Request,
) -> Result<Response> {
    let back = WayBack::of(request.headers(), "/");
    let (headers, extensions) = (request.headers().clone(), request.extensions().clone());
    let fields = fields(request).await?;
    let known = |tag: &str| Language::from_tag(tag).map(Language::tag);
    let chosen = fields.get("language").and_then(|tag| known(tag));
    let has_session = cookie::find(&headers, &app.config.session.cookie_name).is_some();
    if let Some(chosen) = chosen.filter(|_| has_session) {
        // The page changes whatever comes of it: the session may be over.
        ask(api, &calls::language(chosen), headers, extensions).await?;
    }
    keep(&back, &fields, "language", known)
}

/// Keeps that the dashboard no longer leads to the first steps on this device.
pub async fn skip_start(request: Request) -> Result<Response> {
    let back = WayBack::of(request.headers(), "/");
    let fields = fields(request).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::SET_COOKIE, HeaderValue::from_static(SKIPPED));
    let next = fields.get("next").filter(|next| is_ours(next));
    redirect(next.map_or(back.path(), String::as_str), &headers)
}

/// Says that the first steps are skipped.
const SKIPPED: &str = "start=skipped; Path=/; SameSite=Lax; Max-Age=31536000";

/// Puts a field of the form into the cookie of its name, for a year.
fn keep(
    back: &WayBack,
    fields: &Fields,
    name: &str,
    known: fn(&str) -> Option<&'static str>,
) -> Result<Response> {
    let cookie = match fields.get(name).and_then(|chosen| known(chosen)) {
        Some(chosen) => format!("{name}={chosen}; Path=/; SameSite=Lax; Max-Age=31536000"),
        None => format!("{name}=; Path=/; SameSite=Lax; Max-Age=0"),
    };
    let mut headers = HeaderMap::new();
    let cookie = HeaderValue::try_from(cookie).map_err(Error::internal)?;
    headers.insert(header::SET_COOKIE, cookie);
    let next = fields.get("next").filter(|next| is_ours(next));
    redirect(next.map_or(back.path(), String::as_str), &headers)
}
