//! What an import may call its instruments, checked as the arguments are read.

use std::fmt;
use std::str::FromStr;

/// The name of an instrument: 1 to 100 characters that can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// A category: 1 to 40 letters, digits, spaces, `-`, `.` and `'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category(String);

/// Why a text is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelError(String);

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LabelError {}

fn error<T>(reason: &str) -> Result<T, LabelError> {
    Err(LabelError(reason.to_owned()))
}

impl FromStr for Name {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let text = text.trim();
        let fits = (1..=100).contains(&text.chars().count());
        if !fits
            || !text.chars().any(char::is_alphanumeric)
            || text.contains(domain::text::is_invisible)
        {
            return error(
                "a name has 1 to 100 characters, a letter or digit among them, and no line breaks or others that cannot be seen",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Category {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        let text = text.trim();
        let allowed = |c: char| c.is_alphanumeric() || " -.'".contains(c);
        let fits = (1..=40).contains(&text.chars().count()) && text.chars().all(allowed);
        if !fits || !text.starts_with(char::is_alphanumeric) {
            return error(
                "a category has 1 to 40 letters, digits, spaces, '-', '.' and ''', a letter or digit first",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

as_text!(Name, Category);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen() {
        for good in ["Apple Inc.", " Søren & Sons </title> ", "3"] {
            let name = good.parse::<Name>().unwrap();
            assert_eq!(name.as_ref(), good.trim());
        }
        for bad in ["", "   ", "a\nb", "...", "a\u{202e}b", &"x".repeat(101)] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_category_fits_into_a_link() {
        for good in [
            "Stocks",
            "Food and Drink",
            "Müsli-Börse",
            "S.A.",
            "People's",
        ] {
            assert!(good.parse::<Category>().is_ok(), "{good}");
        }
        for bad in ["", " ", "R&D", "a/b", "a?b", "a#b", "-", &"x".repeat(41)] {
            assert!(bad.parse::<Category>().is_err(), "{bad}");
        }
    }
}
