//! A small disk of its own for a database, which can be filled to the last byte and freed again.

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

/// Room for a database of a run with a filler of many times that.
const SIZE: &str = "size=384m";
/// Written at once while there is room; then less and less, to the last byte.
const BLOCK: usize = 1024 * 1024;

/// A disk in memory, mounted until this is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts one.
    ///
    /// # Errors
    /// When this process may not mount anything: a full disk cannot be tried without.
    pub fn mount() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("small-disk-").tempdir()?;
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "tmpfs"])
            .arg(folder.path())
            .output()
            .context("there is no program `mount`")?;
        ensure!(
            output.status.success(),
            "a full disk needs a disk of its own, and mounting one failed: {}. It needs root (and \
             in a container the right to mount); `--without disk-full` leaves it out.",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let disk = Self { folder };
        // PostgreSQL is another user when we are root.
        std::fs::set_permissions(disk.path(), Permissions::from_mode(0o777))?;
        Ok(disk)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes until nothing more fits; how many bytes did.
    ///
    /// # Errors
    /// When it fails in any other way.
    pub fn fill(&self) -> anyhow::Result<u64> {
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(self.filler())?;
        let block = vec![0; BLOCK];
        let mut size = BLOCK;
        while size > 0 {
            let bytes = block.get(..size).context("no more than a block")?;
            match filler.write(bytes) {
                Ok(written) if written > 0 => {}
                Ok(_) => size /= 2,
                Err(error) if error.kind() == ErrorKind::StorageFull => size /= 2,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filler.metadata()?.len())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// When the filler cannot be removed.
    pub fn free(&self) -> anyhow::Result<()> {
        match std::fs::remove_file(self.filler()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because whoever used it may still be on its way out.
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} is still mounted", self.path().display());
        }
    }
}
