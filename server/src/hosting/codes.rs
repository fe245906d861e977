//! Join codes: six unambiguous letters, for a wall or the telephone.

use crate::players::handles;

/// Letters of a code.
pub const LENGTH: usize = 6;
/// Without I, L, O and Q, which look like others.
const LETTERS: &[u8] = b"ABCDEFGHJKMNPRSTUVWXYZ";
/// Letters in a board's link: too many to guess.
const KEY_LENGTH: usize = 20;

/// A code such as `KXTRWA`: one of 113 million. It never reads as a bad word.
#[must_use]
pub fn random() -> String {
    loop {
        let code = letters(LENGTH);
        if !handles::is_refused(&code) {
            return code;
        }
    }
}

/// The key in the link to a projector board.
#[must_use]
pub fn board_key() -> String {
    letters(KEY_LENGTH)
}

/// A few lower-case letters that make a slug unique.
#[must_use]
pub fn suffix() -> String {
    letters(5).to_lowercase()
}

/// A typed code in canonical form: case, spaces and hyphens do not matter.
#[must_use]
pub fn normalized(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphabetic);
    letters
        .take(LENGTH + 1)
        .collect::<String>()
        .to_ascii_uppercase()
}

fn letters(count: usize) -> String {
    let letter = |_| {
        let place = rand::random_range(0..LETTERS.len());
        LETTERS.get(place).copied().map_or('A', char::from)
    };
    (0..count).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_letters_that_nobody_confuses() {
        for _ in 0..1_000 {
            let code = random();
            assert_eq!(code.len(), LENGTH);
            assert!(!code.contains(['I', 'L', 'O', 'Q']), "{code}");
            assert_eq!(normalized(&code), code);
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["kxt rwa", " KXT-RWA ", "kXtRwA"] {
            assert_eq!(normalized(typed), "KXTRWA", "{typed}");
        }
        assert_ne!(normalized("KXTRWAX"), "KXTRWA");
    }
}
