//! Changes how fast a market's time passes.

use anyhow::Context;
use clap::Args;
use domain::Timestamp;

use crate::store::{MarketSource, MarketSpec, Store};

/// Which market, and how fast.
#[derive(Debug, Clone, Args)]
pub struct SpeedArgs {
    /// The market's slug: that of its game, `open` for the open league.
    pub market: String,
    /// Market seconds that pass in one second.
    #[arg(value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    pub speed: u32,
}

/// Changes the speed from now on: market time never jumps. A server on which the market runs
/// follows when the market next starts.
///
/// # Errors
/// When there is no such market, or the store fails.
pub async fn change_speed(
    store: &dyn Store,
    args: &SpeedArgs,
    now: Timestamp,
) -> anyhow::Result<()> {
    let markets = store.list_markets().await?;
    let market = markets
        .into_iter()
        .find(|market| market.slug == args.market)
        .with_context(|| format!("there is no market \"{}\"", args.market))?;
    let spec = market
        .spec
        .context("this market has never run: set its speed in the settings")?;
    anyhow::ensure!(
        spec.source != MarketSource::Live,
        "a live market has the speed of the real one"
    );
    let spec = MarketSpec {
        pace: spec.pace.with_speed(now, args.speed),
        ..spec
    };
    store.update_market(market.id, &spec).await?;
    Ok(())
}
