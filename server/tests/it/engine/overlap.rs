//! A batch is decided while the one before is being written, and counts only if that one was.

use std::time::Duration;

use domain::Money;
use domain::api::OrderStatus;
use server::config::EngineConfig;
use server::engine::EngineError;

use super::*;

/// One lane, so that everyone's orders follow each other, that decides so many ahead.
async fn one_lane(ahead_min: usize) -> Desk {
    let config = EngineConfig {
        ahead_min,
        lanes: 1,
        ..EngineConfig::default()
    };
    Desk::new(config).await
}

#[tokio::test]
async fn the_next_batch_is_prepared_while_one_is_being_written() {
    let desk = one_lane(1).await;
    let accounts = [desk.stage.player(1).await, desk.stage.player(2).await];
    desk.store.commits.hold();
    let first = desk.buy(accounts[0], "is-written");
    let second = async {
        desk.store.commits.begun(1).await;
        let prepared = async {
            desk.store.fetches.begun(2).await;
            assert_eq!(desk.store.commits.count(), 1);
            desk.store.commits.let_through();
        };
        tokio::join!(desk.buy(accounts[1], "is-prepared"), prepared).0
    };
    let (first, second) = tokio::join!(first, second);
    for answer in [first, second] {
        assert_eq!(answer.unwrap().status, OrderStatus::Filled);
    }
    assert_eq!(desk.store.commits.count(), 2);
}

#[tokio::test]
async fn what_was_decided_on_a_batch_that_was_not_written_is_decided_again() {
    for fault in [Fault::FailsBefore, Fault::FailsAfter, Fault::LeavesOneOut] {
        let desk = one_lane(1).await;
        let account = desk.stage.player(1).await;
        let neighbour = desk.stage.player(2).await;
        // So that the account is known, and its next orders need not wait to be fetched.
        desk.buy(account, "is-known").await.unwrap();
        desk.store.commits.hold();
        desk.store.do_next(&[fault]);
        let first = desk.buy(account, "is-doubtful");
        let following = async {
            desk.store.commits.begun(2).await;
            let prepared = async {
                // The neighbour has to be fetched: then the others are decided as well.
                desk.store.fetches.begun(2).await;
                desk.store.commits.let_through();
            };
            let repeat = desk.buy(account, "is-doubtful");
            let next = desk.buy(account, "comes-next");
            let other = desk.buy(neighbour, "stands-by");
            let (repeat, next, other, ()) = tokio::join!(repeat, next, other, prepared);
            [repeat, next, other]
        };
        let (first, following) = tokio::join!(first, following);
        match fault {
            Fault::LeavesOneOut => assert_eq!(first.unwrap().status, OrderStatus::Filled),
            _ => assert!(matches!(first, Err(EngineError::Store(_))), "{first:?}"),
        }
        for answer in following {
            assert_eq!(answer.unwrap().status, OrderStatus::Filled, "{fault:?}");
        }
        // Each key once, whatever became of the first try.
        let replay = desk.stage.replayed(account).await;
        assert_eq!(replay.head.version, 4, "{fault:?}");
        assert_eq!(replay.account.cash, Money::from_whole(10_000 - 3 * 10));
        assert_eq!(desk.stage.replayed(neighbour).await.head.version, 2);
    }
}

#[tokio::test]
async fn what_has_to_be_read_of_a_player_waits_until_it_is_written() {
    let desk = one_lane(1).await;
    let account = desk.stage.player(1).await;
    desk.store.commits.hold();
    let first = desk.buy(account, "is-written");
    let following = async {
        desk.store.commits.begun(1).await;
        let bolt = desk.submit(account, order("is-unknown", symbol("BOLT"), Side::Buy, 1));
        let open = async { desk.store.commits.let_through() };
        tokio::join!(bolt, open).0
    };
    let (first, second) = tokio::join!(first, following);
    for answer in [first, second] {
        assert_eq!(answer.unwrap().status, OrderStatus::Filled);
    }
    // Read once for each, and written once for each: nothing had to be tried again.
    assert_eq!(
        (desk.store.fetches.count(), desk.store.commits.count()),
        (2, 2)
    );
    assert_eq!(desk.stage.replayed(account).await.head.version, 3);
}

#[tokio::test]
async fn a_few_orders_wait_for_more_while_a_batch_is_being_written() {
    let desk = one_lane(3).await;
    let accounts = [
        desk.stage.player(1).await,
        desk.stage.player(2).await,
        desk.stage.player(3).await,
        desk.stage.player(4).await,
    ];
    desk.store.commits.hold();
    let first = desk.buy(accounts[0], "is-written");
    let following = async {
        desk.store.commits.begun(1).await;
        let others = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            // Two are too few to be decided yet.
            assert_eq!(desk.store.fetches.count(), 1);
            let third = desk.buy(accounts[3], "is-the-third");
            let prepared = async {
                desk.store.fetches.begun(2).await;
                desk.store.commits.let_through();
            };
            tokio::join!(third, prepared).0
        };
        let (one, two, three) = tokio::join!(
            desk.buy(accounts[1], "is-the-first"),
            desk.buy(accounts[2], "is-the-second"),
            others
        );
        [one, two, three]
    };
    let (first, following) = tokio::join!(first, following);
    assert_eq!(first.unwrap().status, OrderStatus::Filled);
    for answer in following {
        assert_eq!(answer.unwrap().status, OrderStatus::Filled);
    }
    assert_eq!(
        (desk.store.fetches.count(), desk.store.commits.count()),
        (2, 2)
    );
}
