//! Things a player does that no ledger records: reading, looking back, joining in. They earn no XP of their
//! own, but achievements and quests count them.

use serde::{Deserialize, Serialize};

use super::happening::{Close, Happening};
use crate::{Day, GameId, PlayerId, Symbol};

/// Something a player did. Each is recorded once: see [`Deed::key`].
///
/// New variants go at the end: a variant's position is part of the hashed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The page of an instrument was read for the first time.
    ReadInstrument {
        /// The instrument.
        symbol: Symbol,
    },
    /// The page of an instrument that the player holds was read; once a day.
    ReadHolding {
        /// The instrument.
        symbol: Symbol,
    },
    /// The explanation of a term was opened for the first time.
    OpenedTerm {
        /// Its id in the glossary.
        term: String,
    },
    /// The weekly letter was read; once a week.
    ReadLetter {
        /// The Monday of the week.
        week: Day,
    },
    /// A *what if* was looked at; once a day.
    RanWhatIf,
    /// A receipt was checked; once a day.
    CheckedReceipt,
    /// A curve was compared with a friend's; once a day.
    ComparedCurves,
    /// A game was joined.
    JoinedGame {
        /// The game.
        game: GameId,
    },
    /// A player was followed for the first time.
    Followed {
        /// Whom.
        player: PlayerId,
    },
    /// A host marked a reason as a good one.
    MarkedReason {
        /// The game.
        game: GameId,
        /// Whose reason it is.
        player: PlayerId,
        /// The ledger entry that it belongs to.
        seq: i64,
    },
    /// A player joined a game that this one hosts, and traded there.
    WelcomedPlayer {
        /// The game.
        game: GameId,
        /// Who came.
        player: PlayerId,
    },
    /// Another player has traded in a game that this one hosts; once for each game.
    HostedGame {
        /// The game.
        game: GameId,
    },
    /// A day ended with shares held; once a day for each game.
    ClosedDay {
        /// The game.
        game: GameId,
        /// How the account stood.
        close: Close,
    },
    /// A week ended on a leaderboard of return with ten players or more.
    RankedWeek {
        /// The game.
        game: GameId,
        /// The first day of the week.
        week: Day,
        /// The share of the others left behind, in basis points.
        percentile_bps: u32,
    },
    /// A game was played to its end.
    FinishedSeason {
        /// The game.
        game: GameId,
    },
    /// Shares were bought of an instrument whose page was read before; once a day for each.
    BoughtAfterReading {
        /// The instrument.
        symbol: Symbol,
    },
    /// The whole market fell by 2 % or more, and the account, holding shares, sold none.
    SatOutStorm {
        /// The game.
        game: GameId,
        /// The market day.
        on: Day,
    },
    /// A position was held through a fall until it recovered half of it.
    HeldFall {
        /// The game.
        game: GameId,
        /// The instrument.
        symbol: Symbol,
        /// The market day of the low.
        low: Day,
        /// How deep the fall was, in percent.
        percent: u32,
    },
    /// A week ended with a rank on the leaderboard of steady hands, among ten players or more.
    RankedSteadyHands {
        /// The game.
        game: GameId,
        /// The first day of the week.
        week: Day,
        /// The share of the others left behind, in basis points.
        percentile_bps: u32,
    },
    /// A week of the market ended ahead of the index, with shares held all week.
    WeekAhead {
        /// The game.
        game: GameId,
        /// The first market day of the week.
        week: Day,
    },
    /// A week ended, and the player moved up a league.
    Promoted {
        /// The game.
        game: GameId,
        /// The first day of the week.
        week: Day,
    },
}

impl Deed {
    /// Identifies the deed among all of a player's, on a day in the player's time zone.
    #[must_use]
    pub fn key(&self, day: Day) -> String {
        match self {
            Self::ReadInstrument { symbol } => format!("read:{symbol}"),
            Self::ReadHolding { symbol } => format!("read-held:{day}:{symbol}"),
            Self::OpenedTerm { term } => format!("term:{term}"),
            Self::ReadLetter { week } => format!("letter:{week}"),
            Self::RanWhatIf => format!("what-if:{day}"),
            Self::CheckedReceipt => format!("receipt:{day}"),
            Self::ComparedCurves => format!("compared:{day}"),
            Self::JoinedGame { game } => format!("joined:{game}"),
            Self::Followed { player } => format!("followed:{player}"),
            Self::MarkedReason { game, player, seq } => format!("marked:{game}:{player}:{seq}"),
            Self::WelcomedPlayer { game, player } => format!("welcomed:{game}:{player}"),
            Self::HostedGame { game } => format!("hosted:{game}"),
            Self::ClosedDay { game, .. } => format!("closed:{game}:{day}"),
            Self::RankedWeek { game, week, .. } => format!("ranked:{game}:{week}"),
            Self::FinishedSeason { game } => format!("season:{game}"),
            Self::BoughtAfterReading { symbol } => format!("read-buy:{day}:{symbol}"),
            Self::SatOutStorm { game, on } => format!("storm:{game}:{on}"),
            Self::HeldFall {
                game, symbol, low, ..
            } => format!("fall:{game}:{symbol}:{low}"),
            Self::RankedSteadyHands { game, week, .. } => format!("steady:{game}:{week}"),
            Self::WeekAhead { game, week } => format!("ahead:{game}:{week}"),
            Self::Promoted { game, week } => format!("promoted:{game}:{week}"),
        }
    }

    /// The happening that counters see.
    #[must_use]
    pub fn happening(&self) -> Happening {
        match self {
            Self::ReadInstrument { .. } => Happening::InstrumentRead {
                is_first: true,
                is_held: false,
            },
            Self::ReadHolding { .. } => Happening::InstrumentRead {
                is_first: false,
                is_held: true,
            },
            Self::OpenedTerm { .. } => Happening::TermOpened,
            Self::ReadLetter { .. } => Happening::LetterRead,
            Self::RanWhatIf => Happening::WhatIfRun,
            Self::CheckedReceipt => Happening::ReceiptChecked,
            Self::ComparedCurves => Happening::CurveCompared,
            Self::JoinedGame { .. } => Happening::GameJoined,
            Self::Followed { .. } => Happening::FriendFollowed,
            Self::MarkedReason { .. } => Happening::ReasonMarked,
            Self::WelcomedPlayer { .. } => Happening::PlayerWelcomed,
            Self::HostedGame { .. } => Happening::GameHosted,
            Self::ClosedDay { close, .. } => Happening::Closed(*close),
            Self::RankedWeek { percentile_bps, .. } => Happening::WeekRanked {
                percentile_bps: *percentile_bps,
            },
            Self::FinishedSeason { .. } => Happening::SeasonFinished,
            Self::BoughtAfterReading { .. } => Happening::BoughtAfterReading,
            Self::SatOutStorm { .. } => Happening::StormSatOut,
            Self::HeldFall { percent, .. } => Happening::FallHeld { percent: *percent },
            Self::RankedSteadyHands { percentile_bps, .. } => Happening::SteadyHandsRanked {
                percentile_bps: *percentile_bps,
            },
            Self::WeekAhead { .. } => Happening::WeekAhead,
            Self::Promoted { .. } => Happening::Promoted,
        }
    }
}
