//! Scenarios that players imported, and their runs.

use domain::{AccountId, GameId, Money, PlayerId};
use server::store::{ImportedScenario, RunCurves, RunResult, ScenarioRun};

use super::Database;
use super::trading::at;

fn run(game: i64, second: i64) -> ScenarioRun {
    ScenarioRun {
        account: AccountId {
            player: PlayerId(1),
            game: GameId(game),
        },
        scenario: "bubble".into(),
        content: "{}".into(),
        started_at: at(second),
        result: None,
    }
}

pub async fn a_run_is_found_by_its_player_and_finished_once(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let (first, second) = (run(8, 1), run(9, 2));
    let curves = RunCurves::default();
    store.create_run(&first, &curves).await?;
    store.create_run(&second, &curves).await?;
    assert_eq!(store.find_run(first.account).await?, Some(first.clone()));
    let other = AccountId {
        player: PlayerId(2),
        ..first.account
    };
    assert_eq!(store.find_run(other).await?, None);
    let result = RunResult {
        finished_at: at(60),
        net_worth: Money::from_whole(12_000),
        stars: 2,
    };
    assert!(store.finish_run(first.account, &result).await?);
    let better = RunResult { stars: 3, ..result };
    assert!(!store.finish_run(first.account, &better).await?);
    let finished = ScenarioRun {
        result: Some(result),
        ..first
    };
    assert_eq!(
        store.list_runs(PlayerId(1), 10).await?,
        [second.clone(), finished]
    );
    assert_eq!(store.list_runs(PlayerId(1), 1).await?, [second]);
    store.close().await;
    Ok(())
}

pub async fn an_imported_scenario_is_stored_once(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    let scenario = |id: &str, author, second| ImportedScenario {
        id: id.into(),
        author: PlayerId(author),
        content: "{}".into(),
        created_at: at(second),
    };
    let (first, second) = (scenario("a", 1, 1), scenario("b", 1, 2));
    assert!(store.store_scenario(&first).await?);
    assert!(store.store_scenario(&second).await?);
    assert!(!store.store_scenario(&scenario("a", 2, 3)).await?);
    assert_eq!(store.find_scenario("a").await?, Some(first.clone()));
    assert_eq!(store.find_scenario("c").await?, None);
    assert_eq!(
        store.list_scenarios_of(PlayerId(1), 10).await?,
        [second, first]
    );
    assert_eq!(store.list_scenarios_of(PlayerId(2), 10).await?, []);
    store.close().await;
    Ok(())
}
