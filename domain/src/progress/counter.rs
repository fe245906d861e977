//! The counters that achievements and quests are based on.

use std::fmt;
use std::str::FromStr;

use crate::wire;

/// How a counter moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterKind {
    /// It adds up and never falls.
    Sum,
    /// The largest value so far; it never falls.
    Most,
    /// The current value, which may fall.
    Now,
}

/// The scope of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterScope {
    /// Of a player across all games.
    Player,
    /// Of one account, so that the habits of one game do not count in another.
    Account,
}

/// The text names no counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CounterError;

impl fmt::Display for CounterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not the name of a counter")
    }
}

impl std::error::Error for CounterError {}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident $text:literal $kind:ident $scope:ident;)*) => {
        /// Something counted about a player. The text names are stable: databases and the data files of
        /// achievements and quests use them. New counters are appended at the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Counter {
            $($(#[$doc])* $name,)*
        }

        impl Counter {
            /// Every counter, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How it moves.
            #[must_use]
            pub fn kind(self) -> CounterKind {
                match self {
                    $(Self::$name => CounterKind::$kind,)*
                }
            }

            /// Its scope.
            #[must_use]
            pub fn scope(self) -> CounterScope {
                match self {
                    $(Self::$name => CounterScope::$scope,)*
                }
            }
        }
    };
}

counters! {
    /// Trades that count: large enough, and no round trip within seconds.
    Trades "trades" Sum Account;
    /// Purchases that count.
    Buys "buys" Sum Account;
    /// Sales that count.
    Sales "sales" Sum Account;
    /// Trades with a real reason.
    Reasons "reasons" Sum Account;
    /// Sales with a real reason.
    ReasonedSales "reasoned_sales" Sum Account;
    /// Different instruments bought.
    InstrumentsBought "instruments_bought" Sum Account;
    /// Different sectors bought from.
    SectorsBought "sectors_bought" Sum Account;
    /// The sectors bought from, one bit each; `sectors_bought` counts them.
    SectorBits "sector_bits" Now Account;
    /// Purchases of a fund.
    FundBuys "fund_buys" Sum Account;
    /// Purchases of an instrument whose page the player had read before.
    ReadBuys "read_buys" Sum Player;
    /// Orders put to rest until their price comes.
    OrdersPlaced "orders_placed" Sum Account;
    /// Limit orders filled.
    LimitsFilled "limits_filled" Sum Account;
    /// Stop orders filled.
    StopsFilled "stops_filled" Sum Account;
    /// Sales by a waiting order at its own price, a day or more after the purchase.
    PlansKept "plans_kept" Sum Account;
    /// Old reasons that the player reviewed.
    ReasonsReviewed "reasons_reviewed" Sum Player;
    /// Sales with a profit.
    ProfitableSales "profitable_sales" Sum Account;
    /// Sales with a loss.
    LosingSales "losing_sales" Sum Account;
    /// Sales with a loss and a real reason.
    ReasonedLosses "reasoned_losses" Sum Account;
    /// Sales with neither profit nor loss.
    BreakEvenSales "break_even_sales" Sum Account;
    /// Sales of shares held for 30 days or longer.
    PatientSales "patient_sales" Sum Account;
    /// The longest time that shares have been held, in days.
    LongestHolding "longest_holding" Most Account;
    /// The deepest fall, in percent, that a position was held through until it recovered half of the fall.
    FallHeld "fall_held" Most Player;
    /// Positions held through a fall of 10 % or more.
    FallsHeld "falls_held" Sum Player;
    /// Days on which the whole market fell by 2 % or more and the player, holding shares, sold none.
    StormsSatOut "storms_sat_out" Sum Player;
    /// The longest run of days with shares and without a trade.
    QuietDays "quiet_days" Most Player;
    /// Instruments held at the latest close.
    InstrumentsHeld "instruments_held" Now Player;
    /// Sectors held at the latest close.
    SectorsHeld "sectors_held" Now Player;
    /// Closes with three sectors or more held.
    DiversifiedDays "diversified_days" Sum Player;
    /// Closes with four positions or more, none above a quarter of the account.
    BalancedDays "balanced_days" Sum Player;
    /// Closes with half the account or more invested and a twentieth or more in cash.
    CushionDays "cushion_days" Sum Player;
    /// The longest run of closes with a worst fall below 10 % and half the account or more
    /// invested.
    SteadyDays "steady_days" Most Player;
    /// Trades between midnight and four in the player's time zone.
    NightTrades "night_trades" Sum Account;
    /// Trades on a Saturday or Sunday in the player's time zone.
    WeekendTrades "weekend_trades" Sum Account;
    /// Trades of exactly 42 shares.
    FortyTwos "forty_twos" Sum Account;
    /// The best percentage of other players beaten on a return board of ten or more.
    BestPercentile "best_percentile" Most Player;
    /// The same on a board of steady hands.
    SteadyPercentile "steady_percentile" Most Player;
    /// Weeks finished in the upper half of a board of ten or more.
    UpperHalfWeeks "upper_half_weeks" Sum Player;
    /// Weeks finished ahead of the index, with shares held all week.
    WeeksAheadOfIndex "weeks_ahead_of_index" Sum Player;
    /// Promotions to a higher weekly cohort.
    Promotions "promotions" Sum Player;
    /// Seasons played to their end.
    SeasonsFinished "seasons_finished" Sum Player;
    /// Days on which the player visited.
    DaysVisited "days_visited" Sum Player;
    /// The longest streak, in days.
    Streak "streak" Most Player;
    /// Freezes spent on a streak.
    FreezesSpent "freezes_spent" Sum Player;
    /// Streaks repaired.
    StreaksRepaired "streaks_repaired" Sum Player;
    /// Returns after 30 days or more away.
    Comebacks "comebacks" Sum Player;
    /// Different instruments whose pages the player has read.
    InstrumentsRead "instruments_read" Sum Player;
    /// Pages read of instruments that the player held at that time.
    HeldPagesRead "held_pages_read" Sum Player;
    /// Different terms whose explanation the player has opened.
    TermsOpened "terms_opened" Sum Player;
    /// Weekly letters read.
    LettersRead "letters_read" Sum Player;
    /// Runs of *what if*.
    WhatIfs "what_ifs" Sum Player;
    /// Receipts checked against the signed log.
    ReceiptsChecked "receipts_checked" Sum Player;
    /// Daily quests done.
    QuestsDone "quests_done" Sum Player;
    /// The level reached.
    Level "level" Most Player;
    /// Achievements unlocked, repeats not counted.
    AchievementsUnlocked "achievements_unlocked" Most Player;
    /// Games joined.
    GamesJoined "games_joined" Sum Player;
    /// Games hosted in which another player has traded.
    GamesHosted "games_hosted" Sum Player;
    /// Players who joined a game that this one hosts and traded there.
    PlayersWelcomed "players_welcomed" Sum Player;
    /// Reasons of others marked as good, as their host.
    ReasonsMarked "reasons_marked" Sum Player;
    /// Players followed.
    FriendsFollowed "friends_followed" Sum Player;
    /// Curves compared with a friend's.
    CurvesCompared "curves_compared" Sum Player;
}

impl Counter {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its place in [`Counter::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self as u8)
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Counter {
    type Err = CounterError;

    fn from_str(text: &str) -> Result<Self, CounterError> {
        let found = Self::ALL.iter().find(|counter| counter.as_str() == text);
        found.copied().ok_or(CounterError)
    }
}

wire::as_string!(Counter, "the name of a counter", "^[a-z_]{3,32}$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_reads_back_from_its_name() {
        for (index, counter) in Counter::ALL.iter().enumerate() {
            assert_eq!(counter.index(), index);
            assert_eq!(counter.as_str().parse(), Ok(*counter));
        }
        assert_eq!("wealth".parse::<Counter>(), Err(CounterError));
    }
}
