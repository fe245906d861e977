//! Extractors for bodies, queries and paths. Each failure is an [`ApiError`] that names the field.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use domain::api::{ApiError, ErrorCode};
use domain::{AccountId, Symbol};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::offline_starts::SUBMISSION_BYTES;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::market::{Market, Snapshot};
use crate::session::{LoggedIn, Session};
use crate::store::InstrumentRecord;

mod words;

use words::wrong_field;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        check_is_json(request.headers())?;
        parse(&bytes(request, app).await?).map(Self)
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let is_json = check_is_json(request.headers());
        let bytes = bytes(request, app).await?;
        // `null` is how some programs leave a body out.
        if matches!(bytes.trim_ascii(), b"" | b"null") {
            return Ok(Self(T::default()));
        }
        is_json.and_then(|()| parse(&bytes)).map(Self)
    }
}

fn check_is_json(headers: &HeaderMap) -> Result<()> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .and_then(|kind| kind.split(';').next())
        .unwrap_or_default()
        .trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = "The body must be JSON, with the header Content-Type: application/json.";
    Err(Error::new(ErrorCode::UnsupportedMediaType, message))
}

/// The whole body of a request.
///
/// # Errors
/// 408 when it does not arrive in time, 413 when it is too large, 400 when it breaks off.
pub async fn bytes(request: Request, app: &App) -> Result<Bytes> {
    let too_large = || {
        let most = app.config.limits.body_max;
        Error::new(
            ErrorCode::BodyTooLarge,
            format!("The body is larger than {most} bytes."),
        )
    };
    // A body that declares itself too large is not waited for.
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let longest = app.config.limits.body_max.max(SUBMISSION_BYTES) as u64;
    if length.is_some_and(|length| length > longest) {
        return Err(too_large());
    }
    // The answer to a late body must still fit into the time limit of the whole request.
    let limit = Duration::from_secs(app.config.limits.request_timeout_s) * 4 / 5;
    let read = tokio::time::timeout(limit, Bytes::from_request(request, app)).await;
    let late = |_| {
        let message = "The body did not arrive in time. Please try again.";
        Error::new(ErrorCode::RequestTimeout, message)
    };
    read.map_err(late)?.map_err(|rejection: BytesRejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return too_large();
        }
        malformed("The body could not be read.")
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut reader);
    // Text that is not JSON at all is a different mistake from JSON with wrong content, such as
    // a number out of bounds.
    if serde_json::from_slice::<IgnoredAny>(bytes).is_err() {
        return Err(malformed("The body is not JSON."));
    }
    // Serde would also read a list as the fields of a struct in their order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::field("body", words::OBJECT).into());
    }
    parsed.map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        match words::choices::<T>(bytes, &error) {
            Some(choices) => ApiError::field(&path, choices).into(),
            None => wrong_field(&path, &error.to_string()),
        }
    })
}

/// The query of an address.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let reader = serde_urlencoded::Deserializer::new(pairs);
    let parsed = serde_path_to_error::deserialize(reader);
    parsed.map_err(|error| {
        let path = error.path().to_string();
        wrong_field(&path, &error.into_inner().to_string())
    })
}

fn malformed(message: &str) -> Error {
    Error::new(ErrorCode::MalformedRequest, message)
}

/// The part of the path with this name.
async fn path_part(parts: &mut Parts, app: &App, name: &str) -> Result<String> {
    let params = RawPathParams::from_request_parts(parts, app).await;
    let params = params.map_err(|_| malformed("The address is not UTF-8."))?;
    let found = params
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned());
    found.ok_or_else(|| Error::internal(format_args!("the route has no {{{name}}}")))
}

/// The last part of a path, parsed; anything that does not parse is a 404.
#[derive(Debug)]
pub struct Key<T>(pub T);

impl<T: std::str::FromStr + Send> FromRequestParts<App> for Key<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let text = path_part(parts, app, "key").await?;
        text.parse()
            .map(Self)
            .map_err(|_| Error::not_found("such thing"))
    }
}

impl FromRequestParts<App> for Game {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let slug = path_part(parts, app, "game").await?;
        app.find_game(&slug)
            .await?
            .ok_or_else(|| Error::not_found("such game"))
    }
}

/// The player's account in the game of the path.
#[derive(Debug)]
pub struct InGame {
    /// The game.
    pub game: Game,
    /// The player's account in it.
    pub account: AccountId,
}

impl FromRequestParts<App> for InGame {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let LoggedIn(Session { player, .. }) = LoggedIn::from_request_parts(parts, app).await?;
        let game = Game::from_request_parts(parts, app).await?;
        Ok(Self {
            account: AccountId {
                player,
                game: game.record.id,
            },
            game,
        })
    }
}

/// The instrument of the path, in the market of the path's game.
#[derive(Debug)]
pub struct Instrument {
    /// The market of the game.
    pub market: Arc<Market>,
    /// The market of this moment.
    pub snapshot: Arc<Snapshot>,
    place: usize,
}

impl Instrument {
    /// The instrument.
    ///
    /// # Errors
    /// Never: the place was found in this very market.
    pub fn record(&self) -> Result<&InstrumentRecord> {
        let found = self.snapshot.catalogue.instruments.get(self.place);
        found.ok_or_else(|| Error::internal("the catalogue has lost an instrument"))
    }
}

impl FromRequestParts<App> for Instrument {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let game = Game::from_request_parts(parts, app).await?;
        let symbol = symbol(&path_part(parts, app, "symbol").await?)?;
        let market = app.market_of(&game).await?;
        let snapshot = market.snapshot();
        let place = snapshot.catalogue.find(symbol).map(|(place, _)| place);
        let place = place.ok_or_else(|| unknown_symbol(symbol))?;
        let found = snapshot.catalogue.instruments.get(place);
        market.look_at(found.map(|instrument| instrument.id), app.clock.now());
        Ok(Self {
            market,
            snapshot,
            place,
        })
    }
}

/// Reads a symbol.
///
/// # Errors
/// 422 if it is not well-formed.
pub fn symbol(text: &str) -> Result<Symbol> {
    text.parse().map_err(|error| {
        let shown: String = text.chars().take(20).collect();
        Error::new(ErrorCode::InvalidSymbol, format!("\"{shown}\" {error}."))
    })
}

/// A well-formed symbol that names nothing in this market.
pub fn unknown_symbol(symbol: Symbol) -> Error {
    Error::not_found(format_args!("instrument {symbol} in this market"))
}

#[cfg(test)]
mod tests {
    use domain::api::{LoginRequest, OrderRequest};

    use super::*;

    fn check<T: DeserializeOwned + std::fmt::Debug>(
        json: &str,
        code: ErrorCode,
        field: Option<&str>,
    ) {
        let error = parse::<T>(json.as_bytes()).unwrap_err();
        let answer = error.answer();
        assert_eq!(answer.code, code, "{json}");
        assert_eq!(
            answer.fields.first().map(|f| f.field.as_str()),
            field,
            "{json}: {answer}"
        );
    }

    #[test]
    fn what_is_wrong_with_a_body_is_named() {
        use ErrorCode::{InvalidFields, MalformedRequest};
        for broken in [
            "",
            "{",
            "{\"login\":}",
            "nope",
            "{} x",
            "{\"login\":\"a\"",
            "\u{0}",
        ] {
            check::<LoginRequest>(broken, MalformedRequest, None);
        }
        let order = |size: &str| {
            format!(r#"{{"idempotency_key":"12345678","symbol":"AAA","side":"buy","size":{size}}}"#)
        };
        for (size, field) in [
            (r#"{"quantity":1}"#, "size.quantity"),
            (r#"{"quantity":1e999}"#, "size.quantity"),
            (r#"{"quantity":"1e999"}"#, "size.quantity"),
            (r#"{"amount":"99999999999999999999999999"}"#, "size.amount"),
            (r#"{"shares":"1"}"#, "size.shares"),
            ("{}", "size"),
            ("[]", "size"),
            ("null", "size"),
        ] {
            check::<OrderRequest>(&order(size), InvalidFields, Some(field));
        }
        check::<LoginRequest>("{}", InvalidFields, Some("login"));
        check::<LoginRequest>(r#"["a","b","cookie"]"#, InvalidFields, Some("body"));
        check::<LoginRequest>(
            r#"{"login":"a","password":"b","x":1}"#,
            InvalidFields,
            Some("x"),
        );
        check::<LoginRequest>(r#"{"login":"a","login":"b"}"#, InvalidFields, Some("login"));
        check::<LoginRequest>("7", InvalidFields, Some("body"));
    }
}
