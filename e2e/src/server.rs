//! The real server, on a free port with a database of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::places;
use crate::process::Process;

/// How often another port is tried when somebody was faster.
const PORTS_TRIED: u32 = 3;

/// What a test wants of the server, besides a fresh database and a market that is always the same.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// Seed of the market.
    pub seed: u64,
    /// Milliseconds from price to price.
    pub tick_ms: u64,
}

impl Setup {
    /// Prices that move all the time.
    pub const LIVELY: Self = Self {
        seed: 20_260_101,
        tick_ms: 250,
    };
    /// Prices that stand still for as long as a test takes.
    pub const CALM: Self = Self {
        tick_ms: 60_000,
        ..Self::LIVELY
    };
}

/// Where a server keeps its files and its game.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    data: PathBuf,
    database: Option<String>,
    settings: Vec<(String, String)>,
}

impl Home {
    /// A new folder with everything in it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data).context("cannot make the data folder")?;
        Ok(Self {
            folder,
            data,
            database: None,
            settings: Vec::new(),
        })
    }

    /// The same, with the data in a folder that is there already.
    #[must_use]
    pub fn with_data_in(self, data: &Path) -> Self {
        let data = data.to_owned();
        Self { data, ..self }
    }

    /// The same, with the game in the database at an address.
    #[must_use]
    pub fn with_database(self, address: &str) -> Self {
        let database = Some(address.to_owned());
        Self { database, ..self }
    }

    /// The same with settings of its own, by their names without `TICKERQUEST_`.
    #[must_use]
    pub fn with_settings(self, settings: &[(String, String)]) -> Self {
        let settings = settings.to_vec();
        Self { settings, ..self }
    }
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub struct GameServer {
    process: Process,
    port: u16,
    setup: Setup,
    home: Home,
}

impl GameServer {
    /// Starts a server and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready; with the end of its log.
    pub async fn start(setup: Setup) -> anyhow::Result<Self> {
        Self::start_in(Home::new()?, setup).await
    }

    /// The same in a home that is there already.
    ///
    /// # Errors
    /// When it does not become ready; with the end of its log.
    pub async fn start_in(mut home: Home, setup: Setup) -> anyhow::Result<Self> {
        let mut tried = 1;
        loop {
            let port = places::free_port()?;
            let process = launch(&home, port, setup)?;
            let mut server = Self {
                process,
                port,
                setup,
                home,
            };
            match server.ready().await {
                Ok(()) => return Ok(server),
                Err(_) if tried < PORTS_TRIED && server.process.log().contains("in use") => {
                    tried += 1
                }
                Err(error) => return Err(error),
            }
            home = server.home;
        }
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The end of its log.
    #[must_use]
    pub fn tail(&self) -> String {
        self.process.tail()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Kills it in the middle of whatever it does.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again at the same address with the same data.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.process.kill();
        self.process = launch(&self.home, self.port, self.setup)?;
        self.ready().await
    }

    /// Stops it as an operator does, then checks its whole ledger; what the check says.
    ///
    /// # Errors
    /// When it does not stop cleanly, or the check finds anything wrong.
    pub async fn stop_and_verify(&mut self) -> anyhow::Result<String> {
        self.stop().await?;
        verify(command(&self.home, self.port, self.setup)?).await
    }

    /// Stops it as an operator does.
    ///
    /// # Errors
    /// When it does not stop cleanly.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let status = self.process.stop().await?;
        ensure!(
            status.success(),
            "the server stopped with {status}\n{}",
            self.tail()
        );
        Ok(())
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let address = self.address();
        self.process.ready(&address).await
    }
}

/// Has a command of the server's binary check the whole ledger; what the check says.
///
/// # Errors
/// When it finds anything wrong.
pub async fn verify(mut command: Command) -> anyhow::Result<String> {
    let output = tokio::task::spawn_blocking(move || command.arg("verify").output()).await??;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "verify: {}\n{said}\n{complained}",
        output.status
    );
    Ok(said)
}

fn launch(home: &Home, port: u16, setup: Setup) -> anyhow::Result<Process> {
    Process::start(
        "server",
        command(home, port, setup)?.arg("serve"),
        &home.folder.path().join("server.log"),
    )
}

fn command(home: &Home, port: u16, setup: Setup) -> anyhow::Result<Command> {
    let mut command = places::server_command(home.folder.path())?;
    command
        .env("TICKERQUEST_DATA_DIR", &home.data)
        .env("TICKERQUEST_LISTEN", format!("127.0.0.1:{port}"));
    if let Some(database) = &home.database {
        command.env("DATABASE_URL", database);
    }
    let settings = [
        ("MARKET__SEED", setup.seed),
        ("MARKETS__TICK_MS", setup.tick_ms),
        // The next batch is decided early even where only a few trade.
        // Everybody comes from one address here, and faster than people do.
        ("LIMITS__REQUESTS_PER_MINUTE", 1_000_000),
        ("LIMITS__REQUEST_BURST", 1_000_000),
        ("LIMITS__REQUESTS_PER_MINUTE_PER_ADDRESS", 1_000_000),
        ("LIMITS__ANONYMOUS_PER_MINUTE_PER_ADDRESS", 1_000_000),
        ("LIMITS__LOGINS_PER_MINUTE_PER_ADDRESS", 1_000_000),
        ("LIMITS__LOGINS_PER_MINUTE_PER_IDENTITY", 1_000_000),
    ];
    for (name, value) in settings {
        command.env(format!("TICKERQUEST_{name}"), value.to_string());
    }
    for (name, value) in &home.settings {
        command.env(format!("TICKERQUEST_{name}"), value);
    }
    // What is on offer must not depend on the day of the run.
    command.env("TICKERQUEST_MARKETS__NEW_COMPANIES", "false");
    Ok(command)
}
