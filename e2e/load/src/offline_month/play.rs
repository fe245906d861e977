//! A month played offline: many orders on each market day, then the next day.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use domain::api::{ErrorCode, OrderRequest, RunRequest, RunView};
use domain::{LotChoice, Side, Size, Symbol};
use e2e::api::{CallError, Player};
use e2e::wait::until;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::time::{Instant, sleep};

/// The most shares of a purchase.
const SHARES_MAX: u32 = 2;
const SEED: u64 = 1;
/// How long the orders of a day may take.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

/// A run that is over.
#[derive(Debug)]
pub struct Played {
    /// Orders that were refused, for want of cash or because trading was paused.
    pub refused: u32,
    /// How long it took.
    pub took: Duration,
    /// Where it ended.
    pub run: RunView,
}

/// Plays a run to its end, with so many filled orders on each of its days.
///
/// # Errors
/// When the server fails, or does not fill as many.
pub async fn play(player: &Player, days: u32, orders: u32) -> anyhow::Result<Played> {
    let begin = Instant::now();
    let symbols = until("the run's market is there", async || {
        Ok(Some(player.symbols().await?))
    })
    .await?;
    let mut trader = Trader {
        player,
        held: vec![0; symbols.len()],
        symbols,
        random: StdRng::seed_from_u64(SEED),
        sent: 0,
        refused: 0,
    };
    for day in 1..=days {
        let traded = trader.trade(orders).await;
        traded.with_context(|| format!("on day {day}"))?;
        let next = RunRequest {
            days: Some(1),
            finish: false,
        };
        let _: RunView = player.post("scenario", &next).await?;
    }
    let finish = RunRequest {
        days: None,
        finish: true,
    };
    // The last dividends are paid a moment after the last day.
    let run: RunView = until("the run has a result", async || {
        Ok(Some(player.post("scenario", &finish).await?))
    })
    .await?;
    Ok(Played {
        refused: trader.refused,
        took: begin.elapsed(),
        run,
    })
}

struct Trader<'a> {
    player: &'a Player,
    symbols: Vec<Symbol>,
    /// Shares, in the order of the symbols.
    held: Vec<u32>,
    random: StdRng,
    sent: u32,
    refused: u32,
}

impl Trader<'_> {
    async fn trade(&mut self, orders: u32) -> anyhow::Result<()> {
        let (begin, mut filled) = (Instant::now(), 0);
        while filled < orders {
            ensure!(
                begin.elapsed() < PATIENCE,
                "only {filled} of {orders} orders were filled"
            );
            filled += u32::from(self.send().await?);
        }
        Ok(())
    }

    /// Sells some of a random instrument, or buys some; whether it was filled.
    async fn send(&mut self) -> anyhow::Result<bool> {
        ensure!(!self.symbols.is_empty(), "there is nothing to trade");
        let place = self.random.random_range(0..self.symbols.len());
        let (Some(symbol), Some(held)) = (self.symbols.get(place), self.held.get_mut(place)) else {
            return Ok(false);
        };
        let sells = *held > 0 && self.random.random_bool(0.5);
        let (side, shares) = if sells {
            (Side::Sell, self.random.random_range(1..=*held))
        } else {
            (Side::Buy, self.random.random_range(1..=SHARES_MAX))
        };
        self.sent += 1;
        let order = OrderRequest {
            idempotency_key: format!("month-{:08}", self.sent).parse()?,
            symbol: *symbol,
            side,
            size: Size::Quantity(shares.to_string().parse()?),
            guard: None,
            reason: None,
            trigger: None,
            expires_at: None,
            lots: LotChoice::Oldest,
        };
        match self.player.place(&order).await {
            Ok(_) => {
                *held = if sells {
                    *held - shares
                } else {
                    *held + shares
                };
                Ok(true)
            }
            Err(CallError::Refused(error)) if error.rejection.is_some() => {
                self.refused += 1;
                if error.code == ErrorCode::NotTradable {
                    // On a new day an instrument waits for its dividends.
                    sleep(PAUSE).await;
                }
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}
