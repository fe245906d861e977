//! Lots as a position keeps them: 24 bytes each.

use domain::{Lot, Money, Quantity, Timestamp};

/// Bytes of a lot.
const LOT_BYTES: usize = 24;

/// The lots, each as `acquired_at`, quantity and cost of 8 bytes, big-endian.
pub(super) fn encode(lots: &[Lot]) -> Vec<u8> {
    let numbers = |lot: &Lot| {
        [
            lot.acquired_at.micros(),
            lot.quantity.units(),
            lot.cost.units(),
        ]
    };
    lots.iter()
        .flat_map(numbers)
        .flat_map(i64::to_be_bytes)
        .collect()
}

/// The lots again; none when the bytes cannot be lots: cut off, or of less than nothing.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Lot>> {
    let (chunks, rest) = bytes.as_chunks::<LOT_BYTES>();
    if !rest.is_empty() {
        return None;
    }
    chunks.iter().map(decode_lot).collect()
}

fn decode_lot(bytes: &[u8; LOT_BYTES]) -> Option<Lot> {
    let (numbers, _) = bytes.as_chunks::<8>();
    let [acquired_at, quantity, cost] = <[[u8; 8]; 3]>::try_from(numbers)
        .ok()?
        .map(i64::from_be_bytes);
    let lot = Lot {
        acquired_at: Timestamp::from_micros(acquired_at),
        quantity: Quantity::from_units(quantity),
        cost: Money::from_units(cost),
    };
    (quantity > 0 && cost >= 0).then_some(lot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_read_back_as_written() {
        let lot = |micros, quantity, cost| Lot {
            acquired_at: Timestamp::from_micros(micros),
            quantity: Quantity::from_units(quantity),
            cost: Money::from_units(cost),
        };
        for lots in [
            vec![],
            vec![lot(0, 1, 0)],
            vec![
                lot(-5, 1, 2),
                lot(1_795_262_400_000_000, i64::MAX, i64::MAX),
            ],
        ] {
            let bytes = encode(&lots);
            assert_eq!(bytes.len(), lots.len() * LOT_BYTES);
            assert_eq!(decode(&bytes), Some(lots));
        }
    }

    #[test]
    fn bytes_that_are_no_lots_are_refused() {
        let negative = [0_i64, -1, 5].map(i64::to_be_bytes).concat();
        let refund = [0_i64, 1, -5].map(i64::to_be_bytes).concat();
        for bytes in [&[0_u8; 23][..], &[0; 25], &[0; 24], &negative, &refund] {
            assert_eq!(decode(bytes), None, "{bytes:?}");
        }
    }
}
