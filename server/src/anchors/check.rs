//! Compares a database with its anchors.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use domain::{AccountId, Hash, LedgerHead, PlayerId};

use super::file::Lines;
use super::keeper::ANCHORED;
use super::line::{self, AWARDS, Anchor};
use crate::retention::DATABASE_VARIABLE;
use crate::signing::public_keys;
use crate::store::{OrderLookup, Store};
use crate::verify::{Damage, Finding};

/// Accounts read at once.
const PAGE: usize = 1_000;

/// What is wrong with the anchors, or with an account according to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorFinding {
    /// This database was anchored in this folder, and the anchors are gone.
    NoFile { file: PathBuf },
    /// There are anchors but no key to check them with.
    NoKey { file: PathBuf },
    /// A line was not signed with the key, or does not follow the one before it.
    Line { file: PathBuf, number: u64 },
    /// The anchors are of another database.
    OtherDatabase { file: PathBuf },
    /// An account is not where its anchor says.
    Account(Finding),
}

impl fmt::Display for AnchorFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile { file } => write!(
                f,
                "{}: this database was anchored, and the file is missing",
                file.display()
            ),
            Self::NoKey { file } => write!(f, "{}: anchor.key is missing", file.display()),
            Self::Line { file, number } => {
                let file = file.display();
                write!(
                    f,
                    "{file}: line {number} was changed, or lines before it are missing"
                )
            }
            Self::OtherDatabase { file } => {
                write!(
                    f,
                    "{}: these are anchors of another database",
                    file.display()
                )
            }
            Self::Account(finding) => finding.fmt(f),
        }
    }
}

/// Checks the anchors of a folder and compares each anchored account with the ledger. Reports each
/// finding, and returns how many accounts were compared and how many findings there were. The server
/// may run meanwhile.
///
/// # Errors
/// When the store or the disk fails. Damage is not an error: it is reported.
pub async fn verify_anchors(
    store: &dyn Store,
    folder: &Path,
    mut report: impl FnMut(&AnchorFinding),
) -> anyhow::Result<(u64, u64)> {
    let database = store.find_variable(DATABASE_VARIABLE).await?;
    let (heads, mut of_file) = read(folder, database.as_deref())?;
    if of_file.is_empty() && is_file_gone(store, folder).await? {
        let file = Lines::path(folder);
        of_file.push(AnchorFinding::NoFile { file });
    }
    of_file.iter().for_each(&mut report);
    let mut findings = of_file.len() as u64;
    let anchored: Vec<_> = heads.into_iter().collect();
    for page in anchored.chunks(PAGE) {
        for (account, damage) in compare(store, page).await? {
            findings += 1;
            report(&AnchorFinding::Account(Finding { account, damage }));
        }
    }
    Ok((anchored.len() as u64, findings))
}

/// What is wrong with an account according to the latest anchor: an older copy of the database lacks the
/// entries that the anchor names.
///
/// # Errors
/// When the store or the disk fails.
pub async fn find_older(store: &dyn Store, folder: &Path) -> anyhow::Result<Option<Finding>> {
    let database = store.find_variable(DATABASE_VARIABLE).await?;
    let Some(line) = Lines::open(folder)?.last().transpose()? else {
        return Ok(None);
    };
    let keys = public_keys(folder)?;
    let anchor = Anchor::read(&line, &keys).filter(|one| Some(&one.database) == database.as_ref());
    let Some(anchor) = anchor else {
        return Ok(None);
    };
    let heads: Vec<_> = anchor.heads().collect();
    let found = compare(store, &heads).await?.into_iter().next();
    Ok(found.map(|(account, damage)| Finding { account, damage }))
}

/// Warns loudly that the database is older than its anchors: somebody started a copy or a backup, and it
/// lacks confirmed trades.
pub(crate) async fn tell_if_older(store: &dyn Store, folder: &Path) {
    match find_older(store, folder).await {
        Ok(None) => {}
        Ok(Some(finding)) => tracing::error!(
            event = "database_older_than_anchors",
            %finding,
            "this database lacks entries that this server has written and anchored. If you did not restore \
             a backup on purpose, stop the server and look for the newer file; tickerquest verify lists \
             all that is missing"
        ),
        Err(error) => {
            let error = format!("{error:#}");
            tracing::error!(event = "anchors_unavailable", %error, "the anchors cannot be compared");
        }
    }
}

/// Whether a file that used to exist is missing. A copy of the database in another folder has no key there.
async fn is_file_gone(store: &dyn Store, folder: &Path) -> anyhow::Result<bool> {
    let is_anchored = Lines::open(folder)?.next().is_some();
    if is_anchored || !folder.exists() || public_keys(folder)?.is_empty() {
        return Ok(false);
    }
    Ok(store.find_variable(ANCHORED).await?.is_some())
}

/// The latest anchor of each account, up to the first invalid line.
type Heads = BTreeMap<AccountId, LedgerHead>;

fn read(folder: &Path, database: Option<&str>) -> anyhow::Result<(Heads, Vec<AnchorFinding>)> {
    let file = Lines::path(folder);
    let mut heads = Heads::new();
    let mut lines = Lines::open(folder)?.peekable();
    if lines.peek().is_none() {
        return Ok((heads, Vec::new()));
    }
    let keys = public_keys(folder)?;
    if keys.is_empty() {
        return Ok((heads, vec![AnchorFinding::NoKey { file }]));
    }
    let mut previous = Hash::default();
    for (number, text) in (1..).zip(lines) {
        let text = text?;
        let anchor = Anchor::read(&text, &keys).filter(|anchor| anchor.previous.0 == previous);
        let Some(anchor) = anchor else {
            return Ok((heads, vec![AnchorFinding::Line { file, number }]));
        };
        if Some(anchor.database.as_str()) != database {
            return Ok((Heads::new(), vec![AnchorFinding::OtherDatabase { file }]));
        }
        heads.extend(anchor.heads());
        previous = line::hash(&text);
    }
    Ok((heads, Vec::new()))
}

async fn compare(
    store: &dyn Store,
    anchored: &[(AccountId, LedgerHead)],
) -> anyhow::Result<Vec<(AccountId, Damage)>> {
    let lookup = |(account, _): &(AccountId, LedgerHead)| OrderLookup {
        account: *account,
        instrument: None,
        key: None,
    };
    let lookups: Vec<_> = anchored.iter().map(lookup).collect();
    let fetched = store.fetch_for_orders(&lookups).await?;
    let mut found = Vec::new();
    for (account, anchor) in anchored {
        if account.game == AWARDS {
            let damage = compare_awards(store, account.player, anchor).await?;
            found.extend(damage.map(|damage| (*account, damage)));
            continue;
        }
        let stored = fetched
            .accounts
            .get(account)
            .map(|account| account.record.head);
        let (seq, version) = (anchor.version, stored.map_or(0, |head| head.version));
        let damage = match stored {
            None => Some(Damage::AnchoredAccountMissing { seq }),
            Some(_) if version < seq => Some(Damage::AnchoredEntryMissing { seq, version }),
            Some(head) => {
                let hash = if version == seq {
                    Some(head.hash)
                } else {
                    hash_of(store, *account, seq).await?
                };
                let differs = hash.is_some_and(|hash| hash != anchor.hash);
                differs.then_some(Damage::AnchoredEntryOther { seq })
            }
        };
        found.extend(damage.map(|damage| (*account, damage)));
    }
    Ok(found)
}

/// What is wrong with a player's log of awards.
async fn compare_awards(
    store: &dyn Store,
    player: PlayerId,
    anchor: &LedgerHead,
) -> anyhow::Result<Option<Damage>> {
    let seq = anchor.version;
    let before = Some(seq.saturating_add(1));
    let awards = store.list_awards(player, before, 1).await?;
    Ok(match awards.first() {
        Some(award) if award.seq == seq => {
            let differs = award.hash() != anchor.hash;
            differs.then_some(Damage::AnchoredAwardOther { seq })
        }
        _ => Some(Damage::AnchoredAwardMissing { seq }),
    })
}

/// The hash of an entry. `None` if it is in an archive, whose files prove it.
pub(crate) async fn hash_of(
    store: &dyn Store,
    account: AccountId,
    seq: i64,
) -> anyhow::Result<Option<Hash>> {
    let row = store
        .list_entries(account, seq.saturating_sub(1), 1)
        .await?
        .pop();
    if let Some(row) = row.filter(|row| row.entry.seq == seq) {
        return Ok(Some(row.entry.hash()));
    }
    let checkpoint = store.list_checkpoints(&[account]).await?.pop();
    let checkpoint = checkpoint.filter(|(_, checkpoint)| checkpoint.seq() == seq);
    Ok(checkpoint.map(|(_, checkpoint)| checkpoint.replay.head.hash))
}
