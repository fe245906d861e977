//! Answers as they are kept. Nearly all are fills at the current quote; what such an answer says is
//! a row of small numbers, which take a tenth of the room of its JSON. Every other answer is kept as
//! JSON.

use domain::api::{OrderStatus, OrderView, PositionView};
use domain::{Fill, IdempotencyKey, Money, Price, Quantity, Side, Size, Timestamp};

use super::{StoreError, StoreResult};

/// The first byte of a fill; JSON begins with a brace.
const FILL: u8 = 1;
const BUY: u8 = 0b01;
const BY_AMOUNT: u8 = 0b10;

/// An answer as it is kept.
///
/// # Errors
/// When it cannot be written as JSON, which no answer of ours is.
pub(super) fn encode(view: &OrderView) -> StoreResult<Vec<u8>> {
    if let Some(bytes) = encode_fill(view) {
        return Ok(bytes);
    }
    let json = serde_json::to_vec(view);
    json.map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))
}

/// The answer again, given what is kept beside it; none when it is none.
pub(super) fn decode(bytes: &[u8], key: &IdempotencyKey, at: Timestamp) -> Option<OrderView> {
    match bytes.split_first() {
        Some((&FILL, rest)) => decode_fill(rest, key, at),
        _ => serde_json::from_slice(bytes).ok(),
    }
}

fn encode_fill(view: &OrderView) -> Option<Vec<u8>> {
    let fill = view.fill.as_ref()?;
    let position = view.position_after.as_ref()?;
    let average_cost = position.average_cost.map(Price::units);
    let (by_amount, size) = match view.size {
        Size::Quantity(quantity) => (0, quantity.units()),
        Size::Amount(amount) => (BY_AMOUNT, amount.units()),
    };
    let side = if fill.side == Side::Buy { BUY } else { 0 };
    let symbol = fill.symbol.as_str();
    let mut bytes = vec![FILL, side | by_amount, u8::try_from(symbol.len()).ok()?];
    bytes.extend_from_slice(symbol.as_bytes());
    let numbers = [
        size,
        fill.quantity.units(),
        fill.price.units(),
        fill.value.units(),
        fill.fee.units(),
        fill.cash_change.units(),
        fill.cost_basis_change.units(),
        fill.realized_profit.units(),
        fill.realized_profit_fifo.units(),
        fill.xp,
        view.cash_after?.units(),
        position.quantity.units(),
        position.cost_basis.units(),
        position.realized_profit.units(),
        // A price is above zero.
        average_cost.unwrap_or(0),
        view.xp_after?,
    ];
    for number in numbers {
        put(&mut bytes, number);
    }
    // Whatever else an answer may say is JSON's: what is read back is what was written.
    let read_back = decode(&bytes, &view.idempotency_key, view.at);
    (read_back.as_ref() == Some(view)).then_some(bytes)
}

fn decode_fill(bytes: &[u8], key: &IdempotencyKey, at: Timestamp) -> Option<OrderView> {
    let (&flags, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (symbol, mut rest) = rest.split_at_checked(length.into())?;
    let symbol = str::from_utf8(symbol).ok()?.parse().ok()?;
    let side = if flags & BUY != 0 {
        Side::Buy
    } else {
        Side::Sell
    };
    let mut next = || take(&mut rest);
    let size = next()?;
    let size = if flags & BY_AMOUNT != 0 {
        Size::Amount(Money::from_units(size))
    } else {
        Size::Quantity(Quantity::from_units(size))
    };
    let fill = Fill {
        symbol,
        side,
        quantity: Quantity::from_units(next()?),
        price: Price::from_units(next()?),
        value: Money::from_units(next()?),
        fee: Money::from_units(next()?),
        cash_change: Money::from_units(next()?),
        cost_basis_change: Money::from_units(next()?),
        realized_profit: Money::from_units(next()?),
        realized_profit_fifo: Money::from_units(next()?),
        xp: next()?,
        at,
    };
    let view = OrderView {
        idempotency_key: key.clone(),
        symbol,
        side,
        size,
        at,
        status: OrderStatus::Filled,
        fill: Some(fill),
        rejection: None,
        cash_after: Some(Money::from_units(next()?)),
        position_after: Some(PositionView {
            quantity: Quantity::from_units(next()?),
            cost_basis: Money::from_units(next()?),
            realized_profit: Money::from_units(next()?),
            average_cost: Some(next()?)
                .filter(|units| *units != 0)
                .map(Price::from_units),
        }),
        xp_after: Some(next()?),
        trigger: None,
        expires_at: None,
        reserved: None,
    };
    rest.is_empty().then_some(view)
}

/// Seven bits a byte, the lowest first; the sign is the lowest bit, so that small numbers are short
/// on both sides of zero.
fn put(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned();
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn take(bytes: &mut &[u8]) -> Option<i64> {
    let mut number: u64 = 0;
    for place in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << place;
        if byte & 0x80 == 0 {
            let sign = (number & 1).wrapping_neg();
            return Some(((number >> 1) ^ sign).cast_signed());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use domain::{Rejection, Symbol};

    use super::*;

    fn fill(random: &mut impl FnMut() -> i64) -> OrderView {
        let symbol: Symbol = "ACME".parse().unwrap();
        let (by_amount, bought) = (random() % 2 == 0, random() % 2 == 0);
        let side = if bought { Side::Buy } else { Side::Sell };
        let at = Timestamp::from_micros(random());
        OrderView {
            idempotency_key: "order-0001".parse().unwrap(),
            symbol,
            side,
            size: if by_amount {
                Size::Amount(Money::from_units(random()))
            } else {
                Size::Quantity(Quantity::from_units(random()))
            },
            at,
            status: OrderStatus::Filled,
            fill: Some(Fill {
                symbol,
                side,
                quantity: Quantity::from_units(random()),
                price: Price::from_units(random()),
                value: Money::from_units(random()),
                fee: Money::from_units(random()),
                cash_change: Money::from_units(random()),
                cost_basis_change: Money::from_units(random()),
                realized_profit: Money::from_units(random()),
                realized_profit_fifo: Money::from_units(random()),
                xp: random(),
                at,
            }),
            rejection: None,
            cash_after: Some(Money::from_units(random())),
            position_after: Some(PositionView {
                quantity: Quantity::from_units(random()),
                cost_basis: Money::from_units(random()),
                average_cost: Some(Price::from_units(random())).filter(|price| price.units() > 0),
                realized_profit: Money::from_units(random()),
            }),
            xp_after: Some(random()),
            trigger: None,
            expires_at: None,
            reserved: None,
        }
    }

    fn assert_reads_back(view: &OrderView) -> Vec<u8> {
        let bytes = encode(view).unwrap();
        let read = decode(&bytes, &view.idempotency_key, view.at);
        assert_eq!(read.as_ref(), Some(view));
        bytes
    }

    #[test]
    fn fills_are_short_and_read_back_as_written() {
        let mut next = 0_i64;
        let typical = fill(&mut || {
            next += 9_973;
            next
        });
        let json = serde_json::to_vec(&typical).unwrap();
        let bytes = assert_reads_back(&typical);
        assert_eq!(bytes[0], FILL);
        assert!(
            bytes.len() * 8 < json.len(),
            "{} {}",
            bytes.len(),
            json.len()
        );
    }

    #[test]
    fn no_number_is_too_large_or_too_small() {
        let edges = [0, 1, -1, 63, 64, -64, -65, i64::MAX, i64::MIN];
        for first in 0..edges.len() {
            let mut place = first;
            assert_reads_back(&fill(&mut || {
                place += 1;
                edges[place % edges.len()]
            }));
        }
    }

    #[test]
    fn what_is_no_plain_fill_is_kept_as_json() {
        let plain = fill(&mut || 7);
        let other = |change: &dyn Fn(&mut OrderView)| {
            let mut view = plain.clone();
            change(&mut view);
            assert_eq!(assert_reads_back(&view)[0], b'{');
        };
        other(&|view| view.status = OrderStatus::Rejected);
        other(&|view| view.fill = None);
        other(&|view| view.cash_after = None);
        other(&|view| view.xp_after = None);
        other(&|view| view.expires_at = Some(Timestamp::default()));
        other(&|view| view.symbol = "BOLT".parse().unwrap());
        other(&|view| {
            view.rejection = Some(Rejection::NotTradable {
                symbol: view.symbol,
            });
        });
    }

    #[test]
    fn bytes_that_are_no_answer_are_refused() {
        let whole = encode(&fill(&mut || 1_000_000)).unwrap();
        let key = "order-0001".parse().unwrap();
        let is_refused = |bytes: &[u8]| decode(bytes, &key, Timestamp::default()).is_none();
        for length in 0..whole.len() {
            assert!(is_refused(&whole[..length]), "{length}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(is_refused(&longer));
        let endless = [&whole[..7], &[0xff; 400]].concat();
        assert!(is_refused(&endless));
    }
}
