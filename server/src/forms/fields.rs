//! The fields of a form as parts of a request to the API.

use serde_json::{Map, Value, json};

use super::Fields;

/// Copies those of the fields that say something.
pub(super) fn copy(
    fields: &Fields,
    body: &mut Map<String, Value>,
    names: &[&str],
    read: fn(&str) -> Value,
) {
    for name in names {
        let said = fields.get(*name).map_or("", |said| said.trim());
        if !said.is_empty() {
            body.insert((*name).to_owned(), read(said));
        }
    }
}

pub(super) fn text(said: &str) -> Value {
    json!(said)
}

/// What is no number goes on as a text, which the API refuses by name.
pub(super) fn number(said: &str) -> Value {
    said.parse::<i64>()
        .map_or_else(|_| json!(said), |number| json!(number))
}

pub(super) fn flag(said: &str) -> Value {
    json!(matches!(said, "true" | "on"))
}

/// A number as a part of an address. What is no number names nothing, which the API then says.
pub(super) fn digits<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let text = fields.get(name).map_or("", |text| text.trim());
    let plain = !text.is_empty() && text.len() < 20 && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text } else { "0" }
}

/// A form as a browser sends it.
#[cfg(test)]
pub(super) fn form(pairs: &[(&str, &str)]) -> Fields {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

/// A form in the open league, unless it names another game.
#[cfg(test)]
pub(super) fn form_in_league(pairs: &[(&str, &str)]) -> Fields {
    let open = [("game", "open")];
    form(&[&open[..], pairs].concat())
}
