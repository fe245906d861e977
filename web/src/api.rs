//! The API, one function an endpoint, for all pages.
//!
//! While the server renders, a call goes straight to its router; in the browser it goes over the
//! network. Rights, limits and errors are the same.

mod address;
#[cfg(feature = "client")]
mod fetch;
#[cfg(feature = "ssr")]
mod in_process;

use domain::api::{
    ApiError, AuthAnswer, BonusAnswer, CandleView, CursorPage, ErrorCode, GameView, HoldingView,
    InstrumentDetail, InstrumentRow, LedgerEntryView, LoginRequest, OrderRequest, OrderView, Page,
    PlayerView, RegisterRequest, SessionView, SummaryView, TicketView, UpgradeRequest,
};
use domain::{Day, IdempotencyKey, Quote, SessionId, Symbol};
use serde::Serialize;
use serde::de::DeserializeOwned;

use address::Address;
#[cfg(feature = "ssr")]
pub use in_process::InProcess;

/// The path under which the whole API lives.
pub const PREFIX: &str = "/api/v1";

/// What an endpoint is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
    Delete,
}

/// One request, ready for either transport.
#[derive(Debug)]
struct Request {
    method: Method,
    address: String,
    /// JSON.
    body: Option<String>,
}

/// An answer as it came.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
}

/// Which instruments a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstrumentFilter {
    /// Part of a symbol, name or description; 2 to 50 characters.
    pub query: Option<String>,
    /// A category.
    pub category: Option<String>,
    /// From 1.
    pub page: Option<u32>,
    /// 20 by default, at most 100.
    pub per_page: Option<u32>,
}

/// `POST auth/register`
pub async fn register(request: &RegisterRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "register"]), request).await
}

/// `POST auth/login`
pub async fn login(request: &LoginRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "login"]), request).await
}

/// `POST auth/guest`
pub async fn play_as_guest() -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "guest"]), &serde_json::json!({})).await
}

/// `POST auth/upgrade`
pub async fn upgrade(request: &UpgradeRequest) -> Result<AuthAnswer, ApiError> {
    post(Address::new(["auth", "upgrade"]), request).await
}

/// `POST auth/logout`
pub async fn logout() -> Result<(), ApiError> {
    empty(Method::Post, Address::new(["auth", "logout"])).await
}

/// `GET me`
pub async fn me() -> Result<PlayerView, ApiError> {
    get(Address::new(["me"])).await
}

/// `GET me/sessions`
pub async fn sessions() -> Result<Vec<SessionView>, ApiError> {
    get(Address::new(["me", "sessions"])).await
}

/// `DELETE me/sessions/{id}`
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    empty(
        Method::Delete,
        Address::new(["me", "sessions", &id.to_string()]),
    )
    .await
}

/// `POST me/daily-bonus`
pub async fn collect_daily_bonus() -> Result<BonusAnswer, ApiError> {
    decode(send(Method::Post, Address::new(["me", "daily-bonus"]), None).await?)
}

/// `GET games/{game}`
pub async fn game(game: &str) -> Result<GameView, ApiError> {
    get(Address::new(["games", game])).await
}

/// `GET games/{game}/categories`
pub async fn categories(game: &str) -> Result<Vec<String>, ApiError> {
    get(Address::new(["games", game, "categories"])).await
}

/// `GET games/{game}/instruments`
pub async fn instruments(
    game: &str,
    filter: &InstrumentFilter,
) -> Result<Page<InstrumentRow>, ApiError> {
    let address = Address::new(["games", game, "instruments"])
        .with("query", filter.query.as_deref())
        .with("category", filter.category.as_deref())
        .with("page", filter.page)
        .with("per_page", filter.per_page);
    get(address).await
}

/// `GET games/{game}/instruments/{symbol}`
///
/// The symbol is text as it stands in an address: the server says what is wrong with it.
pub async fn instrument(game: &str, symbol: &str) -> Result<InstrumentDetail, ApiError> {
    get(Address::new(["games", game, "instruments", symbol])).await
}

/// `GET games/{game}/instruments/{symbol}/candles`: at most 365 days; the last 365 by default.
pub async fn candles(
    game: &str,
    symbol: Symbol,
    from: Option<Day>,
    to: Option<Day>,
) -> Result<Vec<CandleView>, ApiError> {
    let address = Address::new(["games", game, "instruments", symbol.as_str(), "candles"]);
    get(address.with("from", from).with("to", to)).await
}

/// `GET games/{game}/instruments/{symbol}/ticket`
pub async fn ticket(game: &str, symbol: Symbol) -> Result<TicketView, ApiError> {
    get(Address::new([
        "games",
        game,
        "instruments",
        symbol.as_str(),
        "ticket",
    ]))
    .await
}

/// `GET games/{game}/quotes`: of these symbols, or of all when there are none.
pub async fn quotes(game: &str, symbols: &[Symbol]) -> Result<Vec<Quote>, ApiError> {
    let listed: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
    let listed = (!listed.is_empty()).then(|| listed.join(","));
    get(Address::new(["games", game, "quotes"]).with("symbols", listed)).await
}

/// `POST games/{game}/orders`: the order when it is filled, else an error with the rejection.
/// Sending it again under the same key is safe.
pub async fn place_order(game: &str, request: &OrderRequest) -> Result<OrderView, ApiError> {
    post(Address::new(["games", game, "orders"]), request).await
}

/// `GET games/{game}/orders`
pub async fn orders(
    game: &str,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<CursorPage<OrderView>, ApiError> {
    get(Address::new(["games", game, "orders"])
        .with("cursor", cursor)
        .with("limit", limit))
    .await
}

/// `GET games/{game}/orders/{key}`
pub async fn order(game: &str, key: &IdempotencyKey) -> Result<OrderView, ApiError> {
    get(Address::new(["games", game, "orders", key.as_str()])).await
}

/// `GET games/{game}/open-orders`: all of them, which are few.
pub async fn open_orders(game: &str) -> Result<Page<OrderView>, ApiError> {
    get(Address::new(["games", game, "open-orders"])).await
}

/// `GET games/{game}/holdings`
pub async fn holdings(
    game: &str,
    page: Option<u32>,
    per_page: Option<u32>,
) -> Result<Page<HoldingView>, ApiError> {
    get(Address::new(["games", game, "holdings"])
        .with("page", page)
        .with("per_page", per_page))
    .await
}

/// `GET games/{game}/summary`
pub async fn summary(game: &str) -> Result<SummaryView, ApiError> {
    get(Address::new(["games", game, "summary"])).await
}

/// `GET games/{game}/ledger`
pub async fn ledger(
    game: &str,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<CursorPage<LedgerEntryView>, ApiError> {
    get(Address::new(["games", game, "ledger"])
        .with("cursor", cursor)
        .with("limit", limit))
    .await
}

/// The path of the live connection of a game.
#[must_use]
pub fn live_path(game: &str) -> String {
    Address::new(["games", game, "live"]).into_string()
}

/// The server cannot be reached; said by transports only.
fn unreachable(message: &str) -> ApiError {
    ApiError::new(ErrorCode::Unreachable, message)
}

async fn get<T: DeserializeOwned>(address: Address) -> Result<T, ApiError> {
    decode(send(Method::Get, address, None).await?)
}

async fn post<T: DeserializeOwned>(address: Address, body: &impl Serialize) -> Result<T, ApiError> {
    let body = serde_json::to_string(body)
        .map_err(|error| ApiError::new(ErrorCode::MalformedRequest, error.to_string()))?;
    decode(send(Method::Post, address, Some(body)).await?)
}

async fn empty(method: Method, address: Address) -> Result<(), ApiError> {
    send(method, address, None).await.map(|_| ())
}

fn decode<T: DeserializeOwned>(body: String) -> Result<T, ApiError> {
    serde_json::from_str(&body).map_err(|error| {
        ApiError::new(
            ErrorCode::Internal,
            format!("The server's answer could not be read: {error}"),
        )
    })
}

/// The body of a success, or the error that was answered.
async fn send(method: Method, address: Address, body: Option<String>) -> Result<String, ApiError> {
    let request = Request {
        method,
        address: address.into_string(),
        body,
    };
    #[cfg(feature = "ssr")]
    let answer = in_process::send(request).await?;
    #[cfg(feature = "client")]
    let answer = fetch::send(request).await?;
    #[cfg(not(any(feature = "ssr", feature = "client")))]
    let answer = nowhere(request)?;
    if (200..300).contains(&answer.status) {
        return Ok(answer.body);
    }
    Err(serde_json::from_str(&answer.body).unwrap_or_else(|_| unreadable(answer.status)))
}

/// An error answer that is not of the server's own making: a proxy's, say.
fn unreadable(status: u16) -> ApiError {
    let code = match status {
        404 => ErrorCode::NotFound,
        429 => ErrorCode::RateLimited,
        502..=504 => ErrorCode::Unreachable,
        _ => ErrorCode::Internal,
    };
    ApiError::new(code, format!("The server answered with status {status}."))
}

#[cfg(not(any(feature = "ssr", feature = "client")))]
fn nowhere(request: Request) -> Result<Answer, ApiError> {
    let Request {
        method,
        address,
        body,
    } = request;
    Err(unreachable(&format!(
        "Nothing here can send {method:?} {address} ({} bytes).",
        body.unwrap_or_default().len()
    )))
}
