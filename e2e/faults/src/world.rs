//! The servers of a run with their database, and how each fault is made.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::database::DatabaseKind;
use e2e::process;
use e2e::server::{GameServer, Home, Setup};
use e2e::wait::until;
use private_postgres::{Options, PrivatePostgres, Stop};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::time::{Instant, sleep};

use super::disk::SmallDisk;
use super::fault::Fault;
use super::outages::Outages;
use super::proxy::{End, Line, Proxy};

/// Servers on one PostgreSQL.
const SERVERS: usize = 2;
const DATABASE: &str = "tickerquest";
const SETUP: Setup = Setup::LIVELY;
/// A log of the size of the disk, and new files for it, so that a full disk is met by all who write.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "32MB"),
    ("min_wal_size", "32MB"),
    ("max_wal_size", "96MB"),
    ("wal_recycle", "off"),
    ("checkpoint_timeout", "30s"),
];
/// The connections that a server has.
const BACKENDS: &str = "
    select pid
    from pg_stat_activity
    where application_name = 'tickerquest'
    order by pid";
/// How long the database may take to find out by itself that there is room again.
const BY_ITSELF: Duration = Duration::from_secs(4);
/// Whoever frees a block finds it taken again after so long.
const REFILL: Duration = Duration::from_millis(100);

/// Everything that can fail. What is declared first is ended first.
#[derive(Debug)]
pub struct World {
    servers: Vec<GameServer>,
    proxy: Option<Proxy>,
    postgres: Option<Arc<PrivatePostgres>>,
    disk: Option<SmallDisk>,
    outages: Arc<Outages>,
}

impl World {
    /// Starts one server on SQLite, or two on one PostgreSQL, with a disk of their own if it is to
    /// be filled.
    ///
    /// # Errors
    /// When anything does not start, or a disk cannot be mounted.
    pub async fn start(database: DatabaseKind, small_disk: bool) -> anyhow::Result<Self> {
        let disk = small_disk.then(SmallDisk::mount).transpose()?;
        Self::start_on(database, disk, &[]).await
    }

    /// The same without a disk of their own, and with more settings for the servers.
    ///
    /// # Errors
    /// When anything does not start.
    pub async fn start_with(
        database: DatabaseKind,
        settings: &[(String, String)],
    ) -> anyhow::Result<Self> {
        Self::start_on(database, None, settings).await
    }

    async fn start_on(
        database: DatabaseKind,
        disk: Option<SmallDisk>,
        settings: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let mut world = Self {
            servers: Vec::new(),
            proxy: None,
            postgres: None,
            disk,
            outages: Arc::default(),
        };
        match database {
            DatabaseKind::Sqlite => {
                let home = Home::new()?.with_settings(settings);
                let home = match &world.disk {
                    Some(disk) => home.with_data_in(disk.path()),
                    None => home,
                };
                world.servers.push(GameServer::start_in(home, SETUP).await?);
            }
            DatabaseKind::Postgres => world.start_on_postgres(settings).await?,
        }
        world.outages = Arc::new(Outages::of(world.servers.len()));
        Ok(world)
    }

    async fn start_on_postgres(&mut self, settings: &[(String, String)]) -> anyhow::Result<()> {
        let options = Options {
            durable: true,
            tcp: true,
            kept_in: self.disk.as_ref().map(|disk| disk.path().join("postgres")),
            settings: SETTINGS
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        };
        let postgres = PrivatePostgres::start(&options)?;
        postgres.create_database(DATABASE, None)?;
        let port = postgres.port().context("PostgreSQL has a port")?;
        let proxy = Proxy::start(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let address = format!("postgres://postgres@127.0.0.1:{}/{DATABASE}", proxy.port());
        self.postgres = Some(Arc::new(postgres));
        self.proxy = Some(proxy);
        for _ in 0..SERVERS {
            let home = Home::new()?.with_database(&address);
            let home = home.with_settings(settings);
            self.servers.push(GameServer::start_in(home, SETUP).await?);
        }
        Ok(())
    }

    /// Where the servers are.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.servers.iter().map(GameServer::address).collect()
    }

    /// When they were down.
    #[must_use]
    pub fn outages(&self) -> Arc<Outages> {
        self.outages.clone()
    }

    /// Makes a fault and ends it; what was done, in words.
    ///
    /// # Errors
    /// When it cannot be made, or what was stopped does not start again.
    pub async fn inflict(&mut self, fault: Fault, random: &mut StdRng) -> anyhow::Result<String> {
        match fault {
            Fault::KillServer => {
                let server = random.random_range(0..self.servers.len().max(1));
                self.kill(&[server], random).await
            }
            Fault::KillAll => {
                let all: Vec<usize> = (0..self.servers.len()).collect();
                self.kill(&all, random).await
            }
            Fault::DiskFull => self.fill_disk(random).await,
            Fault::StopDatabase => self.stop_database(random).await,
            Fault::KillBackend => self.kill_backends(random).await,
            Fault::Cut => {
                let times = random.random_range(1..4);
                for _ in 0..times {
                    self.proxy()?.sever(End::Closed);
                    pause(random, 20..500).await;
                }
                Ok(format!("all connections closed {times} times"))
            }
            Fault::Reset => {
                let proxy = self.proxy()?;
                proxy.set(Line::Shut);
                proxy.sever(End::Reset);
                let ms = pause(random, 200..3_000).await;
                proxy.set(Line::Open);
                Ok(format!("connections reset, none made for {ms} ms"))
            }
            Fault::Stall => {
                let proxy = self.proxy()?;
                proxy.set(Line::Stalled);
                // Now and then longer than a request may take.
                let long = random.random_bool(0.3);
                let ms = pause(random, if long { 10_500..12_000 } else { 500..4_000 }).await;
                proxy.set(Line::Open);
                Ok(format!("nothing came through for {ms} ms"))
            }
            Fault::LoseAnswers => {
                let proxy = self.proxy()?;
                proxy.set(Line::Deaf);
                let ms = pause(random, 20..800).await;
                proxy.sever(End::Reset);
                proxy.set(Line::Open);
                Ok(format!("answers of {ms} ms lost, then connections reset"))
            }
        }
    }

    async fn kill(&mut self, which: &[usize], random: &mut StdRng) -> anyhow::Result<String> {
        for &server in which {
            self.outages.begin(server);
            self.server(server)?.kill();
        }
        let ms = pause(random, 0..1_500).await;
        for &server in which {
            self.server(server)?.restart().await?;
            self.outages.end(server);
        }
        Ok(format!("servers {which:?} killed, started after {ms} ms"))
    }

    async fn fill_disk(&mut self, random: &mut StdRng) -> anyhow::Result<String> {
        let disk = self.disk.as_ref().context("there is no disk to fill")?;
        let for_ms = random.random_range(1_500..5_000);
        let begin = Instant::now();
        let mut bytes = disk.fill()?;
        while begin.elapsed() < Duration::from_millis(for_ms) {
            sleep(REFILL).await;
            bytes = disk.fill()?;
        }
        disk.free()?;
        let mut told = format!("disk full for {for_ms} ms ({} MB)", bytes / 1_048_576);
        if self.postgres.is_some() && !self.database_comes_back().await {
            self.start_database().await?;
            told.push_str(", PostgreSQL had given up and was started");
        }
        Ok(told)
    }

    async fn database_comes_back(&self) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < BY_ITSELF {
            let answers = self
                .with_postgres(|postgres| postgres.run(DATABASE, "select 1"))
                .await;
            if answers.is_ok() {
                return true;
            }
            sleep(REFILL).await;
        }
        false
    }

    async fn start_database(&self) -> anyhow::Result<()> {
        // What is left of it, if anything is.
        let _ = self
            .with_postgres(|postgres| postgres.stop(Stop::Immediate))
            .await;
        self.with_postgres(PrivatePostgres::start_again).await
    }

    async fn stop_database(&self, random: &mut StdRng) -> anyhow::Result<String> {
        self.with_postgres(|postgres| postgres.stop(Stop::Immediate))
            .await?;
        let ms = pause(random, 0..4_000).await;
        self.with_postgres(PrivatePostgres::start_again).await?;
        Ok(format!("PostgreSQL stopped at once, started after {ms} ms"))
    }

    async fn kill_backends(&self, random: &mut StdRng) -> anyhow::Result<String> {
        let times = random.random_range(1..4);
        for _ in 0..times {
            let backends = until("PostgreSQL has connections", async || {
                let listed = self
                    .with_postgres(|postgres| postgres.run(DATABASE, BACKENDS))
                    .await?;
                let backends: Vec<u32> = listed
                    .lines()
                    .filter_map(|line| line.trim().parse().ok())
                    .collect();
                Ok((!backends.is_empty()).then_some(backends))
            })
            .await?;
            let chosen = backends
                .get(random.random_range(0..backends.len()))
                .context("one of them")?;
            // An error means that it has gone by itself meanwhile.
            let _ = process::kill(*chosen);
            pause(random, 100..1_500).await;
        }
        Ok(format!("{times} backends of PostgreSQL killed"))
    }

    /// Has PostgreSQL run a statement.
    ///
    /// # Errors
    /// When there is none, or it refuses.
    pub async fn run_sql(&self, statement: String) -> anyhow::Result<String> {
        self.with_postgres(move |postgres| postgres.run(DATABASE, &statement))
            .await
    }

    /// The one number that a query of PostgreSQL gives.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn number(&self, query: &str) -> anyhow::Result<i64> {
        let told = self.run_sql(query.to_owned()).await?;
        let told = told.trim();
        told.parse()
            .with_context(|| format!("{told:?} is no number"))
    }

    /// Fails when a server has ended by itself.
    ///
    /// # Errors
    /// When one has; with the end of its log.
    pub fn all_live(&mut self) -> anyhow::Result<()> {
        for (number, server) in self.servers.iter_mut().enumerate() {
            let ended = server.ended();
            ensure!(
                ended.is_none(),
                "server {number} has ended by itself: {ended:?}\n{}",
                server.tail()
            );
        }
        Ok(())
    }

    /// The ends of all logs, for a failure.
    #[must_use]
    pub fn tails(&self) -> String {
        let mut tails: Vec<String> = self.servers.iter().map(GameServer::tail).collect();
        tails.extend(self.postgres.as_ref().map(|postgres| postgres.log_tail()));
        tails.join("\n")
    }

    /// Stops all servers as an operator does, then checks the whole ledger; what the check says.
    ///
    /// # Errors
    /// When one does not stop, or anything is wrong.
    pub async fn stop_and_verify(&mut self) -> anyhow::Result<String> {
        let (first, others) = self
            .servers
            .split_first_mut()
            .context("there is no server")?;
        for other in others {
            other.stop().await?;
        }
        first.stop_and_verify().await
    }

    fn server(&mut self, number: usize) -> anyhow::Result<&mut GameServer> {
        self.servers.get_mut(number).context("there is no server")
    }

    fn proxy(&self) -> anyhow::Result<&Proxy> {
        self.proxy
            .as_ref()
            .context("there is no line to a database")
    }

    /// Its programs are waited for, on a thread that may wait.
    async fn with_postgres<T: Send + 'static>(
        &self,
        call: impl FnOnce(&PrivatePostgres) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let postgres = self.postgres.clone().context("there is no PostgreSQL")?;
        tokio::task::spawn_blocking(move || call(&postgres)).await?
    }
}

/// Lets some time pass: faults last. How many milliseconds.
async fn pause(random: &mut StdRng, ms: Range<u64>) -> u64 {
    let ms = random.random_range(ms);
    sleep(Duration::from_millis(ms)).await;
    ms
}
