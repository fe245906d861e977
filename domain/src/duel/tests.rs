//! When a duel is open, over, won or forfeited.

use super::*;

const DAY: i64 = 86_400;

fn at(day: i64) -> Timestamp {
    Timestamp::from_seconds(day.saturating_mul(DAY))
}

fn course(accepted: Option<i64>, results: [Option<(i64, i32)>; 2]) -> DuelCourse {
    let result = |(day, worth): (i64, i32)| DuelResult {
        finished_at: at(day),
        worth: Money::from_whole(worth),
    };
    DuelCourse {
        created_at: at(0),
        accepted_at: accepted.map(at),
        refusal: None,
        results: results.map(|one| one.map(result)),
    }
}

#[test]
fn a_challenge_waits_a_week_and_then_lapses() {
    let open = course(None, [None; 2]);
    assert_eq!(open.state(at(7)), DuelState::Open);
    assert_eq!(open.state(at(8)), DuelState::Lapsed);
    assert_eq!(open.verdict(at(8)), None);
    let refused = DuelCourse {
        refusal: Some(DuelRefusal::Declined),
        ..open
    };
    assert_eq!(refused.state(at(1)), DuelState::Declined);
    assert_eq!(refused.state(at(30)), DuelState::Declined);
}

#[test]
fn nothing_is_told_before_both_have_finished_or_the_time_is_over() {
    let one = course(Some(3), [Some((4, 12_000)), None]);
    assert_eq!(one.state(at(10)), DuelState::Running);
    assert_eq!(one.verdict(at(10)), None);
    assert_eq!(
        one.verdict(at(11)),
        Some(DuelVerdict::Forfeit(DuelSide::Challenger))
    );
    let none = course(Some(3), [None; 2]);
    assert_eq!(none.verdict(at(11)), Some(DuelVerdict::Nobody));
}

#[test]
fn the_better_result_wins_and_the_same_one_is_a_draw() {
    let verdict = |one, other| course(Some(1), [Some((2, one)), Some((3, other))]).verdict(at(3));
    assert_eq!(
        verdict(12_000, 11_000),
        Some(DuelVerdict::Won(DuelSide::Challenger))
    );
    assert_eq!(
        verdict(8_000, 9_000),
        Some(DuelVerdict::Won(DuelSide::Opponent))
    );
    assert_eq!(verdict(9_000, 9_000), Some(DuelVerdict::Draw));
}

#[test]
fn a_late_result_does_not_count() {
    let late = course(Some(1), [Some((2, 8_000)), Some((9, 20_000))]);
    assert_eq!(late.result(DuelSide::Opponent), None);
    assert_eq!(
        late.verdict(at(9)),
        Some(DuelVerdict::Forfeit(DuelSide::Challenger))
    );
}

#[test]
fn every_length_can_be_played_and_the_seed_decides_the_prices() {
    for days in LENGTHS {
        let stretch = stretch(u64::MAX - 5, days);
        assert_eq!(stretch.check(), Ok(()));
        assert_eq!(stretch.plan_return(&stretch.plan), stretch.index_return());
    }
    assert_eq!(stretch(7, 30), stretch(7, 30));
    assert_ne!(stretch(7, 30).index_curve(), stretch(8, 30).index_curve());
}
