//! Where a server's programs are, who may run them, and where its files go.

use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// Where Debian keeps PostgreSQL's programs, in a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder of PostgreSQL's programs.
#[derive(Debug, Clone)]
pub(crate) struct Programs(PathBuf);

impl Programs {
    /// The newest of Debian's, or else those on the path.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let complete = |folder: &PathBuf| {
            ["initdb", "pg_ctl", "postgres"]
                .iter()
                .all(|name| folder.join(name).is_file())
        };
        let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
        let mut debian: Vec<(u32, PathBuf)> = versions
            .filter_map(|entry| {
                let version = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        debian.sort_unstable_by(|a, b| b.cmp(a));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = debian
            .into_iter()
            .map(|(_, folder)| folder)
            .chain(std::env::split_paths(&path))
            .find(complete);
        found.map(Self).context(
            "PostgreSQL is not installed: there is no initdb, pg_ctl and postgres. \
             `scripts/setup.sh postgres` installs them (on Debian: apt-get install postgresql)",
        )
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// A program of the same installation, or of the path where it is not beside the others.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        let beside = self.0.join(name);
        if beside.is_file() {
            beside
        } else {
            PathBuf::from(name)
        }
    }
}

/// Who runs the server when we are root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Owner {
    /// None for an ordinary user, who runs it.
    pub(crate) fn other_than_root() -> anyhow::Result<Option<Self>> {
        if std::fs::metadata("/proc/self")
            .context("there is no /proc")?
            .uid()
            != 0
        {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd")?;
        for name in ["postgres", "nobody"] {
            let found = users.lines().find_map(|line| Self::of_line(line, name));
            if found.is_some() {
                return Ok(found);
            }
        }
        bail!("root may not run PostgreSQL, and there is neither a user postgres nor nobody")
    }

    fn of_line(line: &str, name: &str) -> Option<Self> {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let user = fields.nth(1)?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        Some(Self { user, group })
    }
}

/// A new folder that belongs to the owner. The keeper removes it, not we.
pub(crate) fn folder(owner: Option<&Owner>) -> anyhow::Result<PathBuf> {
    let folder = tempfile::Builder::new()
        .prefix("private-postgres-")
        .tempdir()?
        .keep();
    if let Some(owner) = owner {
        chown(&folder, Some(owner.user), Some(owner.group))?;
    }
    Ok(folder)
}

/// Makes a folder that is kept, unless it is there, and a link to it in the one that is not.
pub(crate) fn link(kept: &Path, from: &Path, owner: Option<&Owner>) -> anyhow::Result<()> {
    std::fs::create_dir_all(kept)?;
    let kept = kept.canonicalize()?;
    if let Some(owner) = owner {
        chown(&kept, Some(owner.user), Some(owner.group))?;
    }
    Ok(symlink(kept, from)?)
}

/// The last lines of a file, as far as there are any.
pub(crate) fn tail(file: &Path, count: usize) -> String {
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    let tail = lines.get(lines.len().saturating_sub(count)..);
    tail.unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_read_from_its_line() {
        let line = "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash";
        let owner = Owner::of_line(line, "postgres").expect("it is the line of this user");
        assert_eq!((owner.user, owner.group), (101, 104));
        for other in ["", "nobody", "postgres", "postgres:x:many:104:"] {
            assert!(Owner::of_line(other, "postgres").is_none(), "{other}");
        }
    }
}
