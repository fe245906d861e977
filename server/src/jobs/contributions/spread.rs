//! The purchase of a plan that buys by targets or by a strategy: one basket per month.
//!
//! Its orders carry keys derived from the month. They are written together, so a job that restarts finds
//! either all of them or none, and decides nothing twice.

use anyhow::Context as _;
use domain::advice::{Basket, BasketMode, Holding, TargetPlan, top_up};
use domain::api::OrderView;
use domain::{AccountId, IdempotencyKey, Money, Order, Quantity, Side, Size};

use super::{Contributions, failed};
use crate::engine::{EngineError, GameContext};
use crate::jobs::JobError;
use crate::jobs::corporate_actions::with_room;
use crate::market::Snapshot;
use crate::store::{InstrumentRecord, Plan, PositionRecord, Subscription};

impl Contributions {
    /// Spreads a month's amount. Returns the cost of the purchases.
    pub(super) async fn spread(
        &self,
        subscription: &Subscription,
        plan: &Plan,
        month: u32,
        amount: Money,
        context: &GameContext,
    ) -> Result<Money, JobError> {
        let account = subscription.account;
        if let Some(cost) = self.spread_before(subscription, month).await? {
            return Ok(cost);
        }
        let Some(targets) = self.targets(plan, account).await? else {
            return Ok(Money::ZERO);
        };
        let positions = self.store.list_positions(account).await?;
        let holdings = holdings(&targets, &positions, &context.market.snapshot());
        let parts = top_up(&targets, &holdings, amount, context.rules.order_min);
        let mut orders = Vec::with_capacity(parts.len());
        for (place, (symbol, part)) in parts.into_iter().enumerate().take(Basket::ORDERS_MAX) {
            let key = key(subscription, month, place)?;
            let order = Order::new(key, symbol, Side::Buy, Size::Amount(part), None, None);
            orders.push(order.context("the purchase of a plan")?);
        }
        if orders.is_empty() {
            return Ok(Money::ZERO);
        }
        let basket = Basket {
            orders,
            mode: BasketMode::Possible,
        };
        let placed = with_room(|| {
            self.engine
                .submit_basket(account, basket.clone(), context.clone())
        });
        match placed.await {
            Ok(placed) => Ok(cost(&placed.orders)),
            Err(EngineError::NoAccount) => Ok(Money::ZERO),
            Err(error) => Err(failed(error)),
        }
    }

    /// What the basket of a month has cost. `None` if there is no basket yet.
    async fn spread_before(
        &self,
        subscription: &Subscription,
        month: u32,
    ) -> Result<Option<Money>, JobError> {
        let mut orders = Vec::new();
        for place in 0..Basket::ORDERS_MAX {
            let key = key(subscription, month, place)?;
            match self.store.find_order(subscription.account, &key).await? {
                Some(order) => orders.push(order.view),
                None => break,
            }
        }
        Ok((!orders.is_empty()).then(|| cost(&orders)))
    }

    /// The targets to buy by: those of the account, or those of the strategy while it is listed.
    async fn targets(
        &self,
        plan: &Plan,
        account: AccountId,
    ) -> Result<Option<TargetPlan>, JobError> {
        let Some(strategy) = plan.strategy else {
            let record = self.store.find_target_plan(account).await?;
            return Ok(record.map(|record| record.plan));
        };
        let record = self.store.find_strategy(strategy).await?;
        let seen = |author| author == account.player || author == plan.owner;
        let Some(record) = record.filter(|one| one.is_listed() || seen(one.author)) else {
            return Ok(None);
        };
        let version = self
            .store
            .find_strategy_version(strategy, record.version)
            .await?;
        Ok(version.map(|version| version.content.plan))
    }
}

/// What is held and, for targets without holdings, what could be bought.
pub(crate) fn holdings(
    plan: &TargetPlan,
    positions: &[PositionRecord],
    snapshot: &Snapshot,
) -> Vec<Holding> {
    let holding = |instrument: &InstrumentRecord, row: Option<&PositionRecord>| {
        let quote = snapshot.quote(instrument.id);
        let fresh = quote.filter(|quote| instrument.tradable && quote.is_fresh());
        Holding {
            symbol: instrument.symbol,
            category: instrument.category.clone(),
            currency: instrument.currency(),
            quantity: row.map_or(Quantity::ZERO, |row| row.position.quantity),
            sellable: Quantity::ZERO,
            cost_basis: Money::ZERO,
            value: row.map_or(Money::ZERO, |row| row.position.worth(quote)),
            price: fresh.map(|quote| quote.price),
        }
    };
    let mut holdings: Vec<Holding> = positions
        .iter()
        .filter_map(|row| {
            let (_, instrument) = snapshot.catalogue.find_by_id(row.instrument)?;
            Some(holding(instrument, Some(row)))
        })
        .collect();
    for (place, target) in plan.targets.iter().enumerate() {
        let priced = |one: &Holding| one.price.is_some() && one.target(plan) == Some(place);
        if holdings.iter().any(priced) {
            continue;
        }
        let instruments = snapshot.catalogue.instruments.iter();
        let mut candidates = instruments
            .filter(|instrument| instrument.is_aimed_at(&target.aim))
            .map(|instrument| holding(instrument, None))
            .filter(priced);
        holdings.extend(candidates.next());
    }
    holdings
}

fn cost(orders: &[OrderView]) -> Money {
    let fills = orders.iter().filter_map(|order| order.fill.as_ref());
    let costs = fills.map(|fill| fill.cash_change_in_all().negated().max(Money::ZERO));
    costs.fold(Money::ZERO, |sum, cost| {
        sum.checked_add(cost).unwrap_or(sum)
    })
}

fn key(subscription: &Subscription, month: u32, place: usize) -> Result<IdempotencyKey, JobError> {
    super::key(&format!("plan-{place}"), subscription, month)
}
