use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, AwardHead, GameId, InstrumentId, LedgerHead, Position, Price, Quantity,
};

use super::*;
use crate::store::{AccountRecord, PositionRecord, TradingAccount};
use crate::zones::period_start;

mod periods;

fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_262_400)
}
const ONE: InstrumentId = InstrumentId(1);
const TWO: InstrumentId = InstrumentId(2);

/// A player with cash, shares that have cost a dollar each, and XP.
fn portfolio(player: i64, cash: i32, shares: &[(InstrumentId, i32)], xp: Xp) -> Portfolio {
    let id = AccountId {
        player: PlayerId(player),
        game: GameId(1),
    };
    let position = |(instrument, shares): &(InstrumentId, i32)| PositionRecord {
        instrument: *instrument,
        position: Position {
            quantity: Quantity::from_whole(*shares),
            cost_basis: Money::from_whole(*shares),
            ..Position::default()
        },
    };
    Portfolio {
        account: TradingAccount {
            record: AccountRecord {
                id,
                account: Account::opened_with(Money::from_whole(cash)),
                head: LedgerHead::before_first(id),
                counters: Counters::default(),
            },
            xp,
            awards: AwardHead::before_first(id.player),
            progress: PlayerProgress::default(),
        },
        positions: shares.iter().map(position).collect(),
    }
}

/// When the periods around [`now`] began.
fn starts() -> [Timestamp; 4] {
    Period::EVERY.map(|period| period_start(period, None, now()))
}

/// A player who has just come to the game, and of whom nothing is stored.
fn newcomer() -> Arrival {
    Arrival {
        created_at: now(),
        ..Arrival::default()
    }
}

fn prices(prices: &[(InstrumentId, i32)]) -> Prices {
    let price =
        |(instrument, price): &(InstrumentId, i32)| (*instrument, Price::from_whole(*price));
    prices.iter().map(price).collect()
}

fn standings(portfolios: &[Portfolio], prices: &Prices) -> Standings {
    let mut standings = Standings::new(Money::from_whole(100), starts());
    for portfolio in portfolios {
        standings.put(portfolio, prices, now(), &newcomer());
    }
    standings
}

fn order(standings: &Standings, measure: Measure) -> Vec<i64> {
    let rows = standings.page(measure, 0, usize::MAX);
    let ranks = rows.iter().map(|row| row.rank);
    assert!(ranks.eq(1..=rows.len()));
    rows.iter().map(|row| row.player.0).collect()
}

fn revalue(standings: &mut Standings, before: &Prices, after: &Prices) -> usize {
    let revaluation = standings.revalue(after, &after.changed_since(before));
    let moved = revaluation.moved.len();
    standings.apply(revaluation, now());
    moved
}

#[test]
fn each_measure_has_its_own_order_and_equals_rank_by_id() {
    let at = prices(&[(ONE, 3)]);
    let standings = standings(
        &[
            portfolio(4, 100, &[], 7),
            portfolio(2, 70, &[(ONE, 10)], 7),
            portfolio(3, 40, &[(ONE, 21)], 90),
            portfolio(9, 10, &[(ONE, 10)], 0),
        ],
        &at,
    );
    // Players 2 and 4 have 100 each.
    assert_eq!(order(&standings, Measure::NetWorth), [3, 2, 4, 9]);
    assert_eq!(order(&standings, Measure::Return), [3, 2, 4, 9]);
    assert_eq!(order(&standings, Measure::Xp), [3, 2, 4, 9]);
    let (own, ahead) = standings.own(Measure::NetWorth, PlayerId(9)).unwrap();
    assert_eq!((own.rank, ahead), (4, 0));
    assert_eq!(own.scores.return_ppm, -600_000);
    assert!(
        standings.page(Measure::Process, 0, 9).is_empty(),
        "not ranked"
    );
    assert_eq!(standings.own(Measure::Xp, PlayerId(5)), None);
}

#[test]
fn a_player_is_shown_between_neighbours_also_at_the_ends() {
    let players: Vec<_> = (1..=9)
        .map(|player| portfolio(player, 100, &[], 0))
        .collect();
    let standings = standings(&players, &Prices::default());
    let around = |player| -> Vec<usize> {
        let rows = standings.around(Measure::NetWorth, PlayerId(player), 2);
        rows.iter().map(|row| row.rank).collect()
    };
    assert_eq!(around(1), [1, 2, 3]);
    assert_eq!(around(5), [3, 4, 5, 6, 7]);
    assert_eq!(around(9), [7, 8, 9]);
    assert!(around(10).is_empty());
}

#[test]
fn new_prices_move_those_who_hold_the_instrument() {
    let before = prices(&[(ONE, 1), (TWO, 1)]);
    let mut standings = standings(
        &[
            portfolio(1, 100, &[(ONE, 5)], 0),
            portfolio(2, 100, &[(TWO, 6)], 0),
            portfolio(3, 100, &[], 0),
        ],
        &before,
    );
    assert_eq!(order(&standings, Measure::NetWorth), [2, 1, 3]);
    let after = prices(&[(ONE, 2), (TWO, 1)]);
    assert_eq!(revalue(&mut standings, &before, &after), 1);
    assert_eq!(order(&standings, Measure::NetWorth), [1, 2, 3]);
    // Without a price, shares are worth what they have cost.
    let none = Prices::default();
    revalue(&mut standings, &after, &none);
    assert_eq!(order(&standings, Measure::NetWorth), [2, 1, 3]);
    assert_eq!(revalue(&mut standings, &none, &none), 0);
}

#[test]
fn members_who_are_gathered_rank_as_those_who_come_one_by_one() {
    let at = prices(&[(ONE, 3)]);
    let mut portfolios: Vec<_> = (1..=50)
        .map(|player| portfolio(player, 100, &[(ONE, i32::try_from(player % 7).unwrap())], 1))
        .collect();
    let one_by_one = standings(&portfolios, &at);
    let mut gathered = Standings::new(Money::from_whole(100), starts());
    gathered.gather();
    portfolios.reverse();
    for portfolio in portfolios.iter().chain(&portfolios[..3]) {
        gathered.put(portfolio, &at, now(), &newcomer());
    }
    gathered.set_hidden(PlayerId(9), true, now());
    gathered.set_hidden(PlayerId(9), false, now());
    gathered.settle();
    for measure in [Measure::NetWorth, Measure::Return, Measure::Xp] {
        assert_eq!(order(&gathered, measure), order(&one_by_one, measure));
    }
    gathered.put(&portfolio(99, 900, &[], 0), &at, now(), &newcomer());
    assert_eq!(order(&gathered, Measure::NetWorth)[0], 99);
}

#[test]
fn xp_moves_a_member_and_makes_nobody_one() {
    let mut standings = standings(
        &[portfolio(1, 100, &[], 5), portfolio(2, 100, &[], 5)],
        &Prices::default(),
    );
    standings.set_xp(PlayerId(2), 6, now());
    standings.set_xp(PlayerId(3), 60, now());
    assert_eq!(order(&standings, Measure::Xp), [2, 1]);
    assert_eq!(order(&standings, Measure::NetWorth), [1, 2]);
}

/// Few that move and many that move are ranked in two ways, with one result: that of a sort.
#[test]
fn ranks_are_those_of_a_sort_whoever_moves() {
    let shares = |player: i64| i32::try_from(player * 7_919 % 101).unwrap();
    let players: Vec<_> = (1..=10_000)
        .map(|player| {
            // One in a hundred holds the second instrument.
            let instrument = if player % 100 == 0 { TWO } else { ONE };
            portfolio(player, 100, &[(instrument, shares(player))], player % 13)
        })
        .collect();
    let mut at = prices(&[(ONE, 5), (TWO, 5)]);
    let mut standings = standings(&players, &at);
    for (next, moved) in [
        (prices(&[(ONE, 5), (TWO, 9)]), 1..=100),
        (prices(&[(ONE, 4), (TWO, 9)]), 9_000..=9_900),
        (prices(&[(ONE, 6), (TWO, 2)]), 9_000..=10_000),
    ] {
        let count = revalue(&mut standings, &at, &next);
        assert!(moved.contains(&count), "{count}");
        at = next;
        let mut expected: Vec<(i64, i64)> = players
            .iter()
            .map(|portfolio| {
                let worth = portfolio.positions.iter().map(|row| {
                    let price = at.by_id[&row.instrument];
                    price.value_of(row.position.quantity).unwrap().units()
                });
                (-worth.sum::<i64>(), portfolio.account.record.id.player.0)
            })
            .collect();
        expected.sort_unstable();
        let expected: Vec<i64> = expected.into_iter().map(|(_, player)| player).collect();
        assert_eq!(order(&standings, Measure::NetWorth), expected);
        assert_eq!(order(&standings, Measure::Return), expected);
    }
}
