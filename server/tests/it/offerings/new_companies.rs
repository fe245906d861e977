//! Companies that come to a market when their shares are offered, and what investors are told.

use domain::api::{
    CandleView, ComparisonView, InstrumentDetail, InvestmentState, InvestmentView, MarketNews,
    NewcomerView, NotificationKind, NotificationsView, OfferingView, OrderView, PlanView,
    SubscriptionView,
};
use domain::market::{COMING_DAYS, Debut, Simulation, catalogue, first_step, newcomers};
use domain::{Money, Price, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Class, PATIENCE, shares};
use crate::app::{Answer, Player, TestApp, order};

/// Waits until an answer is as it is wanted.
pub async fn until<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    let wanted = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wanted)
        .await
        .expect("it comes about")
}

/// What a player is told of investments, once there are so many.
async fn told(player: &Player, count: usize) -> Vec<String> {
    until(async || {
        let list = player.get("/api/v1/me/notifications").await;
        let list: NotificationsView = list.expect(StatusCode::OK);
        let told = list.items.into_iter();
        let told: Vec<String> = told
            .filter(|one| one.kind == NotificationKind::Investment)
            .map(|one| one.text)
            .collect();
        (told.len() >= count).then_some(told)
    })
    .await
}

async fn close_window(class: &Class) {
    let late = "update offerings set closes_at = opens_at + 1";
    class.app.change_database(late, []).await;
}

#[tokio::test]
async fn a_new_company_trades_once_its_shares_are_shared_out() {
    let class = Class::open().await;
    let pupil = class.pupil("mia").await;
    let list = class.path("/newcomers");
    pupil.get(&list).await.error("forbidden");
    let new: Vec<NewcomerView> = class.host.get(&list).await.expect(StatusCode::OK);
    assert_eq!(new.len(), newcomers().len());
    let hidden = class.path("/instruments/KELPI");
    assert_eq!(pupil.get(&hidden).await.status, StatusCode::NOT_FOUND);
    let searched = pupil.get(&class.path("/instruments?query=seaweed")).await;
    assert!(!searched.body.contains("KELPI"), "{}", searched.body);

    let offering = class.offer(json!({"symbol": "KELPI", "price": "24"})).await;
    assert!(offering.is_new && !offering.about.is_empty());
    let again =
        json!({"title": "Twice", "symbol": "KELPI", "price": "9", "shares": 5, "minutes": 5});
    let again = class.host.post(&class.path("/offerings"), &again).await;
    again.error("not_possible");
    let asked = class.invest(&pupil, &offering, &shares("one", 20)).await;
    let asked: InvestmentView = asked.expect(StatusCode::CREATED);
    assert_eq!(asked.state, InvestmentState::Pending);
    let buy = order("KELPI", "buy", json!({"quantity": "1"}));
    let orders = class.path("/orders");
    assert_eq!(
        pupil.post(&orders, &buy).await.status,
        StatusCode::NOT_FOUND
    );
    let waits = class.detail(&pupil, &offering).await;
    assert_eq!(
        waits.mine[0].state,
        InvestmentState::Pending,
        "nothing is shared out before the end"
    );

    close_window(&class).await;
    let all = class.ended(&offering).await;
    assert_eq!(
        (all[0].state, all[0].granted),
        (InvestmentState::Completed, Some(20))
    );
    let detail: InstrumentDetail = until(async || {
        let answer = pupil.get(&hidden).await;
        (answer.status == StatusCode::OK).then(|| answer.expect(StatusCode::OK))
    })
    .await;
    assert_eq!(detail.instrument.symbol.as_str(), "KELPI");
    let news = &detail.news;
    let is_first = |one: &MarketNews| one.headline.contains("First trading day");
    assert!(news.iter().any(is_first), "{news:?}");
    let sold = order("KELPI", "sell", json!({"quantity": "5"}));
    let sold: OrderView = pupil.post(&orders, &sold).await.expect(StatusCode::CREATED);
    let price = sold.fill.expect("it is filled").price;
    let near = Price::from_whole(16)..=Price::from_whole(34);
    assert!(near.contains(&price), "{price}");
    assert_eq!(
        told(&pupil, 1).await,
        ["You got all 20 shares of KELPI that you asked for. They cost $480.00."]
    );
    let listed: Vec<OfferingView> = pupil
        .get(&class.path("/offerings"))
        .await
        .expect(StatusCode::OK);
    assert!(!listed[0].is_new);
    let left: Vec<NewcomerView> = class.host.get(&list).await.expect(StatusCode::OK);
    assert_eq!(left.len(), new.len() - 1);
    class.close().await;
}

#[tokio::test]
async fn prices_of_a_new_company_follow_from_seed_day_and_offered_price() {
    let class = Class::open().await;
    let offering = class
        .offer(json!({"symbol": "ORBIT", "price": "31.5", "rule": "pro_rata"}))
        .await;
    close_window(&class).await;
    class.ended(&offering).await;
    let path = class.path("/instruments/ORBIT");
    until(async || (class.host.get(&path).await.status == StatusCode::OK).then_some(())).await;
    let act = json!({"action": "step", "days": 3});
    let stepped = class.host.post(&class.path("/host"), &act).await;
    assert_eq!(stepped.status, StatusCode::OK);
    let candles = until(async || {
        let path = format!("{path}/candles");
        let answer = class.host.get(&path).await;
        let candles: Vec<CandleView> = answer.expect(StatusCode::OK);
        (candles.len() >= 4).then_some(candles)
    })
    .await;
    let store = class.app.store().await;
    let mut markets = store.list_markets().await.expect("markets are read");
    let spec = markets.pop().and_then(|market| market.spec);
    let seed = spec.expect("the market of the game is made").seed.0;
    store.close().await;
    let all: Vec<_> = catalogue().iter().chain(newcomers()).copied().collect();
    let simulation = Simulation::new(seed, &all);
    let place = simulation.find_instrument("ORBIT").expect("it is there");
    let first_day = candles[0].at.day();
    let offered = "31.5".parse().expect("a price");
    let debut = Debut::new(&simulation, place, first_day, offered).expect("it can be made");
    assert_eq!(candles[0].open, debut.first_price());
    for candle in candles.iter().take(3) {
        let path = simulation.day_candle(place, candle.at.day());
        let expected = debut.candle(&path.expect("it is there"));
        assert_eq!(expected.expect("it trades").close, candle.close);
    }
    let start = Timestamp::from_seconds(first_step(first_day));
    assert_eq!(candles[0].at, start, "nothing is shown of the time before");
    class.close().await;
}

/// The open league's market brings a company by itself, in all its games.
#[tokio::test]
async fn a_market_brings_a_company_by_itself_and_announces_it() {
    let today = crate::app::now().day().number();
    let ahead = COMING_DAYS - 1 - today.rem_euclid(COMING_DAYS);
    let app = TestApp::start_with(|config| {
        config.markets.new_companies = true;
        // On the last day of a stretch its company has come, whichever day it was drawn.
        config.clock.ahead_s += i64::from(ahead) * 86_400;
        config.market.speed = 1;
    })
    .await;
    let player = app.guest().await;
    let offerings = until(async || {
        // Somebody has to look at the market.
        player.get("/api/v1/games/open/instruments").await;
        let listed = player.get("/api/v1/games/open/offerings").await;
        let listed: Vec<OfferingView> = listed.expect(StatusCode::OK);
        (!listed.is_empty()).then_some(listed)
    })
    .await;
    assert_eq!(offerings.len(), 1);
    let offering = &offerings[0];
    assert!(offering.is_new && offering.title.contains("comes to the market"));
    let usual = newcomers()
        .iter()
        .find(|one| one.symbol == offering.symbol.as_str());
    let usual = usual.expect("it is one of them").start_price().units();
    let percent = offering.terms.price.units() * 100 / usual;
    assert!((79..=121).contains(&percent), "{percent}");
    let news = until(async || {
        let detail = player.get("/api/v1/games/open/instruments/MUFFN").await;
        let detail: InstrumentDetail = detail.expect(StatusCode::OK);
        let mut news = detail.news.into_iter();
        news.find(|one| one.headline.contains("offers its shares"))
    })
    .await;
    assert!(news.headline.contains(&offering.company), "{news:?}");
    let body = json!({"idempotency_key": "investment-one", "shares": 3});
    let path = format!("/api/v1/games/open/offerings/{}/investments", offering.id);
    let asked = player.post(&path, &body).await;
    asked.expect::<InvestmentView>(StatusCode::CREATED);
    app.change_database("update offerings set closes_at = opens_at + 1", [])
        .await;
    let page = format!("/api/v1/games/open/instruments/{}", offering.symbol);
    until(async || (player.get(&page).await.status == StatusCode::OK).then_some(())).await;
    assert!(told(&player, 1).await[0].starts_with("You got all 3 shares"));
    app.stop().await;
}

#[tokio::test]
async fn a_plan_spreads_each_month_by_targets_or_by_a_strategy() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let game = |rest: &str| format!("/api/v1/games/open/{rest}");
    let target = |symbol: &str, share: &str| json!({"aim": {"instrument": symbol}, "share": share});
    let targets = json!({"targets": [target("MUFFN", "75"), target("QUIBL", "25")],
        "absolute": "5", "relative": "25", "trade_min": "10"});
    let put = player
        .request(reqwest::Method::PUT, &game("targets"))
        .json(&targets);
    assert_eq!(Answer::of(put).await.status, StatusCode::OK);
    let both = json!({"name": "Both", "amount": "100", "symbol": "MUFFN", "by_targets": true});
    let both = player.post(&game("plans"), &both).await;
    assert_eq!(both.wrong_field(), "symbol");
    let unknown = json!({"name": "Who", "amount": "100", "strategy": "77"});
    let unknown = player.post(&game("plans"), &unknown).await;
    assert_eq!(unknown.wrong_field(), "strategy");
    let strategy =
        json!({"name": "Breakfast and bytes", "risk": "balanced", "visibility": "private"});
    let strategy = player.post(&game("strategies"), &strategy).await;
    let strategy: Value = strategy.expect(StatusCode::CREATED);
    let id = strategy["strategy"]["id"].as_str().expect("it has an id");
    for (paying, body) in (1..).zip([
        json!({"name": "My targets", "amount": "400", "by_targets": true}),
        json!({"name": "A strategy", "amount": "400", "strategy": id}),
    ]) {
        let plan = player.post(&game("plans"), &body).await;
        let plan: PlanView = plan.expect(StatusCode::CREATED);
        let compared = player
            .get(&game(&format!("plans/{}/comparison", plan.id)))
            .await;
        let compared: ComparisonView = compared.expect(StatusCode::OK);
        let last = compared.points.last().expect("there are prices");
        let paid = i32::try_from(compared.points.len()).expect("few") * 400;
        assert_eq!(last.paid, Money::from_whole(paid));
        let follow = json!({"plan": plan.id});
        let followed = player.post(&game("subscriptions"), &follow).await;
        assert_eq!(followed.status, StatusCode::CREATED);
        let listed = until(async || {
            let listed = player.get(&game("subscriptions")).await;
            let listed: Vec<SubscriptionView> = listed.expect(StatusCode::OK);
            let paid = listed.iter().filter(|one| one.balance.paid_months == 1);
            (paid.count() == paying).then_some(listed)
        })
        .await;
        let spread = Money::from_whole(399)..=Money::from_whole(400);
        let one = listed.iter().find(|one| one.plan.id == plan.id);
        let invested = one.expect("it is listed").balance.invested;
        assert!(spread.contains(&invested), "{invested}");
    }
    let held = player.get(&game("holdings")).await;
    let held: Value = held.expect(StatusCode::OK);
    let symbols: Vec<&str> = held["items"]
        .as_array()
        .expect("a page")
        .iter()
        .filter_map(|row| row["symbol"].as_str())
        .collect();
    assert!(
        symbols.contains(&"MUFFN") && symbols.contains(&"QUIBL"),
        "{symbols:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn investors_are_told_what_became_of_their_investments() {
    let class = Class::open().await;
    let offering = class.offer(json!({"shares": 30, "maximum": 20})).await;
    let [mia, ben, cid] = [
        class.pupil("mia").await,
        class.pupil("ben").await,
        class.pupil("cid").await,
    ];
    let made = class.invest(&mia, &offering, &shares("one", 20)).await;
    let made: InvestmentView = made.expect(StatusCode::CREATED);
    let second = class.invest(&ben, &offering, &shares("two", 20)).await;
    second.expect::<Value>(StatusCode::CREATED);
    let third = class.invest(&cid, &offering, &shares("one", 20)).await;
    class.ended(&offering).await;
    assert_eq!(
        told(&mia, 1).await,
        ["You got all 20 shares of MUFFN that you asked for. They cost $200.00."]
    );
    assert_eq!(
        told(&ben, 1).await,
        [
            "You got 10 of the 20 shares of MUFFN that you asked for. They cost $100.00, and the rest of your money is free again."
        ]
    );
    // The third may have come when everything was gone already.
    if third.status == StatusCode::CREATED {
        let nothing = told(&cid, 1).await;
        assert!(
            nothing[0].starts_with("You got no shares of MUFFN: others asked first"),
            "{nothing:?}"
        );
    }
    let path = class.path(&format!("/offerings/{}/reversals", offering.id));
    let body = json!({"player": made.player.to_string(), "investment": made.id});
    let reversed = class.host.post(&path, &body).await;
    assert_eq!(reversed.status, StatusCode::OK);
    let told = told(&mia, 2).await;
    assert_eq!(
        told[0],
        "The host took back 20 shares of MUFFN. Your $200.00 is back in your cash."
    );
    class.close().await;
}
