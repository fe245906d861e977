//! A scenario as a file, signed by the server that it comes from.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{FILE_MAX, Scenario, ScenarioError};
use crate::proof::PublicKey;

/// The prefix of the signed bytes, before the scenario.
const TAG: &[u8] = b"tickerquest scenario 1\n";

/// A scenario and who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// What is signed.
    pub scenario: Scenario,
    /// The server's key.
    pub key: PublicKey,
    /// Ed25519 in base64, over a tag and the scenario as JSON without spaces.
    pub signature: String,
}

/// Why a file cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioFileError {
    /// It is longer than 32 KiB.
    TooLong,
    /// It is not a scenario; where parsing stopped, and why.
    Unreadable(String),
    /// The signature does not match: the scenario was changed after signing.
    Changed,
    /// A field is invalid.
    Field(ScenarioError),
}

impl fmt::Display for ScenarioFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("is longer than 32 KiB"),
            Self::Unreadable(why) => write!(f, "is not a scenario: {why}"),
            Self::Changed => f.write_str("was changed after it was signed"),
            Self::Field(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ScenarioFileError {}

impl Scenario {
    /// The signed bytes.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        [TAG, &json].concat()
    }
}

impl ScenarioFile {
    /// A scenario with a signature over its bytes.
    #[must_use]
    pub fn new(scenario: Scenario, key: PublicKey, signature: &[u8; 64]) -> Self {
        Self {
            scenario,
            key,
            signature: STANDARD.encode(signature),
        }
    }

    /// The content of the file, formatted for people.
    #[must_use]
    pub fn to_file(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads the scenario from a file: either signed by a server and unchanged since, or a bare scenario that
    /// someone has written.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Scenario, ScenarioFileError> {
        if text.len() > FILE_MAX {
            return Err(ScenarioFileError::TooLong);
        }
        let unreadable =
            |error: serde_json::Error| ScenarioFileError::Unreadable(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(unreadable)?;
        let scenario = if value.get("scenario").is_some() {
            let file: Self = serde_json::from_value(value).map_err(unreadable)?;
            if !file.is_signed() {
                return Err(ScenarioFileError::Changed);
            }
            file.scenario
        } else {
            serde_json::from_value(value).map_err(unreadable)?
        };
        scenario.check().map_err(ScenarioFileError::Field)?;
        Ok(scenario)
    }

    fn is_signed(&self) -> bool {
        let signature = STANDARD.decode(&self.signature).ok();
        let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
        signature
            .is_some_and(|signature| self.key.verify(&self.scenario.signed_bytes(), &signature))
    }
}
