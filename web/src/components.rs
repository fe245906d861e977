//! The parts that pages are made of, one a file.

mod connection_banner;
mod delta;
mod empty_state;
mod error_view;
mod field;
mod footer;
mod form_alert;
mod icon;
mod level;
mod load;
mod nav;
mod play_as_guest;
pub mod theme;
mod toast;
mod wordmark;
// Of the market, instrument, portfolio and activity pages:
mod allocation;
mod holdings_table;
mod instrument_table;
mod live_price;
mod order_ticket;
mod pagination;
mod price_chart;
mod sparkline;
mod symbol_badge;

pub use connection_banner::ConnectionBanner;
pub use delta::Delta;
pub use empty_state::EmptyState;
pub use error_view::ErrorView;
pub use field::Field;
pub use footer::Footer;
pub use form_alert::FormAlert;
pub use icon::{Icon, IconName};
pub use level::{LevelBar, LevelRing};
pub use load::{Load, Loading};
pub use nav::{Nav, SkipLink};
pub use play_as_guest::PlayAsGuest;
pub use toast::{ToastRegion, Toasts, Tone};
pub use wordmark::{Mark, Wordmark};

pub use allocation::Allocation;
pub use holdings_table::HoldingsTable;
pub use instrument_table::InstrumentTable;
pub use live_price::{LiveChange, LivePrice};
#[cfg(not(feature = "csr"))]
pub(crate) use order_ticket::fresh_order_key;
pub use order_ticket::{OpenTicket, OrderTicket};
pub use pagination::Pagination;
pub use price_chart::PriceChart;
pub use sparkline::Sparkline;
pub use symbol_badge::SymbolBadge;
