//! What a load run reports: a table for people, JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;

use e2e::database::DatabaseKind;
use serde::Serialize;

use super::audit::Audit;
use super::curve::{CurvePoint, draw};
use super::driver::Arrivals;
use super::files;
use super::goals::{self, Earlier, Goal};
use super::measure::LatencyFigures;
use super::pgbench::{SHARED, Yardstick};
use super::population::Population;
use super::scenario::{Driven, Load};
use super::workload::Kind;

/// Everything that a run has found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Which database.
    pub database: DatabaseKind,
    /// Who played.
    pub population: Population,
    /// Seconds that each scenario counted.
    pub seconds: u64,
    /// Processors of the machine, shared by server, database and load.
    pub processors: usize,
    /// Seconds that making the population took; none when it was there.
    pub populated_in_s: Option<f64>,
    /// One for each drive.
    pub rows: Vec<Row>,
    /// How long trades took at fixed rates.
    pub curve: Vec<CurvePoint>,
    /// Milliseconds within which 99 of 100 trades were answered at half the highest rate.
    pub p99_at_half_ms: Option<f64>,
    /// What pgbench did on the same database.
    pub yardsticks: Vec<Yardstick>,
    /// Trades a second of ours for each of theirs, by yardstick.
    pub ratios: BTreeMap<String, f64>,
    /// What became of the trades.
    pub audit: Option<Audit>,
    /// What the game is held to.
    pub goals: Vec<Goal>,
}

/// What one drive, or one kind of request of it, has measured.
#[derive(Debug, Serialize)]
pub struct Row {
    pub scenario: String,
    pub clients: usize,
    pub pipeline: usize,
    /// Requests a second that were due; none where each was sent when one was answered.
    pub offered_per_second: Option<f64>,
    pub per_second: f64,
    #[serde(flatten)]
    pub latency: Option<LatencyFigures>,
    pub errors: BTreeMap<String, u64>,
    /// Processors that were busy: with the server, the database, sending, and anything else on the
    /// machine.
    pub server_cpus: f64,
    pub database_cpus: Option<f64>,
    pub driver_cpus: f64,
    pub other_cpus: f64,
    pub server_memory_mb: f64,
    /// Of it, what is not a part of a file.
    pub server_private_mb: f64,
    pub database_memory_mb: Option<f64>,
    /// Written by whoever writes: SQLite's server to disk, PostgreSQL to its log.
    pub written_mb_per_second: f64,
}

impl Row {
    /// The row of a whole drive, and where it sent several kinds, one for each of them.
    #[must_use]
    pub fn of(scenario: &str, load: Load, driven: &Driven) -> Vec<Self> {
        let mut rows = vec![Self::of_kind(scenario.to_owned(), load, driven, None)];
        if driven.measured.latencies.len() > 1 {
            let kinds = driven.measured.latencies.keys();
            rows.extend(kinds.map(|kind| {
                let name = format!("  {scenario}: {}", kind.as_str());
                Self::of_kind(name, load, driven, Some(*kind))
            }));
        }
        rows
    }

    fn of_kind(scenario: String, load: Load, driven: &Driven, kind: Option<Kind>) -> Self {
        let measured = &driven.measured;
        let seconds = driven.took.as_secs_f64().max(f64::MIN_POSITIVE);
        let latency = match kind {
            None => measured.all_latencies().figures(),
            Some(kind) => measured.latencies.get(&kind).and_then(|of| of.figures()),
        };
        let log_bytes = driven.log_bytes.unwrap_or(driven.server.written_bytes);
        Self {
            scenario,
            clients: load.clients,
            pipeline: load.pipeline,
            offered_per_second: match load.arrivals {
                Arrivals::AtOnce => None,
                Arrivals::PerSecond(rate) => Some(rounded(rate)),
            },
            per_second: rounded(measured.per_second(kind)),
            latency,
            errors: match kind {
                None => measured.errors.clone(),
                Some(_) => BTreeMap::new(),
            },
            server_cpus: rounded(driven.server.cpu.as_secs_f64() / seconds),
            database_cpus: driven
                .database
                .map(|used| rounded(used.cpu.as_secs_f64() / seconds)),
            driver_cpus: rounded(measured.driver_cpu.as_secs_f64() / seconds),
            other_cpus: rounded(driven.others_cpu().as_secs_f64() / seconds),
            server_memory_mb: megabytes(driven.server.resident_bytes),
            server_private_mb: megabytes(driven.server.private_bytes),
            database_memory_mb: driven.database.map(|used| megabytes(used.resident_bytes)),
            written_mb_per_second: rounded(megabytes(log_bytes) / seconds),
        }
    }

    /// Whether it is of one kind of request among those of a drive.
    #[must_use]
    pub fn is_of_kind(&self) -> bool {
        self.scenario.starts_with(' ')
    }

    /// Its cells under [`COLUMNS`].
    pub(super) fn cells(&self) -> Vec<String> {
        let ms = |of: fn(&LatencyFigures) -> f64| {
            self.latency
                .as_ref()
                .map_or_else(|| "-".to_owned(), |figures| format!("{:.2}", of(figures)))
        };
        let or_none = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
        };
        let errors: u64 = self.errors.values().sum();
        let mut cells = vec![
            self.scenario.clone(),
            self.clients.to_string(),
            or_none(self.offered_per_second, 0),
            format!("{:.0}", self.per_second),
            ms(|figures| figures.p50_ms),
            ms(|figures| figures.p95_ms),
            ms(|figures| figures.p99_ms),
            ms(|figures| figures.p999_ms),
            ms(|figures| figures.max_ms),
        ];
        // What the whole drive used is not told again for each of its kinds.
        if !self.is_of_kind() {
            cells.extend([
                errors.to_string(),
                format!("{:.2}", self.server_cpus),
                or_none(self.database_cpus, 2),
                format!("{:.2}", self.driver_cpus),
                format!("{:.2}", self.other_cpus),
                format!("{:.0}", self.server_memory_mb),
                format!("{:.0}", self.server_private_mb),
                or_none(self.database_memory_mb, 0),
                format!("{:.1}", self.written_mb_per_second),
            ]);
        }
        cells
    }
}

/// Titles of the cells of a [`Row`].
pub(super) const COLUMNS: [&str; 18] = [
    "scenario",
    "clients",
    "offered/s",
    "per s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "p99.9 ms",
    "max ms",
    "errors",
    "server cpu",
    "db cpu",
    "load cpu",
    "other cpu",
    "server MB",
    "private MB",
    "db MB",
    "MB/s",
];

impl Report {
    /// A report of nothing yet.
    #[must_use]
    pub fn new(
        database: DatabaseKind,
        population: Population,
        seconds: u64,
        populated_in_s: Option<f64>,
    ) -> Self {
        Self {
            database,
            population,
            seconds,
            processors: std::thread::available_parallelism().map_or(1, NonZero::get),
            populated_in_s: populated_in_s.map(rounded),
            rows: Vec::new(),
            curve: Vec::new(),
            p99_at_half_ms: None,
            yardsticks: Vec::new(),
            ratios: BTreeMap::new(),
            audit: None,
            goals: Vec::new(),
        }
    }

    /// The report for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "{} players with {} positions on {}, {} s a scenario, {} processors for all\n",
            self.population.players,
            self.population.positions,
            self.database.as_str(),
            self.seconds,
            self.processors
        );
        // Writing to a string does not fail: errors of `write!` are dropped here.
        if let Some(seconds) = self.populated_in_s {
            let _ = writeln!(text, "the population was made in {seconds:.0} s");
        }
        text.push('\n');
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(Row::cells));
        text.push_str(&aligned(&rows));
        let failures = self.rows.iter().filter(|row| !row.errors.is_empty());
        for row in failures {
            let _ = writeln!(text, "\n{}: {:?}", row.scenario, row.errors);
        }
        if let Some(ms) = self.p99_at_half_ms {
            let _ = writeln!(text, "\np99 of trades at half the highest rate: {ms:.2} ms");
        }
        if !self.yardsticks.is_empty() {
            text.push('\n');
            text.push_str(&self.yardstick_table());
            if let Some(most) = self.without_a_game() {
                let _ = writeln!(
                    text,
                    "HTTP alone and the database alone leave room for {most:.0} trades a second on this machine"
                );
            }
        }
        if !self.goals.is_empty() {
            let _ = write!(text, "\n{}", goals::table(&self.goals));
        }
        if let Some(audit) = &self.audit {
            let _ = writeln!(
                text,
                "\n{} trades acknowledged, {} rejected, {} unanswered; {} in the ledger. {}",
                audit.trades.filled,
                audit.trades.rejected,
                audit.trades.unknown,
                audit.in_ledger,
                audit.verified
            );
        }
        text
    }

    fn yardstick_table(&self) -> String {
        let titles = ["pgbench", "clients", "per s", "mean ms", "ours / theirs"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        rows.extend(self.yardsticks.iter().map(|one| {
            let ratio = self.ratios.get(&one.name);
            vec![
                one.name.clone(),
                one.clients.to_string(),
                format!("{:.0}", one.per_second),
                format!("{:.2}", one.mean_ms),
                ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
            ]
        }));
        aligned(&rows)
    }

    /// Writes table, JSON and picture into a folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        files::write(folder, "load", &self.table(), self)?;
        if !self.curve.is_empty() {
            let title = format!(
                "Trades on {}, {} players: latency against load",
                self.database.as_str(),
                self.population.players
            );
            std::fs::write(folder.join("latency.svg"), draw(&title, &self.curve))?;
        }
        Ok(())
    }

    /// Sets ours beside theirs.
    fn compare(&mut self) {
        let Some(ours) = self.most_trades_per_second() else {
            return;
        };
        let theirs = self.yardsticks.iter();
        let theirs = theirs.filter(|one| one.per_second > 0.0);
        self.ratios = theirs
            .map(|one| (one.name.clone(), rounded(ours / one.per_second)))
            .collect();
    }

    /// Sets what was measured beside the yardsticks, the goals, and an earlier run.
    pub fn judge(&mut self, earlier: Option<&Earlier>) {
        self.compare();
        self.goals = goals::judge(self, earlier);
    }

    /// What would be reached if each trade cost what an empty request and a trade of a shared
    /// transaction cost, and the game itself nothing: both were measured with all processors to
    /// themselves, and a trade needs the two.
    fn without_a_game(&self) -> Option<f64> {
        let http = self.rows.iter().find(|row| row.scenario == "http")?;
        let shared = self.yardsticks.iter().find(|one| one.name == SHARED)?;
        let seconds = http.per_second.recip() + shared.per_second.recip();
        Some(seconds.recip())
    }

    /// The most trades a second that were measured.
    #[must_use]
    pub fn most_trades_per_second(&self) -> Option<f64> {
        let trades = self.rows.iter().filter(|row| row.scenario == "trades");
        trades.map(|row| row.per_second).reduce(f64::max)
    }
}

/// The first column to the left, the others to the right.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let width = |place: usize| {
        let cells = rows.iter().filter_map(|row| row.get(place));
        cells.map(String::len).max().unwrap_or(0)
    };
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(place, cell)| {
            let width = width(place);
            if place == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        let line: Vec<String> = cells.collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// To a hundredth: more digits than that are noise.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "a size for people to read")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    rounded(bytes as f64 / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["name", "per s", "x"]),
            row(["a longer one", "7", "123"]),
        ];
        assert_eq!(
            aligned(&rows),
            "name          per s    x\na longer one      7  123\n"
        );
    }
}
