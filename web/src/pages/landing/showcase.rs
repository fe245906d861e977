//! What the landing page shows of the market.

use domain::Percent;
use domain::api::{ApiError, InstrumentRow};
use serde::{Deserialize, Serialize};

use super::example;
use crate::api::{self, InstrumentFilter};
use crate::{CurrentGame, valuation};

/// How many instruments to consider: as many as fit in one response.
const LOOKED_AT: u32 = 100;
/// How many of the largest gains, and of the largest losses, are on the board.
const EACH_WAY: usize = 4;

/// A few instruments, chosen from the whole market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Showcase {
    /// What the example buys.
    pub(super) example: Option<InstrumentRow>,
    /// Today's largest moves, best first.
    pub(super) board: Vec<InstrumentRow>,
}

/// Loads the market and chooses; only what is shown goes into the page.
pub(super) async fn load(game: CurrentGame) -> Result<Showcase, ApiError> {
    let filter = InstrumentFilter {
        per_page: Some(LOOKED_AT),
        ..InstrumentFilter::default()
    };
    Ok(choose(api::instruments(&game.slug(), &filter).await?.items))
}

fn choose(mut rows: Vec<InstrumentRow>) -> Showcase {
    rows.sort_by_key(|row| std::cmp::Reverse(change(row)));
    // A first purchase that rises: nobody is taught to buy what is falling.
    let rises = |row: &&InstrumentRow| row.sparkline.last() > row.sparkline.first();
    let affordable = || rows.iter().filter(|row| example::order_of(row).is_some());
    let example = affordable()
        .find(rises)
        .or_else(|| affordable().next())
        .cloned();
    if rows.len() > 2 * EACH_WAY {
        rows.drain(EACH_WAY..rows.len() - EACH_WAY);
    }
    Showcase {
        example,
        board: rows,
    }
}

/// The day's change by the quote, as the page shows it; none sorts last.
fn change(row: &InstrumentRow) -> Option<Percent> {
    row.quote
        .as_ref()
        .and_then(valuation::day_change)
        .map(|(_, percent)| percent)
}
