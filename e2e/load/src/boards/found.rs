//! What a run of the leaderboards has found: a table for people, JSON for programs.

use std::fmt::Write as _;
use std::path::Path;

use e2e::database::DatabaseKind;
use serde::Serialize;

use super::in_process::InProcess;
use super::redis::Answered;
use super::sql::Queried;
use crate::files;
use crate::goals::{self, Goal, Limit};
use crate::population::Population;
use crate::report::{COLUMNS, Row, aligned};

/// The row of nginx.
pub const NGINX: &str = "nginx";
/// Requests for the first ten, for each of nginx's.
const SHARE_OF_NGINX: f64 = 0.5;
/// Ranks in process for each of Redis's.
const TIMES_REDIS: f64 = 10.0;
/// To value ten positions of each of a million players.
const VALUED_IN_MS: f64 = 100.0;
const BYTES_PER_PLAYER: f64 = 200.0;

/// One start of the server.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Start {
    /// Seconds from the start until it was ready for everything else.
    pub ready_in_s: f64,
    /// Seconds from the start until everyone was on the leaderboards.
    pub boards_in_s: f64,
    /// Seconds that building them took, as the server tells it.
    pub built_in_s: Option<f64>,
    /// Private memory when it was ready: leaderboards may have been begun by then.
    pub private_mb_when_ready: f64,
    /// Private memory when everyone was on the leaderboards.
    pub private_mb_with_boards: f64,
}

impl Start {
    /// In a line.
    #[must_use]
    pub fn line(&self) -> String {
        let built = self.built_in_s.map_or_else(String::new, |seconds| {
            format!(" ({seconds:.1} s of building)")
        });
        format!(
            "ready after {:.1} s with {:.0} MB, leaderboards after {:.1} s{built} with {:.0} MB",
            self.ready_in_s,
            self.private_mb_when_ready,
            self.boards_in_s,
            self.private_mb_with_boards
        )
    }
}

/// Everything that a run has found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Which database.
    pub database: DatabaseKind,
    /// Who played.
    pub population: Population,
    /// Trades a second that went on meanwhile.
    pub trades: u32,
    /// The first start, which stores openings of periods, and one that finds them.
    pub starts: Vec<Start>,
    /// Over HTTP: ours and nginx's.
    pub rows: Vec<Row>,
    /// Bytes of a page of the leaderboard.
    pub page_bytes: usize,
    /// Milliseconds of valuations at new prices in the running server.
    pub valuations_ms: Vec<f64>,
    /// The usual SQL on the same database.
    pub sql: Vec<Queried>,
    /// A sorted set of the same size.
    pub redis: Vec<Answered>,
    /// Without HTTP.
    pub in_process: Option<InProcess>,
    /// What could not be compared, and why.
    pub missing: Vec<String>,
    /// What the game is held to.
    pub goals: Vec<Goal>,
}

impl Found {
    /// Nothing yet.
    #[must_use]
    pub fn new(database: DatabaseKind, population: Population, trades: u32) -> Self {
        Self {
            database,
            population,
            trades,
            starts: Vec::new(),
            rows: Vec::new(),
            page_bytes: 0,
            valuations_ms: Vec::new(),
            sql: Vec::new(),
            redis: Vec::new(),
            in_process: None,
            missing: Vec::new(),
            goals: Vec::new(),
        }
    }

    /// Takes the rows of a drive, and says the first.
    pub fn add(&mut self, rows: Vec<Row>) {
        if let Some(row) = rows.first() {
            println!("{}: {:.0} a second", row.scenario.trim(), row.per_second);
        }
        self.rows.extend(rows);
    }

    /// Notes what could not be measured.
    pub fn miss(&mut self, what: &str, error: &anyhow::Error) {
        let line = format!("{error:#}").lines().next().unwrap_or("").to_owned();
        self.missing
            .push(format!("{what} was not measured: {line}"));
    }

    /// Sets what was measured beside the goals.
    pub fn judge(&mut self) {
        let mut goals = Vec::new();
        let rate = |name: &str| {
            let row = self.rows.iter().find(|row| row.scenario == name);
            row.map(|row| row.per_second).filter(|rate| *rate > 0.0)
        };
        if let Some((ours, theirs)) = rate("top").zip(rate(NGINX)) {
            let least = Limit::AtLeast(SHARE_OF_NGINX);
            goals.push(Goal::new(
                "first tens for each of nginx",
                least,
                ours / theirs,
            ));
        }
        if let Some(ours) = self.in_process {
            for (command, what, rate) in [
                ("ZREVRANK", "ranks", ours.ranks_per_second),
                ("ZREVRANGE 0 9", "first tens", ours.tops_per_second),
            ] {
                let theirs = self.redis.iter();
                let mut theirs = theirs.filter(|one| one.command == command && one.pipeline == 1);
                if let Some(theirs) = theirs.next().filter(|one| one.per_second > 0.0) {
                    let least = Limit::AtLeast(TIMES_REDIS);
                    let what = format!("{what} in process for each {command} of Redis");
                    goals.push(Goal::new(what, least, rate / theirs.per_second));
                }
            }
            let count = u64::from(ours.players) * u64::from(ours.positions);
            let most = Limit::AtMost(VALUED_IN_MS);
            let what = format!("ms to value {count} positions");
            goals.push(Goal::new(what, most, ours.valued_in_ms));
            let most = Limit::AtMost(BYTES_PER_PLAYER);
            let what = "bytes for each player, positions included";
            goals.push(Goal::new(what, most, ours.bytes_per_player));
        }
        self.goals = goals;
    }

    /// The report for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "leaderboards of {} players with {} positions on {}, {} trades a second meanwhile\n\n",
            self.population.players,
            self.population.positions,
            self.database.as_str(),
            self.trades
        );
        // Writing to a string does not fail: errors of `write!` are dropped here.
        for start in &self.starts {
            let _ = writeln!(text, "{}", start.line());
        }
        text.push('\n');
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(Row::cells));
        text.push_str(&aligned(&rows));
        for row in self.rows.iter().filter(|row| !row.errors.is_empty()) {
            let _ = writeln!(text, "\n{}: {:?}", row.scenario.trim(), row.errors);
        }
        let _ = writeln!(text, "\na page has {} bytes", self.page_bytes);
        if !self.valuations_ms.is_empty() {
            let mut sorted = self.valuations_ms.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
            let longest = sorted.last().copied().unwrap_or_default();
            let _ = writeln!(
                text,
                "valuations in the server: {middle:.1} ms in the middle, {longest:.1} ms at most"
            );
        }
        text.push('\n');
        text.push_str(&self.others());
        if let Some(in_process) = &self.in_process {
            let _ = write!(text, "\n{}", in_process.table());
        }
        for line in &self.missing {
            let _ = writeln!(text, "\n{line}");
        }
        let _ = write!(text, "\n{}", goals::table(&self.goals));
        text
    }

    /// Redis and SQL.
    fn others(&self) -> String {
        let titles = ["beside", "per s", "p50 ms", "p99 ms"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        let row = |name: String, per_second: f64, [p50, p99]: [f64; 2]| {
            vec![
                name,
                format!("{per_second:.1}"),
                format!("{p50:.3}"),
                format!("{p99:.3}"),
            ]
        };
        rows.extend(self.redis.iter().map(|one| {
            let name = format!("Redis {}, pipeline {}", one.command, one.pipeline);
            row(name, one.per_second, [one.p50_ms, one.p99_ms])
        }));
        rows.extend(
            self.sql
                .iter()
                .map(|one| row(one.query.clone(), one.per_second, [one.p50_ms, one.p99_ms])),
        );
        aligned(&rows)
    }

    /// Writes table and JSON into a folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        files::write(folder, "boards", &self.table(), self)
    }
}
