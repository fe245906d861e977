//! The pages of strategies, without script.

use domain::api::TargetsView;
use reqwest::StatusCode;

use super::TARGETS;
use crate::app::TestApp;

#[tokio::test]
async fn pages_without_script_publish_find_follow_copy_and_report() {
    let app = TestApp::start().await;
    let (author, reader) = (app.browser(), app.browser());
    for browser in [&author, &reader] {
        browser.form("/forms/guest", &[]).await;
    }
    let page = author.get("/publish").await;
    assert!(
        page.body.contains("You have no targets yet"),
        "{}",
        page.body
    );
    let targets = [
        ("instrument:PUFFN", "50"),
        ("absolute", "5"),
        ("relative", "25"),
        ("trade_min", "10"),
        ("game", "open"),
    ];
    author.form("/forms/targets", &targets).await;
    let fields = [
        ("name", "Half of it"),
        ("description", "Half in <puffs>, half in cash."),
        ("tags", "puffs, calm"),
        ("risk", "cautious"),
        ("visibility", "public"),
        ("game", "open"),
    ];
    let mut wrong = fields;
    wrong[0].1 = "x";
    let refused = author.form("/forms/publish-strategy", &wrong).await;
    assert_eq!(refused.header("location"), "/publish");
    let page = author.get("/publish").await;
    assert!(page.body.contains("3 to 60 characters"), "{}", page.body);
    let published = author.form("/forms/publish-strategy", &fields).await;
    let own = published.header("location").to_owned();
    let id = own.strip_prefix("/strategies/").expect("its page follows");
    let list = reader
        .get("/strategies?text=half&risk=cautious&min_return=")
        .await;
    assert!(list.body.contains("Half of it"), "{}", list.body);
    let page = reader.get(&own).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "Half in &lt;puffs&gt;, half in cash.",
        "Not measured yet",
        "Copy into my targets",
        "Version 1",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let of = [("game", "open"), ("strategy", id)];
    let followed = reader.form("/forms/follow-strategy", &of).await;
    assert_eq!(followed.header("location"), own);
    let page = reader.get(&own).await;
    assert!(page.body.contains("Stop following"), "{}", page.body);
    let preview = reader.get(&format!("{own}/copy?version=1")).await;
    assert!(
        preview.body.contains("These become yours"),
        "{}",
        preview.body
    );
    let copied = reader
        .form(
            "/forms/copy-strategy",
            &[("game", "open"), ("strategy", id), ("version", "1")],
        )
        .await;
    assert_eq!(copied.header("location"), "/targets");
    let targets: TargetsView = reader.get(TARGETS).await.expect(StatusCode::OK);
    assert!(targets.plan.is_some());
    let report = [("game", "open"), ("strategy", id), ("words", "It is dull.")];
    reader.form("/forms/report-strategy", &report).await;
    let page = reader.get(&own).await;
    assert!(page.body.contains("will read your report"), "{}", page.body);
    let edit = format!("{own}/edit");
    assert_eq!(reader.get(&edit).await.status, StatusCode::NOT_FOUND);
    let mut changed = fields.to_vec();
    changed[0].1 = "Half of all";
    changed.push(("strategy", id));
    let saved = author.form("/forms/publish-strategy", &changed).await;
    assert_eq!(saved.header("location"), own);
    let page = reader.get(&format!("{own}?version=1")).await;
    assert!(
        page.body.contains("Look at the latest version"),
        "{}",
        page.body
    );
    app.stop().await;
}
