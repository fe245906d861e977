//! PostgreSQL: one server, or a cluster that looks like one, shared by any number of game servers.

#![allow(
    clippy::duplicate_mod,
    reason = "the two databases' rows and connections are types of their own, and what is asked of \
              them alike is written once"
)]

use std::sync::Arc;

use domain::AccountId;
use sqlx::PgPool;

use super::schema::SchemaState;
use super::{Batch, StoreResult};
use crate::config::PostgresConfig;

// Queries that both databases accept are written once and compiled for each.
#[path = "both/accounts.rs"]
mod accounts;
#[path = "both/actions.rs"]
mod actions;
#[path = "both/alerts.rs"]
mod alerts;
#[path = "both/audit.rs"]
mod audit;
#[path = "both/awards.rs"]
mod awards;
#[path = "both/boards.rs"]
mod boards;
#[path = "both/duels.rs"]
mod duels;
#[path = "both/equity.rs"]
mod equity;
#[path = "both/feed.rs"]
mod feed;
#[path = "both/games.rs"]
mod games;
#[path = "both/guests.rs"]
mod guests;
#[path = "both/hosting.rs"]
mod hosting;
#[path = "both/identity.rs"]
mod identity;
#[path = "both/instruments.rs"]
mod instruments;
#[path = "both/intraday.rs"]
mod intraday;
#[path = "both/investments.rs"]
mod investments;
#[path = "both/jobs.rs"]
mod jobs;
#[path = "both/journal.rs"]
mod journal;
#[path = "both/log.rs"]
mod log;
#[path = "both/markets.rs"]
mod markets;
#[path = "both/months.rs"]
mod months;
#[path = "both/notifications.rs"]
mod notifications;
#[path = "both/offering_splits.rs"]
mod offering_splits;
#[path = "both/offerings.rs"]
mod offerings;
#[path = "both/offline.rs"]
mod offline;
#[path = "both/operation.rs"]
mod operation;
#[path = "both/orders.rs"]
mod orders;
#[path = "both/players.rs"]
mod players;
#[path = "both/probe.rs"]
mod probe;
#[path = "both/progress.rs"]
mod progress;
#[path = "both/protection.rs"]
mod protection;
#[path = "both/providers.rs"]
mod providers;
#[path = "both/puzzles.rs"]
mod puzzles;
#[path = "both/resting.rs"]
mod resting;
#[path = "both/retention.rs"]
mod retention;
#[path = "both/roster.rs"]
mod roster;
#[path = "both/plans.rs"]
mod savings;
#[path = "both/scenarios.rs"]
mod scenarios;
#[path = "both/sessions.rs"]
mod sessions;
#[path = "both/snapshot.rs"]
mod snapshot;
#[path = "both/social.rs"]
mod social;
#[path = "both/store.rs"]
mod store;
#[path = "both/strategies.rs"]
mod strategies;
#[path = "both/strategy_follows.rs"]
mod strategy_follows;
#[cfg(test)]
#[path = "both/strategy_plans.rs"]
mod strategy_plans;
#[path = "both/strategy_search.rs"]
mod strategy_search;
#[path = "both/strays.rs"]
mod strays;
#[path = "both/targets.rs"]
mod targets;
#[path = "both/titles.rs"]
mod titles;
#[path = "both/variables.rs"]
mod variables;
#[path = "both/watch_lists.rs"]
mod watch_lists;

mod action_rows;
mod batch;
mod batch_rows;
mod board_rows;
mod cluster;
mod columns;
mod connection;
mod creation;
mod done;
mod fetch;
mod job_rows;
mod market_rows;
mod migrations;
mod offering_rows;
#[cfg(test)]
mod plans;
mod replica;
mod resting_rows;
mod retention_rows;
mod schema_check;
mod strategy_rows;
mod stray_rows;

use self::PostgresStore as DatabaseStore;
use self::replica::Replica;
use sqlx::postgres::{PgConnection as Connection, PgRow as Row};
use sqlx::{PgPool as Pool, Postgres as Driver};

// The index alone finds the page; only the answers on it are read.
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

const DELETE_EXPIRED: &str = "
    delete from sessions s
    using (
        select player_id, session_id
        from sessions
        where expires_at <= $1
        order by expires_at
        limit $2
    ) expired
    where s.player_id = expired.player_id
    and s.session_id = expired.session_id";

const PRUNE_OUTBOX: &str = "
    delete from outbox o
    using (
        select lane, seq
        from outbox
        where at < $1
        order by at
        limit $2
    ) old
    where o.lane = old.lane
    and o.seq = old.seq";

/// A store in a PostgreSQL database. Cheap to clone: clones share the connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    writer: PgPool,
    readers: PgPool,
    /// For reads that tolerate lag.
    replica: Option<Arc<Replica>>,
}

impl PostgresStore {
    /// Connects to the database at a `postgres:` URL and brings its schema up to date. If several servers
    /// start at once, one migrates and the others wait. A standby is used as it is.
    ///
    /// # Errors
    /// When the database does not answer or belongs to a later version.
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

    /// Whether the database already has a schema.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn holds_game(url: &str) -> StoreResult<bool> {
        migrations::have_run(&connection::locate(url)?).await
    }

    /// How the schema of the game at a `postgres:` URL compares with this program's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schema_state(url: &str) -> StoreResult<SchemaState> {
        let applied = migrations::applied(&connection::locate(url)?).await?;
        Ok(SchemaState::of(migrations::MIGRATIONS, &applied))
    }

    /// The connections for reads that precede a write: the writers' pool, so that no order queues behind
    /// many readers.
    fn before_writing(&self) -> &PgPool {
        &self.writer
    }

    async fn commit(&self, batch: &Batch) -> StoreResult<Vec<AccountId>> {
        batch::commit(&self.writer, batch).await
    }

    /// Closes all connections except the writers.
    async fn close_others(&self) {
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
        self.readers.close().await;
    }
}
