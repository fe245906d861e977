//! A receipt: one player's ledger in one game, with the server's claims about it and its place in the log.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{PublicKey, SignedCheckpoint};
use crate::{
    AccountId, Fact, GameId, GameRules, Hash, InstrumentId, Money, PlayerId, Price, Quantity,
    Symbol, Timestamp, WordsDigest, Xp,
};

/// The prefix of the signed bytes, so that no signature over anything else can pass for a receipt's.
const TAG: &[u8] = b"tickerquest receipt 1\n";

/// Everything needed to check a score, in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// When the server made it.
    pub at: Timestamp,
    /// The key of the server's log, which signed this receipt too.
    pub key: PublicKey,
    /// Whose ledger it is.
    pub player: ReceiptPlayer,
    /// The game that it was played in.
    pub game: ReceiptGame,
    /// Every entry of the ledger. A player's words are left out: the entries contain salted digests of them.
    pub entries: Vec<ReceiptEntry>,
    /// Hash of the latest entry.
    #[serde(with = "hex")]
    pub head: Hash,
    /// What the server says the entries add up to.
    pub claim: Claim,
    /// Where an entry of the ledger is in the log; none before the account's first checkpoint.
    pub in_log: Option<InLog>,
}

/// The owner of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptPlayer {
    /// The player.
    pub id: PlayerId,
    /// The name that others see.
    pub handle: String,
}

/// The game of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptGame {
    /// The game.
    pub id: GameId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its rules when the receipt was made.
    pub rules: GameRules,
}

/// An entry. Its number is its place in the list, and its link to the previous entry is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptEntry {
    /// When.
    pub at: Timestamp,
    /// The fact.
    pub fact: Fact,
}

/// What the server says a ledger adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Cash.
    pub cash: Money,
    /// Profit of all sales.
    pub realized_profit: Money,
    /// XP of all trades.
    pub xp: Xp,
    /// Every instrument that was ever held.
    pub shares: Vec<Shares>,
    /// Cash and the value of the shares.
    pub net_worth: Money,
}

/// Shares of one instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// The instrument, as entries name it.
    pub instrument: InstrumentId,
    /// The instrument, as players name it.
    pub symbol: Option<Symbol>,
    /// How many; zero when all were sold.
    pub quantity: Quantity,
    /// What they cost.
    pub cost_basis: Money,
    /// The market price; without one the shares count at cost.
    pub priced: Option<Priced>,
}

/// A price and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priced {
    /// Of one share.
    pub price: Price,
    /// When.
    pub at: Timestamp,
}

/// The place of a ledger in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InLog {
    /// The leaf's place.
    pub place: u64,
    /// The entry whose hash is in the leaf, which thereby covers all entries up to it.
    pub version: i64,
    /// The hashes that lead from the leaf to the root.
    #[serde(with = "hexes")]
    pub proof: Vec<Hash>,
    /// The checkpoint that they lead to.
    pub checkpoint: SignedCheckpoint,
    /// The key that signed it, which may be an earlier one.
    pub key: PublicKey,
}

impl Receipt {
    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId {
            player: self.player.id,
            game: self.game.id,
        }
    }

    /// The signed bytes: a tag, and the receipt as compact JSON.
    ///
    /// # Errors
    /// When serialization fails, which no receipt causes.
    pub fn signed_bytes(&self) -> Result<Vec<u8>, ReceiptError> {
        let mut bytes = TAG.to_vec();
        serde_json::to_writer(&mut bytes, self).map_err(|_| ReceiptError)?;
        Ok(bytes)
    }
}

/// A receipt with its signature: what the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// What is signed.
    pub receipt: Receipt,
    /// Ed25519 in base64, by the receipt's key, over [`Receipt::signed_bytes`].
    pub signature: String,
}

/// The text is not a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptError;

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a receipt, or not written as the server writes one")
    }
}

impl std::error::Error for ReceiptError {}

impl SignedReceipt {
    /// A receipt with a signature over its bytes.
    #[must_use]
    pub fn new(receipt: Receipt, signature: &[u8; 64]) -> Self {
        Self {
            receipt,
            signature: STANDARD.encode(signature),
        }
    }

    /// The content of the file.
    ///
    /// # Errors
    /// As [`Receipt::signed_bytes`].
    pub fn to_file(&self) -> Result<String, ReceiptError> {
        let text = serde_json::to_string(self).map_err(|_| ReceiptError)?;
        Ok(text + "\n")
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When any byte differs from what [`SignedReceipt::to_file`] writes: each receipt has one canonical
    /// form, so no two files say the same.
    pub fn from_file(text: &str) -> Result<Self, ReceiptError> {
        let read: Self = serde_json::from_str(text).map_err(|_| ReceiptError)?;
        (read.to_file()? == text)
            .then_some(read)
            .ok_or(ReceiptError)
    }

    /// Whether the receipt's key signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        let signature = STANDARD.decode(&self.signature).ok();
        let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
        let bytes = self.receipt.signed_bytes();
        let (Some(signature), Ok(bytes)) = (signature, bytes) else {
            return false;
        };
        self.receipt.key.verify(&bytes, &signature)
    }
}

/// A hash as hexadecimal digits.
mod hex {
    use super::{Hash, WordsDigest};
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&WordsDigest(*hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        WordsDigest::deserialize(from).map(|digest| digest.0)
    }
}

/// Hashes as hexadecimal digits.
mod hexes {
    use super::{Hash, WordsDigest};
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(hashes: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(hashes.iter().map(|hash| WordsDigest(*hash)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let digests = Vec::<WordsDigest>::deserialize(from)?;
        Ok(digests.into_iter().map(|digest| digest.0).collect())
    }
}
