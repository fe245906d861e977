//! The game in a real browser.

mod every_page;
mod identity;
mod keyboard;
mod languages;
mod restart;
mod trading;
mod waiting;
mod widths;
mod without_script;
