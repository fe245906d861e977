//! Checkpoints as files and databases have them.

use domain::progress::Counters;
use domain::{
    Day, Hash, IdempotencyKey, InstrumentId, Lot, Money, OpenReserve, Position, Quantity, Reserve,
    Timestamp,
};
use serde::{Deserialize, Serialize};

/// A checkpoint as files and databases have it. Money in 10,000ths, shares in millionths, instants
/// in microseconds and days in days since 1970, hashes in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: Hex,
    /// The latest instant of all entries.
    pub until: Option<i64>,
    /// Cash.
    pub cash: i64,
    /// Realized profit.
    pub realized_profit: i64,
    /// XP that the entries brought.
    pub xp: i64,
    /// The account's counters.
    #[serde(default)]
    pub counters: Counters,
    /// How many of the entries are of an order.
    pub trades: i64,
    /// The sum of a hash of each of these orders.
    pub trades_sum: Hex,
    /// Every position there ever was, by instrument.
    pub positions: Vec<PositionState>,
    /// Every order that rests, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenState>,
}

/// A position in a [`State`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionState {
    /// The instrument.
    pub instrument: i64,
    /// Shares.
    pub quantity: i64,
    /// What they cost.
    pub cost_basis: i64,
    /// Profit of its sales.
    pub realized_profit: i64,
    /// The latest purchase.
    pub last_bought_at: Option<i64>,
    /// The day of the latest trade.
    pub traded_on: Option<i32>,
    /// Trades on that day.
    pub trades_that_day: u32,
    /// Of each lot: when it was bought, its shares, their cost.
    pub lots: Vec<(i64, i64, i64)>,
}

impl PositionState {
    pub(super) fn of(instrument: InstrumentId, position: &Position) -> Self {
        let lot = |lot: &Lot| {
            (
                lot.acquired_at.micros(),
                lot.quantity.units(),
                lot.cost.units(),
            )
        };
        Self {
            instrument: instrument.0,
            quantity: position.quantity.units(),
            cost_basis: position.cost_basis.units(),
            realized_profit: position.realized_profit.units(),
            last_bought_at: position.last_bought_at.map(Timestamp::micros),
            traded_on: position.traded_on.map(Day::number),
            trades_that_day: position.trades_that_day,
            lots: position.lots.iter().map(lot).collect(),
        }
    }

    pub(super) fn position(&self) -> Option<Position> {
        let whole = |(_, quantity, cost): &(i64, i64, i64)| *quantity > 0 && *cost >= 0;
        if self.quantity < 0 || self.cost_basis < 0 || !self.lots.iter().all(whole) {
            return None;
        }
        let lot = |(acquired_at, quantity, cost): &(i64, i64, i64)| Lot {
            acquired_at: Timestamp::from_micros(*acquired_at),
            quantity: Quantity::from_units(*quantity),
            cost: Money::from_units(*cost),
        };
        Some(Position {
            quantity: Quantity::from_units(self.quantity),
            reserved_quantity: Quantity::ZERO,
            cost_basis: Money::from_units(self.cost_basis),
            realized_profit: Money::from_units(self.realized_profit),
            lots: self.lots.iter().map(lot).collect(),
            last_bought_at: self.last_bought_at.map(Timestamp::from_micros),
            traded_on: self.traded_on.map(Day::from_number),
            trades_that_day: self.trades_that_day,
        })
    }
}

/// What is set aside for an order that rests, in a [`State`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenState {
    /// The order.
    pub order_key: String,
    /// Its instrument.
    pub instrument: i64,
    /// Cash.
    pub cash: i64,
    /// Shares.
    pub quantity: i64,
}

impl OpenState {
    pub(super) fn of(key: &IdempotencyKey, open: &OpenReserve) -> Self {
        Self {
            order_key: key.to_string(),
            instrument: open.instrument.0,
            cash: open.reserve.cash.units(),
            quantity: open.reserve.quantity.units(),
        }
    }

    pub(super) fn reserve(&self) -> OpenReserve {
        OpenReserve {
            instrument: InstrumentId(self.instrument),
            reserve: Reserve {
                cash: Money::from_units(self.cash),
                quantity: Quantity::from_units(self.quantity),
            },
        }
    }
}

/// A hash that is written in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hex(pub Hash);

impl From<Hex> for String {
    fn from(hash: Hex) -> Self {
        hex::encode(hash.0)
    }
}

impl TryFrom<String> for Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut hash = Hash::default();
        let read = hex::decode_to_slice(&text, &mut hash);
        // One way to write each hash, so that one content has one form.
        if read.is_err() || hex::encode(hash) != text {
            return Err("a hash has 64 digits, 0 to 9 and a to f");
        }
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_written() {
        let hash = Hex([0x0f; 32]);
        let text = String::from(hash);
        assert_eq!(text, "0f".repeat(32));
        assert_eq!(Hex::try_from(text), Ok(hash));
        for text in [
            "",
            "0f",
            &"0F".repeat(32),
            &"0g".repeat(32),
            &"0".repeat(65),
        ] {
            assert!(Hex::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
