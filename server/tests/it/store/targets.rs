//! Targets and rebalancings.

use domain::advice::{Aim, Allocation, Proposal, Target, TargetPlan};
use domain::api::AdviceState;
use domain::{AccountId, GameId, Money, PlayerId};
use server::store::jobs::{JobId, NewJob, Priority};
use server::store::{RebalancingRecord, RebalancingStep, TargetRecord};

use super::Database;
use super::trading::{at, open_game};

fn account(player: i64) -> AccountId {
    AccountId {
        player: PlayerId(player),
        game: GameId(1),
    }
}

fn plan(share: &str) -> anyhow::Result<TargetPlan> {
    Ok(TargetPlan::new(vec![Target {
        aim: Aim::Category("Números".into()),
        share: share.parse()?,
    }]))
}

pub async fn targets_are_stored_marked_and_deleted(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 3).await?;
    let record = |player, share| {
        anyhow::Ok(TargetRecord {
            account: account(player),
            plan: plan(share)?,
            changed_at: at(1),
            beyond_since: None,
        })
    };
    for player in [2, 1] {
        store.store_target_plan(&record(player, "60")?).await?;
    }
    let changed = record(1, "70")?;
    store.store_target_plan(&changed).await?;
    assert_eq!(
        store.find_target_plan(account(1)).await?,
        Some(changed.clone())
    );
    assert_eq!(store.find_target_plan(account(3)).await?, None);
    store.mark_beyond(&[(account(1), Some(at(9)))]).await?;
    let listed = store.list_target_plans(None, 1).await?;
    assert_eq!(listed[0].beyond_since, Some(at(9)));
    let rest = store.list_target_plans(Some(account(1)), 10).await?;
    assert_eq!(rest, [record(2, "60")?]);
    assert!(store.delete_target_plan(account(1)).await?);
    assert!(!store.delete_target_plan(account(1)).await?);
    Ok(())
}

pub async fn a_rebalancing_goes_from_pending_to_its_end_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    let record = |id: i64, seconds| RebalancingRecord {
        account: account(1),
        id,
        state: AdviceState::Pending,
        may_sell: true,
        created_at: at(seconds),
        ended_at: None,
        proposal: None,
        failure: None,
    };
    let job = |id: i64| NewJob {
        id: JobId(id),
        kind: "rebalancing".into(),
        key: None,
        payload: "{}".into(),
        version: 1,
        priority: Priority::Medium,
        run_at: at(0),
        max_attempts: 3,
        created_at: at(0),
    };
    for (id, seconds) in [(5, 1), (4, 2)] {
        let new = record(id, seconds);
        store.create_rebalancing(&new, &job(id), at(0)).await?;
    }
    assert!(
        store.find_job(JobId(4)).await?.is_some(),
        "its job came with it"
    );
    assert_eq!(
        store.latest_rebalancing(account(1)).await?,
        Some(record(4, 2))
    );
    assert_eq!(store.find_rebalancing(PlayerId(2), 4).await?, None);
    let allocation = Allocation::of(&plan("60")?, &[], Money::from_whole(7));
    let proposal = Proposal {
        before: allocation.clone(),
        after: allocation,
        orders: Vec::new(),
        fees: Money::ZERO,
        notes: vec!["Ñ".into()],
    };
    let player = PlayerId(1);
    let done = RebalancingStep::Completed(Box::new(proposal.clone()));
    let failed = RebalancingStep::Failed("No price".into());
    for step in [RebalancingStep::Processing, done] {
        assert!(store.advance_rebalancing(player, 4, &step, at(3)).await?);
    }
    assert!(!store.advance_rebalancing(player, 4, &failed, at(4)).await?);
    let ended = RebalancingRecord {
        state: AdviceState::Completed,
        ended_at: Some(at(3)),
        proposal: Some(proposal),
        ..record(4, 2)
    };
    assert_eq!(store.find_rebalancing(player, 4).await?, Some(ended));
    assert!(store.advance_rebalancing(player, 5, &failed, at(4)).await?);
    let found = store
        .find_rebalancing(player, 5)
        .await?
        .expect("it is there");
    assert_eq!(found.failure.as_deref(), Some("No price"));
    store
        .create_rebalancing(&record(6, 9), &job(6), at(5))
        .await?;
    assert_eq!(store.find_rebalancing(player, 5).await?, None, "it is old");
    Ok(())
}
