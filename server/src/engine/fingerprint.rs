//! The fingerprint of an order: the same key with a different fingerprint is a different order.

use domain::{Hash, LotChoice, Order, Size, Terms, Timestamp, Trigger};
use sha2::{Digest, Sha256};

/// SHA-256 over everything the order asks for, in a fixed order: numbers as 8 bytes big-endian,
/// texts prefixed with their length, and a byte before each optional value. The key itself is not
/// included, because the fingerprint is stored under it.
pub fn fingerprint(order: &Order) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"tickerquest order 1\0");
    text(&mut hasher, order.symbol().as_str());
    text(&mut hasher, order.side().as_str());
    match order.size() {
        Size::Quantity(quantity) => {
            hasher.update(b"q");
            hasher.update(quantity.units().to_be_bytes());
        }
        Size::Amount(amount) => {
            hasher.update(b"a");
            hasher.update(amount.units().to_be_bytes());
        }
    }
    hasher.update([u8::from(order.guard().is_some())]);
    if let Some(guard) = order.guard() {
        hasher.update(guard.expected.units().to_be_bytes());
        hasher.update(guard.tolerance_bps.to_be_bytes());
    }
    hasher.update([u8::from(order.reason().is_some())]);
    text(&mut hasher, order.reason().unwrap_or_default());
    // Writes nothing if there are none, so that earlier orders keep their fingerprint.
    if let Some(Terms {
        trigger,
        expires_at,
    }) = order.terms()
    {
        hasher.update(match trigger {
            Trigger::Limit(_) => b"l",
            Trigger::Stop(_) => b"s",
        });
        hasher.update(trigger.price().units().to_be_bytes());
        hasher.update([u8::from(expires_at.is_some())]);
        hasher.update(expires_at.map_or(0, Timestamp::micros).to_be_bytes());
    }
    match order.lots() {
        LotChoice::Oldest => {}
        LotChoice::HighestCost => hasher.update(b"h"),
        LotChoice::Chosen(lots) => {
            hasher.update(b"c");
            for lot in lots {
                hasher.update(lot.acquired_at.micros().to_be_bytes());
                hasher.update(lot.quantity.units().to_be_bytes());
            }
        }
    }
    hasher.finalize().into()
}

fn text(hasher: &mut Sha256, text: &str) {
    hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use domain::{ChosenLot, Money, PriceGuard, Quantity, Side};

    use super::*;

    fn order(side: Side, size: Size, guard: Option<PriceGuard>, reason: Option<&str>) -> Order {
        let key = "fingerprint".parse().unwrap();
        Order::new(key, "ACME".parse().unwrap(), side, size, guard, reason).unwrap()
    }

    #[test]
    fn different_orders_have_different_fingerprints() {
        let three = Size::Quantity(Quantity::from_units(3));
        let guard = |bps| {
            Some(PriceGuard {
                expected: "1".parse().unwrap(),
                tolerance_bps: bps,
            })
        };
        let waiting = |trigger, expires_at| {
            let terms = Terms {
                trigger,
                expires_at,
            };
            order(Side::Buy, three, None, None).on_terms(terms).unwrap()
        };
        let price = "1".parse().unwrap();
        let from_lots = |lots| {
            let sale = order(Side::Sell, three, None, None);
            sale.from_lots(lots).unwrap()
        };
        let chosen = |bought_at: &[i64]| {
            let each = 3 / i64::try_from(bought_at.len()).unwrap();
            let lots = bought_at.iter().map(|seconds| ChosenLot {
                acquired_at: Timestamp::from_seconds(*seconds),
                quantity: Quantity::from_units(each),
            });
            from_lots(LotChoice::Chosen(lots.collect()))
        };
        let orders = [
            waiting(Trigger::Limit(price), None),
            waiting(Trigger::Stop(price), None),
            waiting(Trigger::Limit(price), Some(Timestamp::default())),
            order(Side::Buy, three, None, None),
            order(Side::Sell, three, None, None),
            order(Side::Buy, Size::Amount(Money::from_units(3)), None, None),
            order(Side::Buy, three, guard(0), None),
            order(Side::Buy, three, guard(1), None),
            order(Side::Buy, three, None, Some("because")),
            from_lots(LotChoice::HighestCost),
            chosen(&[1]),
            chosen(&[2]),
            chosen(&[1, 2, 3]),
            chosen(&[2, 1, 3]),
        ];
        let distinct: std::collections::HashSet<Hash> = orders.iter().map(fingerprint).collect();
        assert_eq!(distinct.len(), orders.len());
        assert_eq!(
            fingerprint(&orders[3]),
            fingerprint(&order(Side::Buy, three, None, Some(" ")))
        );
        assert_eq!(
            fingerprint(&orders[4]),
            fingerprint(&from_lots(LotChoice::Oldest))
        );
    }
}
