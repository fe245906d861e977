//! Runs that are started by hand or by the release: pictures, and many trades at once.

pub mod figures;
pub mod hot_account;
pub mod pictures;
pub mod trades;
