//! Rows that refer to a missing player, and players without an account.

use async_trait::async_trait;
use domain::PlayerId;

use super::stray_rows::players_of;
use super::{DatabaseStore, Row, connection, schema_check, snapshot};
use crate::store::StoreResult;
use crate::store::audit::{AuditSnapshot, AuditStore, Stray};
use crate::store::rows::Columns as _;

macro_rules! players_missing_of {
    ($table:literal) => {
        (
            $table,
            concat!(
                "
    select n.player_id
    from (",
                players_of!($table),
                "
    ) n
    where not exists (
        select 1
        from players p
        where p.player_id = n.player_id
    )
    limit $1"
            ),
        )
    };
}

/// Tables whose keys begin with the player, except accounts, which are checked one by one.
const MISSING: [(&str, &str); 10] = [
    players_missing_of!("sessions"),
    players_missing_of!("awards"),
    players_missing_of!("positions"),
    players_missing_of!("orders"),
    players_missing_of!("ledger"),
    players_missing_of!("words"),
    players_missing_of!("postings"),
    players_missing_of!("resting_orders"),
    players_missing_of!("ledger_checkpoints"),
    players_missing_of!("equity_points"),
];
// In a cluster a name is not where its player is, so that both lists are compared in one place. The
// names are read first: a player who comes meanwhile is in the second list only.
const NAMES_WITHOUT_PLAYER: &str = "
    select player_id
    from player_names
    except
    select player_id
    from players
    limit $1";
const PLAYERS_WITHOUT_ACCOUNT: &str = "
    select p.player_id
    from players p
    where not exists (
        select 1
        from accounts a
        where a.player_id = p.player_id
    )
    limit $1";

#[async_trait]
impl AuditStore for DatabaseStore {
    async fn begin_snapshot(&self) -> StoreResult<Box<dyn AuditSnapshot>> {
        let transaction = connection::begin_snapshot(&self.readers).await?;
        Ok(Box::new(snapshot::Snapshot(transaction)))
    }

    async fn list_schema_faults(&self) -> StoreResult<Vec<String>> {
        schema_check::list_faults(&self.readers).await
    }

    async fn list_strays(&self, limit: u32) -> StoreResult<Vec<Stray>> {
        let mut strays = Vec::new();
        let names = ("player_names", NAMES_WITHOUT_PLAYER);
        for (table, statement) in MISSING.into_iter().chain([names]) {
            let missing = self.list_players(statement, limit).await?;
            strays.extend(
                missing
                    .into_iter()
                    .map(|player| Stray::Rows { table, player }),
            );
        }
        let without = self.list_players(PLAYERS_WITHOUT_ACCOUNT, limit).await?;
        strays.extend(
            without
                .into_iter()
                .map(|player| Stray::NoAccount { player }),
        );
        Ok(strays)
    }
}

impl DatabaseStore {
    /// Each statement is its own transaction: it may take long, and none depends on another.
    async fn list_players(
        &self,
        statement: &'static str,
        limit: u32,
    ) -> StoreResult<Vec<PlayerId>> {
        let mut transaction = connection::begin_unhurried(&self.readers).await?;
        let found = sqlx::query(statement)
            .bind(i64::from(limit))
            .fetch_all(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        let player = |row: &Row| Ok(PlayerId(row.integer("player_id")?));
        found.iter().map(player).collect()
    }
}
