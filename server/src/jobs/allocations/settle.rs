//! Applies decisions to the accounts: shares for those who got some, money back for the others.

use domain::api::{FailureReason, InvestmentState};
use domain::offering::{AllocationRule, whole_shares};
use domain::{Post, Posting, Quantity, ReleaseCause, Reserve};
use futures_util::future::join_all;

use super::{Allocations, start};
use crate::engine::{Engine, EngineError, GameContext};
use crate::jobs::corporate_actions::with_room;
use crate::jobs::{Context, JobError};
use crate::store::{Investment, InvestmentEnd, Offering};

/// Investments in flight through the engine at once.
const PORTION: u32 = 256;

impl Allocations {
    /// Settles everything that is decided. False if the job has to stop early.
    pub(super) async fn settle(
        &self,
        job: &Context,
        offering: &Offering,
        context: &GameContext,
    ) -> Result<bool, JobError> {
        let mut done = 0_i64;
        loop {
            let state = InvestmentState::Processing;
            let decided = self
                .store
                .list_waiting(offering.id, state, start(), PORTION)
                .await?;
            if decided.is_empty() {
                return Ok(true);
            }
            if job.stop().is_some() {
                return Ok(false);
            }
            let settled = decided
                .iter()
                .map(|one| settle_one(&self.engine, offering, one, context));
            let settled = join_all(settled).await.into_iter();
            let (ends, failures): (Vec<_>, Vec<_>) = settled.partition(Result::is_ok);
            let ends: Vec<InvestmentEnd> = ends.into_iter().flatten().collect();
            done = done.saturating_add(i64::try_from(ends.len()).unwrap_or(i64::MAX));
            self.store.end_investments(state, &ends, job.now()).await?;
            if let Some(Err(error)) = failures.into_iter().next() {
                let error = anyhow::Error::from(error).context("an investment");
                return Err(JobError::Failed(error));
            }
            job.progress(done, None, "investments are settled");
        }
    }
}

/// Settles one investment. A refusal is stored first and its money released in the next round, so that
/// the same decision is found after a crash.
async fn settle_one(
    engine: &Engine,
    offering: &Offering,
    one: &Investment,
    context: &GameContext,
) -> Result<InvestmentEnd, EngineError> {
    let granted = one.granted.filter(|_| one.reason.is_none()).unwrap_or(0);
    let end = |state, seq, reason| InvestmentEnd {
        player: one.account.player,
        investment: one.id,
        state,
        seq,
        reason,
    };
    let refused = Some(FailureReason::AccountRefused);
    let (Ok(key), Ok(of)) = (one.key("settle"), one.key("invest")) else {
        return Ok(end(InvestmentState::Failed, None, refused));
    };
    let reserve = Reserve {
        cash: one.reserve,
        quantity: Quantity::ZERO,
    };
    let (of, instrument) = (of.of_posting(), one.instrument);
    let shares = whole_shares(granted).filter(|shares| shares.is_positive());
    let posting = match shares {
        Some(quantity) => Posting::Allocate {
            of,
            instrument,
            quantity,
            price: offering.terms.price,
            reserve,
        },
        None => Posting::Release {
            of,
            instrument,
            reserve,
            cause: ReleaseCause::NotAllocated,
        },
    };
    let posted = with_room(|| {
        let (key, posting) = (key.clone(), posting.clone());
        engine.post(one.account, Post { key, posting }, context.clone())
    });
    match posted.await {
        Ok(seq) if shares.is_some() => Ok(end(InvestmentState::Completed, Some(seq), None)),
        Ok(_) => {
            let reason = one.reason.unwrap_or(match offering.terms.rule {
                AllocationRule::FirstCome => FailureReason::SoldOut,
                AllocationRule::ProRata => FailureReason::NotDrawn,
            });
            Ok(end(InvestmentState::Failed, None, Some(reason)))
        }
        Err(EngineError::Refused(_)) if shares.is_some() => {
            Ok(end(InvestmentState::Processing, None, refused))
        }
        Err(EngineError::Refused(_) | EngineError::NoAccount) => {
            tracing::error!(account = %one.account, investment = one.id, "a reserve could not be released");
            Ok(end(InvestmentState::Failed, None, refused))
        }
        Err(error) => Err(error),
    }
}
