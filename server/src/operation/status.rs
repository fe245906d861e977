//! `tickerquest status`: how the game is doing, in words.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use domain::{PlayerId, Timestamp};

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::operation::health;
use crate::store::jobs::{JobCount, JobState};
use crate::store::{GameRecord, Store, StoreResult};

/// Where the instant of the latest scheduled backup is kept.
const BACKUP_VARIABLE: &str = "backup.latest";
/// Reports that are counted; more are "at least".
const REPORTS_MAX: u32 = 100;
/// How long a running server may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(3);
const MIB: u64 = 1_048_576;

/// How the game is doing, as far as its database tells.
#[derive(Debug, Clone)]
pub struct Status {
    /// The database, without its password.
    pub database: String,
    /// Its bytes.
    pub database_bytes: u64,
    /// Free bytes of the disk with the data folder, where the system tells.
    pub free_bytes: Option<u64>,
    /// All games.
    pub games: Vec<GameRecord>,
    /// Jobs by kind and state.
    pub jobs: Vec<JobCount>,
    /// Reports that wait, at most a page of them.
    pub reports: usize,
    /// When the latest scheduled backup was made.
    pub backup: Option<Timestamp>,
    /// Who operates the server.
    pub operators: Vec<(PlayerId, Timestamp)>,
}

impl Status {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read(store: &dyn Store, config: &Config) -> StoreResult<Self> {
        let first = (Timestamp::from_micros(i64::MIN), 0);
        Ok(Self {
            database: config.database_name(),
            database_bytes: store.database_size().await?,
            free_bytes: free_disk(&config.data_dir),
            games: store.list_games().await?,
            jobs: store.count_jobs().await?,
            reports: store.list_reports(first, REPORTS_MAX).await?.len(),
            backup: latest_backup(store).await?,
            operators: store.list_operators(REPORTS_MAX).await?,
        })
    }

    /// Jobs in a state.
    #[must_use]
    pub fn count(&self, state: JobState) -> u64 {
        let of_state = self.jobs.iter().filter(|one| one.state == state);
        of_state.map(|one| one.count).sum()
    }

    /// A line for each thing.
    #[must_use]
    pub fn in_words(&self, now: Timestamp) -> Vec<String> {
        let mut lines = vec![format!(
            "Database: {}, {}.",
            self.database,
            size(self.database_bytes)
        )];
        if let Some(free) = self.free_bytes {
            lines.push(format!("Free disk: {}.", size(free)));
        }
        lines.push(self.games_in_words());
        lines.push(self.jobs_in_words());
        lines.push(match self.reports {
            0 => "Reports: none waits.".to_owned(),
            count if count >= REPORTS_MAX as usize => {
                format!("Reports: {count} or more wait (tickerquest reports list).")
            }
            count => format!("Reports: {count} wait (tickerquest reports list)."),
        });
        lines.push(backup_in_words(self.backup, now));
        lines.push(match self.operators.len() {
            0 => "Operators: none (tickerquest operator grant HANDLE).".to_owned(),
            count => format!("Operators: {count}."),
        });
        lines
    }

    fn games_in_words(&self) -> String {
        let frozen = self.games.iter().filter(|game| game.rules.frozen).count();
        match (self.games.len(), frozen) {
            (1, 0) => "Games: the open league.".to_owned(),
            (count, 0) => format!("Games: {count}."),
            (count, frozen) => format!("Games: {count}, {frozen} of them frozen."),
        }
    }

    fn jobs_in_words(&self) -> String {
        let (ready, dead) = (self.count(JobState::Ready), self.count(JobState::Dead));
        if dead == 0 {
            return format!("Jobs: {ready} wait or run, none is dead.");
        }
        let kinds = self.jobs.iter().filter(|one| one.state == JobState::Dead);
        let kinds: Vec<_> = kinds
            .map(|one| format!("{} {}", one.count, one.kind))
            .collect();
        let kinds = kinds.join(", ");
        format!(
            "Jobs: {ready} wait or run, {dead} are dead: {kinds} (tickerquest jobs list --dead)."
        )
    }
}

fn backup_in_words(backup: Option<Timestamp>, now: Timestamp) -> String {
    match backup {
        None => {
            "Backups: the server has made none (backup.every_hours, docs/backup.md).".to_owned()
        }
        Some(at) => {
            let hours = now.seconds_since(at).max(0) / 3_600;
            format!("Backups: the latest is of {at}, {hours} hours ago.")
        }
    }
}

/// Bytes as people say them.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes / MIB {
        0 => format!("{} KiB", bytes / 1_024),
        mib if mib < 10_240 => format!("{mib} MiB"),
        mib => format!("{} GiB", mib / 1_024),
    }
}

/// Free bytes of the disk with a folder.
#[must_use]
pub fn free_disk(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// When the latest scheduled backup was made.
///
/// # Errors
/// Those of the store.
pub async fn latest_backup(store: &dyn Store) -> StoreResult<Option<Timestamp>> {
    let stored = store.find_variable(BACKUP_VARIABLE).await?;
    let micros = stored.and_then(|text| text.parse().ok());
    Ok(micros.map(Timestamp::from_micros))
}

/// Notes that a scheduled backup was made.
///
/// # Errors
/// Those of the store.
pub async fn note_backup(store: &dyn Store, at: Timestamp) -> StoreResult<()> {
    let micros = at.micros().to_string();
    store.store_variable(BACKUP_VARIABLE, &micros).await
}

/// Prints how the game is doing; whether a server runs and is ready.
///
/// # Errors
/// When the database does not open, or fails.
pub async fn print(config: &Config) -> anyhow::Result<bool> {
    let store = crate::open_existing_store(config).await?;
    let read = Status::read(&*store, config).await;
    store.close().await;
    let (server, is_ready) = server_in_words(config).await;
    println!("{server}");
    for line in read?.in_words(SystemClock::start().now()) {
        println!("{line}");
    }
    Ok(is_ready)
}

/// What the server of these settings says of itself; whether it runs and is ready.
pub async fn server_in_words(config: &Config) -> (String, bool) {
    let address = local(config.listen);
    let has_tls = config.tls.certificate.is_some();
    let asked = tokio::time::timeout(PATIENCE, health::ask(address, has_tls)).await;
    let Ok(Some(health)) = asked else {
        return (format!("Server: none answers at {address}."), false);
    };
    let mut line = if health.ready {
        format!("Server: runs at {address} and is ready.")
    } else {
        let causes = health.causes.join(", ");
        format!("Server: runs at {address} and is NOT ready: {causes}.")
    };
    if !health.warnings.is_empty() {
        line += &format!(" It warns: {}.", health.warnings.join(", "));
    }
    (line, health.ready)
}

/// Where a server that listens everywhere is reached on this machine.
fn local(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_this_machine() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            let asked: SocketAddr = asked.parse().unwrap();
            assert_eq!(local(listen.parse().unwrap()), asked);
        }
    }

    #[test]
    fn bytes_are_told_as_people_say_them() {
        for (bytes, told) in [
            (2_048, "2 KiB"),
            (MIB * 90, "90 MiB"),
            (MIB * 20_480, "20 GiB"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }
}
