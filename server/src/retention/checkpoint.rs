//! Checkpoints: an account as it was after one of its entries, from where its chain goes on when the
//! entries before are in an archive.

use domain::{
    AccountId, Hash, IdempotencyKey, InstrumentId, LedgerEntry, LedgerError, LedgerHead, Money,
    Replay, Timestamp,
};
use sha2::{Digest as _, Sha256};

use super::state::{Hex, OpenState, PositionState, State};

/// An account rebuilt from its ledger up to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The account.
    pub replay: Replay,
    /// The filled orders of its entries.
    pub trades: Trades,
    /// The latest instant of its entries; none before the first.
    pub until: Option<Timestamp>,
}

impl Checkpoint {
    /// Before the first entry.
    #[must_use]
    pub fn before_first(account: AccountId) -> Self {
        Self {
            replay: Replay::new(account),
            trades: Trades::default(),
            until: None,
        }
    }

    /// `seq` of the last entry; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.replay.head.version
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// When it cannot follow those before; nothing is changed then.
    pub fn apply(&mut self, entry: &LedgerEntry) -> Result<(), LedgerError> {
        self.replay.apply(entry)?;
        self.until = self.until.max(Some(entry.at));
        if let Some((_, trade)) = entry.fact.trade() {
            self.trades.add(&trade.key, entry.at);
        }
        Ok(())
    }

    /// The checkpoint as it is stored.
    #[must_use]
    pub fn state(&self) -> State {
        let replay = &self.replay;
        State {
            seq: replay.head.version,
            hash: Hex(replay.head.hash),
            until: self.until.map(Timestamp::micros),
            cash: replay.account.cash.units(),
            realized_profit: replay.account.realized_profit.units(),
            xp: replay.xp,
            counters: replay.counters.clone(),
            trades: self.trades.count,
            trades_sum: Hex(self.trades.bytes()),
            positions: replay
                .positions
                .iter()
                .map(|(instrument, position)| PositionState::of(*instrument, position))
                .collect(),
            open: replay
                .open
                .iter()
                .map(|(key, open)| OpenState::of(key, open))
                .collect(),
        }
    }

    /// A stored checkpoint of an account; none when it cannot be one.
    #[must_use]
    pub fn of_state(account: AccountId, state: &State) -> Option<Self> {
        let mut replay = Replay::new(account);
        replay.head = LedgerHead {
            version: state.seq,
            hash: state.hash.0,
        };
        let account = &mut replay.account;
        account.cash = Money::from_units(state.cash);
        account.realized_profit = Money::from_units(state.realized_profit);
        replay.xp = state.xp;
        replay.counters = state.counters.clone();
        for position in &state.positions {
            let held = u32::from(position.quantity > 0);
            account.positions_held = account.positions_held.checked_add(held)?;
            let instrument = InstrumentId(position.instrument);
            replay.positions.insert(instrument, position.position()?);
        }
        for open in &state.open {
            let waits = open.reserve();
            let reserve = waits.reserve;
            account.open_orders = account.open_orders.checked_add(1)?;
            account.reserved_cash = account.reserved_cash.checked_add(reserve.cash)?;
            if !reserve.quantity.is_zero() {
                let position = replay.positions.get_mut(&waits.instrument)?;
                let reserved = position.reserved_quantity.checked_add(reserve.quantity)?;
                position.reserved_quantity = reserved;
            }
            replay.open.insert(open.order_key.parse().ok()?, waits);
        }
        Some(Self {
            replay,
            trades: Trades::of_bytes(state.trades, state.trades_sum.0),
            until: state.until.map(Timestamp::from_micros),
        })
    }
}

/// Filled orders, counted and added up, so that they can be compared in whatever order they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trades {
    /// How many.
    pub count: i64,
    /// The sum of a hash of each.
    sum: [u64; 4],
}

impl Trades {
    /// Adds an order that was filled at an instant.
    pub fn add(&mut self, key: &IdempotencyKey, at: Timestamp) {
        let mut hasher = Sha256::new();
        hasher.update(at.micros().to_be_bytes());
        hasher.update(key.as_str());
        let one = Self::of_bytes(1, hasher.finalize().into());
        self.count = self.count.saturating_add(one.count);
        for (sum, part) in self.sum.iter_mut().zip(one.sum) {
            *sum = sum.wrapping_add(part);
        }
    }

    fn bytes(self) -> Hash {
        let mut bytes = Hash::default();
        let (places, _) = bytes.as_chunks_mut::<8>();
        for (place, part) in places.iter_mut().zip(self.sum) {
            *place = part.to_be_bytes();
        }
        bytes
    }

    fn of_bytes(count: i64, bytes: Hash) -> Self {
        let mut sum = [0; 4];
        let (parts, _) = bytes.as_chunks::<8>();
        for (sum, part) in sum.iter_mut().zip(parts) {
            *sum = u64::from_be_bytes(*part);
        }
        Self { count, sum }
    }
}

#[cfg(test)]
mod tests {
    use domain::progress::{Counter, Counters};
    use domain::{Day, Lot, OpenReserve, Position, Quantity, Reserve};

    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_it_was_written() {
        let account = AccountId {
            player: domain::PlayerId(1),
            game: domain::GameId(2),
        };
        let mut checkpoint = Checkpoint::before_first(account);
        let state = checkpoint.state();
        assert_eq!(
            Checkpoint::of_state(account, &state),
            Some(checkpoint.clone())
        );
        let lot = Lot {
            acquired_at: Timestamp::from_micros(5),
            quantity: Quantity::from_units(70),
            cost: Money::from_units(80),
        };
        let position = Position {
            quantity: Quantity::from_units(70),
            reserved_quantity: Quantity::from_units(30),
            cost_basis: Money::from_units(81),
            realized_profit: Money::from_units(-4),
            lots: vec![lot],
            last_bought_at: Some(Timestamp::from_micros(5)),
            traded_on: Some(Day::from_number(20_000)),
            trades_that_day: 3,
        };
        let replay = &mut checkpoint.replay;
        replay.head.version = 9;
        replay.xp = 25;
        replay.counters = Counters::default().with(Counter::Trades, 3);
        replay.account.cash = Money::from_units(1_000);
        replay.account.realized_profit = Money::from_units(-4);
        replay.account.positions_held = 1;
        replay.account.reserved_cash = Money::from_units(600);
        replay.account.open_orders = 2;
        replay.positions.insert(InstrumentId(7), position);
        for (key, cash, quantity) in [("order-0001", 600, 0), ("order-0002", 0, 30)] {
            let open = OpenReserve {
                instrument: InstrumentId(7),
                reserve: Reserve {
                    cash: Money::from_units(cash),
                    quantity: Quantity::from_units(quantity),
                },
            };
            replay.open.insert(key.parse().unwrap(), open);
        }
        checkpoint.until = Some(Timestamp::from_micros(6));
        let text = serde_json::to_string(&checkpoint.state()).unwrap();
        let state: State = serde_json::from_str(&text).unwrap();
        assert_eq!(Checkpoint::of_state(account, &state), Some(checkpoint));
        // Shares that are set aside are shares of a position.
        let mut odd = state.clone();
        odd.positions.clear();
        assert_eq!(Checkpoint::of_state(account, &odd), None);
        odd = state;
        odd.positions[0].lots[0].1 = 0;
        assert_eq!(Checkpoint::of_state(account, &odd), None);
    }

    #[test]
    fn trades_add_up_in_any_order_and_differ_by_any_of_them() {
        let key = |text: &str| text.parse::<IdempotencyKey>().unwrap();
        let sum = |orders: &[(&str, i64)]| {
            let mut trades = Trades::default();
            for (text, at) in orders {
                trades.add(&key(text), Timestamp::from_micros(*at));
            }
            trades
        };
        let both = sum(&[("order-0001", 1), ("order-0002", 2)]);
        assert_eq!(both, sum(&[("order-0002", 2), ("order-0001", 1)]));
        assert_ne!(both, sum(&[("order-0001", 2), ("order-0002", 1)]));
        assert_ne!(both, sum(&[("order-0001", 1), ("order-0003", 2)]));
        assert_eq!(Trades::of_bytes(both.count, both.bytes()), both);
    }
}
