//! Runs against the real game, by hand: pictures of its pages, and many trades at once.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use e2e::load;
use e2e::runs::{faults, hot_account, pictures, trades};

#[derive(Debug, Parser)]
#[command(
    about = "Runs against the real game; build it first: cargo build --package server --bin tickerquest"
)]
struct Arguments {
    #[command(subcommand)]
    run: Run,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Takes pictures of every page, light and dark, on a phone and on a large screen.
    Screenshots {
        /// Where to put them.
        folder: PathBuf,
    },
    /// Takes the picture of the README.
    ReadmePicture,
    /// Sends many orders of many players and checks every answer against the ledger.
    Trades(trades::Options),
    /// Sends many orders of one account at the same moment.
    HotAccount {
        /// How many.
        #[arg(long, default_value_t = 100)]
        orders: usize,
    },
    /// Trades while servers are killed, connections break and disks are full, then checks every
    /// answer against the ledger.
    Faults(faults::Options),
    /// Measures the release server under load: throughput, latency, what it uses.
    Load(load::Options),
    /// Makes the database of a load run and keeps it for later runs.
    Populate(load::Ground),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().run {
        Run::Screenshots { folder } => pictures::screenshots(&folder).await,
        Run::ReadmePicture => pictures::readme_picture().await,
        Run::Trades(options) => trades::run(options).await,
        Run::HotAccount { orders } => hot_account::run(orders).await,
        Run::Faults(options) => faults::run(options).await,
        Run::Load(options) => load::run(options).await,
        Run::Populate(ground) => load::populate_only(ground).await,
    }
}
