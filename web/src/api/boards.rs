//! Leaderboards, friends and profiles.

use domain::Timestamp;
use domain::api::{
    ApiError, ClosedPeriodView, FriendsView, InvitationView, LeaderboardView, PrivacyView,
    ProfileView,
};
use domain::boards::{Measure, Period};

use super::address::Address;
use super::get;

/// Which part of which leaderboard is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardAsked {
    /// How far back it looks.
    pub period: Period,
    /// What it ranks by.
    pub measure: Measure,
    /// `friends` or `region`; none: everyone.
    pub of: Option<&'static str>,
    /// From 1.
    pub page: u32,
    /// At most 100.
    pub per_page: u32,
}

/// `GET games/{game}/leaderboard`: with the rows around the player who asks.
pub async fn leaderboard(game: &str, asked: &BoardAsked) -> Result<LeaderboardView, ApiError> {
    get(Address::new(["games", game, "leaderboard"])
        .with("measure", Some(asked.measure.as_str()))
        .with("period", Some(asked.period.as_str()))
        .with("of", asked.of)
        .with("around", Some("me"))
        .with("page", Some(asked.page))
        .with("per_page", Some(asked.per_page)))
    .await
}

/// `GET games/{game}/leaderboard/ended`
pub async fn ended_leaderboard(
    game: &str,
    period: Period,
    measure: Measure,
    starts_at: Option<Timestamp>,
    after: u32,
) -> Result<ClosedPeriodView, ApiError> {
    get(Address::new(["games", game, "leaderboard", "ended"])
        .with("period", Some(period.as_str()))
        .with("measure", Some(measure.as_str()))
        .with("starts_at", starts_at)
        .with("after", (after > 0).then_some(after)))
    .await
}

/// `GET me/friends`
pub async fn friends() -> Result<FriendsView, ApiError> {
    get(Address::new(["me", "friends"])).await
}

/// `GET invitations/{code}`
pub async fn invitation(code: &str) -> Result<InvitationView, ApiError> {
    get(Address::new(["invitations", code])).await
}

/// `GET me/privacy`
pub async fn privacy() -> Result<PrivacyView, ApiError> {
    get(Address::new(["me", "privacy"])).await
}

/// `GET players/{handle}`
pub async fn profile(handle: &str) -> Result<ProfileView, ApiError> {
    get(Address::new(["players", handle])).await
}
