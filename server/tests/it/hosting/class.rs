//! A class comes in: by code, by nickname, with forms alone.

use domain::Money;
use domain::api::{CodeView, MemberStatus, OrderView};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{act, buy, code, create, join, view};
use crate::app::TestApp;

#[tokio::test]
async fn a_pupil_comes_in_by_the_code_with_a_nickname_alone() {
    let app = TestApp::start().await;
    let host = app.registered("teacher").await;
    let ticket = create(&host, json!({})).await;
    assert_eq!(code(&ticket).len(), 6);
    assert!(ticket.slug.starts_with("year-9-") && !ticket.qr_path.is_empty());
    // Letters of any size, with blanks between.
    let typed = code(&ticket).to_lowercase();
    let found: CodeView = app
        .anonymous()
        .get(&format!("/api/v1/codes/{typed}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (found.slug.as_str(), found.host.as_str()),
        (ticket.slug.as_str(), "teacher")
    );
    assert_eq!((found.closed, found.joined), (None, None));

    let (pupil, joined) = join(&app, &ticket, "mia").await;
    assert_eq!(
        (joined.handle.as_str(), joined.status),
        ("mia", MemberStatus::Playing)
    );
    let bought = buy(&pupil, &ticket, "1000").await;
    let _: OrderView = bought.expect(StatusCode::CREATED);
    // The same nickname again is told apart.
    let (_, second) = join(&app, &ticket, "mia").await;
    assert!(second.handle.starts_with("mia-"), "{}", second.handle);

    let seen = view(&host, &ticket).await;
    let handles: Vec<&str> = seen
        .roster
        .iter()
        .map(|pupil| pupil.handle.as_str())
        .collect();
    assert_eq!(handles, ["mia", second.handle.as_str()]);
    assert_eq!(seen.roster[0].companies, 1);
    assert_eq!(seen.roster[1].net_worth, Money::from_whole(5_000));
    assert_eq!(seen.reasons.len(), 1);
    let stamp =
        json!({"action": "good_one", "player": seen.roster[0].player, "seq": seen.reasons[0].seq});
    let stamped = act(&host, &ticket, stamp.clone()).await;
    assert!(stamped.reasons[0].good && stamped.roster[0].good_ones == 1);
    let again = act(&host, &ticket, stamp).await;
    assert_eq!(again.roster[0].good_ones, 1);
    let hosting = format!("/api/v1/games/{}/host", ticket.slug);
    for seq in [0, 999_999, i64::MAX] {
        let none = json!({"action": "good_one", "player": seen.roster[0].player, "seq": seq});
        host.post(&hosting, &none).await.error("not_found");
    }

    // The words find the pupil again on another phone.
    let body = json!({"handle": "mia", "words": joined.words, "session": "token"});
    let again = app.anonymous().post("/api/v1/auth/recover", &body).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    app.stop().await;
}

#[tokio::test]
async fn a_pupil_of_the_list_comes_by_its_words_and_is_no_second_one() {
    let app = TestApp::start().await;
    let host = app.registered("teacher").await;
    let ticket = create(&host, json!({})).await;
    let list = json!({"action": "import", "roster": "mia,Reds\nben"});
    let page = act(&host, &ticket, list).await;
    let slips = page.words.expect("the words are shown");
    let seen = view(&host, &ticket).await;
    assert!(seen.roster.iter().all(|pupil| pupil.last_seen_at.is_none()));

    let path = format!("/api/v1/codes/{}", code(&ticket));
    let body = json!({"nickname": "Mia", "session": "token"});
    let refused = app.anonymous().post(&path, &body).await;
    assert_eq!(refused.wrong_field(), "nickname");
    let words = slips.lines().find_map(|slip| slip.strip_prefix("mia: "));
    let body = json!({"handle": "mia", "words": words, "session": "token"});
    let back = app.anonymous().post("/api/v1/auth/recover", &body).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.body);
    // Another Mia may come now.
    let (_, second) = join(&app, &ticket, "mia").await;
    assert!(second.handle.starts_with("mia-"), "{}", second.handle);
    app.stop().await;
}

#[tokio::test]
async fn a_game_is_limited_to_categories_that_its_market_has() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let known: Vec<String> = app
        .anonymous()
        .get("/api/v1/games/open/categories")
        .await
        .expect(StatusCode::OK);
    for market in ["own", "shared"] {
        let game =
            |category: &str| json!({"name": "9b", "market": market, "categories": [category]});
        let refused = host.post("/api/v1/games", &game("Nope")).await;
        assert_eq!(refused.wrong_field(), "categories", "{market}");
        let made = host.post("/api/v1/games", &game(&known[0])).await;
        let made: Value = made.expect(StatusCode::CREATED);
        let slug = made["slug"].as_str().expect("a slug");
        let change =
            json!({"action": "rules", "text": "Only this", "rules": {"categories": ["Nope"]}});
        let refused = host
            .post(&format!("/api/v1/games/{slug}/host"), &change)
            .await;
        assert_eq!(refused.wrong_field(), "rules.categories", "{market}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_host_announces_twenty_things_an_hour() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let path = format!("/api/v1/games/{}/host", ticket.slug);
    for number in 0..20 {
        let said = json!({"action": "announce", "text": format!("{number} minutes left")});
        act(&host, &ticket, said).await;
    }
    let one_more = json!({"action": "announce", "text": "Now!"});
    host.post(&path, &one_more).await.error("not_possible");
    assert_eq!(view(&host, &ticket).await.notices.len(), 20);
    app.stop().await;
}

#[tokio::test]
async fn bad_nicknames_and_codes_are_refused() {
    let app = TestApp::start().await;
    let host = app.guest().await;
    let ticket = create(&host, json!({})).await;
    let path = format!("/api/v1/codes/{}", code(&ticket));
    for nickname in ["", "admin", "f-u-c-k", "0170123456", "a/b"] {
        let answer = app
            .anonymous()
            .post(&path, &json!({"nickname": nickname}))
            .await;
        assert_eq!(answer.wrong_field(), "nickname", "{nickname}");
    }
    app.anonymous()
        .get("/api/v1/codes/AAAAAA")
        .await
        .error("not_found");
    app.anonymous()
        .post("/api/v1/codes/none", &json!({"nickname": "mia"}))
        .await
        .error("not_found");
    app.anonymous()
        .post("/api/v1/games", &json!({"name": "x"}))
        .await
        .error("unauthorized");
    let wrong = host
        .post("/api/v1/games", &json!({"time_zone": "Mars"}))
        .await;
    assert_eq!(wrong.error("invalid_fields").fields.len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn a_class_opens_and_comes_in_with_forms_alone() {
    let app = TestApp::start().await;
    let host = app.browser();
    host.form("/forms/guest", &[]).await;
    let page = host.get("/games/new").await;
    assert!(
        page.status == StatusCode::OK && page.body.contains("Host a game"),
        "{}",
        page.body
    );
    let wrong = host
        .form(
            "/forms/create-game",
            &[("name", ""), ("starting_cash", "0")],
        )
        .await;
    assert_eq!(wrong.header("location"), "/games/new");
    assert!(
        host.get("/games/new")
            .await
            .body
            .contains("1 to 1,000,000,000")
    );
    let fields = [
        ("name", "Year 9"),
        ("late_entry", "true"),
        ("fractional", "true"),
        ("category:Food", "true"),
    ];
    let made = host.form("/forms/create-game", &fields).await;
    let address = made.header("location").to_owned();
    let slug = address
        .trim_start_matches("/games/")
        .trim_end_matches("/host")
        .to_owned();
    let page = host.get(&address).await;
    let code = page
        .body
        .split("data-testid=\"join-code\"")
        .nth(1)
        .expect("the code is shown");
    let code: String = code
        .split('>')
        .nth(1)
        .expect("the code is text")
        .chars()
        .take(6)
        .collect();

    let pupil = app.browser();
    assert!(pupil.get("/join").await.body.contains("Six letters"));
    let asked = pupil.get(&format!("/join/{code}")).await;
    assert!(
        asked.body.contains("Year 9") && asked.body.contains("name=\"nickname\""),
        "{}",
        asked.body
    );
    let fields = [("code", code.as_str()), ("nickname", "mia")];
    let joined = pupil.form("/forms/join-code", &fields).await;
    let slip = pupil.get(joined.header("location")).await;
    assert!(
        slip.body.contains("data-testid=\"recovery-words\""),
        "{}",
        slip.body
    );
    assert!(
        pupil
            .get(&format!("/games/{slug}/market"))
            .await
            .body
            .contains("Year 9")
    );
    let rules = pupil.get(&format!("/games/{slug}/rules")).await;
    assert!(
        rules.body.contains("You may buy only: Food."),
        "{}",
        rules.body
    );
    let page = host.get(&address).await;
    assert!(
        page.body.contains("mia") && page.body.contains("data-testid=\"roster\""),
        "{}",
        page.body
    );
    let told = [
        ("game", slug.as_str()),
        ("action", "announce"),
        ("text", "Five minutes left"),
    ];
    let told = host.form("/forms/host", &told).await;
    assert_eq!(told.header("location"), address);
    let rules = pupil.get(&format!("/games/{slug}/rules")).await;
    assert!(rules.body.contains("Five minutes left"));
    let refused = pupil.get(&address).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    app.stop().await;
}
