//! Assignments, assessed from a ledger alone.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may panic"
)]

mod support;

use domain::progress::{AssignmentProgress, AssignmentRule, assess};
use domain::{
    AccountId, Branch, GameId, GameRules, InstrumentId, LedgerEntry, LedgerHead, Money, PlayerId,
    Side, Size, Timestamp,
};
use support::{NOON, World, order};

const DAY: i64 = 86_400;
const ACCOUNT: AccountId = AccountId {
    player: PlayerId(1),
    game: GameId(1),
};

fn at(day: i64) -> Timestamp {
    Timestamp::from_seconds(NOON + day * DAY)
}

/// Buys and sells one share each: the day, the instrument, its sector and the side.
fn ledger(trades: &[(i64, i64, u8, Side)]) -> Vec<LedgerEntry> {
    let mut world = World::new(GameRules::open_league());
    let opened = LedgerHead::before_first(ACCOUNT).opened(Money::from_whole(10_000), at(0));
    let mut entries = vec![opened];
    let mut positions = std::collections::HashMap::new();
    for (number, (day, instrument, sector, side)) in (1..).zip(trades) {
        world.now = at(*day);
        world.position = positions.remove(instrument).unwrap_or_default();
        let size = Size::Quantity("1".parse().expect("a quantity"));
        let asked = order(number, *side, size);
        let mut execution = world
            .trade(&asked, "100".parse().expect("a price"))
            .expect("it is filled");
        execution.marks.branch = Branch::Sector(*sector);
        positions.insert(*instrument, world.position.clone());
        let head = entries.last().expect("it was opened").head();
        entries.push(head.executed(&execution, InstrumentId(*instrument), &asked, None));
    }
    entries
}

fn check(rule: AssignmentRule, trades: &[(i64, i64, u8, Side)], until: i64) -> AssignmentProgress {
    assess(&rule, ACCOUNT, &ledger(trades), at(until)).expect("the ledger is whole")
}

#[test]
fn companies_and_sectors_are_held_for_days_in_a_row() {
    let rule = AssignmentRule {
        companies: 2,
        sectors: 2,
        days: 14,
        ..AssignmentRule::default()
    };
    let held = [(1, 1, 0, Side::Buy), (2, 2, 1, Side::Buy)];
    assert!(!check(rule, &held, 15).done, "thirteen days");
    let done = check(rule, &held, 16);
    assert_eq!((done.companies, done.sectors, done.days), (2, 2, 14));
    assert!(done.done);
    // Selling one in between starts the days anew.
    let sold = [
        held[0],
        held[1],
        (10, 2, 1, Side::Sell),
        (11, 2, 1, Side::Buy),
    ];
    let broken = check(rule, &sold, 20);
    assert!(!broken.done && broken.days == 9, "{broken:?}");
    assert!(check(rule, &sold, 25).done);
    let one_sector = [held[0], (2, 2, 0, Side::Buy)];
    assert!(!check(rule, &one_sector, 40).done);
}

#[test]
fn what_comes_after_the_due_instant_does_not_count() {
    let rule = AssignmentRule {
        companies: 1,
        ..AssignmentRule::default()
    };
    let late = [(5, 1, 0, Side::Buy)];
    assert!(!check(rule, &late, 5).done);
    assert!(check(rule, &late, 6).done);
    assert!(!AssignmentRule::default().asks() && rule.asks());
}

#[test]
fn entries_that_are_no_ledger_prove_nothing() {
    let mut entries = ledger(&[(1, 1, 0, Side::Buy), (2, 2, 1, Side::Buy)]);
    entries.remove(1);
    assert!(assess(&AssignmentRule::default(), ACCOUNT, &entries, at(9)).is_err());
}
