//! Checkpoints as signed notes, in the form of [C2SP](https://c2sp.org/signed-note), and their keys.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::{Hash, Timestamp, wire};

/// The key's algorithm as in C2SP: Ed25519.
const ED25519: u8 = 1;
/// Maximum length of an origin in characters.
const ORIGIN_MAX: usize = 100;

/// The text is not the public key of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a key such as name+0a1b2c3d+AS...")
    }
}

impl std::error::Error for KeyError {}

/// The public key of a log, with the log's name. As text it is a C2SP verifier key: the name, its id and the
/// key, separated by `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    origin: String,
    bytes: [u8; 32],
}

impl PublicKey {
    /// The key of a log; none when the name is not valid for a log.
    #[must_use]
    pub fn new(origin: &str, bytes: [u8; 32]) -> Option<Self> {
        let fits = (1..=ORIGIN_MAX).contains(&origin.len());
        let plain = |c: char| c.is_ascii_graphic() && c != '+';
        (fits && origin.chars().all(plain)).then(|| Self {
            origin: origin.to_owned(),
            bytes,
        })
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The first 4 bytes of SHA-256 over the name, a line feed, the algorithm and the key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(&self.origin);
        hasher.update([b'\n', ED25519]);
        hasher.update(self.bytes);
        let hash: Hash = hasher.finalize().into();
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    /// Whether a signature over these bytes is by this key.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.bytes) else {
            return false;
        };
        let signature = Signature::from_bytes(signature);
        key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.id());
        let key: Vec<u8> = [ED25519].into_iter().chain(self.bytes).collect();
        write!(f, "{}+{id:08x}+{}", self.origin, STANDARD.encode(key))
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.splitn(3, '+');
        let origin = parts.next().unwrap_or_default();
        let encoded = parts.nth(1).ok_or(KeyError)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| KeyError)?;
        let (algorithm, key) = bytes.split_first().ok_or(KeyError)?;
        let key = key.try_into().map_err(|_| KeyError)?;
        let key = Self::new(origin, key).ok_or(KeyError)?;
        // One canonical form per key; this also checks the id.
        (*algorithm == ED25519 && key.to_string() == text)
            .then_some(key)
            .ok_or(KeyError)
    }
}

wire::as_string!(
    PublicKey,
    "the public key of a log, such as name+0a1b2c3d+AS...",
    "^[!-*,-~]{1,100}[+][0-9a-f]{8}[+][A-Za-z0-9+/]{44}$"
);

/// The size and content of a log at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// When it was signed, by the server's clock.
    pub at: Timestamp,
}

impl Checkpoint {
    /// The signed text: origin, size, root in base64 and the instant, one per line.
    #[must_use]
    pub fn text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n{}\n", self.origin, self.size, self.at)
    }
}

/// A checkpoint with the signature of the log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// The id of the signing key.
    pub key_id: [u8; 4],
    /// Ed25519, over [`Checkpoint::text`].
    pub signature: [u8; 64],
}

/// The text is not a signed checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoteError;

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a signed checkpoint of a log")
    }
}

impl std::error::Error for NoteError {}

impl SignedCheckpoint {
    /// Whether this key signed it, for the key's own log.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let text = self.checkpoint.text();
        key.origin == self.checkpoint.origin
            && key.id() == self.key_id
            && key.verify(text.as_bytes(), &self.signature)
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature: Vec<u8> = self.key_id.into_iter().chain(self.signature).collect();
        let (text, origin) = (self.checkpoint.text(), &self.checkpoint.origin);
        writeln!(f, "{text}\n— {origin} {}", STANDARD.encode(signature))
    }
}

impl FromStr for SignedCheckpoint {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        read(text)
            // One canonical form per note.
            .filter(|note| note.to_string() == text)
            .ok_or(NoteError)
    }
}

fn read(text: &str) -> Option<SignedCheckpoint> {
    let mut lines = text.lines();
    let origin = lines.next()?.to_owned();
    let size = lines.next()?.parse().ok()?;
    let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
    let at = lines.next()?.parse().ok()?;
    let signed = lines.nth(1)?.rsplit(' ').next()?;
    let signed = STANDARD.decode(signed).ok()?;
    let (key_id, signature) = signed.split_first_chunk()?;
    Some(SignedCheckpoint {
        checkpoint: Checkpoint {
            origin,
            size,
            root,
            at,
        },
        key_id: *key_id,
        signature: signature.try_into().ok()?,
    })
}

wire::as_string!(
    SignedCheckpoint,
    "a checkpoint of the log: a signed note of C2SP",
    "^[^\n]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n[^\n]+\n\n— [^\n]+\n$"
);
