//! Looks up instruments of the real market, and lists them in the live one.

use std::sync::Arc;

use clap::Subcommand;
use domain::Symbol;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::market::live::{Desk, Listed, list_symbol};
use crate::operation::audit::note_done;
use crate::store::Store;

/// Rows of a search that are shown.
const FOUND_MAX: usize = 20;

/// What is to be done.
#[derive(Debug, Clone, Subcommand)]
pub enum InstrumentCommand {
    /// Lists instruments in the live market, with a description and their daily history. One that is
    /// listed already is brought up to date. Each takes two calls of a provider.
    Add {
        /// Symbols such as AAPL.
        #[arg(required = true, value_name = "SYMBOL")]
        symbols: Vec<Symbol>,
    },
    /// Asks the providers for instruments by name.
    Search {
        /// Words of the name.
        words: String,
    },
}

/// Does it on the database of the settings, and prints a line of each thing done.
///
/// # Errors
/// As [`run`], or when the database does not open.
pub async fn run_on_database(config: &Config, command: &InstrumentCommand) -> anyhow::Result<()> {
    let store = crate::open_store(config).await?;
    let clock = Arc::new(SystemClock::start());
    let mut done = run(config, &store, clock, command, |line| println!("{line}")).await;
    if let InstrumentCommand::Add { symbols } = command {
        let symbols: Vec<_> = symbols.iter().map(Symbol::as_str).collect();
        done = note_done(&*store, done, "instrument add", &symbols.join(" ")).await;
    }
    store.close().await;
    done
}

/// Does it, and tells a line of each thing done.
///
/// # Errors
/// When an instrument could not be listed, after all others were.
pub async fn run(
    config: &Config,
    store: &Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    command: &InstrumentCommand,
    mut tell: impl FnMut(String),
) -> anyhow::Result<()> {
    let desk = Desk::open(&config.providers, Arc::clone(store), clock)?;
    match command {
        InstrumentCommand::Add { symbols } => {
            let mut failed = 0_usize;
            for symbol in symbols {
                match list_symbol(&desk, &**store, *symbol).await {
                    Ok(listed) => tell(told(&listed)),
                    Err(error) => {
                        failed += 1;
                        tell(format!("{symbol} is not listed: {error}"));
                    }
                }
            }
            anyhow::ensure!(failed == 0, "{failed} instruments could not be listed");
            tell("A live market that runs now shows them when it starts again.".into());
        }
        InstrumentCommand::Search { words } => {
            let found = desk.search(words).await?;
            if found.is_empty() {
                tell("Nothing was found.".into());
            }
            for one in found.iter().take(FOUND_MAX) {
                tell(format!("{:<8} {} ({})", one.symbol, one.name, one.currency));
            }
        }
    }
    Ok(())
}

fn told(listed: &Listed) -> String {
    let (instrument, days) = (&listed.instrument, listed.days);
    let listing = format!("{} is listed: {}", instrument.symbol, instrument.name);
    match &listed.no_history {
        None => format!("{listing}, with {days} days of history."),
        Some(reason) => format!("{listing}, without history ({reason})."),
    }
}
