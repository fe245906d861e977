//! The words of the page that a browser shows while there is no network.

use super::Language;

/// What stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkWords {
    /// The language, for `<html lang>`.
    pub tag: &'static str,
    /// The title of the document.
    pub title: &'static str,
    /// The heading.
    pub head: &'static str,
    /// What it means for the player.
    pub words: &'static str,
    /// The label of the link that loads the page again.
    pub again: &'static str,
    /// All of it in one line.
    pub short: &'static str,
}

impl Language {
    /// The words of the page.
    #[must_use]
    pub fn network_words(self) -> NetworkWords {
        let texts = self.texts();
        NetworkWords {
            tag: self.tag(),
            title: texts.network_title(),
            head: texts.network_head(),
            words: texts.network_words(),
            again: texts.network_again(),
            short: texts.network_short(),
        }
    }
}
