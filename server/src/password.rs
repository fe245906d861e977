//! Passwords: argon2id, away from the threads that serve requests, and never too many at once.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// What OWASP advises for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long a request waits for its turn before it is told to come back.
const WAIT: Duration = Duration::from_secs(4);

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    /// Verified where there is no such player, so that the time taken tells nothing.
    nobody: Arc<str>,
}

impl Passwords {
    /// Computes at most `at_once` hashes at the same time.
    ///
    /// # Errors
    /// When not even one password can be hashed.
    pub fn new(at_once: usize) -> anyhow::Result<Self> {
        let nobody = hash("nobody has this password").map_err(anyhow::Error::msg)?;
        Ok(Self {
            slots: Arc::new(Semaphore::new(at_once)),
            nobody: nobody.into(),
        })
    }

    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// 503 when it is not its turn in time.
    pub async fn hash(&self, password: String) -> Result<String> {
        let permit = self.slot().await?;
        compute(permit, move || hash(&password))
            .await?
            .map_err(Error::internal)
    }

    /// Whether a password is that of a hash; without a hash the same work is done in vain.
    ///
    /// # Errors
    /// 503 when it is not its turn in time.
    pub async fn verify(&self, password: String, hash: Option<&str>) -> Result<bool> {
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| self.nobody.clone(), Arc::from);
        let permit = self.slot().await?;
        let matches = compute(permit, move || verify(&password, &hash)).await?;
        Ok(matches.map_err(Error::internal)? && known)
    }

    /// 32 bytes that are always the same for a text and a salt, and as costly to guess as a password.
    ///
    /// # Errors
    /// 503 when it is not its turn in time.
    pub async fn derive(&self, text: String, salt: String) -> Result<[u8; 32]> {
        let permit = self.slot().await?;
        let derived = compute(permit, move || derive(&text, &salt)).await?;
        derived.map_err(Error::internal)
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(WAIT, self.slots.clone().acquire_owned()).await;
        let message = "Too many people are logging in at the moment. Please try again.";
        turn.ok()
            .and_then(std::result::Result::ok)
            .ok_or_else(|| Error::unavailable(message))
    }
}

/// The permit goes with the work: a request that is given up does not free it before the work ends.
async fn compute<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let task = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    task.await.map_err(Error::internal)
}

fn hasher() -> std::result::Result<Argon2<'static>, String> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> std::result::Result<String, String> {
    let hash: PasswordHash = hasher()?
        .hash_password(password.as_bytes())
        .map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

fn derive(text: &str, salt: &str) -> std::result::Result<[u8; 32], String> {
    let mut derived = [0; 32];
    hasher()?
        .hash_password_into(text.as_bytes(), salt.as_bytes(), &mut derived)
        .map_err(|error| error.to_string())?;
    Ok(derived)
}

fn verify(password: &str, hash: &str) -> std::result::Result<bool, String> {
    let hash = PasswordHash::new(hash).map_err(|error| error.to_string())?;
    Ok(hasher()?
        .verify_password(password.as_bytes(), &hash)
        .is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::new(1).unwrap();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("correct horse".into(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("wrong horse".into(), Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("nobody has this password".into(), None)
                .await
                .unwrap()
        );
    }
}
