//! Targets, rebalancings and baskets of orders.

use serde::{Deserialize, Serialize};

use super::{OrderRequest, OrderView};
use crate::advice::{Allocation, BasketMode, Proposal, TargetPlan};
use crate::{
    Currency, Fill, IdempotencyKey, Money, OrderError, Rejection, Side, Symbol, Timestamp,
};

/// The targets of an account, and how it compares with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetsView {
    /// The player's plan; none: no targets are set.
    pub plan: Option<TargetPlan>,
    /// How the money is divided now, compared with the targets; none without targets.
    pub allocation: Option<Allocation>,
    /// Since when the account has been beyond its thresholds, as the nightly check found.
    pub beyond_since: Option<Timestamp>,
    /// The latest rebalancing requested.
    pub rebalancing: Option<RebalancingView>,
    /// The currencies that a target can be for: those that the market's instruments trade in.
    #[serde(default)]
    pub currencies: Vec<Currency>,
}

/// Requests a rebalancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RebalancingRequest {
    /// Whether shares may be sold if free cash is not enough. Cash is always spent first.
    #[serde(default = "yes")]
    pub may_sell: bool,
}

impl Default for RebalancingRequest {
    fn default() -> Self {
        Self { may_sell: true }
    }
}

fn yes() -> bool {
    true
}

/// The state of a rebalancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdviceState {
    /// Its job is queued.
    Pending,
    /// Its job is running.
    Processing,
    /// The orders are ready.
    Completed,
    /// It failed; there will be no orders.
    Failed,
}

impl AdviceState {
    const ALL: [Self; 4] = [
        Self::Pending,
        Self::Processing,
        Self::Completed,
        Self::Failed,
    ];

    /// Its name in databases and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether this state is final.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// A rebalancing: a job that computes which orders bring an account to its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RebalancingView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub state: AdviceState,
    /// Whether it may propose sales.
    pub may_sell: bool,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Estimated duration in seconds.
    pub estimated_seconds: u32,
    /// The orders that it proposes, once it is completed.
    pub proposal: Option<Proposal>,
    /// What each of these orders would do now, applied one after the other.
    #[serde(default)]
    pub preview: Vec<PreviewedOrder>,
    /// Whether its orders were placed.
    #[serde(default)]
    pub placed: bool,
    /// What went wrong, when it failed.
    pub failure: Option<String>,
}

/// What an order of a basket would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewedOrder {
    /// Which instrument.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// The outcome, if it is valid.
    pub fill: Option<Fill>,
    /// The cash after it, if it is valid.
    pub cash_after: Option<Money>,
    /// Why it is rejected.
    pub rejection: Option<Rejection>,
    /// The same in words.
    pub message: Option<String>,
}

/// Places several orders in one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BasketRequest {
    /// The client's name for the basket, at most 58 characters. Each order's own key is this one with
    /// `-` and its place, from 1.
    pub idempotency_key: IdempotencyKey,
    /// 1 to 100 orders, in the order in which they are decided: sales before the purchases that they
    /// pay for.
    pub orders: Vec<BasketOrder>,
    /// What happens if one of them does not hold.
    #[serde(default)]
    pub mode: BasketMode,
}

/// An order of a basket. It is filled at once or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BasketOrder {
    /// What to trade.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub size: crate::Size,
    /// The price that the player saw; without it any price is accepted.
    #[serde(default)]
    pub guard: Option<crate::PriceGuard>,
    /// Why, in the player's words.
    #[serde(default)]
    pub reason: Option<String>,
}

impl BasketOrder {
    /// The order under the key of its place in a basket.
    ///
    /// # Errors
    /// An [`OrderError`] that names the invalid field.
    pub fn order(&self, basket: &IdempotencyKey, place: usize) -> Result<crate::Order, OrderError> {
        let request = OrderRequest {
            idempotency_key: format!("{basket}-{place}").parse()?,
            symbol: self.symbol,
            side: self.side,
            size: self.size,
            guard: self.guard,
            reason: self.reason.clone(),
            trigger: None,
            expires_at: None,
            lots: crate::LotChoice::Oldest,
        };
        request.order()
    }
}

/// The result of a basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BasketView {
    /// The orders, in the order in which they were decided. With `possible` some may be rejected.
    pub orders: Vec<OrderView>,
}

/// How the orders of a rebalancing are placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceRebalancing {
    /// What happens if one of them does not hold.
    #[serde(default)]
    pub mode: BasketMode,
}

/// What could hurt a portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct XRayView {
    /// The account's total worth.
    pub net_worth: Money,
    /// The most urgent first.
    pub findings: Vec<crate::advice::Finding>,
}

/// The history of an account, compared with what it would have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIfView {
    /// What the account is worth now.
    pub real: Money,
    /// What it would be worth.
    pub other: Money,
    /// How much better the real history is; below zero when it is worse.
    pub difference: Money,
    /// How many later purchases could not have been paid for. They are left out as well.
    pub unpaid: u32,
    /// One for each market day, oldest first; the last one is now.
    pub points: Vec<crate::advice::WhatIfPoint>,
    /// The latest trades, each of which can be left out, latest first.
    pub trades: Vec<WhatIfTrade>,
}

/// A trade that can be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIfTrade {
    /// Its ledger entry.
    pub seq: i64,
    /// The market day.
    pub day: crate::Day,
    /// Which instrument.
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// Shares.
    pub quantity: crate::Quantity,
}

/// Luck or skill: a job that replays a player's decisions on other markets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LuckView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub state: AdviceState,
    /// Markets played so far.
    pub done: u32,
    /// Markets to play in total.
    pub total: u32,
    /// How they ended, once it is completed.
    pub report: Option<crate::advice::LuckReport>,
}

/// Positions with a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LossesView {
    /// The assumed tax on gains, in percent.
    pub rate: crate::Percent,
    /// The game's own tax; none: no taxes.
    #[serde(default)]
    pub taxes: Option<crate::tax::Taxes>,
    /// The largest benefit first.
    pub losses: Vec<LossView>,
}

/// A position with a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LossView {
    /// The loss, and what selling would save.
    pub harvest: crate::advice::Harvest,
    /// What could be held meanwhile: of the same category, and most alike in how it moved in the last year.
    pub replacement: Option<Symbol>,
    /// How alike the two moved; none without enough prices.
    pub alike: Option<crate::statistics::Alike>,
}
