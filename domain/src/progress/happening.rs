//! What happened to a player, in terms of progress.

use serde::{Deserialize, Serialize};

/// A purchase that was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purchase {
    /// It is large enough to count (not [`crate::XpRules::is_too_small`]).
    pub counts: bool,
    /// The number of its sector in the game's list of sectors; none for a fund.
    pub sector: Option<u8>,
    /// The account had never bought the instrument before.
    pub is_new_instrument: bool,
    /// It has a real reason ([`crate::progress::reason_lacks`]).
    pub has_reason: bool,
    /// Exactly 42 shares.
    pub is_forty_two: bool,
    /// Minutes since midnight in the player's time zone, 0 to 1,439.
    pub minute_of_day: u16,
    /// It is a Saturday or Sunday there.
    pub is_weekend: bool,
}

/// A sale that was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sale {
    /// It is large enough to count and no round trip within seconds.
    pub counts: bool,
    /// Realized profit: below zero for a loss. Only its sign matters.
    pub profit: crate::Money,
    /// Days for which all shares sold were held: those of the newest.
    pub held_days: u32,
    /// It has a real reason.
    pub has_reason: bool,
    /// It was made by a waiting order at its own price, a day or more after the purchase.
    pub keeps_plan: bool,
    /// Exactly 42 shares.
    pub is_forty_two: bool,
    /// Minutes since midnight in the player's time zone, 0 to 1,439.
    pub minute_of_day: u16,
    /// It is a Saturday or Sunday there.
    pub is_weekend: bool,
}

/// How an account stands at a market's close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Close {
    /// Instruments held.
    pub instruments_held: u32,
    /// Sectors held.
    pub sectors_held: u32,
    /// The largest position's share of the account, in basis points.
    pub largest_share_bps: u32,
    /// The share of cash, in basis points.
    pub cash_share_bps: u32,
    /// Days for which the oldest lot has been held.
    pub longest_holding_days: u32,
    /// Days without a trade up to now, while shares were held.
    pub quiet_days: u32,
    /// Closes in a row with a worst fall below 10 % and half the account or more invested
    /// ([`super::steady_days`]).
    pub steady_days: u32,
}

/// One thing that happened. The engine and the jobs derive these from their facts. Amounts have
/// already been compared, so counters never look at prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// Shares were bought.
    Bought(Purchase),
    /// Shares were sold.
    Sold(Sale),
    /// An order was put to rest.
    OrderPlaced,
    /// A limit order was filled; comes beside [`Happening::Bought`] or [`Happening::Sold`].
    LimitFilled,
    /// A stop order was filled; comes beside [`Happening::Sold`] or [`Happening::Bought`].
    StopFilled,
    /// A fund was bought; comes beside [`Happening::Bought`].
    FundBought,
    /// The market closed.
    Closed(Close),
    /// A position fell from its high, was held, and has recovered half of the fall.
    FallHeld {
        /// How deep the fall was, in percent.
        percent: u32,
    },
    /// The first visit of a day.
    DayVisited {
        /// The streak including this day.
        streak: u32,
        /// Freezes that this visit spent.
        freezes_spent: u32,
        /// Days since the visit before; 1 for yesterday, 0 for the very first.
        days_since_last: u32,
    },
    /// A streak was repaired.
    StreakRepaired {
        /// The streak after it.
        streak: u32,
    },
    /// An old reason was reviewed: the player recorded how it turned out.
    ReasonReviewed,
    /// The page of an instrument was read.
    InstrumentRead {
        /// For the first time.
        is_first: bool,
        /// The player holds it.
        is_held: bool,
    },
    /// Shares were bought of an instrument whose page the player had read.
    BoughtAfterReading,
    /// The whole market fell by 2 % or more on a day on which the account held shares and sold none.
    StormSatOut,
    /// The explanation of a term was opened for the first time.
    TermOpened,
    /// A weekly letter was read for the first time.
    LetterRead,
    /// A *what if* was run.
    WhatIfRun,
    /// A receipt was checked against the signed log.
    ReceiptChecked,
    /// The quest of the day was done.
    QuestDone,
    /// A week ended on a board of return with ten players or more.
    WeekRanked {
        /// The share of the other players left behind, in basis points.
        percentile_bps: u32,
    },
    /// A week ended with a rank on the leaderboard of steady hands, among ten players or more.
    SteadyHandsRanked {
        /// The share of the other players left behind, in basis points.
        percentile_bps: u32,
    },
    /// A week ended ahead of the index, with shares held all week.
    WeekAhead,
    /// The player moved up to a higher league.
    Promoted,
    /// A season was played to its end.
    SeasonFinished,
    /// A game was joined.
    GameJoined,
    /// A player joined a game that this one hosts and made the first trade there.
    PlayerWelcomed,
    /// Another player traded in a game that this one hosts.
    GameHosted,
    /// The host marked a reason of a player as a good one.
    ReasonMarked,
    /// A player was followed.
    FriendFollowed,
    /// A curve was compared with a friend's.
    CurveCompared,
}
