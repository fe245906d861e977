//! The losses in an account, and what could be bought instead.

use domain::advice::harvest;
use domain::api::{LossView, LossesView};
use domain::{Day, Lot, Percent, Symbol};

use super::Reading;
use crate::store::PositionRecord;

/// The positions with a loss, the largest benefit first.
#[must_use]
pub fn find(reading: &Reading, rate: Percent) -> LossesView {
    let rows = reading.portfolio.positions.iter();
    let mut losses: Vec<LossView> = rows
        .filter_map(|row| of_position(reading, row, rate))
        .collect();
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.harvest.net));
    LossesView {
        rate,
        taxes: reading.game.rules.taxes,
        losses,
    }
}

fn of_position(reading: &Reading, row: &PositionRecord, rate: Percent) -> Option<LossView> {
    let (_, instrument) = reading.snapshot.catalogue.find_by_id(row.instrument)?;
    let quote = reading.snapshot.quote(row.instrument)?;
    let day = |lot: &Lot| reading.market.time_at(lot.acquired_at).day();
    let lots: Vec<(Day, Lot)> = row
        .position
        .lots
        .iter()
        .map(|lot| (day(lot), *lot))
        .collect();
    let today = reading.snapshot.at.day();
    let fees = reading.game.rules.fees;
    let found = harvest(instrument.symbol, &lots, quote.price, fees, rate, today)?;
    Some(LossView {
        replacement: replacement(reading, instrument.symbol, &instrument.category),
        harvest: found,
    })
}

/// Another instrument of the same category that is not held: the one with the lowest price.
fn replacement(reading: &Reading, symbol: Symbol, category: &str) -> Option<Symbol> {
    let held = |id| {
        reading
            .portfolio
            .positions
            .iter()
            .any(|row| row.instrument == id)
    };
    let instruments = reading.snapshot.catalogue.instruments.iter();
    let others = instruments.filter(|one| {
        one.category == category && one.symbol != symbol && one.tradable && !held(one.id)
    });
    let priced = others.filter_map(|one| Some((reading.snapshot.quote(one.id)?.price, one.symbol)));
    priced
        .min_by_key(|(price, _)| *price)
        .map(|(_, symbol)| symbol)
}
