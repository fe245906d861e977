//! The lines of an imported file, split into fields.
//!
//! A line is a row: daily prices have no text that runs over several lines. So an unterminated
//! quote spoils its own row only, and the report names the line on which it opens.

/// A line's number and its fields, or what is wrong with its quotes.
pub(super) type Line = (u64, Result<Vec<String>, String>);

/// What stands between the fields of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// The separator that a header has the most of.
    pub(crate) fn of_header(header: &str) -> Self {
        let count = |separator: Self| {
            let found = header.chars().filter(|c| *c == separator.char());
            found.count()
        };
        let [comma, semicolon, tab] = Self::ALL.map(count);
        if semicolon > comma && semicolon >= tab {
            Self::Semicolon
        } else if tab > comma {
            Self::Tab
        } else {
            Self::Comma
        }
    }

    fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }

    /// The fields of a line without the spaces around them. A quoted field may hold separators,
    /// and quotes that are doubled.
    ///
    /// # Errors
    /// What is wrong with the quotes of the line.
    pub(crate) fn split(self, line: &str) -> Result<Vec<String>, String> {
        let mut fields = Vec::new();
        let mut rest = line;
        loop {
            let start = rest.trim_start_matches(' ');
            let (field, after) = match start.strip_prefix('"') {
                Some(quoted) => self.quoted(quoted, fields.len())?,
                None => {
                    let end = rest.find(self.char()).unwrap_or(rest.len());
                    let (field, after) = rest.split_at(end);
                    (field.trim().to_owned(), after)
                }
            };
            fields.push(field);
            match after.strip_prefix(self.char()) {
                Some(next) => rest = next,
                None => return Ok(fields),
            }
        }
    }

    /// A field behind its opening quote, and what follows its closing one.
    fn quoted(self, text: &str, before: usize) -> Result<(String, &str), String> {
        let number = before.saturating_add(1);
        let mut field = String::new();
        let mut rest = text;
        loop {
            let Some((inside, after)) = rest.split_once('"') else {
                return Err(format!(
                    "the quote that opens field {number} is not closed on this line"
                ));
            };
            field.push_str(inside);
            if let Some(after) = after.strip_prefix('"') {
                field.push('"');
                rest = after;
                continue;
            }
            let after = after.trim_start_matches(' ');
            if after.is_empty() || after.starts_with(self.char()) {
                return Ok((field.trim().to_owned(), after));
            }
            return Err(format!(
                "text follows the closing quote of field {number}; a quote inside a quoted field is written twice"
            ));
        }
    }
}

/// The lines that are not empty, with their numbers from 1. Old files end lines with a carriage
/// return alone.
pub(crate) fn numbered_lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines = text.split(end).map(|line| line.trim_end_matches('\r'));
    (1..).zip(lines).filter(|(_, line)| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(separator: Separator, line: &str) -> Result<Vec<String>, String> {
        separator.split(line)
    }

    #[test]
    fn the_header_decides_what_separates() {
        let check = |header, expected| assert_eq!(Separator::of_header(header), expected);
        check("Date,Open,High", Separator::Comma);
        check("Date;Open;High", Separator::Semicolon);
        check("Date\tOpen\tHigh", Separator::Tab);
        check("Date;\"Open, in USD\";High", Separator::Semicolon);
        check("Date", Separator::Comma);
    }

    #[test]
    fn a_quoted_field_may_hold_what_separates() {
        let check = |separator, line, fields: &[&str]| {
            assert_eq!(split(separator, line).unwrap(), fields, "{line}");
        };
        check(Separator::Comma, "a, b ,c", &["a", "b", "c"]);
        check(
            Separator::Comma,
            "\"1,5\", \"x \"\"y\"\"\" ,",
            &["1,5", "x \"y\"", ""],
        );
        check(Separator::Semicolon, "1,5;2,5", &["1,5", "2,5"]);
        check(Separator::Tab, "a\t\tb", &["a", "", "b"]);
        check(Separator::Comma, "5\" pipe,1", &["5\" pipe", "1"]);
    }

    #[test]
    fn wrong_quotes_are_errors() {
        assert_eq!(
            split(Separator::Comma, "1,\"2,3").unwrap_err(),
            "the quote that opens field 2 is not closed on this line"
        );
        assert_eq!(
            split(Separator::Comma, "\"1\"2,3").unwrap_err(),
            "text follows the closing quote of field 1; a quote inside a quoted field is written twice"
        );
    }

    #[test]
    fn lines_are_numbered_as_an_editor_numbers_them() {
        let lines = |text| numbered_lines(text).collect::<Vec<_>>();
        assert_eq!(lines("a\r\n\r\nb\n"), [(1, "a"), (3, "b")]);
        assert_eq!(lines("a\rb"), [(1, "a"), (2, "b")]);
        assert_eq!(lines(""), []);
    }
}
