//! Recovering: backups are restored, never over a game; an upgrade takes one first; a downgrade is refused.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use server::backup::{BackupError, back_up, restore_backup};
use server::config::Config;
use server::store::Store as _;
use server::store::sqlite::SqliteStore;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Database as _;
use super::postgres::PrivateDatabase;
use super::program::{DATABASE, SOUND, fails, says, succeeds};
use super::verification::play;

/// Orders that are answered before the backup begins.
const BEFORE: usize = 20;

/// The program as it serves in a folder, and its address.
async fn serve(folder: &Path) -> anyhow::Result<(Child, String)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tickerquest"))
        .arg("serve")
        .current_dir(folder)
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:{DATABASE}"))
        .env("TICKERQUEST_DATA_DIR", ".")
        .env("TICKERQUEST_LISTEN", "127.0.0.1:0")
        .env("TICKERQUEST_LIMITS__REQUESTS_PER_MINUTE", "1000000")
        .env("TICKERQUEST_LIMITS__REQUEST_BURST", "1000000")
        .env(
            "TICKERQUEST_LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS",
            "1000000",
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let said = child.stdout.take().expect("its output is ours");
    let mut lines = BufReader::new(said).lines();
    let line = lines.next_line().await?.expect("it says where it is");
    let address = line.rsplit(' ').next().expect("its last word").to_owned();
    Ok((child, address))
}

async fn guest(client: &Client, address: &str) -> anyhow::Result<String> {
    let request = client.post(format!("{address}/api/v1/auth/guest"));
    let answer: Value = request
        .json(&json!({"session": "token"}))
        .send()
        .await?
        .json()
        .await?;
    Ok(answer["token"].as_str().expect("a token").to_owned())
}

/// Places an order; whether it was answered.
async fn place(client: &Client, address: &str, token: &str, number: usize) -> bool {
    let order = json!({"idempotency_key": format!("recovery-{number:05}"), "symbol": "PUFFN",
        "side": "buy", "size": {"amount": "1"}});
    let request = client.post(format!("{address}/api/v1/games/open/orders"));
    let sent = request.bearer_auth(token).json(&order).send().await;
    sent.is_ok_and(|answer| answer.status().is_success())
}

#[tokio::test]
async fn a_game_whose_machine_is_lost_under_load_goes_on_from_its_backup() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let (mut server, address) = serve(folder).await?;
    let client = Client::new();
    let token = guest(&client, &address).await?;
    for number in 0..BEFORE {
        assert!(place(&client, &address, &token, number).await);
    }
    let trading = {
        let (client, address, token) = (client.clone(), address.clone(), token.clone());
        async move {
            let mut number = BEFORE;
            while place(&client, &address, &token, number).await {
                number += 1;
            }
            number
        }
    };
    let losing = async {
        let here = folder.to_owned();
        let line = "backup elsewhere.copy";
        tokio::task::spawn_blocking(move || succeeds(&here, line, &[SOUND])).await??;
        // As when the power goes: nothing is finished, nothing is said.
        server.kill().await?;
        anyhow::Ok(())
    };
    let (traded, lost) = tokio::join!(trading, losing);
    lost?;
    assert!(traded >= BEFORE);
    fails(
        folder,
        "restore elsewhere.copy",
        &["a restore never overwrites one"],
    )?;
    for name in ["", "-wal", "-shm"] {
        fs::remove_file(folder.join(format!("{DATABASE}{name}"))).ok();
    }
    fs::remove_file(folder.join("anchors.jsonl")).ok();
    succeeds(
        folder,
        "restore elsewhere.copy",
        &["was restored from elsewhere.copy", SOUND],
    )?;
    succeeds(folder, "verify", &["1 players", SOUND])?;

    let (mut server, address) = serve(folder).await?;
    for number in 0..BEFORE {
        let url = format!("{address}/api/v1/games/open/orders/recovery-{number:05}");
        let answer = client.get(url).bearer_auth(&token).send().await?;
        assert_eq!(answer.status(), StatusCode::OK, "order {number}");
    }
    assert!(place(&client, &address, &token, 99_999).await);
    server.kill().await?;
    Ok(())
}

async fn made(folder: &Path) -> anyhow::Result<()> {
    let file = folder.join(DATABASE);
    let path = file.to_str().expect("temporary folders have plain names");
    let store = SqliteStore::open(path).await?;
    play(&store).await?;
    store.close().await;
    Ok(())
}

fn run(folder: &Path, sql: &str) -> anyhow::Result<()> {
    rusqlite::Connection::open(folder.join(DATABASE))?.execute_batch(sql)?;
    Ok(())
}

#[tokio::test]
async fn what_is_no_backup_makes_no_database() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("letter.copy"), "Dear diary")?;
    fails(
        folder.path(),
        "restore letter.copy",
        &["the copy is damaged"],
    )?;
    assert!(!folder.path().join(DATABASE).exists());
    Ok(())
}

#[tokio::test]
async fn an_upgrade_takes_a_backup_first() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    made(folder).await?;
    // As the version before the latest migration left it.
    run(
        folder,
        "drop table operators; drop table operator_actions; drop table second_factors;
         drop table recovery_codes; drop table mail_links; drop table verified_emails; drop table logins;
         delete from _sqlx_migrations where version = 15",
    )?;
    says(
        folder,
        "migrate",
        true,
        "warn",
        &["backed_up_before_upgrade", "up to date"],
    )?;
    let kept: Vec<_> = fs::read_dir(folder.join("data/backups"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<_>>()?;
    let [kept] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    let name = kept.file_name().expect("it has a name").to_string_lossy();
    assert!(name.starts_with("before-upgrade-20"), "{name}");
    let kept = rusqlite::Connection::open(kept)?;
    let versions = "select count(*) from _sqlx_migrations where version = 15";
    let upgraded: i64 = kept.query_row(versions, (), |row| row.get(0))?;
    assert_eq!(upgraded, 0, "the backup is what the database was");
    // Once is enough.
    succeeds(folder, "verify", &[SOUND])?;
    assert_eq!(fs::read_dir(folder.join("data/backups"))?.count(), 1);
    Ok(())
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database_in_words() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    made(folder.path()).await?;
    run(
        folder.path(),
        "insert into _sqlx_migrations select 9999, 'later', installed_on, success, checksum, execution_time
         from _sqlx_migrations where version = 1",
    )?;
    for line in ["serve", "verify", "migrate"] {
        let words = [
            "is of a later version of Tickerquest",
            "9999",
            "Nothing was changed",
        ];
        fails(folder.path(), line, &words)?;
    }
    Ok(())
}

#[tokio::test]
async fn postgresql_is_dumped_and_restored_by_its_own_programs() -> anyhow::Result<()> {
    let (game, empty) = (PrivateDatabase::new().await?, PrivateDatabase::empty()?);
    let store = game.open().await?;
    play(&*store).await?;
    store.close().await;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("game.dump");
    let config = |database: &PrivateDatabase| Config {
        database_url: Some(database.url()),
        ..Config::default()
    };
    let made = match back_up(&config(&game), &file, |finding| panic!("{finding}")).await {
        // Its programs are not on every machine; then the words are what counts.
        Err(missing @ BackupError::Postgres(_)) => {
            assert!(missing.to_string().contains("pg_dump --format=custom"));
            return Ok(());
        }
        made => made?,
    };
    assert_eq!(made.players, 2);
    let refused = restore_backup(&config(&game), &file, |_| {}).await;
    assert!(matches!(refused, Err(BackupError::InUse(_))), "{refused:?}");
    let restored = restore_backup(&config(&empty), &file, |finding| panic!("{finding}")).await?;
    assert_eq!(restored, made);
    Ok(())
}
