//! Signs what the server hands to a browser and must get back unchanged.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::store::{Store, StoreError, StoreResult};

/// The key's name among the variables: all servers of a game share it.
const VARIABLE: &str = "seal_key";
/// Bytes of the key: one block of SHA-256.
const KEY_LEN: usize = 64;

/// Signs with HMAC-SHA-256 under a key that stays on the server.
pub struct Seal {
    key: [u8; KEY_LEN],
}

impl Seal {
    /// The seal of a game; its key is made at the first start.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn load(store: &dyn Store) -> StoreResult<Self> {
        let fresh: [u8; KEY_LEN] = rand::random();
        let kept = store
            .store_variable_once(VARIABLE, &hex::encode(fresh))
            .await?;
        let mut key = [0; KEY_LEN];
        hex::decode_to_slice(&kept, &mut key).map_err(|_| StoreError::Corrupt {
            what: format!("a variable {VARIABLE}"),
        })?;
        Ok(Self { key })
    }

    /// The signature of a text. A signature for one purpose is worthless for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.key.into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// Encrypts bytes for a purpose, so that a table alone tells nothing: ChaCha20-Poly1305 under a key
    /// derived from this one. None when the system gives no randomness.
    #[must_use]
    pub fn lock(&self, purpose: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut locked = bytes.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.cipher(purpose)?
            .seal_in_place_append_tag(unique, Aad::from(purpose), &mut locked)
            .ok()?;
        Some([nonce.as_slice(), &locked].concat())
    }

    /// The bytes that were locked for a purpose; none when they were not, or by another key.
    #[must_use]
    pub fn unlock(&self, purpose: &str, locked: &[u8]) -> Option<Vec<u8>> {
        let (nonce, locked) = locked.split_first_chunk::<NONCE_LEN>()?;
        let mut bytes = locked.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let cipher = self.cipher(purpose)?;
        let opened = cipher.open_in_place(nonce, Aad::from(purpose), &mut bytes);
        opened.ok().map(|bytes| bytes.to_vec())
    }

    fn cipher(&self, purpose: &str) -> Option<LessSafeKey> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&self.key.into());
        mac.update(b"encryption\0");
        mac.update(purpose.as_bytes());
        let key = UnboundKey::new(&CHACHA20_POLY1305, &mac.finalize().into_bytes()).ok()?;
        Some(LessSafeKey::new(key))
    }

    /// Whether a signature is that of a text. The comparison takes the same time for all.
    #[must_use]
    pub fn holds(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let expected = self.sign(purpose, text);
        expected.as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_text_its_purpose_and_its_key_only() {
        let seal = Seal { key: [7; KEY_LEN] };
        let signature = seal.sign("device", "1.2");
        assert!(seal.holds("device", "1.2", &signature));
        assert!(!seal.holds("device", "1.3", &signature));
        assert!(!seal.holds("form", "1.2", &signature));
        assert!(!Seal { key: [8; KEY_LEN] }.holds("device", "1.2", &signature));
    }

    #[test]
    fn what_is_locked_is_unlocked_for_its_purpose_by_its_key_only() {
        let seal = Seal { key: [7; KEY_LEN] };
        let locked = seal.lock("second factor", b"secret").unwrap();
        assert!(!locked.windows(6).any(|part| part == b"secret"));
        assert_eq!(seal.unlock("second factor", &locked).unwrap(), b"secret");
        assert_eq!(seal.unlock("other", &locked), None);
        assert_eq!(
            Seal { key: [8; KEY_LEN] }.unlock("second factor", &locked),
            None
        );
        assert_eq!(seal.unlock("second factor", &locked[1..]), None);
        assert_ne!(seal.lock("second factor", b"secret").unwrap(), locked);
    }
}
