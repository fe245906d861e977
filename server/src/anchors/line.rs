//! One anchor, as a line of the file.

use domain::{AccountId, GameId, Hash, LedgerHead, PlayerId, Timestamp};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::retention::Hex;

/// Stands in for a game if the head is that of a player's award log. No game has this id.
pub(super) const AWARDS: GameId = GameId(0);

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anchor {
    /// The database's own id.
    pub(super) database: String,
    /// Microseconds since 1970.
    pub(super) at: i64,
    /// SHA-256 of the previous line; zeros at the beginning.
    pub(super) previous: Hex,
    /// Player, game or [`AWARDS`], version, and the hash of the entry or award of this `seq`.
    accounts: Vec<(i64, i64, i64, Hex)>,
}

/// An anchor and the two halves of its signature.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    anchor: Anchor,
    signature: [Hex; 2],
}

impl Anchor {
    pub(super) fn new(
        database: &str,
        at: Timestamp,
        previous: Hash,
        heads: &[(AccountId, LedgerHead)],
    ) -> Self {
        let account = |(id, head): &(AccountId, LedgerHead)| {
            (id.player.0, id.game.0, head.version, Hex(head.hash))
        };
        Self {
            database: database.to_owned(),
            at: at.micros(),
            previous: Hex(previous),
            accounts: heads.iter().map(account).collect(),
        }
    }

    /// The accounts and where they were.
    pub(super) fn heads(&self) -> impl Iterator<Item = (AccountId, LedgerHead)> {
        self.accounts.iter().map(|&(player, game, version, hash)| {
            let id = AccountId {
                player: PlayerId(player),
                game: GameId(game),
            };
            let hash = hash.0;
            (id, LedgerHead { version, hash })
        })
    }

    /// The line without its newline. `None` if it cannot be encoded, which does not happen.
    pub(super) fn sign(self, key: &Ed25519KeyPair) -> Option<String> {
        let signature = key.sign(&serde_json::to_vec(&self).ok()?);
        let (halves, _) = signature.as_ref().as_chunks::<32>();
        let [first, second] = halves else { return None };
        let line = Line {
            anchor: self,
            signature: [Hex(*first), Hex(*second)],
        };
        serde_json::to_string(&line).ok()
    }

    /// The anchor of a line, if the line has been signed with one of the keys.
    pub(super) fn read(line: &[u8], public_keys: &[Vec<u8>]) -> Option<Self> {
        let Line { anchor, signature } = serde_json::from_slice(line).ok()?;
        let [first, second] = signature;
        let signature = [first.0, second.0].concat();
        let signed = serde_json::to_vec(&anchor).ok()?;
        let fits = |key: &Vec<u8>| {
            let key = UnparsedPublicKey::new(&ED25519, key);
            key.verify(&signed, &signature).is_ok()
        };
        public_keys.iter().any(fits).then_some(anchor)
    }
}

/// The hash of this line, which the next one carries.
pub(super) fn hash(line: &[u8]) -> Hash {
    Sha256::digest(line).into()
}
