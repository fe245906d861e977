//! `tickerquest archive` and `restore` of months.

use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::open_existing_store;
use crate::operation::audit::note_done;
use crate::retention::{ArchiveArgs, RestoreArgs, archive, restore};

/// Writes closed months to files.
///
/// # Errors
/// When the database or a file cannot be worked with.
pub async fn archive_on_database(config: &Config, args: &ArchiveArgs) -> anyhow::Result<()> {
    let folder = args.to.clone();
    let folder = folder.unwrap_or_else(|| config.data_dir.join("archive"));
    let store = open_existing_store(config).await?;
    let mut count = 0_u32;
    let done = archive(
        &*store,
        &folder,
        args.before,
        SystemClock::start().now(),
        |one| {
            count += 1;
            let (accounts, entries) = (one.accounts, one.entries);
            println!(
                "{}: {entries} entries of {accounts} accounts are in {}",
                one.month,
                one.file.display()
            );
        },
    );
    let done = done.await.map_err(Into::into);
    let before = format!("before {}", args.before);
    let done = note_done(&*store, done, "archive", &before).await;
    store.close().await;
    done?;
    if count == 0 {
        println!("There is nothing to archive before {}.", args.before);
    }
    Ok(())
}

/// Brings archived months back.
///
/// # Errors
/// When the database or a file cannot be worked with.
pub async fn restore_on_database(config: &Config, args: &RestoreArgs) -> anyhow::Result<()> {
    let store = open_existing_store(config).await?;
    let mut count = 0_u32;
    let done = restore(&*store, &args.from, |one| {
        count += 1;
        println!("{}: {} entries are back", one.month, one.entries);
    });
    let done = done.await.map_err(Into::into);
    let from = args.from.display().to_string();
    let done = note_done(&*store, done, "restore", &from).await;
    store.close().await;
    done?;
    if count == 0 {
        println!("There is nothing to restore from {}.", args.from.display());
    }
    Ok(())
}
