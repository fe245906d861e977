//! The command `tickerquest`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use server::clock::{Clock, SystemClock};
use server::config::Config;
use server::import::{ImportArgs, import};
use server::retention::{ArchiveArgs, RestoreArgs, archive, restore};
use server::store::Store;
use server::verify::{
    ArchiveFinding, Limits, Verified, archived_months, verify, verify_with_archive,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A quarter of what an order cost the server was memory that is taken and given back, with the
/// system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A stock-market game that anyone can host.
#[derive(Debug, Parser)]
#[command(name = "tickerquest", version, about)]
struct Arguments {
    /// Settings; without it `tickerquest.toml` in the working directory, if there is one. The
    /// environment goes over it: `TICKERQUEST_LISTEN`, `TICKERQUEST_MARKET__SEED`, ...,
    /// `DATABASE_URL`.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the game (what happens without a command, too).
    Serve,
    /// Brings the database up to date and ends.
    Migrate,
    /// Rebuilds every account from its ledger and names what is not as the ledger says.
    Verify {
        /// The folder that months of the ledger were archived in: accounts are then rebuilt from their
        /// first entry, through its files.
        #[arg(long, value_name = "DIR")]
        archive: Option<PathBuf>,
    },
    /// Moves whole months of the ledger from the database into files. The game goes on meanwhile.
    Archive(ArchiveArgs),
    /// Moves archived months back into the database, latest first.
    Restore(RestoreArgs),
    /// Imports daily price history from CSV files for the replayed market.
    Import(ImportArgs),
    /// Prints the description of the API.
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tickerquest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// For a person on a terminal, as JSON for a machine. `RUST_LOG` says how much.
fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    if std::io::stderr().is_terminal() {
        registry.with(lines.with_target(false)).init();
    } else {
        registry.with(lines.json()).init();
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let command = arguments.command.unwrap_or(Command::Serve);
    if let Command::Openapi = command {
        println!("{}", server::api::document().to_pretty_json()?);
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(arguments.config.as_deref())?;
    match command {
        Command::Serve => serve(config).await?,
        Command::Verify { archive } => return verify_all(&config, archive.as_deref()).await,
        Command::Archive(args) => archive_months(&config, &args).await?,
        Command::Restore(args) => restore_months(&config, &args).await?,
        Command::Import(files) => import_all(&config, &files).await?,
        Command::Migrate => {
            server::open_store(&config).await?.close().await;
            println!("The database is up to date.");
        }
        Command::Openapi => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let address = config.listen;
    let listener = server::listen(address);
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    let stop = stop_signal()?;
    server::serve_and_tell(config, listener, stop, |address| {
        println!("Tickerquest is ready at http://{address}");
    })
    .await
}

/// Resolves when the process is asked to stop.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

async fn verify_all(config: &Config, archive: Option<&Path>) -> anyhow::Result<ExitCode> {
    let store = server::open_store(config).await?;
    let verified = match archive {
        None => verify_live(&*store).await,
        Some(folder) => {
            let report = |finding: &ArchiveFinding| println!("{finding}");
            let verified = verify_with_archive(&*store, folder, Limits::default(), report).await;
            verified.map_err(anyhow::Error::from)
        }
    };
    store.close().await;
    let verified = verified?;
    println!(
        "{} players, {} accounts, {} ledger entries, {} filled orders: {}",
        verified.players,
        verified.accounts,
        verified.entries,
        verified.orders,
        match verified.findings {
            0 => "all is as the ledger says.".to_owned(),
            1 => "1 finding.".to_owned(),
            findings => format!("{findings} findings."),
        }
    );
    Ok(if verified.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn verify_live(store: &dyn Store) -> anyhow::Result<Verified> {
    let verified = verify(store, |finding| println!("{finding}")).await?;
    if let Some((first, last, count)) = archived_months(store).await? {
        println!(
            "{count} months of the ledger are archived, {first} to {last}: accounts were rebuilt from \
             their checkpoints on. `verify --archive DIR` rebuilds them from their first entry."
        );
    }
    Ok(verified)
}

async fn archive_months(config: &Config, args: &ArchiveArgs) -> anyhow::Result<()> {
    let folder = args.to.clone();
    let folder = folder.unwrap_or_else(|| config.data_dir.join("archive"));
    let store = server::open_store(config).await?;
    let mut count = 0_u32;
    let done = archive(&*store, &folder, args.before, SystemClock.now(), |one| {
        count += 1;
        let (accounts, entries) = (one.accounts, one.entries);
        println!(
            "{}: {entries} entries of {accounts} accounts are in {}",
            one.month,
            one.file.display()
        );
    });
    let done = done.await;
    store.close().await;
    done?;
    if count == 0 {
        println!("There is nothing to archive before {}.", args.before);
    }
    Ok(())
}

async fn restore_months(config: &Config, args: &RestoreArgs) -> anyhow::Result<()> {
    let store = server::open_store(config).await?;
    let mut count = 0_u32;
    let done = restore(&*store, &args.from, |one| {
        count += 1;
        println!("{}: {} entries are back", one.month, one.entries);
    });
    let done = done.await;
    store.close().await;
    done?;
    if count == 0 {
        println!("There is nothing to restore from {}.", args.from.display());
    }
    Ok(())
}

async fn import_all(config: &Config, files: &ImportArgs) -> anyhow::Result<()> {
    let store = server::open_store(config).await?;
    let imported = import(&*store, files).await;
    store.close().await;
    for one in imported? {
        let adjusted = if one.adjusted { ", adjusted" } else { "" };
        println!(
            "{}: {} days from {} to {}{adjusted}",
            one.symbol, one.days, one.first, one.last
        );
    }
    Ok(())
}
