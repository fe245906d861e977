//! The components that pages are made of, one per file.

mod connection_banner;
mod delta;
mod empty_state;
mod error_view;
mod field;
mod footer;
mod form_alert;
mod game_bar;
mod glossary;
mod icon;
mod level;
mod load;
mod local_time;
mod nav;
mod play_as_guest;
pub mod skin;
pub mod theme;
mod toast;
mod wordmark;
// For the market, instrument, portfolio and activity pages:
mod allocation;
mod holdings_table;
mod instrument_table;
mod live_note;
mod live_price;
mod order_ticket;
mod pagination;
mod price_chart;
mod progress_card;
mod sparkline;
mod stamp;
mod symbol_badge;

pub use connection_banner::ConnectionBanner;
pub use delta::Delta;
pub use empty_state::EmptyState;
pub use error_view::{ErrorView, PartMissing};
pub use field::Field;
pub use footer::Footer;
pub use form_alert::FormAlert;
pub use game_bar::{GameBar, JoinForm};
pub use glossary::{Explain, Term};
pub use icon::{Icon, IconName};
pub use level::{LevelBar, LevelRing};
pub use load::{Load, Loading};
#[cfg(feature = "hydrate")]
pub(crate) use local_time::put_in_own_zone;
pub use local_time::{LocalTime, Shown};
pub(crate) use local_time::{OwnZone, minutes_ahead};
pub use nav::{Nav, SkipLink};
pub use play_as_guest::PlayAsGuest;
pub use toast::{ToastRegion, Toasts, Tone};
pub use wordmark::{Mark, Wordmark};

pub use allocation::Allocation;
pub use holdings_table::HoldingsTable;
pub use instrument_table::InstrumentTable;
pub use live_note::LiveNote;
pub use live_price::{LiveChange, LivePrice};
#[cfg(feature = "ssr")]
pub(crate) use order_ticket::fresh_key;
pub use order_ticket::{OpenTicket, OrderTicket};
pub use pagination::Pagination;
#[cfg(feature = "ssr")]
pub use price_chart::PageMarks;
pub use price_chart::PriceChart;
pub use progress_card::ProgressCard;
pub use sparkline::Sparkline;
pub use stamp::{Stamp, Unlocked, unlocked_words};
pub use symbol_badge::SymbolBadge;
