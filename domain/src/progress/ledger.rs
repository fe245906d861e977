//! An account's counters as its ledger moves them: the server keeps them up to date with each entry, and
//! `verify` recomputes them.

use super::counters::Counters;
use super::happening::{Happening, Purchase, Sale};
use crate::{Branch, Fact, LotChoice, Position, Quantity, Side, Timestamp, Trade, WaitedFor};

impl Counters {
    /// Moves an account's counters by an entry of its ledger. `before` is the position in the entry's
    /// instrument before it; none when there was never any. Times of day are UTC.
    pub fn record_fact(&mut self, fact: &Fact, at: Timestamp, before: Option<&Position>) {
        happenings(fact, at, before).for_each(|happening| self.record(happening));
    }
}

/// What an entry makes happen: the trade itself first.
pub(super) fn happenings(
    fact: &Fact,
    at: Timestamp,
    before: Option<&Position>,
) -> impl Iterator<Item = Happening> + use<> {
    let happenings = match (fact, fact.trade()) {
        (Fact::Reserved { .. }, _) => [Some(Happening::OrderPlaced), None, None],
        (_, Some((side, trade))) => of_trade(side, trade, at, before, fact.lots()),
        _ => [None; 3],
    };
    happenings.into_iter().flatten()
}

fn of_trade(
    side: Side,
    trade: &Trade,
    at: Timestamp,
    before: Option<&Position>,
    lots: &LotChoice,
) -> [Option<Happening>; 3] {
    let counts = trade.marks.counts;
    let is_fund_bought = side == Side::Buy && trade.marks.branch == Branch::Fund;
    [
        Some(match side {
            Side::Buy => Happening::Bought(purchase(trade, at, before)),
            Side::Sell => Happening::Sold(sale(trade, at, before, lots)),
        }),
        match trade.marks.waited_for.filter(|_| counts) {
            Some(WaitedFor::Limit) => Some(Happening::LimitFilled),
            Some(WaitedFor::Stop) => Some(Happening::StopFilled),
            None => None,
        },
        (counts && is_fund_bought).then_some(Happening::FundBought),
    ]
}

fn purchase(trade: &Trade, at: Timestamp, before: Option<&Position>) -> Purchase {
    let sector = match trade.marks.branch {
        Branch::Sector(number) => Some(number),
        Branch::Fund | Branch::Other => None,
    };
    Purchase {
        counts: trade.marks.counts,
        sector,
        is_new_instrument: before.is_none_or(|position| position.last_bought_at.is_none()),
        has_reason: trade.marks.is_reasoned,
        is_forty_two: is_forty_two(trade),
        minute_of_day: minute_of_day(at),
        is_weekend: is_weekend(at),
    }
}

fn sale(trade: &Trade, at: Timestamp, before: Option<&Position>, lots: &LotChoice) -> Sale {
    let newest = before.and_then(|position| newest_sold(position, trade.quantity, lots));
    let held_days = newest.map_or(0, |bought_at| {
        let days = at.day().number().saturating_sub(bought_at.day().number());
        u32::try_from(days).unwrap_or(0)
    });
    Sale {
        counts: trade.marks.counts,
        profit: trade.realized_profit,
        held_days,
        has_reason: trade.marks.is_reasoned,
        keeps_plan: trade.marks.waited_for.is_some() && held_days >= 1,
        is_forty_two: is_forty_two(trade),
        minute_of_day: minute_of_day(at),
        is_weekend: is_weekend(at),
    }
}

/// When the newest of the shares sold was bought.
pub(super) fn newest_sold(
    position: &Position,
    quantity: Quantity,
    choice: &LotChoice,
) -> Option<Timestamp> {
    if !choice.is_oldest() {
        let sold = position.lots_sold(quantity, choice)?;
        return sold.iter().map(|lot| lot.acquired_at).max();
    }
    let mut reached = Quantity::ZERO;
    let last = position.lots.iter().find(|lot| {
        reached = reached.checked_add(lot.quantity).unwrap_or(quantity);
        reached >= quantity
    });
    last.or(position.lots.last()).map(|lot| lot.acquired_at)
}

fn is_forty_two(trade: &Trade) -> bool {
    trade.quantity == Quantity::from_whole(42)
}

fn minute_of_day(at: Timestamp) -> u16 {
    let seconds = at.seconds_since(at.day().start());
    u16::try_from(seconds / 60).unwrap_or(0)
}

/// 1 January 1970 was a Thursday.
fn is_weekend(at: Timestamp) -> bool {
    let from_monday = at.day().number().saturating_add(3);
    from_monday
        .checked_rem_euclid(7)
        .is_some_and(|day| day >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Counter;
    use crate::{InstrumentId, Lot, Money, Price, TradeMarks};

    const MONDAY_NOON: i64 = 1_795_435_200;

    fn trade(quantity: i32, marks: TradeMarks) -> Trade {
        Trade {
            instrument: InstrumentId(1),
            quantity: Quantity::from_whole(quantity),
            price: Price::from_whole(10),
            fee: Money::ZERO,
            cash_change: Money::ZERO,
            cost_basis_change: Money::ZERO,
            realized_profit: Money::from_whole(1),
            xp: 10,
            key: "order-0001".parse().unwrap(),
            reason: None,
            released: None,
            marks,
        }
    }

    const COUNTED: TradeMarks = TradeMarks {
        counts: true,
        is_reasoned: true,
        branch: Branch::Sector(3),
        waited_for: Some(WaitedFor::Limit),
    };

    fn at(days: i64) -> Timestamp {
        Timestamp::from_seconds(MONDAY_NOON.saturating_add(days.saturating_mul(86_400)))
    }

    #[test]
    fn a_purchase_moves_every_counter_that_it_concerns() {
        let mut counters = Counters::default();
        counters.record_fact(&Fact::Bought(trade(42, COUNTED)), at(0), None);
        let moved: Vec<_> = counters.iter().collect();
        let expected = [
            Counter::Trades,
            Counter::Buys,
            Counter::Reasons,
            Counter::InstrumentsBought,
            Counter::SectorsBought,
            Counter::SectorBits,
            Counter::LimitsFilled,
            Counter::FortyTwos,
        ];
        let value = |counter| if counter == Counter::SectorBits { 8 } else { 1 };
        assert_eq!(moved, expected.map(|counter| (counter, value(counter))));
    }

    #[test]
    fn a_trade_that_does_not_count_moves_nothing() {
        let mut counters = Counters::default();
        let marks = TradeMarks {
            counts: false,
            ..COUNTED
        };
        counters.record_fact(&Fact::Bought(trade(42, marks)), at(0), None);
        counters.record_fact(&Fact::Sold(trade(42, marks)), at(0), None);
        assert_eq!(counters, Counters::default());
    }

    #[test]
    fn a_sale_is_as_patient_as_its_newest_share() {
        let lot = |days, quantity| Lot {
            acquired_at: at(days),
            quantity: Quantity::from_whole(quantity),
            cost: Money::from_whole(10),
        };
        let position = Position {
            lots: vec![lot(0, 5), lot(20, 5)],
            ..Position::default()
        };
        for (quantity, held) in [(1, 40), (5, 40), (6, 20), (10, 20)] {
            let mut counters = Counters::default();
            let sold = Fact::Sold(trade(quantity, COUNTED));
            counters.record_fact(&sold, at(40), Some(&position));
            assert_eq!(counters.get(Counter::LongestHolding), held);
            let patient = i64::from(held >= 30);
            assert_eq!(counters.get(Counter::PatientSales), patient);
        }
    }

    #[test]
    fn days_of_the_week_are_told_apart() {
        let weekend = [false, false, false, false, false, true, true];
        let week = [0, 1, 2, 3, 4, 5, 6].map(|day| is_weekend(at(day)));
        assert_eq!(week, weekend);
    }

    #[test]
    fn counters_are_short_and_read_back_as_written() {
        let mut counters = Counters::default();
        assert_eq!(Counters::from_bytes(&[]), Some(Counters::default()));
        counters.record_fact(&Fact::Bought(trade(42, COUNTED)), at(0), None);
        let bytes = counters.to_bytes();
        assert!(bytes.len() <= 1 + 2 * 8, "{}", bytes.len());
        assert_eq!(Counters::from_bytes(&bytes), Some(counters));
        assert_eq!(Counters::from_bytes(&[1, 250, 2]), None);
        assert_eq!(Counters::from_bytes(&[1, 0, 2, 0]), None);
    }
}
