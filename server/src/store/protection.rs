//! Protecting players' accounts: second factors, links sent by mail, the log-in history; and erasing a
//! player.

use std::fmt::Debug;

use async_trait::async_trait;
use domain::{Hash, PlayerId, SessionId, Timestamp};

use super::{StoreResult, Taken};

/// Entries kept of a player's log-in history.
pub const LOGINS_KEPT: i64 = 100;

/// A player's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Encrypted, as stored.
    pub secret: Vec<u8>,
    /// When the player first entered a code from it. `None` until then: it is not yet active.
    pub confirmed_at: Option<Timestamp>,
    /// The time step of the latest accepted code. No code of this or an earlier step is accepted again.
    pub last_step: i64,
    /// Recovery codes left.
    pub recovery_codes: u32,
}

/// The purpose of a link sent by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Verifies that an address is the player's.
    Verify,
    /// Sets a new password.
    Reset,
    /// Changes the address.
    Change,
}

impl LinkPurpose {
    /// As stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Change => "change",
        }
    }
}

/// A link that was sent by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLink {
    pub player: PlayerId,
    pub purpose: LinkPurpose,
    /// The digest of its token.
    pub token_hash: Hash,
    /// The address to which it was sent.
    pub email: String,
    pub expires_at: Timestamp,
}

/// An entry of a player's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRecord {
    pub player: PlayerId,
    pub at: Timestamp,
    /// 63 random bits.
    pub id: i64,
    /// An event name from the security log.
    pub event: String,
    pub device: String,
    pub network: Option<String>,
}

/// Second factors and histories.
#[async_trait]
pub trait ProtectionStore: Debug + Send + Sync + 'static {
    /// The second factor of a player, confirmed or not.
    async fn find_second_factor(&self, player: PlayerId) -> StoreResult<Option<SecondFactor>>;
    /// Stores a second factor that has yet to be confirmed. False, and nothing changes, if there is a
    /// confirmed one.
    async fn begin_second_factor(&self, player: PlayerId, secret: &[u8]) -> StoreResult<bool>;
    /// Confirms it, with its recovery codes. False if it was already confirmed.
    async fn confirm_second_factor(
        &self,
        player: PlayerId,
        step: i64,
        codes: &[Hash],
        now: Timestamp,
    ) -> StoreResult<bool>;
    /// Uses up a time step if it is later than the latest one. False if it is not.
    async fn use_step(&self, player: PlayerId, step: i64) -> StoreResult<bool>;
    /// Uses up a recovery code. False if the player has no such code left.
    async fn use_recovery_code(&self, player: PlayerId, code: Hash) -> StoreResult<bool>;
    /// Removes the second factor and its recovery codes.
    async fn remove_second_factor(&self, player: PlayerId) -> StoreResult<()>;
    /// Adds an entry to a player's history and keeps the latest [`LOGINS_KEPT`].
    async fn record_login(&self, login: &LoginRecord) -> StoreResult<()>;
    /// The latest first.
    async fn list_logins(&self, player: PlayerId, limit: u32) -> StoreResult<Vec<LoginRecord>>;
}

/// Passwords, addresses, and the end of an account.
#[async_trait]
pub trait IdentityStore: Debug + Send + Sync + 'static {
    /// Replaces the password of a registered player. False if there is no such player.
    async fn change_password(&self, player: PlayerId, hash: &str) -> StoreResult<bool>;
    /// Stores a link, replacing an earlier one with the same purpose.
    async fn store_mail_link(&self, link: &MailLink) -> StoreResult<()>;
    /// Uses up a link that has not expired: it works once. Returns the address to which it was sent.
    async fn take_mail_link(
        &self,
        player: PlayerId,
        purpose: LinkPurpose,
        token_hash: Hash,
        now: Timestamp,
    ) -> StoreResult<Option<String>>;
    /// Records that an address has been verified as the player's.
    async fn verify_email(&self, player: PlayerId, email: &str, now: Timestamp) -> StoreResult<()>;
    /// The address that was verified last.
    async fn verified_email(&self, player: PlayerId) -> StoreResult<Option<String>>;
    /// Replaces the address of a registered player.
    async fn change_email(&self, player: PlayerId, email: &str) -> StoreResult<Result<(), Taken>>;
    /// Erases everything that identifies a player and everything the player wrote: names, address, password,
    /// second factor, history, ties, lists, words with their salts. The ledger, the awards and the orders
    /// stay, under the new handle. Returns the sessions that were ended.
    async fn erase_player(
        &self,
        player: PlayerId,
        handle: &str,
        now: Timestamp,
    ) -> StoreResult<Vec<SessionId>>;
}
