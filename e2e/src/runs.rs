//! Runs that are started by hand or by the release: pictures, many trades at once, and faults.

pub mod faults;
pub mod figures;
pub mod hot_account;
pub mod pictures;
pub mod trades;
