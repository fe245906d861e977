//! Savings plans and subscriptions to them.

use serde::{Deserialize, Serialize};

use crate::plan::{Balance, ComparisonPoint};
use crate::{Day, Money, Symbol};

/// The state of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionState {
    /// It pays every month.
    Active,
    /// It is paused. The missed months are added at the end.
    Paused,
    /// Its player has ended it.
    Cancelled,
    /// Every month is paid.
    Finished,
}

impl SubscriptionState {
    const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Cancelled, Self::Finished];

    /// Its name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Cancelled => "cancelled",
            Self::Finished => "finished",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether an investment may draw on it.
    #[must_use]
    pub fn can_spend(self) -> bool {
        matches!(self, Self::Active | Self::Paused)
    }
}

/// A savings plan that a player may subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanView {
    /// Names it in addresses.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether a host made it for everyone in the game.
    pub shared: bool,
    /// What is paid in a month.
    pub amount: Money,
    /// Number of months; 12 if the plan names none.
    pub months: u32,
    /// Whether each month brings new money; otherwise it sets cash aside.
    pub new_money: bool,
    /// What is bought each month.
    pub symbol: Option<Symbol>,
    /// Whether each month is spread by the subscriber's own targets.
    #[serde(default)]
    pub by_targets: bool,
    /// The strategy that each month is spread by.
    #[serde(default)]
    pub strategy: Option<String>,
}

/// A plan to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// Its name: 1 to 60 characters.
    pub name: String,
    /// What is paid in a month.
    pub amount: Money,
    /// Number of months: 1 to 600; 12 by default.
    #[serde(default)]
    pub months: Option<u32>,
    /// What is bought each month, if anything.
    #[serde(default)]
    pub symbol: Option<Symbol>,
    /// Whether each month is spread by the subscriber's own targets, instead of a symbol.
    #[serde(default)]
    pub by_targets: bool,
    /// The id of a strategy that each month is spread by, instead of a symbol.
    #[serde(default)]
    pub strategy: Option<String>,
    /// Whether everyone in the game may subscribe: for hosts.
    #[serde(default)]
    pub shared: bool,
    /// Whether each month brings new money: for hosts.
    #[serde(default)]
    pub new_money: bool,
}

/// A player's subscription to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionView {
    /// Names it in addresses.
    pub id: String,
    /// The plan.
    pub plan: PlanView,
    /// What is paid each month: the subscription's own amount, or else the plan's.
    pub amount: Money,
    /// Its state.
    pub state: SubscriptionState,
    /// The market day on which the next month is due.
    pub due: Option<Day>,
    /// What was paid and invested, and what is left.
    pub balance: Balance,
}

/// Subscribes to a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// The plan.
    pub plan: String,
    /// A monthly amount to use instead of the plan's.
    #[serde(default)]
    pub amount: Option<Money>,
}

/// A change to a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscriptionAction {
    /// `paused`, `active` or `cancelled`.
    pub state: SubscriptionState,
}

/// How a plan would have done at past prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComparisonView {
    /// The plan.
    pub plan: PlanView,
    /// What is bought.
    pub symbol: Option<Symbol>,
    /// Month by month; empty without prices.
    pub points: Vec<ComparisonPoint>,
}
