//! The form of every error response.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Rejection;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// Why a request failed: a stable code, each with one HTTP status. Clients match these,
        /// never a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as text.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Its HTTP status.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON, or a header is unusable.
    MalformedRequest = "malformed_request", 400;
    /// Nobody is logged in.
    Unauthorized = "unauthorized", 401;
    /// The name or the password is wrong; the response does not say which.
    WrongCredentials = "wrong_credentials", 401;
    /// The password is correct, but a second-factor code is required.
    SecondFactorRequired = "second_factor_required", 401;
    /// The logged-in player may not do this.
    Forbidden = "forbidden", 403;
    /// A form or script of another site sent this.
    CrossSite = "cross_site", 403;
    /// The page was opened over HTTP, but the session cookie is only sent over HTTPS.
    InsecureConnection = "insecure_connection", 403;
    /// Not found.
    NotFound = "not_found", 404;
    /// This URL does not support this method.
    MethodNotAllowed = "method_not_allowed", 405;
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", 408;
    /// The instrument cannot be traded now.
    NotTradable = "not_tradable", 404;
    /// The price has moved beyond the guard; the response carries the new one.
    PriceMoved = "price_moved", 409;
    /// The latest price is too old to trade at.
    StaleQuote = "stale_quote", 409;
    /// Trading of the instrument is halted after big news.
    Halted = "halted", 409;
    /// The game is closed for trading.
    GameNotOpen = "game_not_open", 409;
    /// The idempotency key was used for another order.
    IdempotencyKeyReused = "idempotency_key_reused", 409;
    /// The order cannot be cancelled: it is no longer resting.
    OrderNotOpen = "order_not_open", 409;
    /// The e-mail address is taken.
    EmailTaken = "email_taken", 409;
    /// The handle is taken.
    HandleTaken = "handle_taken", 409;
    /// The player has an account in this game.
    AlreadyJoined = "already_joined", 409;
    /// Only a guest can be made a registered player.
    AlreadyRegistered = "already_registered", 409;
    /// A guest who has traded would be lost, because a guest has no password to come back with. `leave_guest`
    /// confirms it.
    GuestWouldBeLost = "guest_would_be_lost", 409;
    /// Today's bonus has been collected.
    BonusCollected = "bonus_collected", 409;
    /// A time zone can be chosen once a day.
    ZoneChosenToday = "zone_chosen_today", 409;
    /// No broken streak can be repaired today.
    StreakNotRepairable = "streak_not_repairable", 409;
    /// A link sent by mail has expired, was already used, or was replaced by a newer one.
    LinkEnded = "link_ended", 409;
    /// The account does not allow the change.
    NotPossible = "not_possible", 409;
    /// The time to hand in a result of offline play is over.
    StartLate = "start_late", 409;
    /// A result was already handed in for this start.
    StartUsed = "start_used", 409;
    /// The body is larger than this URL accepts.
    BodyTooLarge = "body_too_large", 413;
    /// The body is not of a type that this URL accepts.
    UnsupportedMediaType = "unsupported_media_type", 415;
    /// Fields are missing or invalid; `fields` says which.
    InvalidFields = "invalid_fields", 422;
    /// The symbol is malformed.
    InvalidSymbol = "invalid_symbol", 422;
    /// The order costs more than there is cash.
    InsufficientCash = "insufficient_cash", 422;
    /// The order sells more than is held.
    InsufficientQuantity = "insufficient_quantity", 422;
    /// The order needs more cash than open orders leave free.
    InsufficientFreeCash = "insufficient_free_cash", 422;
    /// The order sells more shares than open orders leave free.
    InsufficientFreeQuantity = "insufficient_free_quantity", 422;
    /// The account has reached its limit of resting orders.
    TooManyOpenOrders = "too_many_open_orders", 422;
    /// The order's expiry is already past.
    AlreadyExpired = "already_expired", 422;
    /// The order is smaller than the game allows.
    TooSmall = "too_small", 422;
    /// The order is larger than the game allows.
    TooLarge = "too_large", 422;
    /// The game trades whole shares only.
    WholeSharesOnly = "whole_shares_only", 422;
    /// The amount is too small for one share, or for the smallest fraction of one.
    BelowOneShare = "below_one_share", 422;
    /// The fee uses up the whole amount.
    AmountBelowFee = "amount_below_fee", 422;
    /// The game does not allow buying in this category.
    CategoryNotAllowed = "category_not_allowed", 422;
    /// The price is below the game's lowest price to buy at.
    PriceBelowMinimum = "price_below_minimum", 422;
    /// The position would cost more than the game allows for one instrument.
    PositionTooLarge = "position_too_large", 422;
    /// The latest purchase is too recent for a sale.
    HeldTooShort = "held_too_short", 422;
    /// The sale names a lot that is not held.
    UnknownLot = "unknown_lot", 422;
    /// The sale names more shares of a lot than it has.
    InsufficientLot = "insufficient_lot", 422;
    /// The start of offline play was changed after it was signed.
    StartTampered = "start_tampered", 422;
    /// This server has not signed this start of offline play.
    StartUnknown = "start_unknown", 422;
    /// An input of offline play cannot have happened; the message says which and why.
    InputImpossible = "input_impossible", 422;
    /// The inputs of offline play end with another result than the claimed one.
    ResultDiffers = "result_differs", 422;
    /// Too many requests; `retry_after_seconds` says when to come back.
    RateLimited = "rate_limited", 429;
    /// An internal server error. Details are in the server's log.
    Internal = "internal", 500;
    /// The server is full or starting; `retry_after_seconds` says when to come back.
    Unavailable = "unavailable", 503;
    /// The request timed out.
    Timeout = "timeout", 504;
    /// The server could not be reached. Only clients produce this, never a server.
    Unreachable = "unreachable", 503;
}

impl From<Rejection> for ErrorCode {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::InsufficientCash { .. } => Self::InsufficientCash,
            Rejection::InsufficientQuantity { .. } => Self::InsufficientQuantity,
            Rejection::InsufficientFreeCash { .. } => Self::InsufficientFreeCash,
            Rejection::InsufficientFreeQuantity { .. } => Self::InsufficientFreeQuantity,
            Rejection::TooManyOpenOrders { .. } => Self::TooManyOpenOrders,
            Rejection::AlreadyExpired { .. } => Self::AlreadyExpired,
            Rejection::PriceMoved { .. } => Self::PriceMoved,
            Rejection::NotTradable { .. } => Self::NotTradable,
            Rejection::GameNotOpen { .. } => Self::GameNotOpen,
            Rejection::TooSmall { .. } => Self::TooSmall,
            Rejection::TooLarge { .. } => Self::TooLarge,
            Rejection::WholeSharesOnly { .. } => Self::WholeSharesOnly,
            Rejection::BelowOneShare { .. } => Self::BelowOneShare,
            Rejection::AmountBelowFee { .. } => Self::AmountBelowFee,
            Rejection::CategoryNotAllowed { .. } => Self::CategoryNotAllowed,
            Rejection::PriceBelowMinimum { .. } => Self::PriceBelowMinimum,
            Rejection::PositionTooLarge { .. } => Self::PositionTooLarge,
            Rejection::HeldTooShort { .. } => Self::HeldTooShort,
            Rejection::StaleQuote { .. } => Self::StaleQuote,
            Rejection::Halted { .. } => Self::Halted,
            Rejection::UnknownLot { .. } => Self::UnknownLot,
            Rejection::InsufficientLot { .. } => Self::InsufficientLot,
        }
    }
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// What is wrong, to show beside the field.
    pub message: String,
}

/// The body of every unsuccessful response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiError {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened, for a person.
    pub message: String,
    /// The invalid fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// For an order that was not filled: why, with the numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// Seconds after which it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
}

impl ApiError {
    /// An error with nothing but a code and a message.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
            rejection: None,
            retry_after_seconds: None,
        }
    }

    /// An error of one field.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::fields(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
    }

    /// An error of several fields. A field's message may omit its subject, as in "must be above zero": it
    /// becomes a sentence about the field.
    #[must_use]
    pub fn fields(mut fields: Vec<FieldError>) -> Self {
        for wrong in &mut fields {
            wrong.message = sentence(&wrong.field, &wrong.message);
        }
        let listed: Vec<&str> = fields.iter().map(|wrong| wrong.message.as_str()).collect();
        let message = listed.join(" ");
        Self {
            fields,
            ..Self::new(ErrorCode::InvalidFields, message)
        }
    }

    /// The message for a field, if any.
    #[must_use]
    pub fn message_of(&self, field: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }
}

/// A field's message as a sentence: `size.amount` becomes "The amount". A message that starts like a
/// sentence, or with quoted text, already has its subject.
fn sentence(field: &str, said: &str) -> String {
    let end = if said.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    if said.starts_with(|first: char| first.is_uppercase() || first == '"') {
        return format!("{said}{end}");
    }
    let name = match field.rsplit('.').next().unwrap_or(field) {
        "tolerance_bps" => "tolerance in basis points".to_owned(),
        "expected" => "expected price".to_owned(),
        "per_page" => "number of rows per page".to_owned(),
        "email" => "e-mail address".to_owned(),
        "starts_at" | "opens_at" | "effective_from" => "start".to_owned(),
        "closes_at" => "end".to_owned(),
        "replay_from" => "first day of the history".to_owned(),
        "at" => "time".to_owned(),
        "from" => "first day".to_owned(),
        "to" => "last day".to_owned(),
        "fee_bps" => "fee in basis points".to_owned(),
        "cash_interest_bps" => "interest on cash".to_owned(),
        "hours_from" => "beginning of the trading hours".to_owned(),
        "hours_to" => "end of the trading hours".to_owned(),
        "hold_minutes" => "minutes before a sale".to_owned(),
        "price_min" => "lowest price to buy at".to_owned(),
        "trade_min" => "smallest trade".to_owned(),
        "months" => "number of months".to_owned(),
        "days" => "number of days".to_owned(),
        "shares" => "number of shares".to_owned(),
        "expires_at" => "expiry".to_owned(),
        "quiet_from" => "beginning of the quiet hours".to_owned(),
        "lots" => "choice of shares".to_owned(),
        "quiet_until" => "end of the quiet hours".to_owned(),
        // A symbol to put on a watch list.
        "add" => "symbol".to_owned(),
        name => name.replace('_', " "),
    };
    format!("The {name} {said}{end}")
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self {
            rejection: Some(rejection),
            ..Self::new(rejection.into(), rejection.to_string())
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_field_is_a_sentence() {
        let check = |field, said, sentence: &str| {
            let error = ApiError::field(field, said);
            assert_eq!(error.message_of(field), Some(sentence));
            assert_eq!(error.message, sentence);
        };
        check("size", "must be above zero", "The size must be above zero.");
        check("size.amount", "is too large", "The amount is too large.");
        check("email", "is missing", "The e-mail address is missing.");
        check("symbol", "\"aapl\" is not one", "\"aapl\" is not one.");
        check("unit", "Choose one of them.", "Choose one of them.");
        let two = ["login", "password"].map(|field| FieldError {
            field: field.to_owned(),
            message: "is missing".to_owned(),
        });
        let message = ApiError::fields(two.into()).message;
        assert_eq!(message, "The login is missing. The password is missing.");
    }

    #[test]
    fn a_code_reads_the_same_in_json_and_as_text() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
            assert!((400..600).contains(&code.status()));
        }
    }
}
