//! Advice on a player's own portfolio, in numbers and plain words. Nothing here trades.
//!
//! A [`TargetPlan`] says how the player wants to divide the money, [`Allocation`] how it is divided now, and
//! [`rebalance`] which whole-share orders move the second towards the first. [`preview`] decides a whole
//! basket of orders before any of it is placed.

mod allocation;
mod basket;
mod harvest;
mod luck;
mod rebalance;
mod spend;
mod target;
mod top_up;
mod track;
mod what_if;
mod x_ray;

pub use allocation::{Allocation, Holding, Slice};
pub use basket::{Basket, BasketAccount, BasketMode, Traded, preview};
pub use harvest::{Harvest, TaxLot, WASH_SALE_DAYS, harvest};
pub use luck::{Bar, Choice, Decision, Ending, LuckReport, play};
pub use rebalance::{Portfolio, Proposal, ProposedOrder, rebalance};
pub use target::{Aim, PlanError, Target, TargetPlan};
pub use top_up::top_up;
pub use track::{History, Measured, PastInstrument};
pub use what_if::{DatedFact, DayClose, Scenario, WhatIf, WhatIfPoint, what_if};
pub use x_ray::{Finding, FindingKind, Grade, Remedy, Together, XRay, x_ray};
