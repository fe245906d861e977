//! Forms that work without script: each is translated into its call of the API and answered with
//! a redirect.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, RequestExt};
use domain::api::{ApiError, ErrorCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;
use web::address::is_ours;

use crate::api::extract;
use crate::app::App;
use crate::error::{Error, Result};
use crate::site;

mod account;
mod advice;
mod calls;
mod duels;
mod fields;
mod hosting;
mod journal;
mod look;
mod notifications;
mod offerings;
mod offline;
mod orders;
pub mod outcome;
pub mod practice;
mod puzzles;
mod scenarios;
mod social;
mod strategies;
mod titles;
mod way_back;

use calls::Call;
use way_back::WayBack;

/// Bytes of an answer of the API that a form reads.
const ANSWER_MAX: usize = 1024 * 1024;
/// Fields that are never shown again.
const SECRET: [&str; 4] = ["password", "new_password", "words", "code"];

/// Stands in the address of a next page for the game that the answer names.
const SLUG: &str = "{slug}";
/// The same for the id of what was made.
const ID: &str = "{id}";

/// The fields of a form.
type Fields = BTreeMap<String, String>;
/// Makes the call of a form from its fields.
type MakeCall = fn(&Fields) -> Call;

/// The forms of one call each: where they are posted, and what they ask of the API.
const CALLS: &[(&str, MakeCall)] = &[
    ("/login", calls::login),
    ("/register", calls::register),
    ("/guest", calls::guest),
    ("/upgrade", calls::upgrade),
    ("/logout", calls::logout),
    ("/order", orders::order),
    ("/cancel-order", orders::cancel_order),
    ("/join-game", calls::join_game),
    ("/create-game", hosting::create_game),
    ("/join-code", hosting::join_code),
    ("/host", hosting::act),
    ("/new-offering", offerings::new_offering),
    ("/invest", offerings::invest),
    ("/reverse-allocation", offerings::reverse),
    ("/new-api-key", titles::new_api_key),
    ("/revoke-api-key", titles::revoke_api_key),
    ("/new-plan", offerings::new_plan),
    ("/retire-plan", offerings::retire_plan),
    ("/subscribe", offerings::subscribe),
    ("/subscription", offerings::subscription),
    ("/daily-bonus", calls::daily_bonus),
    ("/repair-streak", calls::repair_streak),
    ("/time-zone", calls::time_zone),
    ("/end-session", calls::end_session),
    ("/end-other-sessions", calls::end_other_sessions),
    ("/recovery-words", calls::recovery_words),
    ("/recover", calls::recover),
    ("/new-watch-list", calls::new_watch_list),
    ("/watch-list", calls::watch_list),
    ("/delete-watch-list", calls::delete_watch_list),
    ("/targets", advice::targets),
    ("/delete-targets", advice::delete_targets),
    ("/publish-strategy", strategies::publish),
    ("/follow-strategy", strategies::follow),
    ("/unfollow-strategy", strategies::unfollow),
    ("/copy-strategy", strategies::copy),
    ("/report-strategy", strategies::report),
    ("/luck", advice::luck),
    ("/rebalance", advice::rebalance),
    ("/place-rebalancing", advice::place_rebalancing),
    ("/puzzle", puzzles::decide),
    ("/new-duel", duels::challenge),
    ("/duel", duels::act),
    ("/start-duel", duels::start),
    ("/start-scenario", scenarios::start),
    ("/scenario", scenarios::go_on),
    ("/import-scenario", scenarios::import),
    ("/offline-start", offline::start),
    ("/offline-run", offline::begin),
    ("/send-result", offline::send),
    ("/hand-in", offline::hand_in),
    ("/follow", social::follow),
    ("/unfollow", social::unfollow),
    ("/block", social::block),
    ("/unblock", social::unblock),
    ("/report", social::report),
    ("/privacy", social::privacy),
    ("/password", account::password),
    ("/second-factor", account::begin_second_factor),
    ("/confirm-second-factor", account::confirm_second_factor),
    ("/remove-second-factor", account::remove_second_factor),
    ("/delete-account", account::delete_account),
    ("/email", account::email),
    ("/verify-email", account::verify_email),
    ("/forgotten", account::forgotten),
    ("/reset-password", account::reset),
    ("/confirm-link", account::confirm),
    ("/operator", account::operator),
    ("/read-notifications", notifications::read),
    ("/notification-settings", notifications::choose),
    ("/stop-mail", notifications::stop),
    ("/grade", journal::grade),
    ("/note", journal::note),
    ("/delete-note", journal::delete_note),
    ("/new-alert", notifications::new_alert),
    ("/delete-alert", notifications::delete_alert),
];

/// Where forms are sent to, under `/forms`.
pub fn routes(app: &App, api: &Router) -> Router<App> {
    let mut forms = Router::new();
    for &(path, call) in CALLS {
        let form = move |parts, request| submit(parts, request, path, call);
        forms = forms.route(path, post(form));
    }
    let forms = forms
        .route("/language", post(look::choose_language))
        .route("/skip-start", post(look::skip_start))
        .route("/skin", post(look::choose_skin))
        .route("/theme", post(look::choose_theme))
        .layer(from_fn_with_state(app.clone(), read_whole))
        .layer(from_fn(only_own))
        .layer(DefaultBodyLimit::max(app.config.limits.body_max))
        .with_state((app.clone(), api.clone()));
    Router::new().merge(forms)
}

/// Also without a cookie: else another site could log a player in as somebody else.
async fn only_own(request: Request, next: Next) -> Result<Response> {
    if request.method().is_safe() || site::is_own(request.headers()) {
        return Ok(next.run(request).await);
    }
    Err(site::cross_site(request.headers()))
}

/// Reads the body within its time, whichever form it is of.
async fn read_whole(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let bytes = extract::bytes(request, &app).await?;
    Ok(next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await)
}

async fn submit(
    State((app, api)): State<(App, Router)>,
    request: Request,
    form: &str,
    call: MakeCall,
) -> Result<Response> {
    let (headers, extensions) = (request.headers().clone(), request.extensions().clone());
    let fields = fields(request).await?;
    let call = call(&fields);
    let back = WayBack::of(&headers, &call.page);
    if let Some(unclear) = &call.unclear {
        let error = ApiError::fields(vec![unclear.clone()]);
        return go_back(&app, form, back, error, &fields, HeaderMap::new());
    }
    let answer = ask(api, &call, headers, extensions).await?;
    let mut cookies = answer.headers().clone();
    if answer.status().is_success() {
        let mut next = call.next;
        if call.shows_answer || next.contains(SLUG) || next.contains(ID) {
            let answered: BTreeMap<String, Value> = read(answer).await?;
            let game = answered.get("game").and_then(|game| game.get("slug"));
            let slug = answered.get("slug").or(game).and_then(Value::as_str);
            next = next.replace(SLUG, slug.unwrap_or_default());
            let strategy = answered
                .get("strategy")
                .and_then(|strategy| strategy.get("id"));
            let id = answered.get("id").or(strategy).and_then(Value::as_str);
            next = next.replace(ID, id.unwrap_or_default());
            if call.shows_answer {
                let shown = outcome::answered(&next, answered);
                cookies.append(header::SET_COOKIE, outcome::write(&app, shown)?);
            }
        }
        let asked = fields.get("next").filter(|next| is_ours(next));
        return redirect(asked.unwrap_or(&next), &cookies);
    }
    let error: ApiError = read(answer).await?;
    go_back(&app, form, back, error, &fields, cookies)
}

/// The API's answer to a call, in the name of the form's sender.
async fn ask(
    api: Router,
    call: &Call,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Response> {
    let mut inner = Request::builder()
        .method(call.method.clone())
        .uri(&call.address);
    if let Some(carried) = inner.headers_mut() {
        *carried = headers;
        carried.remove(header::CONTENT_LENGTH);
        carried.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    let mut inner = inner
        .body(Body::from(call.body.to_string()))
        .map_err(Error::internal)?;
    *inner.extensions_mut() = extensions;
    match api.oneshot(inner).await {
        Ok(answer) => Ok(answer),
        Err(never) => match never {},
    }
}

/// Back to the page of the form, which shows what is wrong.
fn go_back(
    app: &App,
    form: &str,
    back: WayBack,
    error: ApiError,
    fields: &Fields,
    mut cookies: HeaderMap,
) -> Result<Response> {
    let (page, address) = back.after(error.code);
    let told = outcome::failed(&page, form, error, fields);
    cookies.append(header::SET_COOKIE, outcome::write(app, told)?);
    redirect(&address, &cookies)
}

async fn fields(request: Request) -> Result<Fields> {
    let form = request.extract::<Form<Vec<(String, String)>>, _>().await;
    let Form(pairs) = form.map_err(|rejection| {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
            _ => ErrorCode::MalformedRequest,
        };
        Error::new(code, "The form could not be read.")
    })?;
    let mut fields = Fields::new();
    for (name, value) in pairs {
        let told = format!("The form says {name} twice.");
        let earlier = fields.insert(name, value.clone());
        if earlier.is_some_and(|earlier| earlier != value) {
            return Err(Error::new(ErrorCode::MalformedRequest, told));
        }
    }
    Ok(fields)
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T> {
    let body = to_bytes(answer.into_body(), ANSWER_MAX)
        .await
        .map_err(Error::internal)?;
    serde_json::from_slice(&body).map_err(Error::internal)
}

fn redirect(to: &str, with: &HeaderMap) -> Result<Response> {
    let to = HeaderValue::from_str(to).map_err(Error::internal)?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    for cookie in with.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// The JSON of fields that are there and not empty, by their names. A password of blanks is there:
/// the API says what is wrong with it.
fn json<const N: usize>(fields: &Fields, names: [&str; N]) -> Value {
    let given = names.into_iter().filter_map(|name| {
        let value = fields.get(name)?;
        let said = if SECRET.contains(&name) {
            value.as_str()
        } else {
            value.trim()
        };
        if said.is_empty() {
            return None;
        }
        Some((name.to_owned(), Value::from(value.as_str())))
    });
    Value::Object(given.collect())
}
