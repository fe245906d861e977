//! Cases worked by hand. The examples of IRS Publication 550 (*Investment Income and Expenses*, chapter 4,
//! *Wash Sales*) use its numbers.

use super::*;
use crate::TradeMarks;

const ACME: InstrumentId = InstrumentId(5);
const TAXES: Taxes = Taxes {
    short_term_bps: 3_000,
    long_term_bps: 1_000,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn trade(shares: &str, cash: Money) -> Trade {
    Trade {
        instrument: ACME,
        quantity: shares.parse().unwrap(),
        price: crate::Price::from_whole(1),
        fee: Money::ZERO,
        cash_change: cash,
        cost_basis_change: Money::ZERO,
        realized_profit: Money::ZERO,
        xp: 0,
        key: "order-0001".parse().unwrap(),
        reason: None,
        released: None,
        marks: TradeMarks::default(),
    }
}

/// A book fed with trades on given days, each at the first instant of its day.
struct Told(TaxBook);

impl Told {
    fn new() -> Self {
        Self(TaxBook::new(TAXES))
    }

    fn record(&mut self, on: &str, fact: &Fact) -> &mut Self {
        let on = day(on);
        self.0.record(fact, on.start(), on).unwrap();
        self
    }

    fn buy(&mut self, on: &str, shares: &str, cost: &str) -> &mut Self {
        self.record(on, &Fact::Bought(trade(shares, money(cost).negated())))
    }

    fn sell(&mut self, on: &str, shares: &str, brought: &str) -> &mut Self {
        self.record(on, &Fact::Sold(trade(shares, money(brought))))
    }

    fn sell_bought(&mut self, on: &str, bought: &str, shares: &str, brought: &str) -> &mut Self {
        let lot = crate::ChosenLot {
            acquired_at: day(bought).start(),
            quantity: shares.parse().unwrap(),
        };
        let lots = LotChoice::Chosen(vec![lot]);
        self.record(on, &Fact::SoldLots(trade(shares, money(brought)), lots))
    }

    /// Gains that count, short and long term, and the losses that do not.
    #[track_caller]
    fn gained(&mut self, year: i32, short: &str, long: &str, void: &str) -> &mut Self {
        let found = self.0.year(year).unwrap();
        let told = (
            found.gains.short_term,
            found.gains.long_term,
            found.void_losses,
        );
        assert_eq!(told, (money(short), money(long), money(void)), "{year}");
        self
    }

    /// Shares and cost of each part.
    #[track_caller]
    fn holds(&mut self, parts: &[(&str, &str)]) -> &mut Self {
        let held = self.0.holdings[&ACME].parts.iter();
        let held: Vec<_> = held.map(|part| (part.quantity, part.cost)).collect();
        let expected = parts.iter();
        let expected: Vec<_> = expected
            .map(|(shares, cost)| (shares.parse().unwrap(), money(cost)))
            .collect();
        assert_eq!(held, expected);
        self
    }
}

#[test]
fn a_loss_is_added_to_the_cost_of_shares_bought_soon_after() {
    // Publication 550, Example 1: 100 shares for $1,000 are sold for $750, and within 30 days 100
    // are bought for $800. The loss of $250 cannot be deducted; the new basis is $1,050.
    Told::new()
        .buy("2025-03-03", "100", "1000")
        .sell("2025-06-02", "100", "750")
        .gained(2025, "-250", "0", "0")
        .buy("2025-06-20", "100", "800")
        .gained(2025, "0", "0", "250")
        .holds(&[("100", "1050")]);
}

#[test]
fn shares_bought_before_the_sale_replace_those_sold_as_far_as_they_go() {
    // Publication 550, "More or less stock bought than sold", Example 1.
    Told::new()
        .buy("2023-09-24", "100", "5000")
        .buy("2023-12-21", "50", "2750")
        .buy("2023-12-28", "25", "1125")
        .sell("2024-01-04", "100", "4000")
        .gained(2024, "-250", "0", "750")
        .holds(&[("50", "3250"), ("25", "1375")]);
}

#[test]
fn of_more_shares_bought_than_sold_the_first_ones_take_the_loss() {
    // The same, Example 2: 50 shares on each of four days after a loss of $1,000 on 100 shares.
    let mut told = Told::new();
    told.buy("2023-09-24", "100", "5000");
    told.sell("2024-02-03", "100", "4000");
    for on in ["2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15"] {
        told.buy(on, "50", "2000");
    }
    told.gained(2024, "0", "0", "1000");
    told.holds(&[
        ("50", "2500"),
        ("50", "2500"),
        ("50", "2000"),
        ("50", "2000"),
    ]);
}

#[test]
fn thirty_days_make_a_loss_void_and_thirty_one_do_not() {
    let void = |bought: &str| {
        let mut told = Told::new();
        told.buy("2025-01-01", "10", "100");
        told.sell("2025-03-01", "10", "60").buy(bought, "10", "60");
        told.0.year(2025).unwrap().void_losses
    };
    assert_eq!(void("2025-03-01"), money("40"));
    assert_eq!(void("2025-03-31"), money("40"));
    assert_eq!(void("2025-04-01"), Money::ZERO);
    // The same before the sale.
    let void = |bought: &str| {
        let mut told = Told::new();
        told.buy("2025-01-01", "10", "100").buy(bought, "10", "60");
        told.sell("2025-03-31", "10", "60");
        told.0.year(2025).unwrap().void_losses
    };
    assert_eq!(void("2025-03-01"), money("40"));
    assert_eq!(void("2025-02-28"), Money::ZERO);
}

#[test]
fn a_purchase_in_january_makes_a_loss_of_december_void() {
    Told::new()
        .buy("2025-05-05", "10", "500")
        .sell("2025-12-20", "10", "300")
        .gained(2025, "-200", "0", "0")
        .buy("2026-01-10", "10", "320")
        .gained(2025, "0", "0", "200")
        .holds(&[("10", "520")])
        // The loss comes back with the sale of what replaced them.
        .sell("2026-03-01", "10", "320")
        .gained(2026, "-200", "0", "0");
    assert_eq!(final_year_of("2026-01-30"), 2024);
    assert_eq!(final_year_of("2026-01-31"), 2025);
    assert_eq!(final_year_of("2026-12-31"), 2025);
}

fn final_year_of(today: &str) -> i32 {
    crate::tax::final_year(day(today))
}

#[test]
fn shares_that_replace_others_take_over_how_long_those_were_held() {
    // Held for 300 days, sold at a loss and bought again the next day: 66 days later the new shares
    // count as held for 366.
    let mut told = Told::new();
    told.buy("2025-01-01", "10", "500");
    told.sell("2025-10-28", "10", "400")
        .buy("2025-10-29", "10", "400");
    let held_since = told.0.holdings[&ACME].parts[0].held_since;
    assert_eq!(held_since, day("2025-01-02"));
    told.sell("2026-01-03", "10", "700");
    told.gained(2026, "0", "200", "0");
}

#[test]
fn a_share_replaces_only_one_that_was_sold() {
    // 10 bought replace 10 of the first sale; the second loss finds nothing left to replace its shares.
    Told::new()
        .buy("2025-01-01", "20", "2000")
        .buy("2025-03-01", "10", "800")
        .sell("2025-03-05", "10", "700")
        .gained(2025, "0", "0", "300")
        .holds(&[("10", "1000"), ("10", "1100")])
        .sell("2025-03-06", "10", "700")
        .gained(2025, "-300", "0", "300");
}

#[test]
fn a_part_of_a_purchase_is_not_replaced_by_the_rest_of_it() {
    Told::new()
        .buy("2025-03-01", "10", "1000")
        .sell("2025-03-05", "4", "300")
        .gained(2025, "-100", "0", "0")
        .holds(&[("6", "600")]);
}

#[test]
fn wash_sales_go_by_the_lots_that_a_sale_names() {
    // Two losing lots; the sale names the newer one, and the older was bought 40 days before.
    let lots = || {
        let mut told = Told::new();
        told.buy("2025-01-10", "10", "1000")
            .buy("2025-02-15", "10", "900");
        told
    };
    let mut newer = lots();
    newer.sell_bought("2025-02-19", "2025-02-15", "10", "700");
    newer
        .gained(2025, "-200", "0", "0")
        .holds(&[("10", "1000")]);
    // Naming the older one disallows its loss: the newer was bought 4 days before.
    let mut older = lots();
    older.sell_bought("2025-02-19", "2025-01-10", "10", "700");
    older.gained(2025, "0", "0", "300").holds(&[("10", "1200")]);
}

#[test]
fn short_and_long_term_have_rates_of_their_own() {
    let mut told = Told::new();
    told.buy("2024-01-10", "10", "1000")
        .buy("2025-03-01", "10", "1000");
    told.sell("2025-06-01", "20", "3000");
    told.gained(2025, "500", "500", "0");
    // 30 % of 500 and 10 % of 500.
    assert_eq!(told.0.year(2025).unwrap().due, money("200"));
}

#[test]
fn losses_are_set_against_gains_and_what_is_left_is_carried_forward() {
    let mut told = Told::new();
    told.buy("2024-01-10", "10", "1000");
    told.sell("2024-06-01", "10", "400");
    told.buy("2025-01-10", "10", "1000");
    told.sell("2025-06-01", "10", "1500");
    told.buy("2025-09-01", "10", "1000");
    told.sell("2026-10-01", "10", "1300");
    let year = |year| told.0.year(year).unwrap();
    assert_eq!(
        (year(2024).due, year(2024).carried_out),
        (Money::ZERO, money("600"))
    );
    assert_eq!(
        (year(2025).due, year(2025).carried_out),
        (Money::ZERO, money("100"))
    );
    // Of 300 long term, 200 are taxed at 10 %.
    assert_eq!(
        (year(2026).due, year(2026).carried_out),
        (money("20"), Money::ZERO)
    );
    assert_eq!(year(2026).carried_in, money("100"));
    assert_eq!(year(2030).carried_in, Money::ZERO);
}

#[test]
fn what_sales_paid_at_once_comes_back_as_far_as_it_was_too_much() {
    let taxed = |amount: &str| Fact::Taxed {
        year: 2025,
        amount: money(amount),
    };
    let mut told = Told::new();
    told.buy("2025-01-10", "10", "1000")
        .sell("2025-06-01", "10", "1500");
    told.record("2025-06-01", &taxed("150"));
    assert_eq!(told.0.year(2025).unwrap().to_return(), Money::ZERO);
    told.buy("2025-07-10", "10", "1000")
        .sell("2025-10-01", "10", "800");
    let year = told.0.year(2025).unwrap();
    assert_eq!(
        (year.due, year.paid, year.to_return()),
        (money("90"), money("150"), money("60"))
    );
    told.record("2026-01-31", &taxed("-60"));
    assert_eq!(told.0.year(2025).unwrap().to_return(), Money::ZERO);
}

#[test]
fn what_a_sale_pays_counts_in_the_year_of_the_sale() {
    let taxed = Fact::Taxed {
        year: 2025,
        amount: money("150"),
    };
    let mut told = Told::new();
    told.buy("2025-10-10", "10", "1000");
    told.sell("2026-01-01", "10", "1500");
    told.record("2026-01-01", &taxed);
    assert_eq!(told.0.year(2025).unwrap().paid, Money::ZERO);
    let year = told.0.year(2026).unwrap();
    assert_eq!((year.due, year.paid), (money("150"), money("150")));
}

#[test]
fn a_split_keeps_cost_and_replacement() {
    let split = Fact::Split {
        instrument: ACME,
        ratio: crate::SplitRatio { new: 2, old: 1 },
        whole_shares: false,
        cash_in_lieu: Money::ZERO,
    };
    Told::new()
        .buy("2025-01-01", "10", "1000")
        .buy("2025-03-01", "10", "800")
        .sell("2025-03-05", "4", "280")
        .holds(&[("6", "600"), ("4", "440"), ("6", "480")])
        .record("2025-04-01", &split)
        .holds(&[("12", "600"), ("8", "440"), ("12", "480")])
        .sell("2025-06-01", "32", "1520")
        .gained(2025, "0", "0", "120");
}

/// However often shares are bought and sold, and whichever losses are disallowed: total taxed gains and the
/// tax cost of the remaining shares add up to what was paid and received.
#[test]
fn nothing_is_taxed_twice_or_lost() {
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let units = |units: u64| i64::try_from(units).unwrap();
    for _ in 0..200 {
        let mut told = Told::new();
        let (mut spent, mut brought, mut held, mut on) = (0_i64, 0_i64, 0_u64, 20_000_i32);
        for _ in 0..40 {
            on += i32::try_from(below(25)).unwrap();
            let today = Day::from_number(on);
            let at = today.start().plus_seconds(units(below(80_000)));
            let sells = held > 0 && below(2) == 0;
            let shares = 1 + below(if sells { held } else { 9_000_000 });
            let money = units(below(900_000));
            let mut trade = trade("1", Money::from_units(if sells { money } else { -money }));
            trade.quantity = Quantity::from_units(units(shares));
            let fact = match (sells, below(2)) {
                (false, _) => Fact::Bought(trade),
                (true, 0) => Fact::Sold(trade),
                (true, _) => Fact::SoldLots(trade, LotChoice::HighestCost),
            };
            told.0.record(&fact, at, today).unwrap();
            if sells {
                (held, brought) = (held - shares, brought + money);
            } else {
                (held, spent) = (held + shares, spent + money);
            }
        }
        let parts = &told.0.holdings[&ACME].parts;
        let left: i64 = parts.iter().map(|part| part.cost.units()).sum();
        let shares: i64 = parts.iter().map(|part| part.quantity.units()).sum();
        let years = told.0.years.values();
        let gained: i64 = years.map(|sums| sums.gains.total().unwrap().units()).sum();
        assert_eq!(gained, brought - spent + left);
        assert_eq!(shares, units(held));
    }
}
