//! Openings of periods and final standings.

use domain::boards::{Measure, Period};
use domain::{Money, PlayerId};
use server::store::boards::{BoardPeriod, FinalRow, FinalsOf, OpeningRecord};
use server::store::social::PrivacyChange;

use super::Database;
use super::trading::{LEAGUE, account, at, guest, registered};

fn opening(player: i64, period: Period, seconds: i64, dollars: i32) -> OpeningRecord {
    OpeningRecord {
        account: account(player),
        period,
        starts_at: at(seconds),
        net_worth: Money::from_whole(dollars),
        xp: 7,
        peak: Money::from_whole(dollars),
        worst_fall_ppm: 1_000,
        days: 3,
        days_invested: 2,
        days_diversified: 1,
        days_unhurried: 2,
        trades: 9,
        league: (period == Period::Week).then_some((2, 40)),
    }
}

pub async fn of_one_period_the_first_opening_counts(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    for id in 1..=2 {
        assert_eq!(store.create_player(&guest(id)).await?, Ok(()));
    }
    let first = opening(1, Period::Week, 10, 100);
    let other = opening(2, Period::Day, 10, 50);
    store.store_openings(&[other, first]).await?;
    store
        .store_openings(&[
            opening(1, Period::Week, 10, 999),
            opening(2, Period::Day, 9, 999),
        ])
        .await?;
    let all = [account(1), account(2), account(3)];
    let mut found = store.find_openings(&all).await?;
    found.sort_by_key(|one| one.account);
    assert_eq!(found, [first, other]);
    let next = opening(1, Period::Week, 20, 120);
    store.store_openings(&[next]).await?;
    assert_eq!(store.find_openings(&[account(1)]).await?, [next]);
    assert!(store.find_openings(&[]).await?.is_empty());
    Ok(())
}

pub async fn a_board_knows_region_and_privacy_of_players(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let mut ann = registered(1, "ann@example.org", "ann");
    ann.player.region = Some("DE".into());
    assert_eq!(store.create_player(&ann).await?, Ok(()));
    assert_eq!(store.create_player(&guest(2)).await?, Ok(()));
    let mut privacy = store.find_privacy(PlayerId(2)).await?;
    privacy.on_leaderboards = false;
    let change = PrivacyChange {
        player: PlayerId(2),
        privacy,
        changed_at: at(1),
    };
    store.store_privacy(&change).await?;
    let found = store
        .find_board_players(&[PlayerId(1), PlayerId(2), PlayerId(3)])
        .await?;
    assert_eq!(found.len(), 2);
    let (ann, guest) = (&found[&PlayerId(1)], &found[&PlayerId(2)]);
    assert_eq!(
        (ann.region.as_deref(), ann.on_leaderboards),
        (Some("DE"), true)
    );
    assert_eq!(
        (guest.region.as_deref(), guest.on_leaderboards),
        (Some("Ticino"), false)
    );
    Ok(())
}

pub async fn final_standings_are_stored_once_and_read_in_order(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let of = |seconds: i64| FinalsOf {
        game: LEAGUE,
        period: Period::Week,
        measure: Measure::Return,
        starts_at: at(seconds),
    };
    let row = |rank: i64| FinalRow {
        rank,
        player: PlayerId(100 - rank),
        score: -rank,
    };
    store
        .store_finals(of(10), &[row(2), row(1), row(3)])
        .await?;
    let late = FinalRow {
        score: 999,
        ..row(1)
    };
    store.store_finals(of(10), &[late]).await?;
    store.store_finals(of(20), &[row(1)]).await?;
    assert_eq!(store.list_finals(of(10), 0, 2).await?, [row(1), row(2)]);
    assert_eq!(store.list_finals(of(10), 2, 2).await?, [row(3)]);
    let closed = |before: i64, limit| {
        store.list_closed_periods(LEAGUE, Period::Week, Measure::Return, at(before), limit)
    };
    assert_eq!(closed(99, 9).await?, [at(20), at(10)]);
    assert_eq!(closed(99, 1).await?, [at(20)]);
    assert_eq!(closed(20, 9).await?, [at(10)]);
    let xp = store.list_closed_periods(LEAGUE, Period::Week, Measure::Xp, at(99), 9);
    assert!(xp.await?.is_empty());
    Ok(())
}

pub async fn the_present_period_only_goes_forward(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let begun = |period, seconds| BoardPeriod {
        game: LEAGUE,
        period,
        starts_at: at(seconds),
    };
    for (period, seconds) in [(Period::Week, 10), (Period::Day, 12), (Period::Week, 5)] {
        store.store_board_period(&begun(period, seconds)).await?;
    }
    let expected = [begun(Period::Day, 12), begun(Period::Week, 10)];
    assert_eq!(store.list_board_periods().await?, expected);
    store.store_board_period(&begun(Period::Week, 20)).await?;
    assert_eq!(
        store.list_board_periods().await?[1],
        begun(Period::Week, 20)
    );
    Ok(())
}
