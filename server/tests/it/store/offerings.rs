//! Offerings: decided once by whichever server, and brought to the accounts once.

use std::sync::Arc;
use std::time::Duration;

use domain::api::{FailureReason, InvestmentState};
use domain::offering::{AllocationRule, OfferingTerms};
use domain::{FactKind, InstrumentId, Money, PlayerId, Post, Posting, Price, Quantity, Reserve};
use server::clock::Clock as _;
use server::config::{EngineConfig, JobsConfig};
use server::engine::{Engine, EngineTask, GameContext, Invest};
use server::market::Market;
use server::store::{Grant, Investment, Offering, Store, StoreError};
use server::verify::verify;

use super::trading::{LEAGUE, account, at, guest};
use super::{Database, worker};
use crate::engine::{game_on, only, standing_market};
use crate::fixture::ManualClock;

pub(super) const OFFERING: i64 = 7;
const PATIENCE: Duration = Duration::from_secs(60);

/// Players 1 to 4 in a game with an engine, on a market that stands still.
pub(super) struct Table {
    pub(super) store: Arc<dyn Store>,
    pub(super) market: Arc<Market>,
    pub(super) clock: Arc<ManualClock>,
    pub(super) engine: Engine,
    task: EngineTask,
    pub(super) game: GameContext,
    pub(super) acme: InstrumentId,
}

impl Table {
    pub(super) async fn set(database: &dyn Database) -> anyhow::Result<Self> {
        let store = database.open().await?;
        let market = standing_market(&*store).await;
        for player in 1..=4 {
            let made = store.create_player(&guest(player)).await?;
            anyhow::ensure!(made.is_ok(), "guest {player}: {made:?}");
        }
        let clock = ManualClock::at(at(0));
        let (engine, task) = start(&store, &market, &clock).await?;
        let snapshot = market.snapshot();
        let found = snapshot.catalogue.find("ACME".parse()?);
        let (_, record) = found.expect("ACME is listed");
        let (game, acme) = (game_on(&market), record.id);
        Ok(Self {
            store,
            market,
            clock,
            engine,
            task,
            game,
            acme,
        })
    }

    /// The server is killed and starts again.
    pub(super) async fn restart(&mut self) -> anyhow::Result<()> {
        let (engine, task) = start(&self.store, &self.market, &self.clock).await?;
        self.engine = engine;
        std::mem::replace(&mut self.task, task).shutdown().await;
        Ok(())
    }

    pub(super) async fn offer(
        &self,
        shares: u32,
        rule: AllocationRule,
    ) -> anyhow::Result<Offering> {
        let offering = Offering {
            id: OFFERING,
            game: LEAGUE,
            instrument: self.acme,
            created_by: PlayerId(1),
            created_at: at(0),
            terms: OfferingTerms {
                price: Price::from_whole(5),
                range: None,
                shares,
                minimum: 1,
                maximum: 20,
                rule,
                opens_at: at(0),
                closes_at: at(600),
            },
            title: "A second oven".into(),
            story: "The bakery builds a second oven.".into(),
            seed: u64::MAX - 3,
            granted: 0,
            version: 0,
            settled_at: None,
            counted_on: Some(at(0).day()),
            splits: 0,
        };
        self.store.create_offering(&offering).await?;
        Ok(offering)
    }

    pub(super) async fn invest(&self, player: i64, shares: u32) -> anyhow::Result<Investment> {
        self.clock.pass_seconds(1);
        let investment = Investment {
            account: account(player),
            id: 100 + player,
            offering: OFFERING,
            instrument: self.acme,
            at: self.clock.now(),
            shares,
            reserve: Money::from_whole(5 * i32::try_from(shares)?),
            subscription: None,
            state: InvestmentState::Pending,
            granted: None,
            seq: None,
            ended_at: None,
            reason: None,
        };
        let posting = Posting::Reserve {
            instrument: self.acme,
            cash: investment.reserve,
            price: Price::from_whole(5),
        };
        let key = investment.key("invest")?;
        let invest = Invest {
            post: Post { key, posting },
            investment: investment.clone(),
        };
        // Sent twice, it is made once.
        for _ in 0..2 {
            self.engine
                .invest(invest.clone(), self.game.clone())
                .await?;
        }
        Ok(investment)
    }

    /// Runs the server's jobs until something holds.
    pub(super) async fn run_jobs<F: Future<Output = anyhow::Result<bool>>>(
        &self,
        done: impl Fn() -> F,
    ) -> anyhow::Result<()> {
        // The next instant of every schedule has come.
        self.clock.pass_seconds(60);
        let folder = tempfile::tempdir()?;
        let worker = worker::start(
            &self.store,
            Some(&self.engine),
            only(&self.market),
            &self.clock,
            (&JobsConfig::default(), folder.path()),
        );
        let waits = async {
            let mut looks = 0_u32;
            while !done().await? {
                tokio::task::yield_now().await;
                looks += 1;
                // An attempt that failed on a busy database comes again.
                if looks.is_multiple_of(1_000) {
                    self.clock.pass_seconds(1);
                }
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, waits).await??;
        worker.shutdown().await;
        Ok(())
    }

    pub(super) async fn allocate(&self) -> anyhow::Result<()> {
        self.run_jobs(|| async {
            let all = self.store.list_offering_investments(OFFERING, 10).await?;
            Ok(all.iter().all(|one| one.ended_at.is_some()))
        })
        .await
    }

    /// What became of a player's investment, and the shares that the account has.
    pub(super) async fn outcome(
        &self,
        player: i64,
    ) -> anyhow::Result<(InvestmentState, Option<FailureReason>, Quantity)> {
        let found = self
            .store
            .find_investment(PlayerId(player), 100 + player)
            .await?;
        let found = found.expect("it was made");
        let positions = self.store.list_positions(account(player)).await?;
        let held = positions.iter().find(|one| one.instrument == self.acme);
        let held = held.map_or(Quantity::ZERO, |one| one.position.quantity);
        Ok((found.state, found.reason, held))
    }

    pub(super) async fn count(&self, player: i64, kind: FactKind) -> anyhow::Result<usize> {
        let rows = self.store.list_entries(account(player), 0, 1_000).await?;
        Ok(rows.iter().filter(|row| row.entry.kind() == kind).count())
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.task.shutdown().await;
        verify(&*self.store, |finding| panic!("{finding}")).await?;
        Ok(())
    }
}

async fn start(
    store: &Arc<dyn Store>,
    market: &Arc<Market>,
    clock: &Arc<ManualClock>,
) -> anyhow::Result<(Engine, EngineTask)> {
    let config = EngineConfig::default();
    let started = Engine::start(Arc::clone(store) as _, only(market), clock.clone(), &config);
    Ok(started.await?)
}

fn grant(player: i64, shares: u32) -> Grant {
    Grant {
        player: PlayerId(player),
        investment: 100 + player,
        shares,
        reason: None,
    }
}

pub async fn an_allocation_that_was_killed_in_the_middle_is_finished_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let mut table = Table::set(database).await?;
    table.offer(25, AllocationRule::FirstCome).await?;
    let mut investments = Vec::new();
    for player in 1..=4 {
        investments.push(table.invest(player, 10).await?);
    }
    let waiting = table.store.list_offering_investments(OFFERING, 10).await?;
    assert_eq!(waiting.len(), 4, "each is made once");
    // Two are decided and one of them has its shares when the server is killed.
    assert!(
        table
            .store
            .grant(OFFERING, 0, &[grant(1, 10), grant(2, 10)])
            .await?
    );
    let first = &investments[0];
    let post = Post {
        key: first.key("settle")?,
        posting: Posting::Allocate {
            of: first.key("invest")?.of_posting(),
            instrument: table.acme,
            quantity: Quantity::from_whole(10),
            price: Price::from_whole(5),
            reserve: Reserve {
                cash: first.reserve,
                quantity: Quantity::ZERO,
            },
        },
    };
    table
        .engine
        .post(account(1), post, table.game.clone())
        .await?;
    table.restart().await?;
    table.allocate().await?;
    // And once more, when there is nothing left to do.
    table.restart().await?;
    table.allocate().await?;
    let (completed, failed) = (InvestmentState::Completed, InvestmentState::Failed);
    let sold_out = Some(FailureReason::SoldOut);
    for (player, expected) in (1..).zip([
        (completed, None, Quantity::from_whole(10)),
        (completed, None, Quantity::from_whole(10)),
        (completed, None, Quantity::from_whole(5)),
        (failed, sold_out, Quantity::ZERO),
    ]) {
        assert_eq!(table.outcome(player).await?, expected, "player {player}");
        let allocated = table.count(player, FactKind::Allocated).await?;
        let released = table.count(player, FactKind::Released).await?;
        assert_eq!(
            (allocated, released),
            if player == 4 { (0, 1) } else { (1, 0) }
        );
        let found = table.store.find_account(account(player)).await?;
        let after = found.expect("the account was made").record.account;
        assert_eq!(after.reserved_cash, Money::ZERO);
        let paid = if player == 4 {
            0
        } else if player == 3 {
            25
        } else {
            50
        };
        assert_eq!(after.cash, Money::from_whole(10_000 - paid));
    }
    table.close().await
}

pub async fn of_two_decisions_at_once_one_counts_and_nothing_is_oversold(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    table.offer(12, AllocationRule::FirstCome).await?;
    for player in 1..=3 {
        table.invest(player, 10).await?;
    }
    let store = &table.store;
    assert!(store.grant(OFFERING, 0, &[grant(1, 10)]).await?);
    assert!(!store.grant(OFFERING, 0, &[grant(2, 2)]).await?);
    assert!(
        !store.grant(OFFERING, 1, &[grant(1, 2)]).await?,
        "it is decided"
    );
    let oversold = store.grant(OFFERING, 1, &[grant(2, 3)]).await;
    assert!(
        matches!(oversold, Err(StoreError::Database(_))),
        "{oversold:?}"
    );
    assert!(store.grant(OFFERING, 1, &[grant(2, 2)]).await?);
    let offering = store.find_offering(OFFERING).await?;
    assert_eq!(
        offering.map(|one| (one.granted, one.version)),
        Some((12, 2))
    );
    let granted = store
        .list_granted(OFFERING, &[PlayerId(1), PlayerId(2), PlayerId(3)])
        .await?;
    assert_eq!(granted.len(), 2);
    table.allocate().await?;
    table.close().await
}

pub async fn fair_shares_are_divided_after_the_end_and_add_up(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    let offering = table.offer(10, AllocationRule::ProRata).await?;
    for player in 1..=4 {
        table.invest(player, 4).await?;
    }
    let demand = table.store.find_demand(&offering).await?;
    assert_eq!(demand.sizes, [(4, 4)]);
    table.clock.set(at(700));
    table.allocate().await?;
    let mut got = Quantity::ZERO;
    for player in 1..=4 {
        let (state, _, held) = table.outcome(player).await?;
        assert_eq!(state, InvestmentState::Completed);
        assert!([2, 3].map(Quantity::from_whole).contains(&held), "{held}");
        got = got.checked_add(held).expect("ten fit");
    }
    assert_eq!(got, Quantity::from_whole(10));
    let offering = table.store.find_offering(OFFERING).await?;
    assert_eq!(offering.map(|one| one.granted), Some(10));
    table.close().await
}

pub async fn a_job_that_died_with_its_servers_is_followed_by_another(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let table = Table::set(database).await?;
    table.offer(25, AllocationRule::FirstCome).await?;
    table.invest(1, 10).await?;
    database
        .run(
            "insert into jobs (job_id, kind, unique_key, payload, version, priority, state, run_at, attempts,
             max_attempts, token, created_at, ended_at, done, last_error)
             values (71, 'allocation', '7', '{\"offering\":7}', 1, 1, 'dead', 0, 5, 4, 10, 0, 0, 0,
             'none of 4 attempts came to an end: the server died')",
        )
        .await?;
    table.allocate().await?;
    let (state, _, held) = table.outcome(1).await?;
    assert_eq!(
        (state, held),
        (InvestmentState::Completed, Quantity::from_whole(10))
    );
    table.close().await
}
