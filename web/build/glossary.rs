//! The glossary of all languages as one table.

use std::fmt::Write as _;

use serde::Deserialize;

use super::messages::{Table, check, parse};

/// Where the terms are defined, in English.
const ENGLISH: &str = "../domain/data/glossary.json";

/// A term as written in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    term: String,
    sentence: String,
    example: String,
}

/// Reads the terms and `messages/glossary/{tag}.txt` of each other language, and writes the table.
///
/// # Errors
/// What is wrong with a file, with its name and the name of the term.
pub fn generate(languages: &[(&str, bool)]) -> Result<String, String> {
    let json = super::read(ENGLISH)?;
    let entries: Vec<Entry> =
        serde_json::from_str(&json).map_err(|error| format!("{ENGLISH}: {error}"))?;
    let mut english = Table::new();
    for entry in &entries {
        for (part, text) in [
            ("term", &entry.term),
            ("sentence", &entry.sentence),
            ("example", &entry.example),
        ] {
            let name = format!("{}.{part}", entry.id);
            if english.insert(name, text.clone()).is_some() {
                return Err(format!("{ENGLISH}: `{}` stands there twice", entry.id));
            }
        }
    }
    let mut tables = vec![english.clone()];
    for (tag, draft) in languages.iter().skip(1) {
        let path = format!("messages/glossary/{tag}.txt");
        // A draft may come without a glossary.
        let content = match super::read(&path) {
            Err(_) if *draft => String::new(),
            read => read?,
        };
        let table = parse(&path, &content)?;
        check(&english, &table, &format!("glossary.{tag}"), *draft)?;
        tables.push(table);
    }
    let mut code = format!("static ENTRIES: [Entry; {}] = [\n", entries.len());
    for entry in &entries {
        let row = |part: &str| {
            let name = format!("{}.{part}", entry.id);
            let texts = tables.iter().map(|table| {
                let text = table.get(&name).or_else(|| english.get(&name));
                format!("{:?}", text.map(String::as_str).unwrap_or_default())
            });
            texts.collect::<Vec<_>>().join(", ")
        };
        let (term, sentence, example) = (row("term"), row("sentence"), row("example"));
        _ = writeln!(
            code,
            "Entry {{ id: {:?}, term: [{term}], sentence: [{sentence}], example: [{example}] }},",
            entry.id
        );
    }
    code.push_str("];\n");
    Ok(code)
}
