//! Settings of the backups.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// When the server backs its database up by itself, and how many backups stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupConfig {
    /// Hours from one backup to the next; 0: the server makes none.
    pub every_hours: u32,
    /// The folder; without it `backups` in the data folder. Better one on another disk.
    pub folder: Option<PathBuf>,
    /// Scheduled backups that stay; older ones are deleted.
    pub keep: usize,
    /// Whether a database is backed up before a later version of the program changes its schema.
    pub before_upgrade: bool,
}

impl Default for BackupConfig {
    fn default() -> Self {
        Self {
            every_hours: 0,
            folder: None,
            keep: 14,
            before_upgrade: true,
        }
    }
}
