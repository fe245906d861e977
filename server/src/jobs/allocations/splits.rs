//! Splits of shares that are on offer, before anything is decided or settled.

use domain::DatedAction;

use super::{Allocations, TRIES_MAX};
use crate::jobs::{Context, JobError};
use crate::store::{GameRecord, Offering, OfferingSplit};

impl Allocations {
    /// The offering in the shares of now, and whether it is called off: its company joined its shares,
    /// or left the market.
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
            // Another server may have been faster: what it did is read then.
            self.store.split_offering(&split).await?;
            offering = self.find(offering.id).await?;
        }
        Err(JobError::Failed(anyhow::anyhow!(
            "other servers go on deciding on offering {}",
            offering.id
        )))
    }
}
