//! Keeps anchors while the server runs: tracks which accounts change, and anchors them once a minute.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::{AccountId, AwardHead, LedgerHead};
use futures_util::FutureExt as _;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::AnchorFile;
use super::line::AWARDS;
use crate::clock::Clock;
use crate::feed::{Feed, Reader};
use crate::retention::database_name;
use crate::store::{OrderLookup, Outcomes, Store, TradingAccount};

/// The variable that says that a database has been anchored.
pub(super) const ANCHORED: &str = "anchored";
/// Interval between anchors.
const EVERY: Duration = Duration::from_secs(60);
/// Accounts per line, each perhaps with its player's log of awards.
const LINE: usize = 1_000;
/// Pause after a database failure before the feed is read again.
const PAUSE: Duration = Duration::from_secs(1);

/// Writes the anchors of one server.
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    reader: Reader,
    /// `None` while it is being written.
    file: Option<AnchorFile>,
    /// Accounts that have changed since their latest anchor: at most all there are.
    changed: BTreeSet<AccountId>,
    /// Whether the database says that it has been anchored.
    is_noted: bool,
}

impl Keeper {
    /// A keeper of what changes from now on.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub(crate) async fn open(
        folder: &Path,
        feed: &Feed,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let reader = feed.subscribe().await?;
        let database = database_name(&*store).await?;
        let file = AnchorFile::open(folder, &database)?;
        Ok(Self {
            store,
            clock,
            reader,
            file: Some(file),
            changed: BTreeSet::new(),
            is_noted: false,
        })
    }

    /// Keeps anchors until `closing`, and then writes the last one.
    pub(crate) async fn run(mut self, closing: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = closing.cancelled() => break,
                _ = ticks.tick() => self.anchor().await,
                next = self.reader.next() => match next {
                    Ok(Some(batch)) => self.note(&batch),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::warn!(%error, "the feed cannot be read for anchors");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
            }
        }
        while let Some(Ok(Some(batch))) = self.reader.next().now_or_never() {
            self.note(&batch);
        }
        self.anchor().await;
    }

    fn note(&mut self, batch: &Outcomes) {
        self.changed
            .extend(batch.accounts.iter().map(|outcome| outcome.account()));
    }

    /// Anchors what has changed. What cannot be anchored now is anchored next time.
    async fn anchor(&mut self) {
        while !self.changed.is_empty() {
            let line: Vec<_> = self.changed.iter().take(LINE).copied().collect();
            if let Err(error) = self.anchor_accounts(&line).await {
                tracing::warn!(event = "anchor_failed", %error, "accounts could not be anchored");
                return;
            }
            for account in line {
                self.changed.remove(&account);
            }
        }
    }

    async fn anchor_accounts(&mut self, accounts: &[AccountId]) -> anyhow::Result<()> {
        let lookup = |account: &AccountId| OrderLookup {
            account: *account,
            instrument: None,
            key: None,
        };
        let lookups: Vec<_> = accounts.iter().map(lookup).collect();
        let fetched = self.store.fetch_for_orders(&lookups).await?;
        let mut heads = BTreeMap::new();
        // A guest who only looked around may be removed, which is not a loss.
        let acted = |account: &TradingAccount| account.record.head.version > 1 || account.xp > 0;
        let accounts = fetched.accounts.into_iter();
        for (id, account) in accounts.filter(|(_, account)| acted(account)) {
            heads.insert(id, account.record.head);
            let AwardHead { seq, hash } = account.awards;
            if seq > 0 {
                let log = AccountId { game: AWARDS, ..id };
                heads.insert(log, LedgerHead { version: seq, hash });
            }
        }
        let heads: Vec<_> = heads.into_iter().collect();
        let Some(mut file) = self.file.take() else {
            anyhow::bail!("an earlier anchor was not written to its end");
        };
        let now = self.clock.now();
        let written = tokio::task::spawn_blocking(move || {
            let appended = file.append(now, &heads);
            (file, appended)
        });
        let (file, appended) = written.await?;
        self.file = Some(file);
        appended?;
        if !self.is_noted {
            self.store.store_variable(ANCHORED, "true").await?;
            self.is_noted = true;
        }
        Ok(())
    }
}
