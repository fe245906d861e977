//! Tests of the counters of a player.

use super::*;
use crate::Money;

const PURCHASE: Purchase = Purchase {
    counts: true,
    sector: Some(2),
    is_new_instrument: true,
    has_reason: true,
    is_forty_two: false,
    minute_of_day: 600,
    is_weekend: false,
};

#[test]
fn a_sector_counts_once() {
    let bought = |sector, is_new_instrument| {
        Happening::Bought(Purchase {
            sector,
            is_new_instrument,
            ..PURCHASE
        })
    };
    let counters = [
        bought(Some(2), true),
        bought(Some(2), false),
        bought(Some(0), true),
        bought(None, true),
    ]
    .into_iter()
    .fold(Counters::default(), |counters, each| counters.after(each));
    assert_eq!(counters.get(Counter::Trades), 4);
    assert_eq!(counters.get(Counter::SectorsBought), 2);
    assert_eq!(counters.get(Counter::InstrumentsBought), 3);
}

#[test]
fn a_trade_too_small_to_count_moves_nothing() {
    let counts = false;
    let counters = Counters::default()
        .after(Happening::Bought(Purchase { counts, ..PURCHASE }))
        .after(Happening::Sold(Sale {
            held_days: 90,
            profit: Money::from_whole(1),
            ..Sale::default()
        }));
    assert_eq!(counters, Counters::default());
}

#[test]
fn a_close_sets_what_is_held_and_adds_up_days() {
    let close = |instruments_held, sectors_held| {
        Happening::Closed(Close {
            instruments_held,
            sectors_held,
            largest_share_bps: 2_500,
            cash_share_bps: 500,
            ..Close::default()
        })
    };
    let counters = Counters::default().after(close(4, 3)).after(close(1, 1));
    assert_eq!(counters.get(Counter::SectorsHeld), 1);
    assert_eq!(counters.get(Counter::DiversifiedDays), 1);
    assert_eq!(counters.get(Counter::BalancedDays), 1);
    assert_eq!(counters.get(Counter::CushionDays), 2);
    let sold_all = counters.after(close(0, 0));
    assert_eq!(sold_all.get(Counter::InstrumentsHeld), 0);
    assert_eq!(sold_all.get(Counter::CushionDays), 2);
}

#[test]
fn counters_are_an_object_of_names_on_the_wire() {
    let counters = Counters::default()
        .after(Happening::ReasonReviewed)
        .after(Happening::FallHeld { percent: 12 });
    let text = serde_json::to_string(&counters).unwrap();
    assert_eq!(
        text,
        r#"{"reasons_reviewed":1,"fall_held":12,"falls_held":1}"#
    );
    assert_eq!(serde_json::from_str::<Counters>(&text).unwrap(), counters);
    assert!(serde_json::from_str::<Counters>(r#"{"wealth":1}"#).is_err());
}

#[test]
fn what_is_joined_comes_apart_again() {
    let all = Counters::default()
        .after(Happening::Bought(PURCHASE))
        .after(Happening::GameJoined);
    let player = all.of_scope(CounterScope::Player);
    let account = all.of_scope(CounterScope::Account);
    assert_eq!(player.joined(&account), all);
    assert_eq!(player.get(Counter::Trades), 0);
}
