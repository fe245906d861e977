//! The losses in an account, and what could be bought instead.

use domain::advice::harvest;
use domain::api::{LossView, LossesView};
use domain::{Day, Lot, Percent, costs_in};

use super::Reading;
use super::replacements::Replacements;
use crate::app::App;
use crate::error::Result;
use crate::store::PositionRecord;

/// The positions with a loss, the largest benefit first.
///
/// # Errors
/// When the store fails.
pub async fn find(app: &App, reading: &Reading, rate: Percent) -> Result<LossesView> {
    let rows = reading.portfolio.positions.iter();
    let mut losses: Vec<LossView> = rows
        .filter_map(|row| of_position(reading, row, rate))
        .collect();
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.harvest.net));
    if !losses.is_empty() {
        let mut replacements = Replacements::read(app, reading).await?;
        for loss in &mut losses {
            let found = replacements.find(loss.harvest.symbol);
            (loss.replacement, loss.alike) =
                found.map_or((None, None), |(symbol, alike)| (Some(symbol), alike));
        }
    }
    Ok(LossesView {
        rate,
        taxes: reading.game.rules.taxes,
        losses,
    })
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
    let fees = costs_in(instrument.currency(), &reading.game.rules);
    let found = harvest(instrument.symbol, &lots, quote.price, fees, rate, today)?;
    Some(LossView {
        harvest: found,
        replacement: None,
        alike: None,
    })
}
