//! A run played again from what its player did, so that nobody has to believe a result that was reached
//! elsewhere. The prices follow from the scenario alone; orders and dividends are decided by the same
//! functions as in the engine.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Scenario, Submission};
use crate::market::{Simulation, catalogue, day_of};
use crate::{
    Account, CorporateAction, GameRules, IdempotencyKey, InstrumentId, Money, Order, Position,
    Post, Posting, Price, Quantity, Quote, Rejection, Side, Situation, Size, Symbol, Timestamp,
    TradingDay, XpRules, execute, post,
};

const SECONDS_PER_DAY: i64 = 86_400;
/// An order that waits may be filled just as the last day ends: the seconds until trading has stopped.
const CLOSING_S: i64 = 60;

/// Something that a player did in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RunInput {
    /// The market second at which it was done.
    pub at: i64,
    /// What was done.
    pub action: RunAction,
}

/// What a player does in a run. A waiting order appears as the trade that it became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RunAction {
    /// Lets market days pass, at most to the end.
    Pass {
        /// How many.
        days: u32,
    },
    /// Trades shares at the price of that second.
    Trade {
        /// The instrument.
        symbol: Symbol,
        /// Bought or sold.
        side: Side,
        /// How many.
        quantity: Quantity,
    },
}

/// Where a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOutcome {
    /// What the account is worth at the last instant.
    pub net_worth: Money,
    /// Trades.
    pub trades: u32,
    /// The seconds that the player must have spent: outside the days that passed at a press of a button, the
    /// market's clock runs as any other.
    pub spent_s: i64,
}

/// Why a run cannot have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// There are more inputs than anyone gives.
    TooMany,
    /// It is earlier than the input before it.
    Backwards,
    /// It is after the last day.
    AfterEnd,
    /// No time passes by it.
    NoTime,
    /// The order cannot be filled.
    Rejected(Rejection),
    /// An order for nothing, or amounts beyond their types.
    Unclear,
    /// The last day is not over after the last input.
    Unfinished,
    /// The scenario needs more than the inputs tell.
    NotReplayed(NotReplayable),
}

impl fmt::Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => f.write_str("There are more than 5,000 inputs."),
            Self::Backwards => f.write_str("It is earlier than the one before it."),
            Self::AfterEnd => f.write_str("It is after the last day."),
            Self::NoTime => f.write_str("No day passes."),
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::Unclear => f.write_str("The order cannot exist."),
            Self::Unfinished => f.write_str("The last day is not over after it."),
            Self::NotReplayed(why) => why.fmt(f),
        }
    }
}

/// Why no run of a scenario can be replayed from its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReplayable {
    /// A company goes public in it, and the allocation of its shares is not an input.
    NewCompany,
    /// Its prices are imported history, which only some servers have.
    History,
}

impl fmt::Display for NotReplayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewCompany => {
                "A company goes public in this scenario: such a run cannot be replayed."
            }
            Self::History => {
                "This scenario is played on imported history: such a run cannot be replayed."
            }
        })
    }
}

/// The input that cannot have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImpossibleInput {
    /// Its place, counted from 1; 0 before the first.
    pub input: usize,
    /// Why.
    pub why: Impossible,
}

impl fmt::Display for ImpossibleInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input {}: {}", self.input, self.why)
    }
}

impl std::error::Error for ImpossibleInput {}

impl Scenario {
    /// Whether a run can be replayed from its inputs.
    #[must_use]
    pub fn is_replayable(&self) -> bool {
        self.check_replayable().is_ok()
    }

    /// Checks that a run can be replayed from its inputs.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check_replayable(&self) -> Result<(), NotReplayable> {
        match (&self.new_company, &self.history) {
            (Some(_), _) => Err(NotReplayable::NewCompany),
            (None, Some(_)) => Err(NotReplayable::History),
            (None, None) => Ok(()),
        }
    }

    /// Plays a run again.
    ///
    /// # Errors
    /// The first input that cannot have happened, and why.
    pub fn replay(&self, inputs: &[RunInput]) -> Result<RunOutcome, ImpossibleInput> {
        let impossible = |input, why| ImpossibleInput { input, why };
        self.check_replayable()
            .map_err(|why| impossible(0, Impossible::NotReplayed(why)))?;
        if inputs.len() > Submission::INPUTS_MAX {
            return Err(impossible(inputs.len(), Impossible::TooMany));
        }
        let mut run = Replayed::new(self);
        for (place, input) in inputs.iter().enumerate() {
            let number = place.saturating_add(1);
            run.take(input, number)
                .map_err(|why| impossible(number, why))?;
        }
        run.outcome().map_err(|why| impossible(inputs.len(), why))
    }

    /// What a share costs in a run at a market second, after dividends, splits and headlines.
    #[must_use]
    pub fn price_at(&self, market: &Simulation, place: usize, step: i64) -> Option<Price> {
        let category = market.characters().get(place)?.category;
        let price = market.traded_price(place, step)?;
        let moved = self
            .events
            .iter()
            .filter(|event| self.step_of(event.day) <= step);
        // Once for each mention, as a market applies them.
        let units = moved.fold(i128::from(price.units()), |units, event| {
            let mentions = event.categories.iter().filter(|one| *one == category);
            mentions.fold(units, |units, _| {
                let percent = i128::from(event.percent).saturating_add(100).max(1);
                units.saturating_mul(percent).div_euclid(100).max(1)
            })
        });
        Some(Price::from_units(i64::try_from(units).unwrap_or(i64::MAX)))
    }

    /// The market of a run.
    #[must_use]
    pub fn market(&self) -> Simulation {
        Simulation::new(self.seed, catalogue())
    }
}

/// A run so far.
struct Replayed<'a> {
    scenario: &'a Scenario,
    market: Simulation,
    rules: GameRules,
    xp_rules: XpRules,
    account: Account,
    positions: BTreeMap<usize, Position>,
    trades: u32,
    /// The market second that is reached.
    now: i64,
    /// Market seconds that passed at a press of a button.
    skipped: i64,
}

impl<'a> Replayed<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            market: scenario.market(),
            rules: GameRules {
                // A waiting order is bounded where it is placed, and an amount before it is rounded to shares.
                order_min: Money::ZERO,
                order_max: Money::from_units(i64::MAX),
                ..scenario.rules()
            },
            xp_rules: XpRules::default(),
            account: Account::opened_with(scenario.starting_cash),
            positions: BTreeMap::new(),
            trades: 0,
            now: scenario.step_of(1),
            skipped: 0,
        }
    }

    fn take(&mut self, input: &RunInput, number: usize) -> Result<(), Impossible> {
        if input.at < self.now {
            return Err(Impossible::Backwards);
        }
        let end = self.scenario.end_step();
        let closes = match input.action {
            RunAction::Pass { .. } => end,
            RunAction::Trade { .. } => end.saturating_add(CLOSING_S),
        };
        if input.at >= closes {
            return Err(Impossible::AfterEnd);
        }
        self.go_to(input.at)?;
        match input.action {
            RunAction::Pass { days } => self.pass(days),
            RunAction::Trade {
                symbol,
                side,
                quantity,
            } => self.trade((symbol, side, quantity), number),
        }
    }

    fn pass(&mut self, days: u32) -> Result<(), Impossible> {
        let left = self.scenario.end_step().saturating_sub(self.now);
        let seconds = i64::from(days).saturating_mul(SECONDS_PER_DAY).min(left);
        if seconds <= 0 {
            return Err(Impossible::NoTime);
        }
        self.skipped = self.skipped.saturating_add(seconds);
        self.go_to(self.now.saturating_add(seconds))
    }

    /// Lets time pass: what is held gets its dividends and splits.
    fn go_to(&mut self, step: i64) -> Result<(), Impossible> {
        let (from, until) = (day_of(self.now), day_of(step));
        let at = Timestamp::from_seconds(step);
        self.now = step;
        if from == until {
            return Ok(());
        }
        let key: IdempotencyKey = "replayed".parse().map_err(|_| Impossible::Unclear)?;
        for (place, position) in &mut self.positions {
            if position.quantity.is_zero() {
                continue;
            }
            let number = i64::try_from(*place).map_err(|_| Impossible::Unclear)?;
            let instrument = InstrumentId(number);
            for dated in self.market.actions(*place, from.plus_days(1), until) {
                let posting = match dated.action {
                    CorporateAction::Split(ratio) => Posting::Split {
                        instrument,
                        ratio,
                        whole_shares: !self.rules.fractional,
                        price: Price::from_units(1),
                    },
                    CorporateAction::Dividend { per_share } => Posting::Dividend {
                        instrument,
                        per_share,
                    },
                    CorporateAction::Delisting { price } => Posting::Delist { instrument, price },
                };
                let asked = Post {
                    key: key.clone(),
                    posting,
                };
                let posted = post(&asked, &self.account, position, at);
                let posted = posted.map_err(|_| Impossible::Unclear)?;
                self.account = posted.account;
                if let Some(after) = posted.position {
                    *position = after;
                }
            }
        }
        Ok(())
    }

    fn trade(
        &mut self,
        (symbol, side, quantity): (Symbol, Side, Quantity),
        number: usize,
    ) -> Result<(), Impossible> {
        let untraded = || Impossible::Rejected(Rejection::NotTradable { symbol });
        let place = self
            .market
            .find_instrument(symbol.as_str())
            .ok_or_else(untraded)?;
        let character = self.market.characters().get(place).ok_or_else(untraded)?;
        let price = self.scenario.price_at(&self.market, place, self.now);
        let halted = self.market.halted_until(place, self.now);
        let quote = Quote {
            symbol,
            price: price.ok_or_else(untraded)?,
            at: Timestamp::from_seconds(self.now),
            stale: false,
            previous_close: None,
            foreign: self.market.foreign(place, self.now),
            halted_until: halted.map(Timestamp::from_seconds),
        };
        let key = format!("input-{number:08}")
            .parse()
            .map_err(|_| Impossible::Unclear)?;
        let order = Order::new(key, symbol, side, Size::Quantity(quantity), None, None);
        let order = order.map_err(|_| Impossible::Unclear)?;
        let never_held = Position::default();
        let situation = Situation {
            account: &self.account,
            position: self.positions.get(&place).unwrap_or(&never_held),
            xp: 0,
            quote: Some(&quote),
            category: Some(character.category),
            game: &self.rules,
            xp_rules: &self.xp_rules,
            traded: TradingDay::default(),
            now: quote.at,
        };
        let execution = execute(&order, situation).map_err(Impossible::Rejected)?;
        self.account = execution.account;
        self.positions.insert(place, execution.position);
        self.trades = self.trades.saturating_add(1);
        Ok(())
    }

    fn outcome(&self) -> Result<RunOutcome, Impossible> {
        let end = self.scenario.end_step();
        if self.now < end {
            return Err(Impossible::Unfinished);
        }
        let mut net_worth = self.account.cash;
        for (place, position) in &self.positions {
            let price = self.scenario.price_at(&self.market, *place, end);
            let value = price.and_then(|price| position.value(price));
            let sum = net_worth.checked_add(value.unwrap_or(position.cost_basis));
            net_worth = sum.ok_or(Impossible::Unclear)?;
        }
        let played = self.now.saturating_sub(self.scenario.step_of(1));
        Ok(RunOutcome {
            net_worth,
            trades: self.trades,
            spent_s: played.saturating_sub(self.skipped),
        })
    }
}

#[cfg(test)]
mod tests;
