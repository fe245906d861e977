//! A game in two PostgreSQL databases as one of the story's, and what is true of such a game only.

use std::sync::Arc;

use async_trait::async_trait;
use domain::PlayerId;
use server::config::PostgresConfig;
use server::store::sharded::{self, ShardedStore};
use server::store::{Store, StoreError, place_of};

use super::Database;
use super::postgres::PrivateDatabase;

mod game;
mod gone;
mod names;
mod opening;

/// Databases of its own, which are dropped with it.
pub struct PrivateShards(Vec<PrivateDatabase>);

impl PrivateShards {
    pub async fn new() -> anyhow::Result<Self> {
        Ok(Self(vec![
            PrivateDatabase::new().await?,
            PrivateDatabase::new().await?,
        ]))
    }

    pub fn addresses(&self) -> Vec<String> {
        self.0.iter().map(PrivateDatabase::url).collect()
    }

    pub async fn open_sharded(&self) -> Result<ShardedStore, StoreError> {
        ShardedStore::open(&self.addresses(), &settings()).await
    }

    /// What a query gives in each database, past the store.
    pub fn ask(&self, sql: &str) -> anyhow::Result<Vec<String>> {
        self.0.iter().map(|database| database.ask(sql)).collect()
    }
}

#[async_trait]
impl Database for PrivateShards {
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(sharded::open(&self.addresses(), &settings()).await?)
    }

    async fn run(&self, sql: &str) -> anyhow::Result<()> {
        for database in &self.0 {
            database.run(sql).await?;
        }
        Ok(())
    }

    async fn unlock(&self) -> anyhow::Result<()> {
        for database in &self.0 {
            database.unlock().await?;
        }
        Ok(())
    }
}

/// Few connections: many tests run at once.
fn settings() -> PostgresConfig {
    PostgresConfig {
        writers_max: 4,
        readers_max: 4,
        ..PostgresConfig::default()
    }
}

/// The first of a game's players, counted from 1, who are in a database, counted from 0.
pub fn players_in(place: usize, count: usize) -> impl Iterator<Item = i64> {
    (1..).filter(move |player| place_of(PlayerId(*player), count) == place)
}
