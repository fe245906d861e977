//! Games that players host: what a host can request, and what host, pupils and projector see.

use serde::{Deserialize, Serialize};

use crate::boards::Measure;
use crate::progress::AssignmentRule;
use crate::{Currency, HostXp, Money, PlayerId, Price};

mod views;

pub use views::{
    AssignmentView, BoardRow, BoardView, CodeView, FinalRow, FinalsView, HostView, JoinAnswer,
    NoticeView, PupilView, ReasonView, RevealedCompany, RevealedHistory, RulesView, TicketSlip,
};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident: $($(#[$each:meta])* $variant:ident = $text:literal,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// Its name in JSON and in the database.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The value with this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// The stage of a hosted game. Whether it is frozen is part of its rules.
    HostedState:
    /// Only its hosts can see it.
    Draft = "draft",
    /// Players can join and trade within its dates.
    Open = "open",
    /// Trading is over.
    Closed = "closed",
    /// Kept read-only.
    Archived = "archived",
}

named! {
    /// How players join a hosted game.
    Visibility:
    /// It is in the list of games, and anyone may join.
    Public = "public",
    /// Anyone who has the code.
    Code = "code",
    /// Only players on the host's roster.
    Invitation = "invitation",
}

named! {
    /// Whether someone who asked to join a game may play.
    MemberStatus:
    /// A host has to approve first.
    Waiting = "waiting",
    /// In the game.
    Playing = "playing",
    /// Removed by a host.
    Removed = "removed",
}

named! {
    /// What a notice is about.
    NoticeKind:
    /// A message from the host.
    Announcement = "announcement",
    /// Changed rules.
    Rules = "rules",
    /// The game was opened, frozen or closed.
    State = "state",
    /// News of the market that the host has made.
    Headline = "headline",
}

named! {
    /// What a new game is played on.
    GameMarket:
    /// A market of its own with prices that nobody knows.
    Own = "own",
    /// The market of the open league.
    Shared = "shared",
    /// Imported history.
    Replay = "replay",
    /// Imported history, with names and dates hidden until the game is over.
    Hidden = "hidden",
}

/// The settings of a hosted game besides its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostSettings {
    /// How players join.
    pub visibility: Visibility,
    /// Whether a host has to agree to each who joins.
    #[serde(default)]
    pub approval: bool,
    /// Whether one may join after the opening.
    #[serde(default)]
    pub late_entry: bool,
    /// What the board ranks by.
    pub measure: Measure,
    /// The time zone of its dates, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// A game that a player wants to host. Omitted fields get the defaults that the page suggests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CreateGameRequest {
    /// Its name for people, 1 to 60 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(required = true, min_length = 1, max_length = 60)
    )]
    pub name: String,
    /// When trading starts, in the time zone, such as `2026-12-01T08:00`; immediately by default.
    pub opens_at: Option<String>,
    /// When it ends; never by default.
    pub closes_at: Option<String>,
    /// Such as `Europe/Berlin`; `UTC` by default.
    pub time_zone: Option<String>,
    /// What each player starts with; 10,000 by default.
    pub starting_cash: Option<Money>,
    /// What it is played in: `USD`, `EUR` or `GBP`; by default the currency of its market, which is `USD` unless
    /// its imported instruments trade in another one.
    pub currency: Option<Currency>,
    /// What it is played on; its own market by default.
    pub market: Option<GameMarket>,
    /// The day with which imported history begins, such as `2008-09-01`; its first day by default.
    pub replay_from: Option<String>,
    /// Market seconds that pass in one second, 1 to 86,400; not for the shared market.
    pub speed: Option<u32>,
    /// The proportional fee of a trade, in basis points of its value, at most 1,000.
    pub fee_bps: Option<u32>,
    /// The fixed fee of a trade.
    pub fee_fixed: Option<Money>,
    /// Whether fractional shares can be traded.
    pub fractional: bool,
    /// Categories that may be bought; all if empty.
    pub categories: Vec<String>,
    /// Largest part of an account in one instrument, 1 to 100 percent.
    pub position_max_percent: Option<u32>,
    /// Lowest price to buy at.
    pub price_min: Option<Price>,
    /// Minutes between buying and selling, at most 10,080.
    pub hold_minutes: Option<u32>,
    /// Tax on gains of shares held for a market year or less, in percent, at most 90; no tax by default.
    pub tax_short_percent: Option<u32>,
    /// The same for shares held longer; by default the rate for a year or less.
    pub tax_long_percent: Option<u32>,
    /// Yearly interest on cash, in basis points, at most 2,000; paid when a market month is over.
    pub cash_interest_bps: Option<u32>,
    /// When trading begins each day, in the time zone, such as `08:00`; at all times by default.
    pub hours_from: Option<String>,
    /// When it ends each day, such as `15:30`.
    pub hours_to: Option<String>,
    /// Whether there is no trading on Saturdays and Sundays.
    pub weekdays_only: bool,
    /// Whether one may join after the opening.
    pub late_entry: bool,
    /// What the board ranks by; return by default.
    pub measure: Option<Measure>,
    /// How players join; by code by default.
    pub visibility: Option<Visibility>,
    /// Whether a host has to agree to each who joins.
    pub approval: bool,
    /// Whether it stays a draft that only its host sees.
    pub draft: bool,
}

/// An action of a host. Each action reads only the fields that its description names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct HostRequest {
    /// `open`, `freeze`, `unfreeze`, `close`, `archive`, `restart`; `announce` (text); `step` (days);
    /// `storm` (text, percent, category); `adjust` (player, amount, text); `admit`, `remove`, `readmit`,
    /// `reset_words` (player); `team` (player, text); `good_one` (player, seq); `add_host`,
    /// `remove_host`, `hand_over` (handle); `leave`; `rules` (rules, text, at); `board_link`, `no_board_link`; `new_code`;
    /// `import` (roster); `assign` (text, at, assignment), `unassign` (seq); `erase`;
    /// `xp` (xp, text, at).
    pub action: String,
    /// The player it is about.
    pub player: Option<PlayerId>,
    /// The player it is about, by handle.
    pub handle: Option<String>,
    /// Words of the host, at most 280 characters.
    pub text: Option<String>,
    /// Cash to add, or to take when below zero.
    pub amount: Option<Money>,
    /// Market days to advance, 1 to 365.
    pub days: Option<u32>,
    /// How far a storm moves prices, in percent: -60 to 100.
    pub percent: Option<i32>,
    /// The category that a storm moves; all by default.
    pub category: Option<String>,
    /// A class as CSV: one nickname and team per line.
    pub roster: Option<String>,
    /// The ledger entry of a reason.
    pub seq: Option<i64>,
    /// An idempotency key of the host's choice: the same adjustment is made only once.
    pub key: Option<String>,
    /// What an assignment asks for.
    pub assignment: Option<AssignmentRule>,
    /// When an assignment is due, or when changed rules take effect, in the game's time zone; immediately by
    /// default.
    pub at: Option<String>,
    /// Changed rules: the fields of a new game; name, market, draft and dates are ignored.
    pub rules: Option<CreateGameRequest>,
    /// What actions earn from an instant on, which must be at least two minutes ahead.
    pub xp: Option<HostXp>,
}

/// Joins by code. Without a session, the nickname creates a guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JoinRequest {
    /// The name that others see. Not needed when logged in.
    pub nickname: Option<String>,
    /// How the session of a new guest is kept.
    pub session: super::SessionKind,
}
