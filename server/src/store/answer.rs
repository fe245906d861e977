//! Answers as stored. Nearly all are fills at the current quote, which take a tenth of the space of
//! their JSON in postcard's encoding. Every other answer is stored as JSON.

use domain::api::{OrderStatus, OrderView, PositionView};
use domain::{Fill, IdempotencyKey, Money, Quantity, Size, Timestamp, Xp};
use serde::{Deserialize, Serialize};

use super::{StoreError, StoreResult};

/// The first byte of a fill; JSON begins with a brace.
const FILL: u8 = 1;

/// The contents, besides key and instant, of an answer to an order that was filled at once.
type FillAnswer = (KeptSize, Fill, Money, PositionView, Xp);

/// An order's size. Its JSON form relies on field names, which the compact encoding does not have.
#[derive(Serialize, Deserialize)]
enum KeptSize {
    Quantity(Quantity),
    Amount(Money),
}

/// Encodes an answer for storage.
///
/// # Errors
/// When it cannot be written as JSON, which does not happen for our answers.
pub(super) fn encode(view: &OrderView) -> StoreResult<Vec<u8>> {
    if let Some(bytes) = encode_fill(view) {
        return Ok(bytes);
    }
    let json = serde_json::to_vec(view);
    json.map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))
}

/// Decodes an answer, given its key and its instant. `None` if the bytes are not an answer.
pub(super) fn decode(bytes: &[u8], key: &IdempotencyKey, at: Timestamp) -> Option<OrderView> {
    match bytes.split_first() {
        Some((&FILL, rest)) => decode_fill(rest, key, at),
        _ => serde_json::from_slice(bytes).ok(),
    }
}

fn encode_fill(view: &OrderView) -> Option<Vec<u8>> {
    let answer: FillAnswer = (
        match view.size {
            Size::Quantity(quantity) => KeptSize::Quantity(quantity),
            Size::Amount(amount) => KeptSize::Amount(amount),
        },
        view.fill?,
        view.cash_after?,
        view.position_after?,
        view.xp_after?,
    );
    let bytes = postcard::to_extend(&answer, vec![FILL]).ok()?;
    // Whatever does not fit a fill's fields is left to JSON, so that an answer reads back unchanged.
    let read_back = decode(&bytes, &view.idempotency_key, view.at);
    (read_back.as_ref() == Some(view)).then_some(bytes)
}

fn decode_fill(bytes: &[u8], key: &IdempotencyKey, at: Timestamp) -> Option<OrderView> {
    let (answer, rest): (FillAnswer, _) = postcard::take_from_bytes(bytes).ok()?;
    let (size, fill, cash_after, position_after, xp_after) = answer;
    rest.is_empty().then(|| OrderView {
        idempotency_key: key.clone(),
        symbol: fill.symbol,
        side: fill.side,
        size: match size {
            KeptSize::Quantity(quantity) => Size::Quantity(quantity),
            KeptSize::Amount(amount) => Size::Amount(amount),
        },
        at,
        status: OrderStatus::Filled,
        fill: Some(fill),
        rejection: None,
        cash_after: Some(cash_after),
        position_after: Some(position_after),
        xp_after: Some(xp_after),
        trigger: None,
        expires_at: None,
        reserved: None,
        unlocked: Vec::new(),
        quest: None,
    })
}

#[cfg(test)]
mod tests {
    use domain::api::UnlockView;
    use domain::{Conversion, Price, Rate, Rejection, Side, Symbol};

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
                lot_profit: Money::from_units(random()),
                tax: Money::from_units(random()),
                conversion: (random() % 2 == 0).then(|| Conversion {
                    currency: "EUR".parse().unwrap(),
                    amount: Money::from_units(random()),
                    rate: Rate::from_units(random()),
                    cost: Money::from_units(random()),
                }),
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
            unlocked: Vec::new(),
            quest: None,
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
            bytes.len() * 7 < json.len(),
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
        other(&|view| {
            view.unlocked.push(UnlockView {
                achievement: "first-purchase".parse().unwrap(),
                name: "First purchase".into(),
                icon: "seedling".into(),
                xp: 300,
            });
        });
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
        let endless = [&whole[..3], &[0xff; 400]].concat();
        assert!(is_refused(&endless));
    }
}
