//! Describes what is wrong with a field in terms of what it accepts. Serde's messages are for programmers.

use domain::api::ApiError;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::Error;

/// The message where an object is expected.
pub(super) const OBJECT: &str = "must be a JSON object, such as {\"name\": \"value\"}";

/// A field error from serde's message, which names the field itself if there is no path.
pub(super) fn wrong_field(path: &str, said: &str) -> Error {
    let said = said.split(" at line ").next().unwrap_or(said);
    let quoted = said.split('`').nth(1);
    let (field, message) = match quoted {
        Some(field) if said.starts_with("missing field") => (field, "is missing".to_owned()),
        Some(field) if said.starts_with("unknown field") => {
            (field, format!("\"{field}\" is not a field of this request"))
        }
        Some(field) if said.starts_with("duplicate field") => (field, "is there twice".to_owned()),
        _ => (path, plain(said)),
    };
    let parent = path
        .strip_suffix(field)
        .unwrap_or(path)
        .trim_end_matches('.');
    let full = match parent {
        "" | "?" => field.to_owned(),
        _ if parent == field => field.to_owned(),
        _ => format!("{parent}.{field}"),
    };
    let full = if full.is_empty() || full == "." {
        "body".to_owned()
    } else {
        full
    };
    ApiError::field(&full, message).into()
}

/// Serde's message about a value, as a statement about its field.
fn plain(said: &str) -> String {
    if let Some(variants) = said.strip_prefix("unknown variant ") {
        return one_of(variants);
    }
    if let Some(words) = parser_s(said) {
        return words.to_owned();
    }
    let is_serde_s = [
        "invalid type",
        "invalid value",
        "invalid length",
        "expected ",
    ]
    .iter()
    .any(|begin| said.starts_with(begin));
    if !is_serde_s {
        return said.to_owned();
    }
    let expected = said
        .split_once("expected ")
        .map_or("", |(_, expected)| expected);
    accepted(expected)
}

/// Messages of the number and text parsers, which know nothing about fields.
fn parser_s(said: &str) -> Option<&'static str> {
    let words = match said {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "must be a whole number, such as 50"
        }
        "number too large to fit in target type" => "is too large a number",
        "number too small to fit in target type" => "is too small a number",
        "invalid float literal" | "cannot parse float from empty string" => {
            "must be a number, such as 12.34"
        }
        "provided string was not `true` or `false`" => "must be true or false",
        _ if said.starts_with("number out of range") => "is too large a number",
        "lone leading surrogate in hex escape"
        | "unexpected end of hex escape"
        | "invalid unicode code point" => "has half a character: a \\u that belongs to no letter",
        "recursion limit exceeded" => "has too many levels",
        _ => return None,
    };
    Some(words)
}

/// What a field takes that must be one of several words, where no text stands: serde lists them only when
/// a text does. So one that is none of them is put in its place.
pub(super) fn choices<T: DeserializeOwned>(
    bytes: &[u8],
    said: &serde_json::Error,
) -> Option<String> {
    if !said.to_string().starts_with("expected value") {
        return None;
    }
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before = lines.take(said.line().checked_sub(1)?).map(<[u8]>::len);
    let start = before.sum::<usize>() + said.column().checked_sub(1)?;
    let (head, rest) = bytes.split_at_checked(start)?;
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let tail = rest.get(values.byte_offset()..)?;
    let said_of = |text: &str| {
        let instead = [head, b"\"", text.as_bytes(), b"\"", tail].concat();
        let error = serde_json::from_slice::<T>(&instead).err()?;
        Some(error.to_string())
    };
    let said = said_of("?")?;
    let variants = said.strip_prefix("unknown variant `?`, expected ")?;
    let choices: Vec<&str> = variants.split('`').skip(1).step_by(2).collect();
    let listed = match choices.split_last()? {
        (only, []) => (*only).to_owned(),
        (last, others) => format!("{} or {last}", others.join(", ")),
    };
    // Where a word alone is not enough, it names what is chosen.
    let mut with_more = choices.iter().filter_map(|one| said_of(one));
    let is_object = with_more.any(|said| said.starts_with("invalid type: unit variant"));
    Some(if is_object {
        format!("must be a JSON object with {listed}")
    } else {
        format!("must be {listed}, in quotes")
    })
}

/// What a field takes, by what serde expects of it.
fn accepted(expected: &str) -> String {
    let words = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => {
            "must be a whole number from 0 up and without quotes, such as 50"
        }
        "i8" | "i16" | "i32" | "i64" | "isize" => {
            "must be a whole number without quotes, such as 50"
        }
        "a boolean" => "must be true or false, without quotes",
        "a string" | "a borrowed string" | "a character" => "must be a text in quotes",
        "a sequence" => "must be a list in square brackets",
        "value" => "must be one of the words that the page /api/docs lists",
        "" => "must have another form; the page /api/docs describes it",
        _ if expected.starts_with("struct ") || expected.starts_with("a map") => OBJECT,
        _ if expected.contains("enum") || expected.contains("variant") => {
            "must be one of the words that the page /api/docs lists"
        }
        // Our own types say what they take, and so that a number in quotes is meant.
        _ if expected.starts_with("a ") || expected.starts_with("an ") => {
            let quotes = if expected.contains("quotes") {
                ""
            } else {
                ", in quotes"
            };
            return format!("must be {expected}{quotes}");
        }
        _ => "must have another form; the page /api/docs describes it",
    };
    words.to_owned()
}

/// `` `hold`, expected `buy` or `sell` `` as what may be chosen.
fn one_of(variants: &str) -> String {
    let mut quoted = variants.split('`').skip(1).step_by(2);
    let given: String = quoted.next().unwrap_or_default().chars().take(40).collect();
    let choices: Vec<&str> = quoted.collect();
    match choices.split_last() {
        Some((last, [])) => format!("\"{given}\" is not {last}, the only choice"),
        Some((last, others)) => {
            format!("\"{given}\" is none of {} and {last}", others.join(", "))
        }
        None => format!("\"{given}\" is not one of the choices"),
    }
}

#[cfg(test)]
mod tests {
    use domain::api::{LoginRequest, OrderRequest};
    use serde::de::DeserializeOwned;

    use super::super::parse;

    /// What the only wrong field of a body is told.
    fn told<T: DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        let error = parse::<T>(json.as_bytes()).unwrap_err();
        let [wrong] = error.answer().fields.as_slice() else {
            panic!("one field is wrong with {json}")
        };
        wrong.message.clone()
    }

    fn order(more: &str) -> String {
        let order = r#"{"idempotency_key":"12345678","symbol":"AAA","side":"buy""#;
        told::<OrderRequest>(&format!("{order},{more}}}"))
    }

    #[test]
    fn every_field_says_in_a_sentence_what_it_takes() {
        let check = |more: &str, sentence: &str| assert_eq!(order(more), sentence, "{more}");
        check(
            r#""size":{"quantity":"1","amount":"1"}"#,
            "The size must give either quantity or amount.",
        );
        check(
            r#""size":{}"#,
            "The size must give either quantity or amount.",
        );
        check(
            r#""size":{"shares":"1"}"#,
            "\"shares\" is not a field of this request.",
        );
        check(
            r#""size":{"quantity":50}"#,
            "The quantity must be a share quantity: a decimal number in quotes, such as \"12.34\".",
        );
        check(
            r#""size":{"amount":"1,5"}"#,
            "\"1,5\" is not a decimal number such as 12.34.",
        );
        check(
            r#""size":{"quantity":"1"},"guard":{"expected":"1","tolerance_bps":"50"}"#,
            "The tolerance in basis points must be a whole number from 0 up and without quotes, such as 50.",
        );
        check(
            r#""size":{"quantity":"1"},"trigger":{}"#,
            "The trigger must give either limit or stop.",
        );
        check(
            r#""size":{"quantity":"1"},"expires_at":"2027-01-01""#,
            "\"2027-01-01\" is not a day with a time in UTC such as 2026-11-21T09:30:00Z.",
        );
        check(
            r#""size":"1""#,
            "The size must be a JSON object, such as {\"name\": \"value\"}.",
        );
        assert_eq!(
            told::<OrderRequest>(r#"{"idempotency_key":"12345678","symbol":"AAA","side":"hold"}"#),
            "\"hold\" is none of buy and sell."
        );
        assert_eq!(told::<LoginRequest>("{}"), "The login is missing.");
        assert_eq!(
            told::<LoginRequest>(r#"{"login":7}"#),
            "The login must be a text in quotes."
        );
        assert_eq!(
            told::<LoginRequest>("7"),
            "The body must be a JSON object, such as {\"name\": \"value\"}."
        );
    }

    #[derive(Debug, serde::Deserialize)]
    struct Numbers {
        #[expect(dead_code, reason = "read only")]
        whole: Option<u64>,
        #[expect(dead_code, reason = "read only")]
        yes: Option<bool>,
    }

    #[test]
    fn a_query_says_what_it_takes_as_well() {
        let check = |query: &str, sentence: &str| {
            let error = super::super::parse_query::<Numbers>(query).unwrap_err();
            assert_eq!(error.answer().message, sentence, "{query}");
        };
        let whole = "The whole must be a whole number, such as 50.";
        for wrong in ["whole=x", "whole=", "whole=-1", "whole=1.5", "whole=1e3"] {
            check(wrong, whole);
        }
        let huge = format!("whole={}", "9".repeat(30));
        check(&huge, "The whole is too large a number.");
        check("yes=perhaps", "The yes must be true or false.");
    }

    #[test]
    fn half_a_character_is_called_so() {
        for half in [r#"{"login":"\ud800"}"#, r#"{"login":"\ud800\u0041"}"#] {
            let said = told::<LoginRequest>(half);
            assert!(said.starts_with("The login has half a character"), "{said}");
        }
    }

    #[test]
    fn a_choice_names_what_may_be_chosen() {
        let sides = "The side must be buy or sell, in quotes.";
        for value in ["1", "null", "[]", "true"] {
            for lines in ["", "\n\n"] {
                let json = format!("{{{lines}\"side\":{value},\"reason\":1}}");
                assert_eq!(told::<OrderRequest>(&json), sides, "{json}");
            }
        }
    }

    #[test]
    fn a_choice_that_says_more_is_an_object() {
        let aim = told::<domain::advice::Target>(r#"{"aim":1}"#);
        assert_eq!(
            aim,
            "The aim must be a JSON object with instrument, category or currency."
        );
    }

    #[test]
    fn no_answer_speaks_as_serde_does() {
        let values = [
            "null",
            "true",
            "7",
            "-1",
            "1e999",
            "0.5",
            r#""x""#,
            "[]",
            "{}",
            r#"{"x":1}"#,
        ];
        let fields = [
            "idempotency_key",
            "symbol",
            "side",
            "size",
            "guard",
            "reason",
            "trigger",
            "expires_at",
        ];
        for value in values {
            for field in fields {
                let json = format!(r#"{{"{field}":{value}}}"#);
                let error = parse::<OrderRequest>(json.as_bytes()).unwrap_err();
                let message = &error.answer().message;
                for jargon in [
                    ", expected",
                    "invalid type",
                    "invalid value",
                    "variant",
                    "u32",
                    "struct",
                    "enum",
                    "sequence",
                    "map",
                    "line ",
                ] {
                    assert!(!message.contains(jargon), "{json}: {message}");
                }
            }
        }
    }
}
