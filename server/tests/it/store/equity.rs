//! Equity points.

use domain::{AwardCause, Day, FactKind, InstrumentId, Money, Price};
use server::store::{DashboardQuery, EquityRecord, PastAward, RollUp};

use super::Database;
use super::trading::{Ask, LEAGUE, account, at, collect_bonus, open_game, trade};

/// The first day of the story's month.
const FIRST: i32 = 20_758;

fn day(number: i32) -> Day {
    Day::from_number(FIRST + number)
}

fn point(player: i64, number: i32, flow: i32) -> EquityRecord {
    EquityRecord {
        account: account(player),
        day: day(number),
        net_worth: Money::from_whole(10_000 + number),
        cash: Money::from_whole(9_000),
        flow: Money::from_whole(flow),
        index: Some(Price::from_whole(1_000)),
        held: (number > 0).then(|| (InstrumentId(1), Price::from_whole(10))),
        version: i64::from(number) + 1,
    }
}

pub async fn a_day_has_one_point(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 3).await?;
    let points: Vec<EquityRecord> = (0..600).map(|number| point(1, number, 0)).collect();
    assert_eq!(store.record_equity(&points).await?, 600);
    // The second one of a day is not stored, whatever it says.
    let again = [point(1, 599, 7), point(2, 3, 0), point(1, 600, 0)];
    assert_eq!(store.record_equity(&again).await?, 2);
    assert_eq!(store.record_equity(&[]).await?, 0);
    let listed = store.list_equity(account(1), day(597), 10).await?;
    assert_eq!(
        listed,
        [597, 598, 599, 600].map(|number| point(1, number, 0))
    );
    let latest_two = store.list_equity(account(1), day(0), 2).await?;
    assert_eq!(latest_two, [599, 600].map(|number| point(1, number, 0)));
    let latest = store.latest_equity(account(1), account(3)).await?;
    assert_eq!(latest.len(), 2);
    assert_eq!(latest[&account(1)], point(1, 600, 0));
    assert_eq!(latest[&account(2)], point(2, 3, 0));
    assert!(
        store
            .latest_equity(account(3), account(3))
            .await?
            .is_empty()
    );
    Ok(())
}

pub async fn a_dashboard_has_points_entries_and_unlocks(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 2).await?;
    for (key, seconds) in [("order-0001", 10), ("order-0002", 20), ("order-0003", 30)] {
        let ask = Ask {
            at: at(seconds),
            ..Ask::buy(1, key, 1, 1)
        };
        trade(&*store, ask).await?;
    }
    trade(&*store, Ask::buy(2, "order-0001", 2, 1)).await?;
    collect_bonus(&*store, 1, day(0)).await?;
    store
        .record_equity(&[point(1, 1, 0), point(1, 2, 5), point(2, 2, 0)])
        .await?;
    let query = DashboardQuery {
        account: account(1),
        from: day(2),
        since: at(20),
        entries_max: 10,
        unlocks_max: 10,
    };
    let found = store.find_dashboard(&query).await?;
    assert_eq!(found.points, [point(1, 2, 5)]);
    let entries: Vec<_> = found
        .entries
        .iter()
        .map(|entry| (entry.seq, entry.at, entry.fact.kind()))
        .collect();
    let bought = FactKind::Bought;
    assert_eq!(entries, [(4, at(30), bought), (3, at(20), bought)]);
    assert_eq!(
        found.unlocks,
        Vec::<PastAward>::new(),
        "a bonus is no unlock"
    );
    assert_eq!(found.games, 1);
    // The latest entries are looked through, and no others.
    let few = DashboardQuery {
        entries_max: 1,
        ..query
    };
    assert_eq!(store.find_dashboard(&few).await?.entries.len(), 1);
    Ok(())
}

pub async fn a_month_becomes_its_last_point_with_all_its_flows(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 3).await?;
    let points = [
        point(1, 0, 100),
        point(1, 5, 10),
        point(1, 9, 1),
        point(1, 12, 7),
        point(2, 3, 4),
        point(3, 4, 2),
        point(3, 5, 2),
    ];
    store.record_equity(&points).await?;
    let roll_up = RollUp {
        game: LEAGUE,
        players: (account(1).player, account(2).player),
        days: (day(1), day(10)),
    };
    assert_eq!(store.roll_up_equity(&roll_up).await?, 1);
    let left = store.list_equity(account(1), day(0), 10).await?;
    let expected = [point(1, 0, 100), point(1, 9, 11), point(1, 12, 7)];
    assert_eq!(left, expected);
    assert_eq!(
        store.list_equity(account(2), day(0), 10).await?,
        [point(2, 3, 4)]
    );
    assert_eq!(store.list_equity(account(3), day(0), 10).await?.len(), 2);
    // Again, it changes nothing.
    assert_eq!(store.roll_up_equity(&roll_up).await?, 0);
    assert_eq!(store.list_equity(account(1), day(0), 10).await?, expected);
    Ok(())
}

/// An unlock is what its cause says.
pub async fn an_unlock_is_read_back(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    open_game(&*store, 1).await?;
    let cause = AwardCause::Unlocked {
        achievement: "first-trade".into(),
        step: 0,
        game: LEAGUE,
    };
    let bytes = database.bytes(&cause.to_bytes());
    let zeros = database.bytes(&[0; 32]);
    database
        .run(&format!(
            "insert into awards (player_id, seq, at, xp, rules_version, award_key, cause, previous_hash) \
             values (1, 1, 5, 50, 0, '{}', {bytes}, {zeros})",
            cause.key()
        ))
        .await?;
    let query = DashboardQuery {
        account: account(1),
        from: day(0),
        since: at(0),
        entries_max: 10,
        unlocks_max: 10,
    };
    let found = store.find_dashboard(&query).await?;
    let causes: Vec<_> = found.unlocks.iter().map(|award| &award.cause).collect();
    assert_eq!(causes, [&cause]);
    Ok(())
}
