//! Instruments: what can be traded, named by a symbol.

use std::fmt;
use std::str::FromStr;

use crate::wire;

/// The name of an instrument: 1 to 8 of `A-Z`, `0-9`, `.` and `-`, a letter or digit first, so that
/// it can be a part of an address.
///
/// ```
/// use domain::Symbol;
/// assert!("BRK.B".parse::<Symbol>().is_ok());
/// assert!("brk".parse::<Symbol>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    bytes: [u8; 8],
    len: u8,
}

impl Symbol {
    /// The symbol as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let used = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(used).unwrap_or_default()
    }
}

/// The text cannot be a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SymbolError;

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a symbol: 1 to 8 of A-Z, 0-9, '.' and '-', a letter or digit first")
    }
}

impl std::error::Error for SymbolError {}

impl FromStr for Symbol {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let allowed =
            |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        let len = u8::try_from(text.len()).map_err(|_| SymbolError)?;
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !starts_well || text.len() > 8 || !text.bytes().all(allowed) {
            return Err(SymbolError);
        }
        let mut bytes = [0; 8];
        for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
            *slot = byte;
        }
        Ok(Self { bytes, len })
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

wire::as_string!(
    Symbol,
    "a symbol: 1 to 8 of A-Z, 0-9, '.' and '-', a letter or digit first",
    "^[A-Z0-9][A-Z0-9.-]{0,7}$"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_short_and_upper_case() {
        for good in ["A", "BRK.B", "BF-A", "12345678"] {
            assert_eq!(
                good.parse::<Symbol>().map(|s| s.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "123456789",
            "aapl",
            "A B",
            "É",
            "A/B",
            ".",
            "..",
            ".A",
            "-A",
        ] {
            assert_eq!(bad.parse::<Symbol>(), Err(SymbolError), "{bad}");
        }
    }
}
