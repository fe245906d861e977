//! Splits of shares on offer, applied before anything is decided or settled.

use domain::DatedAction;

use super::{Allocations, TRIES_MAX};
use crate::jobs::{Context, JobError};
use crate::store::{GameRecord, Offering, OfferingSplit};

impl Allocations {
    /// The offering in current shares, and whether it is called off because its company consolidated its
    /// shares or left the market.
    pub(super) async fn follow_splits(
        &self,
        job: &Context,
        mut offering: Offering,
        game: &GameRecord,
    ) -> Result<(Offering, bool), JobError> {
        for _ in 0..TRIES_MAX {
            let Some(since) = offering
                .counted_on
                .filter(|_| offering.settled_at.is_none())
            else {
                return Ok((offering, false));
            };
            let changes =
                self.store
                    .list_share_changes(game.market, offering.instrument, since, job.now());
            let changes = changes.await?;
            let Some(DatedAction { day, action }) = changes.first().copied() else {
                return Ok((offering, false));
            };
            let split = action.ratio().and_then(|ratio| offering.terms.split(ratio));
            let Some((terms, factor)) = split else {
                return Ok((offering, true));
            };
            let split = OfferingSplit {
                offering: offering.id,
                version: offering.version,
                day,
                factor,
                price: terms.price,
                range: terms.range,
            };
            // Another server may have been faster; in that case its result is read next.
            self.store.split_offering(&split).await?;
            offering = self.find(offering.id).await?;
        }
        Err(JobError::Failed(anyhow::anyhow!(
            "other servers go on deciding on offering {}",
            offering.id
        )))
    }
}
