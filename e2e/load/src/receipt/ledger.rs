//! A long ledger: real orders of one player to the server, a few at a time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::api::OrderRequest;
use domain::{LotChoice, Money, OPEN_LEAGUE, Side, Size, Symbol};
use e2e::api::{CallError, Player};
use e2e::wait::until;
use reqwest::Client;
use server::clock::{Clock as _, SystemClock};
use server::proof;
use server::store::Store;
use tokio::task::JoinSet;

use crate::populate;
use crate::population::Population;

/// Orders on their way at the same time.
const AT_ONCE: u32 = 16;
/// What an order is for, in dollars: little beside the positions that the player begins with.
const AMOUNT: i32 = 5;
/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the first player of a population holds.
///
/// # Errors
/// When the store fails.
pub async fn held(store: &dyn Store, population: Population) -> anyhow::Result<Vec<Symbol>> {
    let listed = populate::listed(store).await?;
    let places = (0..population.positions)
        .map(|place| population.instrument(0, place, listed.len()))
        .filter_map(|place| listed.get(place));
    Ok(places.map(|one| one.symbol).collect())
}

/// Has the first player buy and sell in turn what they hold, until so many orders are filled.
///
/// # Errors
/// When an order is neither filled nor refused by the rules.
pub async fn trade(
    address: &str,
    population: Population,
    held: Vec<Symbol>,
    orders: u32,
) -> anyhow::Result<()> {
    let mut token = Vec::new();
    population.write_token(0, &mut token);
    let client = Client::builder().timeout(PATIENCE).build()?;
    let token = String::from_utf8(token)?;
    let player = Player::known(&client, address, OPEN_LEAGUE, &token);
    let held: Arc<[Symbol]> = held.into();
    let next = Arc::new(AtomicU32::new(0));
    let mut traders = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (player, held, next) = (player.clone(), Arc::clone(&held), Arc::clone(&next));
        traders.spawn(async move {
            let mut number = next.fetch_add(1, Ordering::Relaxed);
            while number < orders {
                fill(&player, &held, number).await?;
                number = next.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = traders.join_next().await {
        done??;
    }
    Ok(())
}

async fn fill(player: &Player, held: &[Symbol], number: u32) -> anyhow::Result<()> {
    for attempt in 0..held.len() {
        // Trading in a company may pause after big news: then another one has its turn.
        let place = (usize::try_from(number / 2)? + attempt) % held.len();
        let symbol = *held.get(place).context("the player holds nothing")?;
        match player.place(&order(number, attempt, symbol)?).await {
            Ok(_) => return Ok(()),
            Err(CallError::Refused(error)) if error.rejection.is_some() => {}
            Err(error) => return Err(error).with_context(|| format!("order {number}")),
        }
    }
    bail!("order {number} was refused for everything that the player holds")
}

fn order(number: u32, attempt: usize, symbol: Symbol) -> anyhow::Result<OrderRequest> {
    let side = if number.is_multiple_of(2) {
        Side::Buy
    } else {
        Side::Sell
    };
    Ok(OrderRequest {
        idempotency_key: format!("receipt-{number:06}-{attempt}").parse()?,
        symbol,
        side,
        size: Size::Amount(Money::from_whole(AMOUNT)),
        guard: None,
        reason: None,
        trigger: None,
        expires_at: None,
        lots: LotChoice::Oldest,
    })
}

/// Appends the ledger to the log of a server's folder, as a job does every hour.
///
/// # Errors
/// When the store or the disk fails.
pub async fn log(store: &dyn Store, folder: &Path) -> anyhow::Result<()> {
    // The job of the server's start may append at the same time.
    until("the log has the ledger", async || {
        let now = SystemClock::start().now();
        proof::append(store, folder, now, || false).await?;
        Ok(Some(()))
    })
    .await
}
