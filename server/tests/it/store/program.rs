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

pub const DATABASE: &str = "game.db";

pub fn succeeds(folder: &Path, line: &str, says: &[&str]) -> anyhow::Result<()> {
    self::says(folder, line, true, "off", says)
}

pub fn fails(folder: &Path, line: &str, says: &[&str]) -> anyhow::Result<()> {
    self::says(folder, line, false, "off", says)
}

/// Runs the program in a folder, logging at a level: it ends as it should, and says all of this.
pub fn says(
    folder: &Path,
    line: &str,
    succeeds: bool,
    level: &str,
    says: &[&str],
) -> anyhow::Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_tickerquest"))
        .args(line.split_whitespace())
        .current_dir(folder)
        // Settings of whoever runs the tests are not the program's.
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:{DATABASE}"))
        .env("TICKERQUEST_LISTEN", "127.0.0.1:0")
        .env("RUST_LOG", level)
        .output()?;
    let said = String::from_utf8([output.stdout, output.stderr].concat())?;
    assert_eq!(output.status.success(), succeeds, "{line}: {said}");
    assert!(
        says.iter().all(|part| said.contains(part)),
        "{line}: {said}"
    );
    Ok(())
}

pub const SOUND: &str = "all is as the ledger says.";

#[tokio::test]
async fn nobody_else_reads_the_files_of_a_game() -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let mode = |name: &str| -> anyhow::Result<u32> {
        Ok(folder.join(name).metadata()?.permissions().mode() & 0o777)
    };
    let output = Command::new(env!("CARGO_BIN_EXE_tickerquest"))
        .arg("migrate")
        .current_dir(folder)
        .env_clear()
        .output()?;
    assert!(output.status.success(), "{output:?}");
    assert_eq!(mode("data")?, 0o700);
    assert_eq!(mode("data/tickerquest.db")?, 0o600);
    let file = folder.join(DATABASE);
    let store =
        SqliteStore::open(file.to_str().expect("temporary folders have plain names")).await?;
    play_autumn(&store).await?;
    store.close().await;
    succeeds(folder, "archive --before 2026-11 --to months", &["2026-10"])?;
    assert_eq!(mode("months")?, 0o700);
    for file in folder.join("months").read_dir()? {
        assert_eq!(file?.metadata()?.permissions().mode() & 0o777, 0o600);
    }
    Ok(())
}

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
