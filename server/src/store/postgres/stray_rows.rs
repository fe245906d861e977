//! The players whom a table names, specific to PostgreSQL.

/// Reads an index of the table once. A cluster does not run what would skip from one player to the next.
macro_rules! players_of {
    ($table:literal) => {
        concat!(
            "
        select distinct player_id
        from ",
            $table
        )
    };
}
pub(super) use players_of;
