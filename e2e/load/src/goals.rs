//! What the game is held to, and whether a run has reached it.

use std::path::Path;

use anyhow::Context as _;
use e2e::database::DatabaseKind;
use serde::{Deserialize, Serialize};

use super::report::{Report, Row, aligned, rounded};

/// Trades a second on PostgreSQL for each of a pgbench script.
const TIMES_YARDSTICK: [(&str, f64); 2] = [("single-transaction", 5.0), ("usual-way", 8.0)];
const SQLITE_TRADES_PER_SECOND: f64 = 15_000.0;
const READS_PER_SECOND: f64 = 15_000.0;
const P99_AT_HALF_MS: f64 = 50.0;
/// Of uniform trades, when a few accounts send half of them.
const SKEWED_SHARE: f64 = 0.8;
/// Of a run with a population of another size.
const BESIDE_SHARE: f64 = 0.7;
const SERVER_MEMORY_MB: f64 = 500.0;

/// A figure with its limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Goal {
    /// What was measured.
    pub what: String,
    /// The limit.
    pub limit: Limit,
    /// The figure.
    pub found: f64,
    /// Whether it is within the limit.
    pub reached: bool,
}

/// On which side of a number a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    pub(super) fn new(what: impl Into<String>, limit: Limit, found: f64) -> Self {
        let reached = match limit {
            Limit::AtLeast(least) => found >= least,
            Limit::AtMost(most) => found <= most,
        };
        Self {
            what: what.into(),
            limit,
            found: rounded(found),
            reached,
        }
    }
}

/// What is read of the report of an earlier run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Earlier {
    database: DatabaseKind,
    population: EarlierPopulation,
    rows: Vec<EarlierRow>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct EarlierPopulation {
    players: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct EarlierRow {
    scenario: String,
    offered_per_second: Option<f64>,
    per_second: f64,
}

impl Earlier {
    /// Reads a `load.json`.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let named = || format!("{} is no report of a load run", file.display());
        let text = std::fs::read_to_string(file).with_context(named)?;
        serde_json::from_str(&text).with_context(named)
    }
}

/// Every goal of which the run has measured something.
#[must_use]
pub fn judge(report: &Report, earlier: Option<&Earlier>) -> Vec<Goal> {
    let mut goals = Vec::new();
    let trades = most(&report.rows, "trades");
    match report.database {
        DatabaseKind::Sqlite => goals.extend(trades.map(|found| {
            let least = Limit::AtLeast(SQLITE_TRADES_PER_SECOND);
            Goal::new("trades a second", least, found)
        })),
        DatabaseKind::Postgres => {
            goals.extend(TIMES_YARDSTICK.iter().filter_map(|(name, least)| {
                let found = *report.ratios.get(*name)?;
                let what = format!("trades for each of {name}");
                Some(Goal::new(what, Limit::AtLeast(*least), found))
            }))
        }
    }
    goals.extend(report.p99_at_half_ms.map(|found| {
        let most = Limit::AtMost(P99_AT_HALF_MS);
        Goal::new("p99 ms of trades at half the highest rate", most, found)
    }));
    goals.extend(skewed(report));
    goals.extend(["holdings", "summary"].into_iter().filter_map(|scenario| {
        let what = format!("{scenario} a second");
        let least = Limit::AtLeast(READS_PER_SECOND);
        Some(Goal::new(what, least, most(&report.rows, scenario)?))
    }));
    let memory = report.rows.iter().map(|row| row.server_private_mb);
    goals.extend(memory.reduce(f64::max).map(|found| {
        let most = Limit::AtMost(SERVER_MEMORY_MB);
        Goal::new("private MB of the server", most, found)
    }));
    if let Some(earlier) = earlier {
        goals.extend(beside(report, earlier));
    }
    goals
}

/// Skewed trades beside uniform ones over as many connections.
fn skewed(report: &Report) -> Option<Goal> {
    let skewed = report
        .rows
        .iter()
        .find(|row| row.scenario == "skewed-trades")?;
    let uniform = report
        .rows
        .iter()
        .find(|row| row.scenario == "trades" && row.clients == skewed.clients)?;
    let found = skewed.per_second / uniform.per_second.max(f64::MIN_POSITIVE);
    let least = Limit::AtLeast(SKEWED_SHARE);
    Some(Goal::new(
        "skewed trades for each uniform one",
        least,
        found,
    ))
}

/// Every scenario beside the same of an earlier run with another number of players.
fn beside(report: &Report, earlier: &Earlier) -> Vec<Goal> {
    if earlier.database != report.database {
        return Vec::new();
    }
    let mut scenarios: Vec<&str> = Vec::new();
    for row in report.rows.iter().filter(|row| is_throughput(row)) {
        if !scenarios.contains(&row.scenario.as_str()) {
            scenarios.push(&row.scenario);
        }
    }
    let share = |scenario: &str| {
        let ours = most(&report.rows, scenario)?;
        let rows = earlier.rows.iter();
        let theirs = rows
            .filter(|row| row.scenario == scenario && row.offered_per_second.is_none())
            .map(|row| row.per_second)
            .reduce(f64::max)?;
        let what = format!(
            "{scenario} for each with {} players",
            earlier.population.players
        );
        let found = ours / theirs.max(f64::MIN_POSITIVE);
        Some(Goal::new(what, Limit::AtLeast(BESIDE_SHARE), found))
    };
    scenarios.into_iter().filter_map(share).collect()
}

/// Rows of a whole drive that sent as much as the server took.
fn is_throughput(row: &Row) -> bool {
    row.offered_per_second.is_none() && !row.is_of_kind()
}

fn most(rows: &[Row], scenario: &str) -> Option<f64> {
    let rows = rows.iter();
    let rows = rows.filter(|row| row.scenario == scenario && is_throughput(row));
    rows.map(|row| row.per_second).reduce(f64::max)
}

/// The goals for people.
#[must_use]
pub fn table(goals: &[Goal]) -> String {
    let titles = ["goal", "", "limit", "found", "reached"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(goals.iter().map(|goal| {
        let (side, limit) = match goal.limit {
            Limit::AtLeast(least) => ("at least", least),
            Limit::AtMost(most) => ("at most", most),
        };
        let digits = if limit < 100.0 { 2 } else { 0 };
        vec![
            goal.what.clone(),
            side.to_owned(),
            format!("{limit:.digits$}"),
            format!("{:.digits$}", goal.found),
            if goal.reached { "yes" } else { "no" }.to_owned(),
        ]
    }));
    aligned(&rows)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::pgbench::{SHARED, Yardstick};
    use crate::population::Population;

    fn row(scenario: &str, clients: usize, per_second: f64) -> Row {
        Row {
            scenario: scenario.to_owned(),
            clients,
            pipeline: 1,
            offered_per_second: None,
            per_second,
            latency: None,
            errors: BTreeMap::new(),
            server_cpus: 0.0,
            database_cpus: None,
            driver_cpus: 0.0,
            other_cpus: 0.0,
            server_memory_mb: 900.0,
            server_private_mb: 90.0,
            database_memory_mb: None,
            written_mb_per_second: 0.0,
        }
    }

    fn report(database: DatabaseKind, players: u32, rows: Vec<Row>) -> Report {
        let population = Population {
            players,
            positions: 10,
            seed: 1,
        };
        let mut report = Report::new(database, population, 10, None);
        report.rows = rows;
        report
    }

    fn check(goals: &[Goal], what: &str, found: f64, reached: bool) {
        let goal = goals.iter().find(|goal| goal.what == what);
        let goal = goal.unwrap_or_else(|| panic!("no goal {what}: {goals:?}"));
        assert!((goal.found - found).abs() < 0.01, "{goal:?}");
        assert_eq!(goal.reached, reached, "{goal:?}");
    }

    #[test]
    fn a_goal_is_judged_by_what_was_measured_and_by_nothing_else() {
        let rows = vec![
            row("trades", 64, 9_000.0),
            row("trades", 256, 16_000.0),
            row("skewed-trades", 256, 12_000.0),
            row("summary", 256, 15_000.0),
        ];
        let goals = judge(&report(DatabaseKind::Sqlite, 10_000, rows), None);
        check(&goals, "trades a second", 16_000.0, true);
        check(&goals, "skewed trades for each uniform one", 0.75, false);
        check(&goals, "summary a second", 15_000.0, true);
        check(&goals, "private MB of the server", 90.0, true);
        assert_eq!(goals.len(), 4, "{goals:?}");
    }

    #[test]
    fn postgres_is_judged_by_its_yardsticks() {
        let rows = vec![row("trades", 256, 20_000.0)];
        let mut report = report(DatabaseKind::Postgres, 10_000, rows);
        report.p99_at_half_ms = Some(50.5);
        let yardsticks = [("single-transaction", 4.0), ("usual-way", 9.0)];
        report.ratios = yardsticks
            .map(|(name, ratio)| (name.to_owned(), ratio))
            .into();
        let goals = judge(&report, None);
        check(&goals, "trades for each of single-transaction", 4.0, false);
        check(&goals, "trades for each of usual-way", 9.0, true);
        check(
            &goals,
            "p99 ms of trades at half the highest rate",
            50.5,
            false,
        );
    }

    #[test]
    fn what_http_and_the_database_leave_room_for_is_said_when_both_are_known() {
        let rows = vec![row("trades", 256, 9_000.0), row("http", 256, 60_000.0)];
        let mut report = report(DatabaseKind::Postgres, 10_000, rows);
        let yardstick = |name: &str| Yardstick {
            name: name.to_owned(),
            clients: 2,
            per_second: 30_000.0,
            mean_ms: 8.0,
        };
        report.yardsticks = vec![yardstick("usual-way")];
        assert!(!report.table().contains("room"));
        report.yardsticks.push(yardstick(SHARED));
        let said = "leave room for 20000 trades a second";
        assert!(report.table().contains(said), "{}", report.table());
    }

    #[test]
    fn runs_of_two_sizes_are_set_side_by_side_by_their_reports() {
        let small = report(
            DatabaseKind::Sqlite,
            10_000,
            vec![row("trades", 64, 10_000.0)],
        );
        let folder = tempfile::tempdir().unwrap();
        small.write(folder.path()).unwrap();
        let earlier = Earlier::read(&folder.path().join("load.json")).unwrap();
        let rows = vec![row("trades", 64, 6_000.0), row("holdings", 64, 1.0)];
        let goals = judge(
            &report(DatabaseKind::Sqlite, 1_000_000, rows),
            Some(&earlier),
        );
        check(&goals, "trades for each with 10000 players", 0.6, false);
        assert!(
            !goals
                .iter()
                .any(|goal| goal.what.starts_with("holdings for"))
        );
        assert!(table(&goals).contains("trades for each with 10000 players"));
        assert!(Earlier::read(folder.path()).is_err());
    }
}
