//! Checks a receipt, and explains in words what each check shows.

use serde::{Deserialize, Serialize};

use super::entries::{self, Replayed};
use super::{HeadLeaf, InLog, PublicKey, Receipt, Shares, SignedReceipt, verify_inclusion};
use crate::api::{CheckView, EntryWords, ReceiptView};
use crate::text::with_groups;
use crate::{Hash, LedgerHead, Money, Timestamp};

/// How many entries [`Report::view`] puts into words.
const ENTRIES_TOLD: usize = 100;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Passed.
    Passed,
    /// Failed: the receipt is wrong.
    Failed,
    /// Unproved: a receipt cannot show it, or not yet.
    NotProved,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What, in a few words.
    pub title: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found, in a sentence or two.
    pub words: String,
}

/// All checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The receipt, if the file is one.
    pub receipt: Option<Receipt>,
    /// What was checked, in the order in which one depends on another.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether nothing failed. An unproved check is not a failure.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let mut checks = self.checks.iter();
        self.receipt.is_some() && checks.all(|check| check.outcome != Outcome::Failed)
    }

    /// What was found, as pages show it.
    #[must_use]
    pub fn view(self) -> ReceiptView {
        let sound = self.is_sound();
        let checks = self.checks.into_iter().map(|check| CheckView {
            title: check.title.to_owned(),
            outcome: check.outcome,
            words: check.words,
        });
        let receipt = self.receipt.as_ref();
        ReceiptView {
            handle: receipt.map(|receipt| receipt.player.handle.clone()),
            game: receipt.map(|receipt| receipt.game.name.clone()),
            at: receipt.map(|receipt| receipt.at),
            sound,
            checks: checks.collect(),
            entries: receipt.map(latest_words).unwrap_or_default(),
            count: receipt.map_or(0, |receipt| receipt.entries.len()),
        }
    }

    fn add(&mut self, title: &'static str, outcome: Outcome, words: impl Into<String>) {
        self.checks.push(Check {
            title,
            outcome,
            words: words.into(),
        });
    }

    fn judge(&mut self, title: &'static str, holds: bool, good: String, bad: &str) {
        match holds {
            true => self.add(title, Outcome::Passed, good),
            false => self.add(title, Outcome::Failed, bad),
        }
    }
}

/// Checks the file of a receipt from the first byte to the last. `trusted` are log keys that the reader knows
/// from another source than this file; without any, the file's own key is merely reported.
#[must_use]
pub fn check_receipt(file: &str, trusted: &[PublicKey]) -> Report {
    let mut report = Report {
        receipt: None,
        checks: Vec::new(),
    };
    let Ok(signed) = SignedReceipt::from_file(file) else {
        let words = "This is not a receipt, or a byte of it was changed.";
        report.add("The file", Outcome::Failed, words);
        return report;
    };
    report.judge(
        "The file",
        signed.is_signed(),
        "Every byte is as the server signed it.".to_owned(),
        "The signature does not fit: the file was changed after it was signed.",
    );
    let receipt = signed.receipt;
    check_keys(&mut report, &receipt, trusted);
    match entries::replay(&receipt) {
        Ok(replayed) => check_ledger(&mut report, &receipt, &replayed),
        Err(error) => {
            let words = format!("The ledger cannot be replayed: {error}.");
            report.add("The ledger", Outcome::Failed, words);
        }
    }
    say_limits(&mut report);
    report.receipt = Some(receipt);
    report
}

fn check_keys(report: &mut Report, receipt: &Receipt, trusted: &[PublicKey]) {
    let named = receipt.in_log.iter().map(|in_log| &in_log.key);
    let mut named = named.chain([&receipt.key]);
    let title = "The key";
    if trusted.is_empty() {
        let words = format!(
            "The file names the key {}. Compare it with the key that the server publishes or your teacher wrote down.",
            receipt.key
        );
        report.add(title, Outcome::NotProved, words);
        return;
    }
    let good =
        "The server's key, which did not come with this file, made the signatures.".to_owned();
    let bad = "Another key than the server's made the signatures.";
    report.judge(title, named.all(|key| trusted.contains(key)), good, bad);
}

fn check_ledger(report: &mut Report, receipt: &Receipt, replayed: &Replayed) {
    let count = receipt.entries.len();
    let head = replayed.replay.head;
    let good = format!(
        "Each of the {count} entries is hashed together with all before it, from the opening of this account on. The last hash is {}.",
        short(&head.hash)
    );
    let bad = "The hash of the entries is another one than the receipt names.";
    report.judge("The chain", head.hash == receipt.head, good, bad);
    check_trades(report, receipt, replayed);
    check_start(report, receipt, replayed);
    check_result(report, receipt, replayed);
    check_log(report, receipt, &replayed.heads);
}

fn check_trades(report: &mut Report, receipt: &Receipt, replayed: &Replayed) {
    let trades = replayed.trades;
    let good = format!(
        "{trades} trades were played again. Each moved the cash by its price times its shares and its fee, and neither cash nor shares were ever below zero."
    );
    let bad = replayed.wrong_amount.or(replayed.backwards);
    let words = match bad {
        Some(number) => format!("Entry {number} does not follow from its price, fee and time."),
        None => good,
    };
    let outcome = bad.map_or(Outcome::Passed, |_| Outcome::Failed);
    report.add("The trades", outcome, words);
    let other = replayed.other_fees.saturating_add(replayed.while_closed);
    let (outcome, words) = if other == 0 {
        let words = format!(
            "Fees and times of all trades are as the rules of {} say.",
            receipt.game.name
        );
        (Outcome::Passed, words)
    } else {
        let words = format!(
            "{other} trades do not fit today's fees and dates. A host may have changed these rules since; the receipt cannot show it."
        );
        (Outcome::NotProved, words)
    };
    report.add("The rules", outcome, words);
}

fn check_start(report: &mut Report, receipt: &Receipt, replayed: &Replayed) {
    let opened = receipt
        .entries
        .first()
        .map(|entry| entry.fact.cash_change());
    let starting_cash = receipt.game.rules.starting_cash;
    let adjusted = match (replayed.adjustments, replayed.adjusted) {
        (0, _) => "No host ever changed its cash.".to_owned(),
        (count, Some(sum)) => format!("A host changed its cash {count} times, by ${sum} in all."),
        (count, None) => format!("A host changed its cash {count} times."),
    };
    let good = with_groups(&format!(
        "The account began with ${starting_cash}, as everybody in the game. {adjusted}"
    ));
    let good = receipt.game.rules.currency.in_words(good);
    let bad = "The account did not begin with the cash that the rules give.";
    report.judge("The start", opened == Some(starting_cash), good, bad);
}

fn check_result(report: &mut Report, receipt: &Receipt, replayed: &Replayed) {
    let (claim, replay) = (&receipt.claim, &replayed.replay);
    let held = replay.positions.iter().zip(&claim.shares);
    let same_shares = claim.shares.len() == replay.positions.len()
        && held.into_iter().all(|((instrument, position), shares)| {
            *instrument == shares.instrument
                && position.quantity == shares.quantity
                && position.cost_basis == shares.cost_basis
        });
    let fits = same_shares
        && replay.account.cash == claim.cash
        && replay.account.realized_profit == claim.realized_profit
        && replay.xp == claim.xp
        && worth(receipt, replayed) == Some(claim.net_worth);
    let good = with_groups(&format!(
        "Played again, the entries come to ${} in cash, {} XP from trades, and with the shares at the prices stated here to ${} in all.",
        claim.cash, claim.xp, claim.net_worth
    ));
    let good = receipt.game.rules.currency.in_words(good);
    let bad = "The entries come to another result than the receipt claims.";
    report.judge("The result", fits, good, bad);
}

fn worth(receipt: &Receipt, replayed: &Replayed) -> Option<Money> {
    let positions = &replayed.replay.positions;
    let mut total = replayed.replay.account.cash;
    for shares in &receipt.claim.shares {
        let position = positions.get(&shares.instrument)?;
        let value = priced(shares).map_or(Some(position.cost_basis), |price| position.value(price));
        total = total.checked_add(value?)?;
    }
    Some(total)
}

fn priced(shares: &Shares) -> Option<crate::Price> {
    shares.priced.map(|priced| priced.price)
}

fn check_log(report: &mut Report, receipt: &Receipt, heads: &[Hash]) {
    let Some(in_log) = &receipt.in_log else {
        let words = "The ledger is not in the log yet. The server adds it at the next full hour.";
        report.add("The log", Outcome::NotProved, words);
        return;
    };
    let good = format!(
        "Up to entry {}, the ledger is leaf {} of the log as it was signed on {}. It cannot be changed any more without a trace.",
        in_log.version,
        in_log.place,
        minute(in_log.checkpoint.checkpoint.at)
    );
    let bad = "The log does not have this ledger where the receipt says.";
    report.judge("The log", is_in_log(receipt, in_log, heads), good, bad);
    let good = "The checkpoint of the log carries the signature of the log's key.".to_owned();
    let bad = "The checkpoint of the log is not signed with the key that is named.";
    let signed = in_log.checkpoint.is_signed_by(&in_log.key);
    report.judge("The checkpoint", signed, good, bad);
    let later = heads
        .len()
        .saturating_sub(usize::try_from(in_log.version).unwrap_or(0));
    if later > 0 {
        let words = format!(
            "Entries that came after this checkpoint: {later}. The server adds them to the log at the next full hour."
        );
        report.add("The latest entries", Outcome::NotProved, words);
    }
}

fn is_in_log(receipt: &Receipt, in_log: &InLog, heads: &[Hash]) -> bool {
    let place = usize::try_from(in_log.version)
        .ok()
        .and_then(|version| version.checked_sub(1));
    let Some(hash) = place.and_then(|place| heads.get(place)) else {
        return false;
    };
    let leaf = HeadLeaf {
        account: receipt.account(),
        head: LedgerHead {
            version: in_log.version,
            hash: *hash,
        },
    };
    let checkpoint = &in_log.checkpoint.checkpoint;
    verify_inclusion(
        in_log.place,
        leaf.hash(),
        checkpoint.size,
        &in_log.proof,
        &checkpoint.root,
    )
}

fn say_limits(report: &mut Report) {
    let limits = [
        (
            "One log for all",
            "That everybody is shown the same log. Keep a checkpoint, or compare it with a friend's: the command tickerquest verify-log shows whether the log still begins with it.",
        ),
        (
            "The prices",
            "That the prices of the trades were those of the market. The ledger says at which price each was made; the server set it.",
        ),
        (
            "The person",
            "Who sat at the keyboard, and that nobody helped.",
        ),
    ];
    for (title, words) in limits {
        report.add(title, Outcome::NotProved, words);
    }
}

/// The latest entries in words, newest first.
fn latest_words(receipt: &Receipt) -> Vec<EntryWords> {
    let numbered = receipt.entries.iter().enumerate().rev();
    let told = numbered.take(ENTRIES_TOLD).filter_map(|(place, entry)| {
        let seq = place.saturating_add(1);
        Some(EntryWords {
            seq,
            at: entry.at,
            words: receipt.words(seq)?,
        })
    });
    told.collect()
}

/// An instant to the minute.
fn minute(at: Timestamp) -> String {
    let text = at.to_string().replace('T', " ");
    let minute: String = text.chars().take(16).collect();
    minute + " UTC"
}

fn short(hash: &Hash) -> String {
    hex::encode(&hash[..6])
}
