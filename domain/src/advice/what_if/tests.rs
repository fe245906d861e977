//! Histories replayed with and without a change.

use super::*;
use crate::{SplitRatio, Trade, TradeMarks};

const ACME: InstrumentId = InstrumentId(1);
const BOLT: InstrumentId = InstrumentId(2);

struct Close(i32, i32, i32);

impl DayClose for Close {
    fn day(&self) -> Day {
        Day::from_number(self.0)
    }

    fn index(&self) -> Option<Price> {
        Some(Price::from_whole(self.1))
    }

    fn price(&self, instrument: InstrumentId) -> Option<Price> {
        (instrument == ACME).then(|| Price::from_whole(self.2))
    }
}

fn trade(instrument: InstrumentId, quantity: i32, price: i32, cash: i32) -> Trade {
    Trade {
        instrument,
        quantity: Quantity::from_whole(quantity),
        price: Price::from_whole(price),
        fee: Money::ZERO,
        cash_change: Money::from_whole(cash),
        cost_basis_change: Money::ZERO,
        realized_profit: Money::ZERO,
        xp: 0,
        key: "order-0001".parse().unwrap(),
        reason: None,
        released: None,
        marks: TradeMarks::default(),
    }
}

/// Opened with 1,000 on day 1; 10 ACME bought at 10 on day 1, 5 sold at 20 on day 2.
fn entries() -> Vec<DatedFact> {
    let cash = Money::from_whole(1_000);
    let facts = [
        (1, Fact::Opened { cash }),
        (1, Fact::Bought(trade(ACME, 10, 10, -100))),
        (2, Fact::Sold(trade(ACME, 5, 20, 100))),
    ];
    let dated = facts.into_iter().zip(1..);
    dated
        .map(|((day, fact), seq)| DatedFact {
            seq,
            day: Day::from_number(day),
            fact,
        })
        .collect()
}

fn tell(entries: &[DatedFact], scenario: Scenario) -> WhatIf {
    let closes = [
        Close(0, 100, 10),
        Close(1, 100, 10),
        Close(2, 110, 20),
        Close(3, 120, 30),
    ];
    what_if(&PastAccount::default(), entries, &closes, scenario)
}

fn last(scenario: Scenario) -> (Money, Money) {
    let told = tell(&entries(), scenario);
    let last = told.points.last().unwrap();
    (last.real, last.other)
}

#[test]
fn each_scenario_leaves_out_what_it_says() {
    // 1,000 in cash and five shares at 30.
    let real = Money::from_whole(1_150);
    let day = Day::from_number(1);
    for (scenario, other) in [
        (Scenario::Nothing, 1_000),
        (Scenario::Index, 1_200),
        (Scenario::Rewind { day }, 1_200),
        (Scenario::Without { seq: 3 }, 1_200),
        (Scenario::Without { seq: 2 }, 1_000),
        (Scenario::Without { seq: 99 }, 1_150),
    ] {
        assert_eq!(
            last(scenario),
            (real, Money::from_whole(other)),
            "{scenario:?}"
        );
    }
}

#[test]
fn the_real_history_is_that_of_the_ledger_on_every_day() {
    let told = tell(&entries(), Scenario::Nothing);
    let real: Vec<_> = told
        .points
        .iter()
        .map(|point| point.real.to_string())
        .collect();
    assert_eq!(real, ["1000.00", "1000.00", "1100.00", "1150.00"]);
}

#[test]
fn what_would_not_have_been_paid_is_left_out_and_counted() {
    let mut entries = entries();
    let bought = Fact::Bought(trade(BOLT, 1, 950, -950));
    entries.push(DatedFact {
        seq: 4,
        day: Day::from_number(3),
        fact: bought,
    });
    // Without the sale there is only 900 in cash.
    let told = tell(&entries, Scenario::Without { seq: 3 });
    assert_eq!(told.unpaid, 1);
    assert_eq!(told.points.last().unwrap().other, Money::from_whole(1_200));
}

#[test]
fn a_split_and_a_dividend_follow_the_shares_of_each_history() {
    let mut entries = entries();
    let ratio = SplitRatio { new: 2, old: 1 };
    let split = Fact::Split {
        instrument: ACME,
        ratio,
        whole_shares: false,
        cash_in_lieu: Money::ZERO,
    };
    let dividend = Fact::Dividend {
        instrument: ACME,
        quantity: Quantity::from_whole(10),
        per_share: Price::from_whole(1),
        cash: Money::from_whole(10),
    };
    for (seq, fact) in [(4, split), (5, dividend)] {
        let day = Day::from_number(3);
        entries.push(DatedFact { seq, day, fact });
    }
    let told = tell(&entries, Scenario::Without { seq: 3 });
    let last = told.points.last().unwrap();
    // Ten shares at 30 and 10 in cash more; without the sale twenty, and 20.
    assert_eq!(last.real, Money::from_whole(1_310));
    assert_eq!(last.other, Money::from_whole(1_520));
}

#[test]
fn a_trade_that_is_left_out_changes_no_money() {
    let mut entries = entries();
    let conversion = crate::Conversion {
        currency: "EUR".parse().unwrap(),
        amount: Money::from_whole(90),
        rate: "1.1".parse().unwrap(),
        cost: Money::from_whole(10),
    };
    for (after, day) in [(2, 1), (4, 2)] {
        let converted = DatedFact {
            seq: 0,
            day: Day::from_number(day),
            fact: Fact::Converted(conversion),
        };
        entries.insert(after, converted);
    }
    for (entry, seq) in entries.iter_mut().zip(1..) {
        entry.seq = seq;
    }
    let last = |scenario| {
        let told = tell(&entries, scenario);
        let last = told.points.last().unwrap();
        (last.real, last.other)
    };
    let real = Money::from_whole(1_130);
    assert_eq!(last(Scenario::Nothing), (real, Money::from_whole(1_000)));
    // Ten shares at 30, and the conversion of their purchase.
    assert_eq!(
        last(Scenario::Without { seq: 4 }),
        (real, Money::from_whole(1_190))
    );
}
