//! What is shown of offerings and investments.

use domain::api::{InvestmentView, OfferingDetail, OfferingView, SpendableView};
use domain::offering::{preview, seed_digest};
use domain::{AccountId, PlayerId, Timestamp};

use super::INVESTMENTS_MAX;
use crate::app::App;
use crate::error::{Error, Result};
use crate::market::Snapshot;
use crate::store::{Investment, Offering};

/// Investments that a host is shown.
const ALL_MAX: u32 = 500;
/// Subscriptions that may be drawn on.
const SUBSCRIPTIONS_MAX: u32 = 100;

pub(super) fn offering(
    app: &App,
    market: &Snapshot,
    offering: &Offering,
    now: Timestamp,
) -> Result<OfferingView> {
    let instruments = app.markets.instruments();
    let found = instruments.find_by_id(offering.instrument);
    let (_, record) = found.ok_or_else(|| Error::internal("an offering without instrument"))?;
    Ok(OfferingView {
        id: offering.id.to_string(),
        title: offering.title.clone(),
        story: offering.story.clone(),
        symbol: record.symbol,
        company: record.name.clone(),
        about: record.plain_words.clone(),
        is_new: market.newcomers.iter().any(|one| one.id == record.id),
        terms: offering.terms,
        granted: offering.granted,
        seed_digest: seed_digest(offering.seed),
        seed: offering.settled_at.map(|_| offering.seed.to_string()),
        settled_at: offering.settled_at,
        now,
    })
}

pub(super) fn investment(one: &Investment, handle: Option<String>) -> InvestmentView {
    InvestmentView {
        id: one.id.to_string(),
        player: one.account.player,
        handle,
        at: one.at,
        shares: one.shares,
        reserved: one.reserve,
        subscription: one.subscription.map(|id| id.to_string()),
        state: one.state,
        granted: one.granted,
        reason: one.reason,
        ended_at: one.ended_at,
    }
}

pub(super) async fn detail(
    app: &App,
    market: &Snapshot,
    account: AccountId,
    asked: &Offering,
    shares: Option<u32>,
) -> Result<OfferingDetail> {
    let found = app.store.find_account(account).await?;
    let free_cash = found.map(|found| found.record.account.free_cash());
    let demand = app.store.find_demand(asked).await?;
    let shares = shares.unwrap_or(asked.terms.minimum);
    let mine = app.store.list_investments(account, INVESTMENTS_MAX).await?;
    let mine = mine.iter().filter(|one| one.offering == asked.id);
    let rows = app
        .store
        .list_subscriptions(account, SUBSCRIPTIONS_MAX)
        .await?;
    let subscriptions = rows
        .into_iter()
        .filter(|row| row.subscription.state.can_spend() && row.balance().spendable.is_positive())
        .map(|row| SpendableView {
            id: row.subscription.id.to_string(),
            spendable: row.balance().spendable,
            name: row.plan.name,
        });
    let all = if app.hosting.is_host(asked.game, account.player) {
        Some(everybody(app, asked).await?)
    } else {
        None
    };
    Ok(OfferingDetail {
        offering: offering(app, market, asked, app.clock.now())?,
        free_cash,
        demand: demand.shares(),
        waiting: demand.investments(),
        preview: preview(&asked.terms, shares, &demand),
        mine: mine.map(|one| investment(one, None)).collect(),
        subscriptions: subscriptions.collect(),
        all,
    })
}

async fn everybody(app: &App, asked: &Offering) -> Result<Vec<InvestmentView>> {
    let all = app
        .store
        .list_offering_investments(asked.id, ALL_MAX)
        .await?;
    let players: Vec<PlayerId> = all.iter().map(|one| one.account.player).collect();
    let handles = app.store.find_handles(&players).await?;
    let views = all
        .iter()
        .map(|one| investment(one, handles.get(&one.account.player).cloned()));
    Ok(views.collect())
}
