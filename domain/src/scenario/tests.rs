//! The library is playable, every goal can be reached by a buy-and-hold plan, and files round-trip.

use ed25519_dalek::{Signer as _, SigningKey};

use super::*;
use crate::proof::PublicKey;

fn percent(text: &str) -> Percent {
    text.parse().unwrap()
}

#[test]
fn every_scenario_of_the_library_can_be_played_and_its_plan_earns_two_stars() {
    let (mut names, mut wrong) = (std::collections::BTreeSet::new(), Vec::new());
    for Listed { id, scenario } in library() {
        assert_eq!(scenario.check(), Ok(()), "{id}");
        assert!(names.insert(id), "{id} is there twice");
        if let Some(history) = &scenario.history {
            // A server that has the history checks what its plan earns.
            assert!(!history.digest.is_empty(), "{id}");
            continue;
        }
        let index = scenario.index_return().unwrap();
        let planned = scenario.plan_return(&scenario.plan).unwrap();
        let stars = scenario.stars(planned, index, 1);
        let nothing = scenario.stars(Percent::default(), index, 0);
        if stars < 2 || nothing > 2 {
            wrong.push(format!(
                "{id}: the plan {planned} % ({stars} stars), the index {index} %, nothing {nothing} stars"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(names.len() >= 12, "{names:?}");
}

#[test]
fn stars_follow_the_measure_and_the_number_of_trades() {
    let mut scenario = library()[0].scenario.clone();
    scenario.goal = Goal {
        measure: GoalMeasure::AgainstIndex,
        stars: [percent("-5"), percent("0"), percent("5")],
        trades_max: Some(3),
    };
    let stars =
        |result: &str, index: &str, trades| scenario.stars(percent(result), percent(index), trades);
    assert_eq!(stars("-6", "0", 1), 0);
    assert_eq!(stars("10", "10", 1), 2);
    assert_eq!(stars("15", "10", 3), 3);
    assert_eq!(stars("15", "10", 4), 1, "too many trades");
}

#[test]
fn a_file_reads_back_and_one_that_was_changed_does_not() {
    let scenario = library()[0].scenario.clone();
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::new("tickerquest.log/test", key.verifying_key().to_bytes()).unwrap();
    let signature = key.sign(&scenario.signed_bytes()).to_bytes();
    let file = ScenarioFile::new(scenario.clone(), public, &signature).to_file();
    assert_eq!(ScenarioFile::read(&file), Ok(scenario.clone()));
    let changed = file.replace(&scenario.title, "Another title");
    assert_eq!(
        ScenarioFile::read(&changed),
        Err(ScenarioFileError::Changed)
    );
    let bare = serde_json::to_string(&scenario).unwrap();
    assert_eq!(ScenarioFile::read(&bare), Ok(scenario.clone()));
    let long = " ".repeat(FILE_MAX + 1);
    assert_eq!(ScenarioFile::read(&long), Err(ScenarioFileError::TooLong));
    assert!(matches!(
        ScenarioFile::read("{}"),
        Err(ScenarioFileError::Unreadable(_))
    ));
}

#[test]
fn what_cannot_be_played_is_named() {
    let check = |field: &str, change: &dyn Fn(&mut Scenario)| {
        let mut scenario = library()[2].scenario.clone();
        change(&mut scenario);
        assert_eq!(scenario.check().map_err(|error| error.field), Err(field));
    };
    check("title", &|one| one.title = "x".repeat(61));
    check("title", &|one| one.title = "a\u{202e}b".into());
    check("lesson", &|one| one.lesson = " ".into());
    check("days", &|one| one.days = 0);
    check("starting_cash", &|one| one.starting_cash = Money::ZERO);
    check("fees", &|one| one.fees.basis_points = 1_001);
    check("position_max_percent", &|one| {
        one.position_max_percent = Some(0)
    });
    check("categories", &|one| one.categories = vec!["Dragons".into()]);
    check("goal", &|one| one.goal.stars.reverse());
    check("events", &|one| one.events[0].day = one.days + 1);
    check("events", &|one| one.events[0].percent = -61);
    check("events", &|one| one.events[0].categories.clear());
    check("plan", &|one| one.plan[0].percent = 101);
}

#[test]
fn a_scenario_on_history_is_signed_with_its_digest() {
    let on_history = library().iter().filter(|listed| {
        let history = listed.scenario.history.as_ref();
        history.is_some()
    });
    let mut hidden = 0;
    for Listed { id, scenario } in on_history {
        let json = serde_json::to_string(scenario).unwrap();
        let history = scenario.history.as_ref().unwrap();
        assert!(json.contains(&history.digest), "{id}");
        assert_eq!(ScenarioFile::read(&json), Ok(scenario.clone()), "{id}");
        hidden += u32::from(history.hidden);
    }
    assert_eq!(hidden, 1);
}
