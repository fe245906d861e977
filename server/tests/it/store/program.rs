//! The program's commands about the ledger, as an operator or a nightly job calls them: what they
//! print, and whether they say that they have succeeded.

use std::path::Path;
use std::process::Command;

use server::retention::path_of;
use server::store::Store as _;
use server::store::sqlite::SqliteStore;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};

use super::retention::play_autumn;

const DATABASE: &str = "game.db";

fn succeeds(folder: &Path, line: &str, says: &[&str]) -> anyhow::Result<()> {
    run(folder, line, true, says)
}

fn fails(folder: &Path, line: &str, says: &[&str]) -> anyhow::Result<()> {
    run(folder, line, false, says)
}

/// Runs the program in a folder: it ends as it should, and says all of this.
fn run(folder: &Path, line: &str, succeeds: bool, says: &[&str]) -> anyhow::Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_tickerquest"))
        .args(line.split_whitespace())
        .current_dir(folder)
        // Settings of whoever runs the tests are not the program's.
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:{DATABASE}"))
        .env("RUST_LOG", "off")
        .output()?;
    let said = String::from_utf8([output.stdout, output.stderr].concat())?;
    assert_eq!(output.status.success(), succeeds, "{line}: {said}");
    assert!(
        says.iter().all(|part| said.contains(part)),
        "{line}: {said}"
    );
    Ok(())
}

const SOUND: &str = "all is as the ledger says.";

#[tokio::test]
async fn the_ledger_is_archived_verified_and_restored_by_commands() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let file = folder.join(DATABASE);
    let store =
        SqliteStore::open(file.to_str().expect("temporary folders have plain names")).await?;
    play_autumn(&store).await?;
    store.close().await;

    succeeds(folder, "verify", &["3 players, 3 accounts, ", SOUND])?;
    fails(
        folder,
        "archive --before 2999-01 --to months",
        &["tickerquest: "],
    )?;
    fails(folder, "archive --before spring", &["spring"])?;
    let archive = "archive --before 2026-11 --to months";
    succeeds(
        folder,
        archive,
        &[
            "2026-09: 6 entries of 3 accounts",
            "2026-10: 4 entries of 2 accounts",
        ],
    )?;
    succeeds(
        folder,
        archive,
        &["There is nothing to archive before 2026-11."],
    )?;
    let archived = "2 months of the ledger are archived, 2026-09 to 2026-10";
    succeeds(folder, "verify", &[archived, SOUND])?;
    succeeds(folder, "verify --archive months", &[SOUND])?;
    fails(folder, "verify --archive nowhere", &["2026-09"])?;

    // A byte of an archived month is changed.
    let month = path_of(&folder.join("months"), "2026-09".parse()?);
    let sound = std::fs::read(&month)?;
    let mut changed = sound.clone();
    changed[sound.len() / 2] ^= 1;
    std::fs::write(&month, changed)?;
    fails(folder, "verify --archive months", &["2026-09"])?;
    fails(folder, "restore months", &["2026-09"])?;
    std::fs::write(&month, sound)?;
    succeeds(folder, "restore months", &["2026-09: 6 entries are back"])?;
    succeeds(
        folder,
        "restore months",
        &["There is nothing to restore from months."],
    )?;
    succeeds(folder, "verify", &["3 accounts, ", SOUND])?;

    // Somebody has more cash than the ledger says.
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await?;
    connection
        .execute("update accounts set cash = cash + 1 where player_id = 1")
        .await?;
    connection.close().await?;
    fails(folder, "verify", &["1 finding."])?;
    Ok(())
}
