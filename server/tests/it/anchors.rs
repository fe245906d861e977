//! Anchors: a database that has lost what it had acknowledged is whole in itself, and yet is found out.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use domain::{AccountId, GameId, LedgerHead, Money, PlayerId};
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::anchors::{AnchorFile, AnchorFinding, find_older, verify_anchors};
use server::backup::back_up;
use server::store::sqlite::SqliteStore;
use server::store::{
    AccountStore as _, OrderStore as _, PlayerStore as _, Store, VariableStore as _,
};
use server::verify::{Damage, Finding, verify};

use crate::app::{TestApp, order};
use crate::store::trading::{
    Ask, account, at, collect_bonus, decide_bonus, guest, open_game, trade,
};

async fn open(folder: &Path) -> anyhow::Result<SqliteStore> {
    let file = folder.join("tickerquest.db");
    Ok(SqliteStore::open(&file.to_string_lossy()).await?)
}

async fn findings(store: &dyn Store, folder: &Path) -> anyhow::Result<Vec<AnchorFinding>> {
    let mut found = Vec::new();
    let (_, count) = verify_anchors(store, folder, |finding| found.push(finding.clone())).await?;
    assert_eq!(usize::try_from(count)?, found.len());
    assert!(found.iter().all(|finding| !finding.to_string().is_empty()));
    Ok(found)
}

fn damage(player: i64, damage: Damage) -> AnchorFinding {
    let account = account(player);
    AnchorFinding::Account(Finding { account, damage })
}

#[tokio::test]
async fn a_server_that_lost_acknowledged_orders_is_found_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path().to_owned();
    let data = folder.clone();
    let app = TestApp::start_with(move |config| config.data_dir = data).await;
    let (player, symbol) = (app.guest().await, app.symbol().await);
    let buy = |shares: &str| order(&symbol, "buy", json!({ "quantity": shares }));
    for _ in 0..3 {
        player
            .place(&buy("1"))
            .await
            .expect::<Value>(StatusCode::CREATED);
    }
    let config = server::Config {
        data_dir: folder.clone(),
        ..server::Config::default()
    };
    let earlier = folder.join("earlier");
    let whole = back_up(&config, &earlier, |finding| panic!("{finding}")).await?;
    player
        .place(&buy("2"))
        .await
        .expect::<Value>(StatusCode::CREATED);
    app.stop().await;

    for name in ["anchors.jsonl", "anchor.key"] {
        let mode = fs::metadata(folder.join(name))?.permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}: {mode:o}");
    }
    let store = open(&folder).await?;
    assert_eq!(findings(&store, &folder).await?, []);
    assert_eq!(find_older(&store, &folder).await?, None);
    store.close().await;

    // Who takes the anchors away is found out, too.
    let (anchors, aside) = (folder.join("anchors.jsonl"), folder.join("aside"));
    fs::rename(&anchors, &aside)?;
    let store = open(&folder).await?;
    let gone = AnchorFinding::NoFile {
        file: anchors.clone(),
    };
    assert_eq!(findings(&store, &folder).await?, [gone]);
    store.close().await;
    fs::rename(&aside, &anchors)?;

    // The last order is gone, and the database knows nothing of it.
    fs::rename(&earlier, folder.join("tickerquest.db"))?;
    let store = open(&folder).await?;
    let sound = verify(&store, |finding| panic!("{finding}")).await?;
    assert_eq!(sound, whole);
    let found = findings(&store, &folder).await?;
    // A server that is started with it says so.
    let older = find_older(&store, &folder)
        .await?
        .map(AnchorFinding::Account);
    assert_eq!(older.as_ref(), found.first());
    // What the order has unlocked may be lost with it.
    let damages: Vec<&Damage> = found
        .iter()
        .map(|one| match one {
            AnchorFinding::Account(finding) => &finding.damage,
            other => panic!("{other}"),
        })
        .collect();
    let Some((last, awards)) = damages.split_last() else {
        panic!("nothing was found");
    };
    let lost = Damage::AnchoredEntryMissing { seq: 5, version: 4 };
    assert_eq!(*last, &lost, "{found:#?}");
    let is_award = |damage: &&Damage| matches!(damage, Damage::AnchoredAwardMissing { .. });
    assert!(awards.iter().all(is_award), "{found:#?}");
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn another_chain_is_found_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let heads = async |store: &SqliteStore| -> anyhow::Result<Vec<_>> {
        let accounts = store.list_accounts(None, 10).await?;
        Ok(accounts
            .into_iter()
            .map(|record| (record.id, record.head))
            .collect())
    };
    let store = open(folder).await?;
    store.store_variable("archive.database", "this").await?;
    open_game(&store, 3).await?;
    for number in 0..3 {
        trade(&store, Ask::buy(1, &format!("order-{number:04}"), 1, 1)).await?;
    }
    let mut anchors = AnchorFile::open(folder, "this")?;
    anchors.append(at(0), &heads(&store).await?)?;
    // Further on, and anchored before: the entry of then is looked at.
    trade(&store, Ask::buy(1, "order-later", 1, 1)).await?;
    assert_eq!(findings(&store, folder).await?, []);
    store.close().await;
    drop(anchors);

    // The same orders on an account that was opened with more, in a chain that is whole.
    fs::rename(folder.join("tickerquest.db"), folder.join("kept"))?;
    let store = open(folder).await?;
    store.store_variable("archive.database", "this").await?;
    open_game(&store, 0).await?;
    for player in [1, 2] {
        let mut rich = guest(player);
        if player == 1 {
            rich.starting_cash = Money::from_whole(20_000);
        }
        anyhow::ensure!(store.create_player(&rich).await?.is_ok());
    }
    for number in 0..4 {
        trade(&store, Ask::buy(1, &format!("order-{number:04}"), 1, 1)).await?;
    }
    let expected = [
        damage(1, Damage::AnchoredEntryOther { seq: 4 }),
        damage(3, Damage::AnchoredAccountMissing { seq: 1 }),
    ];
    assert_eq!(findings(&store, folder).await?, expected);
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn another_bonus_is_found_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let day = at(0).day();
    let fresh = async || -> anyhow::Result<SqliteStore> {
        let store = open(folder).await?;
        store.store_variable("archive.database", "this").await?;
        open_game(&store, 1).await?;
        Ok(store)
    };
    let store = fresh().await?;
    anyhow::ensure!(collect_bonus(&store, 1, day).await?);
    let player = store.find_player(PlayerId(1)).await?;
    let awards = player.context("it was created")?.awards;
    let log = AccountId {
        player: PlayerId(1),
        game: GameId(0),
    };
    let head = LedgerHead {
        version: awards.seq,
        hash: awards.hash,
    };
    AnchorFile::open(folder, "this")?.append(at(0), &[(log, head)])?;
    assert_eq!(findings(&store, folder).await?, []);
    store.close().await;

    let told = |damage| {
        AnchorFinding::Account(Finding {
            account: log,
            damage,
        })
    };
    fs::remove_file(folder.join("tickerquest.db"))?;
    let store = fresh().await?;
    let missing = told(Damage::AnchoredAwardMissing { seq: 1 });
    assert_eq!(findings(&store, folder).await?, [missing]);
    // The same chain with more in it.
    let batch = Arc::new(decide_bonus(&store, 1, day, 500).await?);
    anyhow::ensure!(store.commit_batch(&batch).await?.is_empty());
    let other = told(Damage::AnchoredAwardOther { seq: 1 });
    assert_eq!(findings(&store, folder).await?, [other]);
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn anchors_that_were_changed_are_named() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let store: Arc<dyn Store> = Arc::new(open(folder).await?);
    store.store_variable("archive.database", "this").await?;
    open_game(&*store, 1).await?;
    assert_eq!(findings(&*store, folder).await?, []);
    let head = store.list_accounts(None, 1).await?.remove(0);
    for second in 0..3 {
        // Opened again, it goes on where it was.
        let mut anchors = AnchorFile::open(folder, "this")?;
        anchors.append(at(second), &[(head.id, head.head)])?;
    }
    assert_eq!(findings(&*store, folder).await?, []);
    let file = folder.join("anchors.jsonl");
    let sound = fs::read_to_string(&file)?;
    let lines: Vec<_> = sound.lines().collect();
    assert_eq!(lines.len(), 3);
    let named = async |text: String, number| -> anyhow::Result<()> {
        fs::write(&file, text)?;
        let file = file.clone();
        assert_eq!(
            findings(&*store, folder).await?,
            [AnchorFinding::Line { file, number }]
        );
        Ok(())
    };
    named(sound.replacen("[[1,1,1,", "[[1,1,2,", 1), 1).await?;
    named(format!("{}\n{}\n", lines[0], lines[2]), 2).await?;
    named(format!("{}\nnonsense\n", lines[0]), 2).await?;

    // Half a line was never finished; it goes when the file is opened.
    fs::write(&file, format!("{sound}{}", &lines[0][..40]))?;
    assert_eq!(findings(&*store, folder).await?, []);
    AnchorFile::open(folder, "this")?;
    assert_eq!(fs::read_to_string(&file)?, sound);

    fs::rename(folder.join("anchor.key"), folder.join("key"))?;
    let no_key = AnchorFinding::NoKey { file: file.clone() };
    assert_eq!(findings(&*store, folder).await?, [no_key]);
    fs::rename(folder.join("key"), folder.join("anchor.key"))?;
    store.store_variable("archive.database", "another").await?;
    let other = AnchorFinding::OtherDatabase { file: file.clone() };
    assert_eq!(findings(&*store, folder).await?, [other]);
    AnchorFile::open(folder, "another")?;
    assert_eq!(
        fs::read_to_string(folder.join("anchors-of-this.jsonl"))?,
        sound
    );
    assert_eq!(findings(&*store, folder).await?, []);
    store.close().await;
    Ok(())
}

#[tokio::test]
async fn a_long_file_of_anchors_is_rewritten_with_the_latest_of_each_account() -> anyhow::Result<()>
{
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let store = open(folder).await?;
    store.store_variable("archive.database", "this").await?;
    open_game(&store, 2).await?;
    let mut anchors = AnchorFile::open(folder, "this")?.rewrite_beyond(2_000);
    let mut longest = 0;
    for number in 0..30 {
        trade(&store, Ask::buy(1, &format!("order-{number:04}"), 1, 1)).await?;
        let changed = if number == 0 { 2 } else { 1 };
        let accounts = store.list_accounts(None, changed).await?;
        let heads: Vec<_> = accounts
            .iter()
            .map(|record| (record.id, record.head))
            .collect();
        anchors.append(at(number), &heads)?;
        longest = longest.max(fs::metadata(folder.join("anchors.jsonl"))?.len());
        assert_eq!(findings(&store, folder).await?, [], "{number}");
    }
    assert!(longest < 3_000, "{longest}");
    let (anchored, _) = verify_anchors(&store, folder, |_| {}).await?;
    assert_eq!(
        anchored, 2,
        "the account that has not changed since is still there"
    );
    store.close().await;
    Ok(())
}
