//! What counts as a written reason: words that a person could read back later.

use crate::XpRules;
use crate::text::is_invisible;

/// What a written reason still lacks to earn its bonus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonLacks {
    /// The number of visible characters that are missing.
    Characters(usize),
    /// It is long enough, but repeats itself.
    Variety,
}

/// What a reason lacks to earn its bonus; none when it counts.
///
/// It needs [`XpRules::REASON_MIN`] visible characters, where a run of white space counts as one, and
/// [`XpRules::REASON_WORDS`] different words. A word has at least two different letters or digits, so `aaaa`
/// is not a word; case is ignored. Chinese, Japanese and Thai are written without spaces: each of their
/// characters counts as two, and two different ones count as a word.
///
/// ```
/// use domain::progress::{ReasonLacks, reason_lacks};
/// assert_eq!(reason_lacks("Their new factory opens next month."), None);
/// assert_eq!(reason_lacks("because"), Some(ReasonLacks::Characters(13)));
/// assert_eq!(reason_lacks("buy buy buy buy buy buy buy"), Some(ReasonLacks::Variety));
/// ```
#[must_use]
pub fn reason_lacks(reason: &str) -> Option<ReasonLacks> {
    match XpRules::REASON_MIN.saturating_sub(visible_length(reason)) {
        0 => (!has_different_words(reason)).then_some(ReasonLacks::Variety),
        missing => Some(ReasonLacks::Characters(missing)),
    }
}

fn visible_length(text: &str) -> usize {
    let mut length: usize = 0;
    let mut after_space = true;
    for character in text.trim().chars() {
        let width = match character {
            _ if character.is_whitespace() => usize::from(!after_space),
            _ if is_invisible(character) => continue,
            _ if is_written_without_spaces(character) => 2,
            _ => 1,
        };
        length = length.saturating_add(width);
        after_space = character.is_whitespace();
    }
    length
}

fn has_different_words(text: &str) -> bool {
    let mut words: Vec<String> = Vec::new();
    let mut signs: Vec<char> = Vec::new();
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    for word in visible.split(|c: char| !c.is_alphanumeric() && !is_written_without_spaces(c)) {
        for sign in word.chars().filter(|c| is_written_without_spaces(*c)) {
            if !signs.contains(&sign) {
                signs.push(sign);
            }
        }
        let spaced = word.chars().filter(|c| !is_written_without_spaces(*c));
        let word: String = spaced.flat_map(char::to_lowercase).collect();
        if is_word(&word) && !words.contains(&word) {
            words.push(word);
        }
        if words.len().saturating_add(signs.len() / 2) >= XpRules::REASON_WORDS {
            return true;
        }
    }
    false
}

/// Whether it has two different letters or digits.
fn is_word(word: &str) -> bool {
    let mut characters = word.chars();
    let first = characters.next();
    characters.any(|character| Some(character) != first)
}

/// Kana, Chinese characters, and Thai.
fn is_written_without_spaces(character: char) -> bool {
    matches!(character, '\u{0e01}'..='\u{0e4e}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_back_later_and_filler_is_not() {
        for reason in [
            "Their new factory opens next month.",
            "I like crunchy cookies and so do my friends",
            "Größere Gewinne als im letzten Jahr",
            "この会社の新しい工場が来月から動く",
            "Растущая выручка и низкие долги",
            "P/E of 12 while the sector has 20",
        ] {
            assert_eq!(reason_lacks(reason), None, "{reason}");
        }
        for filler in [
            "",
            "because",
            "aaaa bbbb cccc dddd eeee ffff",
            "buy buy buy buy buy buy buy buy",
            "Buy BUY buy bUy now now NOW",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "a b c d e f g h i j k l m n o p",
            "..... ,,,,, ----- !!!!! ?????",
            "up to it so",
            "ああああああああああああああああああああ",
            "on\u{200b}\u{200b}\u{200b}\u{200b} it\u{200b}\u{200b}\u{200b}\u{200b}\u{200b} is up\u{feff}\u{feff}\u{feff}",
            "is          it          so           up",
        ] {
            assert!(reason_lacks(filler).is_some(), "{filler:?}");
        }
    }
}
