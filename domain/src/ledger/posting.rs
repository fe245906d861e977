//! Postings: changes of an account that are no order of its player, made by hosts and by jobs.

use std::fmt;

use crate::ledger::apply::apply;
use crate::ledger::{Currency, Fact, ReleaseCause, SplitRatio, Words};
use crate::{
    Account, Day, IdempotencyKey, InstrumentId, Money, PlayerId, Position, Price, Quantity,
    Rejection, Reserve, Timestamp,
};

/// What a host or a job asks to change in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posting {
    /// Adds cash, or takes it when below zero.
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
    /// Pays interest, or takes it when below zero.
    Interest {
        /// How much.
        cash: Money,
        /// The last day that it is for.
        until: Day,
    },
    /// Splits or joins the shares held.
    Split {
        /// The company.
        instrument: InstrumentId,
        /// New shares for old ones.
        ratio: SplitRatio,
        /// Whether only whole shares remain.
        whole_shares: bool,
        /// The price of one new share, for the fraction that does not remain.
        price: Price,
    },
    /// Exchanges all shares of a company that leaves the market for cash.
    Delist {
        /// The company.
        instrument: InstrumentId,
        /// What one share brings; possibly nothing.
        price: Price,
    },
    /// Reserves cash for an investment in an offering.
    Reserve {
        /// The company.
        instrument: InstrumentId,
        /// What may be needed.
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
    /// Takes an allocation back.
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
    /// Pays a month of a savings plan in as new money.
    Contribute {
        /// The subscription.
        subscription: i64,
        /// Its month, counted from 0.
        month: u32,
        /// How much.
        cash: Money,
    },
    /// Charges the conversion of a currency.
    Convert {
        /// The other currency.
        currency: Currency,
        /// What is bought of it, or sold when below zero.
        amount: Money,
        /// Units of the account's currency for one of the other.
        rate: Price,
        /// What it costs.
        cost: Money,
    },
    /// Settles a year's tax.
    Tax {
        /// The market year.
        year: i32,
        /// What is due, or comes back when below zero.
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
    /// The key under which it is posted: that of the name, which no player's order can have.
    #[must_use]
    pub fn once_key(&self) -> IdempotencyKey {
        self.key.of_posting()
    }
}

/// A posting that holds: the fact, and the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// What the ledger states.
    pub fact: Fact,
    /// The account after it.
    pub account: Account,
    /// The position after it, where it has changed.
    pub position: Option<Position>,
}

/// Why a posting does not hold.
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
            | Self::Convert { .. }
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
        Posting::Convert {
            currency,
            amount,
            rate,
            cost,
        } => {
            account.check_free_cash(cost)?;
            Fact::Converted {
                currency,
                amount,
                rate,
                cost,
            }
        }
        Posting::Tax { year, amount } => {
            account.check_free_cash(amount)?;
            Fact::Taxed { year, amount }
        }
    })
}
