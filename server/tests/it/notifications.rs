//! `/api/v1/me/notifications`: what players are told in the game, over the live connection and by mail.

use std::time::Duration;

use domain::api::{
    AlertView, AuthAnswer, LiveMessage, NotificationKind, NotificationSettings, NotificationView,
    NotificationsView, PlayerView,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Player, TestApp, order, registration};

mod by_mail;

const LIST: &str = "/api/v1/me/notifications";
const SETTINGS: &str = "/api/v1/me/notification-settings";
/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

async fn list(player: &Player) -> NotificationsView {
    player.get(LIST).await.expect(StatusCode::OK)
}

/// The list, once it says what is waited for.
async fn until(player: &Player, holds: impl Fn(&NotificationsView) -> bool) -> NotificationsView {
    let look = async {
        loop {
            let list = list(player).await;
            if holds(&list) {
                return list;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, look)
        .await
        .expect("it is told")
}

fn of_kind(list: &NotificationsView, kind: NotificationKind) -> Vec<&NotificationView> {
    let items = list.items.iter();
    items.filter(|one| one.kind == kind).collect()
}

async fn put(player: &Player, body: &Value) -> Answer {
    Answer::of(player.request(Method::PUT, SETTINGS).json(body)).await
}

async fn follow(player: &Player, handle: &str) {
    let body = json!({ "handle": handle });
    let answer = player.post("/api/v1/me/friends", &body).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unlock_is_told_once_and_is_unread_until_it_is_read() {
    let app = TestApp::start().await;
    let player = app.guest().await;
    let bought = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    assert_eq!(player.place(&bought).await.status, StatusCode::CREATED);
    let told = until(&player, |list| {
        !of_kind(list, NotificationKind::Unlocked).is_empty()
    })
    .await;
    let unlocked = of_kind(&told, NotificationKind::Unlocked);
    assert!(unlocked[0].text.starts_with("You unlocked “"), "{told:?}");
    assert_eq!(unlocked[0].link, "/achievements");
    let mut ids: Vec<&str> = told.items.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), told.items.len());
    assert_eq!(usize::try_from(told.unread).ok(), Some(told.items.len()));
    let me: PlayerView = player.get("/api/v1/me").await.expect(StatusCode::OK);
    assert_eq!(me.unread_notifications, told.unread);
    let body = json!({ "until": told.items[0].at });
    let read = player.post(&format!("{LIST}/read"), &body).await;
    assert_eq!(read.status, StatusCode::NO_CONTENT);
    let read = list(&player).await;
    assert_eq!(read.unread, 0);
    assert!(read.items.iter().all(|one| one.read));
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_forgot_how_far_it_had_read_tells_nothing_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().to_owned();
    let start = || {
        let path = path.clone();
        TestApp::start_with(move |config| config.data_dir = path)
    };
    let app = start().await;
    let body = json!({"session": "token"});
    let guest = app.anonymous().post("/api/v1/auth/guest", &body).await;
    let token = guest.expect::<AuthAnswer>(StatusCode::CREATED).token;
    let token = token.expect("a token was asked for");
    let player = app.program(&token);
    let bought = order(&app.symbol().await, "buy", json!({"amount": "500"}));
    assert_eq!(player.place(&bought).await.status, StatusCode::CREATED);
    let before = until(&player, |list| !list.items.is_empty()).await;
    app.stop().await;
    let open = || rusqlite::Connection::open(path.join("tickerquest.db")).expect("it opens");
    let forgotten = open().execute("update notification_positions set seq = 0", []);
    assert!(forgotten.expect("the statement works") > 0);
    let app = start().await;
    let read_again = async {
        let seq = "select max(seq) from notification_positions";
        while open().query_row(seq, [], |row| row.get::<_, i64>(0)) == Ok(0) {
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, read_again)
        .await
        .expect("the outbox is read again");
    assert_eq!(list(&app.program(&token)).await, before);
    app.stop().await;
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ended() {
    let app = TestApp::start().await;
    let ann = app.registered("ann").await;
    for name in ["bob", "cas", "dan"] {
        follow(&app.registered(name).await, "ann").await;
    }
    let first: NotificationsView = ann
        .get(&format!("{LIST}?limit=2"))
        .await
        .expect(StatusCode::OK);
    assert_eq!((first.items.len(), first.unread), (2, 3));
    let next = first.next.expect("there is one more");
    let second: NotificationsView = ann
        .get(&format!("{LIST}?limit=2&cursor={next}"))
        .await
        .expect(StatusCode::OK);
    let texts: Vec<&str> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["dan follows you.", "cas follows you.", "bob follows you."]
    );
    assert_eq!(second.next, None);
    assert_eq!(
        ann.get(&format!("{LIST}?cursor=x")).await.wrong_field(),
        "cursor"
    );
    app.anonymous().get(LIST).await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn a_live_connection_hears_how_many_are_unread() {
    let app = TestApp::start().await;
    let mut body = registration("ann");
    body["session"] = json!("token");
    let answer = app.anonymous().post("/api/v1/auth/register", &body).await;
    let token = answer.expect::<AuthAnswer>(StatusCode::CREATED).token;
    let mut socket = crate::live::connect_as(&app, &token.expect("a token was asked for")).await;
    // The connection listens once it has said hello.
    crate::live::said(&mut socket).await;
    follow(&app.registered("bob").await, "ann").await;
    let unread = loop {
        if let LiveMessage::Notifications { unread } = crate::live::said(&mut socket).await {
            break unread;
        }
    };
    assert_eq!(unread, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_kind_that_is_switched_off_is_not_told_and_settings_are_checked() {
    let app = TestApp::start().await;
    let ann = app.registered("ann").await;
    let settings: NotificationSettings = ann.get(SETTINGS).await.expect(StatusCode::OK);
    assert_eq!(settings.kinds.len(), NotificationKind::ALL.len());
    assert!(!settings.mail_available);
    let off = json!({"kinds": [{"kind": "follower", "app": false, "mail": false}],
        "quiet_from": "22:00", "quiet_until": "07:00"});
    let changed: NotificationSettings = put(&ann, &off).await.expect(StatusCode::OK);
    assert_eq!(changed.quiet_from.as_deref(), Some("22:00"));
    assert_eq!(changed.quiet_until.as_deref(), Some("07:00"));
    follow(&app.registered("bob").await, "ann").await;
    assert!(list(&ann).await.items.is_empty());
    for (from, until, field) in [
        (json!("25:00"), json!("07:00"), "quiet_from"),
        (json!("22:00"), Value::Null, "quiet_until"),
        (Value::Null, json!("7"), "quiet_until"),
    ] {
        let body = json!({"kinds": [], "quiet_from": from, "quiet_until": until});
        assert_eq!(put(&ann, &body).await.wrong_field(), field, "{body}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_price_alert_tells_when_the_price_comes_and_is_over() {
    // A market day a second, so that no price stays where it is.
    let app = TestApp::start_with(|config| config.market.speed = 86_400).await;
    let player = app.guest().await;
    let path = "/api/v1/games/open/alerts";
    let symbol = app.symbol().await;
    let price = || async {
        let detail: Value = player
            .get(&format!("/api/v1/games/open/instruments/{symbol}"))
            .await
            .expect(StatusCode::OK);
        let price: domain::Price = detail["instrument"]["quote"]["price"]
            .as_str()
            .expect("it has a price")
            .parse()
            .expect("prices are decimals");
        price
    };
    let near = |units: i64| domain::Price::from_units(units).to_string();
    // Whichever way the price goes, it reaches one of the two lines. It may do so before the line is
    // there: then the line is drawn again.
    for (side, sign) in [("above", 1), ("below", -1)] {
        loop {
            let line = price().await.units() + sign * 400;
            let body = json!({"symbol": symbol, "side": side, "price": near(line)});
            let answer = player.post(path, &body).await;
            if answer.status == StatusCode::CREATED {
                break;
            }
            assert_eq!(answer.wrong_field(), "price");
        }
    }
    let told = until(&player, |list| {
        !of_kind(list, NotificationKind::PriceAlert).is_empty()
    })
    .await;
    let alert = of_kind(&told, NotificationKind::PriceAlert)[0];
    assert!(alert.text.contains("to your line of"), "{}", alert.text);
    assert_eq!(alert.link, format!("/instruments/{symbol}"));
    let alerts: Vec<AlertView> = player.get(path).await.expect(StatusCode::OK);
    let over: Vec<&AlertView> = alerts.iter().filter(|alert| !alert.active).collect();
    assert!(!over.is_empty() && over.iter().all(|alert| alert.times == 1));
    let body = json!({"symbol": "ZZZZZ", "side": "above", "price": "10"});
    assert_eq!(player.post(path, &body).await.wrong_field(), "symbol");
    for alert in &alerts {
        let own = format!("{path}/{}", alert.id);
        assert_eq!(
            app.guest().await.delete(&own).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(player.delete(&own).await.status, StatusCode::NO_CONTENT);
    }
    app.stop().await;
}

#[tokio::test]
async fn members_are_told_what_their_host_announces_and_a_page_shows_it_as_text() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let body = json!({"name": "Year 9", "starting_cash": "5000", "late_entry": true});
    let ticket: Value = host
        .post("/api/v1/games", &body)
        .await
        .expect(StatusCode::CREATED);
    let code = ticket["code"].as_str().expect("a new game has a code");
    let pupil = app.browser();
    pupil.form("/forms/guest", &[]).await;
    let joined = pupil
        .post(&format!("/api/v1/codes/{code}"), &json!({}))
        .await;
    assert!(joined.status.is_success(), "{joined:?}");
    let slug = ticket["slug"].as_str().expect("a game has a slug");
    let words = json!({"action": "announce", "text": "Homework: <script>alert(1)</script>"});
    let said = host
        .post(&format!("/api/v1/games/{slug}/host"), &words)
        .await;
    assert_eq!(said.status, StatusCode::OK);
    let told = until(&pupil, |list| {
        !of_kind(list, NotificationKind::Announcement).is_empty()
    })
    .await;
    let one = of_kind(&told, NotificationKind::Announcement)[0];
    assert!(one.text.contains("Homework: <script>"), "{}", one.text);
    assert_eq!(one.link, format!("/games/{slug}/dashboard"));
    let own = list(&host).await;
    assert!(of_kind(&own, NotificationKind::Announcement).is_empty());
    let page = pupil.get("/notifications").await;
    let html = page.body;
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    assert!(!html.contains("<script>alert(1)"));
    app.stop().await;
}
