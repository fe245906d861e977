//! What the engine remembers of accounts, and what it does when that is no longer true.

use std::sync::Arc;

use domain::api::OrderStatus;
use domain::{AwardCause, Day};
use server::config::EngineConfig;
use server::engine::{AwardRequest, EngineError};

use super::*;

#[tokio::test]
async fn an_account_that_is_remembered_is_not_fetched_again() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    for number in 0..5 {
        let view = desk.buy(account, &format!("order-{number:04}")).await;
        assert_eq!(view.unwrap().status, OrderStatus::Filled);
    }
    assert_eq!(desk.store.fetches.count(), 1);
    // Of another instrument nothing is known yet.
    let other = order("order-bolt", symbol("BOLT"), Side::Buy, 1);
    desk.submit(account, other).await.unwrap();
    assert_eq!(desk.store.fetches.count(), 2);
    assert_eq!(desk.stage.replayed(account).await.head.version, 7);
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_whether_or_not_it_is_remembered() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let mut first = Vec::new();
    for number in 0..6 {
        first.push(
            desk.buy(account, &format!("order-{number:04}"))
                .await
                .unwrap(),
        );
    }
    for (number, answer) in first.iter().enumerate() {
        let again = desk.buy(account, &format!("order-{number:04}")).await;
        assert_eq!(&again.unwrap(), answer);
    }
    let reused = order("order-0000", symbol("ACME"), Side::Buy, 2);
    let reused = desk.submit(account, reused).await;
    assert!(matches!(reused, Err(EngineError::KeyReused)), "{reused:?}");
    assert_eq!(desk.stage.replayed(account).await.head.version, 7);
}

/// Two servers on one store.
async fn two_desks() -> (Desk, Engine, EngineTask) {
    let desk = Desk::new(EngineConfig::default()).await;
    let market = standing_market(&*desk.stage.store).await;
    let clock = ManualClock::at(noon());
    let store = Arc::clone(&desk.store);
    let started = Engine::start(store, only(&market), clock, &EngineConfig::default()).await;
    let (engine, task) = started.expect("the engine starts");
    (desk, engine, task)
}

#[tokio::test]
async fn what_another_server_has_changed_is_noticed_before_it_counts() {
    let (desk, other, _task) = two_desks().await;
    let account = desk.stage.player(1).await;
    let submit = async |engine: &Engine, key: &str, side, shares| {
        let order = order(key, symbol("ACME"), side, shares);
        let answer = engine.submit(account, order, desk.game.clone()).await;
        answer.unwrap()
    };
    // Each knows the account before the other changes it.
    submit(&desk.engine, "order-0001", Side::Buy, 1).await;
    submit(&other, "order-0002", Side::Buy, 900).await;
    // The first remembers enough cash for it.
    let rejected = submit(&desk.engine, "order-0003", Side::Buy, 500).await;
    assert_eq!(rejected.status, OrderStatus::Rejected);
    submit(&other, "order-0004", Side::Sell, 800).await;
    // And now it remembers too little.
    let filled = submit(&desk.engine, "order-0005", Side::Buy, 500).await;
    assert_eq!(filled.status, OrderStatus::Filled);
    // An old key at the server that did not answer it.
    let again = submit(&other, "order-0003", Side::Buy, 500).await;
    assert_eq!(again, rejected);
    let replay = desk.stage.replayed(account).await;
    assert_eq!(replay.account.cash, Money::from_whole(10_000 - 10 * 601));
}

#[tokio::test]
async fn xp_from_elsewhere_is_neither_lost_nor_left_out_of_the_answer() {
    let desk = Desk::new(EngineConfig::default()).await;
    let account = desk.stage.player(1).await;
    let first = order("order-0001", symbol("ACME"), Side::Buy, 10);
    desk.submit(account, first).await.unwrap();
    let store = &desk.stage.store;
    let market = standing_market(&**store).await;
    let clock = ManualClock::at(noon());
    let memory = Arc::clone(&desk.store);
    let started = Engine::start(memory, only(&market), clock, &EngineConfig::default()).await;
    let (other, _task) = started.expect("the engine starts");
    let award = AwardRequest {
        cause: AwardCause::DailyBonus {
            day: Day::from_number(20_000),
            streak: 1,
        },
        xp: 50,
    };
    let done = other.award(account, award, desk.game.clone());
    done.await.unwrap();
    let view = desk.buy(account, "order-0002").await.unwrap();
    let stored = store.find_account(account).await.unwrap().unwrap();
    assert_eq!(view.xp_after, Some(stored.xp));
    assert!(stored.xp > 60, "{}", stored.xp);
}
