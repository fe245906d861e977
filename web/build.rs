//! Makes the table of messages: a function for each text of the pages, in every language. The build fails if
//! a language lacks a message, has an extra one, or has gaps that differ from English. It also fails if no
//! page uses a message, which the compiler detects.

#[path = "build/glossary.rs"]
mod glossary;
#[path = "build/messages.rs"]
mod messages;
#[path = "build/said.rs"]
mod said;

use std::path::Path;
use std::process::ExitCode;

/// The languages by tag, and whether each is a draft. Messages missing from a draft are shown in
/// English. Same order as `Language` in `src/language.rs`.
const LANGUAGES: [(&str, bool); 6] = [
    ("en", false),
    ("de", false),
    ("fr", false),
    ("es", false),
    ("pt", false),
    ("sn", true),
];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=messages");
    for file in [
        "achievements",
        "glossary",
        "instruments",
        "newcomers",
        "quests",
        "scenarios",
    ] {
        println!("cargo::rerun-if-changed=../domain/data/{file}.json");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let out = Path::new(&out);
    let plain = messages::generate(&LANGUAGES, "")?;
    write(&out.join("messages.rs"), &plain)?;
    let launcher = messages::generate(&LANGUAGES, "/launcher")?;
    write(&out.join("launcher.rs"), &launcher)?;
    write(&out.join("live.rs"), &messages::generate_live(&LANGUAGES)?)?;
    write(&out.join("said.rs"), &said::generate(&LANGUAGES)?)?;
    write(&out.join("glossary.rs"), &glossary::generate(&LANGUAGES)?)
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
