use domain::api::{ApiError, ErrorCode, OrderStatus, OrderView, PositionView, WouldUnlock};
use domain::{Account, Execution, GameRules, Money, Position, Rest, TradingDay, XpRules};

use super::*;

const NOON: i64 = 1_795_262_400;

fn now() -> Timestamp {
    Timestamp::from_seconds(NOON)
}

fn symbol() -> Symbol {
    "ACME".parse().unwrap()
}

fn key() -> IdempotencyKey {
    "ticket-test-1".parse().unwrap()
}

fn quote(price: &str) -> Quote {
    Quote {
        symbol: symbol(),
        price: price.parse().unwrap(),
        at: now(),
        stale: false,
        previous_close: None,
        foreign: None,
        halted_until: None,
    }
}

fn ticket() -> TicketView {
    TicketView {
        version: 1,
        account: Account::opened_with(Money::from_whole(10_000)),
        position: Position::default(),
        xp: 995,
        quote: Some(quote("100")),
        category: None,
        game: GameRules::open_league(),
        xp_rules: XpRules::default(),
        traded: TradingDay::default(),
        would_unlock: WouldUnlock::default(),
        now: now(),
    }
}

fn entry(side: Side, unit: Unit, size: &str) -> Entry {
    Entry {
        side,
        unit,
        size: size.to_owned(),
        ..Entry::default()
    }
}

fn placement(entry: &Entry, ticket: &TicketView) -> Result<Placement, Problem> {
    let quote = quote("100");
    let request = entry.request(&key(), symbol(), Some(quote.price))?;
    preview(&request, ticket, Some(&quote), now())
}

fn outcome(entry: &Entry, ticket: &TicketView) -> Result<Execution, Problem> {
    match placement(entry, ticket)? {
        Placement::Filled(execution) => Ok(execution),
        Placement::Rests(rest) => panic!("{rest:?}"),
    }
}

fn waiting(kind: Kind, price: &str, side: Side) -> Entry {
    Entry {
        kind,
        trigger_price: price.to_owned(),
        ..entry(side, Unit::Quantity, "3")
    }
}

fn rest(entry: &Entry) -> Rest {
    match placement(entry, &ticket()).unwrap() {
        Placement::Rests(rest) => rest,
        Placement::Filled(execution) => panic!("{execution:?}"),
    }
}

#[test]
fn a_limit_and_a_stop_set_aside_what_they_may_need() {
    let limit = rest(&waiting(Kind::Limit, "$90", Side::Buy));
    assert_eq!(limit.account.free_cash(), Money::from_whole(9_730));
    assert_eq!(limit.account.cash, Money::from_whole(10_000));
    let stop = rest(&waiting(Kind::Stop, "110", Side::Buy));
    assert!(stop.account.free_cash() < Money::from_whole(9_670));
    assert_eq!(after(&ticket(), &Placement::Rests(limit)).version, 2);
}

#[test]
fn a_limit_whose_price_is_there_is_filled_at_once() {
    let bought = outcome(&waiting(Kind::Limit, "110", Side::Buy), &ticket()).unwrap();
    assert_eq!(bought.account.cash, Money::from_whole(9_700));
}

#[test]
fn the_price_of_a_limit_is_asked_for_beside_its_field() {
    let check = |price: &str, expected: Problem| {
        let problem = placement(&waiting(Kind::Limit, price, Side::Buy), &ticket()).unwrap_err();
        assert_eq!(problem, expected, "{price:?}");
        assert_eq!(problem.field(), Field::Price);
    };
    check(" ", Problem::NoPrice);
    check(
        "abc",
        Problem::Price("Write a number, such as 3 or 2.5.".into()),
    );
    check("0", Problem::Price("It has to be more than zero.".into()));
    let now = waiting(Kind::Now, "abc", Side::Buy);
    assert!(
        outcome(&now, &ticket()).is_ok(),
        "an order for now has no price"
    );
}

#[test]
fn a_receipt_admits_what_the_preview_did_not_say() {
    let request = entry(Side::Buy, Unit::Quantity, "3")
        .request(&key(), symbol(), None)
        .unwrap();
    let predicted = preview(&request, &ticket(), Some(&quote("100")), now()).unwrap();
    let told =
        |order: OrderView| match Attempt::answered(request.clone(), predicted.clone(), Ok(order)) {
            Attempt::Filled(receipt) => receipt.surprises,
            other => panic!("{other:?}"),
        };
    let kept = filled(&request, &ticket(), "100");
    assert_eq!(told(kept.clone()), Vec::<String>::new());
    let moved = told(filled(&request, &ticket(), "100.40"));
    assert!(
        moved[0].contains("$100.00") && moved[0].contains("$100.40"),
        "{moved:?}"
    );
    assert_eq!(moved.len(), 1, "{moved:?}");
    let elsewhere = told(OrderView {
        cash_after: Some(Money::from_whole(6_278)),
        ..kept
    });
    assert!(
        elsewhere[0].contains("$9,700.00") && elsewhere[0].contains("$6,278.00"),
        "{elsewhere:?}"
    );
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let check = |typed: &str, plain: &str| assert_eq!(plain_number(typed), plain, "{typed:?}");
    check(" 12.5 ", "12.5");
    check("$1,250.75", "1250.75");
    check("12,50 €", "12.50");
    check("1,5", "1.5");
    check("0,125", "0.125");
    check(",5", "0.5");
    check("1,500", "1500");
    check("1,234,567", "1234567");
    check("1 000", "1000");
    check("1'000", "1000");
    check(".5", "0.5");
    check("5.", "5");
    check("abc", "abc");
    check("", "");
}

#[test]
fn a_preview_is_what_the_rules_do() {
    let bought = outcome(&entry(Side::Buy, Unit::Quantity, "3"), &ticket()).unwrap();
    assert_eq!(bought.account.cash, Money::from_whole(9_700));
    assert_eq!(bought.progress().level, 2, "995 and 10 XP");
    let by_amount = outcome(&entry(Side::Buy, Unit::Amount, "$250"), &ticket()).unwrap();
    assert_eq!(by_amount.fill.quantity.to_string(), "2.5");
}

#[test]
fn what_cannot_be_read_is_said_gently() {
    let check = |size: &str, expected: Problem| {
        assert_eq!(
            outcome(&entry(Side::Buy, Unit::Quantity, size), &ticket()),
            Err(expected),
            "{size:?}"
        );
    };
    check("", Problem::Blank);
    check("   ", Problem::Blank);
    check(
        "three",
        Problem::Size("Write a number, such as 3 or 2.5.".into()),
    );
    check("0", Problem::Size("It has to be more than zero.".into()));
    check("-2", Problem::Size("It has to be more than zero.".into()));
    check(
        "0.0000001",
        Problem::Size("At most 6 digits after the point.".into()),
    );
    check(
        "99999999999999999999999",
        Problem::Size("That is more than any market holds.".into()),
    );
    let reason = "x".repeat(501);
    let long = Entry {
        reason,
        ..entry(Side::Buy, Unit::Quantity, "1")
    };
    assert!(matches!(outcome(&long, &ticket()), Err(Problem::Reason(_))));
}

#[test]
fn a_rejection_carries_its_numbers() {
    let problem = outcome(&entry(Side::Buy, Unit::Quantity, "101"), &ticket()).unwrap_err();
    let message = problem.message().unwrap();
    assert!(
        message.contains("$10,000.00") && message.contains("$10,100.00"),
        "{message}"
    );
    let problem = outcome(&entry(Side::Sell, Unit::Quantity, "1"), &ticket()).unwrap_err();
    assert!(matches!(
        problem,
        Problem::Rejected(Rejection::InsufficientQuantity { .. })
    ));
}

#[test]
fn every_preset_is_an_order_that_is_filled() {
    let bought = placement(&entry(Side::Buy, Unit::Quantity, "3.333333"), &ticket()).unwrap();
    let holding = after(&ticket(), &bought);
    for side in [Side::Buy, Side::Sell] {
        for part in Part::EACH {
            let (unit, size) = preset(part, side, &holding).unwrap();
            assert!(
                outcome(&entry(side, unit, &size), &holding).is_ok(),
                "{side:?} {part:?} {size}"
            );
        }
    }
    let (unit, size) = preset(Part::All, Side::Sell, &holding).unwrap();
    let sold = outcome(&entry(Side::Sell, unit, &size), &holding).unwrap();
    assert!(sold.position.quantity.is_zero());
    assert_eq!(preset(Part::All, Side::Sell, &ticket()), None);
}

fn filled(request: &OrderRequest, known: &TicketView, price: &str) -> OrderView {
    let placement = preview(request, known, Some(&quote(price)), now()).unwrap();
    let Placement::Filled(execution) = placement else {
        panic!("{placement:?}");
    };
    OrderView {
        idempotency_key: request.idempotency_key.clone(),
        symbol: request.symbol,
        side: request.side,
        size: request.size,
        at: now(),
        status: OrderStatus::Filled,
        fill: Some(execution.fill),
        rejection: None,
        cash_after: Some(execution.account.cash),
        position_after: Some(PositionView::from(&execution.position)),
        xp_after: Some(execution.xp),
        trigger: None,
        expires_at: None,
        reserved: None,
        unlocked: Vec::new(),
        quest: None,
    }
}

#[test]
fn an_answer_settles_the_ticket_or_asks_for_a_fresh_one() {
    let request = entry(Side::Buy, Unit::Quantity, "3")
        .request(&key(), symbol(), None)
        .unwrap();
    // Filled a little cheaper than predicted: the ticket follows the fill.
    let answer = filled(&request, &ticket(), "99.50");
    let settled_ticket = settled(&ticket(), &request, &answer).unwrap();
    assert_eq!(settled_ticket.account.cash.to_string(), "9701.50");
    assert_eq!(settled_ticket.version, 2);
    // Another device traded in between.
    let other = OrderView {
        cash_after: Some(Money::from_whole(5)),
        ..answer
    };
    assert_eq!(settled(&ticket(), &request, &other), None);
}

#[test]
fn each_answer_leads_where_the_player_can_go_on() {
    let request = entry(Side::Buy, Unit::Quantity, "3")
        .request(&key(), symbol(), None)
        .unwrap();
    let predicted = preview(&request, &ticket(), Some(&quote("100")), now()).unwrap();
    let answered = |answer: Result<OrderView, ApiError>| {
        Attempt::answered(request.clone(), predicted.clone(), answer)
    };
    let lost = answered(Err(ApiError::new(ErrorCode::Unreachable, "no network")));
    assert!(lost.is_open(), "the key is kept");
    let (expected, actual) = ("100".parse().unwrap(), "101".parse().unwrap());
    let moved = answered(Err(Rejection::PriceMoved {
        expected,
        actual,
        tolerance_bps: 50,
    }
    .into()));
    assert!(matches!(moved, Attempt::Moved { .. }) && !moved.is_open());
    let refused = answered(Err(ApiError::new(ErrorCode::Unauthorized, "log in")));
    assert!(matches!(
        refused,
        Attempt::Refused {
            logged_out: true,
            ..
        }
    ));
    let done = answered(Ok(filled(&request, &ticket(), "100")));
    assert!(matches!(done, Attempt::Filled(_)));
    let rejection = Some(Rejection::NotTradable { symbol: symbol() });
    let status = OrderStatus::Rejected;
    let late = answered(Ok(OrderView {
        status,
        rejection,
        fill: None,
        ..filled(&request, &ticket(), "100")
    }));
    assert!(
        matches!(
            late,
            Attempt::Refused {
                logged_out: false,
                ..
            }
        ),
        "a repeat gets the first answer"
    );
    let silent = answered(Ok(OrderView {
        status,
        rejection: None,
        fill: None,
        ..filled(&request, &ticket(), "100")
    }));
    let Attempt::Refused { message, .. } = silent else {
        panic!("{silent:?}");
    };
    assert_eq!(message, "The order was not filled.");
}

#[test]
fn what_is_shown_while_sending_rolls_back_by_itself() {
    let request = entry(Side::Buy, Unit::Quantity, "3")
        .request(&key(), symbol(), None)
        .unwrap();
    let known = ticket();
    let predicted = preview(&request, &known, Some(&quote("100")), now()).unwrap();
    let sending = Attempt::Sending {
        request: request.clone(),
        predicted: Box::new(predicted.clone()),
    };
    assert_eq!(sending.shown(&known).account.cash, Money::from_whole(9_700));
    let failed = Attempt::answered(
        request,
        predicted,
        Err(ApiError::new(ErrorCode::Unreachable, "gone")),
    );
    assert_eq!(failed.shown(&known), known);
}
