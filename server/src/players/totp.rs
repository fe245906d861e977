//! Second factors: codes by time as in RFC 6238, with SHA-1, six digits and steps of 30 seconds, which every
//! authenticator knows.

use ring::hmac;

/// Seconds of a step.
pub const STEP_S: i64 = 30;
/// Bytes of a secret: as many as the hash has.
pub const SECRET_LEN: usize = 20;
/// Codes of so many steps before and after the present one are good: clocks differ.
const WINDOW: i64 = 1;
const CODES: u32 = 1_000_000;

/// A secret that is new.
#[must_use]
pub fn new_secret() -> [u8; SECRET_LEN] {
    rand::random()
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let digest = tag.as_ref();
    let offset = usize::from(digest.last().copied().unwrap_or(0) & 0x0f);
    let part = digest
        .get(offset..)
        .and_then(|rest| rest.first_chunk::<4>());
    let number = u32::from_be_bytes(part.copied().unwrap_or_default()) & 0x7fff_ffff;
    number % CODES
}

/// The step that a typed code is of, around an instant; none of a code that is wrong.
#[must_use]
pub fn step_of(secret: &[u8], typed: &str, now_s: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    let typed: u32 = digits.parse().ok().filter(|_| is_code)?;
    let present = now_s.div_euclid(STEP_S);
    let first = present.saturating_sub(WINDOW);
    let mut steps = first..=present.saturating_add(WINDOW);
    steps.find(|step| code(secret, *step) == typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of the examples of RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000_i64, 65_353_130),
        ] {
            // The examples have eight digits.
            assert_eq!(
                code(SECRET, seconds / STEP_S),
                expected % CODES,
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_or_late() {
        let at = |step: i64| format!("{:06}", code(SECRET, step));
        let now = 1_000 * STEP_S + 7;
        for (step, good) in [
            (998, false),
            (999, true),
            (1_000, true),
            (1_001, true),
            (1_002, false),
        ] {
            assert_eq!(step_of(SECRET, &at(step), now), good.then_some(step));
        }
        let spaced = format!(" {} {}", &at(1_000)[..3], &at(1_000)[3..]);
        assert_eq!(step_of(SECRET, &spaced, now), Some(1_000));
        for wrong in ["", "12345", "1234567", "abcdef", "+12345"] {
            assert_eq!(step_of(SECRET, wrong, now), None);
        }
    }
}
