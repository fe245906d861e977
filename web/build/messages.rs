//! Generates one function for each message, covering all languages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The texts of one language, by name.
pub type Table = BTreeMap<String, String>;

/// Reads the files of `messages/{tag}` of each language and writes the functions.
///
/// # Errors
/// What is wrong with a file, with its name and the name of the message.
pub fn generate(languages: &[(&str, bool)]) -> Result<String, String> {
    let mut tables = Vec::new();
    for (tag, _) in languages {
        tables.push(read_all(&format!("messages/{tag}"))?);
    }
    let (english, others) = tables.split_first().ok_or("there is no language")?;
    for (table, (tag, draft)) in others.iter().zip(languages.iter().skip(1)) {
        check(english, table, tag, *draft)?;
    }
    let mut code = String::from("impl Texts {\n");
    for (name, text) in english {
        let translated = tables.iter().map(|table| table.get(name).unwrap_or(text));
        function(&mut code, name, text, &translated.collect::<Vec<_>>());
    }
    code.push_str("}\n");
    Ok(code)
}

/// The texts of all files of a folder: one for each group of pages.
///
/// # Errors
/// A folder that cannot be read, what is wrong with a file, or a name that is in two files.
pub fn read_all(folder: &str) -> Result<Table, String> {
    let mut table = Table::new();
    let wrong = |error: std::io::Error| format!("{folder}: {error}");
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path().display().to_string();
        for (name, text) in parse(&path, &super::read(&path)?)? {
            if table.insert(name.clone(), text).is_some() {
                return Err(format!("{path}: `{name}` is in another file, too"));
            }
        }
    }
    Ok(table)
}

/// Lines of `name = text`; empty ones and those that begin with `#` are skipped.
///
/// # Errors
/// A malformed line, a duplicate name, or an unclosed gap.
pub fn parse(path: &str, content: &str) -> Result<Table, String> {
    let mut table = Table::new();
    for (number, line) in content.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |what: &str| format!("{path}:{}: {what}: {line}", number + 1);
        let (name, text) = line.split_once(" = ").ok_or_else(|| wrong("no ` = `"))?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        if !name.chars().all(plain) || text.trim().is_empty() {
            return Err(wrong("not a name and a text"));
        }
        gaps(text)
            .ok_or_else(|| wrong("a gap is not closed, has no name, or stands there twice"))?;
        if table
            .insert(name.to_owned(), text.trim().to_owned())
            .is_some()
        {
            return Err(wrong("the name stands here twice"));
        }
    }
    Ok(table)
}

/// Compares a translation with English.
///
/// # Errors
/// A message that is missing or does not exist in English, or gaps that differ from English.
pub fn check(english: &Table, table: &Table, tag: &str, draft: bool) -> Result<(), String> {
    if let Some(name) = table.keys().find(|name| !english.contains_key(*name)) {
        return Err(format!("{tag}: `{name}` is no message in English"));
    }
    for (name, text) in english {
        let Some(translated) = table.get(name) else {
            if draft {
                continue;
            }
            return Err(format!("{tag}: the message `{name}` is missing"));
        };
        let sorted = |text: &str| {
            let mut gaps = gaps(text).unwrap_or_default();
            gaps.sort();
            gaps
        };
        if sorted(text) != sorted(translated) {
            return Err(format!("{tag}: `{name}` has other gaps than in English"));
        }
    }
    Ok(())
}

/// The names in braces, in order; none if a brace is not closed or a gap occurs twice.
fn gaps(text: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if before.contains('}') || !plain || names.iter().any(|known| known == name) {
            return None;
        }
        names.push(name.to_owned());
        rest = after;
    }
    (!rest.contains('}')).then_some(names)
}

fn function(code: &mut String, name: &str, english: &str, texts: &[&String]) {
    let gaps = gaps(english).unwrap_or_default();
    let arguments: String = gaps
        .iter()
        .map(|gap| format!(", {gap}: impl std::fmt::Display"))
        .collect();
    let called = name.replace(['.', '-'], "_");
    let (answer, before, after) = if gaps.is_empty() {
        ("&'static str", "", "")
    } else {
        ("String", "format!(", ")")
    };
    _ = writeln!(code, "/// {english:?}");
    _ = writeln!(
        code,
        "pub(crate) fn {called}(self{arguments}) -> {answer} {{"
    );
    _ = writeln!(code, "match self.language as usize {{");
    // English is the last arm: it covers every number that is not a language.
    for (index, text) in texts.iter().enumerate().skip(1) {
        _ = writeln!(code, "{index} => {before}{text:?}{after},");
    }
    _ = writeln!(code, "_ => {before}{english:?}{after},\n}}\n}}");
}
