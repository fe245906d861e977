//! A ranking compared with a sorted list.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::boards::{Board, Ranking, Standing};
use proptest::prelude::*;

/// Everybody in order, computed again each time.
fn sorted(scores: &BTreeMap<u16, i64>) -> Vec<Standing<u16, i64>> {
    let mut rows: Vec<(u16, i64)> = scores.iter().map(|(id, score)| (*id, *score)).collect();
    rows.sort_by_key(|(id, score)| (Reverse(*score), *id));
    let ranks = 1..;
    ranks
        .zip(rows)
        .map(|(rank, (id, score))| Standing { rank, id, score })
        .collect()
}

fn check(board: &Board<u16, i64>, scores: &BTreeMap<u16, i64>, id: u16, skipped: usize) {
    let expected = sorted(scores);
    let ranking = board.ranking();
    assert_eq!(ranking.len(), expected.len());
    assert_eq!(
        ranking.top(10).collect::<Vec<_>>(),
        expected[..expected.len().min(10)]
    );
    let page: Vec<_> = ranking.page(skipped, 7).collect();
    let of_list: Vec<_> = expected.iter().skip(skipped).take(7).copied().collect();
    assert_eq!(page, of_list);
    let index = expected.iter().position(|row| row.id == id);
    assert_eq!(board.rank(id), index.map(|index| index + 1));
    let around = index.map_or(&[][..], |index| {
        &expected[index.saturating_sub(3)..(index + 4).min(expected.len())]
    });
    assert_eq!(board.around(id, 3), around);
    let percentile = index.map(|index| {
        let behind = expected.len() - 1 - index;
        (behind * 10_000)
            .checked_div(expected.len() - 1)
            .unwrap_or(10_000) as u32
    });
    assert_eq!(board.percentile_bps(id), percentile);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_board_is_a_sorted_list(
        start in prop::collection::btree_map(0_u16..4_000, -50_i64..50, 0..3_000),
        moves in prop::collection::vec((0_u16..4_000, prop::option::weighted(0.6, -50_i64..50)), 1..400),
        skipped in 0_usize..4_000,
    ) {
        let mut scores = start.clone();
        let mut board: Board<u16, i64> = start.into_iter().collect();
        for (number, (id, score)) in moves.into_iter().enumerate() {
            match score {
                Some(score) => {
                    board.set(id, score);
                    scores.insert(id, score);
                }
                None => prop_assert_eq!(board.remove(id), scores.remove(&id).is_some()),
            }
            if number % 40 == 0 {
                check(&board, &scores, id, skipped);
            }
        }
        check(&board, &scores, 7, skipped);
    }
}

#[test]
fn blocks_split_and_join_while_it_grows_and_shrinks() {
    let score = |id: u16| i64::from(id.wrapping_mul(40_503) % 997);
    let mut board = Board::default();
    let mut scores = BTreeMap::new();
    for id in 0..9_000 {
        board.set(id, score(id));
        scores.insert(id, score(id));
        if id % 1_000 == 0 {
            check(&board, &scores, id, usize::from(id) / 2);
        }
    }
    for id in (0..9_000).rev() {
        assert!(board.remove(id) && !board.remove(id));
        scores.remove(&id);
        if id % 1_000 == 0 {
            check(&board, &scores, id / 2, usize::from(id) / 2);
        }
    }
    assert!(board.ranking().is_empty());
}

#[test]
fn equal_scores_stand_in_the_order_of_their_ids_however_they_came() {
    let orders: [[u32; 4]; 3] = [[1, 2, 3, 4], [4, 3, 2, 1], [3, 1, 4, 2]];
    for order in orders {
        let mut ranking = Ranking::default();
        for id in order {
            assert!(ranking.insert(id, 9));
            assert!(!ranking.insert(id, 9));
        }
        let ids: Vec<u32> = ranking.top(9).map(|row| row.id).collect();
        assert_eq!(ids, [1, 2, 3, 4]);
    }
}

#[test]
fn a_place_is_known_without_an_entry() {
    let scores: Vec<(u32, i64)> = (0..5_000).map(|id| (id, i64::from(id % 100))).collect();
    let mut ranking: Ranking<u32, i64> = scores.iter().copied().collect();
    for (id, score) in [(0, 0), (99, 99), (4_999, 99), (2_500, 0)] {
        assert_eq!(Some(ranking.place(id, score)), ranking.rank(id, score));
        let place = ranking.place(id, score);
        assert!(ranking.remove(id, score));
        assert_eq!(ranking.place(id, score), place);
        assert!(ranking.insert(id, score));
    }
    assert_eq!(ranking.place(9_999, -1), 5_001, "behind all");
    assert_eq!(Ranking::<u32, i64>::default().place(1, 1), 1);
}

#[test]
fn an_unknown_entry_is_neither_moved_nor_removed() {
    let mut ranking: Ranking<u32, i64> = [(1, 5), (2, 6)].into_iter().collect();
    assert!(!ranking.update(1, 6, 9) && !ranking.remove(3, 5));
    assert_eq!((ranking.rank(1, 6), ranking.rank(1, 5)), (None, Some(2)));
    assert_eq!(ranking.around(9, 9, 3).count(), 0);
}

#[test]
fn a_hundred_thousand_players_take_less_than_forty_bytes_each() {
    let mut ranking = Ranking::default();
    for id in 0..100_000_i64 {
        ranking.insert(
            id,
            id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()) >> 20,
        );
    }
    let each = ranking.bytes() / ranking.len();
    assert!(each < 40, "{each} bytes a player");
}
