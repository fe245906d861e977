//! A company whose shares are offered before they trade is listed when they are allocated.

use domain::Symbol;

use super::Allocations;
use crate::engine::GameContext;
use crate::hosting::mark_change;
use crate::jobs::{Context, JobError};
use crate::market::{Listed, list_company};
use crate::store::{GameRecord, Offering};

/// The company of an offering if it is not in the market yet.
pub(super) fn newcomer(offering: &Offering, context: &GameContext) -> Option<Symbol> {
    let snapshot = context.market.snapshot();
    let mut newcomers = snapshot.newcomers.iter();
    let found = newcomers.find(|record| record.id == offering.instrument);
    found.map(|record| record.symbol)
}

impl Allocations {
    /// Lists the company from the current market day on. Every server shows it within about a second.
    pub(super) async fn list_company(
        &self,
        job: &Context,
        offering: &Offering,
        symbol: Symbol,
        game: &GameRecord,
        context: &GameContext,
    ) -> Result<(), JobError> {
        let today = context.market.time_at(job.now()).day();
        let listed = Listed::new(symbol, today, offering.terms.price);
        if list_company(&*self.store, game.market, listed).await? {
            mark_change(&*self.store).await?;
        }
        Ok(())
    }
}
