//! Handles that nobody may have: they speak for the game, or insult.

use std::sync::LazyLock;

const REFUSED: &str = include_str!("refused_handles.txt");

static LIST: LazyLock<Refused> = LazyLock::new(|| Refused::read(REFUSED));

/// Whether a handle, well-formed already, is one that nobody may have.
#[must_use]
pub fn is_refused(handle: &str) -> bool {
    LIST.matches(handle)
}

struct Refused {
    /// Refused as a whole handle or a part of one.
    words: Vec<&'static str>,
    /// Refused at the beginning of a handle or of a part.
    beginnings: Vec<&'static str>,
    /// Refused wherever they occur.
    anywhere: Vec<&'static str>,
}

impl Refused {
    fn read(list: &'static str) -> Self {
        let entries = list
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (anywhere, words): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.starts_with('*'));
        let (beginnings, words): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|entry| entry.ends_with('*'));
        Self {
            words,
            beginnings: beginnings
                .into_iter()
                .map(|entry| entry.trim_matches('*'))
                .collect(),
            anywhere: anywhere
                .into_iter()
                .map(|entry| entry.trim_matches('*'))
                .collect(),
        }
    }

    fn matches(&self, handle: &str) -> bool {
        // A part of digits only is a number, whatever its digits look like.
        let parts: Vec<&str> = handle
            .split(['-', '_'])
            .filter(|part| part.bytes().any(|b| b.is_ascii_alphabetic()))
            .collect();
        let whole = parts.concat();
        let is_word = |text: &str| {
            let mut read = readings(text).into_iter();
            let begins = |text: &str| self.beginnings.iter().any(|word| text.starts_with(word));
            read.any(|text| self.words.contains(&text.as_str()) || begins(&text))
        };
        // `TeamAdmin` is read as `team-admin` is.
        let capital = capital_parts(handle);
        let has_word = |text: String| self.anywhere.iter().any(|word| text.contains(word));
        parts.iter().any(|part| is_word(part))
            || capital.iter().any(|part| is_word(part))
            || is_word(&whole)
            || readings(&whole).into_iter().any(has_word)
    }
}

/// The parts of a handle that begin with a capital after a small letter.
fn capital_parts(handle: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_small = false;
    for c in handle.chars() {
        if c.is_ascii_uppercase() && after_small || matches!(c, '-' | '_') {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        after_small = c.is_ascii_lowercase();
    }
    parts.retain(|part| part.bytes().any(|b| b.is_ascii_alphabetic()));
    parts
}

/// What a text can be read as: digits as the letters that they look like, or left out; and a letter that
/// stands there three times or more as two or as one.
fn readings(text: &str) -> Vec<String> {
    let letters_of: [fn(char) -> Option<char>; 3] = [
        |_| None,
        |digit| look_alike(digit, 'i'),
        |digit| look_alike(digit, 'l'),
    ];
    let read = |letter_of: fn(char) -> Option<char>| {
        let read = |c: char| match c.to_ascii_lowercase() {
            letter @ 'a'..='z' => Some(letter),
            other => letter_of(other),
        };
        let text: String = text.chars().filter_map(read).collect();
        [without_runs(&text, 2), without_runs(&text, 1), text]
    };
    letters_of.into_iter().flat_map(read).collect()
}

/// A text in which each letter that stands there three times or more in a row is left so often.
fn without_runs(text: &str, left: usize) -> String {
    let letters = text.as_bytes();
    let runs = letters.chunk_by(|one, next| one == next);
    let shown = runs.flat_map(|run| match run.len() {
        0..=2 => run,
        _ => run.get(..left).unwrap_or(run),
    });
    shown.map(|letter| char::from(*letter)).collect()
}

fn look_alike(digit: char, one: char) -> Option<char> {
    Some(match digit {
        '0' => 'o',
        '1' => one,
        '2' => 'z',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        '8' => 'b',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_speak_for_the_game_are_refused_in_every_guise() {
        for handle in [
            "admin",
            "ADMIN",
            "4dm1n",
            "admin7",
            "-admin-",
            "real_admin",
            "a-d-m-i-n",
            "r00t",
            "TickerQuest",
            "t1ckerquest_x",
            "the-moderator",
            "Support24",
            "mod",
            "AdminTeam",
            "adminteam",
            "TeamAdmin",
            "TheSupport",
            "my-Adm1nTeam",
        ] {
            assert!(is_refused(handle), "{handle}");
        }
    }

    #[test]
    fn slurs_are_refused_and_words_that_contain_letters_of_them_are_not() {
        for handle in [
            "fuck", "xFUCKx", "f-u-c-k", "wh0re", "n1gg3r", "nazi", "kkk", "kys", "fuuuuck",
            "niggger",
        ] {
            assert!(is_refused(handle), "{handle}");
        }
        for handle in [
            "therapist",
            "saltwater",
            "classic",
            "grass",
            "peacock",
            "grape",
            "cocktail",
            "japan",
            "Ada_L-1",
            "grace-h",
            "modest",
            "rooted",
            "hostess",
            "essex",
            "raccoon",
            "spice",
            "badminton",
            "Admiral",
            "OceanMoon",
            "quiet-otter-482193",
        ] {
            assert!(!is_refused(handle), "{handle}");
        }
    }
}
