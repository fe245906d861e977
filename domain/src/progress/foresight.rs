//! What a trade would unlock, before it is placed.

use super::achievement::AchievementKind;
use super::catalogue::Achievements;
use super::counters::Counters;
use super::evaluation::evaluate;
use super::happening::{Happening, Purchase, Sale};
use crate::{Branch, LevelRules, Position, Price, Side, Timestamp, Xp};

/// Noon: unlocks for trading at night are not predicted.
const NOON_MINUTE: u16 = 12 * 60;

/// The names of the achievements that a trade of an instrument would unlock, were it large enough to count.
/// Hidden ones are not revealed, nor those that its XP would unlock by raising the level.
///
/// `counters` and `xp` are the player's and `position` is the one in the instrument, all before the
/// trade. For a sale, only what holds for every part of the position is predicted.
#[must_use]
pub fn would_unlock(
    achievements: &Achievements,
    levels: LevelRules,
    (counters, xp): (&Counters, Xp),
    trade: ForeseenTrade<'_>,
) -> Vec<String> {
    let happenings = trade.happenings();
    let after = happenings.into_iter().flatten();
    let after = after.fold(counters.clone(), |counters, one| counters.after(one));
    let evaluation = evaluate(achievements, levels, counters, after, xp, |definition| {
        definition.times_earned(counters)
    });
    let unlocked = evaluation.unlocks.iter().map(|unlock| unlock.definition);
    let told = unlocked.filter(|definition| definition.kind != AchievementKind::Hidden);
    told.map(|definition| definition.name.clone()).collect()
}

/// A trade that a player could place.
#[derive(Debug, Clone, Copy)]
pub struct ForeseenTrade<'a> {
    /// Buy or sell.
    pub side: Side,
    /// With a real reason.
    pub is_reasoned: bool,
    /// The branch of the instrument.
    pub branch: Branch,
    /// The position in it.
    pub position: &'a Position,
    /// Its price.
    pub price: Price,
    /// When.
    pub now: Timestamp,
}

impl ForeseenTrade<'_> {
    fn happenings(&self) -> [Option<Happening>; 2] {
        match self.side {
            Side::Buy => {
                let is_fund = self.branch == Branch::Fund;
                let bought = Happening::Bought(self.purchase());
                [Some(bought), is_fund.then_some(Happening::FundBought)]
            }
            Side::Sell if self.position.quantity.is_positive() => {
                [Some(Happening::Sold(self.sale())), None]
            }
            Side::Sell => [None; 2],
        }
    }

    fn purchase(&self) -> Purchase {
        Purchase {
            counts: true,
            sector: match self.branch {
                Branch::Sector(number) => Some(number),
                Branch::Fund | Branch::Other => None,
            },
            is_new_instrument: self.position.last_bought_at.is_none(),
            has_reason: self.is_reasoned,
            minute_of_day: NOON_MINUTE,
            ..Purchase::default()
        }
    }

    fn sale(&self) -> Sale {
        let newest = self.position.lots.last().map(|lot| lot.acquired_at);
        let held_days = newest.map_or(0, |bought_at| {
            let days = self.now.day().number();
            let days = days.saturating_sub(bought_at.day().number());
            u32::try_from(days).unwrap_or(0)
        });
        Sale {
            counts: true,
            profit: self
                .position
                .unrealized_profit(self.price)
                .unwrap_or_default(),
            held_days,
            has_reason: self.is_reasoned,
            minute_of_day: NOON_MINUTE,
            ..Sale::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Counter;

    #[test]
    fn the_twelfth_trade_would_unlock_the_first_dozen() {
        let achievements = Achievements::standard();
        let position = Position::default();
        let trade = ForeseenTrade {
            side: Side::Buy,
            is_reasoned: false,
            branch: Branch::Other,
            position: &position,
            price: Price::from_whole(10),
            now: Timestamp::from_seconds(1_795_262_400),
        };
        let after = |trades, trade: ForeseenTrade<'_>| {
            let counters = Counters::default()
                .with(Counter::Trades, trades)
                .with(Counter::Buys, trades);
            would_unlock(achievements, LevelRules::default(), (&counters, 0), trade)
        };
        assert!(after(11, trade).contains(&"First dozen".to_owned()));
        assert!(!after(10, trade).contains(&"First dozen".to_owned()));
        let reasoned = ForeseenTrade {
            is_reasoned: true,
            ..trade
        };
        let more = after(10, reasoned).len();
        assert!(more > after(10, trade).len(), "a first reason unlocks more");
        let sale = ForeseenTrade {
            side: Side::Sell,
            ..trade
        };
        assert_eq!(after(11, sale), Vec::<String>::new(), "nothing to sell");
    }
}
