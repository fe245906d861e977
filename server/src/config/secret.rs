//! Secrets among the settings.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A key or a password that another server knows us by. Neither its debug form nor its serialized
/// form shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret.
    #[must_use]
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the request and nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("..")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // The environment's settings turn digits into numbers.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Number(u64),
        }
        Ok(match Written::deserialize(from)? {
            Written::Text(text) => Self(text),
            Written::Number(number) => Self(number.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_to_nobody() {
        let secret = Secret::new("a-secret");
        assert!(!format!("{secret:?}").contains("a-secret"));
        let written = serde_json::to_string(&secret).unwrap();
        assert!(!written.contains("a-secret"), "{written}");
    }

    #[test]
    fn a_secret_of_digits_is_a_text() {
        for json in ["\"0042\"", "42"] {
            let secret: Secret = serde_json::from_str(json).unwrap();
            assert!(secret.reveal().ends_with("42"));
        }
    }
}
