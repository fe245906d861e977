//! Runs that are played away from the server that counts them: the start that it signs, and what comes back.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{FILE_MAX, RunInput, Scenario, ScenarioError};
use crate::proof::PublicKey;
use crate::{Money, Timestamp};

/// The prefix of the signed bytes, before the start.
const TAG: &[u8] = b"tickerquest offline start 1\n";
/// The largest start file, in bytes: a scenario, and who may play it until when.
const START_MAX: usize = FILE_MAX * 2;

/// A run that a server lets a player play elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfflineStart {
    /// Random, and known only to the server and the player: whoever has it may hand in the run.
    pub id: String,
    /// The address of the server that counts the run, such as `https://game.example.org`.
    pub server: String,
    /// The player's name there.
    pub player: String,
    /// The scenario's name in that server's URLs.
    pub scenario_id: String,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// The last instant at which a result counts.
    pub due_at: Timestamp,
    /// What is played.
    pub scenario: Scenario,
}

impl OfflineStart {
    /// The signed bytes.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        [TAG, &json].concat()
    }
}

/// A start and who signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartFile {
    /// What is signed.
    pub start: OfflineStart,
    /// The server's key.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: PublicKey,
    /// Ed25519 in base64, over a tag and the start as JSON without spaces.
    pub signature: String,
}

/// Why a start cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartFileError {
    /// It is longer than 64 KiB.
    TooLong,
    /// It is not a start; where parsing stopped, and why.
    Unreadable(String),
    /// The signature does not match: the start was changed after signing.
    Changed,
    /// A field of the scenario is invalid.
    Field(ScenarioError),
}

impl fmt::Display for StartFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("is longer than 64 KiB"),
            Self::Unreadable(why) => write!(f, "is not a start file: {why}"),
            Self::Changed => f.write_str("was changed after it was signed"),
            Self::Field(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartFileError {}

impl StartFile {
    /// A start with a signature over its bytes.
    #[must_use]
    pub fn new(start: OfflineStart, key: PublicKey, signature: &[u8; 64]) -> Self {
        Self {
            start,
            key,
            signature: STANDARD.encode(signature),
        }
    }

    /// The content of the file, formatted for people.
    #[must_use]
    pub fn to_file(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a start from a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, StartFileError> {
        if text.len() > START_MAX {
            return Err(StartFileError::TooLong);
        }
        let unreadable = |error: serde_json::Error| StartFileError::Unreadable(error.to_string());
        let file: Self = serde_json::from_str(text).map_err(unreadable)?;
        if !file.is_signed() {
            return Err(StartFileError::Changed);
        }
        file.start.scenario.check().map_err(StartFileError::Field)?;
        Ok(file)
    }

    /// Whether it is as it was signed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let signature = STANDARD.decode(&self.signature).ok();
        let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
        signature.is_some_and(|signature| self.key.verify(&self.start.signed_bytes(), &signature))
    }
}

/// A run that was played elsewhere: what its player did, and the result that this is said to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The start, as the server signed it.
    pub start: StartFile,
    /// What the player did, in order; at most 5,000.
    pub inputs: Vec<RunInput>,
    /// What the account was worth in the end.
    pub net_worth: Money,
}

impl Submission {
    /// The most inputs of a run.
    pub const INPUTS_MAX: usize = 5_000;

    /// The content of the file.
    #[must_use]
    pub fn to_file(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}
