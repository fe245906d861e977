//! The achievements that there are, and when they unlock.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

use std::collections::BTreeMap;

use domain::progress::{
    AchievementDefinition, AchievementKind, Achievements, CatalogueError, Counter, Counters,
    Evaluation, Group, Happening, Purchase, evaluate, evaluate_all,
};
use domain::{LevelRules, Progress, Xp};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

/// A player to whom things happen.
#[derive(Debug, Default)]
struct Player {
    counters: Counters,
    unlocked: BTreeMap<String, u32>,
    xp: Xp,
}

impl Player {
    fn meets(&mut self, achievements: &Achievements, happenings: &[Happening]) -> Vec<String> {
        let each = happenings.iter().copied();
        let after = each.fold(self.counters.clone(), |all, one| all.after(one));
        let has = |definition: &AchievementDefinition| self.times(definition);
        let evaluation = evaluate(
            achievements,
            LevelRules::default(),
            &self.counters,
            after,
            self.xp,
            has,
        );
        self.takes(evaluation)
    }

    fn catches_up(&mut self, achievements: &Achievements) -> Vec<String> {
        let has = |definition: &AchievementDefinition| self.times(definition);
        let evaluation = evaluate_all(
            achievements,
            LevelRules::default(),
            self.counters.clone(),
            self.xp,
            has,
        );
        self.takes(evaluation)
    }

    fn times(&self, definition: &AchievementDefinition) -> u32 {
        let times = self.unlocked.get(definition.id.as_str());
        times.copied().unwrap_or(0)
    }

    fn takes(&mut self, evaluation: Evaluation<'_>) -> Vec<String> {
        let mut names = Vec::new();
        let mut unlocked = self.unlocked.clone();
        for unlock in &evaluation.unlocks {
            let id = unlock.definition.id.to_string();
            *unlocked.entry(id.clone()).or_default() += unlock.times;
            names.push(id);
        }
        self.counters = evaluation.counters;
        self.xp = evaluation.xp;
        self.unlocked = unlocked;
        names
    }
}

fn purchase(has_reason: bool) -> Happening {
    Happening::Bought(Purchase {
        counts: true,
        has_reason,
        is_new_instrument: true,
        minute_of_day: 600,
        ..Purchase::default()
    })
}

fn defined(text: &str) -> Achievements {
    Achievements::read(&format!("[{text}]")).expect("definitions")
}

fn definition(id: &str, kind: &str, xp: Xp, counter: &str, value: i64) -> String {
    format!(
        r#"{{"id":"{id}","name":"n","description":"d","icon":"i","points":1,"xp_reward":{xp},
        "kind":"{kind}","group":"trading","hint":"h",
        "criterion":{{"counter":"{counter}","at_least":{value}}}}}"#
    )
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn the_stamp_book_is_well_formed_and_covers_every_group() {
    let text = include_str!("../data/achievements.json");
    let read = Achievements::read(text).expect("well-formed achievements");
    assert_eq!(Achievements::standard().all(), read.all());
    assert!(read.all().len() >= 50);
    let mut groups = BTreeMap::<Group, u32>::new();
    for definition in read.all() {
        *groups.entry(definition.group).or_default() += 1;
        assert_eq!(read.find(definition.id.as_str()), Some(definition));
    }
    assert_eq!(groups.len(), 10, "{groups:?}");
    assert!(groups.values().all(|count| *count >= 4), "{groups:?}");
    for kind in [AchievementKind::Hidden, AchievementKind::Repeatable] {
        assert!(read.all().iter().any(|each| each.kind == kind));
    }
    assert_eq!(read.find("no-such-thing"), None);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_achievement_has_its_picture() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets/achievements");
    for definition in Achievements::standard().all() {
        let path = format!("{folder}/{}.svg", definition.icon);
        let picture = std::fs::read_to_string(&path).expect("a picture");
        assert!(picture.contains("viewBox=\"0 0 48 48\""), "{path}");
        assert!(picture.contains("currentColor"), "{path}");
    }
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_first_session_ends_above_level_1_with_three_stamps() {
    let mut player = Player::default();
    let stamps = player.meets(
        Achievements::standard(),
        &[
            Happening::InstrumentRead {
                is_first: true,
                is_held: false,
            },
            purchase(true),
            Happening::BoughtAfterReading,
        ],
    );
    assert_eq!(
        stamps,
        ["first-purchase", "first-reason", "read-before-buying"]
    );
    assert_eq!(Progress::of(player.xp).level, 2);
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn all_stamps_together_are_worth_seven_levels_and_no_more() {
    let all = Achievements::standard().all();
    let xp: Xp = all.iter().map(|each| each.xp_reward).sum();
    assert!(Progress::of(xp).level <= 8, "{xp} XP");
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn an_achievement_unlocks_exactly_once() {
    let achievements = defined(&definition("dozen", "progress", 50, "trades", 3));
    let mut player = Player::default();
    let unlocks: Vec<usize> = (0..6)
        .map(|_| player.meets(&achievements, &[purchase(false)]).len())
        .collect();
    assert_eq!(unlocks, [0, 0, 1, 0, 0, 0]);
    assert_eq!(player.xp, 50);
    assert!(player.catches_up(&achievements).is_empty());
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_repeatable_one_unlocks_at_every_step() {
    let achievements = defined(&definition("again", "repeatable", 10, "trades", 2));
    let mut player = Player::default();
    for _ in 0..5 {
        player.meets(&achievements, &[purchase(false)]);
    }
    assert_eq!((player.unlocked["again"], player.xp), (2, 20));
    player.meets(&achievements, &[purchase(false); 5]);
    assert_eq!((player.unlocked["again"], player.xp), (5, 50));
    let toward = achievements.all()[0].progress_of(&player.counters);
    assert_eq!((toward.now, toward.goal), (0, 2));
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn the_xp_of_an_unlock_raises_a_level_that_unlocks_another() {
    let achievements = defined(
        &[
            definition("trade", "feat", 1_000, "trades", 1),
            definition("level-two", "feat", 1_100, "level", 2),
            definition("level-three", "feat", 5, "level", 3),
            definition("three", "feat", 1, "achievements_unlocked", 3),
        ]
        .join(","),
    );
    let mut player = Player::default();
    let names = player.meets(&achievements, &[purchase(false)]);
    assert_eq!(names, ["trade", "level-two", "level-three", "three"]);
    assert_eq!(player.xp, 2_106);
    assert_eq!(player.counters.get(Counter::AchievementsUnlocked), 4);
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn players_who_had_earned_a_new_achievement_receive_it() {
    let mut player = Player::default();
    player.meets(&Achievements::default(), &[purchase(true); 4]);
    let both = [
        definition("three", "feat", 5, "trades", 3),
        definition("again", "repeatable", 5, "reasons", 2),
    ];
    let achievements = defined(&both.join(","));
    assert_eq!(player.catches_up(&achievements), ["three", "again"]);
    assert_eq!(player.xp, 15);
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn combined_criteria_unlock_with_their_last_part() {
    let text = r#"{"id":"both","name":"n","description":"d","icon":"i","points":1,"xp_reward":1,
        "kind":"progress","group":"trading","criterion":
        {"all":[{"counter":"trades","at_least":2},{"counter":"orders_placed","at_least":1}]}}"#;
    let achievements = defined(text);
    for order_first in [true, false] {
        let mut player = Player::default();
        let trades = [purchase(false); 2];
        let (first, last): (&[_], &[_]) = if order_first {
            (&[Happening::OrderPlaced], &trades)
        } else {
            (&trades, &[Happening::OrderPlaced])
        };
        assert!(player.meets(&achievements, first).is_empty());
        assert_eq!(player.meets(&achievements, last), ["both"]);
    }
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn definitions_that_cannot_be_used_are_refused() {
    let dozen = definition("dozen", "feat", 1, "trades", 12);
    let check = |text: String, expected: fn(&CatalogueError) -> bool| {
        let error = Achievements::read(&text).expect_err("refused");
        assert!(expected(&error), "{error}");
    };
    check(
        format!("[{dozen},{dozen}]"),
        |e| matches!(e, CatalogueError::Twice(id) if id.as_str() == "dozen"),
    );
    check(
        format!("[{}]", definition("r", "feat", 1, "trades", 1)),
        |e| matches!(e, CatalogueError::Malformed(_)),
    );
    let levels = definition("levels", "repeatable", 1, "level", 1);
    check(format!("[{levels}]"), |e| {
        matches!(e, CatalogueError::NotRepeatable(_))
    });
    let hidden = definition("dark", "hidden", 1, "trades", 1).replace("\"h\"", "\" \"");
    check(format!("[{hidden}]"), |e| {
        matches!(e, CatalogueError::NoHint(_))
    });
    let minus = definition("minus", "feat", -1, "trades", 1);
    check(format!("[{minus}]"), |e| {
        matches!(e, CatalogueError::Field(_))
    });
}
