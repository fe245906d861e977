//! Achievements, streaks and quests, decided in the batch that causes them.

use domain::progress::Counter;

use super::*;

/// Two purchases earn 1,000 XP, which is level 2, which earns 30 more.
fn achievements() -> Achievements {
    Achievements::read(
        r#"[
        {"id":"two-buys","name":"Two buys","description":"Buy twice.","icon":"seedling","points":10,
         "xp_reward":1000,"kind":"progress","group":"trading",
         "criterion":{"counter":"buys","at_least":2}},
        {"id":"level-two","name":"Level 2","description":"Reach level 2.","icon":"stairs","points":10,
         "xp_reward":30,"kind":"feat","group":"trading",
         "criterion":{"counter":"level","at_least":2}},
        {"id":"two-days","name":"Back again","description":"Come twice.","icon":"sunrise","points":10,
         "xp_reward":40,"kind":"feat","group":"streaks",
         "criterion":{"counter":"streak","at_least":2}}]"#,
    )
    .unwrap()
}

fn decide_orders(fetched: Fetched, orders: &[Order]) -> Decided {
    let asks: Vec<_> = orders
        .iter()
        .map(|order| (account(1), Ask::Place(order)))
        .collect();
    decide_among(&achievements(), fetched, HashMap::new(), &asks)
}

/// What the next batch would fetch.
fn after(decided: &Decided) -> Fetched {
    let batch = &decided.batch;
    let (record, player) = (&batch.accounts[0].record, &batch.players[0]);
    let trading = TradingAccount {
        record: record.clone(),
        xp: player.expected_xp + player.xp_gained,
        awards: player.awards,
        progress: player.progress.clone().unwrap_or_default(),
    };
    let positions = batch.positions.iter();
    Fetched {
        accounts: HashMap::from([(record.id, trading)]),
        positions: positions
            .map(|(id, held)| ((*id, held.instrument), held.position.clone()))
            .collect(),
        ..Fetched::default()
    }
}

fn buys(keys: &[&str]) -> Vec<Order> {
    let buy = |key: &&str| order(key, "ACME", Side::Buy, 10);
    keys.iter().map(buy).collect()
}

fn names(view: &OrderView) -> Vec<&str> {
    view.unlocked.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn an_achievement_is_unlocked_in_the_trade_that_earns_it_and_never_again() {
    let first = decide_orders(fetched(&[account(1)]), &buys(&["order-0001"]));
    assert_eq!(names(view(&first.outcomes[0])), [""; 0]);
    assert!(first.batch.awards.is_empty());

    let second = decide_orders(after(&first), &buys(&["order-0002"]));
    let told = view(&second.outcomes[0]);
    assert_eq!(names(told), ["Two buys", "Level 2"]);
    let earned: Xp = second.batch.entries.iter().map(|(_, one)| one.xp()).sum();
    let gained = second.batch.players[0].xp_gained;
    assert_eq!(gained, earned + 1_030);
    let xp_after = second.batch.players[0].expected_xp + gained;
    assert_eq!(told.xp_after, Some(xp_after), "the XP after the unlocks");
    let awarded = |event: &&Event| matches!(event, Event::Awarded { .. });
    assert_eq!(second.told[0].events.iter().filter(awarded).count(), 2);
    assert_eq!(second.told[0].xp, xp_after);

    let third = decide_orders(after(&second), &buys(&["order-0003", "order-0004"]));
    assert!(third.batch.awards.is_empty());
}

#[test]
fn orders_of_one_batch_unlock_one_after_the_other() {
    let keys = ["order-0001", "order-0002", "order-0003"];
    let decided = decide_orders(fetched(&[account(1)]), &buys(&keys));
    let counts: Vec<_> = decided
        .outcomes
        .iter()
        .map(|one| view(one).unlocked.len())
        .collect();
    assert_eq!(counts, [0, 2, 0]);
}

#[test]
fn counters_are_those_of_the_replayed_ledger() {
    let (_, mut replay) = opened(account(1), 10_000);
    let mut orders = buys(&["order-0001", "order-0002"]);
    orders.push(order("order-0003", "ACME", Side::Sell, 5));
    let decided = decide_orders(fetched(&[account(1)]), &orders);
    for (_, entry) in &decided.batch.entries {
        replay.apply(entry).unwrap();
    }
    let stored = &decided.batch.accounts[0].record.counters;
    assert_eq!(stored, &replay.counters);
    assert_eq!(stored.get(Counter::Buys), 2);
}

#[test]
fn a_bonus_counts_the_days_in_a_row_and_unlocks() {
    let bonus = |fetched, day| {
        let request = AwardRequest {
            xp: 50,
            cause: AwardCause::DailyBonus {
                day: Day::from_number(day),
                streak: 0,
            },
        };
        let asks = [(account(1), Ask::Award(&request))];
        decide_among(&achievements(), fetched, HashMap::new(), &asks)
    };
    let causes = |decided: &Decided| {
        let awards = decided.batch.awards.iter();
        awards
            .map(|(_, award)| award.cause.clone())
            .collect::<Vec<_>>()
    };
    let daily = |day, streak| AwardCause::DailyBonus {
        day: Day::from_number(day),
        streak,
    };
    let first = bonus(fetched(&[account(1)]), 100);
    assert_eq!(causes(&first), [daily(100, 1)]);
    let second = bonus(after(&first), 101);
    let unlocked = AwardCause::Unlocked {
        achievement: "two-days".into(),
        step: 0,
        game: GameId(1),
    };
    assert_eq!(causes(&second), [daily(101, 2), unlocked]);
    // The same day once more, and a day before.
    for day in [101, 100] {
        let again = bonus(after(&second), day);
        assert!(matches!(
            again.outcomes[..],
            [Outcome::Done(Done::AwardedBefore)]
        ));
    }
    let later = bonus(after(&second), 110);
    assert_eq!(causes(&later), [daily(110, 1)]);
}
