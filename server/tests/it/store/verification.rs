//! `verify` on databases that are sound, and within its limits.

use domain::{Account, PlayerId, Side};
use server::store::Store;
use server::verify::{Finding, Limits, Verified, verify, verify_within};

use super::Database;
use super::trading::{Ask, account, at, open_game, stored_account, trade};

/// Two players, eight orders (one rejected), a bonus.
pub async fn play(store: &dyn Store) -> anyhow::Result<()> {
    open_game(store, 2).await?;
    assert!(
        store
            .collect_daily_bonus(PlayerId(1), at(0).day(), 50, at(0))
            .await?
    );
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
        Account::opened_with(domain::Money::from_whole(10_000))
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
