//! What pages of hosts and of advice write besides amounts and days.

use super::{Language, Texts};

impl Texts {
    /// An instant that the server wrote in the time zone of a game: `Tue 1 Dec 2026, 08:00 (Europe/Berlin)`.
    #[must_use]
    pub fn zoned(self, english: &str) -> String {
        match self.language {
            Language::English => english.to_owned(),
            _ => self.value(english),
        }
    }

    /// A figure that the server wrote: `42.10%`, or a number from −1 to 1.
    #[must_use]
    pub fn value_of(self, english: &str) -> String {
        match self.language {
            Language::English => english.to_owned(),
            _ => self.value(english),
        }
    }

    /// A percentage of this language without its sign, for words such as `points`.
    #[must_use]
    pub(crate) fn bare_percent(self, percent: &str) -> String {
        percent.trim_end_matches(['%', '\u{a0}']).to_owned()
    }
}
