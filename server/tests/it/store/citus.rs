//! Citus as a database of the story: a cluster that is there already, at the addresses of its nodes.
//!
//! A database with an empty game, spread over the cluster, is made once; each fact has a copy of it on
//! every node. One run at a time uses a cluster.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use private_postgres::run_at;
use server::store::Store;
use tokio::sync::OnceCell;

use super::{Database, postgres};

/// Names the nodes' addresses, parted by blanks, the coordinator's first; without it nothing is run.
const ADDRESSES: &str = "TICKERQUEST_TEST_CITUS";
/// The database that those of the facts are copies of.
const TEMPLATE: &str = "tickerquest_story";
/// Few, because each of them is copied for each fact.
const SHARDS: u32 = 4;
/// Tables that are on no other node.
const NOT_SPREAD: &str = "
    select c.relname
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and not c.relispartition
    and c.relname <> '_sqlx_migrations'
    and c.oid not in (select table_name::oid from citus_tables)";

static NODES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let addresses = std::env::var(ADDRESSES).unwrap_or_default();
    let addresses = addresses.split_whitespace();
    addresses
        .map(|address| address.trim_end_matches('/').to_owned())
        .collect()
});
static TEMPLATE_MADE: OnceCell<()> = OnceCell::const_new();
static LATEST: AtomicU32 = AtomicU32::new(0);

/// A database of its own on every node of the cluster, which is dropped with it.
pub struct ClusterDatabase {
    name: String,
}

impl ClusterDatabase {
    /// None where no cluster is named.
    pub async fn new() -> anyhow::Result<Option<Self>> {
        if NODES.is_empty() {
            return Ok(None);
        }
        TEMPLATE_MADE.get_or_try_init(make_template).await?;
        let name = format!("{TEMPLATE}_{}", LATEST.fetch_add(1, Ordering::SeqCst));
        let database = Self { name };
        for node in NODES.iter() {
            // Citus keeps a process in a database, which then cannot be copied.
            let end = format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{TEMPLATE}'"
            );
            run_at(&at(node, "postgres"), &end)?;
            create(node, &database.name, &format!(" template {TEMPLATE}"))?;
        }
        Ok(Some(database))
    }

    fn url(&self) -> String {
        at(&NODES[0], &self.name)
    }
}

impl Drop for ClusterDatabase {
    fn drop(&mut self) {
        for node in NODES.iter() {
            // What stays is dropped by the next run.
            drop_database(node, &self.name).ok();
        }
    }
}

#[async_trait]
impl Database for ClusterDatabase {
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        postgres::open(&self.url()).await
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        run_at(&self.url(), sql).map(drop)
    }

    async fn unlock(&self) -> anyhow::Result<()> {
        let role = format!(
            "alter database {} set session_replication_role = replica",
            self.name
        );
        for node in NODES.iter() {
            run_at(&at(node, "postgres"), &role)?;
        }
        Ok(())
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        postgres::literal(bytes)
    }
}

/// The address of a database of a node. Without TLS: the certificate that Citus makes for itself is of a
/// version that nothing but PostgreSQL accepts.
fn at(node: &str, database: &str) -> String {
    format!("{node}/{database}?sslmode=disable")
}

fn drop_database(node: &str, name: &str) -> anyhow::Result<()> {
    let sql = format!("drop database if exists {name} with (force)");
    run_at(&at(node, "postgres"), &sql).map(drop)
}

/// Anew, in case that an earlier run was killed.
fn create(node: &str, name: &str, template: &str) -> anyhow::Result<()> {
    drop_database(node, name)?;
    let sql = format!("create database {name}{template}");
    run_at(&at(node, "postgres"), &sql).map(drop)
}

async fn make_template() -> anyhow::Result<()> {
    for node in NODES.iter() {
        create(node, TEMPLATE, "")?;
        run_at(&at(node, TEMPLATE), "create extension citus")?;
    }
    let url = at(&NODES[0], TEMPLATE);
    let place = "select format('%L, %s', host(inet_server_addr()), inet_server_port())";
    // A coordinator without workers has all shards itself, and needs no address.
    for (number, node) in NODES.iter().enumerate().filter(|_| NODES.len() > 1) {
        let place = run_at(&at(node, TEMPLATE), place)?;
        let join = match number {
            0 => "citus_set_coordinator_host",
            _ => "citus_add_node",
        };
        run_at(&url, &format!("select {join}({place})"))?;
    }
    run_at(
        &url,
        &format!("alter database {TEMPLATE} set citus.shard_count = {SHARDS}"),
    )?;
    // The first start makes the tables and spreads them; another one has nothing to do.
    postgres::open(&url).await?.close().await;
    postgres::open(&url).await?.close().await;
    Ok(())
}

#[tokio::test]
async fn the_story_runs_on_citus_where_its_addresses_are_set() -> anyhow::Result<()> {
    let Some(database) = ClusterDatabase::new().await? else {
        eprintln!("{ADDRESSES} is not set: the store's story was not run on Citus");
        return Ok(());
    };
    assert_eq!(run_at(&database.url(), NOT_SPREAD)?, "");
    let nodes = run_at(&database.url(), "select count(*) from pg_dist_node")?;
    assert_eq!(nodes, NODES.len().to_string());
    Ok(())
}
