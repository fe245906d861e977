//! After the load: is every acknowledged trade in the ledger, and does the ledger add up?

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use domain::{AccountId, GameId, Replay};
use serde::Serialize;
use server::store::Store;

use super::database::Database;
use super::loaded_server;
use super::measure::Trades;
use super::population::Population;

/// Up to so many players the whole ledger is verified without being asked to.
const WHOLE_MAX: u32 = 50_000;
/// Accounts of a sample.
const SAMPLE: u32 = 1_000;
/// Entries that are read at once.
const PAGE: u32 = 1_000;

/// How much of the ledger is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verify {
    /// All of a small population, a sample of a large one.
    Auto,
    /// All of it, by the server's own `verify`.
    Whole,
    /// A thousand accounts, rebuilt entry by entry.
    Sample,
}

/// What was found in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// What became of the trades that were sent.
    #[serde(flatten)]
    pub trades: Trades,
    /// Trades that the ledger has since.
    pub in_ledger: u64,
    /// What was verified, in words.
    pub verified: String,
}

/// Compares what was acknowledged with the ledger, and verifies it. The server is stopped.
///
/// # Errors
/// The first thing that does not add up.
pub async fn audit(
    database: &Database,
    population: Population,
    trades: Trades,
    before: u64,
    verify: Verify,
) -> anyhow::Result<Audit> {
    let in_ledger = database.count_trades().await?.saturating_sub(before);
    ensure!(
        in_ledger >= trades.filled,
        "{} trades were acknowledged and only {in_ledger} are in the ledger",
        trades.filled
    );
    ensure!(
        in_ledger <= trades.filled + trades.unknown,
        "{in_ledger} trades are in the ledger, but {} were acknowledged and {} not answered",
        trades.filled,
        trades.unknown
    );
    let whole = match verify {
        Verify::Auto => population.players <= WHOLE_MAX,
        Verify::Whole => true,
        Verify::Sample => false,
    };
    let verified = if whole {
        loaded_server::verify(database).await?
    } else {
        let store = database.store(population.seed).await?;
        let checked = sample(&*store, population).await;
        store.close().await;
        format!(
            "{} accounts rebuilt from their ledgers: all is as the ledger says.",
            checked?
        )
    };
    Ok(Audit {
        trades,
        in_ledger,
        verified,
    })
}

async fn sample(store: &dyn Store, population: Population) -> anyhow::Result<u32> {
    let games = store.list_games().await?;
    let game = games.iter().find(|game| game.slug == "open");
    let game = game.context("there is no open league")?.id;
    let count = population.players.min(SAMPLE);
    for place in 0..count {
        let number = u64::from(place) * u64::from(population.players) / u64::from(count);
        rebuild(store, population, game, u32::try_from(number)?).await?;
    }
    Ok(count)
}

async fn rebuild(
    store: &dyn Store,
    population: Population,
    game: GameId,
    number: u32,
) -> anyhow::Result<()> {
    let id = AccountId {
        player: population.id(number),
        game,
    };
    let mut replay = Replay::new(id);
    loop {
        let entries = store.list_entries(id, replay.head.version, PAGE).await?;
        if entries.is_empty() {
            break;
        }
        for entry in &entries {
            replay
                .apply(&entry.entry)
                .with_context(|| format!("account {id}"))?;
        }
    }
    let stored = store.find_account(id).await?;
    let stored = stored.with_context(|| format!("account {id} is gone"))?;
    let found = (stored.record.account, stored.record.head, stored.xp);
    ensure!(
        found == (replay.account, replay.head, replay.xp),
        "account {id} is {found:?}, and its ledger says {replay:?}"
    );
    let positions = store.list_positions(id).await?;
    let positions = positions
        .into_iter()
        .map(|record| (record.instrument, record.position));
    ensure!(
        replay.positions == positions.collect(),
        "the positions of account {id} are not as its ledger says"
    );
    Ok(())
}
