//! Commands of an operator.

pub mod archives;
pub mod audit;
pub mod boards;
pub mod class;
pub mod games;
mod health;
pub mod instruments;
pub mod jobs;
pub mod markets;
pub mod offerings;
pub mod operators;
pub mod proof;
pub mod providers;
pub mod recompute;
pub mod reports;
pub mod status;
pub mod verification;
pub mod xp_rules;
