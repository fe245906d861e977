//! The command `tickerquest`.

use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use domain::Day;
use server::clock::{Clock, SystemClock};
use server::config::Config;
use server::import::{DryRun, ImportArgs, dry_run, import};
use server::operation::archives;
use server::operation::audit::note_done;
use server::operation::boards::{self, BoardsCommand};
use server::operation::class::ClassArgs;
use server::operation::games::{CreateGameArgs, create_game};
use server::operation::instruments::{self, InstrumentCommand};
use server::operation::jobs::{self, JobsCommand};
use server::operation::markets::{SpeedArgs, change_speed};
use server::operation::offerings;
use server::operation::operators::{self, OperatorCommand};
use server::operation::proof::{self, RotateKeyArgs, VerifyLogArgs, VerifyReceiptArgs};
use server::operation::providers::{self, ProviderCommand};
use server::operation::recompute::recompute_on_database;
use server::operation::reports::{self, ReportsCommand};
use server::operation::status;
use server::operation::verification::{back_up_to, restore_from, verify_all};
use server::operation::xp_rules::{self, XpRulesCommand};
use server::retention::{ArchiveArgs, RestoreArgs};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// With the system's allocator, a quarter of the cost of an order was allocating and freeing memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A stock-market game that anyone can host.
#[derive(Debug, Parser)]
#[command(name = "tickerquest", version, about)]
struct Arguments {
    /// The settings file. Default: `tickerquest.toml` in the working directory, if present.
    /// Environment variables override it: `TICKERQUEST_LISTEN`, `TICKERQUEST_MARKET__SEED`, ...,
    /// `DATABASE_URL`.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the game (the default without a command).
    Serve(ServeArgs),
    /// Shows how the game is doing. Exits with 0 if a server is running and ready.
    Status,
    /// Brings the database up to date and exits.
    Migrate,
    /// Rebuilds every account from its ledger and reports every difference.
    Verify {
        /// The folder that holds archived months of the ledger. With it, accounts are rebuilt from their
        /// first entry, through the archived files.
        #[arg(long, value_name = "DIR")]
        archive: Option<PathBuf>,
    },
    /// Checks a player's receipt and reports what it proves and what it does not. Needs no database.
    VerifyReceipt(VerifyReceiptArgs),
    /// Checks that a server's log still begins with checkpoints that were saved from it.
    VerifyLog(VerifyLogArgs),
    /// Creates a new signing key and keeps the old one for what it has signed.
    RotateKey(RotateKeyArgs),
    /// Copies the database into a new file while the game runs, and verifies the copy.
    Backup {
        /// The new file. It must not exist yet.
        file: PathBuf,
    },
    /// Moves whole months of the ledger from the database into files. The game keeps running.
    Archive(ArchiveArgs),
    /// Restores the database from a backup file if there is no database yet, or moves archived months
    /// from their folder back into the database, latest first.
    Restore(RestoreArgs),
    /// Imports daily price history from CSV files for the replayed market.
    Import(ImportArgs),
    /// Opens a game for a class on the local network: shows the address, the code and a QR code.
    Class(ClassArgs),
    /// Creates games.
    #[command(subcommand)]
    Game(GameCommand),
    /// Changes markets.
    #[command(subcommand)]
    Market(MarketCommand),
    /// Looks up instruments of the real market and lists them in the live one.
    #[command(subcommand)]
    Instrument(InstrumentCommand),
    /// Shows how the providers of live prices are doing, or clears their cached answers.
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Lists jobs, retries dead ones, or deletes them.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Shows for each offering what is waiting, being allocated, failed or dead.
    Offerings,
    /// Shows what actions earn, or changes it without a restart.
    #[command(subcommand)]
    XpRules(XpRulesCommand),
    /// Recomputes all XP by the rules in force at each instant, and reports every difference.
    RecomputeXp,
    /// Compares leaderboards with the database.
    #[command(subcommand)]
    Boards(BoardsCommand),
    /// Lists what players have reported, or closes reports that have been dealt with.
    #[command(subcommand)]
    Reports(ReportsCommand),
    /// Manages who may open the operator's page, and lets a locked-out player back in.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Prints the API description.
    Openapi,
}

impl Command {
    /// The name in the security log of a command that changes or copies the game.
    fn operation(&self) -> Option<&'static str> {
        Some(match self {
            Self::Migrate => "migrate",
            Self::Backup { .. } => "backup",
            Self::Archive(_) => "archive",
            Self::Restore(_) => "restore",
            Self::Import(files) if !files.dry_run => "import",
            Self::Game(GameCommand::Create(_)) => "game create",
            Self::Market(MarketCommand::Speed(_)) => "market speed",
            Self::Jobs(JobsCommand::Retry { .. }) => "jobs retry",
            Self::Jobs(JobsCommand::Drop { .. }) => "jobs drop",
            Self::Boards(BoardsCommand::Check) => "boards check",
            Self::Reports(ReportsCommand::Close { .. }) => "reports close",
            Self::Operator(command) => return command.name(),
            Self::Class(_) => "class",
            Self::RotateKey(_) => "rotate-key",
            Self::XpRules(XpRulesCommand::Set(_)) => "xp-rules set",
            Self::Instrument(InstrumentCommand::Add { .. }) => "instrument add",
            Self::Provider(ProviderCommand::Flush { .. }) => "provider flush",
            Self::Serve(_)
            | Self::Instrument(InstrumentCommand::Search { .. })
            | Self::Provider(ProviderCommand::Status)
            | Self::Reports(ReportsCommand::List { .. })
            | Self::XpRules(XpRulesCommand::Show { .. })
            | Self::RecomputeXp
            | Self::Offerings
            | Self::Status
            | Self::Verify { .. }
            | Self::VerifyReceipt(_)
            | Self::VerifyLog(_)
            | Self::Import(_)
            | Self::Jobs(JobsCommand::List(_))
            | Self::Openapi => return None,
        })
    }
}

#[derive(Debug, Subcommand)]
enum GameCommand {
    /// Creates a game, on a market of its own or on an existing one.
    Create(CreateGameArgs),
}

#[derive(Debug, Subcommand)]
enum MarketCommand {
    /// Makes a market's time pass faster or slower from now on.
    Speed(SpeedArgs),
}

#[derive(Debug, Default, clap::Args)]
struct ServeArgs {
    /// Confirms that today is this day (UTC), such as 2027-09-01, when the server refuses the machine's
    /// clock: after a long pause, or after the clock was changed.
    #[arg(long, value_name = "DAY")]
    accept_clock: Option<Day>,
    /// Starts a new game without a database even though files of an earlier game are present.
    #[arg(long)]
    new_game: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    server::keep_files_private();
    start_log();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tickerquest: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Plain text on a terminal, JSON otherwise. `RUST_LOG` sets the level.
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
    let command = arguments
        .command
        .unwrap_or_else(|| Command::Serve(ServeArgs::default()));
    if let Command::Openapi = command {
        println!("{}", server::api::document().to_pretty_json()?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::VerifyReceipt(args) = &command {
        return proof::verify_receipt(args, |line| println!("{line}"));
    }
    let mut config = Config::load(arguments.config.as_deref())?;
    if let Some(name) = command.operation() {
        server::record_operation(name);
    }
    match command {
        Command::Serve(args) => {
            config.new_game |= args.new_game;
            config.clock.accept_day = args.accept_clock.or(config.clock.accept_day);
            serve(config).await?;
        }
        Command::Class(args) => class(config, args).await?,
        Command::Backup { file } => return back_up_to(&config, &file).await,
        Command::Verify { archive } => return verify_all(&config, archive.as_deref()).await,
        Command::VerifyLog(args) => {
            return proof::verify_log(&config, &args, |line| println!("{line}")).await;
        }
        Command::RotateKey(args) => {
            println!("{}", proof::rotate_key(&config, &args)?);
        }
        Command::Archive(args) => archives::archive_on_database(&config, &args).await?,
        Command::Restore(args) if args.from.is_file() => {
            return restore_from(&config, &args.from).await;
        }
        Command::Restore(args) => archives::restore_on_database(&config, &args).await?,
        Command::Import(files) if files.dry_run => return try_import(&files).await,
        Command::Import(files) => import_all(&config, &files).await?,
        Command::Game(GameCommand::Create(args)) => make_game(&config, &args).await?,
        Command::Market(MarketCommand::Speed(args)) => set_speed(&config, &args).await?,
        Command::Instrument(command) => instruments::run_on_database(&config, &command).await?,
        Command::Provider(command) => providers::run_on_database(&config, &command).await?,
        Command::Jobs(command) => jobs::run_on_database(&config, &command).await?,
        Command::Offerings => list_offerings(&config).await?,
        Command::XpRules(command) => xp_rules::run_on_database(&config, &command).await?,
        Command::RecomputeXp => return recompute_on_database(&config).await,
        Command::Boards(command) => run_boards_command(&config, &command).await?,
        Command::Operator(command) => operators::run_on_database(&config, &command).await?,
        Command::Reports(command) => run_reports_command(&config, &command).await?,
        Command::Status => {
            let is_ready = status::print(&config).await?;
            return Ok(ExitCode::from(u8::from(!is_ready)));
        }
        Command::Migrate => {
            server::open_store(&config).await?.close().await;
            println!("The database is up to date.");
        }
        Command::VerifyReceipt(_) | Command::Openapi => {}
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let address = config.listen;
    let listener = server::listen(address);
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    let stop = stop_signal()?;
    let scheme = if config.tls.is_on() { "https" } else { "http" };
    server::serve_and_tell(config, listener, stop, move |address| {
        println!("Tickerquest is ready at {scheme}://{address}");
    })
    .await
}

async fn class(config: Config, args: ClassArgs) -> anyhow::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, args.port));
    let listener = server::listen(address);
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    let stop = stop_signal()?;
    server::serve_class(config, args, listener, stop, |opened| match opened {
        Ok(said) => println!("{said}"),
        Err(error) => eprintln!("tickerquest: {error:#}"),
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

async fn list_offerings(config: &Config) -> anyhow::Result<()> {
    let store = server::open_existing_store(config).await?;
    let done = offerings::list(&*store, |line| println!("{line}")).await;
    store.close().await;
    done
}

async fn run_boards_command(config: &Config, command: &BoardsCommand) -> anyhow::Result<()> {
    let store = server::open_existing_store(config).await?;
    let clock = SystemClock::start();
    let done = boards::run(&*store, command, &clock, |line| println!("{line}")).await;
    store.close().await;
    done
}

async fn run_reports_command(config: &Config, command: &ReportsCommand) -> anyhow::Result<()> {
    let store = server::open_existing_store(config).await?;
    let now = SystemClock::start().now();
    let mut done = reports::run(&*store, command, now, |line| println!("{line}")).await;
    if let ReportsCommand::Close { id } = command {
        done = note_done(&*store, done, "reports close", &id.to_string()).await;
    }
    store.close().await;
    done
}

async fn make_game(config: &Config, args: &CreateGameArgs) -> anyhow::Result<()> {
    let store = server::open_store(config).await?;
    let made = create_game(&*store, args, SystemClock::start().now()).await;
    let made = made.map_err(Into::into);
    let made = note_done(&*store, made, "game create", args.slug.as_str()).await;
    store.close().await;
    let game = made?;
    println!("{} can be played at /games/{}/market", game.name, game.slug);
    Ok(())
}

async fn set_speed(config: &Config, args: &SpeedArgs) -> anyhow::Result<()> {
    let store = server::open_store(config).await?;
    let done = change_speed(&*store, args, SystemClock::start().now()).await;
    let subject = format!("{}: {}", args.market, args.speed);
    let done = note_done(&*store, done, "market speed", &subject).await;
    store.close().await;
    done?;
    println!(
        "The market {} has another speed from now on; a running server takes it up when the market starts again.",
        args.market
    );
    Ok(())
}

async fn import_all(config: &Config, files: &ImportArgs) -> anyhow::Result<()> {
    let store = server::open_store(config).await?;
    let imported = import(&*store, files).await.map_err(Into::into);
    let names: Vec<_> = files
        .files
        .iter()
        .map(|file| file.to_string_lossy())
        .collect();
    let imported = note_done(&*store, imported, "import", &names.join(", ")).await;
    store.close().await;
    for one in imported? {
        println!("{one}");
    }
    println!("A replay that is running now keeps what it has read: restart its server.");
    Ok(())
}

/// Without a store: a dry run must not create one.
async fn try_import(files: &ImportArgs) -> anyhow::Result<ExitCode> {
    let runs = dry_run(files).await?;
    for run in &runs {
        println!("{run}");
    }
    println!("Nothing was written.");
    let refused = |run: &DryRun| run.examined.is_refused();
    if runs.iter().any(refused) {
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
