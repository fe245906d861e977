//! Mails a notification. A failed attempt may have delivered the mail, so all attempts share one
//! Message-ID.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use async_trait::async_trait;
use domain::PlayerId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::language::Language;

use super::{Context, Done, JobError, Kind, Limits};
use crate::app::App;
use crate::mail::{Letter, Mail, Mailer};
use crate::notifications::unsubscribe::Stop;
use crate::notifications::{Subject, words};
use crate::store::NotificationRecord;

/// The notification to mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedNotification {
    /// Whose.
    pub player: PlayerId,
    /// What caused it.
    pub cause: String,
}

/// Mails a notification to its player's address.
#[derive(Debug)]
pub struct NotificationMail {
    app: App,
}

impl NotificationMail {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    fn mail(
        &self,
        mailer: &Mailer,
        (to, language): (String, Language),
        record: &NotificationRecord,
    ) -> anyhow::Result<Mail> {
        let subject: Subject =
            serde_json::from_str(&record.data).context("the notification cannot be read")?;
        let words = words(&self.app, &subject);
        let stop = Stop {
            player: record.player,
            kind: record.kind,
        };
        let query = stop.query(&self.app.seal);
        let letter = Letter {
            language: Language::English,
            subject: words.text.clone(),
            paragraphs: vec![words.text],
            action: Some(("Show me".into(), mailer.link(&words.link))),
            footer: format!(
                "Tickerquest sends this because you asked for mail about: {}.",
                record.kind.label()
            ),
            unsubscribe: Some(mailer.link(&format!("/stop-mail?{query}"))),
            one_click: Some(mailer.link(&format!("/api/v1/mail/stop?{query}"))),
        };
        let letter = letter.in_language(language);
        Ok(Mail {
            id: message_id(record),
            to,
            at: record.at,
            letter: Letter {
                subject: first_words(&letter.subject),
                ..letter
            },
        })
    }
}

/// The same for every attempt. It does not reveal what the mail is about.
fn message_id(record: &NotificationRecord) -> String {
    let name = format!("{}:{}", record.player, record.cause);
    let digest = Sha256::digest(name);
    format!("notification-{}", hex::encode(&digest[..16]))
}

/// A text shortened to a subject: about 70 characters, cut between words.
fn first_words(text: &str) -> String {
    const MOST: usize = 70;
    let text = text.replace(char::is_control, " ");
    if text.chars().count() <= MOST {
        return text;
    }
    let mut cut = String::new();
    for word in text.split_whitespace() {
        if cut.chars().count() + word.chars().count() >= MOST {
            break;
        }
        cut.push_str(word);
        cut.push(' ');
    }
    format!("{}…", cut.trim_end())
}

#[async_trait]
impl Kind for NotificationMail {
    const NAME: &'static str = "notification_mail";
    type Payload = MailedNotification;

    /// Three retries, about two minutes. A longer outage of the mail server leaves dead jobs, which the
    /// operator sees and retries.
    fn limits() -> Limits {
        Limits {
            at_once: 4,
            max_attempts: 4,
            hard: Duration::from_secs(3 * 60),
            ..Limits::default()
        }
    }

    async fn run(&self, _: &Context, payload: MailedNotification) -> Result<Done, JobError> {
        let MailedNotification { player, cause } = payload;
        let Some(mailer) = &self.app.mailer else {
            return Err(JobError::Hopeless(anyhow!(
                "this server has no mail server"
            )));
        };
        let store = &self.app.store;
        let Some(record) = store.find_notification(player, &cause).await? else {
            return Ok(Done::Finished);
        };
        let choices = store.find_notification_choices(player).await?;
        if !choices.channels_of(record.kind).mail {
            return Ok(Done::Finished);
        }
        let found = store.find_player(player).await?;
        let reader = found.and_then(|player| {
            let language = player.language();
            Some((player.email?, language))
        });
        let Some(reader) = reader else {
            return Ok(Done::Finished);
        };
        let mail = self
            .mail(mailer, reader, &record)
            .map_err(JobError::Hopeless)?;
        mailer.send(&mail).await?;
        Ok(Done::Finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(first_words("You reached level 4."), "You reached level 4.");
        let long = "word ".repeat(40);
        let cut = first_words(&long);
        assert!(cut.chars().count() <= 71 && cut.ends_with("word…"), "{cut}");
        assert_eq!(first_words("a\r\nb"), "a  b");
    }
}
