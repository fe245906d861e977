//! The lines of an archive file. `docs/retention.md` describes them for those who write a reader of
//! their own; a change that an earlier server cannot read gets another [`VERSION`].

use domain::{AccountId, Fact, GameId, LedgerEntry, LedgerHead, PlayerId, Timestamp};
use serde::{Deserialize, Serialize};

use super::state::{Hex, State};

/// The version of the format that is written, and the only one that is read.
pub(super) const VERSION: u32 = 1;

/// One line: an object with the name of its kind and what it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// The first line.
    Archive(Header),
    /// An account begins: its entries follow, then its checkpoint.
    Account(Opening),
    /// The next entry of the account.
    Entry(Entry),
    /// The account after its last entry of the file.
    Checkpoint(State),
    /// The last line.
    End(End),
}

/// What a file is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) version: u32,
    /// The database that the entries were in.
    pub(super) database: String,
    pub(super) month: String,
}

/// An account, and where its chain was before the entries of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opening {
    pub(super) player: i64,
    pub(super) game: i64,
    /// None: the first entry of the account is the first of the file.
    pub(super) before: Option<State>,
}

impl Opening {
    pub(super) fn account(&self) -> AccountId {
        AccountId {
            player: PlayerId(self.player),
            game: GameId(self.game),
        }
    }
}

/// A ledger entry, without the hash of the one before, which follows from it. Words are not in the
/// archive: they stay in the database, where they can be erased.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    seq: i64,
    /// Microseconds since 1970.
    at: i64,
    fact: Fact,
}

/// How much there was, and the SHA-256 of all lines before this one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End {
    pub(super) accounts: u64,
    pub(super) entries: u64,
    pub(super) sha256: Hex,
}

impl Entry {
    pub(super) fn of(entry: &LedgerEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at.micros(),
            fact: entry.fact.clone(),
        }
    }

    /// The entry that follows a head.
    pub(super) fn after(self, head: LedgerHead) -> LedgerEntry {
        LedgerEntry {
            seq: self.seq,
            at: Timestamp::from_micros(self.at),
            fact: self.fact,
            previous_hash: head.hash,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{InstrumentId, Money, Price, Quantity, Trade, TradeMarks, Words};

    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let account = AccountId {
            player: PlayerId(1),
            game: GameId(2),
        };
        let head = LedgerHead::before_first(account);
        let opened = head.opened(Money::from_whole(10), Timestamp::from_micros(3));
        let words = Words {
            salt: [7; 16],
            text: "because".to_owned(),
        };
        let sold = LedgerEntry {
            fact: Fact::Sold(Trade {
                instrument: InstrumentId(4),
                quantity: Quantity::from_units(5),
                price: Price::from_units(6),
                fee: Money::from_units(7),
                cash_change: Money::from_units(12),
                cost_basis_change: Money::from_units(-8),
                realized_profit: Money::from_units(9),
                xp: 15,
                key: "order-0001".parse().unwrap(),
                reason: Some(words.digest()),
                released: None,
                marks: TradeMarks::default(),
            }),
            ..opened.clone()
        };
        for entry in [opened, sold] {
            let text = serde_json::to_string(&Line::Entry(Entry::of(&entry))).unwrap();
            assert!(!text.contains('\n') && !text.contains("because"), "{text}");
            let Line::Entry(line) = serde_json::from_str(&text).unwrap() else {
                panic!("{text}");
            };
            assert_eq!(line.after(head), entry);
        }
        let odd = r#"{"entry":{"seq":1,"at":0,"fact":{"lent":{"cash":"1"}}}}"#;
        assert!(serde_json::from_str::<Line>(odd).is_err());
    }
}
