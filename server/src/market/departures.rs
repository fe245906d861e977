//! The companies that leave a simulated market while it is running, stored alongside its seed, and their
//! news.

use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::api::{LeavingView, MarketNews};
use domain::market::{Departure, Leaving, Simulation, first_step};
use domain::{
    CorporateAction, DatedAction, InstrumentId, MarketId, Price, Quote, Symbol, Timestamp,
};
use serde::{Deserialize, Serialize};
use web::format;

use super::kept::Kept;
use super::past::Past;
use super::storms::Storms;
use super::universe::SimulatedUniverse;
use super::{Market, NewsItem, NewsSubject, Snapshot};
use crate::store::{Store, StoreResult};

/// A company that leaves one market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaver {
    /// The company.
    pub symbol: Symbol,
    /// The stretch of market days in which it leaves.
    pub stretch: i32,
    /// The market second from which prices reflect it.
    pub announced: i64,
    /// Why it leaves.
    pub leaving: Leaving,
}

impl Leaver {
    fn departure(&self, universe: &SimulatedUniverse) -> Option<Departure> {
        let mut symbols = universe.symbols.iter();
        Some(Departure {
            instrument: symbols.position(|symbol| *symbol == self.symbol)?,
            announced: self.announced,
            leaving: self.leaving,
        })
    }
}

/// The departures of a market, shared by everything that shows its prices.
#[derive(Debug, Default)]
pub(super) struct Departures(ArcSwap<Vec<Leaver>>);

impl Departures {
    /// Reloads them.
    ///
    /// # Errors
    /// When the store fails. The known ones stay.
    pub(super) async fn refresh(&self, store: &dyn Store, market: MarketId) -> StoreResult<()> {
        let listed = list_departures(store, market).await?;
        self.0.store(Arc::new(listed));
        Ok(())
    }

    pub(super) fn all(&self) -> Arc<Vec<Leaver>> {
        self.0.load_full()
    }
}

/// The market of a seed with the companies that leave it.
pub(super) fn without(
    base: &Simulation,
    universe: &SimulatedUniverse,
    leavers: &[Leaver],
) -> Simulation {
    let known = leavers.iter().filter_map(|one| one.departure(universe));
    base.with_departures(&known.collect::<Vec<_>>())
}

/// An action with the payout per share as moved by storms.
pub(super) fn as_paid(dated: DatedAction, storms: &Storms, category: &str) -> DatedAction {
    let CorporateAction::Delisting { price } = dated.action else {
        return dated;
    };
    let last = first_step(dated.day).saturating_sub(1);
    let price = storms.moved_since(i64::MIN, price, category, last);
    DatedAction {
        action: CorporateAction::Delisting { price },
        ..dated
    }
}

/// The news about a market's departures up to a step.
pub(super) fn headlines(
    simulation: &Simulation,
    universe: &SimulatedUniverse,
    storms: &Storms,
    step: i64,
) -> Vec<NewsItem> {
    let of_one = |departure: &Departure| {
        let one = universe.characters.get(departure.instrument)?;
        let symbol = *universe.symbols.get(departure.instrument)?;
        let price = paid(simulation, storms, departure, one.category)?;
        let (name, price) = (one.name, format::exact_price(price));
        let day = departure.day();
        let announced = match departure.leaving {
            Leaving::Takeover { .. } => format!(
                "Another company buys {name} for {price} a share: it leaves the market on {}",
                format::day(day)
            ),
            Leaving::Bankruptcy { .. } => format!(
                "{name} cannot pay its bills any more: it leaves the market on {}",
                format::day(day)
            ),
        };
        let gone = format!("{name} has left the market: {price} for each share");
        let told = [(departure.announced, announced), (first_step(day), gone)];
        Some(told.map(|(at, headline)| NewsItem {
            subject: NewsSubject::Instrument(symbol),
            news: MarketNews {
                at: Timestamp::from_seconds(at),
                headline: simulation.currency().in_words(headline),
                symbol: Some(symbol),
            },
        }))
    };
    let departures = simulation.departures().filter_map(|one| of_one(&one));
    let told = departures.flatten();
    told.filter(|item| item.news.at.seconds() <= step).collect()
}

/// What a share finally pays.
fn paid(
    simulation: &Simulation,
    storms: &Storms,
    departure: &Departure,
    category: &str,
) -> Option<Price> {
    let price = simulation.final_price(departure.instrument)?;
    let last = first_step(departure.day()).saturating_sub(1);
    Some(storms.moved_since(i64::MIN, price, category, last))
}

impl Market {
    /// Whether an instrument's departure from the market has been announced.
    #[must_use]
    pub fn leaving(&self, instrument: InstrumentId) -> Option<LeavingView> {
        let Past::Computed(past) = &self.past else {
            return None;
        };
        let (simulation, index, _) = past.shown(instrument)?;
        let departure = simulation.departure_of(index)?;
        let now = self.snapshot().at;
        let one = simulation.characters().get(index)?;
        let paid = paid(&simulation, past.storms(), &departure, one.category)?;
        let view = view(one.name, &departure, paid, now);
        let notice = simulation.currency().in_words(view.notice);
        (departure.announced <= now.seconds()).then_some(LeavingView { notice, ..view })
    }

    /// The company that leaves the market in a stretch of days if announced at the given second. `None` if no
    /// company may leave.
    #[must_use]
    pub fn next_departure(&self, stretch: i32, announced: i64) -> Option<Leaver> {
        let Past::Computed(past) = &self.past else {
            return None;
        };
        let departure = past.simulation().departure(stretch, announced)?;
        Some(Leaver {
            symbol: past.symbol(departure.instrument)?,
            stretch,
            announced,
            leaving: departure.leaving,
        })
    }
}

fn view(name: &str, departure: &Departure, paid: Price, now: Timestamp) -> LeavingView {
    let day = departure.day();
    let left = day.start() <= now;
    let (when, price) = (format::day(day), format::exact_price(paid));
    let taken_over = matches!(departure.leaving, Leaving::Takeover { .. });
    let notice = match (left, taken_over) {
        (false, true) => format!(
            "Another company buys {name} and pays {price} for each share. {name} leaves the market on \
             {when}. If you still hold shares then, you get {price} for each."
        ),
        (false, false) => format!(
            "{name} cannot pay its bills any more. It leaves the market on {when}. If you still hold \
             shares then, you get the little that is left of them."
        ),
        (true, true) => format!(
            "{name} left the market on {when}: another company bought it. Everybody who held shares got \
             {price} for each. It cannot be traded any more."
        ),
        (true, false) => format!(
            "{name} left the market on {when}: it could not pay its bills. Everybody who held shares got \
             {price} for each. It cannot be traded any more."
        ),
    };
    LeavingView {
        day,
        left,
        price: (left || taken_over).then_some(paid),
        notice,
    }
}

impl Snapshot {
    /// The quotes of everything that can be traded.
    pub fn quotes(&self) -> impl Iterator<Item = Quote> {
        let rows = self.catalogue.instruments.iter().zip(&self.listings);
        let tradable = rows.filter(|(instrument, _)| instrument.tradable);
        tradable.filter_map(|(_, listing)| listing.quote)
    }
}

const KEPT: Kept = Kept {
    name: "departures",
    words: "departures",
};

/// The companies that are leaving or have left a market.
///
/// # Errors
/// When the store fails.
pub async fn list_departures(store: &dyn Store, market: MarketId) -> StoreResult<Vec<Leaver>> {
    KEPT.list(store, market).await
}

/// Announces a departure from a market. False if the company is already leaving.
///
/// # Errors
/// When the store fails.
pub async fn announce_departure(
    store: &dyn Store,
    market: MarketId,
    leaver: Leaver,
) -> StoreResult<bool> {
    let mut all = list_departures(store, market).await?;
    if all.iter().any(|one| one.symbol == leaver.symbol) {
        return Ok(false);
    }
    all.push(leaver);
    KEPT.store(store, market, &all).await?;
    Ok(true)
}
