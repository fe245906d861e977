//! Periods, hidden members, regions and restarts.

use super::*;

/// A member who came with what the store knows.
fn put(standings: &mut Standings, portfolio: &Portfolio, arrival: &Arrival) {
    standings.put(portfolio, &Prices::default(), now(), arrival);
}

fn view(period: Period, measure: Measure) -> View {
    View {
        period,
        ..View::from(measure)
    }
}

fn players(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.player.0).collect()
}

#[test]
fn a_period_counts_from_what_members_had_when_it_began() {
    let mut standings = standings(
        &[portfolio(1, 150, &[], 40), portfolio(2, 120, &[], 90)],
        &Prices::default(),
    );
    let week = view(Period::Week, Measure::Return);
    assert_eq!(players(&standings.page(week, 0, 9)), [1, 2]);
    assert!(
        standings.roll(now(), &Prices::default()).is_empty(),
        "no period has ended"
    );

    let monday = now().plus_seconds(7 * 86_400);
    let closed = standings.roll(monday, &Prices::default());
    let ended: Vec<_> = closed.iter().map(|one| one.period).collect();
    assert_eq!(ended, [Period::Week, Period::Day]);
    let finals = closed[0].finals.iter();
    let finals = finals.map(|row| (row.measure, row.rank, row.player.0, row.score));
    assert!(finals.eq([
        (Measure::Return, 1, 1, 500_000),
        (Measure::Return, 2, 2, 200_000),
        (Measure::Xp, 1, 2, 90),
        (Measure::Xp, 2, 1, 40),
    ]));
    // The week begins at nothing for all, and the season goes on.
    let rows = standings.page(week, 0, 9);
    assert!(
        rows.iter()
            .all(|row| row.scores.return_ppm == 0 && row.scores.xp == 0)
    );
    assert_eq!(players(&rows), [1, 2]);
    put(&mut standings, &portfolio(2, 180, &[], 95), &newcomer());
    let row = standings.page(week, 0, 1)[0];
    assert_eq!(
        (row.player.0, row.scores.return_ppm, row.scores.xp),
        (2, 500_000, 5)
    );
    assert_eq!(row.scores.opened_with, Money::from_whole(120));
    let season = standings.page(view(Period::Season, Measure::Xp), 0, 1)[0];
    assert_eq!(season.scores.xp, 95);
    assert!(
        standings.roll(monday, &Prices::default()).is_empty(),
        "closed once"
    );
}

#[test]
fn ranks_are_compared_with_those_when_the_day_began() {
    let mut standings = standings(
        &[portfolio(1, 150, &[], 0), portfolio(2, 120, &[], 0)],
        &Prices::default(),
    );
    let all = View::from(Measure::Return);
    assert_eq!(standings.page(all, 0, 1)[0].rise, None);
    standings.roll(now().plus_seconds(86_400), &Prices::default());
    put(&mut standings, &portfolio(2, 190, &[], 0), &newcomer());
    put(&mut standings, &portfolio(3, 170, &[], 0), &newcomer());
    let rises = |standings: &Standings, view| {
        let rows = standings.page(view, 0, 9);
        rows.iter()
            .map(|row| (row.player.0, row.rise))
            .collect::<Vec<_>>()
    };
    let moved = [(2, Some(1)), (3, None), (1, Some(-2))];
    assert_eq!(rises(&standings, all), moved);
    let today = rises(&standings, view(Period::Day, Measure::Return));
    assert!(today.iter().all(|(_, rise)| rise.is_none()), "{today:?}");
    // A server that starts later knows it from what is stored.
    standings.settle();
    assert_eq!(rises(&standings, all), moved);
}

#[test]
fn a_hidden_member_sees_the_own_row_and_nobody_else_sees_it() {
    let mut standings = standings(
        &[
            portfolio(1, 150, &[], 0),
            portfolio(2, 120, &[], 0),
            portfolio(3, 110, &[], 0),
        ],
        &Prices::default(),
    );
    let all = View::from(Measure::NetWorth);
    standings.set_hidden(PlayerId(2), true, now());
    standings.set_hidden(PlayerId(9), true, now());
    assert_eq!(players(&standings.page(all, 0, 9)), [1, 3]);
    assert_eq!(standings.total(all), 2);
    let (own, ahead) = standings.own(all, PlayerId(2)).unwrap();
    assert_eq!((own.rank, ahead), (2, 5_000));
    assert_eq!(players(&standings.around(all, PlayerId(2), 3)), [2]);
    assert_eq!(players(&standings.around(all, PlayerId(3), 3)), [1, 3]);
    let everyone = [1, 2, 3].map(PlayerId);
    assert_eq!(
        players(&standings.among(all, &everyone, PlayerId(1))),
        [1, 3]
    );
    assert_eq!(
        players(&standings.among(all, &everyone, PlayerId(2))),
        [1, 2, 3]
    );
    // What happens meanwhile counts when the member comes back.
    put(&mut standings, &portfolio(2, 190, &[], 0), &newcomer());
    standings.set_hidden(PlayerId(2), false, now());
    assert_eq!(players(&standings.page(all, 0, 9)), [2, 1, 3]);
    standings.remove(PlayerId(2), now());
    standings.remove(PlayerId(2), now());
    assert_eq!(players(&standings.page(all, 0, 9)), [1, 3]);
    assert_eq!(standings.own(all, PlayerId(2)), None);
}

#[test]
fn a_region_has_a_board_of_its_own() {
    let from = |region: &str| Arrival {
        region: Region::named(region),
        ..newcomer()
    };
    let mut standings = standings(&[portfolio(1, 150, &[], 0)], &Prices::default());
    let before = prices(&[(ONE, 1)]);
    for (player, region) in [(2, "DE"), (3, "DE"), (4, "FR"), (5, "de")] {
        let shares = i32::try_from(player).unwrap();
        let held = portfolio(player, 100 - 3 * shares, &[(ONE, shares)], 0);
        standings.put(&held, &before, now(), &from(region));
    }
    let german = View {
        region: Region::named("DE"),
        ..View::from(Measure::Return)
    };
    assert_eq!(players(&standings.page(german, 0, 9)), [2, 3]);
    // All who hold something move: the ladders are sorted anew.
    revalue(&mut standings, &before, &prices(&[(ONE, 9)]));
    assert_eq!(players(&standings.page(german, 0, 9)), [3, 2]);
    assert_eq!(standings.total(german), 2);
    let rank = |player| {
        let own = standings.own(german, PlayerId(player));
        own.map(|(row, _)| row.rank)
    };
    assert_eq!((rank(3), rank(2), rank(4)), (Some(1), Some(2), None));
    let spanish = View {
        region: Region::named("ES"),
        ..german
    };
    assert!(standings.page(spanish, 0, 9).is_empty());
}

#[test]
fn a_change_of_the_starting_cash_leaves_earlier_accounts_alone() {
    let mut standings = standings(&[portfolio(1, 110, &[], 0)], &Prices::default());
    standings.set_starting_cash(Money::from_whole(200));
    put(&mut standings, &portfolio(1, 110, &[], 0), &newcomer());
    put(&mut standings, &portfolio(2, 210, &[], 0), &newcomer());
    let rows = standings.page(Measure::Return, 0, 9);
    let returns = rows.iter().map(|row| (row.player.0, row.scores.return_ppm));
    assert!(returns.eq([(1, 100_000), (2, 50_000)]));
}

#[test]
fn steady_hands_need_days_and_count_the_worst_fall() {
    let mut standings = standings(
        &[portfolio(1, 130, &[], 0), portfolio(2, 112, &[], 0)],
        &Prices::default(),
    );
    let steady = View::from(Measure::SteadyHands);
    for day in 1..=20 {
        assert_eq!(standings.total(steady), 0, "day {day}");
        // The first falls by a half once and comes back.
        let cash = if day == 5 { 65 } else { 130 };
        put(&mut standings, &portfolio(1, cash, &[], 0), &newcomer());
        standings.roll(now().plus_seconds(day * 86_400), &Prices::default());
    }
    assert_eq!(players(&standings.page(steady, 0, 9)), [2, 1]);
    let rows = standings.page(Measure::Return, 0, 9);
    assert_eq!((rows[0].player.0, rows[0].worst_fall_ppm), (1, 500_000));
    assert_eq!((rows[1].player.0, rows[1].worst_fall_ppm), (2, 0));
}

#[test]
fn what_is_stored_survives_a_restart() {
    let before = portfolio(1, 150, &[], 70);
    let mut first = standings(std::slice::from_ref(&before), &Prices::default());
    first.roll(now().plus_seconds(86_400), &Prices::default());
    let kept = first.kept_of(PlayerId(1)).unwrap();
    let stored = Arrival {
        openings: kept.map(|kept| Some(kept.opening)),
        closes: Some(kept[3].closes),
        ..newcomer()
    };
    let starts = Period::EVERY.map(|period| first.start(period));
    let mut second = Standings::new(Money::from_whole(999), starts);
    put(&mut second, &portfolio(1, 180, &[], 75), &stored);
    put(&mut first, &portfolio(1, 180, &[], 75), &newcomer());
    second.settle();
    for (period, measure) in LADDERS {
        let view = view(period, measure);
        assert_eq!(second.page(view, 0, 9), first.page(view, 0, 9), "{view:?}");
    }
    // Another server adopts what the first has stored.
    let mut third = Standings::new(Money::from_whole(100), starts);
    put(&mut third, &portfolio(1, 180, &[], 75), &newcomer());
    third.adopt(PlayerId(1), Period::Day, &stored);
    let day = view(Period::Day, Measure::Return);
    assert_eq!(
        third.page(day, 0, 9)[0].scores,
        first.page(day, 0, 9)[0].scores
    );
}

fn promoted(closed: &[Closed]) -> Vec<i64> {
    let promoted = closed.iter().flat_map(|one| &one.week.promoted);
    let mut players: Vec<_> = promoted.map(|player| player.0).collect();
    players.sort_unstable();
    players
}

#[test]
fn the_best_of_a_cohort_move_up_and_the_idle_leave() {
    let week = |number: i64| now().plus_seconds(number * 7 * 86_400);
    let earn = |standings: &mut Standings, week: i64| {
        for player in 1..=40 {
            // The first ten never earn anything; of the others the higher the id, the more.
            let xp = if player <= 10 { 0 } else { week * player };
            put(standings, &portfolio(player, 100, &[], xp), &newcomer());
        }
    };
    let mut standings = standings(&[], &Prices::default());
    earn(&mut standings, 1);
    assert_eq!(standings.league_of(PlayerId(40)), None);
    let closed = standings.roll(week(1), &Prices::default());
    assert!(
        promoted(&closed).is_empty(),
        "everyone comes into the lowest"
    );
    let first = standings.league_of(PlayerId(40)).unwrap();
    assert_eq!((first.tier, first.rising, first.falling), (0, 7, 0));
    assert_eq!(first.rows.len(), 30);
    assert_eq!(standings.league_of(PlayerId(1)), None, "without XP");

    earn(&mut standings, 2);
    let own = standings.league_of(PlayerId(40)).unwrap();
    assert_eq!((own.rows[0].player.0, own.rows[0].scores.xp), (40, 40));
    let closed = standings.roll(week(2), &Prices::default());
    assert_eq!(promoted(&closed), [34, 35, 36, 37, 38, 39, 40]);
    let tiers = |standings: &Standings| {
        let tier = |player| standings.league_of(PlayerId(player)).map(|one| one.tier);
        [40, 34, 33, 11, 1].map(tier)
    };
    assert_eq!(
        tiers(&standings),
        [Some(1), Some(1), Some(0), Some(0), None]
    );
    // Among the seven above one moves up and one down.
    earn(&mut standings, 3);
    standings.roll(week(3), &Prices::default());
    assert_eq!(
        tiers(&standings),
        [Some(2), Some(0), Some(1), Some(0), None]
    );
    standings.remove(PlayerId(40), now());
    assert_eq!(standings.league_of(PlayerId(40)), None);
}
