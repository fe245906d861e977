//! Tampering with an archive, or with what goes on from it, is found and named by `verify`.

use std::path::Path;

use server::retention::{Month, RetentionError, archive, path_of, restore};
use server::store::Store;
use server::verify::{ArchiveFinding, Limits, verify, verify_with_archive};

use super::Database;
use super::damage::played::changed_trade;
use super::retention::play_autumn;
use super::trading::at;

fn month(text: &str) -> Month {
    text.parse().expect("the story's months are well-formed")
}

async fn archive_autumn(store: &dyn Store, folder: &Path) -> anyhow::Result<()> {
    play_autumn(store).await?;
    archive(store, folder, month("2026-11"), at(0), |_| {}).await?;
    Ok(())
}

/// What is wrong, with the archive.
async fn findings(store: &dyn Store, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let report = |finding: &ArchiveFinding| found.push(finding.to_string());
    let verified = verify_with_archive(store, folder, Limits::default(), report).await?;
    assert_eq!(
        usize::try_from(verified.findings)?,
        found.len(),
        "{found:#?}"
    );
    assert_eq!(verified.is_sound(), found.is_empty());
    Ok(found)
}

/// What is wrong, without the archive.
async fn findings_from_checkpoints(store: &dyn Store) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    verify(store, |finding| found.push(finding.to_string())).await?;
    Ok(found)
}

fn one(found: &[String], what: &str) {
    assert!(
        matches!(found, [one] if one.contains(what)),
        "{what}: {found:#?}"
    );
}

pub async fn a_file_that_was_changed_is_named(database: &dyn Database) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    archive_autumn(&*store, folder).await?;
    assert_eq!(findings(&*store, folder).await?, Vec::<String>::new());
    let file = path_of(folder, month("2026-09"));
    let sound = std::fs::read(&file)?;
    // Any byte: of the compression's header, of the content, of its checksum.
    for place in (0..sound.len()).step_by(7).chain([sound.len() - 1]) {
        let mut changed = sound.clone();
        changed[place] ^= 1;
        std::fs::write(&file, &changed)?;
        one(&findings(&*store, folder).await?, "ledger-2026-09.jsonl.gz");
    }
    for changed in [
        &sound[..sound.len() - 9],
        &sound[..40],
        &[],
        &[&sound[..], b"x"].concat(),
    ] {
        std::fs::write(&file, changed)?;
        one(&findings(&*store, folder).await?, "ledger-2026-09.jsonl.gz");
        assert!(restore(&*store, folder, |_| {}).await.is_err());
    }
    assert_eq!(
        findings_from_checkpoints(&*store).await?,
        Vec::<String>::new()
    );
    std::fs::remove_file(&file)?;
    one(&findings(&*store, folder).await?, "the file is missing");
    Ok(())
}

pub async fn a_file_of_another_month_or_database_is_named(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    archive_autumn(&*store, folder).await?;
    let (september, october) = (
        path_of(folder, month("2026-09")),
        path_of(folder, month("2026-10")),
    );
    let kept = std::fs::read(&september)?;
    std::fs::copy(&october, &september)?;
    one(
        &findings(&*store, folder).await?,
        "it is of the month 2026-10",
    );
    std::fs::write(&september, kept)?;

    database
        .run("update variables set value = 'another' where name = 'archive.database'")
        .await?;
    let found = findings(&*store, folder).await?;
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|found| found.contains("of another database")),
        "{found:#?}"
    );
    let refused = restore(&*store, folder, |_| {}).await;
    assert!(
        matches!(refused, Err(RetentionError::File(_))),
        "{refused:?}"
    );
    Ok(())
}

pub async fn what_goes_on_from_the_archive_is_looked_at(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (store, folder) = (database.open().await?, tempfile::tempdir()?);
    let folder = folder.path();
    archive_autumn(&*store, folder).await?;
    database.unlock().await?;
    let check = async |damage: &str, with: &str, without: Option<&str>| {
        let tables = ["ledger", "ledger_checkpoints", "orders"];
        for table in tables {
            let keep = format!("create table kept_{table} as select * from {table}");
            database.run(&keep).await?;
        }
        database.run(damage).await?;
        one(&findings(&*store, folder).await?, with);
        let found = findings_from_checkpoints(&*store).await?;
        match without {
            Some(what) => one(&found, what),
            None => assert_eq!(found, Vec::<String>::new(), "{damage}"),
        }
        for table in tables {
            let mend =
                format!("delete from {table}; insert into {table} select * from kept_{table}");
            database.run(&mend).await?;
            database.run(&format!("drop table kept_{table}")).await?;
        }
        assert_eq!(findings(&*store, folder).await?, Vec::<String>::new());
        anyhow::Ok(())
    };
    // Entries 1 to 4 of player 1 are in files.
    let seam = "account 1/1: entry 6 does not carry the hash of the entry before it";
    let damage = changed_trade(database, &*store, 5, &|trade| trade.xp += 1).await?;
    check(&damage, seam, Some(seam)).await?;
    let gap = "account 1/1: entry 5 is missing";
    let damage = "delete from ledger where player_id = 1 and seq = 5";
    check(damage, gap, Some(gap)).await?;
    let orders = "account 1/1: up to entry 4, 2 orders were filled, by the archive 3";
    let damage = "delete from orders where player_id = 1 and order_key = 'october-sale'";
    check(damage, orders, Some(orders)).await?;
    let orders = "account 1/1: up to entry 4, 3 orders were filled, by the archive 3, or others";
    let damage = "update orders set order_key = 'other-sale' where player_id = 1 and order_key = 'october-sale'";
    check(damage, orders, Some(orders)).await?;
    // Past its end, a checkpoint is what everything is compared with; only the files know better.
    let checkpoint = "account 3/1: its checkpoint is at entry 2, its archive leads to another one";
    let damage = "update ledger_checkpoints set state = replace(state, '\"trades_that_day\":1', '\"trades_that_day\":2') \
                  where player_id = 3";
    check(
        damage,
        checkpoint,
        Some("account 3/1: the trades counted of instrument 1"),
    )
    .await?;
    Ok(())
}
