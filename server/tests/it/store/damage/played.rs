//! A database with a past, that can be damaged and mended.

use std::sync::Arc;

use domain::{Fact, LedgerEntry, Trade};
use server::store::Store;
use server::verify::{Damage, Limits};

use crate::store::Database;
use crate::store::trading::account;
use crate::store::verification::{findings, play};

/// A story that is played once, and damaged in one way after the other.
pub struct Played<'a> {
    pub database: &'a dyn Database,
    pub store: Arc<dyn Store>,
}

impl<'a> Played<'a> {
    pub async fn on(database: &'a dyn Database) -> anyhow::Result<Self> {
        let store = database.open().await?;
        play(&*store).await?;
        database.unlock().await?;
        Ok(Self { database, store })
    }

    /// Damages the account of player 1, sees exactly this found, and mends it.
    pub async fn check(&self, damage: &str, mend: &str, expected: &[Damage]) -> anyhow::Result<()> {
        self.database.run(damage).await?;
        let (found, _) = findings(&*self.store, Limits::default()).await?;
        assert!(
            found.iter().all(|finding| finding.account == account(1)),
            "{damage}: {found:#?}"
        );
        let found: Vec<_> = found.into_iter().map(|finding| finding.damage).collect();
        assert_eq!(found, expected, "{damage}");
        assert!(found.iter().all(|damage| !damage.to_string().is_empty()));
        self.database.run(mend).await?;
        let (found, _) = findings(&*self.store, Limits::default()).await?;
        assert_eq!(found, [], "{mend}");
        Ok(())
    }

    /// An entry of player 1.
    pub async fn entry(&self, seq: i64) -> anyhow::Result<LedgerEntry> {
        entry(&*self.store, seq).await
    }

    /// SQL that changes the trade of an entry of player 1.
    pub async fn changed_trade(
        &self,
        seq: i64,
        change: &dyn Fn(&mut Trade),
    ) -> anyhow::Result<String> {
        changed_trade(self.database, &*self.store, seq, change).await
    }

    /// The same with one table as it was before.
    pub async fn check_table(
        &self,
        table: &str,
        damage: &str,
        expected: &[Damage],
    ) -> anyhow::Result<()> {
        self.database
            .run(&format!("create table kept as select * from {table}"))
            .await?;
        let mend = format!("delete from {table}; insert into {table} select * from kept");
        self.check(damage, &mend, expected).await?;
        self.database.run("drop table kept").await
    }
}

async fn entry(store: &dyn Store, seq: i64) -> anyhow::Result<LedgerEntry> {
    let mut rows = store.list_entries(account(1), seq - 1, 1).await?;
    Ok(rows.remove(0).entry)
}

/// SQL that changes the trade of an entry of player 1.
pub async fn changed_trade(
    database: &dyn Database,
    store: &dyn Store,
    seq: i64,
    change: &dyn Fn(&mut Trade),
) -> anyhow::Result<String> {
    let mut entry = entry(store, seq).await?;
    let (Fact::Bought(trade) | Fact::Sold(trade) | Fact::SoldLots(trade, _)) = &mut entry.fact
    else {
        anyhow::bail!("entry {seq} is no trade");
    };
    change(trade);
    let fact = database.bytes(&entry.fact.to_bytes());
    Ok(format!(
        "update ledger set fact = {fact} where player_id = 1 and seq = {seq}"
    ))
}
