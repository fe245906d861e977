//! Resting orders as they are stored.

use domain::{
    AccountId, GameId, IdempotencyKey, InstrumentId, Money, Order, PlayerId, Price, Quantity,
    Reserve, RestingOrder, Side, Size, Terms, Timestamp, Trigger, Words,
};

use super::failure::corrupt;
use super::rows::{Columns, account_id, instant, instant_or_none, order_key};
use super::{StoreError, StoreResult};

/// A resting order and its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingRecord {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub resting: RestingOrder,
    /// The salt for the digest of its reason. `None` without a reason.
    pub salt: Option<[u8; 16]>,
}

impl RestingRecord {
    /// The order's key.
    #[must_use]
    pub fn key(&self) -> &IdempotencyKey {
        self.resting.order.key()
    }

    /// The player's reason, whose digest is in the ledger.
    #[must_use]
    pub fn words(&self) -> Option<Words> {
        let text = self.resting.order.reason()?.to_owned();
        Some(Words {
            salt: self.salt?,
            text,
        })
    }

    /// Its place among all resting orders.
    #[must_use]
    pub fn place(&self) -> RestingPlace {
        RestingPlace {
            placed_at: self.resting.placed_at,
            account: self.account,
            key: Some(self.key().clone()),
        }
    }
}

/// A place among all resting orders, by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RestingPlace {
    pub placed_at: Timestamp,
    pub account: AccountId,
    /// `None` means before every order of the account at this instant.
    pub key: Option<IdempotencyKey>,
}

impl RestingPlace {
    /// The place before everything placed at an instant or later.
    #[must_use]
    pub fn before(placed_at: Timestamp) -> Self {
        Self {
            placed_at,
            account: AccountId {
                player: PlayerId(i64::MIN),
                game: GameId(i64::MIN),
            },
            key: None,
        }
    }
}

macro_rules! resting_columns {
    () => {
        "r.player_id, r.game_id, r.order_key, r.instrument_id, i.symbol, r.side, r.quantity, r.amount, \
         r.trigger_kind, r.trigger_price, r.expires_at, r.reserved_cash, r.reserved_quantity, r.placed_at, r.reason, r.salt"
    };
}
pub(super) use resting_columns;

/// The stored name of what an order waits for.
pub(super) fn trigger_kind(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Limit(_) => "limit",
        Trigger::Stop(_) => "stop",
    }
}

/// The size as two columns, shares and money, one of which is null.
pub(super) fn size_columns(size: Size) -> (Option<i64>, Option<i64>) {
    match size {
        Size::Quantity(quantity) => (Some(quantity.units()), None),
        Size::Amount(amount) => (None, Some(amount.units())),
    }
}

/// Reads the columns of [`resting_columns`].
pub(super) fn resting(row: &impl Columns) -> StoreResult<RestingRecord> {
    let account = account_id(row)?;
    let key = order_key(row, account)?;
    let unreadable = || unreadable(account, &key);
    let price = Price::from_units(row.integer("trigger_price")?);
    let trigger = match row.text("trigger_kind")? {
        "limit" => Trigger::Limit(price),
        "stop" => Trigger::Stop(price),
        _ => return Err(unreadable()),
    };
    let side = match row.text("side")? {
        "buy" => Side::Buy,
        "sell" => Side::Sell,
        _ => return Err(unreadable()),
    };
    let quantity = row.integer_or_none("quantity")?;
    let size = match (quantity, row.integer_or_none("amount")?) {
        (Some(quantity), None) => Size::Quantity(Quantity::from_units(quantity)),
        (None, Some(amount)) => Size::Amount(Money::from_units(amount)),
        _ => return Err(unreadable()),
    };
    let terms = Terms {
        trigger,
        expires_at: instant_or_none(row, "expires_at")?,
    };
    let symbol = row.text("symbol")?.parse().map_err(|_| unreadable())?;
    let reason = row.text_or_none("reason")?;
    let order = Order::new(key.clone(), symbol, side, size, None, reason)
        .and_then(|order| order.on_terms(terms))
        .map_err(|_| unreadable())?;
    Ok(RestingRecord {
        account,
        instrument: InstrumentId(row.integer("instrument_id")?),
        resting: RestingOrder {
            order,
            terms,
            reserve: Reserve {
                cash: Money::from_units(row.integer("reserved_cash")?),
                quantity: Quantity::from_units(row.integer("reserved_quantity")?),
            },
            placed_at: instant(row, "placed_at")?,
        },
        salt: match row.bytes_or_none("salt")? {
            None => None,
            Some(salt) => Some(salt.try_into().map_err(|_| unreadable())?),
        },
    })
}

fn unreadable(account: AccountId, key: &IdempotencyKey) -> StoreError {
    corrupt(format!("the open order {key} of account {account}"))
}
