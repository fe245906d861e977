//! The players whom a table names, specific to SQLite.

/// Skips from one player to the next, however many rows each has.
macro_rules! players_of {
    ($table:literal) => {
        concat!(
            "
        with recursive named (player_id) as (
            select min(player_id)
            from ",
            $table,
            "
            union all
            select (
                select min(t.player_id)
                from ",
            $table,
            " t
                where t.player_id > named.player_id
            )
            from named
            where named.player_id is not null
        )
        select player_id
        from named
        where player_id is not null"
        )
    };
}
pub(super) use players_of;
