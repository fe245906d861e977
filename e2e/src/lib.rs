//! Plays the real game: starts the server's own binary, drives it in a real browser or in the
//! desktop app's window, and over HTTP as many players at once.

pub mod accessibility;
pub mod api;
pub mod browser;
pub mod desktop_app;
pub mod load;
pub mod page;
pub mod pages;
pub mod places;
pub mod process;
pub mod runs;
pub mod server;
pub mod stage;
pub mod ticket;
pub mod wait;
