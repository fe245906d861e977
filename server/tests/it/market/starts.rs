//! Markets that start, stop when nobody asks for them and start again.

use super::*;

#[tokio::test]
async fn each_market_follows_its_own_seed() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let other = other_market(&*stage.store, 8).await;
    let other = running.markets.find(other).await.unwrap();
    assert_eq!(shown(&running.market), expected(7, noon()));
    assert_eq!(shown(&other), expected(8, noon()));
    assert!(Arc::ptr_eq(
        &running.market.snapshot().catalogue,
        &other.snapshot().catalogue
    ));
    running.close().await;
}

#[tokio::test]
async fn an_idle_market_stops_and_has_the_same_prices_when_it_is_asked_for_again() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let other = other_market(&*stage.store, 8).await;
    running.markets.find(other).await.unwrap();
    running.clock.pass_seconds(400);
    running.markets.find(FIRST).await.unwrap();
    running.clock.pass_seconds(201);
    running.markets.stop_idle().await;
    assert!(running.markets.running(other).is_none());
    assert!(running.markets.running(FIRST).is_some(), "it was asked for");

    running.clock.pass_seconds(3_000);
    let again = running.markets.find(other).await.unwrap();
    assert_eq!(shown(&again), expected(8, noon().plus_seconds(3_601)));
    running.close().await;
}

#[tokio::test]
async fn no_more_markets_run_than_may_and_idle_ones_make_room() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let mut others = Vec::new();
    for seed in 8..11 {
        others.push(other_market(&*stage.store, seed).await);
    }
    running.markets.find(others[0]).await.unwrap();
    running.markets.find(others[1]).await.unwrap();
    let refused = running.markets.find(others[2]).await;
    assert!(
        matches!(refused, Err(MarketError::TooMany(3))),
        "{refused:?}"
    );
    running.clock.pass_seconds(601);
    running.markets.find(others[2]).await.unwrap();
    assert_eq!(running.markets.count(), 1);
    let nowhere = running.markets.find(MarketId(99)).await;
    assert!(
        matches!(nowhere, Err(MarketError::Unknown(_))),
        "{nowhere:?}"
    );
    running.close().await;
}

#[tokio::test]
async fn who_ask_for_a_market_at_once_get_the_same() {
    let stage = Stage::new().await;
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let other = other_market(&*stage.store, 8).await;
    let (markets, found) = (&running.markets, |_| running.markets.find(other));
    let all = futures_util::future::join_all((0..20).map(found)).await;
    let first = all[0].as_ref().unwrap();
    for one in &all {
        assert!(Arc::ptr_eq(one.as_ref().unwrap(), first));
    }
    assert_eq!(markets.count(), 2);
    running.close().await;
}

#[tokio::test]
async fn instruments_keep_their_ids_from_start_to_start() {
    let stage = Stage::new().await;
    let first = Running::start(&stage.store, noon(), &simulated()).await;
    let ids = |running: &Running| -> Vec<(Symbol, InstrumentId)> {
        let snapshot = running.market.snapshot();
        snapshot
            .catalogue
            .instruments
            .iter()
            .map(|record| (record.symbol, record.id))
            .collect()
    };
    let before = ids(&first);
    first.close().await;
    let second = Running::start(&stage.store, noon(), &simulated()).await;
    assert_eq!(ids(&second), before);
    second.close().await;
}

#[tokio::test]
async fn an_instrument_that_the_simulation_has_no_more_is_not_tradable() {
    let stage = Stage::new().await;
    let symbol: Symbol = "GONE".parse().unwrap();
    let gone = instrument(InstrumentId(1_000), MarketSource::Simulated, "GONE");
    stage.store.import_market(&[gone], &[]).await.unwrap();
    let running = Running::start(&stage.store, noon(), &simulated()).await;
    let snapshot = running.market.snapshot();
    let (_, record) = snapshot.catalogue.find(symbol).expect("it is still listed");
    assert!(!record.tradable);
    assert_eq!(snapshot.quote(record.id), None);
    running.close().await;
}
