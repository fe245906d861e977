//! Backups, and that no game is ever lost unnoticed: what the program says of copies, and of places
//! where a database is missing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use server::backup::back_up;
use server::store::Store as _;
use server::store::sqlite::SqliteStore;
use server::verify::verify;

use super::program::{DATABASE, SOUND, fails, says, succeeds};
use super::trading::{Ask, open_game, trade};
use super::verification::play;

async fn open(folder: &Path) -> anyhow::Result<SqliteStore> {
    let file = folder.join(DATABASE);
    let path = file.to_str().expect("temporary folders have plain names");
    Ok(SqliteStore::open(path).await?)
}

#[tokio::test]
async fn a_backup_is_made_while_the_game_goes_on() -> anyhow::Result<()> {
    let (folder, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let store = open(folder.path()).await?;
    open_game(&store, 1).await?;
    trade(&store, Ask::buy(1, "order-before", 1, 1)).await?;
    let backup = elsewhere.path().join("monday.db");
    let line = format!("backup {}", backup.display());
    let (line, from) = (line.as_str(), folder.path().to_owned());
    let done = AtomicBool::new(false);
    let copying = async {
        let (line, from) = (line.to_owned(), from.clone());
        let copied =
            tokio::task::spawn_blocking(move || succeeds(&from, &line, &["bytes", SOUND])).await;
        done.store(true, Ordering::SeqCst);
        copied?
    };
    let trading = async {
        let mut orders = 0;
        while !done.load(Ordering::SeqCst) {
            trade(&store, Ask::buy(1, &format!("order-{orders:04}"), 1, 1)).await?;
            orders += 1;
            tokio::task::yield_now().await;
            if orders == 900 {
                break;
            }
        }
        anyhow::Ok(())
    };
    let (copied, traded) = tokio::join!(copying, trading);
    copied.and(traded)?;
    let mode = fs::metadata(&backup)?.permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    let left: Vec<_> = fs::read_dir(elsewhere.path())?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()?;
    assert_eq!(left, ["monday.db"]);
    let kept = fs::read(&backup)?;
    fails(
        folder.path(),
        line,
        &["exists; a backup never overwrites a file"],
    )?;
    assert_eq!(fs::read(&backup)?, kept);

    // Nothing but the copy is there any more, and the game goes on from it.
    store.close().await;
    fs::copy(&backup, elsewhere.path().join(DATABASE))?;
    let restored = open(elsewhere.path()).await?;
    let verified = verify(&restored, |finding| panic!("{finding}")).await?;
    assert!(verified.orders >= 1, "{verified:?}");
    trade(&restored, Ask::buy(1, "order-after", 1, 1)).await?;
    restored.close().await;
    Ok(())
}

#[tokio::test]
async fn a_copy_of_the_file_alone_is_no_backup() -> anyhow::Result<()> {
    let (folder, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let store = open(folder.path()).await?;
    play(&store).await?;
    fs::copy(
        folder.path().join(DATABASE),
        elsewhere.path().join(DATABASE),
    )?;
    for line in [
        "verify",
        "backup copy.db",
        "archive --before 2026-11",
        "restore months",
    ] {
        fails(elsewhere.path(), line, &["game.db is missing or empty"])?;
    }
    fails(
        elsewhere.path(),
        "serve",
        &["files of a game are here: game.db. To go on", "--new-game"],
    )?;
    store.close().await;
    succeeds(folder.path(), "verify", &["2 players", SOUND])
}

#[tokio::test]
async fn a_damaged_game_gets_no_backup_of_that_name() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let store = open(folder.path()).await?;
    play(&store).await?;
    store.close().await;
    let file = folder.path().join(DATABASE);
    let tamper = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await?;
    sqlx::query("update accounts set cash = cash + 1 where player_id = 1")
        .execute(&tamper)
        .await?;
    tamper.close().await;
    fails(
        folder.path(),
        "backup copy.db",
        &["account 1/1: its cash is", "copy.db.part", "1 findings"],
    )?;
    assert!(!folder.path().join("copy.db").exists());
    Ok(())
}

#[tokio::test]
async fn a_new_game_is_announced_and_never_takes_the_place_of_another() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    for line in ["verify", "backup copy.db"] {
        fails(folder, line, &["game.db is missing or empty"])?;
    }
    assert_eq!(fs::read_dir(folder)?.count(), 0, "nothing was made");
    says(
        folder,
        "migrate",
        true,
        "warn",
        &["database_created", DATABASE],
    )?;
    says(folder, "migrate", true, "warn", &["up to date"])?;
    succeeds(folder, "verify", &["0 players", SOUND])?;
    succeeds(folder, "backup game.db.monday", &[SOUND])?;

    fs::remove_file(folder.join(DATABASE))?;
    let refused = [
        "holds no game, but files of a game are here",
        "game.db.monday. To go on",
        "docs/backup.md",
    ];
    for line in ["serve", "migrate"] {
        fails(folder, line, &refused)?;
    }
    assert!(!folder.join(DATABASE).exists());
    fs::write(folder.join(DATABASE), "")?;
    fails(folder, "serve", &refused[..1])?;
    fails(folder, "verify", &["game.db is missing or empty"])?;
    assert_eq!(fs::metadata(folder.join(DATABASE))?.len(), 0);
    let anew = server::Config {
        data_dir: folder.to_owned(),
        database_url: Some(format!("sqlite:{}", folder.join(DATABASE).display())),
        new_game: true,
        ..server::Config::default()
    };
    server::open_store(&anew).await?.close().await;
    succeeds(folder, "verify", &["0 players", SOUND])
}

#[tokio::test]
async fn a_postgresql_that_cannot_be_dumped_is_an_error_without_its_password() {
    let config = server::Config {
        database_url: Some("postgres://ann:secret@127.0.0.1:1/game".into()),
        ..server::Config::default()
    };
    let told = back_up(&config, Path::new("game.dump"), |_| {}).await;
    let told = told.expect_err("nothing listens there").to_string();
    assert!(told.contains("pg_dump"), "{told}");
    assert!(!told.contains("secret"), "{told}");
    for file in ["game.dump", "game.dump.part"] {
        assert!(!Path::new(file).exists(), "{file}");
    }
}
