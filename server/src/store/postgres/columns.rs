//! Rows as columns: any number of rows goes through one constant statement, as one array per column.

use domain::{AccountId, LedgerEntry};
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

/// A statement with its values so far.
pub(super) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// One column of many rows.
pub(super) fn column<'r, R, T>(rows: &'r [R], value: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Appends ledger entries: eight values, see [`bind_entries`].
pub(super) const APPEND_ENTRIES: &str = "
    insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
    select
        unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::bigint[]),
        unnest($5::bigint[]), unnest($6::text[]), unnest($7::bytea[]), unnest($8::bytea[])";

/// The values of [`APPEND_ENTRIES`].
pub(super) fn bind_entries<'q>(
    statement: Statement<'q>,
    entries: &'q [(AccountId, &'q LedgerEntry)],
) -> Statement<'q> {
    statement
        .bind(column(entries, |(account, _)| account.player.0))
        .bind(column(entries, |(account, _)| account.game.0))
        .bind(column(entries, |(_, entry)| entry.seq))
        .bind(column(entries, |(_, entry)| entry.at.micros()))
        .bind(column(entries, |(_, entry)| {
            entry.fact.instrument().map(|instrument| instrument.0)
        }))
        .bind(column(entries, |(_, entry)| entry.kind().as_str()))
        .bind(column(entries, |(_, entry)| entry.fact.to_bytes()))
        .bind(column(entries, |(_, entry)| &entry.previous_hash[..]))
}
