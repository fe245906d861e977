//! The search for strategies. It reads from the smallest source: what matches the terms, what has the
//! requested return, or, if both are large, all strategies in the requested order until a page is full.

use domain::api::StrategyOrder;

use super::strategies::strategy_columns;
use super::strategy_rows::{COUNT_MATCHING, matching, query, returning};
use super::{Pool, Row};
use crate::store::StoreResult;
use crate::store::strategies::{MATCHES_MAX, NAME_NEEDLES_MAX, NEEDLES_MAX, StrategySearch};

/// Stands for an absent term: every text matches it.
const ANYTHING: &str = "%";

pub(super) const COUNT_RETURNING: &str = "
    select count(*)
    from (
        select 1
        from strategies
        where market_id = $1
        and listed
        and return_year >= $2
        limit $3
    ) page";

macro_rules! by_followers {
    () => {
        "
    order by s.followers desc, s.strategy_id desc"
    };
}
macro_rules! by_return {
    () => {
        "
    order by s.return_year desc nulls last, s.strategy_id desc"
    };
}
macro_rules! by_change {
    () => {
        "
    order by s.changed_at desc, s.strategy_id desc"
    };
}

/// The page of matches at least as good as `$2`.
macro_rules! matches_in_order {
    ($order:expr) => {
        concat!(
            strategy_columns!(),
            matching!(),
            "
    and (cast($2 as bigint) is null or s.return_year >= $2)",
            $order,
            "
    limit $3
    offset $4"
        )
    };
}
pub(super) const MATCHES_BY_FOLLOWERS: &str = matches_in_order!(by_followers!());
pub(super) const MATCHES_BY_RETURN: &str = matches_in_order!(by_return!());
pub(super) const MATCHES_BY_CHANGE: &str = matches_in_order!(by_change!());
pub(super) const MATCHES_BY_RELEVANCE: &str = matches_in_order!(
    "
    order by case when s.terms like $5 then 1 else 0 end + case when s.terms like $6 then 1 else 0 end
        + case when s.terms like $7 then 1 else 0 end + case when s.terms like $8 then 1 else 0 end
        + case when s.terms like $9 then 1 else 0 end + case when s.terms like $10 then 1 else 0 end
        + case when s.terms like $11 then 1 else 0 end + case when s.terms like $12 then 1 else 0 end desc,
        s.followers desc, s.strategy_id desc"
);

// A `case`, because PostgreSQL estimates that no row meets many conditions, and would then sort everything
// instead of walking in order.
macro_rules! has_needles {
    () => {
        "
    and case when (s.visibility = 'public' or s.game_id = $2)
        and (cast($3 as bigint) is null or s.return_year >= $3)
        and s.terms like $6
        and s.terms like $7
        and s.terms like $8
        and s.terms like $9
        and s.terms like $10
        and s.terms like $11
        and s.terms like $12
        and s.terms like $13
        and s.terms like $14
        and s.terms like $15
        and s.terms like $16
        then true else false end"
    };
}
/// The page of a walk.
macro_rules! walk_in_order {
    ($order:expr) => {
        concat!(
            strategy_columns!(),
            "
    from strategies s
    where s.market_id = $1
    and s.listed",
            has_needles!(),
            $order,
            "
    limit $4
    offset $5"
        )
    };
}
pub(super) const WALK_BY_FOLLOWERS: &str = walk_in_order!(by_followers!());
pub(super) const WALK_BY_RETURN: &str = walk_in_order!(by_return!());
pub(super) const WALK_BY_CHANGE: &str = walk_in_order!(by_change!());

/// The page of strategies with the requested return, few enough to sort.
macro_rules! returns_in_order {
    ($order:expr) => {
        concat!(
            strategy_columns!(),
            returning!(),
            has_needles!(),
            $order,
            "
    limit $4
    offset $5"
        )
    };
}
pub(super) const RETURNS_BY_FOLLOWERS: &str = returns_in_order!(by_followers!());
pub(super) const RETURNS_BY_CHANGE: &str = returns_in_order!(by_change!());

pub(super) async fn search(readers: &Pool, search: &StrategySearch) -> StoreResult<Vec<Row>> {
    if !search.needles.is_empty() {
        let query = query(&search.scope, &search.needles);
        let count: i64 = sqlx::query_scalar(COUNT_MATCHING)
            .bind(&query)
            .bind(i64::from(MATCHES_MAX))
            .fetch_one(readers)
            .await?;
        if count < i64::from(MATCHES_MAX) {
            return matches(readers, search, &query).await;
        }
    }
    let few = match (search.return_min, search.order) {
        (None, _) | (_, StrategyOrder::Return) => false,
        (Some(least), _) => {
            let count: i64 = sqlx::query_scalar(COUNT_RETURNING)
                .bind(search.market.0)
                .bind(least)
                .bind(i64::from(MATCHES_MAX))
                .fetch_one(readers)
                .await?;
            count < i64::from(MATCHES_MAX)
        }
    };
    let statement = match (search.order, few) {
        (StrategyOrder::Return, _) => WALK_BY_RETURN,
        (StrategyOrder::Recency, true) => RETURNS_BY_CHANGE,
        (StrategyOrder::Recency, false) => WALK_BY_CHANGE,
        (StrategyOrder::Followers | StrategyOrder::Relevance, true) => RETURNS_BY_FOLLOWERS,
        (StrategyOrder::Followers | StrategyOrder::Relevance, false) => WALK_BY_FOLLOWERS,
    };
    let mut asked = sqlx::query(statement)
        .bind(search.market.0)
        .bind(search.game.map(|game| game.0))
        .bind(search.return_min)
        .bind(i64::from(search.limit))
        .bind(i64::from(search.offset));
    for place in 0..NEEDLES_MAX {
        asked = asked.bind(pattern(search.needles.get(place)));
    }
    Ok(asked.fetch_all(readers).await?)
}

async fn matches(readers: &Pool, search: &StrategySearch, query: &str) -> StoreResult<Vec<Row>> {
    let statement = match search.order {
        StrategyOrder::Followers => MATCHES_BY_FOLLOWERS,
        StrategyOrder::Return => MATCHES_BY_RETURN,
        StrategyOrder::Recency => MATCHES_BY_CHANGE,
        StrategyOrder::Relevance => MATCHES_BY_RELEVANCE,
    };
    let mut asked = sqlx::query(statement)
        .bind(query)
        .bind(search.return_min)
        .bind(i64::from(search.limit))
        .bind(i64::from(search.offset));
    if search.order == StrategyOrder::Relevance {
        for place in 0..NAME_NEEDLES_MAX {
            asked = asked.bind(pattern(search.name_needles.get(place)));
        }
    }
    Ok(asked.fetch_all(readers).await?)
}

/// The `like` pattern of a text with the term. Terms have no wildcards.
fn pattern(term: Option<&String>) -> String {
    term.map_or_else(|| ANYTHING.to_owned(), |term| format!("% {term} %"))
}
