//! Which player sends which order: random, and the same again for the same seed.

use anyhow::Context as _;
use domain::api::{ErrorCode, OrderRequest, OrderStatus, OrderView};
use domain::{IdempotencyKey, LotChoice, Money, Quantity, Side, Size, Symbol};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// What a server has answered to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was filled.
    Filled(Box<OrderView>),
    /// It never will be.
    Rejected(IdempotencyKey, ErrorCode),
}

impl Answer {
    /// The one that the server keeps of an order.
    #[must_use]
    pub fn of(view: OrderView) -> Self {
        match (view.status, view.rejection) {
            (OrderStatus::Rejected, Some(rejection)) => {
                Self::Rejected(view.idempotency_key, rejection.into())
            }
            _ => Self::Filled(Box::new(view)),
        }
    }

    /// In a word.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Filled(_) => "filled",
            Self::Rejected(_, code) => code.as_str(),
        }
    }
}

/// The orders of a run.
#[derive(Debug)]
pub struct Plan {
    /// Where the randomness comes from.
    pub seed: u64,
    /// How many players there are.
    pub players: usize,
    /// What can be traded.
    pub symbols: Vec<Symbol>,
}

impl Plan {
    /// The order of a number, and its player. Two in five are sales, most of them of something
    /// that the player holds by then; the others are true rejections.
    ///
    /// # Errors
    /// When there are no players or symbols.
    pub fn order(&self, number: usize) -> anyhow::Result<(usize, OrderRequest)> {
        let mut random = StdRng::seed_from_u64(
            self.seed
                .wrapping_mul(1_000_003)
                .wrapping_add(u64::try_from(number)?),
        );
        let player = random.random_range(0..self.players);
        // Few symbols a player, so that sales find something to sell.
        let place = (player + random.random_range(0..4)) % self.symbols.len().max(1);
        let symbol = *self
            .symbols
            .get(place)
            .context("the market has no instruments")?;
        let side = if random.random_bool(0.6) {
            Side::Buy
        } else {
            Side::Sell
        };
        let size = if random.random_bool(0.5) {
            Size::Quantity(Quantity::from_units(
                random.random_range(100_000..4_000_000),
            ))
        } else {
            Size::Amount(Money::from_units(random.random_range(50_000..4_000_000)))
        };
        let idempotency_key: IdempotencyKey = format!("run-{}-{number:08}", self.seed).parse()?;
        Ok((
            player,
            OrderRequest {
                idempotency_key,
                symbol,
                side,
                size,
                guard: None,
                reason: None,
                trigger: None,
                expires_at: None,
                lots: LotChoice::Oldest,
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_orders_again() {
        let plan = |seed| Plan {
            seed,
            players: 10,
            symbols: vec!["AAA".parse().unwrap(), "BBB".parse().unwrap()],
        };
        let orders = |seed| {
            (0..50)
                .map(|number| plan(seed).order(number).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(orders(1), orders(1));
        assert_ne!(orders(1), orders(2));
        assert!(
            orders(1)
                .iter()
                .all(|(player, order)| *player < 10 && order.order().is_ok())
        );
    }
}
