//! What must hold for every order, whatever it says.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use domain::api::{TicketView, WouldUnlock};
use domain::tax::Taxes;
use domain::{
    AccountId, ChosenLot, Fact, GameId, GameRules, InstrumentId, LedgerEntry, LedgerError,
    LedgerHead, LotChoice, Money, Order, PlayerId, Quantity, Replay, Side, Situation, Size, Trade,
    TradeFacts, TradingDay, Words, execute,
};
use proptest::prelude::*;
use support::{Numbers, World, money, order, quote};

const ACCOUNT: AccountId = AccountId {
    player: PlayerId(7),
    game: GameId(1),
};
const INSTRUMENT: InstrumentId = InstrumentId(3);

fn any_world() -> impl Strategy<Value = (World, Numbers)> {
    let rates = prop::option::of((0..=Taxes::BPS_MAX, 0..=Taxes::BPS_MAX));
    (
        0_u32..500,
        0_i64..50_000,
        any::<bool>(),
        rates,
        any::<u64>(),
    )
        .prop_map(|(basis_points, fixed, fractional, rates, seed)| {
            let mut world = World::with_fees(basis_points, Money::from_units(fixed));
            world.game.fractional = fractional;
            world.game.taxes = rates.map(|(short_term_bps, long_term_bps)| Taxes {
                short_term_bps,
                long_term_bps,
            });
            (world, Numbers(seed))
        })
}

/// The same order, or a sale of lots that are not the oldest.
fn from_some_lots(order: Order, world: &World, numbers: &mut Numbers) -> Order {
    match (order.side(), numbers.below(3)) {
        (Side::Sell, 1) => order.from_lots(LotChoice::HighestCost).expect("a sale"),
        (Side::Sell, 2) => from_chosen_lots(&order, world, numbers).unwrap_or(order),
        _ => order,
    }
}

fn from_chosen_lots(order: &Order, world: &World, numbers: &mut Numbers) -> Option<Order> {
    let mut lots: Vec<ChosenLot> = Vec::new();
    for lot in world.position.lots.iter().rev() {
        let units = u64::try_from(lot.quantity.units()).expect("above zero");
        let quantity = Quantity::from_units(i64::try_from(1 + numbers.below(units)).expect("fits"));
        let acquired_at = lot.acquired_at;
        if numbers.below(2) == 0 && lots.iter().all(|one| one.acquired_at != acquired_at) {
            lots.push(ChosenLot {
                acquired_at,
                quantity,
            });
        }
    }
    lots.truncate(LotChoice::CHOSEN_MAX);
    let choice = LotChoice::Chosen(lots);
    let size = Size::Quantity(choice.chosen_quantity()?);
    let (key, reason) = (order.key().clone(), order.reason());
    let sale = Order::new(key, order.symbol(), Side::Sell, size, None, reason).expect("a sale");
    Some(sale.from_lots(choice).expect("lots that add up"))
}

/// Trades at random and calls `each` before every order that is filled, with the state after it.
fn trade_at_random(
    world: &mut World,
    numbers: &mut Numbers,
    mut each: impl FnMut(&World, &World, &domain::Execution, &domain::Order),
) {
    for number in 0..60 {
        world.now = world
            .now
            .plus_seconds(i64::try_from(numbers.below(9_000)).expect("small"));
        let (order, price) = (numbers.order(number), numbers.price());
        let order = from_some_lots(order, world, numbers);
        let before = world.clone();
        match world.trade(&order, price) {
            Ok(execution) => each(&before, world, &execution, &order),
            Err(_) => assert_eq!(*world, before),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_order_creates_money_or_shares((mut world, mut numbers) in any_world()) {
        trade_at_random(&mut world, &mut numbers, |before, after, execution, _| {
            let fill = &execution.fill;
            let shares = after.position.quantity.units() - before.position.quantity.units();
            let cash = after.account.cash.units() - before.account.cash.units();
            let exact = i128::from(fill.price.units()) * i128::from(fill.quantity.units());
            // Price has 4 places and quantity 6: their product counts in 10^-10, money in 10^-4.
            let paid = |units: i64| i128::from(units) * 1_000_000;
            match fill.side {
                Side::Buy => {
                    assert_eq!(shares, fill.quantity.units());
                    assert!(paid(-cash - fill.fee.units()) >= exact, "{fill:?}");
                }
                Side::Sell => {
                    assert_eq!(shares, -fill.quantity.units());
                    assert!(paid(cash + fill.fee.units()) <= exact, "{fill:?}");
                }
            }
            assert!(!fill.fee.is_negative() && fill.xp >= 0);
            assert!(!fill.tax.is_negative() && fill.tax <= fill.cash_change.max(Money::ZERO));
            assert_eq!(cash, fill.cash_change.units() - fill.tax.units());
        });
    }

    #[test]
    fn nothing_is_ever_below_zero((mut world, mut numbers) in any_world()) {
        trade_at_random(&mut world, &mut numbers, |_, after, _, _| {
            let position = &after.position;
            assert!(!after.account.cash.is_negative());
            assert!(!position.quantity.is_negative() && !position.cost_basis.is_negative());
            let lots = position.lots.iter().fold(Quantity::ZERO, |sum, lot| sum.checked_add(lot.quantity).expect("small"));
            assert_eq!(lots, position.quantity, "the lots are the position");
            assert!(position.lots.iter().all(|lot| lot.quantity.is_positive() && !lot.cost.is_negative()));
            assert!(position.lots.is_sorted_by_key(|lot| lot.acquired_at));
            assert_eq!(after.account.positions_held, u32::from(position.quantity.is_positive()));
            if position.quantity.is_zero() {
                assert!(position.cost_basis.is_zero());
            }
        });
    }

    /// What a page shows of a holding is in cents: whoever asks for so much wants to be rid of it.
    #[test]
    fn a_sale_of_the_value_by_amount_leaves_nothing(
        spent in 10_000_i64..50_000_000,
        price in 1_i64..10_000_000,
        more in 0_i64..1_000_000,
        cents in any::<bool>(),
    ) {
        let mut world = World::new(GameRules::open_league());
        let price = domain::Price::from_units(price);
        let amount = Size::Amount(Money::from_units(spent));
        prop_assume!(world.trade(&order(1, Side::Buy, amount), price).is_ok());
        let value = price.value_of(world.position.quantity).expect("small");
        let asked = if cents { value.whole_cents() } else { value };
        let asked = Money::from_units(asked.units() + more);
        prop_assume!(asked.is_positive());
        let sale = world.trade(&order(2, Side::Sell, Size::Amount(asked)), price);
        prop_assert_eq!(sale.expect("filled").fill.value, value);
        prop_assert_eq!(world.position.quantity, Quantity::ZERO);
    }

    /// However often shares are bought at one price, they are worth what they cost, and no more.
    #[test]
    fn rounding_alone_is_no_loss(
        amounts in prop::collection::vec(10_000_i64..1_000_000, 1..50),
        price in 1_i64..10_000_000,
    ) {
        let mut world = World::new(GameRules::open_league());
        let price = domain::Price::from_units(price);
        for (number, amount) in (0..).zip(amounts) {
            let amount = Size::Amount(Money::from_units(amount));
            let _ = world.trade(&order(number, Side::Buy, amount), price);
        }
        let position = &world.position;
        prop_assert_eq!(position.value(price), Some(position.cost_basis));
        prop_assert_eq!(position.unrealized_profit(price), Some(Money::ZERO));
        let cash = world.account.cash.checked_add(position.value(price).expect("small"));
        prop_assert_eq!(cash, Some(world.game.starting_cash));
        let lower = domain::Price::from_units(price.units() / 2);
        let half = lower.cost_of(position.quantity).expect("small");
        let roundings = i64::try_from(position.lots.len()).expect("few") + 1;
        let off = position.value(lower).expect("small").units() - half.units();
        prop_assert!((0..=roundings).contains(&off));
    }

    /// The page holds a ticket that came as JSON; the server holds its own records.
    #[test]
    fn the_preview_equals_the_execution((mut world, mut numbers) in any_world()) {
        for number in 0..60 {
            let (order, price) = (numbers.order(number), numbers.price());
            let order = from_some_lots(order, &world, &mut numbers);
            let ticket = TicketView {
                version: 1,
                account: world.account,
                position: world.position.clone(),
                xp: world.xp,
                quote: Some(quote(price, world.now)),
                category: None,
                game: world.game.clone(),
                xp_rules: world.xp_rules.clone(),
                traded: world.traded,
                would_unlock: WouldUnlock::default(),
                now: world.now,
            };
            let wire = serde_json::to_string(&ticket).expect("json");
            let held: TicketView = serde_json::from_str(&wire).expect("the ticket reads back");
            prop_assert_eq!(&held, &ticket);
            let preview = execute(&order, Situation {
                account: &held.account,
                position: &held.position,
                xp: held.xp,
                quote: held.quote.as_ref(),
                category: None,
                game: &held.game,
                xp_rules: &held.xp_rules,
                traded: held.traded,
                now: held.now,
            });
            prop_assert_eq!(preview, world.trade(&order, price));
        }
    }

    #[test]
    fn the_xp_of_a_trade_is_computed_again_from_the_ledger((mut world, mut numbers) in any_world()) {
        let mut replay = Replay::new(ACCOUNT);
        let (starting_cash, rules) = (world.game.starting_cash, world.xp_rules.clone());
        let opened = replay.head.opened(world.account.cash, world.now);
        replay.apply(&opened).expect("the first entry");
        let mut traded = TradingDay::default();
        trade_at_random(&mut world, &mut numbers, |_, _, execution, order| {
            let entry = replay.head.executed(execution, INSTRUMENT, order, None);
            let (side, trade) = entry.fact.trade().expect("a trade");
            let facts = TradeFacts::of_entry((side, trade), &entry, &replay, starting_cash, traded);
            assert_eq!(rules.for_trade(facts), execution.fill.xp);
            traded = traded.after_trade(entry.at.day(), execution.fill.xp);
            replay.apply(&entry).expect("an entry of an execution");
            if let Some(taxed) = replay.head.taxed(execution, 2026) {
                replay.apply(&taxed).expect("what a sale pays");
            }
        });
    }

    #[test]
    fn the_ledger_replays_to_the_same_account((mut world, mut numbers) in any_world()) {
        let mut replay = Replay::new(ACCOUNT);
        let opened = replay.head.opened(world.account.cash, world.now);
        replay.apply(&opened).expect("the first entry");
        trade_at_random(&mut world, &mut numbers, |_, after, execution, order| {
            let entry = replay.head.executed(execution, INSTRUMENT, order, None);
            replay.apply(&entry).expect("an entry of an execution");
            if let Some(taxed) = replay.head.taxed(execution, 2026) {
                replay.apply(&taxed).expect("what a sale pays");
            }
            assert_eq!(replay.account, after.account);
            assert_eq!(replay.positions.get(&INSTRUMENT), Some(&after.position));
            assert_eq!(replay.xp, after.xp);
        });
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,40}|[-0-9.eE]{0,60}") {
        if let Ok(amount) = text.parse::<Money>() {
            prop_assert_eq!(amount.to_string().parse::<Money>(), Ok(amount));
        }
        let _ = text.parse::<domain::Timestamp>();
        let _ = text.parse::<domain::Symbol>();
        let _ = text.parse::<domain::IdempotencyKey>();
        let _ = serde_json::from_str::<domain::api::OrderRequest>(&text);
    }

    #[test]
    fn units_read_back(units in any::<i64>().prop_filter("symmetric", |units| *units != i64::MIN)) {
        let amount = Money::from_units(units);
        prop_assert_eq!(amount.units(), units);
        prop_assert_eq!(amount.to_string().parse::<Money>().map(Money::units), Ok(units));
    }

    #[test]
    fn the_largest_amounts_are_refused_not_wrapped(a in any::<i64>(), b in any::<i64>(), c in 0_u32..=10_000) {
        let (money, price) = (Money::from_units(a.max(-i64::MAX)), domain::Price::from_units(b.max(-i64::MAX)));
        let quantity = Quantity::from_units(b.max(-i64::MAX));
        let _ = (price.cost_of(quantity), price.value_of(quantity), money.basis_points_rounded_up(c));
        let _ = (money.quantity_at(price), money.average_price(quantity), money.share_rounded_down(quantity, quantity));
        let _ = (money.percent_of(Money::from_units(b.max(-i64::MAX))), price.percent_since(price));
        let _ = (money.checked_add(money), money.checked_sub(money), money.negated());
    }
}

fn words(text: &str) -> Words {
    Words {
        salt: [7; 16],
        text: text.to_owned(),
    }
}

/// The trade of an entry, to change it.
fn trade(entry: &mut LedgerEntry) -> &mut Trade {
    match &mut entry.fact {
        Fact::Bought(trade) | Fact::Sold(trade) => trade,
        other => panic!("{other:?} is no trade"),
    }
}

fn three_entries() -> Vec<LedgerEntry> {
    let mut world = World::new(GameRules::open_league());
    let mut entries = vec![LedgerHead::before_first(ACCOUNT).opened(money("10000"), world.now)];
    for (number, price) in [(1, "100"), (2, "101")] {
        let execution = world.buy("2", price).expect("filled");
        let head = entries.last().expect("opened").head();
        let order = support::order(number, Side::Buy, Size::Quantity(Quantity::from_whole(2)));
        let reason = words("why not").digest();
        entries.push(head.executed(&execution, INSTRUMENT, &order, Some(reason)));
    }
    entries
}

#[test]
fn a_changed_entry_breaks_the_chain() {
    type Change = fn(&mut LedgerEntry);
    let changes: [Change; 6] = [
        |entry| trade(entry).cash_change = money("-1"),
        |entry| trade(entry).xp += 1,
        |entry| entry.at = entry.at.plus_seconds(1),
        |entry| trade(entry).price = "1".parse().expect("a price"),
        |entry| trade(entry).reason = None,
        |entry| trade(entry).key = support::key(9),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut entries = three_entries();
        change(entries.get_mut(1).expect("three"));
        let mut replay = Replay::new(ACCOUNT);
        let outcome = entries.iter().try_for_each(|entry| replay.apply(entry));
        assert!(outcome.is_err(), "change {number} went unnoticed");
    }
}

#[test]
fn a_missing_or_foreign_entry_is_named() {
    let entries = three_entries();
    let mut replay = Replay::new(ACCOUNT);
    let [first, _, third] = entries.as_slice() else {
        panic!("three entries")
    };
    replay.apply(first).expect("the first");
    assert_eq!(
        replay.apply(third),
        Err(LedgerError::Gap {
            expected: 2,
            found: 3
        })
    );
    let mut other = Replay::new(AccountId {
        player: PlayerId(8),
        ..ACCOUNT
    });
    assert_eq!(other.apply(first), Err(LedgerError::BrokenChain { seq: 1 }));
}
