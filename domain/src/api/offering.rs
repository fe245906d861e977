//! Offerings and investments: what a host sells, what a player asks for, and the result.

use serde::{Deserialize, Serialize};

use crate::offering::{AllocationRule, InvestmentPreview, OfferingTerms};
use crate::{IdempotencyKey, Money, PlayerId, Price, Symbol, Timestamp};

/// The state of an investment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvestmentState {
    /// It waits, with its money reserved.
    Pending,
    /// Its shares are allocated, but not yet in the account.
    Processing,
    /// The account has its shares.
    Completed,
    /// It got nothing, and its money is free again.
    Failed,
    /// The host has reversed the allocation.
    Reversed,
}

impl InvestmentState {
    const ALL: [Self; 5] = [
        Self::Pending,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Reversed,
    ];

    /// Its name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Reversed => "reversed",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Why an investment failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The offering was sold out.
    SoldOut,
    /// Its fraction came to less than one share, and it lost the draw.
    NotDrawn,
    /// It arrived after the shares had been divided.
    TooLate,
    /// The subscription that it names had too little to spend.
    SubscriptionSpent,
    /// The account could not receive the shares.
    AccountRefused,
    /// The allocation failed on every attempt.
    AllocationFailed,
    /// The company merged its shares or left the market before they were divided.
    CalledOff,
}

impl FailureReason {
    const ALL: [Self; 7] = [
        Self::SoldOut,
        Self::NotDrawn,
        Self::TooLate,
        Self::SubscriptionSpent,
        Self::AccountRefused,
        Self::AllocationFailed,
        Self::CalledOff,
    ];

    /// Its name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::NotDrawn => "not_drawn",
            Self::TooLate => "too_late",
            Self::SubscriptionSpent => "subscription_spent",
            Self::AccountRefused => "account_refused",
            Self::AllocationFailed => "allocation_failed",
            Self::CalledOff => "called_off",
        }
    }

    /// The reason with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The reason in words for its player.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SoldOut => "others asked first, and every share was sold",
            Self::NotDrawn => {
                "there were too few shares for everybody, and the draw went to others"
            }
            Self::TooLate => "it arrived after the shares had been divided",
            Self::SubscriptionSpent => "your savings plan had less left to spend",
            Self::AccountRefused => "your account could not take the shares",
            Self::AllocationFailed => "the allocation failed several times, which is our mistake",
            Self::CalledOff => {
                "the company changed its shares meanwhile, and the offering was called off"
            }
        }
    }
}

/// An offering as everyone in its game sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferingView {
    /// Its id in URLs.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The prospectus, in plain words.
    pub story: String,
    /// Whose shares are sold.
    pub symbol: Symbol,
    /// The company's name.
    pub company: String,
    /// What the company does, in plain words.
    #[serde(default)]
    pub about: String,
    /// Whether the company does not trade yet: it goes public when its shares are divided.
    #[serde(default)]
    pub is_new: bool,
    /// The terms.
    pub terms: OfferingTerms,
    /// Shares that are allocated.
    pub granted: u32,
    /// SHA-256 of the seed of the draw, known from the start.
    pub seed_digest: String,
    /// The seed of the draw, once everything is divided.
    pub seed: Option<String>,
    /// When everything was divided.
    pub settled_at: Option<Timestamp>,
    /// The server's time.
    pub now: Timestamp,
}

/// A player's investment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvestmentView {
    /// Its number, which determines its place in a draw.
    pub id: String,
    /// Whose.
    pub player: PlayerId,
    /// The player's name; for hosts only.
    pub handle: Option<String>,
    /// When it was made.
    pub at: Timestamp,
    /// Shares that were asked for.
    pub shares: u32,
    /// Money that was reserved.
    pub reserved: Money,
    /// The subscription that it draws on.
    pub subscription: Option<String>,
    /// Its state.
    pub state: InvestmentState,
    /// Shares allocated to it, once decided.
    pub granted: Option<u32>,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What a subscription can spend on an offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SpendableView {
    /// The subscription.
    pub id: String,
    /// The name of its plan.
    pub name: String,
    /// What can be spent now.
    pub spendable: Money,
}

/// An offering as one player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferingDetail {
    /// The offering.
    pub offering: OfferingView,
    /// The player's free cash; none without an account in the game, as a host may be.
    pub free_cash: Option<Money>,
    /// Shares that all waiting investments ask for.
    pub demand: u64,
    /// Waiting investments.
    pub waiting: u64,
    /// What the player can expect for the number of shares in the query, or else for the minimum.
    pub preview: Option<InvestmentPreview>,
    /// The player's investments, latest first.
    pub mine: Vec<InvestmentView>,
    /// The player's subscriptions with something to spend.
    pub subscriptions: Vec<SpendableView>,
    /// Everyone's investments, latest first; for hosts.
    pub all: Option<Vec<InvestmentView>>,
}

/// Asks for shares of an offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvestmentRequest {
    /// The client's idempotency key for it: a repeat gets the first answer.
    pub idempotency_key: IdempotencyKey,
    /// Shares.
    pub shares: u32,
    /// The subscription that it draws on, if it does.
    #[serde(default)]
    pub subscription: Option<String>,
}

/// A host's request to reverse an allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReversalRequest {
    /// Whose.
    pub player: PlayerId,
    /// The investment.
    pub investment: String,
}

/// A company that does not trade in a market yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewcomerView {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// What it does, in plain words.
    pub plain_words: String,
}

/// An offering to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOffering {
    /// Its name: 1 to 80 characters.
    pub title: String,
    /// The prospectus: at most 2,000 characters.
    #[serde(default)]
    pub story: String,
    /// Whose shares are sold: a company of the market, or one that does not trade there yet.
    pub symbol: Symbol,
    /// What a share costs.
    pub price: Price,
    /// The lowest price of a range whose highest is `price`: demand determines the price when the window
    /// closes. Pro rata only.
    #[serde(default)]
    pub price_low: Option<Price>,
    /// Shares on sale.
    pub shares: u32,
    /// The fewest shares that an investment may ask for; 1 by default.
    #[serde(default)]
    pub minimum: Option<u32>,
    /// The most shares that a player may ask for in total; all of them by default.
    #[serde(default)]
    pub maximum: Option<u32>,
    /// How they are divided.
    #[serde(default)]
    pub rule: AllocationRule,
    /// How long the window is open, in minutes: 1 to 43,200 (30 days).
    pub minutes: u32,
}
