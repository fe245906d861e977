//! `/api/v1/me/friends`, `/api/v1/me/blocks`, `/api/v1/players` and their pages.

use domain::api::{
    FriendView, FriendsView, InvitationView, PrivacyView, ProfileView, ProfileVisibility,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::operation::reports::{self, ReportsCommand};

use crate::app::{Player, TestApp};

const FRIENDS: &str = "/api/v1/me/friends";

async fn friends(player: &Player) -> FriendsView {
    player.get(FRIENDS).await.expect(StatusCode::OK)
}

async fn follow(player: &Player, handle: &str) -> FriendView {
    let answer = player.post(FRIENDS, &json!({"handle": handle})).await;
    answer.expect(StatusCode::OK)
}

async fn profile(player: &Player, handle: &str) -> ProfileView {
    let answer = player.get(&format!("/api/v1/players/{handle}")).await;
    answer.expect(StatusCode::OK)
}

fn names(rows: &[FriendView]) -> Vec<(&str, bool)> {
    rows.iter()
        .map(|row| (&row.handle[..], row.mutual))
        .collect()
}

#[tokio::test]
async fn players_follow_each_other_by_name_or_by_invitation() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.registered("ann").await, app.registered("Bob").await);
    let cyd = app.registered("cyd").await;
    let followed = follow(&ann, "BOB").await;
    assert_eq!((&followed.handle[..], followed.mutual), ("Bob", false));
    assert_eq!(names(&friends(&bob).await.followers), [("ann", false)]);

    let invitation = friends(&bob).await.invitation;
    let path = format!("/api/v1/invitations/{invitation}");
    let shown: InvitationView = app.anonymous().get(&path).await.expect(StatusCode::OK);
    assert_eq!(shown.handle, "Bob");
    let accept = json!({"invitation": invitation});
    let accepted: FriendView = cyd.post(FRIENDS, &accept).await.expect(StatusCode::OK);
    assert!(accepted.mutual);
    assert_eq!(names(&friends(&bob).await.following), [("cyd", true)]);
    assert_eq!(names(&friends(&cyd).await.following), [("Bob", true)]);
    let own = bob.post(FRIENDS, &accept).await;
    assert_eq!(own.wrong_field(), "invitation");

    // A code that was changed is none.
    let forged = invitation.replacen(|digit: char| digit.is_ascii_digit(), "7", 3);
    let forged = cyd
        .post(FRIENDS, &json!({"invitation": format!("1{forged}")}))
        .await;
    assert_eq!(forged.wrong_field(), "invitation");
    for (body, field) in [
        (json!({"handle": "nobody-here"}), "handle"),
        (json!({"handle": "ann@example.org"}), "handle"),
        (json!({"handle": "ann"}), "handle"),
        (json!({}), "handle"),
    ] {
        assert_eq!(
            ann.post(FRIENDS, &body).await.wrong_field(),
            field,
            "{body}"
        );
    }
    let ended = ann.delete(&format!("{FRIENDS}/bob")).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    ann.delete(&format!("{FRIENDS}/bob"))
        .await
        .error("not_found");
    app.anonymous().get(FRIENDS).await.error("unauthorized");
    app.stop().await;
}

#[tokio::test]
async fn a_profile_shows_what_its_player_allows() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.registered("ann").await, app.registered("bob").await);
    let nobody = app.anonymous();
    let open = profile(&nobody, "ANN").await;
    assert_eq!((&open.handle[..], open.me, open.tie), ("ann", false, None));
    assert!(open.details.is_some());

    let choose = |visibility| PrivacyView {
        visibility,
        on_leaderboards: true,
    };
    let change = async |player: &Player, choice: PrivacyView| {
        let body = serde_json::to_value(choice).expect("it is JSON");
        let answer = player.post("/api/v1/me/privacy", &body).await;
        assert_eq!(answer.expect::<PrivacyView>(StatusCode::OK), choice);
    };
    change(&ann, choose(ProfileVisibility::Friends)).await;
    assert_eq!(profile(&bob, "ann").await.details, None);
    follow(&ann, "bob").await;
    let seen = profile(&bob, "ann").await;
    assert!(seen.details.is_some() && seen.tie.is_some_and(|tie| tie.followed));
    change(&ann, choose(ProfileVisibility::Private)).await;
    assert_eq!(profile(&bob, "ann").await.details, None);
    assert!(profile(&ann, "ann").await.details.is_some(), "her own");

    change(&ann, choose(ProfileVisibility::Public)).await;
    let block = json!({"handle": "bob"});
    ann.post("/api/v1/me/blocks", &block)
        .await
        .expect::<FriendView>(StatusCode::OK);
    assert_eq!(profile(&bob, "ann").await.details, None, "she blocks him");
    let refused = bob.post(FRIENDS, &json!({"handle": "ann"})).await;
    refused.error("forbidden");
    assert_eq!(names(&friends(&ann).await.blocked), [("bob", false)]);
    let ended = ann.delete("/api/v1/me/blocks/bob").await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert!(profile(&bob, "ann").await.details.is_some());
    nobody
        .get("/api/v1/players/nobody-here")
        .await
        .error("not_found");
    let odd = json!({"visibility": "secret", "on_leaderboards": true});
    assert_eq!(
        ann.post("/api/v1/me/privacy", &odd).await.wrong_field(),
        "visibility"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_report_reaches_the_operator() {
    let app = TestApp::start().await;
    let (ann, _bob) = (app.registered("ann").await, app.registered("bob").await);
    let path = "/api/v1/players/bob/reports";
    let body = json!({"kind": "cheating", "words": " He\u{202e} trades\nwhile asleep. "});
    let answer = ann.post(path, &body).await;
    assert_eq!(
        answer.expect::<Value>(StatusCode::CREATED)["reported"],
        "bob"
    );
    let own = ann.post("/api/v1/players/ann/reports", &body).await;
    assert_eq!(own.wrong_field(), "kind");
    let long = json!({"kind": "other", "words": "x".repeat(501)});
    assert_eq!(ann.post(path, &long).await.wrong_field(), "words");

    let store = app.store().await;
    let mut lines = Vec::new();
    let now = domain::Timestamp::from_seconds(1_795_262_400);
    let list = ReportsCommand::List { limit: 10 };
    let listed = reports::run(&*store, &list, now, |line| lines.push(line.to_owned())).await;
    listed.expect("the store answers");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("ann (player ") && lines[0].contains("reports bob"));
    assert!(
        lines[0].ends_with("for cheating: He trades while asleep."),
        "{lines:?}"
    );
    let id = lines[0]
        .split_whitespace()
        .next()
        .expect("it opens with its id");
    let close = ReportsCommand::Close {
        id: id.parse().expect("an id is a number"),
    };
    assert!(reports::run(&*store, &close, now, |_| ()).await.is_ok());
    assert!(reports::run(&*store, &close, now, |_| ()).await.is_err());
    store.close().await;
    app.stop().await;
}

/// The forms as a browser without script sends them.
#[tokio::test]
async fn friends_and_privacy_work_without_script() {
    let app = TestApp::start().await;
    let _bob = app.registered("bob").await;
    let browser = app.browser();
    browser.post("/api/v1/auth/guest", &json!({})).await;
    let page = browser.get("/friends").await;
    assert!(
        page.body.contains("You are not following anybody yet"),
        "{}",
        page.body
    );
    let sent = browser.form("/forms/follow", &[("handle", "bob")]).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (StatusCode::SEE_OTHER, "/friends")
    );
    let page = browser.get("/friends").await.body;
    assert!(
        page.contains("/players/bob") && page.contains("/friends?invitation="),
        "{page}"
    );
    browser
        .form("/forms/follow", &[("handle", "nobody-here")])
        .await;
    let page = browser.get("/friends").await.body;
    assert!(page.contains("There is no player of this name."), "{page}");

    let fields = [("handle", "bob"), ("kind", "handle"), ("words", "")];
    let sent = browser.form("/forms/report", &fields).await;
    assert_eq!(sent.header("location"), "/players/bob");
    let page = browser.get("/players/bob").await.body;
    assert!(
        page.contains("Unfollow") && page.contains("Thank you."),
        "{page}"
    );

    let sent = browser
        .form("/forms/privacy", &[("visibility", "private")])
        .await;
    assert_eq!(sent.header("location"), "/profile");
    let choice: PrivacyView = browser
        .get("/api/v1/me/privacy")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (choice.visibility, choice.on_leaderboards),
        (ProfileVisibility::Private, false)
    );
    app.stop().await;
}
