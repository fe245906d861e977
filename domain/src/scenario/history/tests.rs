//! What can be played on imported history, and what its digest depends on.

use super::*;
use crate::scenario::library;
use crate::{Fees, Money, SplitRatio};

fn scenario() -> Scenario {
    let mut scenario = library()[0].scenario.clone();
    scenario.seed = 0;
    scenario.start = "2008-09-12".parse().unwrap();
    scenario.days = 100;
    scenario.fees = Fees {
        basis_points: 0,
        fixed: Money::ZERO,
    };
    scenario.plan.clear();
    scenario.history = Some(ScenarioHistory {
        pack: "A pack of prices".into(),
        symbols: ["AAPL", "IBM"].map(|text| text.parse().unwrap()).to_vec(),
        digest: String::new(),
        hidden: false,
        speed: 1,
    });
    scenario
}

#[test]
fn what_cannot_be_played_on_history_is_named() {
    assert_eq!(scenario().check(), Ok(()));
    let check = |field: &str, change: &dyn Fn(&mut Scenario, &mut ScenarioHistory)| {
        let mut scenario = scenario();
        let mut history = scenario.history.clone().unwrap();
        change(&mut scenario, &mut history);
        scenario.history = Some(history);
        assert_eq!(scenario.check().map_err(|error| error.field), Err(field));
    };
    check("history", &|_, history| history.pack.clear());
    check("history", &|_, history| history.symbols.clear());
    check("history", &|_, history| history.symbols.reverse());
    check("history", &|_, history| {
        history.symbols = vec!["IBM".parse().unwrap(); 2];
    });
    check("history", &|_, history| history.digest = "A".repeat(64));
    check("history", &|_, history| history.digest = "a".repeat(63));
    check("history", &|_, history| history.speed = 0);
    check("history", &|scenario, _| scenario.seed = 7);
    check("history", &|scenario, _| {
        scenario.categories = vec!["Food".into()];
    });
    check("start", &|scenario, _| {
        scenario.start = Day::from_number(-1);
    });
    check("plan", &|scenario, _| {
        scenario.plan = vec![crate::scenario::Planned {
            symbol: "MSFT".parse().unwrap(),
            percent: 50,
        }];
    });
}

#[test]
fn hidden_dates_begin_in_2035_and_real_ones_stay() {
    let mut scenario = scenario();
    let (first, last) = scenario.history_days();
    assert_eq!(
        [first, last].map(|day| day.to_string()),
        ["2008-08-29", "2008-12-21"]
    );
    assert_eq!(scenario.step_of(1), scenario.real_step_after(0));
    if let Some(history) = &mut scenario.history {
        history.hidden = true;
    }
    assert_eq!(scenario.first_day().to_string(), "2035-01-05");
    assert_eq!(scenario.days_passed(scenario.step_of(11)), 10);
    assert_eq!(
        crate::market::day_of(scenario.real_step_after(3)).to_string(),
        "2008-09-15"
    );
    assert!(!scenario.is_replayable());
    assert_eq!(scenario.index_return(), None);
}

#[test]
fn a_digest_depends_on_every_price_and_action_and_on_no_order_of_actions() {
    let day = |number| Day::from_number(number);
    let split = DatedAction {
        day: day(8),
        action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
    };
    let dividend = DatedAction {
        day: day(8),
        action: CorporateAction::Dividend {
            per_share: Price::from_units(5),
        },
    };
    let digest = |close: i64, actions: &[DatedAction]| {
        let mut digest = HistoryDigest::default();
        digest.instrument("AAPL".parse().unwrap());
        digest.day(day(7), [1, 2, 1, close].map(Price::from_units));
        digest.actions(actions);
        digest.finish()
    };
    let one = digest(2, &[split, dividend]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, digest(2, &[dividend, split]));
    assert_ne!(one, digest(1, &[split, dividend]));
    assert_ne!(one, digest(2, &[split]));
}
