//! Charts follow from their seeds, results from decisions, and nothing shows what comes later.

use super::*;

fn choices(text: &str) -> Choices {
    text.parse().unwrap()
}

#[test]
fn a_chart_follows_from_its_seed_and_never_changes() {
    let puzzle = Puzzle::of_seed("00ff");
    assert_eq!(puzzle, Puzzle::of_seed("00ff"));
    assert_ne!(puzzle, Puzzle::of_seed("00fe"));
    assert_eq!(puzzle.prices.len(), 90);
    assert_eq!(puzzle.price(0).to_string(), "100.00");
    let holding: Vec<String> = (1..=DECISIONS)
        .map(|decisions| puzzle.holding(decisions).to_string())
        .collect();
    assert_eq!(holding, ["4.90", "9.07", "8.63", "16.46", "21.94"]);
}

#[test]
fn only_days_up_to_the_next_decision_are_shown() {
    let puzzle = Puzzle::of_seed("1");
    let lengths = (0..=DECISIONS).map(|made| puzzle.shown(made).len());
    assert_eq!(lengths.collect::<Vec<_>>(), [40, 50, 60, 70, 80, 90]);
    assert_eq!(puzzle.shown(99).len(), 90);
}

#[test]
fn money_follows_the_price_while_in_and_rests_while_out() {
    let puzzle = Puzzle::of_seed("7");
    assert_eq!(puzzle.worth(&choices("ooooo")).to_string(), "100.00");
    assert_eq!(puzzle.result(&choices("ooooo")), Percent::default());
    let held = puzzle.worth(&choices("iiiii"));
    let last = puzzle.price(DECISIONS);
    assert!((held.units() - last.units()).abs() < 10, "{held} {last}");
    let turns = puzzle.turns(&choices("ioioi"));
    for (number, turn) in turns.iter().enumerate() {
        let opposite = puzzle.turns(&choices("oioio"))[number];
        assert_ne!(turn.is_right, opposite.is_right);
        let rose = !turn.change.is_negative();
        assert_eq!(turn.is_right, rose == (turn.choice == Choice::In));
    }
    let right = turns.iter().filter(|turn| turn.is_right).count();
    assert_eq!(squares(&turns).matches('■').count(), right);
}

#[test]
fn holding_is_neither_always_good_nor_always_bad() {
    let falls = (0..200).filter(|seed| {
        let puzzle = Puzzle::of_seed(&format!("{seed}"));
        puzzle.holding(DECISIONS).is_negative()
    });
    let falls = falls.count();
    assert!((50..110).contains(&falls), "{falls} of 200 charts fall");
}

#[test]
fn a_percentile_counts_the_others_only() {
    let puzzle = Puzzle::of_seed("7");
    let mut all: Vec<Choices> = ["iiiii", "ooooo", "ioioi", "oiooo"].map(choices).into();
    all.sort_by_key(|choices| puzzle.worth(choices));
    let [least, .., most] = all.as_slice() else {
        unreachable!()
    };
    let tallies: Vec<_> = all.iter().map(|one| (one.clone(), 2)).collect();
    assert_eq!(puzzle.better_than(most, &tallies), Some(85));
    assert_eq!(puzzle.better_than(least, &tallies), Some(0));
    assert_eq!(puzzle.better_than(most, &[(most.clone(), 1)]), None);
}

#[test]
fn a_streak_ends_today_or_yesterday() {
    let day = Day::from_number;
    let today = day(100);
    assert_eq!(streak(&[], today), 0);
    assert_eq!(streak(&[100, 99, 98, 96].map(day), today), 3);
    assert_eq!(streak(&[99, 98].map(day), today), 2);
    assert_eq!(streak(&[98, 97].map(day), today), 0);
}

#[test]
fn decisions_read_back_as_written() {
    for text in ["", "i", "oio", "iiooi"] {
        assert_eq!(choices(text).to_string(), text);
    }
    for wrong in ["x", "iiiiii", "I", "ø"] {
        assert_eq!(wrong.parse::<Choices>(), Err(ChoicesError), "{wrong}");
    }
    assert_eq!(choices("iioo").with(Choice::In), Some(choices("iiooi")));
    assert_eq!(choices("iiooi").with(Choice::In), None);
}

#[test]
fn a_fingerprint_is_the_sha_256_of_the_seed_as_it_is_written() {
    assert!(fingerprint("abc").starts_with("ba7816bf8f01cfea"));
}
