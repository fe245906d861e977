//! Verifying the database, and copies of it, in words.

use std::path::Path;
use std::process::ExitCode;

use crate::anchors::verify_anchors;
use crate::backup::{back_up, restore_backup};
use crate::config::Config;
use crate::store::Store;
use crate::verify::{
    ArchiveFinding, Limits, Verified, archived_months, verify, verify_database, verify_with_archive,
};

/// Copies the database into a file and says what is in the copy.
///
/// # Errors
/// As [`back_up`].
pub async fn back_up_to(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let verified = back_up(config, file, |finding| println!("{finding}")).await?;
    let bytes = std::fs::metadata(file)?.len();
    println!("{}: {bytes} bytes", file.display());
    Ok(tell(&verified))
}

/// Makes the database from a backup and says what is in it.
///
/// # Errors
/// As [`restore_backup`].
pub async fn restore_from(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let verified = restore_backup(config, file, |finding| println!("{finding}")).await?;
    println!(
        "{} was restored from {}.",
        config.database_name(),
        file.display()
    );
    if config.data_dir.join("anchors.jsonl").exists() {
        println!(
            "`tickerquest verify` now names whoever traded after the backup. Then move {} away.",
            config.data_dir.join("anchors.jsonl").display()
        );
    }
    Ok(tell(&verified))
}

/// Verifies the database, its anchors and, with a folder, the archive. Prints each finding.
///
/// # Errors
/// When something cannot be read.
pub async fn verify_all(config: &Config, archive: Option<&Path>) -> anyhow::Result<ExitCode> {
    let store = crate::open_existing_store(config).await?;
    let verified = verify_all_of(&*store, config, archive).await;
    store.close().await;
    Ok(tell(&verified?))
}

async fn verify_all_of(
    store: &dyn Store,
    config: &Config,
    archive: Option<&Path>,
) -> anyhow::Result<Verified> {
    let of_database = verify_database(store, |damage| println!("{damage}")).await?;
    let mut verified = match archive {
        None => verify_live(store).await?,
        Some(folder) => {
            let report = |finding: &ArchiveFinding| println!("{finding}");
            verify_with_archive(store, folder, Limits::default(), report).await?
        }
    };
    let folder = &config.data_dir;
    let (anchored, of_anchors) =
        verify_anchors(store, folder, |finding| println!("{finding}")).await?;
    if anchored > 0 {
        println!("{anchored} accounts were compared with their anchors.");
    }
    let (logged, of_log) = crate::proof::verify(store, |finding| println!("{finding}")).await?;
    if logged > 0 {
        println!("{logged} accounts were compared with the log of proof.");
    }
    verified.findings += of_database + of_anchors + of_log;
    Ok(verified)
}

/// Says what was looked at, and whether all of it is well.
fn tell(verified: &Verified) -> ExitCode {
    println!(
        "{} players, {} accounts, {} ledger entries, {} filled orders: {}",
        verified.players,
        verified.accounts,
        verified.entries,
        verified.orders,
        match verified.findings {
            0 => "all is as the ledger says.".to_owned(),
            1 => "1 finding.".to_owned(),
            findings => format!("{findings} findings."),
        }
    );
    if verified.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn verify_live(store: &dyn Store) -> anyhow::Result<Verified> {
    let verified = verify(store, |finding| println!("{finding}")).await?;
    if let Some((first, last, count)) = archived_months(store).await? {
        println!(
            "{count} months of the ledger are archived, {first} to {last}: accounts were rebuilt from \
             their checkpoints on. `verify --archive DIR` rebuilds them from their first entry."
        );
    }
    Ok(verified)
}
