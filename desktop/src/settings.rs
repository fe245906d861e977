//! What the program remembers between runs, in a small file in the data folder.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use web::language::Language;

const FILE: &str = "desktop.json";

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// The server that was last connected to.
    pub address: Option<String>,
    /// The port of the embedded server: what pages store in the browser is tied to their origin.
    pub port: Option<u16>,
    /// The tag of the launcher's language, for the menu of the next start.
    pub language: Option<String>,
}

impl Settings {
    /// Reads the settings. A missing or damaged file yields the defaults: nothing in it is worth
    /// refusing to start for.
    pub fn read(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "cannot read the settings");
                return Self::default();
            }
        };
        serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "the settings are damaged and start anew");
            Self::default()
        })
    }

    /// Replaces the settings atomically, so that a crash leaves either the old or the new ones.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let (path, draft) = (folder.join(FILE), draft(folder));
        let mut file = fs::File::create(&draft)?;
        file.write_all(serde_json::to_string_pretty(self)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(draft, path)
    }

    /// The language of the menu: the launcher's of last time, or else the one that the system names.
    pub fn language(&self) -> Language {
        let remembered = self.language.as_deref().and_then(Language::from_tag);
        remembered.unwrap_or_else(|| {
            let names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
            let mut set = names
                .filter_map(|name| std::env::var(name).ok())
                .filter(|locale| !locale.is_empty());
            set.next()
                .map_or(Language::English, |locale| of_locale(&locale))
        })
    }
}

/// The language of a locale such as `de_CH.UTF-8`.
fn of_locale(locale: &str) -> Language {
    let tag = locale.split(['_', '.', '@']).next().unwrap_or_default();
    let known = Language::from_tag(tag).filter(|language| !language.is_draft());
    known.unwrap_or_default()
}

fn draft(folder: &Path) -> PathBuf {
    folder.join(format!("{FILE}.new"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Settings::read(folder.path()), Settings::default());
        let settings = Settings {
            address: Some("https://game.example.org/".into()),
            port: Some(4000),
            language: Some("fr".into()),
        };
        assert_eq!(settings.language(), Language::French);
        settings.write(folder.path()).unwrap();
        assert_eq!(Settings::read(folder.path()), settings);
        assert!(!draft(folder.path()).exists());
    }

    #[test]
    fn the_system_s_language_is_the_first_part_of_its_locale() {
        assert_eq!(of_locale("de_CH.UTF-8"), Language::German);
        assert_eq!(of_locale("pt"), Language::Portuguese);
        for other in ["C", "C.UTF-8", "POSIX", "ja_JP", "sn_ZW", ""] {
            assert_eq!(of_locale(other), Language::English, "{other}");
        }
    }

    #[test]
    fn damaged_settings_start_anew() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{", "[]", r#"{"port": 70000}"#, r#"{"address": 1}"#] {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Settings::read(folder.path()), Settings::default(), "{text}");
        }
        fs::write(folder.path().join(FILE), r#"{"port": 4000, "later": true}"#).unwrap();
        assert_eq!(Settings::read(folder.path()).port, Some(4000));
    }
}
