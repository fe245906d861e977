//! A company that leaves a market while players hold its shares.

use domain::api::{HoldingView, InstrumentDetail, MarketOverview, OrderView, Page};
use domain::market::Leaving;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::market::{Leaver, announce_departure};

use super::Class;
use super::new_companies::until;
use crate::app::order;

#[tokio::test]
async fn whoever_holds_a_company_that_leaves_is_paid_once_and_what_waits_ends() {
    let class = Class::open().await;
    let (mia, ben) = (class.pupil("mia").await, class.pupil("ben").await);
    let (orders, page) = (class.path("/orders"), class.path("/instruments/MUFFN"));
    for pupil in [&mia, &ben] {
        let buy = order("MUFFN", "buy", json!({"quantity": "10"}));
        let bought = pupil.post(&orders, &buy).await;
        bought.expect::<OrderView>(StatusCode::CREATED);
    }
    let mut waits = order("MUFFN", "sell", json!({"quantity": "4"}));
    waits["trigger"] = json!({"limit": "9000"});
    let waits = mia.post(&orders, &waits).await;
    assert_eq!(waits.status, StatusCode::CREATED, "{}", waits.body);

    let overview = mia.get(&class.path("/market")).await;
    let overview: MarketOverview = overview.expect(StatusCode::OK);
    let store = class.app.store().await;
    let markets = store.list_markets().await.expect("markets are read");
    let market = markets.last().expect("the game has one").id;
    let leaver = Leaver {
        symbol: "MUFFN".parse().expect("a symbol"),
        stretch: 1,
        announced: overview.at.seconds() + 60,
        leaving: Leaving::Takeover {
            premium_percent: 20,
        },
    };
    let announced = announce_departure(&*store, market, leaver).await;
    assert!(announced.expect("it is stored"));
    store.close().await;
    let step = |days: u32| json!({"action": "step", "days": days});
    let stepped = class.host.post(&class.path("/host"), &step(2)).await;
    assert_eq!(stepped.status, StatusCode::OK, "{}", stepped.body);
    let leaving = until(async || {
        let detail: InstrumentDetail = mia.get(&page).await.expect(StatusCode::OK);
        detail.leaving
    })
    .await;
    assert!(!leaving.left && leaving.notice.contains("Another company buys"));
    let told = mia.get(&class.path("/instruments/MUFFN")).await;
    assert!(told.body.contains("leaves the market on"), "{}", told.body);
    let stepped = class.host.post(&class.path("/host"), &step(30)).await;
    assert_eq!(stepped.status, StatusCode::OK, "{}", stepped.body);
    for pupil in [&mia, &ben] {
        let ledger = until(async || {
            let held = pupil.get(&class.path("/holdings")).await;
            let held: Page<HoldingView> = held.expect(StatusCode::OK);
            if !held.items.is_empty() {
                return None;
            }
            let ledger = pupil.get(&class.path("/ledger")).await;
            Some(ledger.expect::<Value>(StatusCode::OK))
        })
        .await;
        let entries = ledger["items"].as_array().expect("entries").iter();
        let paid: Vec<&Value> = entries.filter(|one| one["kind"] == "delisted").collect();
        assert_eq!(paid.len(), 1, "{ledger}");
    }
    let summary = mia.get(&class.path("/summary")).await;
    let summary: Value = summary.expect(StatusCode::OK);
    assert_eq!(summary["open_orders"].as_u64().unwrap_or(0), 0, "{summary}");
    let buy = order("MUFFN", "buy", json!({"quantity": "1"}));
    mia.post(&orders, &buy).await.error("not_tradable");
    let detail: InstrumentDetail = mia.get(&page).await.expect(StatusCode::OK);
    let leaving = detail.leaving.expect("its page says so");
    assert!(leaving.left && detail.instrument.quote.is_none());
    let listed = mia.get(&class.path("/instruments?per_page=100")).await;
    assert!(!listed.body.contains("MUFFN"));
    let searched = mia.get(&class.path("/instruments?query=muffn")).await;
    assert!(searched.body.contains("MUFFN"), "a search still finds it");
    class.close().await;
}
