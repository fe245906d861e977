//! `verify` on databases that are sound, and within its limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Account, InstrumentId, Money, Post, Posting, Price, Side};
use server::config::EngineConfig;
use server::engine::Engine;
use server::store::Store;
use server::verify::{Damage, Finding, Limits, Verified, verify, verify_within};

use super::Database;
use super::trading::{Ask, account, at, collect_bonus, key, open_game, stored_account, trade};
use crate::engine::{game_on, only, standing_market};
use crate::fixture::ManualClock;

/// Two players, eight orders (one rejected), a bonus.
pub async fn play(store: &dyn Store) -> anyhow::Result<()> {
    open_game(store, 2).await?;
    assert!(collect_bonus(store, 1, at(0).day()).await?);
    for number in 0..4 {
        let (order_key, seconds) = (format!("order-{number:04}"), i64::from(number) * 100);
        trade(
            store,
            Ask {
                at: at(seconds),
                ..Ask::buy(1, &order_key, i64::from(number % 3) + 1, 10 + number)
            },
        )
        .await?;
    }
    trade(
        store,
        Ask {
            side: Side::Sell,
            price: 13,
            at: at(500),
            ..Ask::buy(1, "order-0004", 1, 5)
        },
    )
    .await?;
    trade(
        store,
        Ask {
            side: Side::Sell,
            price: 9,
            at: at(600),
            ..Ask::buy(1, "order-0005", 2, 11)
        },
    )
    .await?;
    trade(
        store,
        Ask {
            at: at(700),
            ..Ask::buy(1, "order-0006", 2, 1_001)
        },
    )
    .await?;
    trade(
        store,
        Ask {
            at: at(800),
            ..Ask::buy(2, "order-0000", 2, 4)
        },
    )
    .await?;
    Ok(())
}

/// Every finding, as text, and the counts.
pub async fn findings(
    store: &dyn Store,
    limits: Limits,
) -> anyhow::Result<(Vec<Finding>, Verified)> {
    let mut findings = Vec::new();
    let verified = verify_within(store, limits, |finding| findings.push(finding.clone())).await?;
    Ok((findings, verified))
}

pub async fn a_sound_database_has_no_findings(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(verify(&*store, |_| {}).await?, Verified::default());
    play(&*store).await?;
    let verified = verify(&*store, |finding| panic!("{finding}")).await?;
    assert_eq!(
        verified,
        Verified {
            players: 2,
            accounts: 2,
            entries: 9,
            orders: 7,
            findings: 0
        }
    );
    assert!(verified.is_sound());
    assert_ne!(
        stored_account(&*store, 1).await?,
        Account::opened_with(Money::from_whole(10_000))
    );
    Ok(())
}

pub async fn a_large_ledger_is_verified_in_several_passes(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    play(&*store).await?;
    let limits = Limits {
        page: 2,
        orders_at_once: 2,
        ..Limits::default()
    };
    let (_, verified) = findings(&*store, limits).await?;
    assert_eq!(
        verified,
        Verified {
            players: 2,
            accounts: 2,
            entries: 9,
            orders: 7,
            findings: 0
        }
    );

    database.run("delete from orders").await?;
    let (found, verified) = findings(&*store, limits).await?;
    assert_eq!(
        (found.len(), verified.findings),
        (7, 7),
        "each entry misses its order once"
    );
    assert!(
        found
            .iter()
            .filter(|finding| finding.account == account(1))
            .count()
            == 6
    );
    Ok(())
}

pub async fn play_beside_a_verification_makes_no_findings(
    database: &dyn Database,
) -> anyhow::Result<()> {
    const TRADES: i64 = 300;
    let (playing, looking) = (database.open().await?, database.open().await?);
    open_game(&*playing, 1).await?;
    let done = AtomicBool::new(false);
    let play = async {
        for number in 0..TRADES {
            let order_key = format!("order-{number:04}");
            let ask = Ask::buy(1, &order_key, 1, 1);
            let side = if number % 2 == 0 {
                Side::Buy
            } else {
                Side::Sell
            };
            let at = at(number);
            let played = trade(&*playing, Ask { side, at, ..ask }).await;
            if played.is_err() || number == TRADES - 1 {
                done.store(true, Ordering::SeqCst);
            }
            played?;
        }
        anyhow::Ok(())
    };
    let look = async {
        let mut looks = 0;
        while !done.load(Ordering::SeqCst) || looks == 0 {
            verify(&*looking, |finding| panic!("{finding}")).await?;
            looks += 1;
        }
        anyhow::Ok(looks)
    };
    let (played, looks) = tokio::join!(play, look);
    played?;
    anyhow::ensure!(looks? > 1);
    let verified = verify(&*looking, |finding| panic!("{finding}")).await?;
    assert_eq!(verified.orders, u64::try_from(TRADES)?);
    Ok(())
}

pub async fn no_more_findings_are_told_than_asked_for(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    play(&*store).await?;
    database.run("delete from orders").await?;
    let limits = Limits {
        findings_told: 2,
        ..Limits::default()
    };
    let (found, verified) = findings(&*store, limits).await?;
    assert_eq!(
        (found.len(), verified.findings),
        (3, 7),
        "two of one player, one of the other"
    );
    assert!(!verified.is_sound());
    Ok(())
}

pub async fn postings_are_compared_with_the_ledger(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let market = standing_market(&*store).await;
    let (clock, config) = (ManualClock::at(at(0)), EngineConfig::default());
    let orders = Arc::clone(&store) as _;
    let (engine, task) = Engine::start(orders, only(&market), clock, &config).await?;
    // Money waits for an investment: by the ledger it is reserved, and no order rests.
    let reserve = Posting::Reserve {
        instrument: InstrumentId(1),
        cash: Money::from_whole(60),
        price: Price::from_whole(20),
    };
    let interest = Posting::Interest {
        cash: Money::from_whole(1),
        until: at(0).day(),
    };
    for (name, posting) in [("invest-01", reserve), ("interest-01", interest)] {
        let post = Post {
            key: key(name),
            posting,
        };
        engine.post(account(1), post, game_on(&market)).await?;
    }
    task.shutdown().await;
    verify(&*store, |finding| panic!("{finding}")).await?;

    let damaged = "update postings set seq = 1 where posting_key = 'posting:invest-01'";
    database.run(damaged).await?;
    let (found, _) = findings(&*store, Limits::default()).await?;
    let found: Vec<_> = found.into_iter().map(|finding| finding.damage).collect();
    let unnamed = Damage::PostingWithoutEntry {
        key: key("invest-01").of_posting(),
        seq: 1,
    };
    assert_eq!(found, [unnamed, Damage::EntryWithoutPosting { seq: 2 }]);
    Ok(())
}
