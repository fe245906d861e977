//! Sales of named lots, and what a sale pays in a game with taxes: the same natively and in
//! WebAssembly.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use domain::tax::Taxes;
use domain::{
    AccountId, Branch, ChosenLot, Fact, GameId, GameRules, InstrumentId, LedgerError, LotChoice,
    Money, OrderError, PlayerId, Quantity, Rejection, Replay, Side, Size, Timestamp, Trade,
    TradeMarks, Trigger, WaitedFor, Words,
};
use support::{NOON, World, money};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ACCOUNT: AccountId = AccountId {
    player: PlayerId(77),
    game: GameId(1),
};
const ACME: InstrumentId = InstrumentId(5);

fn shares(text: &str) -> Quantity {
    text.parse().expect("a quantity")
}

fn trade(quantity: &str, cash_change: &str, basis: &str, profit: &str) -> Trade {
    let reason = Words {
        salt: [3; 16],
        text: "They sell umbrellas, and it rains.".to_owned(),
    };
    Trade {
        instrument: ACME,
        quantity: shares(quantity),
        price: "10".parse().expect("a price"),
        fee: Money::ZERO,
        cash_change: money(cash_change),
        cost_basis_change: money(basis),
        realized_profit: money(profit),
        xp: 10,
        key: "order-0001".parse().expect("a key"),
        reason: Some(reason.digest()),
        released: None,
        marks: TradeMarks {
            counts: true,
            is_reasoned: true,
            branch: Branch::Sector(3),
            waited_for: Some(WaitedFor::Limit),
        },
    }
}

/// What says nothing of lots is written as it always was, so the chain before such a sale is unchanged.
#[test]
fn a_sale_of_named_lots_is_replayed_to_the_same_lots_everywhere() {
    let at = |second: i64| Timestamp::from_seconds(NOON + second);
    let chosen = |second: i64, quantity: &str| ChosenLot {
        acquired_at: at(second),
        quantity: shares(quantity),
    };
    let named = LotChoice::Chosen(vec![chosen(2, "3"), chosen(1, "1")]);
    let facts = [
        Fact::Opened {
            cash: money("1000"),
        },
        Fact::Bought(trade("5", "-50", "50", "0")),
        Fact::Bought(trade("5", "-100", "100", "0")),
        Fact::SoldLots(trade("4", "80", "-60", "20"), named),
        Fact::SoldLots(trade("2", "40", "-30", "10"), LotChoice::HighestCost),
    ];
    let mut replay = Replay::new(ACCOUNT);
    for (second, fact) in (0..).zip(facts) {
        let bytes = fact.to_bytes();
        assert_eq!(Fact::from_bytes(&bytes), Some(fact.clone()));
        let json = serde_json::to_string(&fact).expect("fits");
        assert_eq!(
            serde_json::from_str::<Fact>(&json).expect("fits"),
            fact,
            "{json}"
        );
        let entry = replay.head.entry(at(second), fact);
        replay.apply(&entry).expect("fits");
    }
    let lots: Vec<_> = replay.positions[&ACME]
        .lots
        .iter()
        .map(|lot| (lot.quantity.to_string(), lot.cost.to_string()))
        .collect();
    assert_eq!(lots, [("4".to_owned(), "40.00".to_owned())]);
    assert_eq!(
        hex::encode(replay.head.hash),
        "9e73470dc6234d20ef2fd8b0a203d7b7bf728a0a785e8010c49b2b217320d3f6"
    );
    // The same choice has one form only, and lots that are not there cannot be sold.
    for lots in [
        LotChoice::Oldest,
        LotChoice::Chosen(vec![chosen(2, "1")]),
        LotChoice::Chosen(vec![chosen(1, "2")]),
    ] {
        let fact = Fact::SoldLots(trade("1", "10", "-15", "-5"), lots);
        let entry = replay.head.entry(at(9), fact);
        assert_eq!(
            replay.clone().apply(&entry),
            Err(LedgerError::Impossible { seq: 6 })
        );
    }
}

#[test]
fn a_sale_that_names_its_lots_keeps_the_average_and_changes_the_lot_profit() {
    let mut world = World::new(GameRules::open_league());
    let mut bought_at = Vec::new();
    for price in ["100", "120", "110"] {
        bought_at.push(world.now);
        world.buy("10", price).expect("filled");
        world.now = world.now.plus_seconds(1);
    }
    let sale = |size: &str, lots| {
        let size = Size::Quantity(size.parse().expect("a quantity"));
        let order = support::order(9, Side::Sell, size);
        order.from_lots(lots)
    };
    let price = "110".parse().expect("a price");
    let dearest = sale("15", LotChoice::HighestCost).expect("an order");
    let execution = world.preview(&dearest, price).expect("filled");
    // Average cost 110: nothing gained. 10 at 120 and 5 at 110: 100 lost.
    assert_eq!(execution.fill.realized_profit, Money::ZERO);
    assert_eq!(execution.fill.lot_profit, money("-100"));
    let chosen = |shares: &[(usize, &str)]| {
        let lots = shares.iter().map(|(place, quantity)| ChosenLot {
            acquired_at: *bought_at.get(*place).unwrap_or(&world.now),
            quantity: quantity.parse().expect("a quantity"),
        });
        LotChoice::Chosen(lots.collect())
    };
    let two = sale("12", chosen(&[(0, "10"), (2, "2")])).expect("an order");
    let execution = world.preview(&two, price).expect("filled");
    assert_eq!(execution.fill.lot_profit, money("100"));
    let refused = |lots| {
        world
            .preview(&sale("12", lots).expect("an order"), price)
            .err()
    };
    let acquired_at = world.now;
    assert_eq!(
        refused(chosen(&[(9, "12")])),
        Some(Rejection::UnknownLot { acquired_at })
    );
    let [needed, available] = ["12", "10"].map(|text| text.parse().expect("a quantity"));
    assert_eq!(
        refused(chosen(&[(0, "12")])),
        Some(Rejection::InsufficientLot {
            acquired_at: Timestamp::from_seconds(NOON),
            needed,
            available
        })
    );
    for (lots, error) in [
        (chosen(&[(0, "11")]), OrderError::LotsSum),
        (chosen(&[]), OrderError::LotsUnclear),
        (chosen(&[(0, "6"), (0, "6")]), OrderError::LotsUnclear),
        (chosen(&[(0, "12"), (1, "0")]), OrderError::LotsUnclear),
        (
            LotChoice::Chosen(vec![
                ChosenLot {
                    acquired_at,
                    quantity: needed
                };
                51
            ]),
            OrderError::LotsUnclear,
        ),
    ] {
        assert_eq!(sale("12", lots).err(), Some(error));
        assert_eq!(error.field(), "lots");
    }
    let purchase = support::order(9, Side::Buy, Size::Quantity(needed));
    let refused = purchase.from_lots(LotChoice::HighestCost).err();
    assert_eq!(refused, Some(OrderError::LotsOfPurchase));
    let waits = dearest
        .on_terms(support::terms(Trigger::Limit(price)))
        .err();
    assert_eq!(waits, Some(OrderError::LotsWait));
}

#[test]
fn a_sale_pays_the_higher_rate_on_each_of_its_lots_with_a_gain() {
    let taxes = Taxes {
        short_term_bps: 2_500,
        long_term_bps: 1_000,
    };
    let mut world = World::new(GameRules {
        taxes: Some(taxes),
        ..GameRules::open_league()
    });
    world.buy("10", "100").expect("filled");
    world.buy("10", "130").expect("filled");
    // The first lot gains 200 and the second loses 100: a quarter of 200 is taken.
    let sale = world.sell("20", "120").expect("filled");
    assert_eq!(sale.fill.lot_profit, money("100"));
    assert_eq!(sale.fill.cash_change, money("2400"));
    assert_eq!(sale.fill.tax, money("50"));
    assert_eq!(world.account.cash, money("10050"));
    world.buy("10", "100").expect("filled");
    let loss = world.sell("10", "90").expect("filled");
    assert_eq!(loss.fill.tax, Money::ZERO);
}
