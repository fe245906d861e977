//! The log that proves scores: appended all or nothing, by one server at a time.

use std::path::Path;

use domain::proof::{NodeId, Span, span_hash, verify_inclusion};
use domain::{AccountId, PlayerId};
use server::proof::{append, hashes};
use server::store::Store;

use super::Database;
use super::trading::{Ask, account, at, open_game, trade};

async fn grow(store: &dyn Store, folder: &Path, second: i64) -> anyhow::Result<u64> {
    let appended = append(store, folder, at(second), || false).await?;
    assert!(appended.is_whole);
    Ok(appended.leaves)
}

pub async fn the_log_has_each_account_that_changed_and_proves_it(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let store = database.open().await?;
    open_game(&*store, 3).await?;
    assert_eq!(store.find_log_checkpoint(None).await?, None);
    assert_eq!(grow(&*store, folder.path(), 1).await?, 3);
    assert_eq!(grow(&*store, folder.path(), 2).await?, 0, "nothing changed");
    trade(&*store, Ask::buy(2, "order-0001", 1, 1)).await?;
    assert_eq!(grow(&*store, folder.path(), 3).await?, 1);

    let note = store
        .find_log_checkpoint(None)
        .await?
        .expect("a checkpoint");
    assert_eq!(note.checkpoint.size, 4);
    let keys = store.list_log_keys().await?;
    assert_eq!(keys.len(), 1, "one key signed both");
    assert!(note.is_signed_by(&keys[0].0));
    let earlier = store
        .find_log_checkpoint(Some(3))
        .await?
        .expect("the first one");
    assert!(earlier.is_signed_by(&keys[0].0));
    assert_eq!(store.find_log_checkpoint(Some(2)).await?, None);

    let head = store
        .find_logged_head(account(2))
        .await?
        .expect("it is there");
    assert_eq!((head.version, head.place), (2, 3));
    let all = store.list_logged_heads(account(1), account(3), 10).await?;
    let versions: Vec<_> = all.iter().map(|head| head.version).collect();
    assert_eq!(versions, [1, 2, 1]);
    let nobody = AccountId {
        player: PlayerId(99),
        ..account(1)
    };
    assert_eq!(store.find_logged_head(nobody).await?, None);

    let whole = Span::whole(4);
    let root = hashes(&*store, &[whole])
        .await?
        .expect("all nodes are there");
    assert_eq!(root, [note.checkpoint.root]);
    let leaf = NodeId { level: 0, index: 3 };
    let nodes = store
        .find_log_nodes(&[leaf, NodeId { level: 9, index: 9 }])
        .await?;
    assert_eq!(nodes.len(), 1);
    let spans = domain::proof::inclusion_spans(3, 4).expect("the leaf is there");
    let proof = hashes(&*store, &spans).await?.expect("all nodes are there");
    assert!(verify_inclusion(
        3,
        nodes[&leaf],
        4,
        &proof,
        &note.checkpoint.root
    ));
    assert_eq!(span_hash(whole, |_| None), None);
    let verified = server::proof::verify(&*store, |finding| panic!("{finding}")).await?;
    assert_eq!(verified, (3, 0));
    let zeros = database.bytes(&[0; 32]);
    let other = format!("update log_nodes set hash = {zeros} where level = 0 and place = 3");
    database.run(&other).await?;
    let mut found = Vec::new();
    server::proof::verify(&*store, |finding| found.push(finding.to_owned())).await?;
    assert_eq!(found.len(), 1, "the leaf: {found:#?}");
    store.close().await;
    Ok(())
}

pub async fn leaves_that_another_server_has_appended_are_not_appended_again(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (store, other) = (database.open().await?, database.open().await?);
    open_game(&*store, 2).await?;
    grow(&*store, folder.path(), 1).await?;
    let note = store
        .find_log_checkpoint(None)
        .await?
        .expect("a checkpoint");
    let key = &store.list_log_keys().await?[0].0;
    // As a server would that has not heard of these leaves.
    let growth = server::store::log::LogGrowth {
        nodes: &[
            (NodeId { level: 0, index: 1 }, [1; 32]),
            (NodeId { level: 0, index: 2 }, [2; 32]),
        ],
        heads: &[],
        checkpoint: &note,
        key,
    };
    assert!(!other.append_to_log(&growth).await?);
    let absent = other
        .find_log_nodes(&[NodeId { level: 0, index: 2 }])
        .await?;
    assert!(absent.is_empty(), "nothing of it was written");
    other.close().await;
    store.close().await;
    Ok(())
}
