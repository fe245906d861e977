//! The authority of a Tickerquest game: HTTP API, trade engine, store and market.
//!
//! [`serve`] runs all of it: from the command, from the desktop app, from tests.

pub mod api;
pub mod app;
mod assets;
mod client;
pub mod clock;
pub mod config;
mod connections;
pub mod engine;
pub mod error;
mod forms;
mod gather;
mod headers;
pub mod import;
mod json;
mod limit;
mod live;
pub mod market;
mod observe;
mod pages;
pub mod password;
mod portfolios;
mod recent;
pub mod retention;
mod router;
mod serve;
mod session;
mod site;
pub mod store;
pub mod verify;

pub use config::Config;
pub use serve::{listen, open_store, serve, serve_and_tell};
