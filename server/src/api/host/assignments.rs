//! What a host asks of everybody until an instant.

use std::collections::HashSet;

use domain::api::{ApiError, NoticeKind};
use domain::progress::AssignmentRule;

use super::actions::{Asked, effective_at, not_possible};
use super::pupils::seq;
use crate::api::assignments::ASSIGNMENTS_MAX;
use crate::error::{Error, Result};
use crate::store::Assignment;

/// Asks it, and tells the players.
pub(super) async fn add(asked: &Asked<'_>) -> Result<()> {
    let now = asked.app.clock.now();
    let title = asked.text()?;
    let rule = asked.request.assignment.filter(AssignmentRule::asks);
    let rule = rule.ok_or_else(|| ApiError::field("assignment", "must ask for something"))?;
    check_can_be_met(asked, rule).await?;
    let due_at = effective_at(asked, &asked.hosted.settings.time_zone, now)?;
    if due_at <= now {
        return Err(ApiError::field("at", "is when it is due, and must be later than now").into());
    }
    let given = asked
        .app
        .store
        .list_assignments(asked.hosted.game, ASSIGNMENTS_MAX)
        .await?;
    if u32::try_from(given.len()).unwrap_or(u32::MAX) >= ASSIGNMENTS_MAX {
        return Err(not_possible(
            "A game has at most 20 assignments. Remove one first.",
        ));
    }
    let assignment = Assignment {
        id: 0,
        title: title.clone(),
        due_at,
        rule,
    };
    asked
        .app
        .store
        .add_assignment(asked.hosted.game, &assignment)
        .await?;
    asked
        .tell(
            NoticeKind::Announcement,
            &format!("New assignment: {title}"),
        )
        .await
}

/// Takes away what was asked of everybody.
pub(super) async fn remove(asked: &Asked<'_>) -> Result<()> {
    let (store, game, id) = (&asked.app.store, asked.hosted.game, seq(asked)?);
    let given = store.list_assignments(game, ASSIGNMENTS_MAX).await?;
    if given.iter().all(|assignment| assignment.id != id) {
        return Err(Error::not_found("such assignment in this game"));
    }
    Ok(store.remove_assignment(game, id).await?)
}

/// Nobody can hold more companies or sectors than there are.
async fn check_can_be_met(asked: &Asked<'_>, rule: AssignmentRule) -> Result<()> {
    let market = asked.app.market_of(asked.game).await?.snapshot();
    let instruments = &market.catalogue.instruments;
    let sectors: HashSet<&str> = instruments
        .iter()
        .map(|instrument| instrument.category.as_str())
        .collect();
    let listed = [
        ("companies", rule.companies, instruments.len()),
        ("sectors", rule.sectors, sectors.len()),
    ];
    for (field, wanted, there) in listed {
        if usize::try_from(wanted).unwrap_or(usize::MAX) > there {
            let field = format!("assignment.{field}");
            let message = format!("must be at most {there}: this market has no more");
            return Err(ApiError::field(&field, message).into());
        }
    }
    Ok(())
}
