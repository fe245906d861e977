//! The token of a session: opaque to clients, to the server the key of the session and a secret.

use std::fmt;
use std::str::FromStr;

use domain::{Hash, PlayerId, SessionId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Written `PLAYER.SESSION.SECRET`, so that the session is found by its primary key. Only the
/// secret's SHA-256 is ever stored, so a stolen database logs nobody in.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Whose session.
    pub player: PlayerId,
    /// Which one.
    pub session: SessionId,
    secret: [u8; 32],
}

/// The text is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenError;

impl Token {
    /// A token of a new session.
    #[must_use]
    pub fn random(player: PlayerId) -> Self {
        Self {
            player,
            session: SessionId(crate::app::random_id()),
            secret: rand::random(),
        }
    }

    /// What the database keeps of it.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Sha256::digest(self.secret).into()
    }

    /// Whether it is the one of this hash. The comparison takes the same time for all.
    #[must_use]
    pub fn matches(&self, hash: &Hash) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = hex::encode(self.secret);
        write!(f, "{}.{}.{secret}", self.player, self.session)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.(secret)", self.player, self.session)
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(TokenError);
        let player = next()?.parse().map_err(|_| TokenError)?;
        let session = next()?.parse().map_err(|_| TokenError)?;
        let mut secret = [0; 32];
        hex::decode_to_slice(next()?, &mut secret).map_err(|_| TokenError)?;
        Ok(Self {
            player,
            session,
            secret,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_written_and_only_it_matches() {
        let token = Token::random(PlayerId(7));
        let read: Token = token.to_string().parse().unwrap();
        assert_eq!(read, token);
        assert!(read.matches(&token.hash()));
        assert!(!Token::random(PlayerId(7)).matches(&token.hash()));
        assert!(!format!("{token:?}").contains(&token.to_string()[30..]));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let secret = "0".repeat(64);
        for text in [
            "",
            "..",
            "1.2",
            "1.2.3",
            &format!("0.1.{secret}"),
            &format!("1.1.{secret}0"),
        ] {
            assert_eq!(text.parse::<Token>(), Err(TokenError), "{text}");
        }
        let not_ascii = format!("1.1.{}", "é".repeat(32));
        assert_eq!(not_ascii.parse::<Token>(), Err(TokenError));
    }
}
