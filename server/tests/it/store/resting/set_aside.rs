//! Damage of what is set aside for orders that rest.

use super::*;

pub async fn damage_of_what_is_set_aside_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let server = Server::start(database).await?;
    anyhow::ensure!(server.store.create_player(&guest(1)).await?.is_ok());
    server
        .submit(&waiting("buys-some", Side::Buy, 9, limit(10)))
        .await?;
    server
        .rest(&waiting("buys-more", Side::Buy, 5, limit(8)))
        .await?;
    server
        .rest(&waiting("sells-some", Side::Sell, 4, limit(12)))
        .await?;
    server.task.shutdown().await;
    sound(&*server.store).await?;
    let check = async |damage: &str, mend: &str, expected: &[Damage]| -> anyhow::Result<()> {
        database.run(damage).await?;
        let mut found = Vec::new();
        verify(&*server.store, |finding: &Finding| {
            found.push(finding.damage.clone());
        })
        .await?;
        assert_eq!(found, expected, "{damage}");
        database.run(mend).await?;
        sound(&*server.store).await
    };
    let whole = Money::from_whole;
    check(
        "update accounts set reserved_cash = reserved_cash + 10000",
        "update accounts set reserved_cash = reserved_cash - 10000",
        &[Damage::ReservedCash {
            stored: whole(41),
            ledger: whole(40),
        }],
    )
    .await?;
    check(
        "update accounts set open_orders = 1",
        "update accounts set open_orders = 2",
        &[Damage::OpenOrders {
            stored: 1,
            ledger: 2,
        }],
    )
    .await?;
    check(
        "update positions set reserved_quantity = 3000000",
        "update positions set reserved_quantity = 4000000",
        &[Damage::ReservedQuantity {
            instrument: InstrumentId(1),
            stored: Quantity::from_whole(3),
            ledger: Quantity::from_whole(4),
        }],
    )
    .await?;
    check(
        "update resting_orders set reserved_cash = 1 where order_key = 'buys-more'",
        "update resting_orders set reserved_cash = 400000 where order_key = 'buys-more'",
        &[Damage::OpenOrderReserve {
            key: key("buys-more"),
        }],
    )
    .await?;
    check(
        "update resting_orders set order_key = 'other-key' where order_key = 'buys-more'",
        "update resting_orders set order_key = 'buys-more' where order_key = 'other-key'",
        &[
            Damage::OpenOrderMissing {
                key: key("buys-more"),
            },
            Damage::OpenOrderUnexplained {
                key: key("other-key"),
            },
        ],
    )
    .await?;
    let other = |order: &str| [Damage::OpenOrderAnswer { key: key(order) }];
    for (damage, mend) in [
        ("quantity = 6000000", "quantity = 5000000"),
        ("trigger_price = 90000", "trigger_price = 80000"),
        ("trigger_kind = 'stop'", "trigger_kind = 'limit'"),
        ("side = 'sell'", "side = 'buy'"),
        ("expires_at = 9000000000000000", "expires_at = null"),
        ("placed_at = placed_at + 1", "placed_at = placed_at - 1"),
        (
            "reason = 'Everybody buys it.'",
            "reason = 'It is \"cheap\" then.'",
        ),
    ] {
        let change =
            |what| format!("update resting_orders set {what} where order_key = 'buys-more'");
        check(&change(damage), &change(mend), &other("buys-more")).await?;
    }
    let rename =
        |from, to| format!("update orders set order_key = '{to}' where order_key = '{from}'");
    check(
        &rename("buys-more", "other-key"),
        &rename("other-key", "buys-more"),
        &[
            Damage::AnswerColumns {
                key: key("other-key"),
            },
            Damage::AnswerWaits {
                key: key("other-key"),
            },
            Damage::OpenOrderWithoutAnswer {
                key: key("buys-more"),
            },
        ],
    )
    .await?;
    // The database itself refuses to set more aside than there is.
    for sql in [
        "update accounts set reserved_cash = cash + 1",
        "update positions set reserved_quantity = quantity + 1",
    ] {
        assert!(database.run(sql).await.is_err(), "{sql}");
    }
    Ok(())
}
