//! Texts that come from the server in English, as one table: those of the data files, and its sentences.

use std::fmt::Write as _;

use serde_json::Value;

use super::messages::{Table, check, parse};

/// Data files with the parts that players read, as JSON pointers within an entry.
const DATA: [(&str, &[(&str, &str)]); 5] = [
    (
        "achievements",
        &[("name", "/name"), ("description", "/description")],
    ),
    ("instruments", COMPANY),
    ("newcomers", COMPANY),
    (
        "quests",
        &[("name", "/name"), ("description", "/description")],
    ),
    (
        "scenarios",
        &[
            ("title", "/scenario/title"),
            ("learn", "/scenario/learn"),
            ("story", "/scenario/story"),
            ("lesson", "/scenario/lesson"),
        ],
    ),
];

/// How a company describes itself.
const COMPANY: &[(&str, &str)] = &[
    ("description", "/description"),
    ("plain-words", "/plain_words"),
    ("fun-fact", "/fun_fact"),
];

/// Lists within an entry of which each item has such a part: the file, the list, the part.
const LISTS: [(&str, &str, &str); 1] = [("scenarios", "/scenario/events", "headline")];

/// Folders of the server's sentences, and of those that are said in the browser.
const SENTENCES: [&str; 7] = [
    "server",
    "refusals",
    "advice",
    "headlines",
    "mails",
    "desktop",
    CHECKER,
];

/// The folder of what the module that checks receipts and draws says, and its scripts. A page carries this
/// part of the table for them.
const CHECKER: &str = "checker";

/// Reads each data file and `messages/{file}/{tag}.txt` of each other language, and [`SENTENCES`] in
/// every language, and writes the table.
///
/// # Errors
/// What is wrong with a file, with its name and the name of the text.
pub fn generate(languages: &[(&str, bool)]) -> Result<String, String> {
    let mut rows = Vec::new();
    let mut checker: Vec<Vec<String>> = Vec::new();
    for (file, parts) in DATA {
        rows.extend(translated(file, &english(file, parts)?, languages)?);
    }
    for group in SENTENCES {
        let path = format!("messages/{group}/en.txt");
        let sentences = parse(&path, &super::read(&path)?)?;
        let sentences = translated(group, &sentences, languages)?;
        if group == CHECKER {
            checker.clone_from(&sentences);
        }
        rows.extend(sentences);
    }
    // It is written into the page as it is.
    if checker.iter().flatten().any(|text| text.contains('<')) {
        return Err(format!("messages/{CHECKER}: a text has a `<`"));
    }
    rows.sort();
    rows.dedup_by(|one, other| one.first() == other.first());
    Ok(table("SAID", &rows, languages.len()) + &table("CHECKER", &checker, languages.len()))
}

/// The table of these rows as code.
fn table(name: &str, rows: &[Vec<String>], languages: usize) -> String {
    let count = rows.len();
    let mut code = format!("pub(super) static {name}: [[&str; {languages}]; {count}] = [\n");
    for row in rows {
        _ = writeln!(code, "{row:?},");
    }
    code.push_str("];\n");
    code
}

/// The texts of a data file, as `id.part`, and those of its lists, as `id.part-1`. The id of a company is its
/// symbol in small letters.
fn english(file: &str, parts: &[(&str, &str)]) -> Result<Table, String> {
    let path = format!("../domain/data/{file}.json");
    let entries: Vec<Value> =
        serde_json::from_str(&super::read(&path)?).map_err(|error| format!("{path}: {error}"))?;
    let mut table = Table::new();
    for entry in &entries {
        let id = entry
            .get("id")
            .or_else(|| entry.get("symbol"))
            .and_then(Value::as_str)
            .ok_or("an entry has no id")?
            .to_ascii_lowercase();
        for (part, pointer) in parts {
            let text = entry.pointer(pointer).and_then(Value::as_str);
            let text = text.ok_or_else(|| format!("{path}: `{id}` has no {part}"))?;
            if table
                .insert(format!("{id}.{part}"), text.to_owned())
                .is_some()
            {
                return Err(format!("{path}: `{id}` stands there twice"));
            }
        }
        for (_, pointer, part) in LISTS.iter().filter(|(of, ..)| *of == file) {
            let items = entry.pointer(pointer).and_then(Value::as_array);
            for (number, item) in (1..).zip(items.into_iter().flatten()) {
                let text = item.get(part).and_then(Value::as_str);
                let text = text.ok_or_else(|| format!("{path}: `{id}` has no {part} {number}"))?;
                table.insert(format!("{id}.{part}-{number}"), text.to_owned());
            }
        }
    }
    Ok(table)
}

/// Each text in all languages, English first.
fn translated(
    group: &str,
    english: &Table,
    languages: &[(&str, bool)],
) -> Result<Vec<Vec<String>>, String> {
    let mut tables = vec![english.clone()];
    for (tag, draft) in languages.iter().skip(1) {
        let path = format!("messages/{group}/{tag}.txt");
        let content = match super::read(&path) {
            Err(_) if *draft => String::new(),
            read => read?,
        };
        let table = parse(&path, &content)?;
        check(english, &table, &format!("{group}.{tag}"), *draft)?;
        tables.push(table);
    }
    let row = |(name, text): (&String, &String)| {
        let texts = tables.iter().map(|table| table.get(name).unwrap_or(text));
        texts.cloned().collect()
    };
    Ok(english.iter().map(row).collect())
}
