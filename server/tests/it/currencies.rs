//! Instruments that trade in another currency: the conversion in ticket, ledger and advice.

use domain::advice::FindingKind;
use domain::api::{
    CursorPage, InstrumentDetail, LedgerEntryView, OrderStatus, OrderView, TargetsView, XRayView,
};
use domain::{CONVERSION_BPS, Currency, FactKind, Fees, Money};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::verify::verify;

use crate::app::{Answer, PASSWORD, Player, TestApp, order};

const OPEN: &str = "/api/v1/games/open";
/// It trades in yen.
const ABROAD: &str = "WOBBL";

async fn ledger(player: &Player) -> Vec<LedgerEntryView> {
    let answer = player.get(&format!("{OPEN}/ledger")).await;
    answer
        .expect::<CursorPage<LedgerEntryView>>(StatusCode::OK)
        .items
}

fn conversion_of(value: Money) -> Money {
    let fees = Fees {
        basis_points: CONVERSION_BPS,
        fixed: Money::ZERO,
    };
    fees.of(value).expect("it is small")
}

#[tokio::test]
async fn a_trade_abroad_changes_money_and_its_ledger_says_so() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let detail: InstrumentDetail = ada
        .get(&format!("{OPEN}/instruments/{ABROAD}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(detail.instrument.currency, "JPY");
    let quote = detail.instrument.quote.expect("it has a price");
    let foreign = quote.foreign.expect("it is foreign");
    assert_eq!(foreign.currency.as_str(), "JPY");

    // The amount covers the conversion, too.
    let body = order(ABROAD, "buy", json!({"amount": "500"}));
    let bought: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    let fill = bought.fill.expect("it was filled");
    let conversion = fill.conversion.expect("it is foreign");
    assert_eq!(conversion.cost, conversion_of(fill.value));
    assert!(conversion.amount.is_positive());
    let spent = fill.cash_change_in_all().negated();
    assert!(spent <= Money::from_whole(500) && spent > Money::from_whole(499));
    let left = Money::from_whole(10_000).checked_sub(spent);
    assert_eq!(bought.cash_after, left);

    let body = order(ABROAD, "sell", json!({"quantity": fill.quantity}));
    let sold: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    let back = sold.fill.and_then(|fill| fill.conversion);
    assert!(back.is_some_and(|back| back.amount.is_negative()));

    let entries = ledger(&ada).await;
    let kinds: Vec<FactKind> = entries.iter().map(|entry| entry.kind).collect();
    let expected = [
        FactKind::Converted,
        FactKind::Sold,
        FactKind::Converted,
        FactKind::Bought,
        FactKind::Opened,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(entries[2].conversion, Some(conversion));
    assert_eq!(entries[2].cash_change, conversion.cost.negated());

    let browser = app.browser();
    let login = [("login", "ada"), ("password", PASSWORD)];
    browser.form("/forms/login", &login).await;
    let activity = app_page(&browser, "/activity").await;
    assert!(
        activity.contains("Money was changed into") && activity.contains(" JPY"),
        "{activity}"
    );
    let page = app_page(&ada, &format!("/instruments/{ABROAD}")).await;
    assert!(page.contains("foreign-price") && page.contains("100 JPY cost $"));
    let store = app.store().await;
    let verified = verify(&*store, |finding| panic!("{finding}")).await;
    assert!(verified.is_ok());
    app.stop().await;
}

async fn app_page(player: &Player, path: &str) -> String {
    let answer = player.get(path).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body
}

#[tokio::test]
async fn a_waiting_order_sets_the_conversion_aside() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let mut body = order(ABROAD, "buy", json!({"quantity": "10"}));
    body["trigger"] = json!({"limit": "1"});
    let waits: OrderView = ada.place(&body).await.expect(StatusCode::CREATED);
    assert_eq!(waits.status, OrderStatus::Resting);
    let value = Money::from_whole(10);
    let needed = value.checked_add(conversion_of(value));
    assert_eq!(waits.reserved.map(|reserve| reserve.cash), needed);
    app.stop().await;
}

#[tokio::test]
async fn a_currency_can_be_a_target_and_its_weight_is_a_finding() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let body = order(ABROAD, "buy", json!({"amount": "6000"}));
    ada.place(&body)
        .await
        .expect::<OrderView>(StatusCode::CREATED);
    let found: XRayView = ada
        .get(&format!("{OPEN}/x-ray"))
        .await
        .expect(StatusCode::OK);
    let currencies = found.findings.iter();
    let currencies = currencies.filter(|finding| finding.kind == FindingKind::Currencies);
    assert_eq!(currencies.count(), 1);

    let plan = |currency: &str| {
        json!({"targets": [{"aim": {"currency": currency}, "share": "30"}],
            "absolute": "5", "relative": "25", "trade_min": "10"})
    };
    let put = async |currency: &str| {
        let request = ada.request(Method::PUT, &format!("{OPEN}/targets"));
        Answer::of(request.json(&plan(currency))).await
    };
    let targets: TargetsView = put("JPY").await.expect(StatusCode::OK);
    let slices = targets.allocation.expect("there are targets").slices;
    assert!(slices[0].value > Money::from_whole(5_000));
    let known = ["EUR", "GBP", "JPY", Currency::DOLLAR_CODE];
    let offered: Vec<String> = targets.currencies.iter().map(ToString::to_string).collect();
    assert_eq!(offered, known);
    put("CNY").await.error("invalid_fields");
    app.stop().await;
}
