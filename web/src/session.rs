//! Who is logged in, available to every page.

use domain::PlayerId;
use domain::api::{ApiError, ErrorCode, PlayerView, SummaryView};
use domain::{Account, LevelRules, Money, Progress, Xp};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{CurrentGame, api};

/// A logged-in player, and the account at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The player.
    pub player: PlayerView,
    /// The account; none when it could not be loaded.
    pub summary: Option<SummaryView>,
}

/// The cash in a summary that is not set aside.
#[must_use]
pub fn free_cash(summary: &SummaryView) -> Money {
    let free = summary.cash.checked_sub(summary.reserved_cash);
    free.unwrap_or_default().max(Money::ZERO)
}

/// The session of this page: none when nobody is logged in. To be read inside `Suspense`.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession(Resource<Result<Option<Session>, ApiError>>);

impl CurrentSession {
    fn new() -> Self {
        let game = CurrentGame::get();
        Self(Resource::new(|| (), move |()| load(game)))
    }

    /// Provides the session to all components below.
    pub(crate) fn provide() -> Self {
        let session = Self::new();
        provide_context(session);
        session
    }

    /// The session of the surrounding page.
    #[must_use]
    pub fn get() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// The resource itself, for `Load` and `Suspend`.
    #[must_use]
    pub fn resource(self) -> Resource<Result<Option<Session>, ApiError>> {
        self.0
    }

    /// The account's version, as far as it has been loaded. Not tracked.
    pub(crate) fn version(self) -> Option<i64> {
        let session = self.0.get_untracked()?.ok()??;
        session.summary.map(|summary| summary.version)
    }

    /// The player, and the version of the account.
    pub(crate) fn player_and_version(self) -> Option<(PlayerId, i64)> {
        let session = self.0.get()?.ok()??;
        let version = session.summary?.version;
        Some((session.player.id, version))
    }

    /// Reloads it: after a log-in, a trade, a bonus.
    pub fn refetch(self) {
        self.0.refetch();
    }

    /// Calls back when a different player, or nobody, is logged in: what a page has loaded for the
    /// previous one is then no longer valid.
    pub fn on_player_change(self, changed: impl Fn() + 'static) {
        Effect::new(move |before: Option<Option<Option<PlayerId>>>| {
            let before = before.flatten();
            let session = self.0.get().and_then(Result::ok);
            // Nothing is known while it loads, so the previous state still counts.
            let Some(session) = session else {
                return before;
            };
            let player = session.map(|session| session.player.id);
            if before.is_some_and(|before| before != player) {
                changed();
            }
            Some(player)
        });
    }

    /// Updates the state immediately, before asking the server again. Does nothing when nobody is
    /// logged in.
    pub fn update(self, change: impl FnOnce(&mut Session)) {
        self.0.update(|known| {
            if let Some(Ok(Some(session))) = known {
                change(session);
            }
        });
    }

    /// The state after an order: shown everywhere at once.
    pub fn set_after_trade(self, account: &Account, xp: Xp, levels: LevelRules) {
        self.update(|session| {
            session.player.xp = xp;
            session.player.progress = Progress::by(levels, xp);
            if let Some(summary) = &mut session.summary {
                summary.cash = account.cash;
                summary.reserved_cash = account.reserved_cash;
                summary.open_orders = account.open_orders;
                summary.xp = xp;
                summary.progress = Progress::by(levels, xp);
            }
        });
    }
}

async fn load(game: CurrentGame) -> Result<Option<Session>, ApiError> {
    let player = match api::me().await {
        Ok(player) => player,
        Err(error) if error.code == ErrorCode::Unauthorized => return Ok(None),
        Err(error) => return Err(error),
    };
    let summary = api::summary(&game.slug()).await.ok();
    Ok(Some(Session { player, summary }))
}
