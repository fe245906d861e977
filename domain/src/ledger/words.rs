//! A player's own words (reasons, notes): stored beside the ledger and hashed into it as a salted
//! digest, so that they can be erased, or left out of a public receipt, without breaking the chain.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::ledger::Hash;
use crate::wire;

/// A player's words with a salt, so that they cannot be guessed from their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// The text.
    pub text: String,
}

impl Words {
    /// What enters the hash of a ledger entry: SHA-256 over a tag, the salt and the text.
    #[must_use]
    pub fn digest(&self) -> WordsDigest {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest words 1\0");
        hasher.update(self.salt);
        hasher.update(self.text.as_bytes());
        WordsDigest(hasher.finalize().into())
    }
}

/// The digest of [`Words`]; as text, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct WordsDigest(pub Hash);

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestError;

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not 64 hexadecimal digits")
    }
}

impl fmt::Display for WordsDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for WordsDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WordsDigest({self})")
    }
}

impl FromStr for WordsDigest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut hash = Hash::default();
        hex::decode_to_slice(text, &mut hash).map_err(|_| DigestError)?;
        let digest = Self(hash);
        // One canonical form per digest: lower case.
        (digest.to_string() == text)
            .then_some(digest)
            .ok_or(DigestError)
    }
}

wire::as_text_or_bytes!(
    WordsDigest,
    "64 hexadecimal digits",
    "^[0-9a-f]{64}$",
    [u8; 32]
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_salt_and_text_and_reads_back() {
        let words = |salt: u8, text: &str| Words {
            salt: [salt; 16],
            text: text.to_owned(),
        };
        let digest = words(1, "because").digest();
        assert_ne!(digest, words(2, "because").digest());
        assert_ne!(digest, words(1, "Because").digest());
        assert_eq!(digest.to_string().parse(), Ok(digest));
        let upper = digest.to_string().to_uppercase();
        assert!(upper.parse::<WordsDigest>().is_err() || upper == digest.to_string());
    }
}
