//! Sales that name their lots, by the API and by the forms of the pages.

use domain::api::{CursorPage, HoldingView, LedgerEntryView, LotsView, OrderView, Page};
use domain::{LotChoice, Money};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Player, TestApp, order};

const OPEN: &str = "/api/v1/games/open";

async fn lots(player: &Player, symbol: &str, query: &str) -> LotsView {
    let address = format!("{OPEN}/instruments/{symbol}/lots{query}");
    player.get(&address).await.expect(StatusCode::OK)
}

async fn bought(player: &Player, symbol: &str, shares: &[&str]) {
    for quantity in shares {
        let body = order(symbol, "buy", json!({ "quantity": quantity }));
        player
            .place(&body)
            .await
            .expect::<OrderView>(StatusCode::CREATED);
    }
}

async fn held(player: &Player) -> Vec<String> {
    let holdings = player.get(&format!("{OPEN}/holdings")).await;
    let holdings: Page<HoldingView> = holdings.expect(StatusCode::OK);
    let lots = holdings.items[0].lots.iter();
    lots.map(|lot| lot.quantity.to_string()).collect()
}

#[tokio::test]
async fn a_sale_takes_the_lots_that_it_names() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.registered("ada").await, app.symbol().await);
    bought(&ada, &symbol, &["2", "3"]).await;
    let seen = lots(&ada, &symbol, "").await;
    assert_eq!((seen.lots.len(), seen.sale.is_none()), (2, true));
    assert!(seen.lots.iter().all(|row| !row.is_long_term));
    let second = seen.lots[1].lot.acquired_at;

    let asked = lots(&ada, &symbol, &format!("?lots=1@{second}")).await;
    let sale = asked.sale.expect("a sale was asked about");
    let fill = sale.fill.expect("it would be filled");
    let sells: Vec<_> = asked.lots.iter().map(|row| row.sells.to_string()).collect();
    assert_eq!(sells, ["0", "1"]);
    let gains = sale.gains.expect("it gains or loses");
    assert_eq!(gains.short_term, fill.lot_profit);
    assert_eq!(gains.long_term, Money::ZERO);
    assert_eq!(held(&ada).await, ["2", "3"], "nothing is sold");

    let mut body = order(&symbol, "sell", json!({"quantity": "1"}));
    body["lots"] = json!({"chosen": [{"acquired_at": second, "quantity": "1"}]});
    let sold: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    assert_eq!(held(&ada).await, ["2", "2"]);
    let ledger = ada.get(&format!("{OPEN}/ledger?limit=1")).await;
    let ledger: CursorPage<LedgerEntryView> = ledger.expect(StatusCode::OK);
    let named = &ledger.items[0].lots;
    assert!(matches!(named, LotChoice::Chosen(lots) if lots.len() == 1));

    // The same key with other lots is another order; with the same ones it is the same.
    let again: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    assert_eq!(again, sold);
    body["lots"] = json!("highest_cost");
    ada.place(&body).await.error("idempotency_key_reused");
    app.stop().await;
}

#[tokio::test]
async fn lots_that_do_not_fit_are_refused_with_what_is_wrong() {
    let app = TestApp::start().await;
    let (ada, symbol) = (app.guest().await, app.symbol().await);
    bought(&ada, &symbol, &["2", "3"]).await;
    let first = lots(&ada, &symbol, "").await.lots[0].lot.acquired_at;
    let sale = |side: &str, quantity: &str, lots: Value| {
        let mut body = order(&symbol, side, json!({ "quantity": quantity }));
        body["lots"] = lots;
        body
    };
    let chosen = |instant: &str, quantity: &str| json!({"chosen": [{"acquired_at": instant, "quantity": quantity}]});
    let first = first.to_string();
    let old = "2020-01-01T00:00:00Z";
    let unknown = ada.place(&sale("sell", "1", chosen(old, "1"))).await;
    unknown.error("unknown_lot");
    let more = ada.place(&sale("sell", "3", chosen(&first, "3"))).await;
    more.error("insufficient_lot");
    for (side, quantity, lots) in [
        ("sell", "2", chosen(&first, "1")),
        ("sell", "1", json!({"chosen": []})),
        ("buy", "1", json!("highest_cost")),
        ("sell", "1", json!("newest")),
    ] {
        let refused = ada.place(&sale(side, quantity, lots.clone())).await;
        assert_eq!(refused.wrong_field(), "lots", "{lots}");
    }
    let mut waits = sale("sell", "1", chosen(&first, "1"));
    waits["trigger"] = json!({"limit": "1000000"});
    assert_eq!(ada.place(&waits).await.wrong_field(), "lots");
    let address = format!("{OPEN}/instruments/{symbol}/lots");
    for query in [
        "lots=1",
        "lots=x@y",
        "lots=",
        "quantity=1&lots=2@2020-01-01T00:00:00Z",
    ] {
        let refused = ada.get(&format!("{address}?{query}")).await;
        assert_eq!(refused.wrong_field(), "lots", "{query}");
    }
    assert_eq!(held(&ada).await, ["2", "3"]);
    app.stop().await;
}

#[tokio::test]
async fn the_page_asks_and_sells_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.form("/forms/guest", &[]).await;
    let symbol = app.symbol().await;
    for (size, key) in [("2", "lot-buy-1"), ("3", "lot-buy-2")] {
        let fields = [("symbol", &*symbol), ("side", "buy"), ("unit", "quantity")];
        let rest = [("size", size), ("game", "open"), ("idempotency_key", key)];
        let fields = [&fields[..], &rest].concat();
        browser.form("/forms/order", &fields).await;
    }
    let page = format!("/lots/{symbol}");
    let shown = browser.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let name = shown.body.split("name=\"lot-").nth(2);
    let micros = name.and_then(|rest| rest.split('"').next());
    let lot = format!("lot-{}", micros.expect("a field for each purchase"));

    let asked = browser.get(&format!("{page}?how=chosen&{lot}=1,5")).await;
    assert!(asked.body.contains("Sell 1.5 shares"), "{}", asked.body);
    let unclear = browser.get(&format!("{page}?how=chosen&{lot}=many")).await;
    assert!(
        unclear.body.contains("The choice of shares"),
        "{}",
        unclear.body
    );
    let more = browser
        .get(&format!("{page}?how=highest_cost&size=6"))
        .await;
    assert!(
        more.body.contains("This sale cannot be made"),
        "{}",
        more.body
    );

    let fields = [
        ("game", "open"),
        ("symbol", &*symbol),
        ("side", "sell"),
        ("unit", "quantity"),
        ("size", "1.5"),
        ("lots", "chosen"),
        (&*lot, "1.5"),
        ("idempotency_key", "lot-sale-1"),
    ];
    let sold = browser.form("/forms/order", &fields).await;
    let next = sold.header("location").to_owned();
    assert!(
        next.starts_with(&format!("/instruments/{symbol}?done=")),
        "{next}"
    );
    let gone = [
        &fields[..4],
        &[("size", "2"), ("lots", "chosen"), (&*lot, "2")],
        &[("idempotency_key", "lot-sale-2")],
    ]
    .concat();
    let refused = browser.form("/forms/order", &gone).await;
    let page = browser.get(refused.header("location")).await;
    assert!(
        page.body.contains("Of the shares bought on"),
        "{}",
        page.body
    );
    app.stop().await;
}
