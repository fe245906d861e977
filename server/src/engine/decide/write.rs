//! Adding the result of a decision to the batch.

use domain::api::OrderView;
use domain::{Account, AccountId, Execution, InstrumentId, LedgerEntry, Position, Words};

use super::Desk;
use crate::store::Event;

impl Desk<'_> {
    /// Adds an execution to the batch, with the money that a trade abroad changed and the tax that a sale
    /// pays in a market year.
    pub(super) fn write_execution(
        &mut self,
        id: AccountId,
        instrument: InstrumentId,
        entry: LedgerEntry,
        words: Option<Words>,
        execution: Execution,
        year: i32,
    ) {
        let mut head = entry.head();
        let converted = head.converted(&execution);
        if let Some(converted) = &converted {
            head = converted.head();
        }
        let taxed = head.taxed(&execution, year);
        let Execution {
            account,
            position,
            fill,
            ..
        } = execution;
        if let Some(player) = self.players.get_mut(&id.player) {
            let (day, xp) = (fill.at.day(), fill.xp);
            player.move_progress(|progress| {
                progress.traded = progress.traded.after_trade(day, xp);
            });
        }
        self.write(id, Some(instrument), entry, words, account, Some(position));
        for entry in converted.into_iter().chain(taxed) {
            self.write(id, None, entry, None, account, None);
        }
    }

    /// Adds an entry's result to the batch: the account, and the position if it has changed.
    pub(super) fn write(
        &mut self,
        id: AccountId,
        instrument: Option<InstrumentId>,
        entry: LedgerEntry,
        words: Option<Words>,
        account: Account,
        position: Option<Position>,
    ) {
        let before = self.counters(id);
        if let Some(player) = self.players.get_mut(&id.player) {
            player.gain(entry.xp());
        }
        if let Some(open) = self.accounts.get_mut(&id) {
            open.record.head = entry.head();
            open.record.account = account;
        }
        self.count(id, &entry, &before);
        if let Some(words) = words {
            self.batch.words.push((id, entry.seq, words));
        }
        self.batch.entries.push((id, entry));
        if let (Some(instrument), Some(position)) = (instrument, position) {
            self.positions.insert((id, instrument), position);
            self.changed.insert((id, instrument));
        }
        self.unlock(id, &before);
    }

    pub(super) fn note(&mut self, account: AccountId, event: Event) {
        if let Some(open) = self.accounts.get_mut(&account) {
            open.events.push(event);
        }
    }

    pub(super) fn note_order(&mut self, account: AccountId, view: &OrderView, rested: bool) {
        let event = Event::Order {
            key: view.idempotency_key.clone(),
            symbol: view.symbol,
            status: view.status,
            rested,
        };
        self.note(account, event);
    }
}
