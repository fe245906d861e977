//! The server's Ed25519 key: one file in the data folder, which signs anchors, checkpoints of the log and
//! receipts. It is made at the first start. A rotated key stays beside the new one, so that what it signed
//! can still be checked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::proof::PublicKey;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::retention::database_name;
use crate::store::Store;

/// The key that signs now.
const KEY: &str = "anchor.key";
/// How the names of rotated keys begin and end, around a number.
const ROTATED: (&str, &str) = ("anchor-", ".key");
/// Nobody but the server reads or writes them.
const MODE: u32 = 0o600;
/// Bytes of a key at most.
const KEY_MAX: u64 = 1_024;

/// The key that signs for the log of one database.
#[derive(Debug)]
pub struct Signer {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl Signer {
    /// The key of a folder, which is made when there is none.
    ///
    /// # Errors
    /// When the disk or the store fails.
    pub async fn load(folder: &Path, store: &dyn Store) -> anyhow::Result<Self> {
        let origin = format!("tickerquest.log/{}", database_name(store).await?);
        let folder = folder.to_owned();
        let pair = tokio::task::spawn_blocking(move || read_or_create(&folder)).await??;
        let bytes = pair.public_key().as_ref().try_into()?;
        let public = PublicKey::new(&origin, bytes);
        let public = public.ok_or_else(|| anyhow::anyhow!("{origin:?} cannot name a log"))?;
        Ok(Self { pair, public })
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes, which begin with what they are.
    ///
    /// # Errors
    /// None that occurs: a signature has 64 bytes.
    pub fn sign(&self, message: &[u8]) -> anyhow::Result<[u8; 64]> {
        Ok(self.pair.sign(message).as_ref().try_into()?)
    }
}

/// The key of a folder, made when there is none.
pub(crate) fn read_or_create(folder: &Path) -> io::Result<Ed25519KeyPair> {
    fs::create_dir_all(folder)?;
    match read(&folder.join(KEY))? {
        Some(key) => Ok(key),
        None => create(folder),
    }
}

/// The public halves of all keys of a folder, the present one first; empty when there is none.
pub(crate) fn public_keys(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let paths = std::iter::once(folder.join(KEY)).chain(rotated(folder)?);
    let mut keys = Vec::new();
    for path in paths {
        if let Some(key) = read(&path)? {
            keys.push(key.public_key().as_ref().to_vec());
        }
    }
    Ok(keys)
}

/// Puts the key of a folder aside and makes another one; where the old one is kept.
///
/// # Errors
/// When there is no key, or the disk fails.
pub fn rotate(folder: &Path) -> io::Result<PathBuf> {
    let (start, end) = ROTATED;
    let number = rotated(folder)?.len().saturating_add(1);
    let kept = folder.join(format!("{start}{number}{end}"));
    fs::rename(folder.join(KEY), &kept)?;
    create(folder)?;
    Ok(kept)
}

/// The files of keys that sign no more.
fn rotated(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (start, end) = ROTATED;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(start) && name.ends_with(end) {
            found.push(folder.join(&*name));
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> io::Result<Option<Ed25519KeyPair>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(KEY_MAX).read_to_end(&mut bytes)?;
    let key = Ed25519KeyPair::from_pkcs8(&bytes);
    let damaged = |_| {
        let message = format!("{} is no Ed25519 key", path.display());
        io::Error::new(io::ErrorKind::InvalidData, message)
    };
    key.map(Some).map_err(damaged)
}

fn create(folder: &Path) -> io::Result<Ed25519KeyPair> {
    let failed = |_| io::Error::other("the system has no randomness");
    let bytes = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(failed)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(folder.join(KEY))?;
    file.write_all(bytes.as_ref())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()?;
    Ed25519KeyPair::from_pkcs8(bytes.as_ref()).map_err(|error| io::Error::other(error.to_string()))
}
