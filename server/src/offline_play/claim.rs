//! What a player did in a run, from its ledger and from how its market's time passed.

use domain::api::ErrorCode;
use domain::market::Simulation;
use domain::scenario::{RunAction, RunInput, Scenario, StartFile, Submission};
use domain::{Fact, LedgerEntry, Side, Symbol, Timestamp, Trade};

use crate::app::App;
use crate::error::{Error, Result};
use crate::scenarios;
use crate::store::{Pace, ScenarioRun};

/// Entries and paces that are looked through: a run with more cannot be handed in.
const ENTRIES_MAX: u32 = 20_000;
const PACES_MAX: u32 = 10_000;
/// A trade is filled at prices that are at most so many seconds old.
const AGE_MAX_S: i64 = 60;
const SECONDS_PER_DAY: i64 = 86_400;

/// What has to be handed in for a finished run.
///
/// # Errors
/// 409 for a run that is not over or cannot be replayed; those of the store.
pub async fn of_run(app: &App, run: &ScenarioRun, start: StartFile) -> Result<Submission> {
    if run.result.is_none() {
        return Err(refused("This run is not over yet."));
    }
    let games = app.games.all().into_iter();
    let mut of_it = games.filter(|game| game.record.id == run.account.game);
    let game = of_it
        .next()
        .ok_or_else(|| Error::not_found("such run any more"))?;
    let market = app.store.find_market(game.record.market).await?;
    let spec = market.and_then(|market| market.spec);
    let spec = spec.ok_or_else(|| Error::internal("a run's market has no specification"))?;
    let mut paces = app.store.list_paces(game.record.market, PACES_MAX).await?;
    paces.reverse();
    paces.push(spec.pace);
    let mut trades = Vec::new();
    for row in app.store.list_entries(run.account, 0, ENTRIES_MAX).await? {
        if let Some(trade) = traded(app, &row.entry)? {
            trades.push(trade);
        }
    }
    let scenario = scenarios::read(&run.content)?;
    let inputs = tokio::task::spawn_blocking(move || {
        let log = Log {
            market: scenario.market(),
            scenario: &scenario,
            paces: &paces,
        };
        let inputs = log.inputs(&trades)?;
        let outcome = scenario.replay(&inputs);
        let outcome = outcome.map_err(|error| refused(&format!("{CANNOT} {error}")))?;
        Ok::<_, Error>((inputs, outcome.net_worth))
    });
    let (inputs, net_worth) = inputs.await.map_err(Error::internal)??;
    Ok(Submission {
        start,
        inputs,
        net_worth,
    })
}

const CANNOT: &str = "This run cannot be replayed.";

fn refused(message: &str) -> Error {
    Error::new(ErrorCode::NotPossible, message)
}

/// A trade in a ledger.
struct Filled {
    at: Timestamp,
    symbol: Symbol,
    side: Side,
    trade: Trade,
}

/// The trade of an entry; none for what follows from trades and time.
fn traded(app: &App, entry: &LedgerEntry) -> Result<Option<Filled>> {
    let (side, trade) = match &entry.fact {
        Fact::Bought(trade) => (Side::Buy, trade),
        Fact::Sold(trade) => (Side::Sell, trade),
        Fact::SoldLots(..) => {
            let message = "This run cannot be replayed: a sale chose which of the shares it sold.";
            return Err(refused(message));
        }
        Fact::Opened { .. }
        | Fact::Reserved { .. }
        | Fact::Released { .. }
        | Fact::Dividend { .. }
        | Fact::Split { .. } => return Ok(None),
        _ => return Err(refused(CANNOT)),
    };
    let symbol = app.symbol(trade.instrument);
    Ok(Some(Filled {
        at: entry.at,
        symbol: symbol.ok_or_else(|| Error::internal("a run holds what has no symbol"))?,
        side,
        trade: trade.clone(),
    }))
}

/// What a run's time and prices were.
struct Log<'a> {
    scenario: &'a Scenario,
    market: Simulation,
    /// Each is in force from its real instant until that of the next.
    paces: &'a [Pace],
}

impl Log<'_> {
    fn inputs(&self, trades: &[Filled]) -> Result<Vec<RunInput>> {
        let mut inputs = Vec::new();
        let (mut place, mut second) = (0, self.scenario.step_of(1));
        for filled in trades {
            let found = self.find(filled, place, second);
            let (of_trade, at) = found.ok_or_else(|| refused(CANNOT))?;
            inputs.extend((place..of_trade).filter_map(|place| self.pass(place)));
            (place, second) = (of_trade, at);
            let action = RunAction::Trade {
                symbol: filled.symbol,
                side: filled.side,
                quantity: filled.trade.quantity,
            };
            inputs.push(RunInput { at, action });
        }
        inputs.extend((place..self.paces.len()).filter_map(|place| self.pass(place)));
        let end = self.scenario.end_step();
        let reached = self.paces.last().map_or(0, |pace| pace.market().seconds());
        if reached < end {
            // The player waited until the last day was over.
            inputs.push(RunInput {
                at: end.saturating_sub(1).max(second),
                action: RunAction::Pass { days: 1 },
            });
        }
        Ok(inputs)
    }

    /// The last market second before the pace after this one.
    fn end_of(&self, place: usize) -> Option<i64> {
        let next = self.paces.get(place.checked_add(1)?)?;
        Some(self.paces.get(place)?.at(next.real()).seconds())
    }

    /// How the market came from this pace to the next.
    fn pass(&self, place: usize) -> Option<RunInput> {
        let at = self.end_of(place)?;
        let next = self.paces.get(place.checked_add(1)?)?;
        let seconds = next.market().seconds().saturating_sub(at);
        let days = seconds.saturating_add(SECONDS_PER_DAY - 1) / SECONDS_PER_DAY;
        let days = u32::try_from(days).ok().filter(|days| *days > 0)?;
        let action = RunAction::Pass { days };
        Some(RunInput { at, action })
    }

    /// The pace and the market second at which a trade was filled: its price must have been shown then. Just
    /// after a step, the prices from before it may still be shown.
    fn find(&self, filled: &Filled, from: usize, second: i64) -> Option<(usize, i64)> {
        let known = self.paces.partition_point(|pace| pace.real() <= filled.at);
        let last = known.saturating_sub(1);
        let instrument = self.market.find_instrument(filled.symbol.as_str())?;
        let earlier = last.saturating_sub(1).max(from);
        let mut places = vec![last];
        if earlier < last {
            places.push(earlier);
        }
        places
            .into_iter()
            .filter(|place| *place >= from)
            .find_map(|place| {
                let pace = self.paces.get(place)?;
                let high = match self.end_of(place) {
                    Some(end) if place < last => end,
                    _ => pace.at(filled.at).seconds(),
                };
                let begun = pace.market().seconds();
                let low = begun.max(high.saturating_sub(AGE_MAX_S));
                let low = if place == from { low.max(second) } else { low };
                let is_it = |step: &i64| {
                    let price = self.scenario.price_at(&self.market, instrument, *step);
                    price == Some(filled.trade.price)
                };
                (low..=high).find(is_it).map(|step| (place, step))
            })
    }
}
