//! What players are called, and which passwords they may have.

pub mod handles;
pub mod links;
pub mod names;
pub mod passwords;
pub mod second_factor;
pub mod totp;
pub mod words;
