//! Randomness without generator state: a hash of a key and a counter.
//!
//! [`random`] is the n-th output of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
//! number generators", 2014), computed directly. It is not cryptographically secure.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "hashing wraps by intent where it says so; all other ranges are stated beside the code"
)]

/// Two to the 64th over the golden ratio: the step of SplitMix64.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Half of the largest sum of four 16-bit numbers: its mean.
const SUM_MEAN: i64 = 2 * 0xFFFF;
/// 2^36 over the standard deviation of that sum, sqrt(4 * (2^32 - 1) / 12).
const SUM_SCALE: i64 = 1_816_187;

/// The `counter`-th random number of a key.
#[inline]
pub(super) fn random(key: u64, counter: u64) -> u64 {
    let mut z = key.wrapping_add(counter.wrapping_mul(GOLDEN));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The key of a named random stream, from the seed of the market.
///
/// It depends on the name alone, so adding an instrument leaves all others unchanged.
pub(super) fn stream_key(seed: u64, purpose: u64, name: &str) -> u64 {
    let start = random(seed, purpose);
    name.bytes().fold(start, |key, byte| {
        random(key, u64::from(byte).wrapping_add(1))
    })
}

/// A normally distributed number as Q20, from 64 random bits: mean 0, standard deviation 1.
///
/// The sum of four uniform numbers (Irwin-Hall): within ±3.47, which bounds every path. The
/// rarer large moves of a market come from jumps and from stormy times instead.
#[inline]
pub(super) fn normal_q20(bits: u64) -> i64 {
    const LANES: u64 = 0x0000_FFFF_0000_FFFF;
    // Two sums of two 16-bit lanes each, side by side: no carry reaches the neighbour.
    let pairs = (bits & LANES) + ((bits >> 16) & LANES);
    let sum = ((pairs & 0xFFFF_FFFF) + (pairs >> 32)) as i64;
    // |sum - mean| < 2^17 and the scale < 2^21.
    ((sum - SUM_MEAN) * SUM_SCALE) >> 16
}

/// A uniform number in `0..below`, from 32 random bits; `below` is at most 2^31.
pub(super) fn below(bits: u32, below: i64) -> i64 {
    (i64::from(bits) * below) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_is_splitmix64() {
        // The first outputs of the reference generator seeded with 1234567.
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        for (counter, expected) in (1..).zip(expected) {
            assert_eq!(random(1_234_567, counter), expected);
        }
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_deviation_one() {
        let count = 100_000;
        let (mut sum, mut squares) = (0_i64, 0_i64);
        for counter in 0..count {
            let z = normal_q20(random(7, counter));
            assert!(z.abs() < 3_700_000);
            sum += z;
            squares += (z * z) >> 20;
        }
        let count = count as i64;
        assert!(
            (sum / count).abs() < (1 << 20) / 100,
            "mean {}",
            sum / count
        );
        assert!(
            (squares / count - (1 << 20)).abs() < (1 << 20) / 50,
            "variance {}",
            squares / count
        );
    }

    #[test]
    fn streams_of_different_names_and_purposes_differ() {
        assert_ne!(stream_key(1, 1, "AB"), stream_key(1, 1, "BA"));
        assert_ne!(stream_key(1, 1, "AB"), stream_key(1, 2, "AB"));
        assert_ne!(stream_key(1, 1, "AB"), stream_key(2, 1, "AB"));
    }
}
