//! What a ledger entry states: one variant for each way an account can change, each with only its
//! own fields.

mod trade;

use serde::{Deserialize, Serialize};

pub use trade::{Branch, Trade, TradeMarks, WaitedFor};

use crate::ledger::WordsDigest;
use crate::{
    Conversion, Day, IdempotencyKey, InstrumentId, LotChoice, Money, PlayerId, Price, Quantity,
    Reserve, Side, Xp,
};

/// One fact that changed an account.
///
/// New variants go at the end: a variant's position is part of the hashed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The account was opened.
    Opened {
        /// Its starting cash.
        cash: Money,
    },
    /// Shares were bought.
    Bought(Trade),
    /// Shares were sold.
    Sold(Trade),
    /// An order or an investment began to wait, and what it may need was reserved.
    Reserved {
        /// Names it in the account.
        key: IdempotencyKey,
        /// What it is for.
        instrument: InstrumentId,
        /// What is reserved.
        reserve: Reserve,
        /// The trigger price, or the offering's price.
        price: Price,
        /// The player's reason.
        reason: Option<WordsDigest>,
    },
    /// A waiting order or investment ended, and its reserve is free again.
    Released {
        /// Names it in the account.
        key: IdempotencyKey,
        /// What it was for.
        instrument: InstrumentId,
        /// What is free again.
        reserve: Reserve,
        /// Why it ended.
        cause: ReleaseCause,
    },
    /// A host changed the cash.
    Adjusted {
        /// Added to the cash, or taken from it when below zero.
        amount: Money,
        /// The host.
        by: PlayerId,
        /// The host's reason, which the player can read.
        reason: WordsDigest,
    },
    /// A company paid its shareholders.
    Dividend {
        /// Which one.
        instrument: InstrumentId,
        /// Shares that were held.
        quantity: Quantity,
        /// What one share paid.
        per_share: Price,
        /// What the account got, rounded down.
        cash: Money,
    },
    /// Cash earned interest.
    Interest {
        /// What the account got, or paid when below zero.
        cash: Money,
        /// The last day that it is for.
        until: Day,
    },
    /// Shares were split or merged.
    Split {
        /// The company.
        instrument: InstrumentId,
        /// New shares for old ones.
        ratio: SplitRatio,
        /// Whether only whole shares remain and the fraction is paid out.
        whole_shares: bool,
        /// The cash paid for the fraction of a share that was dropped.
        cash_in_lieu: Money,
    },
    /// A company left the market, and its shares were exchanged for cash.
    Delisted {
        /// Which one.
        instrument: InstrumentId,
        /// Shares that were held.
        quantity: Quantity,
        /// What each share paid out; may be zero.
        price: Price,
        /// What the account got, rounded down.
        cash: Money,
    },
    /// An offering gave the account shares.
    Allocated {
        /// The investment, whose reserve ends.
        key: IdempotencyKey,
        /// The company.
        instrument: InstrumentId,
        /// Shares.
        quantity: Quantity,
        /// The offering's price.
        price: Price,
        /// What they cost.
        cost: Money,
        /// What was reserved for the investment.
        reserve: Reserve,
    },
    /// An allocation was reversed by its host.
    Reversed {
        /// The entry of the allocation.
        seq: i64,
        /// The company.
        instrument: InstrumentId,
        /// Shares that went back.
        quantity: Quantity,
        /// What the account got back.
        refund: Money,
    },
    /// A month of a savings plan was paid in as new money.
    Contributed {
        /// The subscription.
        subscription: i64,
        /// Its month, counted from 0.
        month: u32,
        /// What came in.
        cash: Money,
    },
    /// A trade changed money from or into another currency.
    Converted(Conversion),
    /// A sale paid tax on its gain, or a year's overpayment was refunded.
    Taxed {
        /// The market year.
        year: i32,
        /// The amount paid, or refunded when below zero.
        amount: Money,
    },
    /// Shares were sold of lots that the order named. A sale of the oldest lots is [`Fact::Sold`].
    SoldLots(Trade, LotChoice),
}

/// Why something that waited ended without a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReleaseCause {
    /// Its player cancelled it.
    Cancelled,
    /// It expired.
    Expired,
    /// It reached its price but could not be filled.
    Rejected,
    /// A split or a delisting changed what it was for.
    CorporateAction,
    /// The offering gave it nothing.
    NotAllocated,
}

/// New shares for old ones: 2 for 1 doubles them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SplitRatio {
    /// New shares; above zero.
    pub new: u32,
    /// Old shares; above zero.
    pub old: u32,
}

/// What kind of fact an entry states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is documented at its variant of `Fact`")]
pub enum FactKind {
    Opened,
    Bought,
    Sold,
    Reserved,
    Released,
    Adjusted,
    Dividend,
    Interest,
    Split,
    Delisted,
    Allocated,
    Reversed,
    Contributed,
    Converted,
    Taxed,
}

impl FactKind {
    /// Its name in databases and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Bought => "bought",
            Self::Sold => "sold",
            Self::Reserved => "reserved",
            Self::Released => "released",
            Self::Adjusted => "adjusted",
            Self::Dividend => "dividend",
            Self::Interest => "interest",
            Self::Split => "split",
            Self::Delisted => "delisted",
            Self::Allocated => "allocated",
            Self::Reversed => "reversed",
            Self::Contributed => "contributed",
            Self::Converted => "converted",
            Self::Taxed => "taxed",
        }
    }
}

impl Fact {
    /// The kind of fact.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Opened { .. } => FactKind::Opened,
            Self::Bought(_) => FactKind::Bought,
            Self::Sold(_) | Self::SoldLots(..) => FactKind::Sold,
            Self::Reserved { .. } => FactKind::Reserved,
            Self::Released { .. } => FactKind::Released,
            Self::Adjusted { .. } => FactKind::Adjusted,
            Self::Dividend { .. } => FactKind::Dividend,
            Self::Interest { .. } => FactKind::Interest,
            Self::Split { .. } => FactKind::Split,
            Self::Delisted { .. } => FactKind::Delisted,
            Self::Allocated { .. } => FactKind::Allocated,
            Self::Reversed { .. } => FactKind::Reversed,
            Self::Contributed { .. } => FactKind::Contributed,
            Self::Converted(_) => FactKind::Converted,
            Self::Taxed { .. } => FactKind::Taxed,
        }
    }

    /// The trade, of a purchase or a sale.
    #[must_use]
    pub fn trade(&self) -> Option<(Side, &Trade)> {
        match self {
            Self::Bought(trade) => Some((Side::Buy, trade)),
            Self::Sold(trade) | Self::SoldLots(trade, _) => Some((Side::Sell, trade)),
            _ => None,
        }
    }

    /// Which lots a sale took; for any other fact, the oldest.
    #[must_use]
    pub fn lots(&self) -> &LotChoice {
        match self {
            Self::SoldLots(_, lots) => lots,
            _ => &LotChoice::Oldest,
        }
    }

    /// Change of the account's cash.
    #[must_use]
    pub fn cash_change(&self) -> Money {
        match self {
            Self::Bought(trade) | Self::Sold(trade) | Self::SoldLots(trade, _) => trade.cash_change,
            Self::Reserved { .. } | Self::Released { .. } => Money::ZERO,
            Self::Adjusted { amount, .. } => *amount,
            Self::Opened { cash }
            | Self::Dividend { cash, .. }
            | Self::Interest { cash, .. }
            | Self::Delisted { cash, .. }
            | Self::Contributed { cash, .. } => *cash,
            Self::Split { cash_in_lieu, .. } => *cash_in_lieu,
            Self::Allocated { cost, .. } | Self::Converted(Conversion { cost, .. }) => {
                cost.negated()
            }
            Self::Reversed { refund, .. } => *refund,
            Self::Taxed { amount, .. } => amount.negated(),
        }
    }

    /// Money that crossed the account's boundary: positive when paid in, negative when taken out.
    /// What happens inside, such as a trade, a dividend or interest, is not a flow.
    #[must_use]
    pub fn flow(&self) -> Money {
        match self {
            Self::Opened { cash } | Self::Contributed { cash, .. } => *cash,
            Self::Adjusted { amount, .. } => *amount,
            _ => Money::ZERO,
        }
    }

    /// XP that the player earned by it.
    #[must_use]
    pub fn xp(&self) -> Xp {
        self.trade().map_or(0, |(_, trade)| trade.xp)
    }

    /// The instrument that it is about.
    #[must_use]
    pub fn instrument(&self) -> Option<InstrumentId> {
        match self {
            Self::Bought(trade) | Self::Sold(trade) | Self::SoldLots(trade, _) => {
                Some(trade.instrument)
            }
            Self::Reserved { instrument, .. }
            | Self::Released { instrument, .. }
            | Self::Dividend { instrument, .. }
            | Self::Split { instrument, .. }
            | Self::Delisted { instrument, .. }
            | Self::Allocated { instrument, .. }
            | Self::Reversed { instrument, .. } => Some(*instrument),
            Self::Opened { .. }
            | Self::Adjusted { .. }
            | Self::Interest { .. }
            | Self::Contributed { .. }
            | Self::Converted(_)
            | Self::Taxed { .. } => None,
        }
    }

    /// The order or investment that it is about.
    #[must_use]
    pub fn key(&self) -> Option<&IdempotencyKey> {
        match self {
            Self::Bought(trade) | Self::Sold(trade) | Self::SoldLots(trade, _) => Some(&trade.key),
            Self::Reserved { key, .. }
            | Self::Released { key, .. }
            | Self::Allocated { key, .. } => Some(key),
            _ => None,
        }
    }

    /// Whether a posting states it. None: it may come from a posting, the end of a player's order, or a sale.
    #[must_use]
    pub fn is_posted(&self) -> Option<bool> {
        match self {
            Self::Opened { .. }
            | Self::Bought(_)
            | Self::Sold(_)
            | Self::SoldLots(..)
            | Self::Converted(_) => Some(false),
            Self::Reserved { key, .. } => Some(key.is_posting()),
            Self::Released { key, .. } => key.is_posting().then_some(true),
            Self::Taxed { .. } => None,
            Self::Adjusted { .. }
            | Self::Dividend { .. }
            | Self::Interest { .. }
            | Self::Split { .. }
            | Self::Delisted { .. }
            | Self::Allocated { .. }
            | Self::Reversed { .. }
            | Self::Contributed { .. } => Some(true),
        }
    }

    /// The digest of someone's words about it.
    #[must_use]
    pub fn words(&self) -> Option<WordsDigest> {
        match self {
            Self::Bought(trade) | Self::Sold(trade) | Self::SoldLots(trade, _) => trade.reason,
            Self::Reserved { reason, .. } => *reason,
            Self::Adjusted { reason, .. } => Some(*reason),
            _ => None,
        }
    }
}
