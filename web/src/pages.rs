//! The pages, one a file.

mod activity;
mod instrument;
mod landing;
mod lazy;
mod login;
mod market;
mod not_found;
mod orders;
mod portfolio;
mod profile;
mod register;

pub use activity::ActivityPage;
pub use instrument::InstrumentPage;
pub use landing::LandingPage;
pub use login::LoginPage;
pub use market::MarketPage;
pub use not_found::NotFoundPage;
pub use orders::OrdersPage;
pub use portfolio::PortfolioPage;
pub use profile::ProfilePage;
pub use register::RegisterPage;

#[cfg(feature = "hydrate")]
pub use lazy::load_all;
pub use lazy::{
    Activity, Instrument, Landing, Login, Market, Orders, Portfolio, Profile, Register,
};
