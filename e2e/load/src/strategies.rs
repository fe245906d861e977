//! The search for strategies over a table of any size: filled directly, and asked over HTTP one request after the
//! other.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use e2e::database::DatabaseKind;
use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::database::{Database, Kept};
use super::http::ResponseReader;
use super::loaded_server::LoadedServer;

/// Half of all answers, and all but one in a hundred, are there within this long.
const GOAL: Duration = Duration::from_millis(50);
/// Asked before anything counts, so that the pages in use are in memory.
const WARM_UP: usize = 20;
const SEED: u64 = 1;
/// Begin marks and words of names in the terms of the server's search.
const MARK: char = '\u{e000}';
const NAME_MARK: char = '\u{e001}';
/// One strategy in so many has each of the rare words.
const RARE: usize = 5_000;

const FIRST: [&str; 8] = [
    "steady", "bold", "patient", "green", "little", "world", "lazy", "quiet",
];
const SECOND: [&str; 6] = ["fund", "harvest", "garden", "ladder", "basket", "compass"];
const TAGS: [&str; 5] = ["longterm", "funds", "dividends", "simple", "growth"];
const RISKS: [&str; 3] = ["cautious", "balanced", "bold"];
const CATEGORIES: [&str; 7] = [
    "fund",
    "technology",
    "food",
    "energy",
    "health",
    "travel",
    "industry",
];

/// The searches: what people may ask, from the cheapest to those that match nearly everything or nothing.
const SEARCHES: [(&str, &str); 10] = [
    ("all, by followers", ""),
    ("a common word", "?text=steady"),
    ("two common words", "?text=steady+garden"),
    ("a rare word", "?text=rare1234"),
    ("a word that nobody uses", "?text=zebra"),
    ("words, risk and tag", "?text=patient&risk=bold&tag=simple"),
    ("category and return", "?category=Energy&min_return=20"),
    ("return, newest first", "?min_return=30&order=recency"),
    (
        "word, risk and return, by return",
        "?text=lazy+ladder&risk=cautious&min_return=10&order=return",
    ),
    ("page 25 of a risk", "?risk=balanced&page=25"),
];

/// How to measure the search.
#[derive(Debug, Args)]
pub struct Options {
    /// On which database.
    #[arg(long, value_enum, default_value_t = DatabaseKind::Sqlite)]
    pub database: DatabaseKind,
    /// Strategies in the table.
    #[arg(long, default_value_t = 1_000_000)]
    pub strategies: u32,
    /// How often each search is asked.
    #[arg(long, default_value_t = 100)]
    pub times: usize,
}

/// Fills the table, starts the server and measures.
///
/// # Errors
/// When anything fails, or the answers take longer than the goal.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path().canonicalize()?;
    let database = Database::start(options.database, &folder, Kept::No)?;
    // Makes the tables, and the market and the game of the open league.
    database.store(SEED).await?.close().await;
    let begin = Instant::now();
    fill(&database, options.strategies).await?;
    database.settle()?;
    println!(
        "{} strategies on {}, filled in {:.0} s",
        options.strategies,
        options.database.as_str(),
        begin.elapsed().as_secs_f64()
    );
    let server = LoadedServer::start(&database).await?;
    let slow = measure(&server, options.times).await?;
    server.stop().await?;
    ensure!(slow.is_empty(), "slower than {GOAL:?}: {}", slow.join(", "));
    Ok(())
}

/// The choice of a word by the number of a row. Both databases read it.
fn chosen(words: &[&str], by: usize) -> String {
    let cases = words.iter().enumerate();
    let cases = cases.map(|(place, word)| format!(" when {place} then '{word}'"));
    let cases: String = cases.collect();
    format!("(case (i / {by}) % {}{cases} end)", words.len())
}

/// One statement for both databases.
fn statement(strategies: u32) -> String {
    // Each by another divisor, so that every combination occurs.
    let (first, second) = (chosen(&FIRST, 1), chosen(&SECOND, FIRST.len()));
    let (tag, risk) = (chosen(&TAGS, 3), chosen(&RISKS, 7));
    let category = chosen(&CATEGORIES, 11);
    let rare = format!("'rare' || (i % {RARE})");
    let terms = format!(
        "' {MARK}m1 {MARK}r' || {risk} || ' {MARK}t' || {tag} || ' {MARK}c' || {category} || ' {NAME_MARK}' || {first} \
         || ' {NAME_MARK}' || {second} || ' ' || {first} || ' ' || {second} || ' ' || {tag} || ' ' || {category} || ' ' || {rare} || ' '"
    );
    format!(
        "insert into strategies (strategy_id, author_id, game_id, market_id, visibility, hidden, listed, name, \
         description, tags, risk, version, published_at, changed_at, followers, terms, return_total, return_year, \
         volatility, sharpe, worst_fall, measured_days, measured_until)
         with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < {strategies})
         select i, 0, 1, 1, 'public', false, true, {first} || ' ' || {second}, 'Made to be found: ' || {rare}, {tag}, \
         {risk}, 1, i, (i * 7919) % 1000003, (i * 104729) % 997, {terms}, (i * 31) % 9000 - 3000, \
         (i * 37) % 7000 - 3000, 1500, 80, -1200, 200, 20000
         from numbers"
    )
}

async fn fill(database: &Database, strategies: u32) -> anyhow::Result<()> {
    // The products stay within what a bigint holds.
    let statement =
        statement(strategies).replace("select 1 union all", "select cast(1 as bigint) union all");
    let filled = database.run(&statement).await;
    filled.context("the table could not be filled")
}

/// The searches that were too slow.
async fn measure(server: &LoadedServer, times: usize) -> anyhow::Result<Vec<&'static str>> {
    let mut line = TcpStream::connect(server.address()).await?;
    line.set_nodelay(true)?;
    let mut slow = Vec::new();
    let mut all = Histogram::<u64>::new(3)?;
    for (name, query) in SEARCHES {
        let mut took = Histogram::<u64>::new(3)?;
        for time in 0..times.saturating_add(WARM_UP) {
            let begin = Instant::now();
            ask(&mut line, server, query).await?;
            if time >= WARM_UP {
                took.record(u64::try_from(begin.elapsed().as_micros())?)?;
            }
        }
        all.add(&took)?;
        println!("{name:<34} {}", told(&took));
        if took.value_at_quantile(0.99) > u64::try_from(GOAL.as_micros())? {
            slow.push(name);
        }
    }
    println!("{:<34} {}", "together", told(&all));
    Ok(slow)
}

fn told(took: &Histogram<u64>) -> String {
    let ms = |quantile: f64| {
        Duration::from_micros(took.value_at_quantile(quantile)).as_secs_f64() * 1_000.0
    };
    format!(
        "p50 {:>7.2} ms  p99 {:>7.2} ms  most {:>7.2} ms",
        ms(0.5),
        ms(0.99),
        ms(1.0)
    )
}

async fn ask(line: &mut TcpStream, server: &LoadedServer, query: &str) -> anyhow::Result<()> {
    let request = format!(
        "GET /api/v1/games/open/strategies{query} HTTP/1.1\r\nHost: {}\r\n\r\n",
        server.address()
    );
    line.write_all(request.as_bytes()).await?;
    let mut reader = ResponseReader::default();
    let mut bytes = vec![0; 64 * 1_024];
    loop {
        let count = line.read(&mut bytes).await?;
        ensure!(count > 0, "the server hung up");
        let mut rest = bytes.get(..count).unwrap_or_default();
        while !rest.is_empty() {
            let (used, answer) = reader.read(rest)?;
            rest = rest.get(used..).unwrap_or_default();
            if let Some(answer) = answer {
                let body = String::from_utf8_lossy(&answer.body);
                ensure!(answer.status == 200, "{query}: {}: {body}", answer.status);
                return Ok(());
            }
        }
    }
}
