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
        | Fact::Split { .. }
        | Fact::Delisted { .. }
        | Fact::Converted(..) => return Ok(None),
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
        for (filled, (of_trade, at)) in trades.iter().zip(self.moments(trades)?) {
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

    /// The pace and the market second at which each trade was filled. Found from the last trade to the first, each at
    /// the latest possible second: a price that a step did not change then leaves room for the trades before it.
    fn moments(&self, trades: &[Filled]) -> Result<Vec<(usize, i64)>> {
        let mut moments = Vec::with_capacity(trades.len());
        let mut next = (usize::MAX, i64::MAX);
        for filled in trades.iter().rev() {
            next = self.find(filled, next).ok_or_else(|| refused(CANNOT))?;
            moments.push(next);
        }
        moments.reverse();
        Ok(moments)
    }

    /// The latest pace and market second, up to those of the next trade, at which the price of a trade was shown.
    /// Just after steps, the prices from before them may still be shown.
    fn find(&self, filled: &Filled, next: (usize, i64)) -> Option<(usize, i64)> {
        let known = self.paces.partition_point(|pace| pace.real() <= filled.at);
        let newest = known.saturating_sub(1);
        let instrument = self.market.find_instrument(filled.symbol.as_str())?;
        let shown_since = filled.at.plus_seconds(-AGE_MAX_S);
        let may_be_shown = |place: &usize| {
            let following = self.paces.get(place.saturating_add(1));
            *place == newest || following.is_some_and(|pace| pace.real() >= shown_since)
        };
        (0..=newest.min(next.0))
            .rev()
            .take_while(may_be_shown)
            .find_map(|place| {
                let pace = self.paces.get(place)?;
                let high = match self.end_of(place) {
                    Some(end) if place < newest => end,
                    _ => pace.at(filled.at).seconds(),
                };
                let low = pace.market().seconds().max(high.saturating_sub(AGE_MAX_S));
                let high = if place == next.0 {
                    high.min(next.1)
                } else {
                    high
                };
                // Nothing is filled while trading is paused, though its price is still shown.
                let is_it = |step: &i64| {
                    let price = self.scenario.price_at(&self.market, instrument, *step);
                    price == Some(filled.trade.price)
                        && self.market.halted_until(instrument, *step).is_none()
                };
                (low..=high).rev().find(is_it).map(|step| (place, step))
            })
    }
}

#[cfg(test)]
mod tests {
    use domain::scenario::library;
    use domain::{InstrumentId, Money, Price, TradeMarks};

    use super::*;

    /// Three days pass at a press of a button within a second, and the prices from before them are still shown.
    const STEPS_MS: [i64; 3] = [2_100, 2_400, 2_700];
    const TRADED_MS: i64 = 2_900;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_micros(1_795_262_400_000_000 + ms * 1_000)
    }

    fn bought(symbol: &str, price: Price) -> Filled {
        Filled {
            at: at(TRADED_MS),
            symbol: symbol.parse().unwrap(),
            side: Side::Buy,
            trade: Trade {
                instrument: InstrumentId(1),
                quantity: "1".parse().unwrap(),
                price,
                fee: Money::ZERO,
                cash_change: Money::ZERO,
                cost_basis_change: Money::ZERO,
                realized_profit: Money::ZERO,
                xp: 0,
                key: "order-0001".parse().unwrap(),
                reason: None,
                released: None,
                marks: TradeMarks::default(),
            },
        }
    }

    /// Two trades at the prices of a second: of an instrument whose price is the same three days and a second
    /// later, if there is one, and then of one whose price is another.
    fn trades(scenario: &Scenario, shown: i64) -> Vec<Filled> {
        let market = scenario.market();
        let (mut same, mut other) = (None, None);
        for (place, character) in market.characters().iter().enumerate() {
            let price = |step| scenario.price_at(&market, place, step);
            let Some(now) = price(shown) else { continue };
            let mut later = (1..=3).flat_map(|day| (0..3).map(move |s| day * SECONDS_PER_DAY + s));
            if price(shown + 3 * SECONDS_PER_DAY + 1) == Some(now) {
                same = same.or(Some((character.symbol, now)));
            } else if later.all(|seconds| price(shown + seconds) != Some(now)) {
                other = other.or(Some((character.symbol, now)));
            }
        }
        assert!(other.is_some());
        let both = [same, other].into_iter().flatten();
        both.map(|(symbol, price)| bought(symbol, price)).collect()
    }

    #[test]
    fn trades_at_prices_from_before_quick_steps_are_found_in_their_order() {
        let scenario = &library()[0].scenario;
        let first = scenario.step_of(1);
        let mut pace = Pace::starting(at(0), Timestamp::from_seconds(first), 1);
        let mut paces = vec![pace];
        for ms in STEPS_MS {
            pace = pace.stepped(at(ms), SECONDS_PER_DAY);
            paces.push(pace);
        }
        let shown = first + 1;
        let trades = trades(scenario, shown);
        let log = Log {
            market: scenario.market(),
            scenario,
            paces: &paces,
        };
        let inputs = log.inputs(&trades).ok().unwrap();
        let (of_trades, of_time) = inputs.split_at(trades.len());
        for input in of_trades {
            assert!(matches!(input.action, RunAction::Trade { .. }), "{input:?}");
            assert!((shown..=shown + 1).contains(&input.at), "{input:?}");
        }
        let passed: Vec<RunAction> = of_time.iter().map(|input| input.action).collect();
        // The last one is until the end.
        assert_eq!(passed, [RunAction::Pass { days: 1 }; 4]);
    }
}
