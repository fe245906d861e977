//! What the server says in English, in the language of the page: found by its English text. `build.rs` makes
//! the table from the data files and `messages/server`.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::{Currency, Day};

use super::{Language, Texts};

#[rustfmt::skip]
mod table {
    include!(concat!(env!("OUT_DIR"), "/said.rs"));
}

/// A text in all languages.
type Row = [&'static str; Language::ALL.len()];

/// A sentence with gaps, cut at them: one more piece than gaps.
struct Pattern {
    pieces: Vec<&'static str>,
    gaps: Vec<&'static str>,
    row: &'static Row,
}

impl Pattern {
    fn of(row: &'static Row) -> Self {
        let (mut pieces, mut gaps) = (Vec::new(), Vec::new());
        let mut rest = row[0];
        while let Some((before, gap, after)) = next_gap(rest) {
            pieces.push(before);
            gaps.push(gap);
            rest = after;
        }
        pieces.push(rest);
        Self { pieces, gaps, row }
    }

    /// What stands in the gaps; none if this is another sentence.
    fn matched<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let (first, others) = self.pieces.split_first()?;
        let (last, between) = others.split_last()?;
        let mut rest = text.strip_prefix(first)?.strip_suffix(last)?;
        let mut values = Vec::new();
        for piece in between {
            let (value, after) = rest.split_once(piece)?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        // A gap ends with its sentence.
        let is_one =
            |value: &&str| !value.is_empty() && !value.contains(". ") && !value.contains('\n');
        let is_full = values.iter().all(is_one);
        is_full.then_some(values)
    }
}

/// Texts without gaps, by their English.
static FIXED: LazyLock<HashMap<&str, &Row>> = LazyLock::new(|| {
    let fixed = table::SAID.iter().filter(|row| !row[0].contains('{'));
    fixed.map(|row| (row[0], row)).collect()
});

/// The others; the most specific first.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let gapped = table::SAID.iter().filter(|row| row[0].contains('{'));
    let mut patterns: Vec<Pattern> = gapped.map(Pattern::of).collect();
    let length = |pattern: &Pattern| {
        pattern
            .pieces
            .iter()
            .map(|piece| piece.len())
            .sum::<usize>()
    };
    patterns.sort_by_key(|pattern| std::cmp::Reverse(length(pattern)));
    patterns
});

impl Texts {
    /// A text of the server in the language of the page. A text that nobody has translated stays as it is.
    #[must_use]
    pub fn said(self, english: &str) -> String {
        self.said_if_known(english)
            .unwrap_or_else(|| english.to_owned())
    }

    /// The same; none if nobody has translated it.
    pub(super) fn said_if_known(self, english: &str) -> Option<String> {
        if self.language == Language::English {
            return Some(english.to_owned());
        }
        self.whole_text(english)
            .or_else(|| self.sentences(english, ". "))
            .or_else(|| self.sentences(english, "\n"))
    }

    /// What the module that checks receipts and draws says in the browser: lines in English, each with its
    /// translation after it; none in English. `assets/said.js` reads them.
    pub(crate) fn checker_lines(self) -> Option<String> {
        let is_translated = self.language != Language::English;
        is_translated.then(|| {
            let lines = table::CHECKER.iter().flat_map(|row| [row[0], self.of(row)]);
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    fn whole_text(self, english: &str) -> Option<String> {
        let of_this = self.row_text(english);
        of_this.or_else(|| self.row_text(&of_any_field(english)?))
    }

    fn row_text(self, english: &str) -> Option<String> {
        if let Some(row) = FIXED.get(english) {
            return Some(self.of(row).to_owned());
        }
        PATTERNS.iter().find_map(|pattern| {
            let values = pattern.matched(english)?;
            Some(self.filled(pattern, &values))
        })
    }

    /// A text of several sentences or lines that are known one by one.
    fn sentences(self, english: &str, between: &str) -> Option<String> {
        let (first, rest) = english.split_once(between)?;
        let dot = between.trim_end();
        let first = self.whole_text(&format!("{first}{dot}"))?;
        let rest = self.said_if_known(rest)?;
        let gap = if dot.is_empty() { "\n" } else { " " };
        Some(format!("{first}{gap}{rest}"))
    }

    fn of(self, row: &'static Row) -> &'static str {
        row.get(self.language as usize).copied().unwrap_or(row[0])
    }

    fn filled(self, pattern: &Pattern, values: &[&str]) -> String {
        let mut text = String::new();
        let mut rest = self.of(pattern.row);
        while let Some((before, gap, after)) = next_gap(rest) {
            let place = pattern.gaps.iter().position(|known| *known == gap);
            let value = place.and_then(|place| values.get(place));
            text.push_str(before);
            text.push_str(&self.value(value.copied().unwrap_or_default()));
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// What stands in a gap: an amount or a day in the notation of the language, a text that is known
    /// itself, or a name.
    pub(super) fn value(self, english: &str) -> String {
        if is_number(english) && english.parse::<Day>().is_err() {
            return self.amount(english);
        }
        if english == "1 share" {
            return self.count_share("1");
        }
        if let Some(count) = english.strip_suffix(" shares").filter(|of| is_number(of)) {
            return self.count_shares(self.amount(count));
        }
        let (day, time) = english.split_once(", ").unwrap_or((english, ""));
        match english_day(day) {
            Some(day) if time.is_empty() => self.day(day),
            Some(day) => format!("{}, {time}", self.day(day)),
            None => self.said(english),
        }
    }

    fn amount(self, english: &str) -> String {
        match english.strip_suffix('%') {
            Some(number) => self.with_percent(number.trim_end()),
            None => match english.chars().find_map(Currency::of_sign) {
                Some(currency) => {
                    let english = english.replacen(currency.sign(), "$", 1);
                    self.language.amount(&english, currency)
                }
                None => self.language.number(english),
            },
        }
    }
}

/// Whether a text is an amount, without words.
fn is_number(text: &str) -> bool {
    let number =
        |c: char| c.is_ascii_digit() || "%.,+−- ".contains(c) || Currency::of_sign(c).is_some();
    text.chars().all(number) && text.contains(|c: char| c.is_ascii_digit())
}

/// A day as `format.rs` writes it: `21 Nov 2026`. The server writes the day of the week before some.
fn english_day(text: &str) -> Option<Day> {
    let is_weekday = |word: &str| word.len() == 3 && word.chars().all(char::is_alphabetic);
    let text = match text.split_once(' ') {
        Some((word, rest)) if is_weekday(word) => rest,
        _ => text,
    };
    let mut parts = text.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let months = Language::English.months();
    let month = months.iter().position(|known| *known == month)? + 1;
    let day: u8 = day.parse().ok()?;
    format!("{year}-{month:02}-{day:02}").parse().ok()
}

/// What is wrong with a field, said of `The field`: one translation, which names no field, serves all of them.
/// `The price must be above zero.` becomes `The field must be above zero.`
fn of_any_field(english: &str) -> Option<String> {
    const VERBS: [&str; 12] = [
        "must", "is", "are", "has", "have", "had", "can", "cannot", "cost", "goes", "names",
        "belongs",
    ];
    let rest = english.strip_prefix("The ")?;
    let words = rest.match_indices(' ');
    let mut ends = words.map(|(end, _)| end).take(FIELD_WORDS_MAX);
    let is_verb = |end: &usize| {
        let next = rest.get(end.saturating_add(1)..).unwrap_or_default();
        let next = next.split([' ', '.', ':']).next().unwrap_or_default();
        VERBS.contains(&next)
    };
    let end = ends.find(is_verb)?;
    Some(format!("The field{}", rest.get(end..)?))
}

/// Words of the longest name of a field.
const FIELD_WORDS_MAX: usize = 6;

/// The text before the first gap, the name of the gap, and the text after it.
fn next_gap(text: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = text.split_once('{')?;
    let (gap, after) = rest.split_once('}')?;
    Some((before, gap, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_is_found_by_its_english() {
        let german = Texts {
            language: Language::German,
            ..Texts::default()
        };
        assert_eq!(german.said("First purchase"), "Erster Kauf");
        assert_eq!(german.said("You bought ACME"), "Du hast ACME gekauft");
        assert_eq!(german.said("Nobody wrote this."), "Nobody wrote this.");
        assert_eq!(
            german.said("You unlocked First purchase"),
            "Du hast „Erster Kauf“ freigeschaltet"
        );
        assert_eq!(
            german.said("Food: orders at a record across the whole sector"),
            "Essen: Rekord bei den Aufträgen in der ganzen Branche"
        );
        assert_eq!(
            german.said("The moon is closed"),
            "Der Mond ist geschlossen"
        );
        assert_eq!(Texts::default().said("You bought ACME"), "You bought ACME");
    }

    #[test]
    fn what_is_wrong_is_said_of_every_field() {
        let german = Texts {
            language: Language::German,
            ..Texts::default()
        };
        let check = |english: &str, expected: &str| assert_eq!(german.said(english), expected);
        check("The price must be above zero.", "Das muss über null sein.");
        check(
            "The number of shares must be 1 to 1,000.",
            "Das muss 1 bis 1.000 sein.",
        );
        check(
            "The lowest price to buy at is missing.",
            "Hier fehlt etwas.",
        );
        check(
            "The nickname must not have more than four digits in a row: keep personal data out of it.",
            "Nimm nicht mehr als vier Ziffern hintereinander: Persönliche Daten gehören nicht hinein.",
        );
        check(
            "\"ab\" in line 3: The nickname must be 3 to 20 letters from a to z, digits, '_' or '-'.",
            "„ab“ in Zeile 3: Nimm 3 bis 20 Buchstaben ohne Umlaute, Ziffern, „_“ oder „-“.",
        );
        check(
            "The subscription has €12.50 to spend, and these shares cost €30.00.",
            "Der Plan hat noch 12,50\u{a0}€, und diese Aktien kosten 30,00\u{a0}€.",
        );
        check(
            "Choose whether you trade shares or an amount.",
            "Wähl, ob du Aktien oder einen Betrag handelst.",
        );
        check("The moon is cheese.", "The moon is cheese.");
    }

    #[test]
    fn companies_describe_themselves_and_those_of_a_host_stay_as_they_are() {
        let german = Texts {
            language: Language::German,
            ..Texts::default()
        };
        let check = |english: &str, expected: &str| assert_eq!(german.said(english), expected);
        check("Ducks travel free of charge.", "Enten fahren umsonst mit.");
        check(
            "Makes electricity from eleven mountain lakes.\nDucks travel free of charge.",
            "Macht Strom aus elf Bergseen.\nEnten fahren umsonst mit.",
        );
        check(
            "Solar Kites comes to the market",
            "Solar Kites kommt an den Markt",
        );
        let own = "Makes hats for llamas. Llamas like them.";
        check(own, own);
    }

    #[test]
    fn gaps_take_the_notation_of_the_language() {
        let german = Texts {
            language: Language::German,
            ..Texts::default()
        };
        let check = |english: &str, expected: &str| assert_eq!(german.value(english), expected);
        check("$1,234.50", "1.234,50\u{a0}$");
        check("€1,234.50", "1.234,50\u{a0}€");
        check("12.50%", "12,50\u{a0}%");
        check("1,240", "1.240");
        check("21 Nov 2026, 09:30 UTC", "21. Nov. 2026, 09:30 UTC");
        check("2026-11-21", "2026-11-21");
        check(
            "Tue 1 Dec 2026, 08:00 (Europe/Berlin)",
            "1. Dez. 2026, 08:00 (Europe/Berlin)",
        );
        check("1 share", "1 Aktie");
        check("1,240.5 shares", "1.240,5 Aktien");
        check("all shares", "all shares");
        check("ada", "ada");
    }
}
