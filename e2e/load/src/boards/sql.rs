//! The SQL that leaderboards are usually made of, on the same database.

use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Postgres, Sqlite};
use tokio::time::Instant;

use crate::database::Database;
use crate::measure::Latencies;
use crate::report::rounded;

/// A rank: how many have more.
const RANK: &str = "select count(*) from players where xp > $1";
/// The first ten.
const TOP: &str = "select player_id from players order by xp desc, player_id limit 10";
/// How long each is asked, and at least once.
const ASKED_FOR: Duration = Duration::from_secs(3);
/// XP between one question and the next, up to about what purchases earned.
const XP_STEP: i64 = 7;
const XP_MAX: i64 = 500;

/// How a query did, over one connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Queried {
    /// The query.
    pub query: String,
    /// Answers a second.
    pub per_second: f64,
    /// Milliseconds within which half of them came.
    pub p50_ms: f64,
    /// Milliseconds within which 99 of 100 came.
    pub p99_ms: f64,
}

/// Asks a query again and again, with another XP each time. The two databases need two types.
macro_rules! ask {
    ($connection:expr, $of:ty, $query:expr) => {{
        let (begin, mut latencies, mut xp) = (Instant::now(), Latencies::default(), 0_i64);
        while latencies.count() == 0 || begin.elapsed() < ASKED_FOR {
            let asked = Instant::now();
            let rows = sqlx::query_scalar::<$of, i64>($query);
            let rows = if $query == RANK { rows.bind(xp) } else { rows };
            let _: Vec<i64> = rows.fetch_all(&mut $connection).await?;
            latencies.add(asked.elapsed());
            xp = (xp + XP_STEP) % XP_MAX;
        }
        queried($query, &latencies, begin.elapsed())?
    }};
}

/// Measures both queries while the server runs.
///
/// # Errors
/// When the database does not answer.
pub async fn measure(database: &Database) -> anyhow::Result<Vec<Queried>> {
    if let Some(url) = database.url() {
        let mut connection = PgConnection::connect(&url).await?;
        let found = vec![
            ask!(connection, Postgres, RANK),
            ask!(connection, Postgres, TOP),
        ];
        connection.close().await?;
        return Ok(found);
    }
    let file = database.config(0).database();
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let found = vec![
        ask!(connection, Sqlite, RANK),
        ask!(connection, Sqlite, TOP),
    ];
    connection.close().await?;
    Ok(found)
}

fn queried(query: &str, latencies: &Latencies, took: Duration) -> anyhow::Result<Queried> {
    let figures = latencies.figures().context("no query was answered")?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let per_second = latencies.count() as f64 / took.as_secs_f64();
    Ok(Queried {
        query: query.to_owned(),
        per_second: rounded(per_second),
        p50_ms: figures.p50_ms,
        p99_ms: figures.p99_ms,
    })
}
