//! That the schema can be spread over a cluster: `migrations/citus` names every table, and every key
//! of a distributed table contains the column that it is distributed by.
//!
//! Citus itself is not needed: functions of the names that the script calls note what it says.

use super::PrivateDatabase;
use crate::store::Database;

/// Stands for what Citus would do: notes each call.
const STAND_IN: &str = "
    create table declared (
        name regclass primary key,
        by text,
        with_table regclass
    );
    create function create_reference_table(name regclass) returns void language sql as
        'insert into declared values (name, null, null)';
    create function citus_add_local_table_to_metadata(name regclass) returns void language sql as
        'insert into declared values (name, null, null)';
    create function create_distributed_table(name regclass, by text, colocate_with text)
    returns void language sql as
        'insert into declared values (name, by, case colocate_with when ''none'' then name else colocate_with::regclass end)'";

/// Tables that are neither declared nor partitions of one that is.
const UNDECLARED: &str = "
    select c.relname
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and c.relname not in ('declared', '_sqlx_migrations')
    and c.oid not in (select name from declared)";

/// Unique indexes of distributed tables, keys among them, without the distribution column.
const KEYS_WITHOUT_COLUMN: &str = "
    select i.indexrelid::regclass
    from declared d
    join pg_index i on i.indrelid = d.name
    where d.by is not null
    and (i.indisunique or i.indisprimary or i.indisexclusion)
    and not exists (
        select
        from pg_attribute a
        where a.attrelid = d.name
        and a.attname = d.by
        and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
    )";

/// Foreign keys that a cluster cannot hold: between distributed tables only with the distribution
/// columns in the same place and the shards side by side; from a copy only to a copy.
const KEYS_ACROSS_NODES: &str = "
    select k.conname
    from pg_constraint k
    join declared d on d.name = k.conrelid
    join declared e on e.name = k.confrelid
    where k.contype = 'f'
    and case
        when e.by is null then false
        when d.by is null then true
        else d.with_table <> e.with_table
            or not exists (
                select
                from unnest(k.conkey, k.confkey) as pair (here, there)
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.here
                join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.there
                where a.attname = d.by
                and b.attname = e.by
            )
    end";

/// Tables that are side by side, of which the distribution columns are of different types.
const COLUMNS_OF_OTHER_TYPE: &str = "
    select d.name
    from declared d
    join declared e on e.name = d.with_table
    join pg_attribute a on a.attrelid = d.name and a.attname = d.by
    join pg_attribute b on b.attrelid = e.name and b.attname = e.by
    where a.atttypid <> b.atttypid or not a.attnotnull";

/// Sequences, of which a cluster has no common one.
const SEQUENCES: &str = "
    select c.relname
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
    and c.relkind = 'S'";

#[tokio::test]
async fn every_table_can_be_spread_over_a_cluster() -> anyhow::Result<()> {
    let database = PrivateDatabase::new().await?;
    database
        .open()
        .await?
        .prepare(crate::store::trading::at(0))
        .await?;
    database.run(STAND_IN).await?;
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../migrations/citus/distribute.sql"
    );
    database.run(&std::fs::read_to_string(script)?).await?;
    let distributed = database.ask("select count(*) from declared where by is not null")?;
    assert!(distributed.parse::<u32>()? >= 9, "{distributed}");
    for (what, query) in [
        ("tables that are not declared", UNDECLARED),
        ("keys without the distribution column", KEYS_WITHOUT_COLUMN),
        ("foreign keys across nodes", KEYS_ACROSS_NODES),
        ("columns of another type", COLUMNS_OF_OTHER_TYPE),
        ("sequences", SEQUENCES),
    ] {
        assert_eq!(database.ask(query)?, "", "{what}");
    }

    // The check itself works: this table can be neither.
    let odd = "create table odd (id bigserial primary key, player_id bigint references players, name text unique)";
    database.run(odd).await?;
    assert_eq!(database.ask(UNDECLARED)?, "odd");
    let declare = "select create_distributed_table('odd', 'player_id', 'accounts')";
    database.ask(declare)?;
    assert_eq!(database.ask(UNDECLARED)?, "");
    assert_eq!(database.ask(KEYS_WITHOUT_COLUMN)?, "odd_pkey\nodd_name_key");
    assert_eq!(database.ask(KEYS_ACROSS_NODES)?, "odd_player_id_fkey");
    assert_eq!(database.ask(COLUMNS_OF_OTHER_TYPE)?, "odd");
    assert_eq!(database.ask(SEQUENCES)?, "odd_id_seq");
    Ok(())
}
