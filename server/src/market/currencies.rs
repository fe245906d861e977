//! The currencies of markets. Prices of a simulated market can be computed in any in which games are played;
//! imported and live prices are not converted, so their market has the currency of its instruments.

use domain::{Currency, Symbol};

use crate::store::{MarketSource, Store, StoreResult};

/// Why a market cannot have the currency that somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongCurrency {
    /// No game is played in it.
    #[error("must be USD, EUR or GBP")]
    Unknown,
    /// Imported and live prices are not converted.
    #[error(
        "must be {0}: the instruments of this market trade in it, and their prices are not converted"
    )]
    OfInstruments(Currency),
    /// The market exists and has another one.
    #[error("must be {0}: that is the currency of this market")]
    OfMarket(Currency),
}

/// The currency of a new market of a source, given the one that is wanted, if any. A simulated market can have
/// any in which games are played; a replay and a live market have the one of their instruments.
///
/// # Errors
/// When the store fails. The inner error says why the wanted currency is impossible.
pub async fn find_currency(
    store: &dyn Store,
    source: MarketSource,
    wanted: Option<Currency>,
) -> StoreResult<Result<Currency, WrongCurrency>> {
    if wanted.is_some_and(|wanted| !wanted.is_of_games()) {
        return Ok(Err(WrongCurrency::Unknown));
    }
    if source == MarketSource::Simulated {
        return Ok(Ok(wanted.unwrap_or_default()));
    }
    let own = currency_of(store, universe_of(source), &[]).await?;
    let own = own.unwrap_or_default();
    if wanted.is_some_and(|wanted| wanted != own) {
        return Ok(Err(WrongCurrency::OfInstruments(own)));
    }
    Ok(Ok(own))
}

/// The currency that instruments which are imported or listed now have to have: that of all others, or of the
/// markets on them; `None` for any. This way all instruments of a universe have the same.
///
/// # Errors
/// When the store fails.
pub async fn currency_of(
    store: &dyn Store,
    universe: MarketSource,
    except: &[Symbol],
) -> StoreResult<Option<Currency>> {
    let instruments = store.list_instruments(universe).await?;
    let mut others = instruments.iter();
    if let Some(other) = others.find(|one| !except.contains(&one.symbol)) {
        return Ok(Some(other.currency()));
    }
    let markets = store.list_markets().await?;
    let mut specs = markets.iter().filter_map(|market| market.spec.as_ref());
    let on_it = specs.find(|spec| universe_of(spec.source) == universe);
    Ok(on_it.map(|spec| spec.currency))
}

/// Where the instruments behind a market of a source are kept.
fn universe_of(source: MarketSource) -> MarketSource {
    match source {
        MarketSource::Replay | MarketSource::Hidden => MarketSource::Replay,
        MarketSource::Simulated | MarketSource::Live => source,
    }
}
