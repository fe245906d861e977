//! Deciding a basket: all of its orders on one state of the account, or none.

use std::collections::HashMap;

use domain::advice::{Basket, BasketAccount, BasketMode, Traded, preview};
use domain::api::OrderView;
use domain::{Execution, Order, Rejection, Symbol};

use super::answers::{category, filled, find_quote, rejected};

use super::{Desk, Done, Outcome, Request, fingerprint};
use crate::engine::PlacedBasket;

impl Desk<'_> {
    /// Decides the orders one after the other. An all-or-nothing basket is tried first, and if one order
    /// fails, nothing is written: the same basket sent again is decided afresh.
    pub(super) fn decide_basket(&mut self, request: &Request<'_>, basket: &Basket) -> Outcome {
        if !self.accounts.contains_key(&request.account) {
            return Outcome::NoAccount;
        }
        let mut new = Vec::with_capacity(basket.orders.len());
        for order in &basket.orders {
            let known = self.known(&(request.account, order.key().clone()));
            match known.map(|known| known.fingerprint == fingerprint(order)) {
                Some(false) => return Outcome::KeyReused,
                Some(true) => {}
                None => new.push(order.clone()),
            }
        }
        if basket.mode == BasketMode::AllOrNothing
            && let Some(orders) = self.refuse_basket(request, &new)
        {
            let placed = false;
            return Outcome::Done(Done::Basket(PlacedBasket { placed, orders }));
        }
        let mut orders = Vec::with_capacity(basket.orders.len());
        for (order, place) in basket.orders.iter().zip(0_u8..) {
            self.unlocked.clear();
            self.quest_done = None;
            // Each reason has a salt of its own.
            let mut request = *request;
            request.salt[0] ^= place;
            match self.decide_new(&request, order) {
                Outcome::Done(Done::Order(view)) => orders.push(*view),
                other => return other,
            }
        }
        let placed = true;
        Outcome::Done(Done::Basket(PlacedBasket { placed, orders }))
    }

    /// The answers the orders would get if one of them fails. `None` if all succeed.
    fn refuse_basket(&mut self, request: &Request<'_>, orders: &[Order]) -> Option<Vec<OrderView>> {
        let outcomes = self.try_basket(request, orders)?;
        if outcomes.iter().all(Result::is_ok) {
            return None;
        }
        let view = |(order, outcome): (&Order, &Result<Execution, Rejection>)| match outcome {
            Ok(execution) => filled(order, execution),
            Err(rejection) => rejected(order, *rejection, self.moment.now),
        };
        Some(orders.iter().zip(&outcomes).map(view).collect())
    }

    /// Decides the orders without writing any of them. `None` if there is no such account.
    fn try_basket(
        &mut self,
        request: &Request<'_>,
        orders: &[Order],
    ) -> Option<Vec<Result<Execution, Rejection>>> {
        let mut instruments: HashMap<Symbol, Traded> = HashMap::new();
        for order in orders {
            let (instrument, mut quote) = find_quote(request.snapshot, order);
            if instrument.is_some_and(|instrument| !self.catch_up(request, instrument)) {
                quote = None;
            }
            let position = self.position(request.account, instrument).clone();
            let category = instrument.and_then(|instrument| category(request.snapshot, instrument));
            let traded = Traded {
                position,
                quote: quote.copied(),
                category: category.map(str::to_owned),
            };
            instruments.insert(order.symbol(), traded);
        }
        let account = self.accounts.get(&request.account)?;
        let player = self.players.get(&request.account.player)?;
        let on = BasketAccount {
            account: &account.record.account,
            xp: player.xp(),
            game: request.game,
            xp_rules: &self.rules.rules,
            traded: player.progress().traded,
            now: self.moment.now,
        };
        Some(preview(orders, on, |symbol| {
            instruments.get(&symbol).cloned().unwrap_or_default()
        }))
    }
}
