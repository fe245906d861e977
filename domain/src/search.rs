//! Typo-tolerant search over symbols, names and descriptions.
//!
//! Every word of the query has to match a word of the entry: exactly, as its beginning or a part of it, or
//! with typos: one from four letters, two from six. Candidate words are found by shared groups of three
//! letters (trigrams) and ranked by the number of letters to insert, drop, replace or swap (optimal string
//! alignment).

#![allow(
    clippy::arithmetic_side_effects,
    reason = "places and distances are below the length of a word, which is at most 32 letters"
)]

use std::collections::{BTreeMap, HashMap, HashSet};

/// How many letters of a word count.
const WORD_MAX: usize = 32;
/// How many words of a query count.
const WORDS_MAX: usize = 8;

/// The field of an entry that a text belongs to; a match in an earlier field ranks higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The short name that people type.
    Symbol,
    /// The name.
    Name,
    /// Longer texts.
    Description,
}

impl Field {
    fn rank(self) -> u32 {
        match self {
            Self::Symbol => 0,
            Self::Name => 1,
            Self::Description => 8,
        }
    }
}

/// A word of the index.
#[derive(Debug, Clone)]
struct Word {
    letters: Vec<char>,
    /// Entries that contain it, each with the best field.
    entries: Vec<(usize, Field)>,
}

/// An index of texts. Built once for a catalogue; searching only reads it.
///
/// ```
/// use domain::search::{Field, SearchIndex};
/// let index = SearchIndex::new([
///     vec![(Field::Symbol, "PUFFN"), (Field::Name, "Puffinwing Airways")],
///     vec![(Field::Symbol, "QUIBL"), (Field::Name, "Quibble Chips")],
/// ]);
/// assert_eq!(index.find("pufin"), [0]);
/// assert_eq!(index.find("chips quible"), [1]);
/// assert_eq!(index.find("tea"), [] as [usize; 0]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    words: Vec<Word>,
    /// Positions in `words`, by word.
    by_word: BTreeMap<String, usize>,
    /// Positions in `words`, by each group of three letters that a word contains.
    by_trigram: HashMap<[char; 3], Vec<usize>>,
}

impl SearchIndex {
    /// Indexes entries, which are identified by their position.
    #[must_use]
    pub fn new<'a, T: IntoIterator<Item = (Field, &'a str)>>(
        entries: impl IntoIterator<Item = T>,
    ) -> Self {
        let mut index = Self::default();
        for (entry, texts) in entries.into_iter().enumerate() {
            for (field, text) in texts {
                for word in words(text) {
                    index.add(&word, entry, field);
                }
            }
        }
        index
    }

    fn add(&mut self, word: &str, entry: usize, field: Field) {
        let place = match self.by_word.get(word) {
            Some(place) => *place,
            None => self.add_word(word),
        };
        let Some(word) = self.words.get_mut(place) else {
            return;
        };
        match word.entries.last_mut() {
            Some((last, best)) if *last == entry => *best = field.min(*best),
            _ => word.entries.push((entry, field)),
        }
    }

    fn add_word(&mut self, word: &str) -> usize {
        let place = self.words.len();
        let letters: Vec<char> = word.chars().collect();
        let trigrams: HashSet<[char; 3]> = trigrams(&letters).collect();
        for trigram in trigrams {
            self.by_trigram.entry(trigram).or_default().push(place);
        }
        self.words.push(Word {
            letters,
            entries: Vec::new(),
        });
        self.by_word.insert(word.to_owned(), place);
        place
    }

    /// The entries that match every word of a query, best first; ties keep their order. Empty for a query
    /// without a letter or digit.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<usize> {
        let mut totals: Option<HashMap<usize, u32>> = None;
        for word in words(query).into_iter().take(WORDS_MAX) {
            let found = self.find_word(&word);
            totals = Some(match totals {
                None => found,
                Some(before) => before
                    .into_iter()
                    .filter_map(|(entry, rank)| Some((entry, rank + found.get(&entry)?)))
                    .collect(),
            });
        }
        let mut ranked: Vec<(u32, usize)> = totals
            .unwrap_or_default()
            .into_iter()
            .map(|(entry, rank)| (rank, entry))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The entries that contain a word or one like it, with their ranks; lower is better.
    fn find_word(&self, wanted: &str) -> HashMap<usize, u32> {
        let mut best: HashMap<usize, u32> = HashMap::new();
        for (place, rank) in self.like(wanted) {
            for (entry, field) in self
                .words
                .get(place)
                .into_iter()
                .flat_map(|word| &word.entries)
            {
                let rank = rank + field.rank();
                let known = best.entry(*entry).or_insert(rank);
                *known = rank.min(*known);
            }
        }
        best
    }

    /// The candidate words, with their distance from the query word.
    fn like(&self, wanted: &str) -> HashMap<usize, u32> {
        let mut like = HashMap::new();
        let beginnings = self.by_word.range(wanted.to_owned()..);
        for (word, place) in beginnings.take_while(|(word, _)| word.starts_with(wanted)) {
            like.insert(*place, if word == wanted { 0 } else { 2 });
        }
        let letters: Vec<char> = wanted.chars().collect();
        let wanted_trigrams: HashSet<[char; 3]> = trigrams(&letters).collect();
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for trigram in &wanted_trigrams {
            for place in self.by_trigram.get(trigram).into_iter().flatten() {
                *shared.entry(*place).or_default() += 1;
            }
        }
        for (place, count) in shared {
            if count * 3 < wanted_trigrams.len() || like.contains_key(&place) {
                continue;
            }
            let Some(word) = self.words.get(place) else {
                continue;
            };
            if letters.len() >= 3
                && word
                    .letters
                    .windows(letters.len())
                    .any(|part| part == letters)
            {
                like.insert(place, 4);
            } else if let Some(errors) = errors_between(&letters, &word.letters) {
                like.insert(place, 10 + errors);
            }
        }
        like
    }
}

/// The number of typos between a query word and a word of the index, or its beginning; none when there are
/// too many for the query word's length.
fn errors_between(wanted: &[char], word: &[char]) -> Option<u32> {
    let allowed = match wanted.len() {
        0..=3 => return None,
        4..=5 => 1,
        _ => 2,
    };
    let whole = distance(wanted, word);
    let beginning = word.get(..wanted.len()).map(|part| distance(wanted, part));
    let longer = word
        .get(..wanted.len() + 1)
        .map(|part| distance(wanted, part));
    let least = [Some(whole), beginning, longer]
        .into_iter()
        .flatten()
        .min()?;
    (least <= allowed).then(|| u32::try_from(least).unwrap_or(u32::MAX))
}

/// The number of letters to insert, drop, replace or swap with their neighbour to turn one word
/// into the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let at =
                |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, j) + usize::from(letter != other);
            let mut least = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

/// Groups of three letters, with a marker before and after the word.
fn trigrams(letters: &[char]) -> impl Iterator<Item = [char; 3]> {
    let mut marked = vec!['^'];
    marked.extend_from_slice(letters);
    marked.push('$');
    let groups: Vec<[char; 3]> = marked
        .windows(3)
        .filter_map(|group| group.try_into().ok())
        .collect();
    groups.into_iter()
}

/// The words of a text: runs of letters and digits, in lower case and without accents.
fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect();
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect()
}

/// The letter without its accent.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> SearchIndex {
        let entries = [
            (
                "PUFFN",
                "Puffinwing Airways",
                "An airline with small planes to islands.",
            ),
            ("MSFT", "Microsoft", "Software for offices."),
            ("GS", "Goldman Sachs", "A bank."),
            (
                "BRK.B",
                "Berkshire Hathaway",
                "Owns many companies, and an airline.",
            ),
            ("CAFÉ", "Café Größe", "Coffee."),
        ];
        SearchIndex::new(entries.map(|(symbol, name, description)| {
            [
                (Field::Symbol, symbol),
                (Field::Name, name),
                (Field::Description, description),
            ]
        }))
    }

    #[test]
    fn typing_errors_are_forgiven() {
        let check =
            |query: &str, expected: &[usize]| assert_eq!(index().find(query), expected, "{query}");
        check("pufin", &[0]);
        check("micorsoft", &[1]);
        check("goldmann sachs", &[2]);
        check("bershire", &[3]);
        check("airlien", &[0, 3]);
        check("cafe grosse", &[4]);
        check("cafe", &[4]);
        check("brk", &[3]);
    }

    #[test]
    fn every_word_has_to_be_found_and_names_come_before_descriptions() {
        let check =
            |query: &str, expected: &[usize]| assert_eq!(index().find(query), expected, "{query}");
        check("airline", &[0, 3]);
        check("airline companies", &[3]);
        check("islands puffin", &[0]);
        check("bank airline", &[]);
        check("  ,. ", &[]);
        check("soft", &[1]);
        check("xyzzy", &[]);
    }

    #[test]
    fn swapped_letters_are_one_error() {
        let between = |a: &str, b: &str| {
            let [a, b]: [Vec<char>; 2] = [a, b].map(|word| word.chars().collect());
            distance(&a, &b)
        };
        assert_eq!(between("micorsoft", "microsoft"), 1);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("", "abc"), 3);
    }
}
