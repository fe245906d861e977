//! Load runs, by hand. `docs/load.md` says how and what they show.

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    about = "Measures the release server under load; build it first: cargo build --release --package server --bin tickerquest",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    run: Option<Run>,
    #[command(flatten)]
    options: load::Options,
}

#[derive(Debug, Subcommand)]
enum Run {
    /// Makes the database of a load run and keeps it for later runs.
    Populate(load::Ground),
    /// Measures what achievements cost a trade: the engine in process with none, 50 and 500 of them.
    Achievements(load::achievements::Options),
    /// Measures the leaderboards: over HTTP beside trades, in process, and beside Redis, nginx and SQL.
    Boards(load::boards::Options),
    /// Measures the dashboard of a player who has played every day for eight years.
    Dashboard(load::dashboard::Options),
    /// Measures many games at once, in many markets, beside one game with as many players.
    Games(load::games::Options),
    /// Measures live prices to thousands of clients, and Node's `ws` beside it.
    Fanout(load::fanout::Options),
    /// Measures the nightly check of accounts with targets, beside trades.
    Nightly(load::nightly::Options),
    /// Measures an offline month: the check of its result over HTTP, and what becomes of changed copies.
    OfflineMonth(load::offline_month::Options),
    /// Measures the receipt of a long ledger: made by the server, checked by the command and in Chromium.
    Receipt(load::receipt::Options),
    /// Measures the leaderboards in process only, without a database.
    Standings(load::boards::in_process::Members),
    /// Measures the search over a table of strategies.
    Strategies(load::strategies::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match arguments.run {
        None => load::run(arguments.options).await,
        Some(Run::Populate(ground)) => load::populate_only(ground).await,
        Some(Run::Achievements(options)) => load::run_achievements(options).await,
        Some(Run::Boards(options)) => load::run_boards(options).await,
        Some(Run::Dashboard(options)) => load::run_dashboard(options).await,
        Some(Run::Games(options)) => load::run_games(options).await,
        Some(Run::Fanout(options)) => load::run_fanout(options).await,
        Some(Run::Nightly(options)) => load::run_nightly(options).await,
        Some(Run::OfflineMonth(options)) => load::run_offline_month(options).await,
        Some(Run::Receipt(options)) => load::run_receipt(options).await,
        Some(Run::Standings(members)) => load::boards::in_process::run(members),
        Some(Run::Strategies(options)) => load::strategies::run(options).await,
    }
}
