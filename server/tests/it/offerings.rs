//! Offering shares, investing, and saving every month, as hosts and players do.

use std::time::Duration;

use domain::Money;
use domain::api::{
    FailureReason, InvestmentState, InvestmentView, JoinAnswer, OfferingDetail, OfferingView,
    PlanView, RulesView, SubscriptionState, SubscriptionView, SummaryView, TicketSlip,
};
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::verify::verify;

use crate::app::{Answer, Player, TestApp};

mod draws;
mod leaving;
mod new_companies;

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

struct Class {
    app: TestApp,
    host: Player,
    ticket: TicketSlip,
}

impl Class {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let host = app.guest().await;
        let game = json!({"name": "Year 9", "starting_cash": "5000", "late_entry": true,
            "speed": 60, "fractional": true});
        let made = host.post("/api/v1/games", &game).await;
        let ticket = made.expect(StatusCode::CREATED);
        Self { app, host, ticket }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/games/{}{rest}", self.ticket.slug)
    }

    async fn pupil(&self, nickname: &str) -> Player {
        let code = self.ticket.code.as_deref().expect("a new game has a code");
        let body = json!({"nickname": nickname, "session": "token"});
        let path = format!("/api/v1/codes/{code}");
        let joined = self.app.anonymous().post(&path, &body).await;
        let joined: JoinAnswer = joined.expect(StatusCode::CREATED);
        self.app
            .program(joined.token.as_deref().expect("a token was asked for"))
    }

    async fn try_to_offer(&self, change: Value) -> Answer {
        let mut body = json!({"title": "A second oven", "story": "The bakery grows.",
            "symbol": "MUFFN", "price": "10", "shares": 500, "maximum": 50, "minutes": 60});
        for (name, value) in change.as_object().expect("a change is an object") {
            body[name] = value.clone();
        }
        self.host.post(&self.path("/offerings"), &body).await
    }

    async fn offer(&self, change: Value) -> OfferingView {
        let offered = self.try_to_offer(change).await;
        offered.expect(StatusCode::CREATED)
    }

    async fn detail(&self, player: &Player, offering: &OfferingView) -> OfferingDetail {
        let path = self.path(&format!("/offerings/{}", offering.id));
        player.get(&path).await.expect(StatusCode::OK)
    }

    async fn invest(&self, player: &Player, offering: &OfferingView, body: &Value) -> Answer {
        let path = self.path(&format!("/offerings/{}/investments", offering.id));
        player.post(&path, body).await
    }

    /// Everybody's investments, once all have ended.
    async fn ended(&self, offering: &OfferingView) -> Vec<InvestmentView> {
        let ended = async {
            loop {
                let detail = self.detail(&self.host, offering).await;
                let all = detail.all.expect("a host sees everybody's");
                if all.iter().all(|one| one.ended_at.is_some()) {
                    return all;
                }
            }
        };
        tokio::time::timeout(PATIENCE, ended)
            .await
            .expect("every investment ends")
    }

    async fn close(self) {
        let store = self.app.store().await;
        let verified = verify(&*store, |finding| panic!("{finding}")).await;
        verified.expect("the database can be read");
        store.close().await;
        self.app.stop().await;
    }
}

fn shares(key: &str, shares: u32) -> Value {
    json!({"idempotency_key": format!("investment-{key}"), "shares": shares})
}

#[tokio::test]
async fn a_hundred_investments_at_once_are_all_allocated_and_nothing_is_oversold() {
    let class = Class::open().await;
    let offering = class.offer(json!({})).await;
    let mut pupils = Vec::new();
    for number in 0..100 {
        pupils.push(class.pupil(&format!("pupil-{number}")).await);
    }
    let answers = pupils.iter().map(async |pupil| {
        let answer = class.invest(pupil, &offering, &shares("one", 7)).await;
        answer.expect::<InvestmentView>(StatusCode::CREATED)
    });
    let answers = join_all(answers).await;
    assert!(
        answers
            .iter()
            .all(|one| one.state == InvestmentState::Pending)
    );
    let all = class.ended(&offering).await;
    assert_eq!(all.len(), 100);
    let granted: u32 = all.iter().filter_map(|one| one.granted).sum();
    assert_eq!(granted, 500);
    let failed = all
        .iter()
        .filter(|one| one.state == InvestmentState::Failed);
    let sold_out = Some(FailureReason::SoldOut);
    assert_eq!(failed.filter(|one| one.reason == sold_out).count(), 28);
    // Sent again, it is told what became of it.
    let again = class.invest(&pupils[0], &offering, &shares("one", 7)).await;
    let again: InvestmentView = again.expect(StatusCode::CREATED);
    assert_ne!(again.state, InvestmentState::Pending);
    let other = class.invest(&pupils[0], &offering, &shares("one", 8)).await;
    other.error("idempotency_key_reused");
    let late = class.invest(&pupils[0], &offering, &shares("two", 7)).await;
    late.error("not_possible");
    class.close().await;
}

#[tokio::test]
async fn a_host_takes_an_allocation_back_while_the_shares_are_there() {
    let class = Class::open().await;
    let offering = class.offer(json!({})).await;
    let pupil = class.pupil("mia").await;
    let answer = class.invest(&pupil, &offering, &shares("one", 20)).await;
    let made: InvestmentView = answer.expect(StatusCode::CREATED);
    let all = class.ended(&offering).await;
    assert_eq!(all[0].state, InvestmentState::Completed);
    let path = class.path(&format!("/offerings/{}/reversals", offering.id));
    let body = json!({"player": made.player.to_string(), "investment": made.id});
    pupil.post(&path, &body).await.error("forbidden");
    let reversed: InvestmentView = class.host.post(&path, &body).await.expect(StatusCode::OK);
    assert_eq!(reversed.state, InvestmentState::Reversed);
    class.host.post(&path, &body).await.error("not_possible");
    let summary: SummaryView = pupil
        .get(&class.path("/summary"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(summary.cash, Money::from_whole(5_000));
    assert_eq!(summary.positions_held, 0);
    // Shares that are sold cannot come back.
    let answer = class.invest(&pupil, &offering, &shares("two", 5)).await;
    let sold: InvestmentView = answer.expect(StatusCode::CREATED);
    class.ended(&offering).await;
    let sale = json!({"idempotency_key": "sells-all", "symbol": "MUFFN", "side": "sell",
        "size": {"quantity": "5"}});
    let _: Value = pupil
        .post(&class.path("/orders"), &sale)
        .await
        .expect(StatusCode::CREATED);
    let body = json!({"player": sold.player.to_string(), "investment": sold.id});
    class.host.post(&path, &body).await.error("not_possible");
    let rules: RulesView = pupil
        .get(&class.path("/rules"))
        .await
        .expect(StatusCode::OK);
    assert!(rules.notices[0].text.contains("A second oven"));
    class.close().await;
}

#[tokio::test]
async fn what_is_asked_for_keeps_to_the_limits() {
    let class = Class::open().await;
    let pupil = class.pupil("mia").await;
    let refused = pupil.post(&class.path("/offerings"), &json!({})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let offer =
        json!({"title": "Mine", "symbol": "MUFFN", "price": "10", "shares": 5, "minutes": 5});
    pupil
        .post(&class.path("/offerings"), &offer)
        .await
        .error("forbidden");
    for (field, value) in [
        ("title", json!("")),
        ("symbol", json!("NONE")),
        ("price", json!("0")),
        ("shares", json!(0)),
        ("minutes", json!(0)),
        ("minimum", json!(6)),
        ("maximum", json!(6)),
    ] {
        let mut wrong = offer.clone();
        wrong[field] = value;
        let answer = class.host.post(&class.path("/offerings"), &wrong).await;
        assert_eq!(answer.wrong_field(), field);
    }
    let offering = class
        .offer(json!({"minimum": 5, "maximum": 600, "shares": 600}))
        .await;
    let few = class.invest(&pupil, &offering, &shares("few", 4)).await;
    assert_eq!(few.wrong_field(), "shares");
    let dear = class.invest(&pupil, &offering, &shares("dear", 501)).await;
    dear.error("insufficient_cash");
    let nobody = json!({"idempotency_key": "with-a-plan", "shares": 5, "subscription": "77"});
    let nobody = class.invest(&pupil, &offering, &nobody).await;
    assert_eq!(nobody.wrong_field(), "subscription");
    class.close().await;
}

#[tokio::test]
async fn a_plan_pays_its_month_and_an_investment_draws_on_it() {
    let class = Class::open().await;
    let pupil = class.pupil("mia").await;
    let gift = json!({"name": "Pocket money", "amount": "60", "months": 6, "shared": true, "new_money": true});
    pupil
        .post(&class.path("/plans"), &gift)
        .await
        .error("forbidden");
    let plan: PlanView = class
        .host
        .post(&class.path("/plans"), &gift)
        .await
        .expect(StatusCode::CREATED);
    let more = json!({"plan": plan.id, "amount": "61"});
    let more = pupil.post(&class.path("/subscriptions"), &more).await;
    assert_eq!(more.wrong_field(), "amount");
    let follow = json!({"plan": plan.id});
    let made: SubscriptionView = pupil
        .post(&class.path("/subscriptions"), &follow)
        .await
        .expect(StatusCode::CREATED);
    pupil
        .post(&class.path("/subscriptions"), &follow)
        .await
        .error("not_possible");
    let paid = async {
        loop {
            let listed = pupil.get(&class.path("/subscriptions")).await;
            let listed: Vec<SubscriptionView> = listed.expect(StatusCode::OK);
            if listed[0].balance.paid_months == 1 {
                return listed[0].clone();
            }
        }
    };
    let paid = tokio::time::timeout(PATIENCE, paid)
        .await
        .expect("the first month is paid");
    assert_eq!(paid.balance.spendable, Money::from_whole(60));
    assert_eq!(paid.balance.available, Money::from_whole(360));
    let offering = class.offer(json!({})).await;
    let draw = |key: &str, shares: u32| json!({"idempotency_key": format!("draws-{key}"), "shares": shares, "subscription": made.id});
    let above = class.invest(&pupil, &offering, &draw("above", 7)).await;
    assert_eq!(above.wrong_field(), "subscription");
    let path = class.path(&format!("/subscriptions/{}", made.id));
    let paused: SubscriptionView = pupil
        .patch(&path, &json!({"state": "paused"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(paused.state, SubscriptionState::Paused);
    let answer = class.invest(&pupil, &offering, &draw("within", 5)).await;
    let _: InvestmentView = answer.expect(StatusCode::CREATED);
    let all = class.ended(&offering).await;
    assert_eq!(all[0].state, InvestmentState::Completed);
    let listed: Vec<SubscriptionView> = pupil
        .get(&class.path("/subscriptions"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(listed[0].balance.invested, Money::from_whole(50));
    assert_eq!(listed[0].balance.spendable, Money::from_whole(10));
    let ended: SubscriptionView = pupil
        .patch(&path, &json!({"state": "cancelled"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(ended.due, None);
    // Whoever follows the plan again is paid from the next month on.
    let again: SubscriptionView = pupil
        .post(&class.path("/subscriptions"), &follow)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again.due, paid.due);
    let over = class.invest(&pupil, &offering, &draw("over", 1)).await;
    assert_eq!(over.wrong_field(), "subscription");
    pupil
        .patch(&path, &json!({"state": "active"}))
        .await
        .error("not_possible");
    class.close().await;
}

#[tokio::test]
async fn a_plan_is_made_and_compared_on_pages_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let guest = browser.form("/forms/guest", &[]).await;
    assert_eq!(guest.status, StatusCode::SEE_OTHER);
    let plan = [
        ("game", "open"),
        ("name", "Every month"),
        ("amount", "25"),
        ("symbol", "muffn"),
    ];
    // A form that names no game does nothing in any.
    let astray = browser.form("/forms/new-plan", &plan[1..]).await;
    assert_eq!(astray.header("location"), "/games/none/savings");
    let made = browser.form("/forms/new-plan", &plan).await;
    assert_eq!(made.header("location"), "/savings");
    let plans = browser.get("/api/v1/games/open/plans").await;
    let plans: Vec<PlanView> = plans.expect(StatusCode::OK);
    let page = browser.get("/savings").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("which buys MUFFN"), "{}", page.body);
    let follow = [("game", "open"), ("plan", plans[0].id.as_str())];
    let followed = browser.form("/forms/subscribe", &follow).await;
    assert_eq!(followed.header("location"), "/savings");
    let page = browser.get("/savings").await;
    assert!(page.body.contains("Pause “Every month"), "{}", page.body);
    let compared = browser.get(&format!("/savings/{}", plans[0].id)).await;
    assert!(
        compared.body.contains("paid month by month"),
        "{}",
        compared.body
    );
    assert!(compared.body.contains("<polyline"), "{}", compared.body);
    // One that is followed goes on when it is removed; its name is free again.
    let again = browser.form("/forms/new-plan", &plan).await;
    assert_eq!(again.header("location"), "/savings");
    let page = browser.get("/savings").await;
    assert!(page.body.contains("taken by another plan"), "{}", page.body);
    let gone = [("game", "open"), ("plan", plans[0].id.as_str())];
    browser.form("/forms/retire-plan", &gone).await;
    let page = browser.get("/savings").await;
    assert!(
        !page.body.contains("data-testid=\"plans\""),
        "{}",
        page.body
    );
    assert!(page.body.contains("Pause “Every month"), "{}", page.body);
    let none = browser.form("/forms/subscribe", &follow).await;
    assert_eq!(none.header("location"), "/savings");
    let wrong = browser
        .form(
            "/forms/new-plan",
            &[("game", "open"), ("name", "x"), ("amount", "0")],
        )
        .await;
    assert_eq!(wrong.header("location"), "/savings");
    let page = browser.get("/savings").await;
    assert!(page.body.contains("must be above 0"), "{}", page.body);
    app.stop().await;
}
