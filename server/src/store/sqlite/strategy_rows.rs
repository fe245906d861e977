//! The search for strategies specific to SQLite: an FTS5 full-text query.

/// The strategies that match a query, `$1`.
macro_rules! matching {
    () => {
        "
    from strategy_terms t
    cross join strategies s on s.strategy_id = t.rowid
    where t.terms match $1"
    };
}
pub(super) use matching;

/// The strategies of a market, `$1`, with at least a return, `$3`: the best of them.
macro_rules! returning {
    () => {
        "
    from (
        select strategy_id
        from strategies
        where market_id = $1
        and listed
        and return_year >= $3
        order by return_year desc nulls last, strategy_id desc
        limit 5000
    ) page
    cross join strategies s
    where s.strategy_id = page.strategy_id"
    };
}
pub(super) use returning;

/// Their number, counted up to `$2`.
pub(super) const COUNT_MATCHING: &str = "
    select count(*)
    from (
        select 1
        from strategy_terms t
        where t.terms match $1
        limit $2
    ) page";

/// A query for any of the scope terms and all of the needles. Terms are letters, digits and marks.
pub(super) fn query(scope: &[String], needles: &[String]) -> String {
    let quoted = |term: &String| format!("\"{}\"", term.replace('"', ""));
    let scope: Vec<_> = scope.iter().map(quoted).collect();
    let mut all = vec![format!("({})", scope.join(" OR "))];
    all.extend(needles.iter().map(quoted));
    all.join(" AND ")
}
