//! Generates one function for each message, covering all languages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The texts of one language, by name.
pub type Table = BTreeMap<String, String>;

/// Reads the files of `messages/{tag}` of each language, or of a folder in it, and writes the functions, which
/// contain the texts of all languages: for plain pages, and for the launcher.
///
/// # Errors
/// What is wrong with a file, with its name and the name of the message.
pub fn generate(languages: &[(&str, bool)], part: &str) -> Result<String, String> {
    let tables = read_languages(languages, part)?;
    let mut code = String::from("impl Texts {\n");
    for (name, text, translated) in rows(&tables) {
        let head = head(name, text);
        let body = by_language(text, &translated);
        _ = writeln!(code, "{head} {{\n{body}}}");
    }
    code.push_str("}\n");
    Ok(code)
}

/// The same for `messages/{tag}/live`: the texts of pages that the browser takes over. There the functions
/// contain the English text alone. A translation is looked up in the table that came with the page, a line
/// for each message, which is written here, too.
///
/// # Errors
/// Those of [`generate`].
pub fn generate_live(languages: &[(&str, bool)]) -> Result<String, String> {
    let tables = read_languages(languages, "/live")?;
    let mut code = String::from("impl Texts {\n");
    for (index, (name, text, translated)) in rows(&tables).enumerate() {
        let head = head(name, text);
        let body = by_language(text, &translated);
        let gaps = gaps(text).unwrap_or_default();
        let gaps: String = gaps
            .iter()
            .map(|gap| format!("({gap:?}, &{gap}),"))
            .collect();
        let looked_up = if gaps.is_empty() {
            format!("loaded::word({index}, {text:?})")
        } else {
            format!("loaded::fill({index}, {text:?}, &[{gaps}])")
        };
        _ = writeln!(
            code,
            "{head} {{\n#[cfg(feature = \"ssr\")]\n{{ {body} }}\n\
             #[cfg(not(feature = \"ssr\"))]\n{{ _ = self; {looked_up} }}\n}}"
        );
    }
    code.push_str("}\n#[cfg(feature = \"ssr\")]\npub(super) static LIVE: &[&str] = &[\n");
    for place in 0..tables.len() {
        let lines: Vec<&str> = rows(&tables)
            .filter_map(|(_, _, translated)| translated.get(place).map(|text| text.as_str()))
            .collect();
        _ = writeln!(code, "{:?},", lines.join("\n"));
    }
    code.push_str("];\n");
    Ok(code)
}

/// The tables of a part of the pages, English first, each compared with English.
fn read_languages(languages: &[(&str, bool)], part: &str) -> Result<Vec<Table>, String> {
    let mut tables: Vec<Table> = Vec::new();
    for (tag, draft) in languages {
        let folder = format!("messages/{tag}{part}");
        // A draft may come without them.
        let table = if *draft && !std::path::Path::new(&folder).exists() {
            Table::new()
        } else {
            read_all(&folder)?
        };
        if let Some(english) = tables.first() {
            check(english, &table, tag, *draft)?;
        }
        // The table of live texts is written into the page as it is.
        if !part.is_empty() && table.values().any(|text| text.contains('<')) {
            return Err(format!("{folder}: a text has a `<`"));
        }
        tables.push(table);
    }
    Ok(tables)
}

/// Each message: its name, the English text, and the text in every language.
fn rows(tables: &[Table]) -> impl Iterator<Item = (&String, &String, Vec<&String>)> {
    tables.iter().take(1).flatten().map(|(name, text)| {
        let translated = tables.iter().map(|table| table.get(name).unwrap_or(text));
        (name, text, translated.collect())
    })
}

/// The texts of all files of a folder: one for each group of pages.
///
/// # Errors
/// A folder that cannot be read, what is wrong with a file, or a name that is in two files.
pub fn read_all(folder: &str) -> Result<Table, String> {
    let mut table = Table::new();
    let wrong = |error: std::io::Error| format!("{folder}: {error}");
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() {
            continue;
        }
        let path = path.display().to_string();
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

/// The head of a message's function.
fn head(name: &str, english: &str) -> String {
    let gaps = gaps(english).unwrap_or_default();
    let arguments: String = gaps
        .iter()
        .map(|gap| format!(", {gap}: impl std::fmt::Display"))
        .collect();
    let called = name.replace(['.', '-'], "_");
    let answer = if gaps.is_empty() {
        "&'static str"
    } else {
        "String"
    };
    format!("/// {english:?}\npub(crate) fn {called}(self{arguments}) -> {answer}")
}

/// The text of the page's language.
fn by_language(english: &str, texts: &[&String]) -> String {
    let has_gaps = gaps(english).is_some_and(|gaps| !gaps.is_empty());
    let (before, after) = if has_gaps {
        ("format!(", ")")
    } else {
        ("", "")
    };
    let mut code = String::from("match self.language as usize {\n");
    // English is the last arm: it covers every number that is not a language.
    for (index, text) in texts.iter().enumerate().skip(1) {
        _ = writeln!(code, "{index} => {before}{text:?}{after},");
    }
    _ = writeln!(code, "_ => {before}{english:?}{after},\n}}");
    code
}
