//! The fan-out of live prices: what it takes to tell thousands of clients every change, and what the
//! package `ws` of Node takes to send them the same messages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use e2e::database::DatabaseKind;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::database::{Database, Kept};
use super::loaded_server::LoadedServer;
use super::usage::{self, Usage};

pub mod client;
pub mod found;
pub mod frames;
pub mod limits;
pub mod listeners;
pub mod node;
pub mod tally;

use found::{Found, Heard};
use listeners::{Listeners, Phase};
use node::NodeServer;
use tally::Tally;

/// The row of our own server.
const OURS: &str = "Tickerquest";

/// How to run.
#[derive(Debug, Args)]
pub struct Options {
    /// Clients, each with a connection of its own.
    #[arg(long, default_value_t = 10_000)]
    clients: usize,
    /// Seconds that count.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Seconds before the first client comes, and again before anything counts.
    #[arg(long, default_value_t = 10)]
    warm_up: u64,
    /// Threads that listen: more than one is of use where there are processors to spare.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/load/fanout")]
    out: PathBuf,
}

/// Measures both and reports.
///
/// # Errors
/// When our server cannot be measured. What is missing of the comparison is said in the report.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    limits::make_room(options.clients)?;
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path().canonicalize()?;
    let mut found = Found::new(options.clients, options.seconds);
    let message = measure_ours(options, &folder, &mut found).await?;
    found.message_bytes = message.len();
    if let Err(error) = measure_theirs(options, &folder, &message, &mut found).await {
        found.miss("ws", &error);
    }
    found.compare();
    found.write(&options.out)?;
    println!("\n{}\nwritten to {}", found.table(), options.out.display());
    Ok(())
}

/// Measures our own server, in a new game; one of its messages, of the usual length.
async fn measure_ours(
    options: &Options,
    folder: &Path,
    found: &mut Found,
) -> anyhow::Result<Vec<u8>> {
    let database = Database::start(DatabaseKind::Sqlite, folder, Kept::No)?;
    let settings = limits::settings(options.clients);
    let server = LoadedServer::start_with(&database, &settings).await?;
    let heard = hear(options, server.address(), || server.usage()).await?;
    server.stop().await?;
    found.add(OURS, &heard);
    let message = heard.tally.typical().context("no prices came")?;
    Ok(message.to_vec())
}

/// Measures `ws`.
async fn measure_theirs(
    options: &Options,
    folder: &Path,
    message: &[u8],
    found: &mut Found,
) -> anyhow::Result<()> {
    let server = NodeServer::start(folder, message).await?;
    let heard = hear(options, server.address(), || server.usage()).await?;
    found.add(server.name(), &heard);
    Ok(())
}

/// Ends the threads that listen, also when whoever waits for them is interrupted.
struct Ends(Arc<Phase>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Connects all clients to a server and counts what they hear.
async fn hear(
    options: &Options,
    address: SocketAddr,
    usage: impl Fn() -> anyhow::Result<Usage>,
) -> anyhow::Result<Heard> {
    // A server that has just started has other things to do.
    sleep(Duration::from_secs(options.warm_up)).await;
    let idle_private_bytes = usage()?.private_bytes;
    println!("connecting {} clients", options.clients);
    let phase = Arc::new(Phase::default());
    let ends = Ends(Arc::clone(&phase));
    let mut connecting = Vec::new();
    for clients in shares(options.clients, options.threads) {
        let phase = Arc::clone(&phase);
        connecting.push(spawn_blocking(move || {
            Listeners::connect(address, clients, &phase)
        }));
    }
    let mut listening = Vec::new();
    for connected in connecting {
        let (listeners, phase) = (connected.await??, Arc::clone(&phase));
        listening.push(spawn_blocking(move || listeners.listen(&phase)));
    }
    sleep(Duration::from_secs(options.warm_up)).await;
    let own = || Usage::of(std::process::id());
    let before = (usage()?, own()?, usage::of_machine().unwrap_or_default());
    let begin = Instant::now();
    phase.count();
    sleep(Duration::from_secs(options.seconds)).await;
    let took = begin.elapsed();
    let (server, load) = (usage()?.since(before.0), own()?.since(before.1));
    let machine = usage::of_machine().unwrap_or_default();
    drop(ends);
    let mut tally = Tally::new();
    for heard in listening {
        tally.merge(heard.await??);
    }
    Ok(Heard {
        tally,
        took,
        idle_private_bytes,
        server,
        load,
        machine_cpu: machine.saturating_sub(before.2),
    })
}

/// How many clients each thread has; none has no clients.
fn shares(clients: usize, threads: usize) -> Vec<usize> {
    let threads = threads.clamp(1, clients.max(1));
    let share = |thread| clients / threads + usize::from(thread < clients % threads);
    (0..threads).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_the_clients() {
        assert_eq!(shares(10_000, 1), [10_000]);
        assert_eq!(shares(10, 4), [3, 3, 2, 2]);
        assert_eq!(shares(2, 4), [1, 1]);
        assert_eq!(shares(5, 0), [5]);
    }
}
