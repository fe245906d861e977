//! Plays the real game: starts the server's own binary and drives it over HTTP, in a real browser, or
//! in the desktop app's window.

pub mod api;
pub mod database;
pub mod places;
pub mod process;
pub mod server;
pub mod usage;
pub mod wait;

#[cfg(feature = "browser")]
pub mod accessibility;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "browser")]
pub mod desktop_app;
#[cfg(feature = "browser")]
pub mod page;
#[cfg(feature = "browser")]
pub mod pages;
#[cfg(feature = "browser")]
pub mod pictures;
#[cfg(feature = "browser")]
pub mod proof_page;
#[cfg(feature = "browser")]
pub mod stage;
#[cfg(feature = "browser")]
pub mod ticket;
