//! What the search finds a strategy by: the words of its texts, and marks for everything that filters.
//!
//! Both databases match whole terms, so what is found is the same on each. Words are runs of letters and
//! digits in small letters, without the `s` of a plural. A mark begins with a character for private use,
//! which no word has.

use domain::api::{RiskProfile, StrategyContent, StrategyVisibility};
use domain::{GameId, MarketId};

use crate::store::StrategyRecord;

/// Begins a mark.
const MARK: char = '\u{e000}';
/// Begins a word of the name.
const NAME_MARK: char = '\u{e001}';

/// The words of a text, each once.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let parts = text.split(|c: char| !c.is_alphanumeric());
    for part in parts.filter(|part| !part.is_empty()) {
        let word = singular(part.to_lowercase());
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn singular(mut word: String) -> String {
    if word.chars().count() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}

/// The mark of a risk profile.
#[must_use]
pub fn risk(profile: RiskProfile) -> String {
    format!("{MARK}r{}", profile.as_str())
}

/// The mark of a tag, which is as one types it.
#[must_use]
pub fn tag(tag: &str) -> String {
    format!("{MARK}t{}", words(tag).concat())
}

/// The mark of a category.
#[must_use]
pub fn category(name: &str) -> String {
    format!("{MARK}c{}", words(name).concat())
}

/// A word of the name.
#[must_use]
pub fn of_name(word: &str) -> String {
    format!("{NAME_MARK}{word}")
}

/// The marks of what can be found in a market, and by the players of a game.
#[must_use]
pub fn scope(market: MarketId, game: Option<GameId>) -> Vec<String> {
    let mut scope = vec![format!("{MARK}m{}", market.0)];
    scope.extend(game.map(|game| format!("{MARK}g{}", game.0)));
    scope
}

/// All terms of a strategy, between blanks; none of one that is not listed.
#[must_use]
pub fn of(record: &StrategyRecord, content: &StrategyContent, categories: &[String]) -> String {
    if !record.is_listed() {
        return String::new();
    }
    let mut scope = scope(record.market, Some(record.game));
    match record.visibility {
        StrategyVisibility::Public => scope.truncate(1),
        StrategyVisibility::Game | StrategyVisibility::Private => {
            scope.remove(0);
        }
    }
    let name = words(&content.name);
    let targets = content.plan.targets.iter();
    let aims: Vec<String> = targets.map(|target| target.aim.to_string()).collect();
    let texts = [
        content.name.as_str(),
        &content.description,
        &content.tags.join(" "),
        &categories.join(" "),
        &aims.join(" "),
    ];
    let mut terms = scope;
    terms.push(risk(content.risk));
    terms.extend(content.tags.iter().map(|one| tag(one)));
    terms.extend(categories.iter().map(|one| category(one)));
    terms.extend(name.iter().map(|word| of_name(word)));
    terms.extend(words(&texts.join(" ")));
    format!(" {} ", terms.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_small_and_singular() {
        assert_eq!(
            words("Funds, fund & Glass-houses: Übung's 5%"),
            ["fund", "glass", "house", "übung", "s", "5"]
        );
        assert_eq!(words(" \u{e000}rbold %_' "), ["rbold"]);
    }

    #[test]
    fn a_mark_is_no_word_that_anybody_can_type() {
        for mark in [
            risk(RiskProfile::Bold),
            tag("a-b"),
            category("Food & Drink"),
        ] {
            assert!(!words(&mark).contains(&mark), "{mark:?}");
        }
        assert_eq!(category("food & DRINK"), category("Food & Drinks"));
    }
}
