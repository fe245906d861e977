//! Whether a server says that it is not ready, and why.

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::store::Store as _;
use server::store::sqlite::SqliteStore;
use sqlx::SqlitePool;

use crate::app::TestApp;
use crate::store::verification::play;

#[tokio::test]
async fn a_server_with_room_and_prices_is_ready() {
    let app = TestApp::start().await;
    let health: Value = app
        .anonymous()
        .get("/health/ready")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&health["ready"], &health["causes"]),
        (&json!(true), &json!([]))
    );
    app.stop().await;
}

#[tokio::test]
async fn a_server_whose_disk_is_full_is_not_ready() {
    let app = TestApp::start_with(|config| config.free_disk_min_mib = u32::MAX).await;
    let answer = app.anonymous().get("/health/ready").await;
    let health: Value = answer.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health["causes"], json!(["disk_full"]));
    assert_eq!(
        (&health["ready"], &health["store"]),
        (&json!(false), &json!(true))
    );
    app.stop().await;
}

#[tokio::test]
async fn a_damaged_root_page_is_noticed() -> anyhow::Result<()> {
    for table in ["ledger", "accounts", "orders_by_key"] {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("game.db").to_string_lossy().into_owned();
        let store = SqliteStore::open(&path).await?;
        play(&store).await?;
        store.ping().await?;
        store.close().await;
        let pool = SqlitePool::connect(&format!("sqlite:{path}")).await?;
        let root: i64 = sqlx::query_scalar("select rootpage from sqlite_schema where name = $1")
            .bind(table)
            .fetch_one(&pool)
            .await?;
        pool.close().await;
        let mut file = OpenOptions::new().write(true).open(&path)?;
        file.seek(SeekFrom::Start(u64::try_from(root - 1)? * 4_096))?;
        file.write_all(&[0xff; 4_096])?;
        drop(file);
        let store = SqliteStore::open(&path).await?;
        let refused = store.ping().await;
        assert!(refused.is_err_and(|error| error.is_damage()), "{table}");
        store.close().await;
    }
    Ok(())
}
