//! What does not earn XP: many trades a day, and a second day gained by changing time zones.

use super::*;

#[test]
fn the_trades_of_a_day_earn_less_and_less_over_all_accounts_of_a_player() {
    let first = account(1);
    let second = AccountId {
        game: GameId(2),
        ..first
    };
    let orders: Vec<_> = (0..8)
        .map(|n| order(&format!("order-000{n}"), "ACME", Side::Buy, 10))
        .collect();
    let asks: Vec<_> = orders
        .iter()
        .zip([first, second].into_iter().cycle())
        .map(|(order, id)| (id, Ask::Place(order)))
        .collect();
    let rules = VersionedRules::default();
    let (none, fetched) = (Achievements::default(), fetched(&[first, second]));
    let decided = decide_by(&rules, &none, fetched, HashMap::new(), &asks);
    let fills = decided
        .outcomes
        .iter()
        .map(|one| view(one).fill.unwrap().xp);
    // The second account's first trade is the day's second, and its second trade the day's fourth.
    let earned: Vec<_> = fills.collect();
    assert_eq!(earned, [10, 10, 3, 2, 0, 0, 0, 0]);
    let progress = decided.batch.players[0].progress.as_ref().unwrap();
    assert_eq!((progress.traded.trades, progress.traded.xp), (8, 25));
}

#[test]
fn another_time_zone_pays_no_second_bonus_for_a_day() {
    let id = account(1);
    let today = Timestamp::from_seconds(NOON).day();
    let ask = |cause, xp| AwardRequest { xp, cause };
    let bonus = |day| ask(AwardCause::DailyBonus { day, streak: 1 }, 50);
    let zone = AwardCause::ZoneChosen {
        day: today,
        zone: "Pacific/Kiritimati".to_owned(),
    };
    let (first, zone) = (bonus(today), ask(zone, 0));
    // At noon UTC it is already the next day there.
    let (second, third) = (bonus(today.plus_days(1)), bonus(today.plus_days(1)));
    let asks = [&first, &zone, &second, &third].map(|award| (id, Ask::Award(award)));
    let decided = decide_asks(fetched(&[id]), HashMap::new(), &asks);
    let xp: Vec<_> = decided.batch.awards.iter().map(|(_, one)| one.xp).collect();
    assert_eq!(xp, [50, 0, 0], "the streak goes on, unpaid");
    let progress = decided.batch.players[0].progress.as_ref().unwrap();
    assert_eq!(progress.streak.days, 2);
    assert_eq!(progress.zone.as_deref(), Some("Pacific/Kiritimati"));
}

#[test]
fn xp_of_two_accounts_of_one_player_adds_up() {
    let first = account(1);
    let second = AccountId {
        game: GameId(2),
        ..first
    };
    let orders = [
        (first, order("first-game", "ACME", Side::Buy, 1)),
        (second, order("second-game", "ACME", Side::Buy, 1)),
    ];
    let decided = decide_all(fetched(&[first, second]), &orders);
    let xp_after: Vec<Option<Xp>> = decided
        .outcomes
        .iter()
        .map(|outcome| view(outcome).xp_after)
        .collect();
    assert_eq!(xp_after, [Some(10), Some(20)]);
    let [change] = &decided.batch.players[..] else {
        panic!("one player changes once")
    };
    assert_eq!((change.expected_xp, change.xp_gained), (0, 20));
}
