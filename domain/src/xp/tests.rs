//! Tests of the XP of a trade.

use super::*;

const NOON: i64 = 1_795_262_400;

fn facts(side: Side) -> TradeFacts {
    TradeFacts {
        side,
        now: Timestamp::from_seconds(NOON),
        repeats: 0,
        is_reasoned: false,
        diversifies: false,
        last_bought_at: None,
        newest_sold_bought_at: None,
        size: None,
        traded: TradingDay::default(),
    }
}

#[test]
fn a_trade_that_is_tiny_for_its_account_earns_nothing() {
    let check = |value: i32, net_worth: i32, expected| {
        let size = Some(TradeSize {
            value: Money::from_whole(value),
            net_worth: Money::from_whole(net_worth),
        });
        let xp = XpRules::default().for_trade(TradeFacts {
            size,
            ..facts(Side::Buy)
        });
        assert_eq!(xp, expected, "{value} of {net_worth}");
    };
    check(9, 100, 0);
    check(10, 100, 10);
    check(24, 10_000, 0);
    check(25, 10_000, 10);
    check(2_499, 1_000_000, 0);
}

#[test]
fn trades_of_one_day_earn_less_and_less_up_to_a_limit() {
    let rules = XpRules::default();
    let mut traded = TradingDay::default();
    let mut trade = |seconds: i64| {
        let now = Timestamp::from_seconds(NOON + seconds);
        let xp = rules.for_trade(TradeFacts {
            now,
            traded,
            ..facts(Side::Buy)
        });
        traded = traded.after_trade(now.day(), xp);
        xp
    };
    let earned: Vec<Xp> = (0..5).map(&mut trade).collect();
    assert_eq!(earned, [10, 10, 7, 3, 0], "30 in all");
    assert_eq!(trade(86_400), 10, "a new day");
}

#[test]
fn rules_from_before_read_with_the_new_limits() {
    let mut old = serde_json::to_value(XpRules::default()).unwrap();
    for field in ["trade_min", "full_trades_a_day", "daily_trade_max"] {
        old.as_object_mut().unwrap().remove(field);
    }
    let read: XpRules = serde_json::from_value(old).unwrap();
    assert_eq!(read, XpRules::default());
}

#[test]
fn repeats_on_one_day_earn_less_and_less() {
    let earned: Vec<Xp> = (0..6)
        .map(|repeats| {
            XpRules::default().for_trade(TradeFacts {
                repeats,
                ..facts(Side::Buy)
            })
        })
        .collect();
    assert_eq!(earned, [10, 5, 2, 1, 0, 0]);
}

#[test]
fn a_round_trip_within_a_minute_earns_nothing() {
    let sale_after = |seconds: i64| {
        let bought = Timestamp::from_seconds(NOON).plus_seconds(-seconds);
        XpRules::default().for_trade(TradeFacts {
            last_bought_at: Some(bought),
            ..facts(Side::Sell)
        })
    };
    assert_eq!((sale_after(0), sale_after(60), sale_after(61)), (0, 0, 15));
}

#[test]
fn shares_bought_later_than_now_count_as_held_for_no_time() {
    let rules = XpRules::default();
    for seconds in [1, 61, 8 * 86_400] {
        let bought = Some(Timestamp::from_seconds(NOON).plus_seconds(seconds));
        let sale = TradeFacts {
            last_bought_at: bought,
            newest_sold_bought_at: bought,
            ..facts(Side::Sell)
        };
        assert_eq!(rules.for_trade(sale), 0, "a round trip, {seconds} s back");
        let instantly_held = TradeFacts {
            last_bought_at: None,
            ..sale
        };
        assert_eq!(rules.for_trade(instantly_held), 15, "no bonus for holding");
    }
}

#[test]
fn process_earns_more() {
    let rules = XpRules::default();
    assert_eq!(
        rules.for_trade(TradeFacts {
            is_reasoned: true,
            ..facts(Side::Buy)
        }),
        15
    );
    assert_eq!(
        rules.for_trade(TradeFacts {
            diversifies: true,
            ..facts(Side::Buy)
        }),
        15
    );
    let week_ago = Some(Timestamp::from_seconds(NOON - 7 * 86_400));
    let held = TradeFacts {
        last_bought_at: week_ago,
        newest_sold_bought_at: week_ago,
        ..facts(Side::Sell)
    };
    assert_eq!(rules.for_trade(held), 25);
}
