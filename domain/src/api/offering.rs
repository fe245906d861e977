//! Offerings and investments: what a host sells, what a player asks for, and what became of it.

use serde::{Deserialize, Serialize};

use crate::offering::{AllocationRule, InvestmentPreview, OfferingTerms};
use crate::{IdempotencyKey, Money, PlayerId, Price, Symbol, Timestamp};

/// Where an investment is on its way to an allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvestmentState {
    /// It waits, with its money reserved.
    Pending,
    /// Its shares are decided, and on their way to the account.
    Processing,
    /// The account has its shares.
    Completed,
    /// It got nothing, and its money is free again.
    Failed,
    /// The host has taken the allocation back.
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

    /// The state of a name.
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
    /// Others asked before it for all there was.
    SoldOut,
    /// Its fraction came to less than one share, and it drew none.
    NotDrawn,
    /// It arrived when the shares were divided already.
    TooLate,
    /// The subscription that it names had less to spend.
    SubscriptionSpent,
    /// The account could not take the shares.
    AccountRefused,
    /// The allocation failed in all its attempts.
    AllocationFailed,
    /// The company joined its shares or left the market before they were divided.
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

    /// The reason of a name.
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

/// An offering as everybody in its game sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferingView {
    /// Names it in addresses.
    pub id: String,
    /// What it is called.
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
    /// Whether the company does not trade yet: it comes to the market when its shares are divided.
    #[serde(default)]
    pub is_new: bool,
    /// What is sold, to whom and until when.
    pub terms: OfferingTerms,
    /// Shares that are allocated.
    pub granted: u32,
    /// SHA-256 of the seed of the draw, known from the start.
    pub seed_digest: String,
    /// The seed of the draw, once everything is divided.
    pub seed: Option<String>,
    /// Since when everything is divided.
    pub settled_at: Option<Timestamp>,
    /// The server's time.
    pub now: Timestamp,
}

/// What a player asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvestmentView {
    /// Its number, which decides its place in a draw.
    pub id: String,
    /// Whose.
    pub player: PlayerId,
    /// The player's name; only hosts are told.
    pub handle: Option<String>,
    /// When it was made.
    pub at: Timestamp,
    /// Shares that were asked for.
    pub shares: u32,
    /// Money that was reserved.
    pub reserved: Money,
    /// The subscription that it draws on.
    pub subscription: Option<String>,
    /// Where it is.
    pub state: InvestmentState,
    /// Shares that it got, once that is decided.
    pub granted: Option<u32>,
    /// Why it failed.
    pub reason: Option<FailureReason>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// What of a subscription can be spent on an offering.
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
    /// What the player may expect of the shares that the query names, else of the minimum.
    pub preview: Option<InvestmentPreview>,
    /// The player's investments, latest first.
    pub mine: Vec<InvestmentView>,
    /// The player's subscriptions with something to spend.
    pub subscriptions: Vec<SpendableView>,
    /// Everybody's investments, latest first; for hosts.
    pub all: Option<Vec<InvestmentView>>,
}

/// Asks for shares of an offering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InvestmentRequest {
    /// The client's name for it: a repeat gets the first answer.
    pub idempotency_key: IdempotencyKey,
    /// Shares.
    pub shares: u32,
    /// The subscription that it draws on, if it does.
    #[serde(default)]
    pub subscription: Option<String>,
}

/// A host's wish to take an allocation back.
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
    /// What it is of.
    pub category: String,
    /// What it does, in plain words.
    pub plain_words: String,
}

/// What a host offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOffering {
    /// What it is called: 1 to 80 characters.
    pub title: String,
    /// The prospectus: at most 2,000 characters.
    #[serde(default)]
    pub story: String,
    /// Whose shares are sold: a company of the market, or one that does not trade there yet.
    pub symbol: Symbol,
    /// What a share costs.
    pub price: Price,
    /// The lowest price of a range whose highest is `price`: the demand finds one in between when the
    /// window has closed. Only pro rata.
    #[serde(default)]
    pub price_low: Option<Price>,
    /// Shares on sale.
    pub shares: u32,
    /// Shares that an investment asks for at least; 1 if left out.
    #[serde(default)]
    pub minimum: Option<u32>,
    /// Shares that a player may ask for in all; all of them if left out.
    #[serde(default)]
    pub maximum: Option<u32>,
    /// How they are divided.
    #[serde(default)]
    pub rule: AllocationRule,
    /// Minutes for which one may invest: 1 to 43,200, which are 30 days.
    pub minutes: u32,
}
