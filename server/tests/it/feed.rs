//! The feed of outcomes, when something between a lane and a reader is lost.

use std::sync::Arc;

use domain::AccountId;
use futures_util::FutureExt as _;
use server::config::EngineConfig;
use server::engine::{Engine, EngineError, EngineTask};
use server::feed::{Feed, Publisher, Reader, Servers};
use server::store::{AccountOutcome, Event, Outcomes, Store};
use tokio_util::sync::CancellationToken;

use crate::engine::{game_on, only, standing_market, symbol};
use crate::faulty::{Fault, FaultyStore};
use crate::fixture::{ManualClock, Stage, noon, order};

/// An engine with one lane that buys, on a store that fails as it is told.
pub struct Desk {
    store: Arc<FaultyStore>,
    pub engine: Engine,
    pub task: EngineTask,
    market: Arc<server::market::Market>,
    account: AccountId,
    _stage: Stage,
}

impl Desk {
    pub async fn new() -> anyhow::Result<Self> {
        let stage = Stage::new().await;
        let account = stage.player(1).await;
        let store = FaultyStore::new(Arc::clone(&stage.store));
        let market = standing_market(&*stage.store).await;
        let config = EngineConfig {
            lanes: 1,
            ..EngineConfig::default()
        };
        let clock = ManualClock::at(noon());
        let (engine, task) = Engine::start(store.clone(), only(&market), clock, &config).await?;
        Ok(Self {
            store,
            engine,
            task,
            market,
            account,
            _stage: stage,
        })
    }

    pub async fn buy(&self, key: &str) -> Result<(), EngineError> {
        let order = order(key, symbol("ACME"), domain::Side::Buy, 1);
        let game = game_on(&self.market);
        self.engine
            .submit(self.account, order, game)
            .await
            .map(drop)
    }

    pub fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// The batches of the only lane, as the outbox has them.
    async fn outbox(&self) -> anyhow::Result<Vec<Outcomes>> {
        let lanes = self.store().list_lanes().await?;
        let [lane] = lanes[..] else {
            anyhow::bail!("{lanes:?} is not one lane");
        };
        Ok(self.store().list_outcomes(lane, 0, 100).await?)
    }
}

/// The order that a batch tells of.
fn told(batch: &Outcomes) -> Option<&str> {
    let events = batch
        .accounts
        .iter()
        .flat_map(|one: &AccountOutcome| &one.events);
    events.into_iter().find_map(|event| match event {
        Event::Order { key, .. } => Some(key.as_str()),
        _ => None,
    })
}

/// The order that the next batch tells of.
pub async fn next(reader: &mut Reader) -> anyhow::Result<String> {
    let batch = reader.next().await?;
    let batch = batch.ok_or_else(|| anyhow::anyhow!("the feed has ended"))?;
    Ok(told(&batch).unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_batch_whose_answer_was_lost_is_told_once_it_is_found() -> anyhow::Result<()> {
    let desk = Desk::new().await?;
    let feed = Feed::new(desk.engine.publisher().clone(), desk.store());
    let mut reader = feed.subscribe().await?;
    let stop = CancellationToken::new();
    let follows = tokio::spawn(feed.follow(Servers::Alone, stop.clone()));
    desk.buy("order-0001").await?;
    desk.store.do_next(&[Fault::FailsAfter, Fault::FailsBefore]);
    assert!(desk.buy("order-0002").await.is_err());
    assert!(desk.buy("order-0003").await.is_err());
    desk.buy("order-0004").await?;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        heard.push(next(&mut reader).await?);
    }
    heard.sort_unstable();
    assert_eq!(heard, ["order-0001", "order-0002", "order-0004"]);
    stop.cancel();
    follows.await?;
    assert!(reader.next().now_or_never().is_none(), "each is told once");
    desk.task.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_gap_is_filled_from_the_outbox() -> anyhow::Result<()> {
    let desk = Desk::new().await?;
    let publisher = Publisher::default();
    let feed = Feed::new(publisher.clone(), desk.store());
    let mut reader = feed.subscribe().await?;
    for number in 1..=3 {
        desk.buy(&format!("order-000{number}")).await?;
    }
    // Of three batches only the last one arrives.
    let mut written = desk.outbox().await?;
    publisher.publish(written.remove(2));
    for expected in ["order-0001", "order-0002", "order-0003"] {
        assert_eq!(next(&mut reader).await?, expected);
    }
    assert!(reader.next().now_or_never().is_none(), "each is told once");
    desk.task.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn a_reader_that_is_dropped_while_it_catches_up_loses_nothing() -> anyhow::Result<()> {
    let desk = Desk::new().await?;
    let publisher = Publisher::default();
    let feed = Feed::new(publisher.clone(), desk.store());
    let mut reader = feed.subscribe().await?;
    for number in 1..=2 {
        desk.buy(&format!("order-000{number}")).await?;
    }
    let written = desk.outbox().await?;
    // More than the channel holds: the reader has lost track of what it missed.
    for _ in 0..2_000 {
        publisher.publish(written[0].clone());
    }
    let reads = desk.store.outbox.count();
    desk.store.outbox.hold();
    tokio::select! {
        biased;
        batch = reader.next() => panic!("{batch:?} although the outbox is held"),
        () = desk.store.outbox.begun(reads + 1) => {}
    }
    desk.store.outbox.let_through();
    for expected in ["order-0001", "order-0002"] {
        assert_eq!(next(&mut reader).await?, expected);
    }
    desk.task.shutdown().await;
    Ok(())
}
