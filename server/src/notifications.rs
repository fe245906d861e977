//! Notifications: what happened while players were not looking, each sent once.
//!
//! A notification's key is its cause, such as an order or an unlock. Most causes come from the outbox:
//! `reader` turns its batches into notifications and moves its position in the same transaction.
//! `alerts` watches prices, and jobs announce and remind. The mail of a notification is a job enqueued
//! in the transaction that writes the notification.

use std::sync::Arc;

use domain::api::{AlertSide, FailureReason, NotificationKind};
use domain::{FactKind, GameId, Money, PlayerId, Price, Quantity, Side, Symbol, Timestamp, Xp};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::jobs::{Ask, NotificationMail, QueueError, job_of};
use crate::store::{NewNotification, NotificationChoices, StoreError, StoreResult};

mod alert_book;
mod alerts;
mod investments;
mod outcomes;
mod quiet;
mod reader;
pub mod unsubscribe;
mod words;

pub use alerts::{Alerts, watch as watch_alerts};
pub use quiet::mail_from;
pub use reader::keep as read_outbox;
pub use words::{Words, words};

/// The data of a notification; its words follow from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Subject {
    /// A waiting order was filled.
    OrderFilled {
        /// The game.
        game: GameId,
        /// What was traded.
        symbol: Symbol,
        /// The fill. `None` if it could not be found.
        fill: Option<(Side, Quantity, Price)>,
    },
    /// A waiting order ended without a fill.
    OrderEnded {
        /// The game.
        game: GameId,
        /// What was to be traded.
        symbol: Symbol,
        /// Why.
        why: EndedBy,
    },
    /// An achievement was unlocked.
    Unlocked {
        /// Its id.
        achievement: String,
        /// What it earned.
        xp: Xp,
    },
    /// A level was reached.
    Level {
        /// The level.
        level: u32,
    },
    /// A host's words.
    Announcement {
        /// The game.
        game: GameId,
        /// The words.
        text: String,
    },
    /// Something about the player's part in a hosted game.
    Hosting {
        /// The game.
        game: GameId,
        /// What happened.
        news: HostingNews,
    },
    /// A corporate action changed an account.
    CorporateAction {
        /// The game.
        game: GameId,
        /// A split, a dividend or a delisting, by the fact's name.
        kind: String,
        /// The instrument, if known.
        symbol: Option<Symbol>,
        /// What the account got.
        cash: Option<Money>,
    },
    /// Somebody follows the player.
    Follower {
        /// Who.
        handle: String,
    },
    /// A price crossed a player's line.
    PriceAlert {
        /// The game.
        game: GameId,
        /// Whose price.
        symbol: Symbol,
        /// To which side.
        side: AlertSide,
        /// The line.
        line: Price,
        /// The price that crossed it.
        price: Price,
    },
    /// A reason is old enough to look at again.
    OldReason {
        /// The game.
        game: GameId,
        /// What was traded.
        symbol: Symbol,
        /// Market days since then.
        days: u32,
    },
    /// The account has drifted further from its targets than they allow.
    Drifted {
        /// The game.
        game: GameId,
    },
    /// A strategy that the player follows has a new version.
    StrategyChanged {
        /// The game in which it was published.
        game: GameId,
        /// Its id.
        strategy: i64,
        /// Its name in that version.
        name: String,
        /// The number of the version.
        version: u32,
    },
    /// A challenge to a duel, the response to it, or its end.
    Duel {
        /// Its id.
        duel: String,
        /// The other player; empty after that player has left.
        handle: String,
        /// What happened.
        news: DuelNews,
    },
    /// An investment in an offering ended.
    Investment {
        /// The game.
        game: GameId,
        /// The offering. `None` if it could not be found.
        offering: Option<i64>,
        /// The company.
        symbol: Option<Symbol>,
        /// Shares requested. `None` if the investment could not be found.
        asked: Option<u32>,
        /// Its outcome.
        end: InvestmentEnding,
    },
    /// How the week went.
    Week {
        /// The game.
        game: GameId,
        /// The sentences of the week.
        sentences: Vec<String>,
    },
}

/// What happened to a player in a hosted game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostingNews {
    /// A host let the player in.
    Admitted,
    /// The player is one of its hosts now.
    Host,
    /// It is over, with the player's rank and the number of players.
    Over(i64, u32),
}

/// What happened to a duel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuelNews {
    /// Somebody challenges the player.
    Challenged,
    /// Somebody accepted the player's challenge.
    Accepted,
    /// Somebody declined it.
    Declined,
    /// Both have finished.
    Over,
}

impl DuelNews {
    /// A word for it in causes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Challenged => "challenged",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Over => "over",
        }
    }
}

/// How an investment in an offering ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvestmentEnding {
    /// It got this many shares, for this much.
    Got(Quantity, Money),
    /// It got none, and its money is free again.
    Nothing(FailureReason),
    /// The host took back this many shares, and the account got this much.
    TakenBack(Quantity, Money),
}

/// Why a waiting order ended without a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// It expired.
    Time,
    /// It could not be filled when its price was reached.
    Rejection,
    /// A split or a delisting.
    Action,
}

impl Subject {
    /// Its kind in the settings.
    #[must_use]
    pub fn kind(&self) -> NotificationKind {
        match self {
            Self::OrderFilled { .. } => NotificationKind::OrderFilled,
            Self::OrderEnded { .. } => NotificationKind::OrderEnded,
            Self::Unlocked { .. } => NotificationKind::Unlocked,
            Self::Level { .. } => NotificationKind::Level,
            Self::Announcement { .. } | Self::Hosting { .. } => NotificationKind::Announcement,
            Self::CorporateAction { .. } => NotificationKind::CorporateAction,
            Self::Follower { .. } => NotificationKind::Follower,
            Self::PriceAlert { .. } => NotificationKind::PriceAlert,
            Self::OldReason { .. } => NotificationKind::OldReason,
            Self::Drifted { .. } => NotificationKind::Drifted,
            Self::StrategyChanged { .. } => NotificationKind::StrategyChanged,
            Self::Duel { .. } => NotificationKind::Duel,
            Self::Investment { .. } => NotificationKind::Investment,
            Self::Week { .. } => NotificationKind::Week,
        }
    }
}

/// Something that happened to a player, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// To whom.
    pub player: PlayerId,
    /// What caused it. The same cause notifies once.
    pub cause: String,
    /// What it is.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
}

/// Whether a posting of the kind is a corporate action.
#[must_use]
pub fn is_action(kind: FactKind) -> bool {
    matches!(
        kind,
        FactKind::Split | FactKind::Dividend | FactKind::Delisted
    )
}

/// Whether a posting of the kind ends or reverses an investment. Reserves of orders end differently.
#[must_use]
pub fn ends_investment(kind: FactKind) -> bool {
    matches!(
        kind,
        FactKind::Allocated | FactKind::Released | FactKind::Reversed
    )
}

/// The notification of what happened, according to its player's preferences. `None` if the player has
/// turned the kind off.
///
/// # Errors
/// Those of the store.
pub async fn address(app: &App, happened: &Happened) -> StoreResult<Option<NewNotification>> {
    let Happened {
        player,
        cause,
        subject,
        at,
    } = happened;
    let choices = readable(app.store.find_notification_choices(*player).await)?;
    let choices = choices.unwrap_or_else(|| NotificationChoices::default_of(*player));
    let channels = choices.channels_of(subject.kind());
    let mail = if channels.mail && app.mailer.is_some() {
        mail_job(app, *player, cause, choices.quiet).await?
    } else {
        None
    };
    if !channels.app && mail.is_none() {
        return Ok(None);
    }
    let data = serde_json::to_string(subject).map_err(|error| corrupt(&error))?;
    Ok(Some(NewNotification {
        player: *player,
        cause: cause.clone(),
        kind: subject.kind(),
        data,
        at: *at,
        in_app: channels.app,
        mail,
    }))
}

/// Writes a notification of what happened, unless it has been written before.
///
/// # Errors
/// Those of the store.
pub async fn tell(app: &App, happened: &[Happened]) -> StoreResult<()> {
    let mut new = Vec::new();
    for one in happened {
        new.extend(address(app, one).await?);
    }
    if app.store.add_notifications(&new).await? > 0 {
        announce(app, new.iter().map(|one| one.player)).await;
    }
    Ok(())
}

/// Wakes the worker for new mails, and sends these players' live connections their number of unread
/// notifications.
pub async fn announce(app: &App, players: impl Iterator<Item = PlayerId>) {
    app.jobs.wake();
    let mut players: Vec<PlayerId> = players.collect();
    players.sort_unstable();
    players.dedup();
    for player in app.live.connected(&players) {
        match app.store.count_unread(player).await {
            Ok(unread) => app.live.tell_unread(player, unread),
            // The page shows the number when it is loaded next.
            Err(error) => tracing::debug!(%error, "unread notifications could not be counted"),
        }
    }
}

/// The job that mails a notification. `None` if the player has no address.
async fn mail_job(
    app: &App,
    player: PlayerId,
    cause: &str,
    quiet: Option<(u16, u16)>,
) -> StoreResult<Option<crate::store::jobs::NewJob>> {
    let Some(record) = app.store.find_player(player).await? else {
        return Ok(None);
    };
    if record.email.is_none() {
        return Ok(None);
    }
    let now = app.clock.now();
    let run_at = mail_from(now, quiet, record.progress.zone.as_deref());
    let payload = crate::jobs::MailedNotification {
        player,
        cause: cause.to_owned(),
    };
    let clock = Arc::clone(&app.clock);
    let job = job_of::<NotificationMail>(&payload, &Ask::default().run_at(run_at), now, &*clock);
    job.map(Some).map_err(|error| match error {
        QueueError::Store(error) => error,
        other => corrupt(&other),
    })
}

/// What was read. `None` if the database is damaged: one unreadable row must not keep all other players
/// from being notified.
fn readable<T>(read: StoreResult<T>) -> StoreResult<Option<T>> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_damage() => {
            tracing::error!(%error, "a notification is told without what cannot be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// An error for data created here that cannot be stored: a bug.
fn corrupt(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        what: format!("a notification: {error}"),
    }
}
