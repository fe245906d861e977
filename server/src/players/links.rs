//! Links that are sent by mail: signed, good once, for a while, and only the newest of a purpose.

use domain::api::ErrorCode;
use domain::{Hash, PlayerId, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::seal::Seal;
use crate::store::protection::{LinkPurpose, MailLink};

/// How long a link to a new password is good.
const RESET_S: i64 = 30 * 60;
/// How long the others are.
const CONFIRM_S: i64 = 24 * 3_600;
const SIGNED_FOR: &str = "mail link";

/// A link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub purpose: LinkPurpose,
    pub player: PlayerId,
    pub expires_at: Timestamp,
    pub nonce: i64,
}

impl Link {
    /// A new one.
    #[must_use]
    pub fn new(purpose: LinkPurpose, player: PlayerId, now: Timestamp) -> Self {
        Self {
            purpose,
            player,
            expires_at: expiry(purpose, now),
            nonce: random_id(),
        }
    }

    /// Its token.
    #[must_use]
    pub fn token(&self, seal: &Seal) -> String {
        let text = self.text();
        let signature = seal.sign(SIGNED_FOR, &text);
        format!("{text}.{signature}")
    }

    /// The path of the page that it leads to.
    #[must_use]
    pub fn path(&self, seal: &Seal) -> String {
        let page = match self.purpose {
            LinkPurpose::Reset => "/account/reset",
            LinkPurpose::Verify | LinkPurpose::Change => "/account/confirm",
        };
        format!("{page}?token={}", self.token(seal))
    }

    /// What is stored of it.
    #[must_use]
    pub fn record(&self, seal: &Seal, email: &str) -> MailLink {
        MailLink {
            player: self.player,
            purpose: self.purpose,
            token_hash: digest(&self.token(seal)),
            email: email.to_owned(),
            expires_at: self.expires_at,
        }
    }

    fn text(&self) -> String {
        let Self { player, nonce, .. } = self;
        let expires = self.expires_at.seconds();
        format!("{}.{player}.{expires}.{nonce}", self.purpose.as_str())
    }

    /// The link of a token that we have signed.
    fn parse(seal: &Seal, token: &str) -> Option<Self> {
        let (text, signature) = token.trim().rsplit_once('.')?;
        if !seal.holds(SIGNED_FOR, text, signature) {
            return None;
        }
        let mut parts = text.split('.');
        let purpose = match parts.next()? {
            "verify" => LinkPurpose::Verify,
            "reset" => LinkPurpose::Reset,
            "change" => LinkPurpose::Change,
            _ => return None,
        };
        let mut number = || parts.next()?.parse::<i64>().ok();
        Some(Self {
            purpose,
            player: PlayerId(number()?),
            expires_at: Timestamp::from_seconds(number()?),
            nonce: number()?,
        })
    }
}

/// When a link that is made now ends.
#[must_use]
pub fn expiry(purpose: LinkPurpose, now: Timestamp) -> Timestamp {
    let seconds = match purpose {
        LinkPurpose::Reset => RESET_S,
        LinkPurpose::Verify | LinkPurpose::Change => CONFIRM_S,
    };
    // Whole seconds, as the token has them.
    Timestamp::from_seconds(now.seconds().saturating_add(seconds))
}

/// Takes the link of a token, which is then used up, and the address it was sent to.
///
/// # Errors
/// `link_ended` when it is not ours, has ended, was used, or a newer one was sent.
pub async fn take(app: &App, token: &str, purposes: &[LinkPurpose]) -> Result<(Link, String)> {
    let ended = || {
        let message =
            "This link has ended, was used already, or a newer one was sent. Ask for a new one.";
        Error::new(ErrorCode::LinkEnded, message)
    };
    let link = Link::parse(&app.seal, token).filter(|link| purposes.contains(&link.purpose));
    let link = link.ok_or_else(ended)?;
    let (now, hash) = (app.clock.now(), digest(token.trim()));
    let email = app
        .store
        .take_mail_link(link.player, link.purpose, hash, now);
    let email = email.await?.ok_or_else(ended)?;
    Ok((link, email))
}

fn digest(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}
