//! Notifications by mail: who gets them, how they stop, and a mail server that fails.

use domain::api::{Channels, NotificationKind, NotificationSettings};
use reqwest::StatusCode;
use serde_json::json;

use super::{PATIENCE, PAUSE, SETTINGS, follow, list, put};
use crate::app::TestApp;
use crate::mail::{Manner, Sink};

#[tokio::test]
async fn a_mail_is_sent_to_those_who_want_it_until_they_press_its_link() {
    let sink = Sink::start(|_| Manner::Accept).await;
    let config = sink.config();
    let app = TestApp::start_with(|settings| settings.mail = config).await;
    let ann = app.registered("ann").await;
    let on = json!({"kinds": [{"kind": "follower", "app": true, "mail": true}]});
    let settings: NotificationSettings = put(&ann, &on).await.expect(StatusCode::OK);
    assert_eq!(settings.mail_to.as_deref(), Some("ann@example.org"));
    assert!(settings.mail_available);
    follow(&app.registered("bob").await, "ann").await;
    let mail = taken(&sink, 1).await.remove(0);
    assert!(mail.contains("Subject: bob follows you."), "{mail}");
    let link = one_click(&mail);
    let path = link
        .strip_prefix("https://game.school.example")
        .expect("links lead to this game");
    // A mail program sends this without a log-in, and with a body of its own.
    let reader = app.anonymous();
    let stopped = reader
        .form(path, &[("List-Unsubscribe", "One-Click")])
        .await;
    assert_eq!(stopped.status, StatusCode::NO_CONTENT);
    let forged = path.replace("kind=follower", "kind=level");
    reader.form(&forged, &[]).await.error("not_found");
    let settings: NotificationSettings = ann.get(SETTINGS).await.expect(StatusCode::OK);
    let mut kinds = settings.kinds.iter();
    let follower = kinds.find(|one| one.kind == NotificationKind::Follower);
    let channels = follower.map(|one| Channels {
        app: one.app,
        mail: one.mail,
    });
    let in_the_game = Channels {
        app: true,
        mail: false,
    };
    assert_eq!(channels, Some(in_the_game));
    app.stop().await;
}

/// The messages about what happened that the sink has taken, once there are so many. Others ask whether
/// an address is its player's.
async fn taken(sink: &Sink, count: usize) -> Vec<String> {
    let look = async {
        loop {
            let mut mails = sink.taken();
            mails.retain(|mail| !mail.contains("Message-ID: <account-"));
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, look)
        .await
        .expect("the mails are sent")
}

/// The address of `List-Unsubscribe`, unfolded.
fn one_click(mail: &str) -> String {
    let unfolded = mail.replace("\r\n ", "");
    let line = unfolded
        .lines()
        .find_map(|line| line.strip_prefix("List-Unsubscribe: "));
    let link = line.expect("mails can be stopped");
    link.trim_matches(['<', '>']).to_owned()
}

#[tokio::test]
async fn with_a_mail_server_that_fails_half_the_time_every_mail_arrives_under_one_name() {
    // The first attempts: taken but not answered, asked to come later, hung up, and in between taken.
    let manners = [
        Manner::AcceptAndClose,
        Manner::Accept,
        Manner::Later,
        Manner::Accept,
        Manner::Close,
        Manner::Accept,
    ];
    let manner = move |number: usize| manners.get(number).copied().unwrap_or(Manner::Accept);
    let sink = Sink::start(manner).await;
    let config = sink.config();
    let app = TestApp::start_with(|settings| settings.mail = config).await;
    let ann = app.registered("ann").await;
    let on = json!({"kinds": [{"kind": "follower", "app": true, "mail": true}]});
    assert_eq!(put(&ann, &on).await.status, StatusCode::OK);
    let names = ["bob", "cas", "dan", "eva", "fay", "gus"];
    for name in names {
        follow(&app.registered(name).await, "ann").await;
    }
    let all_arrived = || {
        let mails = sink.taken();
        names.iter().all(|name| {
            let subject = format!("Subject: {name} follows you.");
            mails.iter().any(|mail| mail.contains(&subject))
        })
    };
    let look = async {
        while !all_arrived() || sink.connections() < names.len() + 3 {
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, look)
        .await
        .expect("every mail arrives");
    for name in names {
        let mails = sink.taken();
        let subject = format!("Subject: {name} follows you.");
        let same = mails.iter().filter(|mail| mail.contains(&subject));
        let mut ids: Vec<&str> = same
            .map(|mail| {
                let id = mail
                    .lines()
                    .find_map(|line| line.strip_prefix("Message-ID: "));
                id.expect("every mail has one")
            })
            .collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{name}");
    }
    assert_eq!(list(&ann).await.items.len(), names.len());
    app.stop().await;
}
