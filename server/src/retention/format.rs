//! The lines of an archive file. `docs/retention.md` describes them for those who write a reader of
//! their own; a change that an earlier server cannot read gets another [`VERSION`].

use domain::{
    AccountId, EntryKind, GameId, InstrumentId, LedgerEntry, LedgerHead, Money, PlayerId, Price,
    Quantity, ReserveChange, Timestamp, TradeEntry,
};
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

/// A ledger entry, without the hash of the one before, which follows from it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    seq: i64,
    at: i64,
    kind: String,
    cash_change: i64,
    xp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trade: Option<Trade>,
    /// Changes of the cash and the shares set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reserve: Option<(i64, i64)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trade {
    instrument: i64,
    quantity_change: i64,
    price: i64,
    fee: i64,
    cost_basis_change: i64,
    realized_profit: i64,
    order_key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
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
        let trade = entry.trade.as_ref().map(|trade| Trade {
            instrument: trade.instrument.0,
            quantity_change: trade.quantity_change.units(),
            price: trade.price.units(),
            fee: trade.fee.units(),
            cost_basis_change: trade.cost_basis_change.units(),
            realized_profit: trade.realized_profit.units(),
            order_key: trade.order_key.to_string(),
            reason: trade.reason.clone(),
        });
        Self {
            seq: entry.seq,
            at: entry.at.micros(),
            kind: entry.kind.as_str().to_owned(),
            cash_change: entry.cash_change.units(),
            xp: entry.xp,
            trade,
            reserve: entry
                .reserve
                .map(|change| (change.cash.units(), change.quantity.units())),
        }
    }

    /// The entry that follows a head; none when it cannot be read.
    pub(super) fn after(self, head: LedgerHead) -> Option<LedgerEntry> {
        let trade = match self.trade {
            None => None,
            Some(trade) => Some(TradeEntry {
                instrument: InstrumentId(trade.instrument),
                quantity_change: Quantity::from_units(trade.quantity_change),
                price: Price::from_units(trade.price),
                fee: Money::from_units(trade.fee),
                cost_basis_change: Money::from_units(trade.cost_basis_change),
                realized_profit: Money::from_units(trade.realized_profit),
                order_key: trade.order_key.parse().ok()?,
                reason: trade.reason,
            }),
        };
        Some(LedgerEntry {
            seq: self.seq,
            at: Timestamp::from_micros(self.at),
            kind: EntryKind::from_text(&self.kind)?,
            cash_change: Money::from_units(self.cash_change),
            xp: self.xp,
            trade,
            reserve: self.reserve.map(|(cash, quantity)| ReserveChange {
                cash: Money::from_units(cash),
                quantity: Quantity::from_units(quantity),
            }),
            previous_hash: head.hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let account = AccountId {
            player: PlayerId(1),
            game: GameId(2),
        };
        let head = LedgerHead::before_first(account);
        let opened = head.opened(Money::from_whole(10), Timestamp::from_micros(3));
        let trade = TradeEntry {
            instrument: InstrumentId(4),
            quantity_change: Quantity::from_units(-5),
            price: Price::from_units(6),
            fee: Money::from_units(7),
            cost_basis_change: Money::from_units(-8),
            realized_profit: Money::from_units(9),
            order_key: "order-0001".parse().unwrap(),
            reason: None,
        };
        let reserve = ReserveChange {
            cash: Money::from_units(-10),
            quantity: Quantity::from_units(-11),
        };
        let sold = LedgerEntry {
            kind: EntryKind::Sold,
            trade: Some(trade.clone()),
            ..opened.clone()
        };
        let with_reason = TradeEntry {
            reason: Some("\"quoted\"\nünd".into()),
            ..trade
        };
        let rested = LedgerEntry {
            trade: Some(with_reason),
            reserve: Some(reserve),
            ..sold.clone()
        };
        for entry in [opened, sold, rested] {
            let text = serde_json::to_string(&Line::Entry(Entry::of(&entry))).unwrap();
            assert!(!text.contains('\n'), "{text}");
            let Line::Entry(line) = serde_json::from_str(&text).unwrap() else {
                panic!("{text}");
            };
            assert_eq!(line.after(head), Some(entry));
        }
        let odd = r#"{"entry":{"seq":1,"at":0,"kind":"lent","cash_change":0,"xp":0}}"#;
        let Ok(Line::Entry(odd)) = serde_json::from_str(odd) else {
            panic!("{odd}");
        };
        assert_eq!(odd.after(head), None);
    }
}
