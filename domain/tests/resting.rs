//! Orders that wait: what is set aside for them, when they are due, and what becomes of them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use domain::{
    Account, AccountId, Due, Fate, GameId, GameRules, InstrumentId, Money, Order, Placement,
    PlayerId, Position, Price, PriceGuard, Quantity, Rejection, ReleaseCause, Replay, Reserve,
    Side, Size, Terms, Timestamp, Trigger, due, is_triggered, release,
};
use support::{NOON, World, key, money, order, quote, symbol, terms};

const ACCOUNT: AccountId = AccountId {
    player: PlayerId(7),
    game: GameId(1),
};
const INSTRUMENT: InstrumentId = InstrumentId(3);

fn price(text: &str) -> Price {
    text.parse().expect("a price")
}

fn shares(text: &str) -> Size {
    Size::Quantity(text.parse().expect("a quantity"))
}

fn waiting(number: u64, side: Side, size: Size, trigger: Trigger) -> Order {
    let order = order(number, side, size);
    order.on_terms(terms(trigger)).expect("terms of an order")
}

fn limit(text: &str) -> Trigger {
    Trigger::Limit(price(text))
}

fn stop(text: &str) -> Trigger {
    Trigger::Stop(price(text))
}

#[test]
fn a_limit_waits_for_a_better_price_and_a_stop_for_a_worse_one() {
    let check = |side, trigger, fires: [bool; 3]| {
        let prices = ["9.99", "10", "10.01"].map(price);
        let told = prices.map(|price| is_triggered(side, trigger, price));
        assert_eq!(told, fires, "{side:?} {trigger:?}");
    };
    check(Side::Buy, limit("10"), [true, true, false]);
    check(Side::Sell, limit("10"), [false, true, true]);
    check(Side::Buy, stop("10"), [false, true, true]);
    check(Side::Sell, stop("10"), [true, true, false]);
}

#[test]
fn what_is_set_aside_covers_the_worst_case() {
    let check = |order: Order, cash: &str, quantity: &str| {
        let mut world = World::with_fees(100, money("0.50"));
        world.buy("10", "50").expect("filled");
        let reserve = world.rest(&order, "50").reserve;
        let quantity = quantity.parse().expect("a quantity");
        let cash = money(cash);
        assert_eq!(reserve, Reserve { cash, quantity }, "{order:?}");
        assert_eq!(world.account.reserved_cash, cash);
        assert_eq!(world.position.reserved_quantity, quantity);
        assert_eq!(world.account.open_orders, 1);
    };
    let amount = Size::Amount(money("100"));
    // 3 × 40 and 1 % and 0.50.
    check(
        waiting(1, Side::Buy, shares("3"), limit("40")),
        "121.70",
        "0",
    );
    check(waiting(1, Side::Buy, amount, limit("40")), "100", "0");
    check(waiting(1, Side::Buy, amount, stop("60")), "100", "0");
    // 3 × 60 and 5 %, then 1 % and 0.50.
    check(
        waiting(1, Side::Buy, shares("3"), stop("60")),
        "191.39",
        "0",
    );
    check(waiting(1, Side::Sell, shares("3"), limit("60")), "0", "3");
    check(waiting(1, Side::Sell, shares("3"), stop("40")), "0", "3");
    check(
        waiting(1, Side::Sell, Size::Amount(money("90")), limit("60")),
        "0",
        "1.5",
    );
    check(
        waiting(1, Side::Sell, Size::Amount(money("90")), stop("45")),
        "0",
        "2",
    );
}

#[test]
fn an_order_whose_price_is_there_is_filled_at_once_and_at_the_quote() {
    let mut world = World::new(GameRules::open_league());
    world.buy("10", "50").expect("filled");
    for order in [
        waiting(1, Side::Buy, shares("1"), limit("55")),
        waiting(1, Side::Buy, shares("1"), stop("45")),
        waiting(1, Side::Sell, shares("1"), limit("45")),
        waiting(1, Side::Sell, shares("1"), stop("55")),
    ] {
        let placed = world.placed(&order, "50");
        let Ok(Placement::Filled(execution)) = placed else {
            panic!("{order:?}: {placed:?}")
        };
        assert_eq!(execution.fill.price, price("50"));
        assert!(execution.account.reserved_cash.is_zero());
    }
}

#[test]
fn what_is_set_aside_cannot_be_spent_or_sold_again() {
    let mut world = World::new(GameRules::open_league());
    world.buy("10", "100").expect("filled");
    world.rest(&waiting(1, Side::Buy, shares("100"), limit("80")), "100");
    assert_eq!(
        world.buy("11", "100"),
        Err(Rejection::InsufficientFreeCash {
            needed: money("1100"),
            available: money("1000"),
            reserved: money("8000"),
        })
    );
    // A part of it could be covered, and nothing is done.
    let second = waiting(2, Side::Buy, shares("20"), limit("80"));
    assert_eq!(
        world.placed(&second, "100"),
        Err(Rejection::InsufficientFreeCash {
            needed: money("1600"),
            available: money("1000"),
            reserved: money("8000"),
        })
    );
    world.rest(&waiting(3, Side::Sell, shares("7"), stop("90")), "100");
    let short = Rejection::InsufficientFreeQuantity {
        needed: Quantity::from_whole(4),
        available: Quantity::from_whole(3),
        reserved: Quantity::from_whole(7),
    };
    assert_eq!(world.sell("4", "100"), Err(short));
    let third = waiting(4, Side::Sell, shares("4"), limit("120"));
    assert_eq!(world.placed(&third, "100"), Err(short));
    world.buy("10", "100").expect("what is free can be spent");
    world.sell("13", "100").expect("what is free can be sold");
    assert_eq!(world.position.quantity, Quantity::from_whole(7));
}

#[test]
fn an_order_that_may_not_rest_is_refused_with_its_reason() {
    let check = |world: &World, order: &Order, expected: Rejection| {
        assert_eq!(world.placed(order, "100"), Err(expected));
    };
    let open = || World::new(GameRules::open_league());
    let buy = waiting(1, Side::Buy, shares("1"), limit("90"));
    let mut full = open();
    full.account.open_orders = Account::OPEN_ORDERS_MAX;
    let open_orders_max = Account::OPEN_ORDERS_MAX;
    check(
        &full,
        &buy,
        Rejection::TooManyOpenOrders { open_orders_max },
    );
    let expires_at = Timestamp::from_seconds(NOON);
    let late = order(1, Side::Buy, shares("1")).on_terms(Terms {
        trigger: limit("90"),
        expires_at: Some(expires_at),
    });
    let late = late.expect("well-formed");
    check(&open(), &late, Rejection::AlreadyExpired { expires_at });
    let small = waiting(1, Side::Buy, shares("0.01"), limit("90"));
    let minimum = money("1");
    check(&open(), &small, Rejection::TooSmall { minimum });
    let dear = waiting(1, Side::Buy, shares("200"), limit("90"));
    let (needed, available) = (money("18000"), money("10000"));
    let short = Rejection::InsufficientCash { needed, available };
    check(&open(), &dear, short);
    let none = waiting(1, Side::Sell, shares("1"), limit("110"));
    let (needed, available) = (Quantity::from_whole(1), Quantity::ZERO);
    let short = Rejection::InsufficientQuantity { needed, available };
    check(&open(), &none, short);
    let mut frozen = open();
    frozen.game.frozen = true;
    let closed = domain::Closed::Frozen;
    check(&frozen, &buy, Rejection::GameNotOpen { closed });
}

#[test]
fn terms_that_make_no_sense_are_no_order() {
    use domain::OrderError::{GuardedTrigger, Trigger as NotAPrice};
    for text in ["0", "-1"] {
        let order = order(1, Side::Buy, shares("1"));
        assert_eq!(order.on_terms(terms(limit(text))), Err(NotAPrice));
    }
    let guard = PriceGuard {
        expected: price("1"),
        tolerance_bps: 0,
    };
    let guarded = Order::new(key(1), symbol(), Side::Buy, shares("1"), Some(guard), None);
    let guarded = guarded.expect("an order").on_terms(terms(stop("1")));
    assert_eq!(guarded, Err(GuardedTrigger));
}

#[test]
fn an_order_is_due_when_its_price_or_its_time_has_come() {
    let now = Timestamp::from_seconds(NOON);
    let game = GameRules::open_league();
    let fresh = quote(price("90"), now);
    let stale = domain::Quote {
        stale: true,
        ..fresh
    };
    let buy = terms(limit("90"));
    let due_at = |terms, quote, game: &GameRules| due(Side::Buy, terms, quote, game, now);
    assert_eq!(due_at(buy, Some(&fresh), &game), Some(Due::Executes));
    assert_eq!(due_at(buy, Some(&stale), &game), None);
    assert_eq!(due_at(buy, None, &game), None);
    assert_eq!(due_at(terms(limit("89")), Some(&fresh), &game), None);
    let ended = Terms {
        expires_at: Some(now),
        ..buy
    };
    assert_eq!(due_at(ended, Some(&fresh), &game), Some(Due::Expires));
    let frozen = GameRules {
        frozen: true,
        ..game.clone()
    };
    assert_eq!(due_at(buy, Some(&fresh), &frozen), None);
    assert_eq!(due_at(ended, None, &frozen), Some(Due::Expires));
    let over = GameRules {
        closes_at: Some(now),
        ..game
    };
    assert_eq!(due_at(buy, Some(&fresh), &over), Some(Due::Expires));
}

#[test]
fn a_stop_that_the_price_has_jumped_over_uses_free_cash_or_is_rejected() {
    let mut world = World::new(GameRules::open_league());
    let order = waiting(1, Side::Buy, shares("50"), stop("100"));
    let resting = world.rest(&order, "90");
    assert_eq!(resting.reserve.cash, money("5250"));
    let Fate::Filled(execution) = world.fate_of(&resting, price("190")) else {
        panic!("there is free cash")
    };
    assert_eq!(execution.account.cash, money("500"));
    let rejected = world.fate_of(&resting, price("201"));
    let (needed, available) = (money("10050"), money("10000"));
    let expected = Rejection::InsufficientCash { needed, available };
    assert_eq!(rejected, Fate::Rejected(expected));
}

#[test]
fn a_stop_sells_however_far_the_price_has_fallen() {
    let mut world = World::new(GameRules::open_league());
    world.buy("2", "100").expect("filled");
    let order = waiting(1, Side::Sell, shares("1"), stop("90"));
    let resting = world.rest(&order, "100");
    let fallen = world.fate_of(&resting, price("0.01"));
    assert!(matches!(fallen, Fate::Filled(_)), "{fallen:?}");
}

#[test]
fn an_entry_that_releases_what_was_not_set_aside_does_not_follow() {
    let mut world = World::new(GameRules::open_league());
    let mut replay = Replay::new(ACCOUNT);
    let opened = replay.head.opened(world.account.cash, world.now);
    replay.apply(&opened).expect("the first entry");
    let resting = world.rest(&waiting(1, Side::Buy, shares("3"), limit("90")), "100");
    let placed = replay.head.reserved(INSTRUMENT, &resting, None);
    replay.apply(&placed).expect("it follows");
    let mut other = resting.clone();
    other.reserve.cash = money("1");
    let ended = |resting| {
        replay
            .head
            .released(ReleaseCause::Expired, world.now, INSTRUMENT, resting)
    };
    assert!(replay.clone().apply(&ended(&other)).is_err());
    let again = replay.head.reserved(INSTRUMENT, &resting, None);
    assert!(replay.clone().apply(&again).is_err());
    replay.clone().apply(&ended(&resting)).expect("it follows");
    assert_ne!(
        placed.hash(),
        replay.head.reserved(INSTRUMENT, &other, None).hash()
    );
    assert_eq!(
        release(
            &resting,
            &Account::opened_with(Money::ZERO),
            &Position::default()
        ),
        None
    );
}

#[test]
fn nobody_trades_at_a_stale_price_but_an_order_on_terms_waits_for_the_next_one() {
    let world = support::World::new(GameRules::open_league());
    let quoted_at = world.now.plus_seconds(-1_380);
    let stale = domain::Quote {
        stale: true,
        ..quote(price("90"), quoted_at)
    };
    let placed = |order: &Order, quote: &domain::Quote| {
        let situation = domain::Situation {
            account: &world.account,
            position: &world.position,
            xp: world.xp,
            traded: world.traded,
            quote: Some(quote),
            category: None,
            game: &world.game,
            xp_rules: &world.xp_rules,
            now: world.now,
        };
        domain::place(order, situation)
    };
    let at_once = Order::new(key(1), symbol(), Side::Buy, shares("1"), None, None);
    let at_once = at_once.expect("an order");
    let rejection = placed(&at_once, &stale).expect_err("the price is stale");
    let expected = domain::Rejection::StaleQuote {
        symbol: symbol(),
        quoted_at,
        age_s: 1_380,
    };
    assert_eq!(rejection, expected);
    assert_eq!(
        rejection.to_string(),
        "The latest price of ACME is 23 minutes old, so nothing was traded. A limit order can wait for the next price."
    );
    let on_terms = at_once.clone().on_terms(terms(limit("95")));
    let waiting = placed(&on_terms.expect("an order"), &stale);
    assert!(matches!(waiting, Ok(Placement::Rests(_))), "{waiting:?}");
    let fresh = domain::Quote {
        stale: false,
        ..stale
    };
    let filled = placed(&at_once, &fresh);
    assert!(matches!(filled, Ok(Placement::Filled(_))), "{filled:?}");
}

#[test]
fn an_age_is_told_in_the_largest_unit_that_it_has_two_of() {
    for (seconds, told) in [
        (119, (119, "seconds")),
        (120, (2, "minutes")),
        (7_199, (119, "minutes")),
        (7_200, (2, "hours")),
        (172_800, (2, "days")),
    ] {
        assert_eq!(domain::age(seconds), told);
    }
}
