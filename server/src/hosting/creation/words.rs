//! The words of a name as an address can carry them.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of the longest result.
const LENGTH_MAX: usize = 30;

/// The words in small letters from a to z and digits, with hyphens between them. Umlauts are written as German
/// does without them, other accents leave their letter.
pub(super) fn words(name: &str) -> String {
    let letters = plain(name);
    let parts = letters.split(|c: char| !c.is_ascii_alphanumeric());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let words: String = parts.join("-").chars().take(LENGTH_MAX).collect();
    words.trim_end_matches('-').to_owned()
}

fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.to_lowercase().nfc() {
        let written = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'œ' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            c => {
                plain.extend(once(c).nfd().filter(|c| !is_combining_mark(*c)));
                continue;
            }
        };
        plain.push_str(written);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umlauts_and_accents_keep_their_letters() {
        let check = |name: &str, expected: &str| assert_eq!(words(name), expected, "{name}");
        check("Börsen-AG", "boersen-ag");
        check("ÄÖÜ Straße", "aeoeue-strasse");
        // The same with the dots as characters of their own.
        check("Bo\u{308}rse", "boerse");
        check("Économie d’été", "economie-d-ete");
        check("Ação e ñandú", "acao-e-nandu");
        check("株式", "");
        check(&"a b ".repeat(20), "a-b-a-b-a-b-a-b-a-b-a-b-a-b-a");
    }
}
