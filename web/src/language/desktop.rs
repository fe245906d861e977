//! The words of the desktop program's menu.

use super::Language;

/// What stands in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MenuWords {
    /// The only menu.
    pub game: &'static str,
    /// Back to the launcher.
    pub start_page: &'static str,
    /// Loads the page again.
    pub reload: &'static str,
    /// Ends the program.
    pub quit: &'static str,
}

impl Language {
    /// The words of the menu.
    #[must_use]
    pub fn menu_words(self) -> MenuWords {
        let texts = self.texts();
        MenuWords {
            game: texts.menu_game(),
            start_page: texts.menu_start_page(),
            reload: texts.menu_reload(),
            quit: texts.menu_quit(),
        }
    }
}
