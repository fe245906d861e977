//! Translated pages: none has a text of the English page left in it.

use reqwest::Method;
use serde_json::json;

use crate::app::{Answer, Player, TestApp, order};

/// The languages that are complete.
const LANGUAGES: [&str; 4] = ["de", "fr", "es", "pt"];

/// The translated pages of a player, with something on each.
const PAGES: [&str; 36] = [
    "/more",
    "/games",
    "/progress",
    "/achievements",
    "/scenarios",
    "/scenarios/bubble",
    "/puzzle",
    "/notifications",
    "/notifications/settings",
    "/stop-mail?kind=duel",
    "/week",
    "/friends",
    "/players/ada",
    "/players/ada/proof?game=open",
    "/proof",
    "/savings",
    "/offerings",
    "/watch-lists",
    "/alerts",
    "/journal",
    "/notes",
    "/notes?query=nothing",
    "/lots/SYMBOL",
    "/lots/SYMBOL?how=oldest&size=1",
    "/taxes",
    "/duels",
    "/duels/none-of-these",
    "/strategies",
    "/strategies?of=followed",
    "/strategies?text=nothing&page=2",
    "/strategies/STRATEGY",
    "/strategies/STRATEGY/copy",
    "/strategies/STRATEGY/edit",
    "/publish",
    "/games/open/title",
    "/practice",
];

/// The texts of a page: what stands between its tags, and what its attributes say.
fn texts(page: &str) -> Vec<String> {
    let start = page.find("<main").unwrap_or(0);
    let end = page.find("</main>").unwrap_or(page.len());
    let body = &page[start..end];
    let between = body
        .split('>')
        .filter_map(|part| part.split('<').next())
        .map(str::to_owned);
    let attributes = ["aria-label", "title", "placeholder"].map(|name| format!(" {name}=\""));
    let said = attributes.iter().flat_map(|attribute| {
        let values = body.split(attribute.as_str()).skip(1);
        values.filter_map(|rest| rest.split('"').next().map(str::to_owned))
    });
    between.chain(said).collect()
}

/// Whether a text has words that a translation changes: not a name, a number or a time zone.
fn has_words(text: &str, names: &[String]) -> bool {
    let is_word = |word: &str| word.len() > 2 && word.chars().all(char::is_alphabetic);
    let words = text.split(' ').filter(|word| is_word(word)).count();
    words > 1 && !names.iter().any(|name| text.contains(name))
}

async fn page(player: &Player, path: &str, language: &str) -> String {
    let request = player.request(Method::GET, path);
    let answer = Answer::of(request.header("accept-language", language)).await;
    let tag = format!("<html lang=\"{language}\"");
    assert!(answer.body.contains(&tag), "{path} is not in {language}");
    answer.body
}

/// Publishes a strategy that holds an instrument; its id.
async fn published(browser: &Player, symbol: &str) -> String {
    let target = format!("instrument:{symbol}");
    let targets = [
        (target.as_str(), "50"),
        ("absolute", "5"),
        ("relative", "25"),
        ("trade_min", "10"),
        ("game", "open"),
    ];
    browser.form("/forms/targets", &targets).await;
    let fields = [
        ("name", "Qwertz"),
        ("description", "Qwertz uiop."),
        ("tags", "asdf"),
        ("risk", "cautious"),
        ("visibility", "public"),
        ("game", "open"),
    ];
    let answer = browser.form("/forms/publish-strategy", &fields).await;
    let page = answer.header("location").to_owned();
    let id = page.strip_prefix("/strategies/").map(str::to_owned);
    id.expect("its page follows")
}

#[tokio::test]
async fn no_english_is_left_on_a_translated_page() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let symbol = app.symbol().await;
    let mut bought = order(&symbol, "buy", json!({ "quantity": "3" }));
    bought["reason"] = json!("Qwertz uiop asdfgh jklyx cvbnm, und noch mehr davon.");
    let placed = ada.place(&bought).await;
    assert!(placed.status.is_success(), "{}", placed.body);
    let browser = app.browser();
    let login = [("login", "ada"), ("password", crate::app::PASSWORD)];
    browser.form("/forms/login", &login).await;
    for (form, fields) in [
        ("/forms/daily-bonus", vec![]),
        ("/forms/new-watch-list", vec![("name", "Qwertz")]),
        ("/forms/new-alert", {
            let alert = [("game", "open"), ("side", "above"), ("price", "99999")];
            [alert.as_slice(), &[("symbol", symbol.as_str())]].concat()
        }),
        ("/forms/note", vec![("text", "Qwertz"), ("tags", "asdf")]),
    ] {
        browser.form(form, &fields).await;
    }
    let strategy = published(&browser, &symbol).await;
    // What is a name, in every language.
    let instruments = browser
        .get("/api/v1/games/open/instruments?per_page=100")
        .await;
    let instruments: serde_json::Value = instruments.expect(reqwest::StatusCode::OK);
    let items = instruments["items"].as_array().cloned().unwrap_or_default();
    let names = items.iter().filter_map(|item| item["name"].as_str());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.extend(
        [
            "Tickerquest",
            "Qwertz",
            "Ghostfolio",
            "America",
            "Asia",
            "Open league",
        ]
        .map(str::to_owned),
    );
    let mut left = Vec::new();
    for path in PAGES {
        let path = path.replace("SYMBOL", &symbol);
        let path = path.replace("STRATEGY", &strategy);
        let english = texts(&page(&browser, &path, "en").await);
        for language in LANGUAGES {
            let translated = texts(&page(&browser, &path, language).await);
            let same = translated.iter().filter(|text| english.contains(text));
            let same = same.filter(|text| has_words(text, &names));
            left.extend(same.map(|text| format!("{path} in {language}: {text}")));
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    app.stop().await;
}

#[tokio::test]
async fn a_company_describes_itself_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let english = "Bakes butter biscuits in tins that nobody ever throws away.";
    let german = "Backt Butterkekse in Dosen, die nie jemand wegwirft.";
    for (language, told, untold) in [("en", english, german), ("de", german, english)] {
        let page = page(&browser, "/instruments/CRUMB", language).await;
        assert!(page.contains(told) && !page.contains(untold), "{page}");
        // So do its reports, whatever they say. Most of them end with this word.
        let in_english = ["expected. The price", "expected. Der Preis"];
        let in_english = in_english.iter().any(|words| page.contains(words));
        assert_eq!(in_english, language == "en", "{page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_chart_tells_its_marks_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let bought = order("TEAPT", "buy", json!({ "quantity": "3" }));
    let placed = ada.place(&bought).await;
    assert!(placed.status.is_success(), "{}", placed.body);
    let browser = app.browser();
    let login = [("login", "ada"), ("password", crate::app::PASSWORD)];
    browser.form("/forms/login", &login).await;
    let marks = "/api/v1/games/open/instruments/TEAPT/chart-marks";
    let told = [
        ("en", "You bought 3 shares", "A dividend of $"),
        ("de", "Du hast 3 Aktien zu ", "Eine Dividende von "),
        ("fr", "Tu as acheté 3 actions à ", "Un dividende de "),
        ("es", "Compraste 3 acciones a ", "Un dividendo de "),
        ("pt", "Você comprou 3 ações a ", "Um dividendo de "),
    ];
    for (language, bought, dividend) in told {
        let answer = browser.get(&format!("{marks}?language={language}")).await;
        let page = page(&browser, "/instruments/TEAPT", language).await;
        for told in [&answer.body, &page] {
            assert!(told.contains(bought), "{language}: {told}");
            assert!(told.contains(dividend), "{language}: {told}");
        }
        let in_english = answer.body.contains("You bought");
        assert_eq!(in_english, language == "en", "{}", answer.body);
    }
    let unknown = browser.get(&format!("{marks}?language=tlh")).await;
    assert_eq!(unknown.wrong_field(), "language");
    app.stop().await;
}

#[tokio::test]
async fn a_link_to_the_game_is_previewed_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (language, title) in [
        ("en", "Tickerquest: play the market"),
        ("de", "Tickerquest: spiel an der Börse"),
        ("pt", "Tickerquest: jogue na bolsa"),
    ] {
        let page = page(&browser, "/", language).await;
        let told = |what: &str| page.contains(&format!("property=\"{what}\" content=\"{title}\""));
        assert!(told("og:title"), "{page}");
        let in_english = page.contains("Learn investing by doing");
        assert_eq!(in_english, language == "en", "{page}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_nickname_is_said_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let host = app.registered("ada").await;
    let game = json!({"name": "Qwertz", "starting_cash": "5000", "late_entry": true, "speed": 60});
    let made = host.post("/api/v1/games", &game).await;
    let ticket: serde_json::Value = made.expect(reqwest::StatusCode::CREATED);
    let code = ticket["code"].as_str().expect("a new game has a code");
    let pupil = app.browser();
    let told = [
        ("en", "The nickname must be 3 to 20 letters"),
        ("de", "Nimm 3 bis 20 Buchstaben"),
        ("fr", "Prends de 3 à 20 lettres"),
        ("es", "Usa de 3 a 20 letras"),
        ("pt", "Use de 3 a 20 letras"),
    ];
    for (language, told) in told {
        let fields = [("code", code), ("nickname", "x")];
        let refused = pupil.form("/forms/join-code", &fields).await;
        let page = page(&pupil, refused.header("location"), language).await;
        let error = page.split("id=\"nickname-error\"").nth(1);
        let error = error.and_then(|rest| rest.split("</p>").next());
        assert!(
            error.is_some_and(|it| it.contains(told)),
            "{language}: {page}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn what_a_trade_unlocks_is_named_in_the_language_that_is_asked_for() {
    let app = TestApp::start().await;
    let ada = app.registered("ada").await;
    let game = "/api/v1/games/open";
    for (language, name) in [("de", "Erster Kauf"), ("fr", "Premier achat")] {
        let path = format!("{game}/instruments/TEAPT/ticket?language={language}");
        let ticket = ada.get(&path).await;
        assert!(ticket.body.contains(name), "{}", ticket.body);
    }
    let bought = order("TEAPT", "buy", json!({ "quantity": "1" }));
    let placed = ada
        .post(&format!("{game}/orders?language=de"), &bought)
        .await;
    assert!(placed.body.contains("Erster Kauf"), "{}", placed.body);
    // The answer is kept in English: each request says it anew.
    let key = bought["idempotency_key"].as_str().expect("it has a key");
    for (asked, name) in [("", "First purchase"), ("?language=es", "Primera compra")] {
        let found = ada.get(&format!("{game}/orders/{key}{asked}")).await;
        assert!(found.body.contains(name), "{}", found.body);
    }
    let unknown = ada.get(&format!("{game}/orders/{key}?language=xx")).await;
    assert_eq!(unknown.wrong_field(), "language");
    app.stop().await;
}
