//! Games, XP rules and facts.

use domain::{GameRules, Timestamp, XpRules};
use server::store::{GameRecord, XpRulesRecord};

use super::Database;
use super::trading::LEAGUE;

pub async fn the_open_league_is_there_from_the_start(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let rules = GameRules::open_league();
    let open = GameRecord {
        id: LEAGUE,
        slug: "open".into(),
        name: "Open league".into(),
        rules,
    };
    assert_eq!(store.list_games().await?, [open]);
    Ok(())
}

pub async fn the_first_xp_rules_are_the_default_ones(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let first = XpRulesRecord {
        effective_from: Timestamp::from_micros(0),
        rules: XpRules::default(),
    };
    assert_eq!(store.list_xp_rules().await?, std::slice::from_ref(&first));

    // Changed without a deployment: from then on other rules count.
    database.run(r#"insert into xp_rules (effective_from, rules) select 5, replace(rules, '"buy":10', '"buy":11') from xp_rules"#).await?;
    let second = XpRulesRecord {
        effective_from: Timestamp::from_micros(5),
        rules: XpRules {
            buy: 11,
            ..XpRules::default()
        },
    };
    assert_eq!(store.list_xp_rules().await?, [first, second]);
    Ok(())
}

pub async fn a_fact_is_stored_once_or_replaced(database: &dyn Database) -> anyhow::Result<()> {
    let store = database.open().await?;
    assert_eq!(store.find_fact("seed").await?, None);
    assert_eq!(store.store_fact_once("seed", "7").await?, "7");
    assert_eq!(store.store_fact_once("seed", "8").await?, "7");
    assert_eq!(store.find_fact("seed").await?.as_deref(), Some("7"));
    store.store_fact("seed", "9").await?;
    store.store_fact("place", "in \"time\"").await?;
    assert_eq!(store.find_fact("seed").await?.as_deref(), Some("9"));
    assert_eq!(
        store.find_fact("place").await?.as_deref(),
        Some("in \"time\"")
    );
    Ok(())
}
