//! XP for trades: good process is rewarded, churn is not.

use serde::{Deserialize, Serialize};

use crate::{Day, LevelRules, Money, Side, Timestamp, Xp};

/// What actions earn. Stored as data with the instant from which it applies, so that a host can
/// change it without a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct XpRules {
    /// A buy.
    pub buy: Xp,
    /// A sale.
    pub sell: Xp,
    /// Coming back on a new day.
    pub daily_bonus: Xp,
    /// Bonus for a written reason, as judged by [`crate::progress::reason_lacks`].
    pub reason_bonus: Xp,
    /// More for the first purchase of an instrument beside others already held.
    pub diversification_bonus: Xp,
    /// Bonus for a sale of shares that were all held for `holding_days` or longer.
    pub holding_bonus: Xp,
    /// The fewest days that count as holding.
    pub holding_days: u32,
    /// What each further trade of an instrument on the same day earns, in percent of the previous one.
    pub repeat_percent: u32,
    /// A sale within this many seconds of the latest purchase is a round trip and earns nothing.
    pub round_trip_seconds: u32,
    /// A trade of a smaller value earns nothing.
    #[serde(default = "default_trade_min")]
    pub trade_min: Money,
    /// A trade below this share of the account's net worth, in basis points, earns nothing either.
    #[serde(default = "default_trade_min_basis_points")]
    pub trade_min_basis_points: u32,
    /// How many of a player's trades on one day, in any instrument, earn in full.
    #[serde(default = "default_full_trades_a_day")]
    pub full_trades_a_day: u32,
    /// Each further trade of that day earns this percentage of the one before.
    #[serde(default = "default_further_percent")]
    pub further_percent: u32,
    /// The most that a player's trades can earn on one day, across all accounts.
    #[serde(default = "default_daily_trade_max")]
    pub daily_trade_max: Xp,
    /// Reviewing an old reason.
    #[serde(default = "default_review_bonus")]
    pub review_bonus: Xp,
    /// Shares held for `holding_days` or longer: once a week, found by a nightly job.
    #[serde(default = "default_week_bonus")]
    pub week_held_bonus: Xp,
    /// Three or more sectors held, and no position above half the account: once a week.
    #[serde(default = "default_week_bonus")]
    pub week_diversified_bonus: Xp,
    /// A real reason, written for a trade that counts: once a week.
    #[serde(default = "default_week_bonus")]
    pub week_reasoned_bonus: Xp,
    /// What levels cost. XP spans all games, so only the global rules set it.
    #[serde(default)]
    pub levels: LevelRules,
}

fn default_week_bonus() -> Xp {
    20
}

fn default_trade_min() -> Money {
    Money::from_whole(10)
}

fn default_trade_min_basis_points() -> u32 {
    25
}

fn default_full_trades_a_day() -> u32 {
    2
}

fn default_further_percent() -> u32 {
    75
}

fn default_daily_trade_max() -> Xp {
    30
}

fn default_review_bonus() -> Xp {
    20
}

impl Default for XpRules {
    fn default() -> Self {
        Self {
            buy: 10,
            sell: 15,
            daily_bonus: 50,
            reason_bonus: 5,
            diversification_bonus: 5,
            holding_bonus: 10,
            holding_days: 7,
            repeat_percent: 50,
            round_trip_seconds: 60,
            trade_min: default_trade_min(),
            trade_min_basis_points: default_trade_min_basis_points(),
            full_trades_a_day: default_full_trades_a_day(),
            further_percent: default_further_percent(),
            daily_trade_max: default_daily_trade_max(),
            review_bonus: default_review_bonus(),
            week_held_bonus: default_week_bonus(),
            week_diversified_bonus: default_week_bonus(),
            week_reasoned_bonus: default_week_bonus(),
            levels: LevelRules::default(),
        }
    }
}

/// The XP amounts that a host can set for a game. XP counts across all games, so a host may give less for an
/// action than games without their own rules, but never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HostXp {
    /// A buy.
    pub buy: Xp,
    /// A sale.
    pub sell: Xp,
    /// Bonus for a written reason.
    pub reason_bonus: Xp,
    /// More for the first purchase of an instrument beside others already held.
    pub diversification_bonus: Xp,
    /// Bonus for a sale of shares that were held long.
    pub holding_bonus: Xp,
}

impl HostXp {
    /// The part of the rules that a host can set.
    #[must_use]
    pub fn of(rules: &XpRules) -> Self {
        Self {
            buy: rules.buy,
            sell: rules.sell,
            reason_bonus: rules.reason_bonus,
            diversification_bonus: rules.diversification_bonus,
            holding_bonus: rules.holding_bonus,
        }
    }

    /// Each amount with its name in JSON.
    #[must_use]
    pub fn named(&self) -> [(&'static str, Xp); 5] {
        [
            ("buy", self.buy),
            ("sell", self.sell),
            ("reason_bonus", self.reason_bonus),
            ("diversification_bonus", self.diversification_bonus),
            ("holding_bonus", self.holding_bonus),
        ]
    }

    /// The global rules with these amounts; everything else is unchanged.
    ///
    /// # Errors
    /// The name of an amount that is below zero or above the global one, and the global amount.
    pub fn applied_to(&self, all: &XpRules) -> Result<XpRules, (&'static str, Xp)> {
        let most = Self::of(all).named();
        for ((name, xp), (_, most)) in self.named().into_iter().zip(most) {
            if !(0..=most).contains(&xp) {
                return Err((name, most));
            }
        }
        Ok(XpRules {
            buy: self.buy,
            sell: self.sell,
            reason_bonus: self.reason_bonus,
            diversification_bonus: self.diversification_bonus,
            holding_bonus: self.holding_bonus,
            ..all.clone()
        })
    }
}

/// How large a trade is for its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeSize {
    /// Price times quantity.
    pub value: Money,
    /// Net worth of the account before it: cash, and positions at cost.
    pub net_worth: Money,
}

/// What a player has traded on one day, across all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TradingDay {
    /// The day; none before the first trade.
    pub day: Option<Day>,
    /// Number of trades on that day.
    pub trades: u32,
    /// XP that these trades earned.
    pub xp: Xp,
}

impl TradingDay {
    /// The record for a day: empty if it is a different day.
    #[must_use]
    pub fn on(self, day: Day) -> Self {
        if self.day == Some(day) {
            return self;
        }
        Self {
            day: Some(day),
            ..Self::default()
        }
    }

    /// The record after one more trade that day.
    #[must_use]
    pub fn after_trade(self, day: Day, xp: Xp) -> Self {
        let today = self.on(day);
        Self {
            trades: today.trades.saturating_add(1),
            xp: today.xp.saturating_add(xp),
            ..today
        }
    }
}

/// What affects the XP of one trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeFacts {
    /// Buy or sell.
    pub side: Side,
    /// When.
    pub now: Timestamp,
    /// Earlier trades of the instrument on the same day.
    pub repeats: u32,
    /// It has a real reason ([`crate::progress::reason_lacks`]).
    pub is_reasoned: bool,
    /// The purchase of an instrument never held before, while others are held.
    pub diversifies: bool,
    /// The latest purchase of the instrument before this trade.
    pub last_bought_at: Option<Timestamp>,
    /// For a sale: when the newest of the shares sold (first in, first out) was bought.
    pub newest_sold_bought_at: Option<Timestamp>,
    /// How large it is; none: assumed large enough.
    pub size: Option<TradeSize>,
    /// What the player has traded so far, today or on an earlier day.
    pub traded: TradingDay,
}

impl XpRules {
    /// Whether trades can earn anything by themselves.
    #[must_use]
    pub fn rewards_trades(&self) -> bool {
        [self.buy, self.sell, self.reason_bonus]
            .iter()
            .any(|xp| *xp > 0)
    }

    /// What is wrong with the rules; none when they are valid.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        let xp = [
            self.buy,
            self.sell,
            self.daily_bonus,
            self.reason_bonus,
            self.diversification_bonus,
            self.holding_bonus,
            self.daily_trade_max,
            self.review_bonus,
            self.week_held_bonus,
            self.week_diversified_bonus,
            self.week_reasoned_bonus,
        ];
        let percent = [self.repeat_percent, self.further_percent];
        if xp.iter().any(|xp| !(0..=Self::XP_MAX).contains(xp)) {
            Some("XP is from 0 to 100,000")
        } else if percent.iter().any(|percent| *percent > 100) {
            Some("repeat_percent and further_percent are at most 100")
        } else if self.trade_min.is_negative() || self.trade_min_basis_points > 10_000 {
            Some("trade_min is not below zero, and trade_min_basis_points is at most 10,000")
        } else if !self.levels.is_in_range() {
            Some("levels.base is from 1 to 1,000,000, and levels.factor_percent from 105 to 300")
        } else {
            None
        }
    }

    /// The most that one action can earn.
    const XP_MAX: Xp = 100_000;
    /// The fewest visible characters of a reason that counts.
    pub const REASON_MIN: usize = 20;
    /// The fewest different words of a reason that counts.
    pub const REASON_WORDS: usize = 4;

    /// The XP of a trade, rounded down after the discount for repeats.
    #[must_use]
    pub fn for_trade(&self, facts: TradeFacts) -> Xp {
        if !self.counts(facts) {
            return 0;
        }
        let base = match facts.side {
            Side::Buy => self.buy,
            Side::Sell => self.sell,
        };
        let bonuses = [
            (facts.is_reasoned, self.reason_bonus),
            (facts.diversifies, self.diversification_bonus),
            (self.is_long_held(facts), self.holding_bonus),
        ];
        let full = bonuses
            .iter()
            .filter(|(due, _)| *due)
            .fold(base, |sum, (_, bonus)| sum.saturating_add(*bonus));
        let today = facts.traded.on(facts.now.day());
        let further = today.trades.saturating_add(1);
        let further = further.saturating_sub(self.full_trades_a_day);
        let earned = diminished(full, self.repeat_percent, facts.repeats);
        let earned = diminished(earned, self.further_percent, further);
        let left = self.daily_trade_max.saturating_sub(today.xp);
        earned.min(left.max(0))
    }

    /// Whether a trade counts at all, for XP and for achievements: it is neither too small nor a
    /// round trip.
    #[must_use]
    pub fn counts(&self, facts: TradeFacts) -> bool {
        let is_round_trip = facts.side == Side::Sell && self.is_round_trip(facts);
        let is_too_small = facts.size.is_some_and(|size| self.is_too_small(size));
        !is_round_trip && !is_too_small
    }

    /// Whether a trade is so small for its account that it earns nothing.
    #[must_use]
    pub fn is_too_small(&self, size: TradeSize) -> bool {
        let share = size
            .net_worth
            .basis_points_rounded_up(self.trade_min_basis_points);
        size.value < self.trade_min || share.is_some_and(|share| size.value < share)
    }

    fn is_round_trip(&self, facts: TradeFacts) -> bool {
        facts.last_bought_at.is_some_and(|bought| {
            facts.now.seconds_since(bought) <= i64::from(self.round_trip_seconds)
        })
    }

    fn is_long_held(&self, facts: TradeFacts) -> bool {
        let needed = i64::from(self.holding_days).saturating_mul(86_400);
        facts
            .newest_sold_bought_at
            .is_some_and(|bought| facts.now.seconds_since(bought) >= needed)
    }
}

/// The full XP with a percentage applied repeatedly, rounded down once: the fraction is kept in
/// 10,000ths until the end.
fn diminished(full: Xp, percent: u32, times: u32) -> Xp {
    let percent = i128::from(percent.min(100));
    let mut scaled = i128::from(full.max(0)).saturating_mul(10_000);
    for _ in 0..times {
        scaled = scaled.saturating_mul(percent).div_euclid(100);
        if scaled < 10_000 {
            return 0;
        }
        if percent == 100 {
            break;
        }
    }
    Xp::try_from(scaled.div_euclid(10_000)).unwrap_or(Xp::MAX)
}

#[cfg(test)]
mod tests;
