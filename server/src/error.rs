//! The one place that maps what went wrong to a status and an [`ApiError`].

use std::any::Any;
use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{ApiError, ErrorCode};
use domain::{Currency, OrderError, PostingError, Rejection};

use crate::engine::EngineError;
use crate::json::Json;
use crate::market::MarketError;
use crate::metrics::Cause;
use crate::store::{StoreError, Taken};

/// Seconds after which a client may try again where the server was only busy.
const RETRY_SOON: u32 = 1;

/// What a handler gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An answer that is not a success, and its cause where that belongs into the log.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    answer: ApiError,
    cause: Option<String>,
}

impl Error {
    /// An error with nothing but a code and a message.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ApiError::new(code, message).into()
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no {what}."))
    }

    /// The server cannot do it now.
    #[must_use]
    pub fn unavailable(message: &str) -> Self {
        let error = ApiError::new(ErrorCode::Unavailable, message);
        ApiError {
            retry_after_seconds: Some(RETRY_SOON),
            ..error
        }
        .into()
    }

    /// A mistake of the server's; the cause goes to its log only.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        let message = "Something went wrong on the server. Nothing was changed by this request.";
        Self::new(ErrorCode::Internal, message).caused_by(cause)
    }

    fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The same in a game's currency: sentences about a rejection mark its amounts with `$`.
    #[must_use]
    pub fn in_currency(mut self, currency: Currency) -> Self {
        let answer = &mut self.0.answer;
        let fields = answer.fields.iter_mut().map(|field| &mut field.message);
        for message in fields.chain([&mut answer.message]) {
            *message = currency.in_words(std::mem::take(message));
        }
        self
    }

    /// What the client is told.
    #[must_use]
    pub fn answer(&self) -> &ApiError {
        &self.0.answer
    }
}

impl From<ApiError> for Error {
    fn from(answer: ApiError) -> Self {
        Self(Box::new(Inner {
            answer,
            cause: None,
        }))
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        ApiError::from(rejection).into()
    }
}

impl From<OrderError> for Error {
    fn from(error: OrderError) -> Self {
        ApiError::field(error.field(), error.to_string()).into()
    }
}

impl From<Taken> for Error {
    fn from(taken: Taken) -> Self {
        let (code, field, message) = match taken {
            Taken::Email => (ErrorCode::EmailTaken, "email", "is registered already"),
            Taken::Handle => (
                ErrorCode::HandleTaken,
                "handle",
                "is taken by another player",
            ),
        };
        ApiError {
            code,
            ..ApiError::field(field, message)
        }
        .into()
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) if error.is_full_disk() => {
                let message = "The server's disk is full, so nothing was written. Whoever runs \
                               it must make room first.";
                Self::unavailable(message).caused_by(error)
            }
            StoreError::Unavailable(_) => {
                Self::unavailable("The database is busy. Please try again.").caused_by(error)
            }
            StoreError::Database(_) | StoreError::Corrupt { .. } | StoreError::Migration(_) => {
                Self::internal(error)
            }
        }
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Full => {
                Self::unavailable("Too many orders are waiting. Please try again.")
            }
            EngineError::Closing => {
                Self::unavailable("The server is restarting. Please try again.")
            }
            EngineError::KeyReused => Self::new(
                ErrorCode::IdempotencyKeyReused,
                "This idempotency key was used for another order.",
            ),
            EngineError::NoAccount => Self::not_found("account of yours in this game"),
            EngineError::NoOrder => Self::not_found("such order of yours"),
            EngineError::Refused(PostingError::Rejected(rejection)) => rejection.into(),
            EngineError::Refused(PostingError::Impossible) => Self::new(
                ErrorCode::NotPossible,
                "The account does not allow this change.",
            ),
            EngineError::Store(_) => {
                let message = "The order could not be written. Sending it again is safe.";
                Self::unavailable(message).caused_by(error)
            }
        }
    }
}

impl From<MarketError> for Error {
    fn from(error: MarketError) -> Self {
        match error {
            MarketError::TooMany(_) => {
                let message = "As many markets run as this server can. Please try again later.";
                Self::unavailable(message).caused_by(error)
            }
            MarketError::Store(error) => error.into(),
            MarketError::Unknown(_) | MarketError::Broken(_) => Self::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let Inner { answer, cause } = *self.0;
        if let Some(cause) = cause {
            tracing::error!(code = answer.code.as_str(), %cause, "request failed");
        }
        let code = answer.code;
        let status = StatusCode::from_u16(code.status());
        let retry_after = answer.retry_after_seconds.map(HeaderValue::from);
        let mut response = (
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Json(answer),
        )
            .into_response();
        response.extensions_mut().insert(Cause(code));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

/// What a request gets whose handler panicked.
#[must_use]
pub fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("of unknown kind");
    Error::internal(format_args!("panic: {text}")).into_response()
}

/// What an address gets that is none.
pub async fn no_such_address() -> Error {
    Error::not_found("such address")
}

/// What an address gets that does not take the request's method.
pub async fn method_not_allowed() -> Error {
    Error::new(
        ErrorCode::MethodNotAllowed,
        "This address does not take this method.",
    )
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing_of_it() {
        let panic = std::panic::catch_unwind(|| panic!("the secret of the house")).unwrap_err();
        let response = answer_panic(&*panic);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let error: ApiError = serde_json::from_slice(&body).unwrap();
        assert_eq!(error.code, ErrorCode::Internal);
        assert!(!error.message.contains("secret"));
    }

    #[test]
    fn a_full_disk_is_not_called_busy() {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        let full: StoreError = rusqlite::Error::SqliteFailure(full, None).into();
        let error = Error::from(full);
        assert_eq!(error.answer().code, ErrorCode::Unavailable);
        assert!(error.answer().message.contains("disk is full"), "{error:?}");
        let busy = Error::from(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        assert!(busy.answer().message.contains("busy"), "{busy:?}");
    }

    #[test]
    fn who_is_to_come_back_is_told_when() {
        let response = Error::from(EngineError::Full).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            response.headers().get("retry-after"),
            Some(&HeaderValue::from(1))
        );
    }
}
