//! Mail, sent to a mail server that behaves well and badly.

use server::config::{MailConfig, Secret};
use server::mail::{Letter, Mail, MailError, Mailer};
use web::language::Language;

use crate::fixture::noon;

mod sink;

pub use mail_sink::Manner;
pub use sink::Sink;

fn mail() -> Mail {
    Mail {
        id: "n-7-42".into(),
        to: "ada@example.org".into(),
        at: noon(),
        letter: Letter {
            language: Language::English,
            subject: "Your order\r\nBcc: all@example.org".into(),
            paragraphs: vec!["You bought <3 shares> of Größe.".into()],
            action: Some((
                "Open the game".into(),
                "https://game.school.example/".into(),
            )),
            footer: "You asked for these mails.".into(),
            unsubscribe: Some("https://game.school.example/stop-mail?a=1".into()),
            one_click: Some("https://game.school.example/mail/stop?a=1".into()),
        },
    }
}

fn mailer(config: &MailConfig) -> Mailer {
    let mailer = Mailer::open(config).expect("the settings are right");
    mailer.expect("they name a mail server")
}

#[tokio::test]
async fn without_a_mail_server_there_is_no_mailer() {
    let mailer = Mailer::open(&MailConfig::default());
    assert!(mailer.expect("nothing is wrong").is_none());
}

#[tokio::test]
async fn a_mail_has_two_forms_one_identity_and_a_way_out() {
    let sink = Sink::start(|_| Manner::Accept).await;
    let mailer = mailer(&sink.config());
    for _ in 0..2 {
        mailer.send(&mail()).await.expect("it is taken");
    }
    let taken = sink.taken();
    let headers = |message: &str| {
        let (headers, _) = message.split_once("\r\n\r\n").expect("headers end");
        headers.to_owned()
    };
    let first = headers(&taken[0]);
    for line in [
        "Message-ID: <n-7-42@school.example>",
        "To: ada@example.org",
        "From: Tickerquest <game@school.example>",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://game.school.example/mail/stop?a=1>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ] {
        assert!(first.lines().any(|one| one == line), "{line}\n{first}");
    }
    // A line break in a subject makes no header.
    assert!(!first.contains("\nBcc"), "{first}");
    assert!(taken[0].contains("text/plain") && taken[0].contains("text/html"));
    assert!(taken[0].contains("&lt;3 shares&gt;"), "{}", taken[0]);
    assert_eq!(taken.len(), 2);
    assert!(taken[1].contains("Message-ID: <n-7-42@school.example>"));
    assert_eq!(mailer.link("/alerts"), "https://game.school.example/alerts");
}

#[tokio::test]
async fn a_refusal_is_final_and_everything_else_may_be_tried_again() {
    for (manner, is_final) in [
        (Manner::Refuse, true),
        (Manner::Later, false),
        (Manner::Close, false),
        (Manner::AcceptAndClose, false),
        (Manner::Stall, false),
    ] {
        let sink = Sink::start(move |_| manner).await;
        let mut config = sink.config();
        config.timeout_ms = 300;
        let error = mailer(&config).send(&mail()).await.expect_err("it failed");
        let refused = matches!(error, MailError::Refused(_));
        assert_eq!(refused, is_final, "{manner:?}: {error}");
    }
    // Nobody listens.
    let config = {
        let sink = Sink::start(|_| Manner::Accept).await;
        sink.config()
    };
    let error = mailer(&config).send(&mail()).await;
    assert!(matches!(error, Err(MailError::Failed(_))), "{error:?}");
}

#[tokio::test]
async fn an_address_that_cannot_be_one_is_refused_before_anything_is_sent() {
    let sink = Sink::start(|_| Manner::Accept).await;
    let wrong = Mail {
        to: "ada@example.org\r\nRCPT TO:<all@example.org>".into(),
        ..mail()
    };
    let error = mailer(&sink.config()).send(&wrong).await;
    assert!(matches!(error, Err(MailError::Refused(_))), "{error:?}");
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn nothing_shows_the_password() {
    let config = MailConfig {
        user: Some("game".into()),
        password: Some(Secret::new("a-password")),
        ..Sink::start(|_| Manner::Accept).await.config()
    };
    let shown = format!("{config:?} {:?}", mailer(&config));
    assert!(!shown.contains("a-password"), "{shown}");
}
