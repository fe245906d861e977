//! Offerings: a company sells a limited number of shares at one price. This module says what
//! investors may ask for, how the shares are divided, and what an investor can expect in the
//! meantime.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Money, PlayerId, Price, Quantity, Timestamp};

mod draw;
mod range;
mod split;

pub use draw::{Draw, DrawError, DrawnInvestment};
pub use range::PriceRange;

/// How the shares of an offering are divided among those who ask for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AllocationRule {
    /// First come, first served, while shares last. The last investor may get only a part.
    #[default]
    FirstCome,
    /// After the window has closed, everyone gets the same fraction of what they asked for, rounded down to
    /// whole shares. The remaining shares are drawn by lot: at most one for each investment.
    ProRata,
}

impl AllocationRule {
    /// Its name in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstCome => "first_come",
            Self::ProRata => "pro_rata",
        }
    }

    /// The rule with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::FirstCome, Self::ProRata]
            .into_iter()
            .find(|rule| rule.as_str() == name)
    }
}

/// The terms of an offering. All shares are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferingTerms {
    /// The price of a share; the highest possible one until demand has determined it.
    pub price: Price,
    /// The range from which demand determines the price when the window closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<PriceRange>,
    /// Shares on sale.
    pub shares: u32,
    /// The fewest shares that an investment may ask for; at least 1.
    pub minimum: u32,
    /// The most shares that a player may ask for in total.
    pub maximum: u32,
    /// How the shares are divided.
    pub rule: AllocationRule,
    /// When the window opens.
    pub opens_at: Timestamp,
    /// When the window closes; this instant is already too late.
    pub closes_at: Timestamp,
}

/// Why an investment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvestmentError {
    /// The window has not opened.
    NotOpenYet,
    /// The window has closed.
    Closed,
    /// Everything is allocated.
    SoldOut,
    /// The investment asks for fewer shares than the minimum.
    BelowMinimum {
        /// The minimum.
        minimum: u32,
    },
    /// The player would ask for more shares in total than allowed.
    AboveMaximum {
        /// The maximum.
        maximum: u32,
        /// What the player has asked for before.
        asked: u32,
    },
    /// The money needed is more than an account can hold.
    TooLarge,
}

impl InvestmentError {
    /// Whether a different number of shares might be accepted.
    #[must_use]
    pub fn is_about_shares(self) -> bool {
        !matches!(self, Self::NotOpenYet | Self::Closed | Self::SoldOut)
    }
}

impl fmt::Display for InvestmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpenYet => f.write_str("This offering has not opened yet."),
            Self::Closed => f.write_str("This offering has closed."),
            Self::SoldOut => f.write_str("Every share of this offering is sold."),
            Self::BelowMinimum { minimum } => write!(f, "must be at least {minimum}"),
            Self::AboveMaximum { maximum, asked: 0 } => write!(f, "must be at most {maximum}"),
            Self::AboveMaximum { maximum, asked } => write!(
                f,
                "must be at most {} more: a player may ask for {maximum}, and you have asked for {asked}",
                maximum.saturating_sub(*asked)
            ),
            Self::TooLarge => f.write_str("cost more than an account can hold"),
        }
    }
}

impl OfferingTerms {
    /// The most shares that an offering may sell.
    pub const SHARES_MAX: u32 = 1_000_000_000;

    /// The money to reserve for the shares asked for: their cost.
    ///
    /// # Errors
    /// An [`InvestmentError`] when the investment is refused. `asked` is what the player has asked for
    /// before, `granted` what has been allocated to everyone.
    pub fn check(
        &self,
        shares: u32,
        asked: u32,
        granted: u32,
        now: Timestamp,
    ) -> Result<Money, InvestmentError> {
        if now < self.opens_at {
            return Err(InvestmentError::NotOpenYet);
        }
        if now >= self.closes_at {
            return Err(InvestmentError::Closed);
        }
        if granted >= self.shares {
            return Err(InvestmentError::SoldOut);
        }
        if shares < self.minimum.max(1) {
            let minimum = self.minimum.max(1);
            return Err(InvestmentError::BelowMinimum { minimum });
        }
        if shares > self.maximum.saturating_sub(asked) {
            let maximum = self.maximum;
            return Err(InvestmentError::AboveMaximum { maximum, asked });
        }
        self.cost_of(shares).ok_or(InvestmentError::TooLarge)
    }

    /// The cost of whole shares; none when it exceeds [`Money`].
    #[must_use]
    pub fn cost_of(&self, shares: u32) -> Option<Money> {
        self.price.cost_of(whole_shares(shares)?)
    }
}

/// A number of whole shares; none when it exceeds [`Quantity`].
#[must_use]
pub fn whole_shares(shares: u32) -> Option<Quantity> {
    i32::try_from(shares).ok().map(Quantity::from_whole)
}

/// What one investment asks for. Asks are listed in the order they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The investment's number, which determines its place in a draw.
    pub investment: i64,
    /// The player who invests.
    pub player: PlayerId,
    /// Shares.
    pub shares: u32,
}

/// The place of an investment in the draw: the smallest places win. It is the first eight bytes of the
/// SHA-256 of seed and number, each as eight big-endian bytes; ties are broken by the number.
#[must_use]
pub fn draw_place(seed: u64, investment: i64) -> (u64, i64) {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    hasher.update(investment.to_be_bytes());
    let digest = hasher.finalize();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(first), investment)
}

/// The commitment to a seed, published before the draw: its SHA-256 in hexadecimal. It proves
/// afterwards that the seed was chosen before anyone invested.
#[must_use]
pub fn seed_digest(seed: u64) -> String {
    hex::encode(Sha256::digest(seed.to_be_bytes()))
}

/// Divides shares among investments: what each one gets, in the given order, and never more than `available`
/// in total. No player gets more than `maximum`; anything a player asks for beyond it is ignored.
///
/// ```
/// use domain::offering::{AllocationRule, Ask, allocate};
/// use domain::PlayerId;
/// let ask = |investment, shares| Ask { investment, player: PlayerId(investment), shares };
/// let asks = [ask(1, 6), ask(2, 6)];
/// assert_eq!(allocate(AllocationRule::FirstCome, 10, 100, 7, &asks), [6, 4]);
/// assert_eq!(allocate(AllocationRule::ProRata, 10, 100, 7, &asks), [5, 5]);
/// ```
#[must_use]
pub fn allocate(
    rule: AllocationRule,
    available: u32,
    maximum: u32,
    seed: u64,
    asks: &[Ask],
) -> Vec<u32> {
    let mut asked: HashMap<PlayerId, u32> = HashMap::new();
    let wanted: Vec<u32> = asks
        .iter()
        .map(|ask| {
            let so_far = asked.entry(ask.player).or_default();
            let shares = ask.shares.min(maximum.saturating_sub(*so_far));
            *so_far = so_far.saturating_add(shares);
            shares
        })
        .collect();
    match rule {
        AllocationRule::FirstCome => first_come(available, &wanted),
        AllocationRule::ProRata => pro_rata(available, seed, asks, &wanted),
    }
}

fn first_come(available: u32, wanted: &[u32]) -> Vec<u32> {
    let mut left = available;
    let each = wanted.iter().map(|shares| {
        let granted = left.min(*shares);
        left = left.saturating_sub(granted);
        granted
    });
    each.collect()
}

fn pro_rata(available: u32, seed: u64, asks: &[Ask], wanted: &[u32]) -> Vec<u32> {
    let demand: u64 = wanted.iter().map(|shares| u64::from(*shares)).sum();
    if demand <= u64::from(available) {
        return wanted.to_vec();
    }
    let mut granted: Vec<u32> = wanted
        .iter()
        .map(|shares| fraction(*shares, available, demand))
        .collect();
    let given: u64 = granted.iter().map(|shares| u64::from(*shares)).sum();
    let left = u64::from(available).saturating_sub(given);
    // Each fraction is below what was asked for, so one more share never exceeds it.
    let mut drawn: Vec<_> = (asks.iter().zip(&mut granted).zip(wanted))
        .filter(|(_, shares)| **shares > 0)
        .map(|((ask, granted), _)| (draw_place(seed, ask.investment), granted))
        .collect();
    drawn.sort_unstable_by_key(|(place, _)| *place);
    let winners = usize::try_from(left).unwrap_or(usize::MAX);
    for (_, granted) in drawn.into_iter().take(winners) {
        *granted = granted.saturating_add(1);
    }
    granted
}

/// `shares` × `available` / `demand`, rounded down; the demand exceeds what is available.
fn fraction(shares: u32, available: u32, demand: u64) -> u32 {
    let product = u64::from(shares).saturating_mul(u64::from(available));
    let rounded = product.checked_div(demand).unwrap_or(0);
    u32::try_from(rounded).unwrap_or(u32::MAX)
}

/// The demand of the other investors.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    /// Shares that are allocated already.
    pub granted: u32,
    /// Pending investments by size: (shares, number of investments).
    pub sizes: Vec<(u32, u64)>,
}

impl Demand {
    /// The number of pending investments.
    #[must_use]
    pub fn investments(&self) -> u64 {
        self.sizes.iter().map(|(_, count)| *count).sum()
    }

    /// The shares that pending investments ask for.
    #[must_use]
    pub fn shares(&self) -> u64 {
        let each = self.sizes.iter();
        each.map(|(shares, count)| u64::from(*shares).saturating_mul(*count))
            .sum()
    }
}

/// What an investor can expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// Shares that are certain.
    pub shares: u32,
    /// The chance of drawing one more share, in hundredths of a percent, rounded down.
    pub one_more_bps: u32,
}

/// Three ways an offering may end for an investor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvestmentPreview {
    /// Shares that are asked for.
    pub shares: u32,
    /// Money that is reserved until the allocation.
    pub reserved: Money,
    /// If nobody else asks for any.
    pub undersold: Expectation,
    /// If it ended now.
    pub now: Expectation,
    /// If the others asked for twice as much as they do, or for twice what is left, whichever is
    /// more.
    pub oversubscribed: Expectation,
}

/// What an investor who asks for shares can expect; none when the money cannot be computed.
#[must_use]
pub fn preview(terms: &OfferingTerms, shares: u32, others: &Demand) -> Option<InvestmentPreview> {
    let left = terms.shares.saturating_sub(others.granted);
    let before = others.shares();
    let missing = before
        .max(u64::from(left))
        .saturating_mul(2)
        .saturating_sub(before);
    let mut crowd = others.sizes.clone();
    crowd.extend(u32::try_from(missing).ok().map(|more| (more, 1)));
    Some(InvestmentPreview {
        shares,
        reserved: terms.cost_of(shares)?,
        undersold: expect(terms.rule, left, shares, &[]),
        now: expect(terms.rule, left, shares, &others.sizes),
        oversubscribed: expect(terms.rule, left, shares, &crowd),
    })
}

fn expect(rule: AllocationRule, left: u32, shares: u32, others: &[(u32, u64)]) -> Expectation {
    let sum = |of: &dyn Fn(u32) -> u32| -> u64 {
        let each = others.iter();
        each.map(|(shares, count)| u64::from(of(*shares)).saturating_mul(*count))
            .sum()
    };
    let before = sum(&|shares| shares);
    let demand = before.saturating_add(u64::from(shares));
    let certain = |shares| Expectation {
        shares,
        one_more_bps: 0,
    };
    if demand <= u64::from(left) {
        return certain(shares);
    }
    if rule == AllocationRule::FirstCome {
        let behind = u64::from(left).saturating_sub(before);
        return certain(u32::try_from(behind).unwrap_or(u32::MAX).min(shares));
    }
    let floor = fraction(shares, left, demand);
    let given = sum(&|shares| fraction(shares, left, demand)).saturating_add(u64::from(floor));
    let drawn = u64::from(left).saturating_sub(given);
    let asking = others.iter().filter(|(shares, _)| *shares > 0);
    let tickets = asking
        .map(|(_, count)| *count)
        .sum::<u64>()
        .saturating_add(1);
    let chance = drawn.saturating_mul(10_000).checked_div(tickets);
    Expectation {
        shares: floor,
        one_more_bps: u32::try_from(chance.unwrap_or(0)).unwrap_or(0),
    }
}
