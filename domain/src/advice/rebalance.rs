//! The rebalancer: whole-share orders that bring a portfolio to its targets. It buys with free cash
//! first, and sells only if that is not enough.

use serde::{Deserialize, Serialize};

use super::spend::{Want, nearest, spend};
use super::{Aim, Allocation, Holding, TargetPlan};
use crate::currency::costs_in;
use crate::{Fees, GameRules, Money, Percent, Price, Quantity, Side, Symbol};

mod notes;
mod orders;

use notes::notes;
use orders::{purchase, sale};

/// Units in a whole share.
const SHARE: i64 = 1_000_000;

/// The portfolio to rebalance.
#[derive(Debug, Clone, Copy)]
pub struct Portfolio<'a> {
    /// The holdings and, for each target without one, the instrument to buy for it, with a quantity
    /// of zero.
    pub holdings: &'a [Holding],
    /// Cash that is not set aside for waiting orders.
    pub free_cash: Money,
    /// Profit of all sales so far, which the game's position limit depends on.
    pub realized_profit: Money,
    /// The game's rules.
    pub rules: &'a GameRules,
}

/// A proposed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedOrder {
    /// Which instrument.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// Number of shares: whole, or the entire holding if all of it is sold.
    pub quantity: Quantity,
    /// The price used for the computation.
    pub price: Price,
    /// Shares times price.
    pub value: Money,
    /// The fee, and what changing the money costs.
    pub fee: Money,
    /// The holding's share of the money in the plan, before the orders.
    pub share_before: Percent,
    /// The same, after the orders.
    pub share_after: Percent,
    /// The share that it should have.
    pub target: Percent,
    /// Why, in plain words.
    pub reason: String,
}

/// What to trade, and the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// The money before.
    pub before: Allocation,
    /// The money after all orders, at the same prices.
    pub after: Allocation,
    /// Sales first, then purchases.
    pub orders: Vec<ProposedOrder>,
    /// All fees.
    pub fees: Money,
    /// What the orders could not achieve, in plain words.
    pub notes: Vec<String>,
}

/// A holding with its goal. Amounts are in units of money.
#[derive(Debug, Clone, Copy)]
struct Choice<'a> {
    holding: &'a Holding,
    /// What the target is for, unless it is for the instrument itself.
    aim: Option<&'a Aim>,
    goal: i64,
    target: Percent,
    /// What the holding is worth after its sale.
    value: i64,
    sold: Quantity,
    bought: i64,
}

/// Proposes orders. Without `may_sell` it only buys with free cash.
#[must_use]
pub fn rebalance(plan: &TargetPlan, portfolio: Portfolio<'_>, may_sell: bool) -> Proposal {
    let Portfolio {
        holdings,
        free_cash,
        rules,
        ..
    } = portfolio;
    let before = Allocation::of(plan, holdings, free_cash);
    let mut choices = choices(plan, holdings, &before);
    let minimum = plan.trade_min.max(rules.order_min).units();
    let cash = free_cash.units().saturating_sub(before.cash.goal.units());
    buy(&mut choices, portfolio, minimum, cash);
    let mut after = allocation_after(plan, &choices, portfolio);
    if may_sell && after.is_beyond() {
        let proceeds = sell(&mut choices, rules, minimum);
        buy(
            &mut choices,
            portfolio,
            minimum,
            cash.saturating_add(proceeds),
        );
        after = allocation_after(plan, &choices, portfolio);
    }
    let sells = choices.iter().any(|choice| choice.sold.is_positive());
    let base = before.base;
    let sales = choices
        .iter()
        .filter_map(|choice| sale(choice, rules, base));
    let purchases = choices
        .iter()
        .filter_map(|choice| purchase(choice, rules, base, sells));
    let told = |order: ProposedOrder| ProposedOrder {
        reason: rules.currency.in_words(order.reason),
        ..order
    };
    let orders: Vec<_> = sales.chain(purchases).map(told).collect();
    let fees = orders.iter().map(|order| order.fee.units());
    let fees = Money::from_units(fees.fold(0, i64::saturating_add));
    let notes = notes(&choices, &after, rules, may_sell).into_iter();
    Proposal {
        before,
        after,
        orders,
        fees,
        notes: notes.map(|note| rules.currency.in_words(note)).collect(),
    }
}

/// Divides the goal of each target among its holdings in proportion to their value. If nothing is held, the
/// first instrument gets all of it.
fn choices<'a>(
    plan: &'a TargetPlan,
    holdings: &'a [Holding],
    before: &Allocation,
) -> Vec<Choice<'a>> {
    let mut choices = Vec::with_capacity(holdings.len());
    for (place, (target, slice)) in plan.targets.iter().zip(&before.slices).enumerate() {
        let holdings = holdings.iter();
        let covered = holdings.filter(|holding| holding.target(plan) == Some(place));
        let covered: Vec<&Holding> = covered.collect();
        let (goal, worth) = (slice.goal.units(), slice.value.units());
        for (number, holding) in covered.iter().enumerate() {
            let part = |of: i64| match worth {
                0 if number == 0 => of,
                0 => 0,
                _ => share_of(of, holding.value.units(), worth),
            };
            let wanted = part(target.share.basis_points());
            choices.push(Choice {
                holding,
                aim: match &target.aim {
                    Aim::Instrument(_) => None,
                    wider => Some(wider),
                },
                goal: part(goal),
                target: Percent::from_basis_points(wanted),
                value: holding.value.units(),
                sold: Quantity::ZERO,
                bought: 0,
            });
        }
    }
    choices
}

/// `of` × `part` / `whole`, rounded to the nearest.
fn share_of(of: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(of).saturating_mul(i128::from(part));
    let whole = i128::from(whole.max(1));
    let rounded = product.saturating_add(whole / 2).checked_div(whole);
    let rounded = rounded.and_then(|units| i64::try_from(units).ok());
    rounded.unwrap_or(i64::MAX)
}

fn buy(choices: &mut [Choice<'_>], portfolio: Portfolio<'_>, minimum: i64, budget: i64) {
    let wants: Vec<Want> = choices
        .iter()
        .map(|choice| want(choice, portfolio, minimum))
        .collect();
    let counts = spend(&wants, budget.max(0), portfolio.rules.fees);
    for (choice, count) in choices.iter_mut().zip(counts) {
        choice.bought = count;
    }
}

fn want(choice: &Choice<'_>, portfolio: Portfolio<'_>, minimum: i64) -> Want {
    let Portfolio {
        rules,
        realized_profit,
        free_cash,
        ..
    } = portfolio;
    let holding = choice.holding;
    let Some(price) = buyable_at(holding, rules) else {
        return Want::new(0, 1, minimum, 0);
    };
    let gap = choice.goal.saturating_sub(choice.value);
    let position_max = rules.position_max(realized_profit, free_cash);
    let room = position_max.map_or(i64::MAX, |maximum| {
        let room = maximum.units().saturating_sub(holding.cost_basis.units());
        // The fee counts towards the cost of the position.
        let fee = costs_of(holding, rules).of(Money::from_units(room.max(0)));
        room.saturating_sub(fee.unwrap_or_default().units())
    });
    Want::new(
        gap,
        price.units(),
        minimum,
        room.min(rules.order_max.units()),
    )
    .converted_for(holding.currency.conversion_bps(rules.currency))
}

/// What trading a holding costs: the game's fee, and the conversion of a foreign currency.
fn costs_of(holding: &Holding, rules: &GameRules) -> Fees {
    costs_in(holding.currency, rules)
}

/// The price of an instrument, if the game allows players to buy it.
fn buyable_at(holding: &Holding, rules: &GameRules) -> Option<Price> {
    let price = holding.price.filter(|price| price.is_positive())?;
    let dear_enough = rules.price_min.is_none_or(|minimum| price >= minimum);
    (dear_enough && rules.allows_category(&holding.category)).then_some(price)
}

/// Plans sales of what is above its goal; returns the proceeds after fees.
fn sell(choices: &mut [Choice<'_>], rules: &GameRules, minimum: i64) -> i64 {
    let mut proceeds = 0_i64;
    for choice in choices {
        let holding = choice.holding;
        let Some(price) = holding.price.filter(|price| price.is_positive()) else {
            continue;
        };
        let excess = choice.value.saturating_sub(choice.goal);
        let sells_all = choice.goal == 0 && holding.sellable == holding.quantity;
        let quantity = if sells_all {
            holding.sellable
        } else {
            let most = holding.sellable.units() / SHARE;
            shares(nearest(excess, price.units()).min(most))
        };
        let Some((value, fee)) = sale_of(price, quantity, costs_of(holding, rules)) else {
            continue;
        };
        let is_worth_it = sells_all || value.units() >= minimum;
        if excess > 0 && quantity.is_positive() && is_worth_it && fee < value {
            choice.sold = quantity;
            choice.value = choice.value.saturating_sub(value.units());
            let brings = value.units().saturating_sub(fee.units());
            proceeds = proceeds.saturating_add(brings);
        }
    }
    proceeds
}

fn sale_of(price: Price, quantity: Quantity, fees: Fees) -> Option<(Money, Money)> {
    let value = price.value_of(quantity)?;
    Some((value, fees.of(value)?))
}

fn shares(count: i64) -> Quantity {
    Quantity::from_units(count.saturating_mul(SHARE))
}

/// The money after the orders are filled at these prices.
fn allocation_after(
    plan: &TargetPlan,
    choices: &[Choice<'_>],
    portfolio: Portfolio<'_>,
) -> Allocation {
    let mut cash = portfolio.free_cash.units();
    let mut holdings = portfolio.holdings.to_vec();
    for holding in &mut holdings {
        let symbol = holding.symbol;
        let choice = choices.iter().find(|one| one.holding.symbol == symbol);
        let (Some(choice), Some(price)) = (choice, holding.price) else {
            continue;
        };
        let fees = costs_of(holding, portfolio.rules);
        if let Some((value, fee)) = sale_of(price, choice.sold, fees)
            && choice.sold.is_positive()
        {
            cash = cash
                .saturating_add(value.units())
                .saturating_sub(fee.units());
        }
        let cost = price.units().saturating_mul(choice.bought);
        let fee = fees.of(Money::from_units(cost)).unwrap_or_default();
        if choice.bought > 0 {
            cash = cash.saturating_sub(cost).saturating_sub(fee.units());
        }
        holding.value = Money::from_units(choice.value.saturating_add(cost));
    }
    Allocation::of(plan, &holdings, Money::from_units(cash))
}

fn percent_of(value: i64, base: Money) -> Percent {
    Money::from_units(value)
        .percent_of(base)
        .unwrap_or_default()
}

/// An amount with two places.
fn cents(amount: Money) -> String {
    format!("{:.2}", amount.whole_cents().decimal())
}
