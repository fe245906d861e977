//! The answer to an order, and what the order is about.

use domain::api::{OrderStatus, OrderView, PositionView};
use domain::{Branch, Execution, Hash, InstrumentId, Order, Quote, Rejection, Timestamp, Words};

use super::Outcome;
use crate::market::Snapshot;
use crate::store::AnsweredOrder;

/// A player's reason with the salt of its digest.
pub(super) fn words(order: &Order, salt: [u8; 16]) -> Option<Words> {
    let text = order.reason()?.to_owned();
    Some(Words { salt, text })
}

pub(super) fn repeat(first: &AnsweredOrder, fingerprint: Hash) -> Outcome {
    if first.fingerprint == fingerprint {
        Outcome::answer(first.view.clone())
    } else {
        Outcome::KeyReused
    }
}

/// The instrument that an order names, and its quote while it is tradable.
pub(super) fn find_quote<'a>(
    snapshot: &'a Snapshot,
    order: &Order,
) -> (Option<InstrumentId>, Option<&'a Quote>) {
    let Some((place, instrument)) = snapshot.catalogue.find(order.symbol()) else {
        return (None, None);
    };
    let quote = snapshot
        .listings
        .get(place)
        .and_then(|listing| listing.quote.as_ref());
    (Some(instrument.id), quote.filter(|_| instrument.tradable))
}

/// The category of an instrument of the market.
pub(super) fn category(snapshot: &Snapshot, instrument: InstrumentId) -> Option<&str> {
    let (_, record) = snapshot.catalogue.find_by_id(instrument)?;
    Some(record.category.as_str())
}

/// The sector of an instrument.
pub(super) fn branch(snapshot: &Snapshot, instrument: InstrumentId) -> Branch {
    let found = snapshot.catalogue.find_by_id(instrument);
    found.map_or(Branch::Other, |(_, record)| {
        Branch::of_category(&record.category)
    })
}

/// The current year in the market.
pub(super) fn market_year(snapshot: &Snapshot) -> i32 {
    snapshot.at.day().calendar().0
}

pub(super) fn filled(order: &Order, execution: &Execution) -> OrderView {
    OrderView {
        status: OrderStatus::Filled,
        fill: Some(execution.fill),
        cash_after: Some(execution.account.cash),
        position_after: Some(PositionView::from(&execution.position)),
        xp_after: Some(execution.xp),
        ..undecided(order, execution.fill.at)
    }
}

pub(super) fn rejected(order: &Order, rejection: Rejection, now: Timestamp) -> OrderView {
    OrderView {
        rejection: Some(rejection),
        ..undecided(order, now)
    }
}

/// The part of the answer that follows from the order alone.
pub(super) fn undecided(order: &Order, at: Timestamp) -> OrderView {
    OrderView::unfilled(order, OrderStatus::Rejected, at)
}
