//! A search that more strategies match than can be sorted.

use domain::api::{RiskProfile, StrategyOrder};
use server::store::strategies::MATCHES_MAX;

use super::{ids, publish, search, story};
use crate::store::Database;
use crate::store::trading::open_game;

pub async fn what_many_match_is_walked_in_the_order_asked_for(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let store = &*store;
    open_game(store, 2).await?;
    // Copies by other authors, as a database tool makes them.
    let first = story(1, "Steady funds", "calm", RiskProfile::Bold, "Funds");
    publish(store, &first).await?;
    let copies = format!(
        "insert into strategies (strategy_id, author_id, game_id, market_id, visibility, hidden, listed, name,
             description, tags, risk, version, published_at, changed_at, followers, terms, return_year)
         with recursive numbers as (
             select 2 as n
             union all
             select n + 1 from numbers where n < {MATCHES_MAX} + 5
         )
         select n, n, game_id, market_id, visibility, hidden, listed, name, description, tags, risk, version,
             published_at, changed_at - n, n, terms, -n
         from strategies, numbers
         where strategy_id = 1"
    );
    database.run(&copies).await?;
    publish(
        store,
        &story(9_999, "Only toys", "rare", RiskProfile::Bold, "Toys"),
    )
    .await?;
    let most = i64::from(MATCHES_MAX) + 5;
    let mut asked = search("fund steady", StrategyOrder::Relevance);
    asked.limit = 3;
    assert_eq!(ids(store, &asked).await?, [most, most - 1, most - 2]);
    asked.order = StrategyOrder::Recency;
    assert_eq!(ids(store, &asked).await?, [1, 2, 3]);
    asked.order = StrategyOrder::Return;
    assert_eq!(ids(store, &asked).await?, [2, 3, 4]);
    asked.order = StrategyOrder::Followers;
    asked.return_min = Some(-4);
    assert_eq!(ids(store, &asked).await?, [4, 3, 2]);
    asked.return_min = Some(-most);
    assert_eq!(ids(store, &asked).await?, [most, most - 1, most - 2]);
    let rare = search("toys", StrategyOrder::Followers);
    assert_eq!(ids(store, &rare).await?, [9_999]);
    Ok(())
}
