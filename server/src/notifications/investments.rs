//! The outcome of an investment, from the entry that ended it.

use domain::api::FailureReason;
use domain::offering::AllocationRule;
use domain::{AccountId, Fact, IdempotencyKey, ReleaseCause, Timestamp};

use super::{Happened, InvestmentEnding, Subject, readable};
use crate::app::App;
use crate::store::{Investment, Offering, StoreResult};

/// What a player is notified of for an entry. `None` if it ended no investment.
pub(super) async fn ended(
    app: &App,
    account: AccountId,
    seq: i64,
    at: Timestamp,
) -> StoreResult<Option<Happened>> {
    let Some(fact) = fact(app, account, seq).await? else {
        return Ok(None);
    };
    let key = match &fact {
        Fact::Allocated { key, .. } => Some(key.clone()),
        Fact::Released {
            key,
            cause: ReleaseCause::NotAllocated,
            ..
        } => Some(key.clone()),
        Fact::Reversed { seq, .. } => match self::fact(app, account, *seq).await? {
            Some(Fact::Allocated { key, .. }) => Some(key),
            _ => None,
        },
        _ => return Ok(None),
    };
    let investment = match key.as_ref().and_then(number) {
        Some(id) => readable(app.store.find_investment(account.player, id).await)?.flatten(),
        None => None,
    };
    let offering = match &investment {
        Some(one) => readable(app.store.find_offering(one.offering).await)?.flatten(),
        None => None,
    };
    let end = match &fact {
        Fact::Allocated { quantity, cost, .. } => InvestmentEnding::Got(*quantity, *cost),
        Fact::Reversed {
            quantity, refund, ..
        } => InvestmentEnding::TakenBack(*quantity, *refund),
        _ => InvestmentEnding::Nothing(reason(investment.as_ref(), offering.as_ref())),
    };
    let symbol = fact.instrument().and_then(|id| app.symbol(id));
    Ok(Some(Happened {
        player: account.player,
        cause: format!("investment:{}:{seq}", account.game),
        subject: Subject::Investment {
            game: account.game,
            offering: offering.map(|offering| offering.id),
            symbol,
            asked: investment.map(|one| one.shares),
            end,
        },
        at,
    }))
}

async fn fact(app: &App, account: AccountId, seq: i64) -> StoreResult<Option<Fact>> {
    let before = seq.saturating_sub(1);
    let entries = readable(app.store.list_entries(account, before, 1).await)?;
    let entry = entries.and_then(|mut entries| entries.pop());
    Ok(entry.map(|row| row.entry.fact))
}

/// The id of the investment that a posting's key names.
fn number(key: &IdempotencyKey) -> Option<i64> {
    let (_, number) = key.as_str().rsplit_once("invest-")?;
    number.parse().ok()
}

/// Why it got none. The row may be written a moment after the entry.
fn reason(investment: Option<&Investment>, offering: Option<&Offering>) -> FailureReason {
    let told = investment.and_then(|one| one.reason);
    told.unwrap_or(match offering.map(|offering| offering.terms.rule) {
        Some(AllocationRule::ProRata) => FailureReason::NotDrawn,
        Some(AllocationRule::FirstCome) | None => FailureReason::SoldOut,
    })
}
