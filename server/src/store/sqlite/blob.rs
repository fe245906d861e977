//! Bytes: lots as a position keeps them, and hexadecimal, in which bytes travel inside JSON.

use domain::{Lot, Money, Quantity, Timestamp};

/// Bytes of a lot.
const LOT_BYTES: usize = 24;

/// The lots, each as `acquired_at`, quantity and cost of 8 bytes, big-endian.
pub(super) fn encode_lots(lots: &[Lot]) -> Vec<u8> {
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
pub(super) fn decode_lots(bytes: &[u8]) -> Option<Vec<Lot>> {
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

/// The bytes as SQLite's `unhex` reads them.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
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
            let bytes = encode_lots(&lots);
            assert_eq!(bytes.len(), lots.len() * LOT_BYTES);
            assert_eq!(decode_lots(&bytes), Some(lots));
        }
    }

    #[test]
    fn bytes_that_are_no_lots_are_refused() {
        let negative = [0_i64, -1, 5].map(i64::to_be_bytes).concat();
        let refund = [0_i64, 1, -5].map(i64::to_be_bytes).concat();
        for bytes in [&[0_u8; 23][..], &[0; 25], &[0; 24], &negative, &refund] {
            assert_eq!(decode_lots(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn hexadecimal_has_two_digits_a_byte() {
        assert_eq!(hex(&[0, 9, 0xa0, 0xff]), "0009a0ff");
        assert_eq!(hex(&[]), "");
    }
}
