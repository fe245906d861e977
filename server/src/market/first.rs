//! Specifications of new markets: the first one's from the settings, and those of new games.

use anyhow::Context;
use domain::market::disguised;
use domain::{Currency, MarketId, Timestamp};

use super::currencies::find_currency;
use crate::config::MarketConfig;
use crate::store::{MarketSource, MarketSpec, Pace, Seed, Store};

/// The market of the open league.
pub(super) const FIRST: MarketId = MarketId(1);

/// The specification of a new market of a source. Without a seed, it gets an unguessable one.
/// A simulated market begins now; a replay begins with the chosen day of its history, or else the
/// first; a live market's time is always now.
///
/// # Errors
/// When the store fails, there is no history to replay, it does not have the chosen day, nothing is listed in
/// the live market, or the market cannot have the currency.
pub async fn new_spec(
    store: &dyn Store,
    config: &MarketConfig,
    now: Timestamp,
) -> anyhow::Result<MarketSpec> {
    let (source, speed) = (config.source, config.speed.max(1));
    let mut from = None;
    let pace = match source {
        MarketSource::Simulated if speed == 1 => Pace::real_time(),
        MarketSource::Simulated => Pace::starting(now, now, speed),
        MarketSource::Live => {
            let listed = store.list_instruments(source).await?;
            anyhow::ensure!(
                !listed.is_empty(),
                "nothing is listed in the live market: run `tickerquest instrument add SYMBOL` first"
            );
            Pace::real_time()
        }
        MarketSource::Replay | MarketSource::Hidden => {
            let range = store.candle_range(MarketSource::Replay).await?;
            let (first, last) =
                range.context("there is no history to replay: run `tickerquest import` first")?;
            let begins = config.from.unwrap_or(first);
            anyhow::ensure!(
                (first..=last).contains(&begins),
                "the history to replay has the days {first} to {last}"
            );
            from = Some(begins);
            let shown = match source {
                MarketSource::Hidden => disguised(begins),
                _ => begins,
            };
            Pace::starting(now, shown.start(), speed)
        }
    };
    let currency = find_currency(store, source, config.currency).await?;
    let currency = currency.map_err(|wrong| anyhow::anyhow!("the currency {wrong}"))?;
    let seed = config.seed.map_or_else(Seed::random, Seed);
    Ok(MarketSpec {
        source,
        seed,
        pace,
        from,
        instruments: Vec::new(),
        currency,
    })
}

/// Gives the first market the specification that the settings describe, unless it has one. It is that of the
/// open league, which is played in dollars.
///
/// # Errors
/// As [`new_spec`].
pub async fn settle_first(
    store: &dyn Store,
    config: &MarketConfig,
    now: Timestamp,
) -> anyhow::Result<MarketSpec> {
    let first = store.find_market(FIRST).await?;
    let known = first.context("the first market is missing")?.spec;
    let Some(known) = known else {
        let in_dollars = MarketConfig {
            currency: Some(Currency::DOLLAR),
            ..config.clone()
        };
        let spec = new_spec(store, &in_dollars, now).await?;
        return Ok(store.settle_market(FIRST, &spec).await?);
    };
    // The seed is secret: the log may only say that it differs.
    let another_seed = config.seed.is_some_and(|seed| Seed(seed) != known.seed);
    // A live market runs at real speed, whatever is configured.
    let another_speed =
        config.source != MarketSource::Live && config.speed.max(1) != known.pace.speed();
    if config.source != known.source || another_seed || another_speed {
        tracing::warn!(
            "the first market was made with another source, seed or speed, which it keeps; \
             `tickerquest market speed` changes its speed"
        );
    }
    Ok(known)
}
