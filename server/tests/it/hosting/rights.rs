//! Who may see and do what in a hosted game.

use domain::Money;
use domain::api::{
    BoardView, GameRow, HostView, HostedState, JoinAnswer, MemberStatus, OrderView, Page,
};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{act, buy, code, create, join, view};
use crate::app::{PASSWORD, Player, TestApp, order};

#[tokio::test]
async fn only_hosts_can_do_what_hosts_do() {
    let app = TestApp::start().await;
    let host = app.registered("teacher").await;
    let helper = app.registered("helper").await;
    let ticket = create(&host, json!({})).await;
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    let csv = format!("{path}/marks.csv");
    let announce = json!({"action": "announce", "text": "Hello"});
    let refused = async |player: &Player| {
        player.get(&path).await.error("forbidden");
        player.get(&csv).await.error("forbidden");
        for action in [
            "open",
            "freeze",
            "unfreeze",
            "close",
            "archive",
            "announce",
            "rules",
            "add_host",
            "remove_host",
            "board_link",
            "no_board_link",
            "new_code",
            "step",
            "adjust",
            "admit",
            "remove",
            "readmit",
            "reset_words",
            "team",
            "good_one",
            "erase",
        ] {
            player
                .post(&path, &json!({"action": action}))
                .await
                .error("forbidden");
        }
    };
    refused(&pupil).await;
    refused(&helper).await;
    app.anonymous().get(&path).await.error("unauthorized");
    app.anonymous()
        .post(&path, &announce)
        .await
        .error("unauthorized");

    act(
        &host,
        &ticket,
        json!({"action": "add_host", "handle": "Helper"}),
    )
    .await;
    act(&helper, &ticket, announce.clone()).await;
    // A co-host cannot take the game over.
    for action in ["add_host", "remove_host", "erase"] {
        let body = json!({"action": action, "handle": "teacher"});
        helper.post(&path, &body).await.error("forbidden");
    }
    act(
        &host,
        &ticket,
        json!({"action": "remove_host", "handle": "helper"}),
    )
    .await;
    refused(&helper).await;
    // Nor is the host of one game that of another.
    let other = create(&helper, json!({})).await;
    host.get(&format!("/api/v1/games/{}/host", other.slug))
        .await
        .error("forbidden");
    app.stop().await;
}

#[tokio::test]
async fn a_host_cannot_reach_players_of_other_games_or_their_words() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    // A guest who was there before joins with that very account.
    let guest = app.guest().await;
    let path = format!("/api/v1/codes/{}", code(&ticket));
    let _: JoinAnswer = guest
        .post(&path, &json!({}))
        .await
        .expect(StatusCode::CREATED);
    let me: Value = guest.get("/api/v1/me").await.expect(StatusCode::OK);
    let host_path = format!("/api/v1/games/{}/host", ticket.slug);
    let reset = json!({"action": "reset_words", "player": me["id"]});
    host.post(&host_path, &reset).await.error("forbidden");
    let stranger = app.guest().await;
    let stranger: Value = stranger.get("/api/v1/me").await.expect(StatusCode::OK);
    for action in ["adjust", "admit", "remove", "team", "good_one"] {
        let body = json!({"action": action, "player": stranger["id"], "amount": "5", "text": "x", "seq": 1});
        host.post(&host_path, &body).await.error("not_found");
    }
    // One who came in by the code is brought back, and the old phone is out.
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let player = view(&host, &ticket).await.roster[1].player;
    let page = act(
        &host,
        &ticket,
        json!({"action": "reset_words", "player": player}),
    )
    .await;
    let words = page.words.expect("new words are shown");
    let words = words.strip_prefix("mia: ").expect("with the nickname");
    pupil.get("/api/v1/me").await.error("unauthorized");
    let body = json!({"handle": "mia", "words": words, "session": "token"});
    let again = app.anonymous().post("/api/v1/auth/recover", &body).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    app.stop().await;
}

#[tokio::test]
async fn a_member_waits_to_be_let_in_and_can_be_taken_out() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({"approval": true})).await;
    let (pupil, joined) = join(&app, &ticket, "mia").await;
    assert_eq!(joined.status, MemberStatus::Waiting);
    buy(&pupil, &ticket, "100").await.error("forbidden");
    let player = view(&host, &ticket).await.roster[0].player;
    act(&host, &ticket, json!({"action": "admit", "player": player})).await;
    let mut waiting = order("MUFFN", "buy", json!({"amount": "100"}));
    waiting["trigger"] = json!({"limit": "0.01"});
    let path = format!("/api/v1/games/{}", ticket.slug);
    let _: OrderView = pupil
        .post(&format!("{path}/orders"), &waiting)
        .await
        .expect(StatusCode::CREATED);
    act(
        &host,
        &ticket,
        json!({"action": "remove", "player": player}),
    )
    .await;
    buy(&pupil, &ticket, "100").await.error("forbidden");
    let open: Page<OrderView> = pupil
        .get(&format!("{path}/open-orders"))
        .await
        .expect(StatusCode::OK);
    assert!(open.items.is_empty(), "orders that waited are ended");
    act(
        &host,
        &ticket,
        json!({"action": "readmit", "player": player}),
    )
    .await;
    let _: OrderView = buy(&pupil, &ticket, "100")
        .await
        .expect(StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn an_adjustment_is_made_once_and_its_reason_is_in_the_ledger() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let (pupil, _) = join(&app, &ticket, "mia").await;
    let player = view(&host, &ticket).await.roster[0].player;
    let body = json!({"action": "adjust", "player": player, "amount": "250", "text": "Best essay", "key": "essay-mia"});
    act(&host, &ticket, body.clone()).await;
    let page = act(&host, &ticket, body).await;
    assert_eq!(page.roster[0].net_worth, Money::from_whole(5_250));
    let path = format!("/api/v1/games/{}/ledger", ticket.slug);
    let ledger = pupil.get(&path).await;
    assert!(ledger.body.contains("Best essay"), "{}", ledger.body);
    let too_much = json!({"action": "adjust", "player": player, "amount": "-9999", "text": "x"});
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    assert_eq!(
        host.post(&path, &too_much).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    app.stop().await;
}

#[tokio::test]
async fn the_board_is_seen_with_its_link_until_that_is_revoked() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    join(&app, &ticket, "mia").await;
    let board = |key: &str| format!("/api/v1/games/{}/board?key={key}", ticket.slug);
    app.anonymous().get(&board("")).await.error("not_found");
    let page = act(&host, &ticket, json!({"action": "board_link"})).await;
    let address = page.board_address.expect("there is a link");
    let (_, key) = address.split_once("?key=").expect("the link has a key");
    let seen: BoardView = app
        .anonymous()
        .get(&board(key))
        .await
        .expect(StatusCode::OK);
    assert_eq!(seen.rows.len(), 1);
    assert_eq!(
        (seen.rows[0].handle.as_str(), seen.rows[0].rank),
        ("mia", 1)
    );
    let shown = app.browser().get(&address).await;
    assert!(
        shown.status == StatusCode::OK && shown.body.contains("as of"),
        "{}",
        shown.body
    );
    act(&host, &ticket, json!({"action": "no_board_link"})).await;
    app.anonymous().get(&board(key)).await.error("not_found");
    // Nor does the leaderboard of the game show names to strangers.
    let leaderboard = format!("/api/v1/games/{}/leaderboard", ticket.slug);
    app.anonymous().get(&leaderboard).await.error("forbidden");
    app.stop().await;
}

#[tokio::test]
async fn a_game_that_is_not_public_is_seen_by_its_own_people_only() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let public = create(&host, json!({"name": "For all", "visibility": "public"})).await;
    let draft = create(
        &host,
        json!({"name": "Not yet", "visibility": "public", "draft": true}),
    )
    .await;
    let listed = async |player: &Player| -> Vec<String> {
        let page: Page<GameRow> = player.get("/api/v1/games").await.expect(StatusCode::OK);
        page.items.into_iter().map(|row| row.game.slug).collect()
    };
    let stranger = app.guest().await;
    assert_eq!(
        listed(&stranger).await,
        ["open".to_owned(), public.slug.clone()]
    );
    let all = [
        "open".to_owned(),
        ticket.slug.clone(),
        public.slug.clone(),
        draft.slug.clone(),
    ];
    assert_eq!(listed(&host).await, all);
    let by_slug = format!("/api/v1/games/{}/join", ticket.slug);
    stranger.post(&by_slug, &json!({})).await.error("forbidden");
    app.anonymous()
        .get(&format!("/api/v1/codes/{}", code(&draft)))
        .await
        .error("not_found");
    let public = format!("/api/v1/games/{}/join", public.slug);
    let _: GameRow = stranger
        .post(&public, &json!({}))
        .await
        .expect(StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn a_game_passes_on_when_its_host_leaves_and_ends_without_any() {
    let app = TestApp::start().await;
    let teacher = app.registered("teacher").await;
    let helper = app.registered("helper").await;
    let late = app.registered("latecomer").await;
    let ticket = create(&teacher, json!({})).await;
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    let do_it = async |player: &Player, body: Value| player.post(&path, &body).await;
    do_it(&teacher, json!({"action": "leave"}))
        .await
        .error("not_possible");
    let early = json!({"action": "hand_over", "handle": "helper"});
    let refused = do_it(&teacher, early.clone()).await;
    assert_eq!(refused.wrong_field(), "handle");
    for handle in ["helper", "latecomer"] {
        let add = json!({"action": "add_host", "handle": handle});
        act(&teacher, &ticket, add).await;
    }
    do_it(&late, early.clone()).await.error("forbidden");
    act(&teacher, &ticket, early).await;
    do_it(
        &teacher,
        json!({"action": "add_host", "handle": "latecomer"}),
    )
    .await
    .error("forbidden");
    let page = act(&helper, &ticket, json!({"action": "leave"})).await;
    assert_eq!(page.hosts[0], "latecomer", "a host for longer than teacher");
    do_it(&helper, json!({"action": "freeze"}))
        .await
        .error("forbidden");

    let proof = json!({"password": PASSWORD});
    let erased = late.post("/api/v1/me/deletion", &proof).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT);
    let page: HostView = teacher.get(&path).await.expect(StatusCode::OK);
    assert_eq!(page.hosts, ["teacher"]);
    assert_eq!(page.state, HostedState::Open);
    let erased = teacher.post("/api/v1/me/deletion", &proof).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT);
    let store = app.store().await;
    let hosted = store.list_hosted_games().await.expect("the store works");
    assert_eq!(hosted[0].state, HostedState::Closed);
    store.close().await;
    app.stop().await;
}
