//! Which passwords are too easy to guess: common ones, runs on the keyboard, the player's own names.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

const MIN: usize = 10;
const MAX: usize = 128;
/// Different characters that a password has at least.
const DIFFERENT_MIN: usize = 5;
/// Signs and digits around a common word that do not make it a good password.
const AROUND_MAX: usize = 8;
/// Letters and digits that must be left where the player's names are taken out.
const OWN_MIN: usize = 6;
/// Letters of a name from which on it is looked for in the password.
const NAME_MIN: usize = 3;

/// Keys side by side, in both directions.
const ROWS: [&str; 8] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let list = include_str!("common_passwords.txt").lines();
    list.filter(|line| !line.starts_with('#')).collect()
});

/// What is wrong with a password, given as it is hashed; `names` are the player's.
#[must_use]
pub fn problem(password: &str, names: [&str; 2]) -> Option<&'static str> {
    if !(MIN..=MAX).contains(&password.chars().count()) {
        return Some("must have 10 to 128 characters");
    }
    // Wide letters are as easy to guess as plain ones.
    let lower = password.nfkc().collect::<String>().to_lowercase();
    let characters: Vec<char> = lower.chars().collect();
    if is_own_name(&lower, names) {
        return Some("must not be made of the e-mail address or the handle");
    }
    if is_run(&characters) || is_repetition(&characters) {
        return Some("must not be a row of keys or a repetition");
    }
    is_common(&lower).then_some("is one that many people use; three words of your own are better")
}

fn is_common(lower: &str) -> bool {
    let word = lower.trim_matches(|c: char| !c.is_alphabetic());
    let read: String = word.chars().map(look_alike).collect();
    let around = lower.chars().count() - word.chars().count();
    let is_common = COMMON.contains(word) || COMMON.contains(read.as_str());
    COMMON.contains(lower) || (is_common && around <= AROUND_MAX)
}

fn look_alike(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether three of four steps from character to character go to the same or a neighbouring key,
/// digit or letter.
fn is_run(characters: &[char]) -> bool {
    let steps = characters.windows(2);
    let near = steps.clone().filter(|step| match step {
        [one, next] => is_near(*one, *next),
        _ => false,
    });
    near.count() * 4 >= steps.len() * 3
}

fn is_near(one: char, next: char) -> bool {
    let in_order = one.is_alphanumeric() && u32::from(one).abs_diff(u32::from(next)) <= 1;
    let (forwards, backwards) = (format!("{one}{next}"), format!("{next}{one}"));
    one == next
        || in_order
        || ROWS
            .iter()
            .any(|row| row.contains(&forwards) || row.contains(&backwards))
}

/// Whether it has few different characters, or is one piece again and again.
fn is_repetition(characters: &[char]) -> bool {
    let different: HashSet<_> = characters.iter().collect();
    let half = characters.len() / 2;
    different.len() < DIFFERENT_MIN
        || (1..=half).any(|length| {
            let shifted = characters.iter().skip(length);
            shifted.eq(characters.iter().take(characters.len() - length))
        })
}

fn is_own_name(lower: &str, names: [&str; 2]) -> bool {
    let names = names.map(str::to_lowercase);
    let parts = names.iter().flat_map(|name| {
        let parts = name.split(|c: char| !c.is_alphanumeric());
        parts.chain([name.as_str()])
    });
    let mut parts: Vec<_> = parts
        .filter(|part| part.chars().count() >= NAME_MIN)
        .collect();
    // The longest first, so that a name goes before a part of it.
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let left = parts
        .iter()
        .fold(lower.to_owned(), |left, part| left.replace(part, ""));
    left != lower && left.chars().filter(|c| c.is_alphanumeric()).count() < OWN_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_many_people_use_are_refused() {
        for password in [
            "password12",
            "Password123!",
            "p4ssw0rd2024",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "qwertzuiop",
            "1qaz2wsx3edc",
            "asdfghjkl1",
            "abcdefghij",
            "aaaaaaaaaa",
            "          ",
            "abcabcabcabc",
            "Sunshine99",
            "112233445566",
            "iloveyou2023",
            "dragonball",
            "1q2w3e4r5t",
            "passwordpassword",
            "administrator",
            "Administrator1",
            "1111111112222",
            "\u{ff50}\u{ff41}\u{ff53}\u{ff53}\u{ff57}\u{ff4f}\u{ff52}\u{ff44}12",
        ] {
            assert!(
                problem(password, ["eve@b.co", "eve"]).is_some(),
                "{password}"
            );
        }
    }

    #[test]
    fn words_of_ones_own_are_accepted() {
        for password in [
            "a long password",
            "three plain words",
            "correct horse battery",
            "ten ümläut",
            "another password",
            "x7#kQ2!mZp",
            "über den Wolken",
            "8305472916",
            "ada loves numbers",
        ] {
            assert_eq!(problem(password, ["ada@b.co", "ada"]), None, "{password}");
        }
    }

    #[test]
    fn a_password_is_not_a_name() {
        let refused = |password: &str, email: &str, handle: &str| {
            assert!(problem(password, [email, handle]).is_some(), "{password}");
        };
        refused("Ada@Example.org", "ada@example.org", "ada");
        refused("ADA-LOVELACE", "a@b.co", "ada-lovelace");
        refused("lovelace1815", "lovelace@b.co", "ada");
        refused("adalovelace!", "a@b.co", "ada-lovelace");
        refused(&"xyzabc".repeat(30), "a@b.co", "ada");
    }
}
