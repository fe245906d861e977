//! Whether a conversion is that of the trade before it.

use crate::ledger::Fact;
use crate::{CONVERSION_BPS, Conversion, Side};

impl Conversion {
    /// Whether money was changed for the trade that a fact states, at what it costs. Fee and conversion are
    /// rounded up together, so it may cost a unit less than if it were rounded up alone.
    #[must_use]
    pub fn follows(&self, before: &Fact) -> bool {
        let Some((side, trade)) = before.trade() else {
            return false;
        };
        let (value, bought) = match side {
            Side::Buy => (trade.price.cost_of(trade.quantity), self.amount),
            Side::Sell => (trade.price.value_of(trade.quantity), self.amount.negated()),
        };
        let most = value.and_then(|value| value.basis_points_rounded_up(CONVERSION_BPS));
        let less = most.and_then(|most| most.checked_sub(self.cost));
        let rounded = less.is_some_and(|less| (0..=1).contains(&less.units()));
        rounded && value.and_then(|value| value.in_currency(self.rate)) == Some(bought)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Account, Foreign, InstrumentId, LedgerHead, Position, Quote, Timestamp};
    use crate::{Execution, GameRules, Money, Order, Situation, Size, TradingDay, XpRules};

    fn bought() -> (Fact, Conversion) {
        let now = Timestamp::from_seconds(1_795_262_400);
        let symbol = "ACME".parse().unwrap();
        let key = "an-order".parse().unwrap();
        let size = Size::Amount(Money::from_whole(500));
        let order = Order::new(key, symbol, Side::Buy, size, None, None).unwrap();
        let quote = Quote {
            symbol,
            price: "33.33".parse().unwrap(),
            at: now,
            stale: false,
            previous_close: None,
            foreign: Some(Foreign {
                currency: "EUR".parse().unwrap(),
                rate: "1.0912".parse().unwrap(),
            }),
            halted_until: None,
        };
        let situation = Situation {
            account: &Account::opened_with(Money::from_whole(1_000)),
            position: &Position::default(),
            xp: 0,
            quote: Some(&quote),
            category: None,
            game: &GameRules::open_league(),
            xp_rules: &XpRules::default(),
            traded: TradingDay::default(),
            now,
        };
        let execution: Execution = crate::execute(&order, situation).unwrap();
        let account = crate::AccountId {
            player: crate::PlayerId(1),
            game: crate::GameId(1),
        };
        let head = LedgerHead::before_first(account);
        let entry = head.executed(&execution, InstrumentId(5), &order, None);
        let converted = entry.head().converted(&execution).unwrap();
        let Fact::Converted(conversion) = converted.fact else {
            panic!("it is a conversion");
        };
        (entry.fact, conversion)
    }

    #[test]
    fn a_conversion_follows_from_its_trade_and_no_other_does() {
        let (trade, sound) = bought();
        assert!(sound.follows(&trade));
        let wrong = [
            Conversion {
                cost: Money::from_whole(-5),
                ..sound
            },
            Conversion {
                cost: Money::from_units(sound.cost.units() - 2),
                ..sound
            },
            Conversion {
                amount: sound.amount.negated(),
                ..sound
            },
        ];
        assert!(wrong.iter().all(|one| !one.follows(&trade)));
        assert!(!sound.follows(&Fact::Converted(sound)));
    }
}
