//! Hosting a game, coming in by its code, and what only a host may do.

mod class;
mod currency;
mod disguise;
mod hours;
mod rights;
mod words;

use std::time::Duration;

use domain::api::{
    AssignmentView, FinalsView, HostView, JoinAnswer, OrderView, RulesView, TicketSlip,
};
use domain::{Money, Rejection, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::xp_rules::RulesInForce;

use crate::app::{Player, TestApp, order};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

async fn create(host: &Player, change: Value) -> TicketSlip {
    // The market has a seed of its own: what a whole share costs is not known.
    let mut body = json!({"name": "Year 9", "starting_cash": "5000", "late_entry": true,
        "speed": 60, "fractional": true});
    for (name, value) in change.as_object().expect("a change is an object") {
        body[name] = value.clone();
    }
    host.post("/api/v1/games", &body)
        .await
        .expect(StatusCode::CREATED)
}

fn code(ticket: &TicketSlip) -> &str {
    ticket.code.as_deref().expect("a new game has a code")
}

async fn join(app: &TestApp, ticket: &TicketSlip, nickname: &str) -> (Player, JoinAnswer) {
    let path = format!("/api/v1/codes/{}", code(ticket));
    let body = json!({"nickname": nickname, "session": "token"});
    let joined: JoinAnswer = app
        .anonymous()
        .post(&path, &body)
        .await
        .expect(StatusCode::CREATED);
    let pupil = app.program(joined.token.as_deref().expect("a token was asked for"));
    (pupil, joined)
}

async fn act(host: &Player, ticket: &TicketSlip, body: Value) -> HostView {
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    host.post(&path, &body).await.expect(StatusCode::OK)
}

async fn view(host: &Player, ticket: &TicketSlip) -> HostView {
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    host.get(&path).await.expect(StatusCode::OK)
}

/// The final standings, once the season is settled.
async fn settled(host: &Player, path: &str) -> FinalsView {
    let settled = async {
        loop {
            let answer = host.get(path).await;
            if answer.status == StatusCode::OK {
                return answer.expect::<FinalsView>(StatusCode::OK);
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, settled)
        .await
        .expect("it is settled")
}

async fn buy(pupil: &Player, ticket: &TicketSlip, amount: &str) -> crate::app::Answer {
    let mut body = order("MUFFN", "buy", json!({"amount": amount}));
    body["reason"] = json!("People will always want their breakfast.");
    pupil
        .post(&format!("/api/v1/games/{}/orders", ticket.slug), &body)
        .await
}

#[tokio::test]
async fn a_frozen_game_trades_again_when_its_host_says_so() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let frozen = act(&host, &ticket, json!({"action": "freeze"})).await;
    assert!(frozen.game.rules.frozen);
    buy(&pupil, &ticket, "100").await.error("game_not_open");
    act(&host, &ticket, json!({"action": "unfreeze"})).await;
    let _: OrderView = buy(&pupil, &ticket, "100")
        .await
        .expect(StatusCode::CREATED);
    let rules: RulesView = pupil
        .get(&format!("/api/v1/games/{}/rules", ticket.slug))
        .await
        .expect(StatusCode::OK);
    let told: Vec<&str> = rules
        .notices
        .iter()
        .map(|notice| notice.text.as_str())
        .collect();
    assert_eq!(told, ["Trading has resumed.", "Trading is paused."]);
    app.stop().await;
}

#[tokio::test]
async fn every_rule_is_kept_and_changed_for_everybody_to_see() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(
        &host,
        json!({"categories": ["Energy"], "position_max_percent": 25}),
    )
    .await;
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let refused = buy(&pupil, &ticket, "100")
        .await
        .error("category_not_allowed");
    assert!(matches!(
        refused.rejection,
        Some(Rejection::CategoryNotAllowed { .. })
    ));
    let changed = json!({"action": "rules", "text": "Everything may be bought now",
        "rules": {"fractional": true, "position_max_percent": 10, "hold_minutes": 60}});
    act(&host, &ticket, changed).await;
    buy(&pupil, &ticket, "501")
        .await
        .error("position_too_large");
    let _: OrderView = buy(&pupil, &ticket, "500")
        .await
        .expect(StatusCode::CREATED);
    let sale = order("MUFFN", "sell", json!({"amount": "10"}));
    let path = format!("/api/v1/games/{}/orders", ticket.slug);
    pupil.post(&path, &sale).await.error("held_too_short");
    // Rules to come are told before they count.
    let later = json!({"action": "rules", "text": "A fee from spring on", "at": "2099-03-01T08:00",
        "rules": {"fractional": true, "fee_bps": 50}});
    let page = act(&host, &ticket, later).await;
    assert_eq!(page.game.rules.fees.basis_points, 0);
    assert!(
        page.notices[0]
            .rules
            .iter()
            .any(|rule| rule.contains("0.50%"))
    );
    let past = json!({"action": "rules", "text": "x", "at": "2001-01-01T00:00", "rules": {}});
    let past = host
        .post(&format!("/api/v1/games/{}/host", ticket.slug), &past)
        .await;
    assert_eq!(past.wrong_field(), "at");
    app.stop().await;
}

#[tokio::test]
async fn a_host_gives_less_xp_from_an_instant_on_and_never_more() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    let xp = |buy: i64| {
        json!({"action": "xp", "text": "Think before you trade", "at": "2099-03-01T08:00",
        "xp": {"buy": buy, "sell": 15, "reason_bonus": 5, "diversification_bonus": 5, "holding_bonus": 10}})
    };
    for wrong in [11, -1] {
        let refused = host.post(&path, &xp(wrong)).await;
        assert_eq!(refused.wrong_field(), "xp.buy");
    }
    // Two games may choose the same instant.
    let other = create(&host, json!({})).await;
    act(&host, &other, xp(4)).await;
    let page = act(&host, &ticket, xp(2)).await;
    assert_eq!((page.xp.buy, page.xp_most.buy), (10, 10), "not yet");
    assert!(page.notices[0].text.contains("A buy earns 2 XP"));

    let store = app.store().await;
    let records = store.list_xp_rules().await.expect("the store works");
    let later = Timestamp::from_seconds(4_200_000_000);
    let rules = RulesInForce::at(&records, later);
    let games = store.list_games().await.expect("the store works");
    let buys = [&ticket, &other].map(|ticket| {
        let game = games.iter().find(|game| game.slug == ticket.slug);
        rules.of(game.expect("it is there").id).rules.buy
    });
    assert_eq!(buys, [2, 4]);
    assert_eq!(rules.of_all().rules.buy, 10);
    store.close().await;
    app.stop().await;
}

#[tokio::test]
async fn a_market_of_one_game_is_stepped_and_a_shared_one_is_not() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({"speed": 1})).await;
    let quotes = format!("/api/v1/games/{}/quotes", ticket.slug);
    let time = async || -> i64 {
        let quotes: Vec<domain::Quote> = host.get(&quotes).await.expect(StatusCode::OK);
        quotes[0].at.seconds()
    };
    let before = time().await;
    act(&host, &ticket, json!({"action": "step", "days": 3})).await;
    let stepped = async {
        while time().await < before + 3 * 86_400 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, stepped)
        .await
        .expect("the market steps");
    let storm = json!({"action": "storm", "text": "Frost kills the coffee", "percent": -50});
    let told = act(&host, &ticket, storm).await;
    assert_eq!(told.notices[0].text, "Frost kills the coffee");
    let market = format!("/api/v1/games/{}/instruments/MUFFN", ticket.slug);
    let storm = async {
        while !host.get(&market).await.body.contains("Frost kills") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, storm)
        .await
        .expect("the headline is told");
    let shared = create(&host, json!({"market": "shared"})).await;
    assert!(!view(&host, &shared).await.controls_market);
    let path = format!("/api/v1/games/{}/host", shared.slug);
    host.post(&path, &json!({"action": "step", "days": 1}))
        .await
        .error("not_possible");
    app.stop().await;
}

#[tokio::test]
async fn a_season_that_is_over_has_final_standings_by_two_measures() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    join(&app, &ticket, "ben").await;
    let _: OrderView = buy(&mia, &ticket, "1000").await.expect(StatusCode::CREATED);
    let path = format!("/api/v1/games/{}", ticket.slug);
    host.get(&format!("{path}/finals")).await.error("not_found");
    act(&host, &ticket, json!({"action": "close"})).await;
    buy(&mia, &ticket, "100").await.error("game_not_open");
    let finals = settled(&host, &format!("{path}/finals?other=xp")).await;
    assert_eq!(finals.rows.len(), 2);
    let mia = finals
        .rows
        .iter()
        .find(|row| row.handle == "mia")
        .expect("she was in");
    assert!(mia.other_rank == 1 && mia.other_score > 0, "{mia:?}");
    let ben = finals
        .rows
        .iter()
        .find(|row| row.handle == "ben")
        .expect("he was in");
    assert_eq!((ben.net_worth, ben.score), (Money::from_whole(5_000), 0));

    // Deleting the class leaves numbers without names.
    act(&host, &ticket, json!({"action": "archive"})).await;
    let page = act(&host, &ticket, json!({"action": "erase"})).await;
    assert!(page.reasons.is_empty() && page.ticket.code.is_none());
    assert!(
        page.roster
            .iter()
            .all(|pupil| pupil.handle.starts_with("former-"))
    );
    let finals = host.get(&format!("{path}/finals")).await;
    assert!(
        !finals.body.contains("mia") && !finals.body.contains("ben"),
        "{}",
        finals.body
    );
    app.stop().await;
}

#[tokio::test]
async fn an_assignment_is_proved_from_the_ledger() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let (mia, _) = join(&app, &ticket, "mia").await;
    join(&app, &ticket, "ben").await;
    let given = json!({"action": "assign", "text": "Own a company and say why",
        "at": "2099-01-01T08:00", "assignment": {"companies": 1, "reasons": 1}});
    let page = act(&host, &ticket, given).await;
    assert!(page.notices[0].text.contains("Own a company"));
    let path = format!("/api/v1/games/{}/assignments", ticket.slug);
    let _: OrderView = buy(&mia, &ticket, "500").await.expect(StatusCode::CREATED);
    let seen: Vec<AssignmentView> = mia.get(&path).await.expect(StatusCode::OK);
    let mine = seen[0].mine.expect("she is in the game");
    assert!(mine.done && seen[0].done.is_empty(), "{mine:?}");
    let seen: Vec<AssignmentView> = host.get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        (seen[0].done.as_slice(), seen[0].of),
        (&["mia".to_owned()][..], 2)
    );
    for wrong in [
        json!({"action": "assign", "text": "x", "at": "2099-01-01T08:00", "assignment": {}}),
        json!({"action": "assign", "text": "x", "assignment": {"companies": 1}}),
    ] {
        let path = format!("/api/v1/games/{}/host", ticket.slug);
        host.post(&path, &wrong).await.wrong_field();
    }
    let hosting = format!("/api/v1/games/{}/host", ticket.slug);
    let unknown = json!({"action": "unassign", "seq": 99});
    host.post(&hosting, &unknown).await.error("not_found");
    let which = json!({"action": "unassign"});
    assert_eq!(host.post(&hosting, &which).await.wrong_field(), "seq");
    let hidden = json!({"action": "announce", "text": "\u{202e}"});
    assert_eq!(host.post(&hosting, &hidden).await.wrong_field(), "text");
    act(&host, &ticket, json!({"action": "unassign", "seq": 1})).await;
    let seen: Vec<AssignmentView> = host.get(&path).await.expect(StatusCode::OK);
    assert!(seen.is_empty());
    app.stop().await;
}
