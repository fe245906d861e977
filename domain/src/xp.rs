//! XP of a trade: process is rewarded, churn is not.

use serde::{Deserialize, Serialize};

use crate::{Side, Timestamp, Xp};

/// What actions earn. Kept as data with the instant from which it counts, so that a host can
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
    /// More for a written reason of at least [`XpRules::REASON_MIN`] characters.
    pub reason_bonus: Xp,
    /// More for the first purchase of an instrument beside others already held.
    pub diversification_bonus: Xp,
    /// More for a sale of shares that were all held for `holding_days` or longer.
    pub holding_bonus: Xp,
    /// Days that count as holding.
    pub holding_days: u32,
    /// Each further trade of one instrument on one day earns so many percent of the one before.
    pub repeat_percent: u32,
    /// A sale so many seconds or less after the latest purchase earns nothing: a round trip.
    pub round_trip_seconds: u32,
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
        }
    }
}

/// What bears on the XP of one trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradeFacts<'a> {
    /// Buy or sell.
    pub side: Side,
    /// When.
    pub now: Timestamp,
    /// Earlier trades of the instrument on the same day.
    pub repeats: u32,
    /// The player's reason.
    pub reason: Option<&'a str>,
    /// A purchase of an instrument never held before, beside others that are held.
    pub diversifies: bool,
    /// The latest purchase of the instrument before this trade.
    pub last_bought_at: Option<Timestamp>,
    /// For a sale: when the newest of the shares sold (first in, first out) was bought.
    pub newest_sold_bought_at: Option<Timestamp>,
}

impl XpRules {
    /// Characters from which a reason counts.
    pub const REASON_MIN: usize = 20;

    /// The XP of a trade, rounded down after the repeats are counted.
    #[must_use]
    pub fn for_trade(&self, facts: TradeFacts<'_>) -> Xp {
        let base = match facts.side {
            Side::Buy => self.buy,
            Side::Sell if self.is_round_trip(facts) => return 0,
            Side::Sell => self.sell,
        };
        let reasoned = facts
            .reason
            .is_some_and(|reason| reason.chars().count() >= Self::REASON_MIN);
        let bonuses = [
            (reasoned, self.reason_bonus),
            (facts.diversifies, self.diversification_bonus),
            (self.is_long_held(facts), self.holding_bonus),
        ];
        let full = bonuses
            .iter()
            .filter(|(due, _)| *due)
            .fold(base, |sum, (_, bonus)| sum.saturating_add(*bonus));
        self.diminished(full, facts.repeats)
    }

    fn is_round_trip(&self, facts: TradeFacts<'_>) -> bool {
        facts.last_bought_at.is_some_and(|bought| {
            facts.now.seconds_since(bought) <= i64::from(self.round_trip_seconds)
        })
    }

    fn is_long_held(&self, facts: TradeFacts<'_>) -> bool {
        let needed = i64::from(self.holding_days).saturating_mul(86_400);
        facts
            .newest_sold_bought_at
            .is_some_and(|bought| facts.now.seconds_since(bought) >= needed)
    }

    /// Exact over several repeats: the fraction is kept in 10,000ths until the end.
    fn diminished(&self, full: Xp, repeats: u32) -> Xp {
        let percent = i128::from(self.repeat_percent.min(100));
        let mut scaled = i128::from(full.max(0)).saturating_mul(10_000);
        for _ in 0..repeats {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_262_400;

    fn facts(side: Side) -> TradeFacts<'static> {
        TradeFacts {
            side,
            now: Timestamp::from_seconds(NOON),
            repeats: 0,
            reason: None,
            diversifies: false,
            last_bought_at: None,
            newest_sold_bought_at: None,
        }
    }

    #[test]
    fn repeats_on_one_day_earn_less_and_less() {
        let earned: Vec<Xp> = (0..6)
            .map(|repeats| {
                XpRules::default().for_trade(TradeFacts {
                    repeats,
                    ..facts(Side::Buy)
                })
            })
            .collect();
        assert_eq!(earned, [10, 5, 2, 1, 0, 0]);
    }

    #[test]
    fn a_round_trip_within_a_minute_earns_nothing() {
        let sale_after = |seconds: i64| {
            let bought = Timestamp::from_seconds(NOON).plus_seconds(-seconds);
            XpRules::default().for_trade(TradeFacts {
                last_bought_at: Some(bought),
                ..facts(Side::Sell)
            })
        };
        assert_eq!((sale_after(0), sale_after(60), sale_after(61)), (0, 0, 15));
    }

    #[test]
    fn process_earns_more() {
        let rules = XpRules::default();
        let reason = Some("Their new factory opens next month.");
        assert_eq!(
            rules.for_trade(TradeFacts {
                reason,
                ..facts(Side::Buy)
            }),
            15
        );
        assert_eq!(
            rules.for_trade(TradeFacts {
                reason: Some("because"),
                ..facts(Side::Buy)
            }),
            10
        );
        assert_eq!(
            rules.for_trade(TradeFacts {
                diversifies: true,
                ..facts(Side::Buy)
            }),
            15
        );
        let week_ago = Some(Timestamp::from_seconds(NOON - 7 * 86_400));
        let held = TradeFacts {
            last_bought_at: week_ago,
            newest_sold_bought_at: week_ago,
            ..facts(Side::Sell)
        };
        assert_eq!(rules.for_trade(held), 25);
    }
}
