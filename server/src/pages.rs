//! Pages: rendered here whole, status, nonce and all, before the first byte is sent.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Currency;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use web::api::InProcess;
use web::game::{PageCurrency, slug_in};
use web::response::{LUCK, ReaderClock, SendsMail};
use web::{PageAssets, PracticePosted, paths};

use crate::api::player;
use crate::app::{App, OPEN_LEAGUE};
use crate::forms::{outcome, practice};
use crate::practice::REQUEST_BYTES;
use crate::session::{Sent, cookie, identify};
use crate::{assets, error, headers, offline, zones};

/// Every address that is nothing else is a page; one that there is not is a page that says so.
pub fn routes(app: &App, api: &Router) -> Router {
    // The error only says that another server of this process was first.
    any_spawner::Executor::init_tokio().ok();
    Router::new()
        .route(paths::PRACTICE, get(render).post(practice::submit))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .fallback(render)
        .layer(from_fn_with_state(app.clone(), identify))
        .layer(from_fn(pages_are_read))
        .with_state((app.clone(), api.clone()))
}

/// Pages are only ever read: what changes something has an address of its own. One form is answered by its page.
async fn pages_are_read(request: Request, next: Next) -> Response {
    let is_form = request.uri().path() == paths::PRACTICE;
    match *request.method() {
        Method::GET | Method::HEAD => next.run(request).await,
        Method::POST if is_form => next.run(request).await,
        _ => (
            [(header::ALLOW, "GET, HEAD")],
            error::method_not_allowed().await,
        )
            .into_response(),
    }
}

async fn render(State((app, api)): State<(App, Router)>, request: Request) -> Response {
    render_with(app, api, request, None).await
}

/// Renders a page, for one that answers its form with what was posted.
pub async fn render_with(
    app: App,
    api: Router,
    request: Request,
    posted: Option<PracticePosted>,
) -> Response {
    let (parts, body) = request.into_parts();
    let outcome = outcome::read(&app, &parts.headers, parts.uri.path());
    let shows_outcome = outcome.is_some();
    let host = parts.headers.get(header::HOST).cloned();
    let api = InProcess::new(api, &parts);
    let currency = currency_of(&app, parts.uri.path()).await;
    let clock = clock_of_reader(&app, &parts).await;
    let sends_mail = SendsMail(app.mailer.is_some());
    let luck = luck_shown(&parts.uri);
    let worker = if offline::is_wanted(&app) {
        offline::WORKER.to_owned()
    } else {
        String::new()
    };
    let context = move || {
        provide_context(PageAssets {
            worker: worker.clone(),
            ..assets::page_assets()
        });
        provide_context(api.clone());
        provide_context(PageCurrency(currency));
        provide_context(sends_mail);
        if let Some(clock) = clock.clone() {
            provide_context(clock);
        }
        if let Some(outcome) = outcome.clone() {
            provide_context(outcome);
        }
        if let Some(posted) = posted.clone() {
            provide_context(posted);
        }
        set_policy(host.as_ref());
    };
    let render = leptos_axum::render_app_async_with_context(context, web::shell);
    let mut response = render(Request::from_parts(parts, body)).await;
    if shows_outcome && let Ok(cleared) = outcome::clear(&app) {
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    if response.status().is_success()
        && let Some(shown) = luck
        && let Ok(kept) = cookie::until_closed(&app.config.session, LUCK, &shown)
    {
        response.headers_mut().append(header::SET_COOKIE, kept);
    }
    response
}

/// The check of luck that a page shows, with its game: whoever comes back finds it again.
fn luck_shown(address: &Uri) -> Option<String> {
    let path = address.path();
    let slug = slug_in(path).unwrap_or(OPEN_LEAGUE);
    let id = address.query()?.strip_prefix("id=")?;
    let known = path.ends_with("/luck")
        && slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && id.bytes().all(|b| b.is_ascii_digit());
    known.then(|| format!("{slug}.{id}"))
}

/// The currency of the game that a page belongs to. A page of no game, or of none that can be read, shows dollars.
async fn currency_of(app: &App, path: &str) -> Currency {
    let Some(slug) = slug_in(path) else {
        return Currency::DOLLAR;
    };
    let game = app.find_game(slug).await.ok().flatten();
    game.map_or(Currency::DOLLAR, |game| game.rules.currency)
}

/// The clock where the reader lives: in the zone that the browser has named (`web/assets/visit.js`), as for the
/// times that the browser itself writes; or else in the one that the player has chosen.
async fn clock_of_reader(app: &App, parts: &Parts) -> Option<ReaderClock> {
    let named = cookie::find(&parts.headers, "zone").and_then(zones::find);
    let zone = match named {
        Some(zone) => zone,
        None => {
            let session = parts.extensions.get::<Sent>()?.current()?;
            let player = player::find(app, session.player).await.ok()?;
            player.progress.zone?.into()
        }
    };
    // A browser that hides where it is names UTC.
    let told = zone != zones::UTC;
    told.then_some(ReaderClock {
        zone,
        minutes_ahead: zones::minutes_ahead,
    })
}

/// The nonce of this answer, which leptos has made, goes into its policy.
fn set_policy(host: Option<&HeaderValue>) {
    let (nonce, options) = (use_nonce(), use_context::<ResponseOptions>());
    if let (Some(nonce), Some(options)) = (nonce, options)
        && let Some(policy) = headers::page_policy(&nonce, host)
    {
        options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
