//! PostgreSQL: one server, or a cluster that looks like one, shared by any number of game servers.

#![allow(
    clippy::duplicate_mod,
    reason = "the two databases' rows and connections are types of their own, and what is asked of \
              them alike is written once"
)]

use std::sync::Arc;

use domain::AccountId;
use sqlx::PgPool;

use super::{Batch, StoreResult};
use crate::config::PostgresConfig;

// What both databases understand alike is written once and compiled for each.
#[path = "both/accounts.rs"]
mod accounts;
#[path = "both/audit.rs"]
mod audit;
#[path = "both/games.rs"]
mod games;
#[path = "both/market.rs"]
mod market;
#[path = "both/players.rs"]
mod players;
#[path = "both/resting.rs"]
mod resting;
#[path = "both/retention.rs"]
mod retention;
#[path = "both/sessions.rs"]
mod sessions;
#[path = "both/store.rs"]
mod store;

mod batch;
mod columns;
mod connection;
mod creation;
mod fetch;
mod market_rows;
mod migrations;
mod naming;
#[cfg(test)]
mod plans;
mod replica;
mod resting_rows;
mod retention_rows;

use self::PostgresStore as DatabaseStore;
pub(super) use self::naming::Holder;
use self::replica::Replica;
use sqlx::PgPool as Pool;
use sqlx::postgres::{PgConnection as Connection, PgRow as Row};

// The page is found in the index alone; only its own answers are read.
const LIST_ORDERS: &str = "
    select o.order_key, o.at answered_at, o.fingerprint, o.answer
    from (
        select at, order_key
        from orders
        where player_id = $1
        and game_id = $2
        and (at, order_key) < ($3, $4)
        order by at desc, order_key desc
        limit $5
    ) page
    join orders o
        on o.player_id = $1
        and o.game_id = $2
        and o.order_key = page.order_key
    order by page.at desc, page.order_key desc";

// Few of many rows, found by their place: a join would read the whole table. They are looked at once
// more, because a place is one on each node of a cluster.
const DELETE_EXPIRED: &str = "
    delete from sessions
    where ctid = any (array(
        select ctid
        from sessions
        where expires_at <= $1
        order by expires_at
        limit $2
    ))
    and expires_at <= $1";

/// Connections overtake each other.
const WRITES_IN_ORDER: bool = false;

/// A store in a PostgreSQL database. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    writer: PgPool,
    readers: PgPool,
    /// For reads that may lag.
    replica: Option<Arc<Replica>>,
}

impl PostgresStore {
    /// Connects to the database at a `postgres:` URL and brings its schema up to date; of several
    /// servers that start at once, one does and the others wait for it. A database that only follows
    /// another one is taken as it is.
    ///
    /// # Errors
    /// When the database does not answer or is one of a later version.
    pub async fn open(url: &str, config: &PostgresConfig) -> StoreResult<Self> {
        let options = connection::locate(url)?;
        migrations::run(&options).await?;
        let replica = config.replica_url.as_deref();
        let replica = replica
            .map(|url| Replica::locate(url, config))
            .transpose()?;
        let writer = connection::open_writer(options.clone(), config).await?;
        let readers = connection::open_readers(options, config).await?;
        Ok(Self {
            writer,
            readers,
            replica: replica.map(Arc::new),
        })
    }

    /// The connections that read what is then written: those that write, so that no order waits behind
    /// many who only look.
    fn before_writing(&self) -> &PgPool {
        &self.writer
    }

    async fn commit(&self, batch: &Batch) -> StoreResult<Vec<AccountId>> {
        batch::commit(&self.writer, batch).await
    }

    /// All connections but those that write.
    async fn close_others(&self) {
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
        self.readers.close().await;
    }
}
