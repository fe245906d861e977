//! What the build says of a table of messages that is wrong.
#![allow(clippy::unwrap_used, reason = "a test may stop at what cannot happen")]

#[path = "../build/messages.rs"]
#[allow(dead_code, reason = "the build writes the functions, too")]
mod messages;

use messages::{check, parse};

/// Reads a file for [`messages::generate`].
fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

const ENGLISH: &str =
    "# A comment\nstart.title = Your first five minutes\nstart.own = {name} has {count}\n";

fn refusal(translation: &str, draft: bool) -> Option<String> {
    let english = parse("en.txt", ENGLISH).unwrap();
    let table = parse("de.txt", translation).unwrap();
    check(&english, &table, "de", draft).err()
}

#[test]
fn a_whole_translation_passes_whatever_the_order_of_its_gaps() {
    let whole = "start.own = {count} von {name}\nstart.title = Fünf Minuten\n";
    assert_eq!(refusal(whole, false), None);
}

#[test]
fn a_missing_message_is_named_and_only_a_draft_may_lack_it() {
    let without = "start.title = Fünf Minuten\n";
    let said = refusal(without, false).unwrap();
    assert_eq!(said, "de: the message `start.own` is missing");
    assert_eq!(refusal(without, true), None);
}

#[test]
fn other_gaps_and_unknown_messages_are_refused_even_in_a_draft() {
    let check = |line: &str, part: &str| {
        let said = refusal(line, true).unwrap_or_default();
        assert!(said.contains(part), "{line}: {said}");
    };
    check("start.own = {name} hat viele\n", "other gaps");
    check("start.own = {name} hat {number}\n", "other gaps");
    check("start.end = Ende\n", "no message in English");
}

#[test]
fn a_line_that_is_none_is_refused_with_its_number() {
    let check = |text: &str, part: &str| {
        let said = parse("de.txt", text).unwrap_err();
        assert!(said.starts_with("de.txt:") && said.contains(part), "{said}");
    };
    check("a = b\nstart.title Fünf\n", "de.txt:2: no ` = `");
    check("start.own = {name hat\n", "not closed");
    check("start.own = name} hat\n", "not closed");
    check("start.own = {name} {name}\n", "not closed");
    check("a = b\na = c\n", "twice");
    check("Start = b\n", "not a name");
}

#[test]
fn the_files_of_the_project_make_a_function_of_each_message() {
    let languages = [("en", false), ("de", false), ("sn", true)];
    let count = |code: String| code.matches("pub(crate) fn ").count();
    let plain = messages::generate(&languages, "").unwrap();
    let english = messages::read_all("messages/en").unwrap();
    assert_eq!(count(plain), english.len());
    let launcher = messages::generate(&languages, "/launcher").unwrap();
    let english = messages::read_all("messages/en/launcher").unwrap();
    assert_eq!(count(launcher), english.len());
    let live = messages::generate_live(&languages).unwrap();
    let english = messages::read_all("messages/en/live").unwrap();
    assert_eq!(count(live), english.len());
}
