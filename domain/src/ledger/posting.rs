//! Postings: changes to an account other than its player's orders, made by hosts and jobs.

use std::fmt;

use crate::ledger::apply::apply;
use crate::ledger::{Fact, ReleaseCause, SplitRatio, Words};
use crate::{
    Account, Day, IdempotencyKey, InstrumentId, Money, PlayerId, Position, Price, Quantity,
    Rejection, Reserve, Timestamp,
};

/// What a host or a job asks to change in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// Adds cash, or removes it when below zero.
    Adjust {
        /// How much.
        amount: Money,
        /// The host.
        by: PlayerId,
        /// The host's reason.
        reason: Words,
    },
    /// Pays a dividend on the shares held.
    Dividend {
        /// The company.
        instrument: InstrumentId,
        /// What one share pays.
        per_share: Price,
    },
    /// Pays interest, or charges it when below zero.
    Interest {
        /// How much.
        cash: Money,
        /// The last day that it is for.
        until: Day,
    },
    /// Splits or merges the shares held.
    Split {
        /// The company.
        instrument: InstrumentId,
        /// New shares for old ones.
        ratio: SplitRatio,
        /// Whether only whole shares remain.
        whole_shares: bool,
        /// The price of one new share, to pay for the fraction that is dropped.
        price: Price,
    },
    /// Cashes out all shares of a company that leaves the market.
    Delist {
        /// The company.
        instrument: InstrumentId,
        /// What each share pays out; may be zero.
        price: Price,
    },
    /// Reserves cash for an investment in an offering.
    Reserve {
        /// The company.
        instrument: InstrumentId,
        /// The cash to reserve.
        cash: Money,
        /// The offering's price.
        price: Price,
    },
    /// Releases what was reserved for an investment or an order.
    Release {
        /// The key of the posting or of the order that reserved it.
        of: IdempotencyKey,
        /// The company.
        instrument: InstrumentId,
        /// What was reserved.
        reserve: Reserve,
        /// Why.
        cause: ReleaseCause,
    },
    /// Gives an investment its shares.
    Allocate {
        /// The key of the posting that reserved for it.
        of: IdempotencyKey,
        /// The company.
        instrument: InstrumentId,
        /// Shares.
        quantity: Quantity,
        /// The offering's price.
        price: Price,
        /// What was reserved for the investment.
        reserve: Reserve,
    },
    /// Reverses an allocation.
    Reverse {
        /// The entry of the allocation.
        seq: i64,
        /// The company.
        instrument: InstrumentId,
        /// Its shares.
        quantity: Quantity,
        /// What the account gets back.
        refund: Money,
    },
    /// Pays in a month of a savings plan as new money.
    Contribute {
        /// The subscription.
        subscription: i64,
        /// Its month, counted from 0.
        month: u32,
        /// How much.
        cash: Money,
    },
    /// Settles a year's tax.
    Tax {
        /// The market year.
        year: i32,
        /// The amount due, or refunded when below zero.
        amount: Money,
    },
}

/// A posting with its name in the account: the same key posts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The name.
    pub key: IdempotencyKey,
    /// What is posted.
    pub posting: Posting,
}

impl Post {
    /// The key under which it is posted: derived from the name, and impossible for a player's
    /// order.
    #[must_use]
    pub fn once_key(&self) -> IdempotencyKey {
        self.key.of_posting()
    }
}

/// A valid posting: the fact, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What the ledger states.
    pub fact: Fact,
    /// The account after it.
    pub account: Account,
    /// The position after it, if it changed.
    pub position: Option<Position>,
}

/// Why a posting is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingError {
    /// The account has too little free cash.
    Rejected(Rejection),
    /// It does not fit the account: no such shares or reserve, or an amount beyond its type.
    Impossible,
}

impl From<Rejection> for PostingError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl fmt::Display for PostingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::Impossible => f.write_str("The account does not allow this change."),
        }
    }
}

impl std::error::Error for PostingError {}

impl Posting {
    /// The instrument that it is about.
    #[must_use]
    pub fn instrument(&self) -> Option<InstrumentId> {
        match self {
            Self::Dividend { instrument, .. }
            | Self::Split { instrument, .. }
            | Self::Delist { instrument, .. }
            | Self::Reserve { instrument, .. }
            | Self::Release { instrument, .. }
            | Self::Allocate { instrument, .. }
            | Self::Reverse { instrument, .. } => Some(*instrument),
            Self::Adjust { .. }
            | Self::Interest { .. }
            | Self::Contribute { .. }
            | Self::Tax { .. } => None,
        }
    }
}

/// Decides a posting.
///
/// # Errors
/// A [`PostingError`] when the account does not allow it. Nothing is changed.
pub fn post(
    post: &Post,
    account: &Account,
    position: &Position,
    now: Timestamp,
) -> Result<Posted, PostingError> {
    let fact = fact(post, account, position)?;
    let (after, changed) = apply(&fact, account, position, now).ok_or(PostingError::Impossible)?;
    Ok(Posted {
        fact,
        account: after,
        position: changed.filter(|after| after != position),
    })
}

fn fact(post: &Post, account: &Account, position: &Position) -> Result<Fact, PostingError> {
    let impossible = PostingError::Impossible;
    Ok(match post.posting.clone() {
        Posting::Adjust { amount, by, reason } => {
            account.check_free_cash(amount.negated())?;
            Fact::Adjusted {
                amount,
                by,
                reason: reason.digest(),
            }
        }
        Posting::Dividend {
            instrument,
            per_share,
        } => Fact::Dividend {
            instrument,
            quantity: position.quantity,
            per_share,
            cash: per_share.value_of(position.quantity).ok_or(impossible)?,
        },
        Posting::Interest { cash, until } => {
            account.check_free_cash(cash.negated())?;
            Fact::Interest { cash, until }
        }
        Posting::Split {
            instrument,
            ratio,
            whole_shares,
            price,
        } => {
            let rest = position.split_rest(ratio, whole_shares).ok_or(impossible)?;
            Fact::Split {
                instrument,
                ratio,
                whole_shares,
                cash_in_lieu: price.value_of(rest).ok_or(impossible)?,
            }
        }
        Posting::Delist { instrument, price } => Fact::Delisted {
            instrument,
            quantity: position.quantity,
            price,
            cash: price.value_of(position.quantity).ok_or(impossible)?,
        },
        Posting::Reserve {
            instrument,
            cash,
            price,
        } => {
            account.check_free_cash(cash)?;
            Fact::Reserved {
                key: post.once_key(),
                instrument,
                reserve: Reserve {
                    cash,
                    quantity: Quantity::ZERO,
                },
                price,
                reason: None,
            }
        }
        Posting::Release {
            of,
            instrument,
            reserve,
            cause,
        } => Fact::Released {
            key: of,
            instrument,
            reserve,
            cause,
        },
        Posting::Allocate {
            of,
            instrument,
            quantity,
            price,
            reserve,
        } => Fact::Allocated {
            key: of,
            instrument,
            quantity,
            price,
            cost: price.cost_of(quantity).ok_or(impossible)?,
            reserve,
        },
        Posting::Reverse {
            seq,
            instrument,
            quantity,
            refund,
        } => Fact::Reversed {
            seq,
            instrument,
            quantity,
            refund,
        },
        Posting::Contribute {
            subscription,
            month,
            cash,
        } => Fact::Contributed {
            subscription,
            month,
            cash,
        },
        Posting::Tax { year, amount } => {
            account.check_free_cash(amount)?;
            Fact::Taxed { year, amount }
        }
    })
}
