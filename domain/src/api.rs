//! Wire types: what the HTTP API and the live connection say, the same for the page, the desktop
//! app and programs.
//!
//! Amounts are decimal strings, times RFC 3339 in UTC, ids decimal strings.

mod auth;
mod error;
mod live;
mod market;
mod page;
mod trading;

pub use auth::{
    AuthAnswer, BonusAnswer, LoginRequest, PlayerView, RegisterRequest, SessionKind, SessionView,
    UpgradeRequest,
};
pub use error::{ApiError, ErrorCode, FieldError};
pub use live::LiveMessage;
pub use market::{CandleView, InstrumentDetail, InstrumentRow, MarketNews};
pub use page::{CursorPage, Page, PageMeta};
pub use trading::{
    GameView, HoldingView, LedgerEntryView, OrderRequest, OrderStatus, OrderView, PositionView,
    SummaryView, TicketView,
};
