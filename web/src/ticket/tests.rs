use domain::api::{ApiError, ErrorCode, OrderStatus, OrderView, PositionView};
use domain::{Account, GameRules, Position};

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
    }
}

fn ticket() -> TicketView {
    TicketView {
        version: 1,
        account: Account::opened_with(Money::from_whole(10_000)),
        position: Position::default(),
        xp: 995,
        quote: Some(quote("100")),
        game: GameRules::open_league(),
        xp_rules: XpRules::default(),
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

fn outcome(entry: &Entry, ticket: &TicketView) -> Result<Execution, Problem> {
    let quote = quote("100");
    let request = entry.request(&key(), symbol(), Some(quote.price))?;
    preview(&request, ticket, Some(&quote), now())
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let check = |typed: &str, plain: &str| assert_eq!(plain_number(typed), plain, "{typed:?}");
    check(" 12.5 ", "12.5");
    check("$1,250.75", "1250.75");
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
    let bought = outcome(&entry(Side::Buy, Unit::Quantity, "3.333333"), &ticket()).unwrap();
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

#[test]
fn a_reason_is_hinted_at_until_it_counts() {
    assert_eq!(reason_missing(""), Some(20));
    assert_eq!(reason_missing("  because  "), Some(13));
    assert_eq!(reason_missing("Their new factory opens."), None);
}

fn filled(request: &OrderRequest, known: &TicketView, price: &str) -> OrderView {
    let execution = preview(request, known, Some(&quote(price)), now()).unwrap();
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
