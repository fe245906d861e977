use super::*;
use crate::scenario::library;

fn scenario(id: &str) -> Scenario {
    let found = library().iter().find(|listed| listed.id == id);
    found.unwrap().scenario.clone()
}

fn pass(at: i64, days: u32) -> RunInput {
    let action = RunAction::Pass { days };
    RunInput { at, action }
}

fn trade(at: i64, side: Side, quantity: &str) -> RunInput {
    let action = RunAction::Trade {
        symbol: "TQ.ALL".parse().unwrap(),
        side,
        quantity: quantity.parse().unwrap(),
    };
    RunInput { at, action }
}

#[test]
fn a_run_without_trades_ends_with_its_starting_cash() {
    let scenario = scenario("whole-market");
    let first = scenario.step_of(1);
    let outcome = scenario.replay(&[pass(first, 10), pass(first + 864_060, 8_000)]);
    let expected = RunOutcome {
        net_worth: scenario.starting_cash,
        trades: 0,
        spent_s: 60,
    };
    assert_eq!(outcome, Ok(expected));
}

#[test]
fn what_is_held_earns_its_price_and_its_dividends() {
    let scenario = scenario("whole-market");
    let first = scenario.step_of(1);
    let inputs = [trade(first, Side::Buy, "10"), pass(first, 8_000)];
    let outcome = scenario.replay(&inputs).unwrap();
    let market = scenario.market();
    let place = market.find_instrument("TQ.ALL").unwrap();
    let price = |step| scenario.price_at(&market, place, step).unwrap().units();
    let gained = 10 * (price(scenario.end_step()) - price(first));
    let profit = outcome.net_worth.units() - scenario.starting_cash.units();
    assert!(profit > gained, "{profit} with dividends, {gained} without");
}

#[test]
fn what_cannot_have_happened_is_named() {
    let scenario = scenario("whole-market");
    let (first, end) = (scenario.step_of(1), scenario.end_step());
    let check = |inputs: &[RunInput], input, said: &str| {
        let error = scenario.replay(inputs).unwrap_err();
        assert_eq!(error.input, input, "{error}");
        assert!(error.to_string().contains(said), "{error}");
    };
    check(&[], 0, "not over");
    check(&[pass(first, 1)], 1, "not over");
    check(&[pass(first, 0)], 1, "No day");
    check(&[pass(first - 1, 1)], 1, "earlier");
    check(
        &[pass(first, 1), trade(first, Side::Buy, "1")],
        2,
        "earlier",
    );
    check(
        &[pass(first, 8_000), trade(end + 60, Side::Buy, "1")],
        2,
        "after the last day",
    );
    check(&[trade(first, Side::Buy, "100000")], 1, "this order costs");
    check(&[trade(first, Side::Sell, "1")], 1, "You");
    check(&[trade(first, Side::Buy, "0")], 1, "cannot exist");
    let many = vec![pass(first, 1); Submission::INPUTS_MAX + 1];
    check(&many, 5_001, "more than 5,000");
}

#[test]
fn a_run_with_a_new_company_is_not_replayed() {
    let scenario = scenario("ipo-day");
    let error = scenario.replay(&[]).unwrap_err();
    assert_eq!(
        error.why,
        Impossible::NotReplayed(NotReplayable::NewCompany)
    );
}
