//! `tickerquest verify-receipt`, `verify-log` and `rotate-key`: checking a server from outside, and its key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use domain::proof::{
    Outcome, PublicKey, SignedCheckpoint, check_receipt, consistency_spans, verify_consistency,
};
use domain::{Hash, WordsDigest};

use crate::config::Config;
use crate::store::Store;
use crate::{proof, signing};

mod remote;

use remote::Remote;

/// Bytes of a checkpoint's file at most.
const NOTE_MAX: u64 = 10_000;
/// Bytes of a receipt at most: 20,000 entries have about 10 MB.
const RECEIPT_MAX: u64 = 64 * 1_048_576;

/// What `verify-receipt` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct VerifyReceiptArgs {
    /// The receipt.
    file: PathBuf,
    /// A key of the server that you have from elsewhere, as its /api/v1/log/keys names it. More than one
    /// can be given.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<PublicKey>,
}

/// What `verify-log` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct VerifyLogArgs {
    /// Saved checkpoints: the signed notes, or the answers of /api/v1/log/checkpoint.
    #[arg(required = true, value_name = "CHECKPOINT")]
    files: Vec<PathBuf>,
    /// The server, such as <https://play.example.org>; without it the database of these settings.
    #[arg(long, value_name = "ADDRESS")]
    server: Option<String>,
    /// A key of the server that you have from elsewhere. Without one, the server's own answer counts.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<PublicKey>,
}

/// What `rotate-key` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct RotateKeyArgs {}

/// Checks a receipt and says what was found, line by line.
///
/// # Errors
/// When the file cannot be read.
pub fn verify_receipt(
    args: &VerifyReceiptArgs,
    mut say: impl FnMut(&str),
) -> anyhow::Result<ExitCode> {
    let file = read(&args.file, RECEIPT_MAX)?;
    let report = check_receipt(&file, &args.keys);
    if let Some(receipt) = &report.receipt {
        let (handle, game) = (&receipt.player.handle, &receipt.game.name);
        say(&format!("{handle} in {game}, made at {}", receipt.at));
    }
    for check in &report.checks {
        let mark = match check.outcome {
            Outcome::Passed => "ok        ",
            Outcome::Failed => "WRONG     ",
            Outcome::NotProved => "not proved",
        };
        say(&format!("{mark}  {}: {}", check.title, check.words));
    }
    Ok(code(report.is_sound()))
}

fn code(sound: bool) -> ExitCode {
    match sound {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Where a log is read from.
enum Source {
    Server(Box<Remote>),
    Database(std::sync::Arc<dyn Store>),
}

impl Source {
    async fn latest(&self) -> anyhow::Result<SignedCheckpoint> {
        let latest = match self {
            Self::Server(remote) => Some(remote.latest().await?),
            Self::Database(store) => store.find_log_checkpoint(None).await?,
        };
        latest.context("the log has no checkpoint yet")
    }

    async fn keys(&self) -> anyhow::Result<Vec<PublicKey>> {
        match self {
            Self::Server(remote) => remote.keys().await,
            Self::Database(store) => {
                let keys = store.list_log_keys().await?;
                Ok(keys.into_iter().map(|(key, _)| key).collect())
            }
        }
    }

    /// The proof that the log of one size begins with that of another; none when the log has none.
    async fn proof(&self, from: u64, to: u64) -> anyhow::Result<Option<Vec<Hash>>> {
        match self {
            Self::Server(remote) => remote.proof(from, to).await,
            Self::Database(store) => match consistency_spans(from, to) {
                Some(spans) => Ok(proof::hashes(&**store, &spans).await?),
                None => Ok(None),
            },
        }
    }
}

/// Checks that a log still begins with each saved checkpoint, and says so line by line.
///
/// # Errors
/// When a file, the server or the database cannot be read.
pub async fn verify_log(
    config: &Config,
    args: &VerifyLogArgs,
    mut say: impl FnMut(&str),
) -> anyhow::Result<ExitCode> {
    let source = match &args.server {
        Some(address) => Source::Server(Box::new(Remote::new(address)?)),
        None => Source::Database(crate::open_existing_store(config).await?),
    };
    let checked = verify_saved(&source, args, &mut say).await;
    if let Source::Database(store) = source {
        store.close().await;
    }
    Ok(code(checked?))
}

async fn verify_saved(
    source: &Source,
    args: &VerifyLogArgs,
    say: &mut impl FnMut(&str),
) -> anyhow::Result<bool> {
    let latest = source.latest().await?;
    let keys = match args.keys.is_empty() {
        true => source.keys().await?,
        false => args.keys.clone(),
    };
    let known = |note: &SignedCheckpoint| keys.iter().any(|key| note.is_signed_by(key));
    let mut sound = known(&latest);
    let size = latest.checkpoint.size;
    match sound {
        true => say(&format!(
            "The log has {size} leaves now, and its checkpoint is signed."
        )),
        false => say("WRONG: the checkpoint of now is not signed with a key that is trusted."),
    }
    for file in &args.files {
        let saved = note(&read(file, NOTE_MAX)?)
            .with_context(|| format!("{} is no checkpoint", file.display()))?;
        let wrong = if known(&saved) {
            compare(source, &saved, &latest).await?
        } else {
            Some("it is not signed with a key that is trusted")
        };
        let (size, at) = (saved.checkpoint.size, saved.checkpoint.at);
        match wrong {
            None => say(&format!(
                "{}: the log still begins with its {size} leaves of {at}.",
                file.display()
            )),
            Some(wrong) => say(&format!(
                "{}: WRONG: {wrong} ({size} leaves of {at}).",
                file.display()
            )),
        }
        sound &= wrong.is_none();
    }
    Ok(sound)
}

/// What is wrong with the log by a saved checkpoint; none when nothing is.
async fn compare(
    source: &Source,
    saved: &SignedCheckpoint,
    latest: &SignedCheckpoint,
) -> anyhow::Result<Option<&'static str>> {
    let (saved, latest) = (&saved.checkpoint, &latest.checkpoint);
    if saved.origin != latest.origin {
        return Ok(Some("it is of another log"));
    }
    if saved.size > latest.size {
        return Ok(Some("the log is shorter now than it was then"));
    }
    let proof = source.proof(saved.size, latest.size).await?;
    let holds = proof.is_some_and(|proof| {
        let (from, to) = ((saved.size, &saved.root), (latest.size, &latest.root));
        verify_consistency(from, to, &proof)
    });
    Ok((!holds).then_some("the log was changed since: it does not begin with this checkpoint"))
}

/// A checkpoint from its signed note, or from the API's answer that holds it.
fn note(text: &str) -> Option<SignedCheckpoint> {
    #[derive(serde::Deserialize)]
    struct Answer {
        note: SignedCheckpoint,
    }
    let answer = serde_json::from_str::<Answer>(text);
    text.parse().ok().or(answer.ok().map(|answer| answer.note))
}

fn read(path: &Path, max: u64) -> anyhow::Result<String> {
    let long = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if long.len() > max {
        bail!("{} is longer than {max} bytes", path.display());
    }
    // What is no text has been changed; the check then says so.
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Makes another key, and says where the old one is kept.
///
/// # Errors
/// When there is no key yet, or the disk fails.
pub fn rotate_key(config: &Config, _: &RotateKeyArgs) -> anyhow::Result<String> {
    let kept = signing::rotate(&config.data_dir).context("there is no key to rotate")?;
    Ok(format!(
        "The old key is kept in {}. Checkpoints and receipts are signed with the new one from now on, anchors when the server starts again.",
        kept.display()
    ))
}

/// Hashes that were told as hexadecimal digits; none when one is something else.
fn hashes(texts: &[String]) -> Option<Vec<Hash>> {
    let hash = |text: &String| text.parse::<WordsDigest>().ok().map(|digest| digest.0);
    texts.iter().map(hash).collect()
}
