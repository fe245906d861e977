//! Runs that look for faults, by hand: faults of every kind, and many trades at once.

use clap::{Parser, Subcommand};
use faults::{actions, class, hot_account, notifications, offering, plans, trades};

#[derive(Debug, Parser)]
#[command(
    about = "Trades while servers are killed, connections break and disks are full, then checks every answer against the ledger; build the server first: cargo build --package server --bin tickerquest",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    run: Option<Run>,
    #[command(flatten)]
    options: faults::Options,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Sends many orders of many players and checks every answer against the ledger.
    Trades(trades::Options),
    /// Many investments in one offering while servers are killed again and again.
    Offering(offering::Options),
    /// Many notifications with mail while servers are killed and the mail server fails half the time.
    Notifications(notifications::Options),
    /// Years of savings plans that are caught up while servers are killed again and again.
    Plans(plans::Options),
    /// A split and a dividend for many holders while others trade and servers are killed again and again.
    Actions(actions::Options),
    /// A class of phones on bad Wi-Fi joins the game of a teacher's laptop and trades.
    Class(class::Options),
    /// Sends many orders of one account at the same moment.
    HotAccount {
        /// How many.
        #[arg(long, default_value_t = 100)]
        orders: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.run {
        None => faults::run(arguments.options).await,
        Some(Run::Trades(options)) => trades::run(options).await,
        Some(Run::Offering(options)) => offering::run(options).await,
        Some(Run::Notifications(options)) => notifications::run(options).await,
        Some(Run::Plans(options)) => plans::run(options).await,
        Some(Run::Actions(options)) => actions::run(options).await,
        Some(Run::Class(options)) => class::run(options).await,
        Some(Run::HotAccount { orders }) => hot_account::run(orders).await,
    }
}
