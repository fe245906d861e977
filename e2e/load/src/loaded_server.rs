//! The release server that a load run measures: its own process, its own folder, limits out of the
//! way.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use e2e::places;
use e2e::process::Process;
use e2e::server;

use super::database::Database;
use super::fetch::fetch;
use super::usage::Usage;

/// Opens `/metrics` to the run.
const METRICS_TOKEN: &str = "metrics-of-a-load-run";

/// A server that runs until it is stopped or this is dropped.
#[derive(Debug)]
pub struct LoadedServer {
    process: Process,
    address: SocketAddr,
}

impl LoadedServer {
    /// Starts the server on a database and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready; with the end of its log.
    pub async fn start(database: &Database) -> anyhow::Result<Self> {
        Self::start_with::<u64>(database, &[]).await
    }

    /// The same, with settings that differ from those of other runs. They are named as variables of the
    /// environment name them, without what all begin with.
    ///
    /// # Errors
    /// As [`LoadedServer::start`].
    pub async fn start_with<T: Display>(
        database: &Database,
        settings: &[(&str, T)],
    ) -> anyhow::Result<Self> {
        let port = places::free_port()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = command(database)?;
        command
            .arg("serve")
            .env("TICKERQUEST_LISTEN", address.to_string());
        for (name, value) in settings {
            command.env(format!("TICKERQUEST_{name}"), value.to_string());
        }
        let log = database.folder().join("server.log");
        let process = Process::start("server", &mut command, &log)?;
        let mut server = Self { process, address };
        server.ready().await?;
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// One of its metrics without labels, by the name that `/metrics` has; none where it has no such.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn metric(&self, name: &str) -> anyhow::Result<Option<f64>> {
        let token = format!("Authorization: Bearer {METRICS_TOKEN}\r\n");
        let (status, text) = fetch(self.address, "/metrics", &token)?;
        ensure!(status == 200, "/metrics answers {status}");
        let mut lines = text.lines();
        Ok(lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()))
    }

    /// What it uses.
    ///
    /// # Errors
    /// When it is gone; with the end of its log.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.process.id()).with_context(|| self.process.tail())
    }

    /// Stops it as an operator does.
    ///
    /// # Errors
    /// When it does not stop well.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let status = self.process.stop().await?;
        ensure!(
            status.success(),
            "the server stopped with {status}\n{}",
            self.process.tail()
        );
        Ok(())
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let address = format!("http://{}", self.address);
        self.process.ready(&address).await
    }
}

/// Runs the server's own check of the whole ledger; what it says.
///
/// # Errors
/// When it finds anything wrong.
pub async fn verify(database: &Database) -> anyhow::Result<String> {
    server::verify(command(database)?).await
}

/// A command of the server's binary. A debug build would be measured in vain.
fn command(database: &Database) -> anyhow::Result<Command> {
    let folder: &Path = database.folder();
    let command = places::server_command(folder);
    let mut command = command
        .context("a load run needs: cargo build --release --package server --bin tickerquest")?;
    command.env("TICKERQUEST_DATA_DIR", folder);
    command.env("TICKERQUEST_METRICS__TOKEN", METRICS_TOKEN);
    if let Some(url) = database.url() {
        command.env("DATABASE_URL", url);
    }
    let settings = [
        // A few hot accounts get half of all orders here, from one address.
        ("LIMITS__REQUESTS_PER_MINUTE", 1_000_000),
        ("LIMITS__REQUEST_BURST", 1_000_000),
        ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", 1_000_000),
        ("LIMITS__ANONYMOUS_PER_MINUTE_PER_ADDRESS", 1_000_000),
    ];
    for (name, value) in settings {
        command.env(format!("TICKERQUEST_{name}"), value.to_string());
    }
    Ok(command)
}
