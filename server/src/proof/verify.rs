//! Compares the log with the ledgers: what was changed together with the database is found here too.

use std::collections::HashMap;

use domain::proof::{HeadLeaf, NodeId, Span};
use domain::{AccountId, Hash, LedgerHead};

use super::{hashes, key_of};
use crate::anchors::hash_of;
use crate::store::Store;
use crate::store::log::LoggedHead;
use crate::verify::{Damage, Finding};

/// Accounts that are read at once.
const PAGE: u32 = 1_000;

/// Checks the latest checkpoint of the log, and that each account's entry is the one in its leaf. Tells each
/// finding; how many accounts were compared and how many findings there were.
///
/// # Errors
/// When the store fails.
pub async fn verify(store: &dyn Store, mut report: impl FnMut(&str)) -> anyhow::Result<(u64, u64)> {
    let Some(checkpoint) = store.find_log_checkpoint(None).await? else {
        return Ok((0, 0));
    };
    let (mut compared, mut findings) = (0, 0);
    let mut tell = |what: &str| {
        findings += 1;
        report(what);
    };
    let key = key_of(store, &checkpoint).await?;
    if !key.is_some_and(|key| checkpoint.is_signed_by(&key)) {
        tell("log: the latest checkpoint is not signed with one of its keys");
    }
    let root = hashes(store, &[Span::whole(checkpoint.checkpoint.size)]).await?;
    if root != Some(vec![checkpoint.checkpoint.root]) {
        tell("log: its nodes do not come to the root that was signed");
    }
    let mut after = None;
    loop {
        let page = store.list_accounts(after, PAGE).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else {
            break;
        };
        after = Some(last.id);
        let logged = store.list_logged_heads(first.id, last.id, PAGE).await?;
        let heads: HashMap<AccountId, LedgerHead> =
            page.iter().map(|record| (record.id, record.head)).collect();
        let leaf = |head: &LoggedHead| NodeId {
            level: 0,
            index: head.place,
        };
        let leaves = store
            .find_log_nodes(&logged.iter().map(leaf).collect::<Vec<_>>())
            .await?;
        for head in &logged {
            compared += 1;
            let stored = heads.get(&head.account).copied();
            let damage = compare(store, head, stored, leaves.get(&leaf(head))).await?;
            if let Some(damage) = damage {
                let account = head.account;
                tell(&Finding { account, damage }.to_string());
            }
        }
    }
    Ok((compared, findings))
}

async fn compare(
    store: &dyn Store,
    logged: &LoggedHead,
    stored: Option<LedgerHead>,
    leaf: Option<&Hash>,
) -> anyhow::Result<Option<Damage>> {
    let seq = logged.version;
    let version = stored.map_or(0, |head| head.version);
    if version < seq {
        return Ok(Some(Damage::AnchoredEntryMissing { seq, version }));
    }
    let hash = match stored.filter(|head| head.version == seq) {
        Some(head) => Some(head.hash),
        None => hash_of(store, logged.account, seq).await?,
    };
    let differs = hash.is_some_and(|hash| {
        let own = HeadLeaf {
            account: logged.account,
            head: LedgerHead { version: seq, hash },
        };
        Some(&own.hash()) != leaf
    });
    Ok(differs.then_some(Damage::AnchoredEntryOther { seq }))
}
