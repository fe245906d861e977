//! Lots as stored in a position: one value, because a position is always read and written whole.

use domain::Lot;

/// The lots in postcard's encoding: about 17 bytes each.
pub(super) fn encode(lots: &[Lot]) -> Vec<u8> {
    postcard::to_allocvec(lots).expect("lots are whole numbers, which always encode")
}

/// Decodes lots. `None` if the bytes cannot be lots because they are truncated or hold a negative value.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Lot>> {
    let (lots, rest): (Vec<Lot>, _) = postcard::take_from_bytes(bytes).ok()?;
    let sound = |lot: &Lot| lot.quantity.is_positive() && !lot.cost.is_negative();
    (rest.is_empty() && lots.iter().all(sound)).then_some(lots)
}

#[cfg(test)]
mod tests {
    use domain::{Money, Quantity, Timestamp};

    use super::*;

    fn lot(micros: i64, quantity: i64, cost: i64) -> Lot {
        Lot {
            acquired_at: Timestamp::from_micros(micros),
            quantity: Quantity::from_units(quantity),
            cost: Money::from_units(cost),
        }
    }

    #[test]
    fn lots_read_back_as_written() {
        for lots in [
            vec![],
            vec![lot(0, 1, 0)],
            vec![
                lot(-5, 1, 2),
                lot(1_795_262_400_000_000, i64::MAX, i64::MAX),
            ],
        ] {
            assert_eq!(decode(&encode(&lots)), Some(lots));
        }
    }

    #[test]
    fn bytes_that_are_no_lots_are_refused() {
        let whole = encode(&[lot(5, 6, 7)]);
        let longer = [&whole[..], &[0]].concat();
        let cut = &whole[..whole.len() - 1];
        let negative = encode(&[lot(0, -1, 5)]);
        let refund = encode(&[lot(0, 1, -5)]);
        for bytes in [cut, &longer, &negative, &refund, &[], &[0xff; 30]] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
