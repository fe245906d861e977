//! Leaderboards in this process, without HTTP and without a database: what ranks, pages and valuations
//! take, and the memory of a member.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use domain::boards::{Measure, Period};
use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, AwardHead, GameId, InstrumentId, LedgerHead, Money, PlayerId, Position,
    Price, Quantity, Timestamp, Xp,
};
use serde::Serialize;
use server::boards::{Arrival, Prices, Standings};
use server::store::{AccountRecord, Portfolio, PositionRecord, TradingAccount};
use tokio::time::Instant;

use crate::population::ID_STEP;
use crate::report::{aligned, rounded};
use crate::usage::Usage;

/// Instruments of the market.
const INSTRUMENTS: u32 = 40;
/// How long each kind of question is asked.
const ASKED_FOR: Duration = Duration::from_secs(1);
/// Questions between two looks at the clock.
const AT_ONCE: u32 = 64;
/// Valuations, of which the one in the middle counts.
const VALUATIONS: usize = 5;
/// Rows of the first page.
const TOP: usize = 10;
/// Rows on each side of a player's own, as the page has them.
const NEIGHBOURS: usize = 3;
/// The first prices, in whole dollars, rise by one from instrument to instrument.
const PRICE_MIN: u32 = 10;

/// Who is on the leaderboards.
#[derive(Debug, Clone, Copy, Args)]
pub struct Members {
    /// Players of one game.
    #[arg(long, default_value_t = 1_000_000)]
    pub players: u32,
    /// Positions of each.
    #[arg(long, default_value_t = 10)]
    pub positions: u32,
}

/// What was measured, on one thread unless the leaderboards use more themselves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct InProcess {
    /// Players.
    pub players: u32,
    /// Positions of each.
    pub positions: u32,
    /// Seconds until all of them were there and ranked.
    pub built_in_s: f64,
    /// Private memory for each player: all leaderboards of the game, and the positions.
    pub bytes_per_player: f64,
    /// A player's rank by net worth, so many times a second.
    pub ranks_per_second: f64,
    /// The first ten.
    pub tops_per_second: f64,
    /// A player with neighbours.
    pub arounds_per_second: f64,
    /// Of it, the rankings alone, without what players hold.
    pub ranking_bytes_per_player: f64,
    /// Milliseconds in which every position was valued, when every price has changed.
    pub valued_in_ms: f64,
    /// Milliseconds in which every player was ranked by that; pages can be read meanwhile.
    pub ranked_in_ms: f64,
    /// Milliseconds in which that was put in place; pages wait for it.
    pub applied_in_ms: f64,
}

/// Measures and prints.
///
/// # Errors
/// When `/proc` does not tell what this process uses.
pub fn run(members: Members) -> anyhow::Result<()> {
    print!("{}", measure(members)?.table());
    Ok(())
}

/// Measures leaderboards of so many players.
///
/// # Errors
/// When `/proc` does not tell what this process uses.
pub fn measure(members: Members) -> anyhow::Result<InProcess> {
    let before = Usage::of(std::process::id())?.private_bytes;
    let begin = Instant::now();
    let mut prices = prices(0);
    let mut standings = build(members, &prices);
    let built_in_s = begin.elapsed().as_secs_f64();
    let after = Usage::of(std::process::id())?.private_bytes;
    let rankings = f64_of(u64::try_from(standings.bytes_of_rankings())?);
    let player = |number: u32| id(number.wrapping_mul(2_654_435_761) % members.players.max(1));
    let ranks_per_second =
        per_second(|number| standings.own(Measure::NetWorth, player(number)).is_some());
    let tops_per_second = per_second(|_| !standings.page(Measure::NetWorth, 0, TOP).is_empty());
    let arounds_per_second = per_second(|number| {
        let rows = standings.around(Measure::NetWorth, player(number), NEIGHBOURS);
        !rows.is_empty()
    });
    let (mut valued, mut ranked, mut applied) = (Vec::new(), Vec::new(), Vec::new());
    for step in 1..=VALUATIONS {
        let next = self::prices(step);
        let begin = Instant::now();
        let revaluation = standings.valued(&next, &next.changed_since(&prices));
        valued.push(begin.elapsed());
        let begin = Instant::now();
        let revaluation = standings.ranked(revaluation);
        ranked.push(begin.elapsed());
        let begin = Instant::now();
        standings.apply(revaluation, Timestamp::default());
        applied.push(begin.elapsed());
        prices = next;
    }
    Ok(InProcess {
        players: members.players,
        positions: members.positions,
        built_in_s: rounded(built_in_s),
        bytes_per_player: rounded(
            f64_of(after.saturating_sub(before)) / f64::from(members.players.max(1)),
        ),
        ranks_per_second: rounded(ranks_per_second),
        tops_per_second: rounded(tops_per_second),
        arounds_per_second: rounded(arounds_per_second),
        ranking_bytes_per_player: rounded(rankings / f64::from(members.players.max(1))),
        valued_in_ms: middle_ms(valued),
        ranked_in_ms: middle_ms(ranked),
        applied_in_ms: middle_ms(applied),
    })
}

impl InProcess {
    /// The figures for people.
    #[must_use]
    pub fn table(&self) -> String {
        let row = |what: &str, found: f64, digits: usize| {
            vec![what.to_owned(), format!("{found:.digits$}")]
        };
        let title = format!(
            "in process, {} players with {} positions",
            self.players, self.positions
        );
        aligned(&[
            vec![title, String::new()],
            row("seconds until all are there and ranked", self.built_in_s, 2),
            row("bytes for each player", self.bytes_per_player, 0),
            row("ranks a second", self.ranks_per_second, 0),
            row("first tens a second", self.tops_per_second, 0),
            row(
                "players with neighbours a second",
                self.arounds_per_second,
                0,
            ),
            row("of them in rankings", self.ranking_bytes_per_player, 0),
            row("ms to value all positions", self.valued_in_ms, 1),
            row("ms to rank everybody by that", self.ranked_in_ms, 1),
            row("ms to put it in place", self.applied_in_ms, 1),
        ])
    }
}

fn build(members: Members, prices: &Prices) -> Standings {
    let starts = Period::EVERY.map(|_| Timestamp::default());
    let mut standings = Standings::new(Money::from_whole(10_000), starts);
    standings.gather();
    let arrival = Arrival::default();
    for number in 0..members.players {
        let portfolio = portfolio(number, members.positions);
        standings.put(&portfolio, prices, Timestamp::default(), &arrival);
    }
    standings.settle();
    standings
}

fn id(number: u32) -> PlayerId {
    PlayerId(i64::from(number).saturating_add(1).saturating_mul(ID_STEP))
}

/// The prices of a step: each instrument's goes up and down by up to a tenth, and none stays.
fn prices(step: usize) -> Prices {
    let step = u32::try_from(step).unwrap_or(0);
    (0..INSTRUMENTS)
        .map(|number| {
            let cents = (PRICE_MIN + number) * 100 + (number * 37 + step * 61) % 200;
            let units = i64::from(cents) * 100 + i64::from(step);
            (
                InstrumentId(i64::from(number) + 1),
                Price::from_units(units),
            )
        })
        .collect()
}

/// What a player has: as many different instruments as asked for, of a few dollars to a few hundred.
fn portfolio(number: u32, positions: u32) -> Portfolio {
    let account = AccountId {
        player: id(number),
        game: GameId(1),
    };
    let position = |place: u32| {
        let instrument = (number.wrapping_mul(7) + place) % INSTRUMENTS;
        let units = 1_000_000 + i64::from(number.wrapping_mul(40_503) % 9_999_991);
        let quantity = Quantity::from_units(units);
        let price = Price::from_units(i64::from(PRICE_MIN + instrument) * 10_000);
        PositionRecord {
            instrument: InstrumentId(i64::from(instrument) + 1),
            position: Position {
                quantity,
                cost_basis: price.cost_of(quantity).unwrap_or_default(),
                ..Position::default()
            },
        }
    };
    let positions: Arc<[PositionRecord]> = (0..positions).map(position).collect();
    let costs = positions.iter().map(|one| one.position.cost_basis);
    let cash = costs.fold(Money::from_whole(10_000), |cash, cost| {
        cash.checked_sub(cost).unwrap_or(cash)
    });
    Portfolio {
        account: TradingAccount {
            record: AccountRecord {
                id: account,
                account: Account::opened_with(cash),
                head: LedgerHead::before_first(account),
                counters: Counters::default(),
            },
            xp: Xp::from(number.wrapping_mul(7_919) % 5_003),
            awards: AwardHead::before_first(account.player),
            progress: PlayerProgress::default(),
        },
        positions,
    }
}

/// Asks for a while; how often a second. What is asked says whether there was an answer.
fn per_second(ask: impl Fn(u32) -> bool) -> f64 {
    let begin = Instant::now();
    let (mut number, mut answered) = (0_u32, 0_u64);
    while begin.elapsed() < ASKED_FOR {
        for _ in 0..AT_ONCE {
            answered += u64::from(std::hint::black_box(ask(number)));
            number = number.wrapping_add(1);
        }
    }
    f64_of(answered) / begin.elapsed().as_secs_f64()
}

/// The time in the middle, in milliseconds.
fn middle_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    rounded(middle.as_secs_f64() * 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "a count for people to read")]
fn f64_of(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_changes_from_step_to_step() {
        for step in 0..VALUATIONS {
            let changed = prices(step + 1).changed_since(&prices(step));
            assert_eq!(changed.len(), usize::try_from(INSTRUMENTS).unwrap());
        }
    }

    #[test]
    fn leaderboards_of_a_few_players_are_measured() {
        let found = measure(Members {
            players: 100,
            positions: 3,
        })
        .unwrap();
        assert!(found.ranks_per_second > 0.0, "{found:?}");
        assert!(found.tops_per_second > 0.0, "{found:?}");
        assert!(found.arounds_per_second > 0.0, "{found:?}");
        assert!(found.table().contains("100 players with 3 positions"));
    }
}
