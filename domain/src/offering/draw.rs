//! The result of an offering that was divided pro rata, as everybody can check it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AllocationRule, Ask, PriceRange, allocate, seed_digest};
use crate::{PlayerId, Price};

/// What everybody asked for and got, and the seed of the draw. Players are numbered, not named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draw {
    /// SHA-256 of the seed, which was published before anybody asked.
    pub seed_digest: String,
    /// The seed.
    pub seed: String,
    /// Shares that were on sale.
    pub shares: u32,
    /// Shares that a player could ask for in all.
    pub maximum: u32,
    /// What a share cost.
    pub price: Price,
    /// Between which prices the demand found that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<PriceRange>,
    /// All investments, in the order of asking.
    pub investments: Vec<DrawnInvestment>,
}

/// What one investment asked for and got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrawnInvestment {
    /// Its number, which decides its place in the draw.
    pub id: String,
    /// The player: the same number for all investments of one.
    pub player: u32,
    /// Shares that counted as asked for.
    pub asked: u32,
    /// Shares that it got.
    pub granted: u32,
}

/// What a check has found wrong with a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawError {
    /// The seed is not the one of the fingerprint.
    Seed,
    /// The number of an investment cannot be read.
    Number(String),
    /// The demand gives another price.
    Price(Price),
    /// An investment got other than it should.
    Investment {
        /// Which.
        id: String,
        /// What it got.
        granted: u32,
        /// What it should have got.
        expected: u32,
    },
}

impl fmt::Display for DrawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed => f.write_str(
                "The seed is not the one whose fingerprint was published before anybody asked.",
            ),
            Self::Number(id) => write!(f, "The number of investment {id} cannot be read."),
            Self::Price(price) => write!(
                f,
                "The demand gives a price of {price} for a share, and another one was asked."
            ),
            Self::Investment {
                id,
                granted,
                expected,
            } => write!(
                f,
                "Investment {id} got {granted} shares, and the draw gives it {expected}."
            ),
        }
    }
}

impl Draw {
    /// Divides the shares anew and compares.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), DrawError> {
        let seed: u64 = self.seed.parse().map_err(|_| DrawError::Seed)?;
        if seed_digest(seed) != self.seed_digest {
            return Err(DrawError::Seed);
        }
        let ask = |one: &DrawnInvestment| {
            let id = one.id.parse();
            Ok(Ask {
                investment: id.map_err(|_| DrawError::Number(one.id.clone()))?,
                player: PlayerId(one.player.into()),
                shares: one.asked,
            })
        };
        let asks: Vec<Ask> = self.investments.iter().map(ask).collect::<Result<_, _>>()?;
        if let Some(range) = self.range {
            let demand = asks.iter().map(|ask| u64::from(ask.shares)).sum();
            let price = range.price(demand, self.shares);
            if price != self.price {
                return Err(DrawError::Price(price));
            }
        }
        let rule = AllocationRule::ProRata;
        let expected = allocate(rule, self.shares, self.maximum, seed, &asks);
        let mut pairs = self.investments.iter().zip(expected);
        match pairs.find(|(one, expected)| one.granted != *expected) {
            None => Ok(()),
            Some((one, expected)) => Err(DrawError::Investment {
                id: one.id.clone(),
                granted: one.granted,
                expected,
            }),
        }
    }
}
