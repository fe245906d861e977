//! Advice on an account, from what the store and the market know of it.

use std::sync::Arc;

use domain::advice::{
    Allocation, BasketAccount, Holding, Proposal, TargetPlan, Traded, preview, rebalance,
};
use domain::{AccountId, Branch, Execution, Money, Order, Quantity, Rejection, Symbol, Timestamp};

use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::market::{Market, Snapshot};
use crate::store::{InstrumentRecord, Portfolio};

pub mod losses;
pub mod luck;
mod replacements;
pub mod what_if;
pub mod x_ray;

/// An account at one moment, with the prices of its market.
#[derive(Debug)]
pub struct Reading {
    /// The account and what it holds.
    pub portfolio: Portfolio,
    /// The account's market.
    pub market: Arc<Market>,
    /// The prices.
    pub snapshot: Arc<Snapshot>,
    /// The account's game.
    pub game: Game,
    /// The moment.
    pub now: Timestamp,
}

impl Reading {
    /// Reads an account.
    ///
    /// # Errors
    /// When there is no such account, the store fails, or the market cannot be started.
    pub async fn of(app: &App, game: &Game, account: AccountId) -> Result<Self> {
        let portfolio = app.portfolios.find(account).await?;
        let portfolio =
            portfolio.ok_or_else(|| Error::not_found("account of yours in this game"))?;
        Self::with(app, game, portfolio).await
    }

    /// The same of a portfolio that is read already.
    ///
    /// # Errors
    /// When the market cannot be started.
    pub async fn with(app: &App, game: &Game, portfolio: Portfolio) -> Result<Self> {
        let market = app.market_of(game).await?;
        let (snapshot, now) = (market.snapshot(), app.clock.now());
        let held = portfolio.positions.iter().map(|row| row.instrument);
        market.look_at(held, now);
        Ok(Self {
            portfolio,
            market,
            snapshot,
            game: game.clone(),
            now,
        })
    }

    /// Cash that no waiting order has set aside.
    #[must_use]
    pub fn free_cash(&self) -> Money {
        self.portfolio.account.record.account.free_cash()
    }

    /// What is held. Shares of an instrument that the market does not list any more are left out.
    #[must_use]
    pub fn holdings(&self) -> Vec<Holding> {
        let rows = self.portfolio.positions.iter();
        let hold_s = i64::from(self.game.rules.hold_seconds);
        let holding = rows.filter_map(|row| {
            let (_, instrument) = self.snapshot.catalogue.find_by_id(row.instrument)?;
            let position = &row.position;
            let is_held_long = position
                .last_bought_at
                .is_none_or(|bought_at| self.now >= bought_at.plus_seconds(hold_s));
            let sellable = if is_held_long {
                position.free_quantity()
            } else {
                Quantity::ZERO
            };
            Some(Holding {
                quantity: position.quantity,
                sellable,
                cost_basis: position.cost_basis,
                value: position.worth(self.snapshot.quote(row.instrument)),
                ..self.not_held(instrument)
            })
        });
        holding.collect()
    }

    /// How the money is divided, beside a plan.
    #[must_use]
    pub fn allocation(&self, plan: &TargetPlan) -> Allocation {
        Allocation::of(plan, &self.holdings(), self.free_cash())
    }

    /// The orders that bring the account to its targets.
    #[must_use]
    pub fn rebalance(&self, plan: &TargetPlan, may_sell: bool) -> Proposal {
        let mut holdings = self.holdings();
        self.add_candidates(plan, &mut holdings);
        let portfolio = domain::advice::Portfolio {
            holdings: &holdings,
            free_cash: self.free_cash(),
            realized_profit: self.portfolio.account.record.account.realized_profit,
            rules: &self.game.rules,
        };
        rebalance(plan, portfolio, may_sell)
    }

    /// Adds what would be bought for targets of which nothing is held: the instrument itself, or of a
    /// category the one with the lowest price, because whole shares of it come closest.
    fn add_candidates(&self, plan: &TargetPlan, holdings: &mut Vec<Holding>) {
        for (place, target) in plan.targets.iter().enumerate() {
            let covered = |holding: &Holding| holding.target(plan) == Some(place);
            if holdings.iter().any(covered) {
                continue;
            }
            let instruments = self.snapshot.catalogue.instruments.iter();
            let candidates = instruments
                .filter(|instrument| instrument.is_aimed_at(&target.aim))
                .map(|instrument| self.not_held(instrument))
                .filter(covered);
            // Of funds the first, which holds the whole market.
            let by_price = |holding: &Holding| match Branch::of_category(&holding.category) {
                Branch::Fund => (holding.price.is_none(), None),
                _ => (holding.price.is_none(), holding.price),
            };
            holdings.extend(candidates.min_by_key(by_price));
        }
    }

    fn not_held(&self, instrument: &InstrumentRecord) -> Holding {
        let quote = self.snapshot.quote(instrument.id);
        let fresh = quote.filter(|quote| instrument.tradable && quote.is_fresh());
        Holding {
            symbol: instrument.symbol,
            category: instrument.category.clone(),
            currency: instrument.currency(),
            quantity: Quantity::ZERO,
            sellable: Quantity::ZERO,
            cost_basis: Money::ZERO,
            value: Money::ZERO,
            price: fresh.map(|quote| quote.price),
        }
    }

    /// What a basket of orders would do now.
    #[must_use]
    pub fn preview(&self, app: &App, orders: &[Order]) -> Vec<Result<Execution, Rejection>> {
        let trading = &self.portfolio.account;
        let game = trading.record.id.game;
        let xp_rules = app.engine.xp_rules(game, self.now);
        let on = BasketAccount {
            account: &trading.record.account,
            xp: trading.xp,
            game: &self.game.rules,
            xp_rules: &xp_rules,
            traded: trading.progress.traded,
            now: self.now,
        };
        preview(orders, on, |symbol| self.traded(symbol))
    }

    fn traded(&self, symbol: Symbol) -> Traded {
        let Some((_, instrument)) = self.snapshot.catalogue.find(symbol) else {
            return Traded::default();
        };
        let mut rows = self.portfolio.positions.iter();
        let row = rows.find(|row| row.instrument == instrument.id);
        let quote = self.snapshot.quote(instrument.id).copied();
        Traded {
            position: row.map(|row| row.position.clone()).unwrap_or_default(),
            quote: quote.filter(|_| instrument.tradable),
            category: Some(instrument.category.clone()),
        }
    }
}
