//! A database with its population: made for a run, or kept and used again.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use e2e::database::DatabaseKind;
use tempfile::TempDir;
use tokio::time::Instant;

use super::database::{Database, Kept};
use super::populate;
use super::population::Population;
use super::split::Split;

/// What the population of a kept folder is, beside its database.
const POPULATION: &str = "population.json";
/// Held by the run that uses a kept folder.
const LOCK: &str = "lock";

/// Where the database is and who is in it.
#[derive(Debug, Args)]
pub struct Ground {
    /// Which database.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Sqlite)]
    pub database: DatabaseKind,
    #[command(flatten)]
    pub population: Population,
    /// A folder in which the database stays; used again when it has this population.
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// A running database with its population, and the folder that goes with it unless it is kept.
#[derive(Debug)]
pub struct Prepared {
    // In the order in which they go: the database before its folder and before whoever waits for it.
    pub database: Database,
    /// Seconds that making the population took; none when it was there.
    pub populated_in_s: Option<f64>,
    _temporary: Option<TempDir>,
    _lock: Option<File>,
}

impl Prepared {
    /// Starts the database and makes the population, unless the kept folder has it.
    ///
    /// # Errors
    /// When the folder is in use or holds something else, or the population cannot be made.
    pub async fn new(ground: &Ground) -> anyhow::Result<Self> {
        ground.population.check()?;
        let Some(keep) = &ground.keep else {
            return Self::temporary(ground.database, ground.population, None).await;
        };
        std::fs::create_dir_all(keep)?;
        let folder = keep.canonicalize()?;
        let lock = lock(&folder)?;
        let description = serde_json::to_string(&(ground.database, ground.population))?;
        let described = folder.join(POPULATION);
        let there = holds(&folder, &described, &description)?;
        let database = Database::start(ground.database, &folder, Kept::Yes)?;
        let mut populated_in_s = None;
        if !there {
            populated_in_s = Some(make(&database, ground.population, None).await?);
            // Last, so that what was begun and not finished is not taken for a population.
            std::fs::write(&described, description)?;
        }
        Ok(Self {
            database,
            populated_in_s,
            _temporary: None,
            _lock: Some(lock),
        })
    }

    /// Starts a database for this run only, with a population that is split over games.
    ///
    /// # Errors
    /// When the population cannot be made, or cannot be split like that.
    pub async fn split(
        kind: DatabaseKind,
        population: Population,
        split: Split,
    ) -> anyhow::Result<Self> {
        population.check()?;
        split.check(population)?;
        Self::temporary(kind, population, Some(split)).await
    }

    async fn temporary(
        kind: DatabaseKind,
        population: Population,
        split: Option<Split>,
    ) -> anyhow::Result<Self> {
        let temporary = tempfile::tempdir()?;
        let folder = temporary.path().canonicalize()?;
        let database = Database::start(kind, &folder, Kept::No)?;
        let populated_in_s = make(&database, population, split).await?;
        Ok(Self {
            database,
            populated_in_s: Some(populated_in_s),
            _temporary: Some(temporary),
            _lock: None,
        })
    }
}

/// Two servers of one folder would each take the other's files for those of a crash.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let file = File::create(folder.join(LOCK))?;
    file.try_lock()
        .with_context(|| format!("another run uses {}", folder.display()))?;
    Ok(file)
}

/// Whether the folder holds the described population; it may also hold nothing yet.
fn holds(folder: &Path, described: &Path, description: &str) -> anyhow::Result<bool> {
    if described.is_file() {
        let found = std::fs::read_to_string(described)?;
        ensure!(
            found == description,
            "{} holds another population: {found}",
            folder.display()
        );
        return Ok(true);
    }
    let mut others = 0;
    for entry in std::fs::read_dir(folder)? {
        others += usize::from(entry?.file_name() != LOCK);
    }
    ensure!(
        others == 0,
        "{} holds something else, or a population that was never finished; remove it first",
        folder.display()
    );
    Ok(false)
}

/// Fills an empty database; how many seconds that took.
async fn make(
    database: &Database,
    population: Population,
    split: Option<Split>,
) -> anyhow::Result<f64> {
    let begin = Instant::now();
    let store = database.store(population.seed).await?;
    let config = database.config(population.seed);
    let made = populate::populate(&store, &config, population, split, database.writers()).await;
    store.close().await;
    made.context("the population could not be made")?;
    if let Some(split) = split {
        split.host_games(database).await?;
    }
    database.settle()?;
    Ok(begin.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_used_by_one_run_and_for_one_population() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let described = folder.join(POPULATION);
        let held = lock(folder).unwrap();
        assert!(lock(folder).is_err());
        drop(held);
        let _held = lock(folder).unwrap();
        assert!(!holds(folder, &described, "this one").unwrap());
        let begun = folder.join("begun");
        std::fs::write(&begun, "").unwrap();
        assert!(holds(folder, &described, "this one").is_err());
        std::fs::write(&described, "this one").unwrap();
        assert!(holds(folder, &described, "this one").unwrap());
        assert!(holds(folder, &described, "that one").is_err());
    }
}
