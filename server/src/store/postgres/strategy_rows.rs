//! The search for strategies specific to PostgreSQL: a query on text search vectors.

/// The strategies that match a query, `$1`.
macro_rules! matching {
    () => {
        "
    from strategies s
    where s.search @@ cast($1 as tsquery)"
    };
}
pub(super) use matching;

/// The strategies of a market, `$1`, with at least a return, `$3`: the best of them.
macro_rules! returning {
    () => {
        "
    from (
        select *
        from strategies
        where market_id = $1
        and listed
        and return_year >= $3
        order by return_year desc nulls last, strategy_id desc
        limit 5000
    ) s
    where true"
    };
}
pub(super) use returning;

/// Their number, counted up to `$2`. PostgreSQL reads all entries of a common term's index before it applies a
/// limit. So it looks at one page in 200 first: 30 matches there stand for some 6,000 and are taken as `$2`. The
/// sample is the same each time, so that all pages of a search come in the same order.
pub(super) const COUNT_MATCHING: &str = "
    select case
        when (
            select count(*)
            from strategies s tablesample system (0.5) repeatable (1)
            where s.search @@ cast($1 as tsquery)
        ) >= 30 then cast($2 as bigint)
        else (
            select count(*)
            from (
                select 1
                from strategies s
                where s.search @@ cast($1 as tsquery)
                limit $2
            ) page
        )
    end";

/// A query for any of the scope terms and all of the needles. Terms are letters, digits and marks.
pub(super) fn query(scope: &[String], needles: &[String]) -> String {
    let quoted = |term: &String| format!("'{}'", term.replace(['\'', '\\'], ""));
    let scope: Vec<_> = scope.iter().map(quoted).collect();
    let mut all = vec![format!("({})", scope.join(" | "))];
    all.extend(needles.iter().map(quoted));
    all.join(" & ")
}
