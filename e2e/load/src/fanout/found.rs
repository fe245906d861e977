//! What a run of the fan-out has found: a table for people, JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::tally::Tally;
use crate::files;
use crate::measure::LatencyFigures;
use crate::report::{aligned, megabytes, rounded};
use crate::usage::Usage;

/// What the clients of one server have heard, and what that took.
#[derive(Debug)]
pub struct Heard {
    /// What they have heard.
    pub tally: Tally,
    /// How long they were listening.
    pub took: Duration,
    /// The server's private memory before the first client came.
    pub idle_private_bytes: u64,
    /// What the server used meanwhile, and its memory at the end.
    pub server: Usage,
    /// What the program of the clients used meanwhile.
    pub load: Usage,
    /// Processor time of the whole machine.
    pub machine_cpu: Duration,
}

/// Everything that a run has found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Processors of the machine, shared by server and clients.
    pub processors: usize,
    /// Connections, each of a client of its own.
    pub clients: usize,
    /// Seconds that counted.
    pub seconds: u64,
    /// Bytes of the message that was taken from our server to be sent by `ws`.
    pub message_bytes: usize,
    /// One for each server.
    pub rows: Vec<Row>,
    /// Theirs for each of ours.
    pub ratios: Option<Ratios>,
    /// What could not be compared, and why.
    pub missing: Vec<String>,
}

/// What was measured with one server.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub server: String,
    /// Messages of prices that all clients together received.
    pub messages_per_second: f64,
    /// Changed quotes in them.
    pub updates_per_second: f64,
    pub megabytes_per_second: f64,
    /// From when a message was made until a client had received all of it.
    #[serde(flatten)]
    pub latency: Option<LatencyFigures>,
    /// Processors that were busy with the server.
    pub server_cpus: f64,
    /// Processor time of the server for each message that a client received.
    pub cpu_us_per_message: f64,
    /// Private memory at the end.
    pub private_mb: f64,
    /// Of it, what came with each client.
    pub private_kb_per_client: f64,
    /// Processors that were busy with the clients.
    pub load_cpus: f64,
    /// With anything else on the machine.
    pub other_cpus: f64,
    /// What went wrong.
    pub errors: BTreeMap<String, u64>,
}

/// What the other server takes for each of ours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ratios {
    /// Processor time for a message.
    pub cpu: f64,
    /// Private memory for a client.
    pub memory: f64,
    /// The p99.
    pub latency: Option<f64>,
}

/// Titles of the cells of a [`Row`].
const COLUMNS: [&str; 14] = [
    "server",
    "messages/s",
    "updates/s",
    "MB/s",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "max ms",
    "server cpu",
    "us/message",
    "private MB",
    "KB/client",
    "load cpu",
    "other cpu",
];

impl Row {
    /// What one server's clients have heard.
    #[must_use]
    pub fn of(server: &str, clients: usize, heard: &Heard) -> Self {
        let tally = &heard.tally;
        let seconds = heard.took.as_secs_f64().max(f64::MIN_POSITIVE);
        let busy = |cpu: Duration| rounded(cpu.as_secs_f64() / seconds);
        let ours = heard.server.cpu + heard.load.cpu;
        let came = heard
            .server
            .private_bytes
            .saturating_sub(heard.idle_private_bytes);
        let mut errors = tally.errors.clone();
        if tally.unread() > 0 {
            let what = "messages whose updates were not counted";
            errors.insert(what.to_owned(), tally.unread());
        }
        let cpu_us = heard.server.cpu.as_secs_f64() * 1_000_000.0;
        Self {
            server: server.to_owned(),
            messages_per_second: rounded(float(tally.messages) / seconds),
            updates_per_second: rounded(float(tally.updates()) / seconds),
            megabytes_per_second: rounded(megabytes(tally.bytes) / seconds),
            latency: tally.latencies.figures(),
            server_cpus: busy(heard.server.cpu),
            cpu_us_per_message: rounded(cpu_us / float(tally.messages.max(1))),
            private_mb: megabytes(heard.server.private_bytes),
            private_kb_per_client: rounded(float(came) / 1_000.0 / of_clients(clients)),
            load_cpus: busy(heard.load.cpu),
            other_cpus: busy(heard.machine_cpu.saturating_sub(ours)),
            errors,
        }
    }

    fn cells(&self) -> Vec<String> {
        let ms = |of: fn(&LatencyFigures) -> f64| {
            self.latency
                .as_ref()
                .map_or_else(|| "-".to_owned(), |figures| format!("{:.2}", of(figures)))
        };
        vec![
            self.server.clone(),
            format!("{:.0}", self.messages_per_second),
            format!("{:.0}", self.updates_per_second),
            format!("{:.1}", self.megabytes_per_second),
            ms(|figures| figures.p50_ms),
            ms(|figures| figures.p95_ms),
            ms(|figures| figures.p99_ms),
            ms(|figures| figures.max_ms),
            format!("{:.2}", self.server_cpus),
            format!("{:.1}", self.cpu_us_per_message),
            format!("{:.0}", self.private_mb),
            format!("{:.1}", self.private_kb_per_client),
            format!("{:.2}", self.load_cpus),
            format!("{:.2}", self.other_cpus),
        ]
    }
}

impl Found {
    /// Nothing yet.
    #[must_use]
    pub fn new(clients: usize, seconds: u64) -> Self {
        Self {
            processors: std::thread::available_parallelism().map_or(1, NonZero::get),
            clients,
            seconds,
            message_bytes: 0,
            rows: Vec::new(),
            ratios: None,
            missing: Vec::new(),
        }
    }

    /// Takes what one server's clients have heard, and says it.
    pub fn add(&mut self, server: &str, heard: &Heard) {
        let row = Row::of(server, self.clients, heard);
        println!("{server}: {:.0} messages a second", row.messages_per_second);
        self.rows.push(row);
    }

    /// Notes what could not be measured.
    pub fn miss(&mut self, what: &str, error: &anyhow::Error) {
        let line = format!("{error:#}").lines().next().unwrap_or("").to_owned();
        self.missing
            .push(format!("{what} was not measured: {line}"));
    }

    /// Sets the second server beside the first.
    pub fn compare(&mut self) {
        if let [ours, theirs] = self.rows.as_slice() {
            self.ratios = ratios(ours, theirs);
        }
    }

    /// The report for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "live prices to {} clients for {} s, {} processors for all\n\n",
            self.clients, self.seconds, self.processors
        );
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(self.rows.iter().map(Row::cells));
        text.push_str(&aligned(&rows));
        // Writing to a string does not fail: errors of `write!` are dropped here.
        for row in self.rows.iter().filter(|row| !row.errors.is_empty()) {
            let _ = writeln!(text, "\n{}: {:?}", row.server, row.errors);
        }
        let _ = writeln!(text, "\na message has {} bytes", self.message_bytes);
        if let Some(ratios) = self.ratios {
            let latency = ratios.latency.map_or_else(String::new, |times| {
                format!(", and its p99 is {times:.2} times ours")
            });
            let _ = writeln!(
                text,
                "ws takes {:.2} times our processor time for a message and {:.2} times our memory for a \
                 client{latency}",
                ratios.cpu, ratios.memory
            );
        }
        for line in &self.missing {
            let _ = writeln!(text, "\n{line}");
        }
        text
    }

    /// Writes table and JSON into a folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        files::write(folder, "fanout", &self.table(), self)
    }
}

/// None where ours took too little to tell.
fn ratios(ours: &Row, theirs: &Row) -> Option<Ratios> {
    let times = |theirs: f64, ours: f64| (ours > 0.0).then(|| rounded(theirs / ours));
    Some(Ratios {
        cpu: times(theirs.cpu_us_per_message, ours.cpu_us_per_message)?,
        memory: times(theirs.private_kb_per_client, ours.private_kb_per_client)?,
        latency: theirs
            .latency
            .zip(ours.latency)
            .and_then(|(theirs, ours)| times(theirs.p99_ms, ours.p99_ms)),
    })
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people to read")]
fn float(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "a number of clients is small")]
fn of_clients(clients: usize) -> f64 {
    clients.max(1) as f64
}
