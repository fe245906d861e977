//! The API for all pages, one function per endpoint.
//!
//! While the server renders, a call goes straight to its router; in the browser it goes over the
//! network. Rights, limits and errors are the same.

mod accounts;
mod address;
#[cfg(feature = "ssr")]
mod advice;
mod boards;
#[cfg(feature = "ssr")]
mod duels;
#[cfg(feature = "client")]
mod fetch;
#[cfg(feature = "ssr")]
mod in_process;
#[cfg(feature = "ssr")]
mod notices;
#[cfg(feature = "ssr")]
mod offerings;
mod offline;
#[cfg(feature = "ssr")]
mod puzzles;
#[cfg(feature = "ssr")]
mod titles;
mod transport;

use domain::api::{
    AchievementsView, ApiError, AssignmentView, BoardView, BonusAnswer, CandleView, ChartMark,
    CodeView, CursorPage, CurveRange, DashboardView, FinalsView, GameRow, GameView, HoldingView,
    HostView, InstrumentRow, LedgerEntryView, MarketOverview, OrderRequest, OrderView, Page,
    ProgressView, RulesView, SummaryView, TicketView, WatchListView, WeekView, XpHistoryView,
};
use domain::{Day, IdempotencyKey, Quote, Symbol};
use serde::de::DeserializeOwned;

use crate::language::{Language, Texts};

pub use accounts::*;
use address::Address;
#[cfg(feature = "ssr")]
pub use advice::*;
pub use boards::*;
#[cfg(feature = "ssr")]
pub use duels::*;
#[cfg(feature = "ssr")]
pub use in_process::InProcess;
#[cfg(feature = "ssr")]
pub use notices::*;
#[cfg(feature = "ssr")]
pub use offerings::*;
pub use offline::*;
#[cfg(feature = "ssr")]
pub use puzzles::*;
#[cfg(feature = "ssr")]
pub use titles::*;
#[cfg(not(feature = "ssr"))]
pub use transport::page;
use transport::{Method, decode, empty, get, post, send};

/// The path under which the whole API lives.
pub const PREFIX: &str = "/api/v1";

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
    /// Only these symbols, separated by commas, in their order.
    pub symbols: Option<String>,
    /// The order: `movers`, `name`, `price` or `change`; best match by default.
    pub sort: Option<&'static str>,
}

/// `POST me/daily-bonus`
pub async fn collect_daily_bonus() -> Result<BonusAnswer, ApiError> {
    decode(send(Method::Post, Address::new(["me", "daily-bonus"]), None).await?)
}

/// `GET games`
pub async fn games(page: Option<u32>) -> Result<Page<GameRow>, ApiError> {
    get(Address::new(["games"]).with("page", page)).await
}

/// `GET me/progress`
pub async fn progress() -> Result<ProgressView, ApiError> {
    get(told(Address::new(["me", "progress"]))).await
}

/// `GET me/xp-history`
pub async fn xp_history() -> Result<XpHistoryView, ApiError> {
    get(Address::new(["me", "xp-history"])).await
}

/// `GET time-zones`
pub async fn time_zones() -> Result<Vec<String>, ApiError> {
    get(Address::new(["time-zones"])).await
}

/// `GET me/achievements`
pub async fn achievements() -> Result<AchievementsView, ApiError> {
    get(Address::new(["me", "achievements"])).await
}

/// `GET games/{game}`
pub async fn game(game: &str) -> Result<GameView, ApiError> {
    get(Address::new(["games", game])).await
}

/// `GET codes/{code}`
pub async fn find_code(code: &str) -> Result<CodeView, ApiError> {
    get(Address::new(["codes", code])).await
}

/// `GET games/{game}/host`: for its hosts.
pub async fn host(game: &str) -> Result<HostView, ApiError> {
    get(Address::new(["games", game, "host"])).await
}

/// `GET games/{game}/board`: for anyone with the key from its link.
pub async fn board(game: &str, key: &str) -> Result<BoardView, ApiError> {
    let address = Address::new(["games", game, "board"]).with("key", Some(key));
    get(told(address)).await
}

/// The address of texts in the language of the page; English goes without saying.
fn told(address: Address) -> Address {
    let language = Some(Texts::get().language());
    let other = language.filter(|language| *language != Language::English);
    address.with("language", other.map(Language::tag))
}

/// `GET games/{game}/assignments`
pub async fn assignments(game: &str) -> Result<Vec<AssignmentView>, ApiError> {
    get(Address::new(["games", game, "assignments"])).await
}

/// `GET games/{game}/rules`
pub async fn rules(game: &str) -> Result<RulesView, ApiError> {
    get(Address::new(["games", game, "rules"])).await
}

/// `GET games/{game}/finals`
pub async fn finals(game: &str, other: Option<&str>) -> Result<FinalsView, ApiError> {
    get(Address::new(["games", game, "finals"]).with("other", other)).await
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
        .with("symbols", filter.symbols.as_deref())
        .with("sort", filter.sort)
        .with("page", filter.page)
        .with("per_page", filter.per_page);
    get(address).await
}

/// `GET games/{game}/instruments/{symbol}`
///
/// The symbol is text as in a URL: the server says what is wrong with it. The answer is an `InstrumentDetail`,
/// read as a type with the fields that the page needs.
pub async fn instrument<T: DeserializeOwned>(game: &str, symbol: &str) -> Result<T, ApiError> {
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

/// `GET games/{game}/instruments/{symbol}/candles` over a range such as `1d`, which determines the length of
/// a candle.
pub async fn history(
    game: &str,
    symbol: Symbol,
    range: &'static str,
) -> Result<Vec<CandleView>, ApiError> {
    let address = Address::new(["games", game, "instruments", symbol.as_str(), "candles"]);
    get(address.with("range", Some(range))).await
}

/// `GET games/{game}/instruments/{symbol}/chart-marks`: what is marked on the chart, oldest first.
pub async fn chart_marks(game: &str, symbol: Symbol) -> Result<Vec<ChartMark>, ApiError> {
    let symbol = symbol.as_str();
    let path = ["games", game, "instruments", symbol, "chart-marks"];
    get(told(Address::new(path))).await
}

/// `GET me/watch-lists`
pub async fn watch_lists() -> Result<Vec<WatchListView>, ApiError> {
    get(Address::new(["me", "watch-lists"])).await
}

/// `GET watch-lists/{id}`: one that its player shares.
pub async fn shared_watch_list(id: &str) -> Result<WatchListView, ApiError> {
    get(Address::new(["watch-lists", id])).await
}

/// `GET games/{game}/market`
pub async fn market(game: &str) -> Result<MarketOverview, ApiError> {
    get(Address::new(["games", game, "market"])).await
}

/// `GET games/{game}/instruments/{symbol}/ticket`
pub async fn ticket(game: &str, symbol: Symbol) -> Result<TicketView, ApiError> {
    let path = ["games", game, "instruments", symbol.as_str(), "ticket"];
    get(told(Address::new(path))).await
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
    post(told(Address::new(["games", game, "orders"])), request).await
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
    get(told(Address::new(["games", game, "orders", key.as_str()]))).await
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

/// `GET games/{game}/dashboard`
pub async fn dashboard(game: &str, range: CurveRange) -> Result<DashboardView, ApiError> {
    let address = Address::new(["games", game, "dashboard"]).with("range", Some(range.as_str()));
    get(told(address)).await
}

/// `GET games/{game}/week`
pub async fn week(game: &str) -> Result<WeekView, ApiError> {
    get(Address::new(["games", game, "week"])).await
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
    told(Address::new(["games", game, "live"])).into_string()
}
