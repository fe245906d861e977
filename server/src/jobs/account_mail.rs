//! Mail about an account: links that verify an address or set a new password, and notices of changes.

use async_trait::async_trait;
use domain::{PlayerId, Timestamp};
use serde::{Deserialize, Serialize};
use web::language::Language;

use super::{Context, Done, JobError, Kind, Limits};
use crate::app::{App, random_id};
use crate::mail::{Letter, Mail};
use crate::players::links::{self, Link};
use crate::store::jobs::Priority;
use crate::store::protection::LinkPurpose;

const WHY: &str = "You get this mail because somebody used this address in a game of Tickerquest.";

/// What to send. No payload holds a token: the link is signed when the mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountMailPayload {
    /// Identifies the message.
    pub id: i64,
    /// The address.
    pub email: String,
    /// When its cause happened, in seconds.
    pub at_s: i64,
    /// What it says.
    pub what: What,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A link for a player.
    Link {
        /// What it is for.
        purpose: LinkPurpose,
        /// The player.
        player: i64,
    },
    /// A password reset link for whoever has the address, if anybody does.
    Forgotten,
    /// Something has changed.
    Notice {
        /// A sentence in English.
        text: String,
        /// The tag of the language to write it in. The player may be gone when it is written.
        language: String,
    },
}

impl AccountMailPayload {
    /// A mail to an address.
    #[must_use]
    pub fn new(email: &str, what: What, now: Timestamp) -> Self {
        Self {
            id: random_id(),
            email: email.to_owned(),
            at_s: now.seconds(),
            what,
        }
    }
}

/// Sends them.
#[derive(Debug)]
pub struct AccountMail {
    app: App,
}

impl AccountMail {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }

    /// Stores the link again at each attempt; its token stays the same.
    async fn link(
        &self,
        purpose: LinkPurpose,
        player: PlayerId,
        mail: &AccountMailPayload,
    ) -> Result<String, JobError> {
        let link = Link {
            purpose,
            player,
            expires_at: links::expiry(purpose, Timestamp::from_seconds(mail.at_s)),
            nonce: mail.id,
        };
        let record = link.record(&self.app.seal, &mail.email);
        self.app.store.store_mail_link(&record).await?;
        Ok(link.path(&self.app.seal))
    }

    async fn letter(&self, mail: &AccountMailPayload) -> Result<Option<Letter>, JobError> {
        let Some(mailer) = &self.app.mailer else {
            return Ok(None);
        };
        let (purpose, player, language) = match &mail.what {
            What::Notice { text, language } => {
                let letter = letter("Your account has changed", vec![text.clone()], None);
                let language = Language::from_tag(language).unwrap_or_default();
                return Ok(Some(letter.in_language(language)));
            }
            What::Link { purpose, player } => {
                let player = PlayerId(*player);
                let found = self.app.store.find_player(player).await?;
                let language = found.map(|player| player.language());
                (*purpose, player, language.unwrap_or_default())
            }
            What::Forgotten => {
                let found = self.app.store.find_player_by_login(&mail.email).await?;
                let of_address = |player: &crate::store::PlayerRecord| {
                    player
                        .email
                        .as_deref()
                        .is_some_and(|email| email.eq_ignore_ascii_case(&mail.email))
                };
                match found.filter(of_address) {
                    Some(player) => (LinkPurpose::Reset, player.id, player.language()),
                    // Nobody here has this address, and nobody must learn that.
                    None => return Ok(None),
                }
            }
        };
        let path = self.link(purpose, player, mail).await?;
        let (subject, text, label) = words(purpose);
        let action = (label.to_owned(), mailer.link(&path));
        let letter = letter(subject, vec![text.to_owned()], Some(action));
        Ok(Some(letter.in_language(language)))
    }
}

fn words(purpose: LinkPurpose) -> (&'static str, &'static str, &'static str) {
    match purpose {
        LinkPurpose::Verify => (
            "Is this your address?",
            "Please confirm that this address is yours. Then you can get back into your account when you \
             forget your password. The link is good for a day.",
            "Yes, this is my address",
        ),
        LinkPurpose::Change => (
            "Your new address",
            "Please confirm that your account is to have this address. The link is good for a day.",
            "Use this address",
        ),
        LinkPurpose::Reset => (
            "A new password",
            "Somebody asked for a new password for your account. If it was you, choose one: the link is \
             good for 30 minutes, once. If it was not you, do nothing.",
            "Choose a new password",
        ),
    }
}

fn letter(subject: &str, paragraphs: Vec<String>, action: Option<(String, String)>) -> Letter {
    Letter {
        language: Language::English,
        subject: subject.to_owned(),
        paragraphs,
        action,
        footer: WHY.to_owned(),
        unsubscribe: None,
        one_click: None,
    }
}

#[async_trait]
impl Kind for AccountMail {
    const NAME: &'static str = "account_mail";
    type Payload = AccountMailPayload;

    fn limits() -> Limits {
        Limits {
            at_once: 2,
            max_attempts: 5,
            priority: Priority::High,
            ..Limits::default()
        }
    }

    async fn run(&self, job: &Context, mail: AccountMailPayload) -> Result<Done, JobError> {
        let at = Timestamp::from_seconds(mail.at_s);
        let has_link = !matches!(mail.what, What::Notice { .. });
        // A link that would already have expired is of no use.
        if has_link && links::expiry(LinkPurpose::Verify, at) <= job.now() {
            return Ok(Done::Finished);
        }
        let Some(mailer) = self.app.mailer.clone() else {
            return Ok(Done::Finished);
        };
        if let Some(letter) = self.letter(&mail).await? {
            let message = Mail {
                id: format!("account-{}", mail.id),
                to: mail.email.clone(),
                at,
                letter,
            };
            mailer.send(&message).await?;
        }
        Ok(Done::Finished)
    }
}
