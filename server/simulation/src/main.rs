//! Runs the simulation of the trade engine for as long as one likes:
//!
//! ```sh
//! cargo run --release --package simulation -- --minutes 10
//! cargo run --package simulation -- --seed 42
//! ```

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use simulation::{Plan, run};
use tokio::time::Instant;

/// Simulates the trade engine with everything that can go wrong.
#[derive(Debug, Parser)]
struct Arguments {
    /// Only this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// The first of the seeds; each run takes the next one.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// No run begins after so many minutes.
    #[arg(long, default_value_t = 1)]
    minutes: u64,
    /// Accounts that are traded for.
    #[arg(long, default_value_t = 12)]
    accounts: i64,
    /// Clients of each account.
    #[arg(long, default_value_t = 3)]
    clients: u32,
    /// Orders of each client.
    #[arg(long, default_value_t = 200)]
    orders: u32,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let plan = Plan {
        accounts: arguments.accounts,
        clients: arguments.clients,
        orders: arguments.orders,
    };
    let until = Instant::now() + Duration::from_secs(arguments.minutes.saturating_mul(60));
    let (mut steps, mut runs): (u64, u64) = (0, 0);
    let first = arguments.seed.unwrap_or(arguments.from);
    for seed in first.. {
        match run(seed, plan) {
            Ok(summary) => {
                println!("seed {seed}: {summary:?}");
                steps = steps.saturating_add(summary.steps);
                runs = runs.saturating_add(1);
            }
            Err(error) => {
                eprintln!("seed {seed}: {error:#}");
                eprintln!("Again: cargo run --package simulation -- --seed {seed}");
                return ExitCode::FAILURE;
            }
        }
        if arguments.seed.is_some() || Instant::now() >= until {
            break;
        }
    }
    println!("{runs} runs, {steps} steps: everything held.");
    ExitCode::SUCCESS
}
