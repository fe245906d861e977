//! What must hold at every commit, and at the end.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use anyhow::{Context as _, bail, ensure};
use domain::api::{OrderStatus, OrderView};
use domain::{AccountId, LedgerEntry, Money, Order, Rejection, Side};
use server::store::Batch;

use super::{State, World};
use crate::Summary;

impl World {
    /// Compares what the clients were told with what there is.
    pub(crate) fn check_at_the_end(
        &self,
        answered: &[(AccountId, Order, OrderView)],
    ) -> anyhow::Result<Summary> {
        let state = self.lock();
        if let Some(violation) = &state.violation {
            bail!("{violation}");
        }
        for (account, order, view) in answered {
            let name = (*account, order.key().clone());
            let stored = state.answers.get(&name);
            let stored = stored.with_context(|| format!("{view:?} is nowhere"))?;
            let may_have_ended = view.status == OrderStatus::Resting;
            ensure!(
                may_have_ended || stored.view == *view,
                "a client was told {view:?}, but it is {:?}",
                stored.view
            );
        }
        let mut summary = state.seen;
        summary.answers = answered.len() as u64;
        let mut hasher = DefaultHasher::new();
        for (id, replay) in &state.replays {
            (id, replay.head.hash).hash(&mut hasher);
        }
        summary.digest = hasher.finish();
        Ok(summary)
    }
}

impl State {
    /// A lane's batches are told in order.
    pub(super) fn check_outcomes(&mut self, batch: &Batch) -> anyhow::Result<()> {
        if let Some(outcomes) = &batch.outcomes {
            let before = self.lanes.insert(outcomes.lane, outcomes.seq);
            ensure!(
                before.is_none_or(|before| before < outcomes.seq),
                "batch {} of lane {} comes after {before:?}",
                outcomes.seq,
                outcomes.lane
            );
        }
        Ok(())
    }

    /// Where nothing else has come between, a rejection for want of cash is true of the account.
    pub(super) fn check_rejection(&self, id: AccountId, view: &OrderView) -> anyhow::Result<()> {
        let account = self.accounts.get(&id).map(|record| record.account);
        if let Some(Rejection::InsufficientCash { available, .. }) = view.rejection {
            let cash = account.map(|account| account.cash);
            ensure!(
                cash == Some(available),
                "{id} has {cash:?}, but was told {view:?}"
            );
        }
        Ok(())
    }

    /// An account is what its ledger says, and within its bounds.
    pub(super) fn check_account(&self, id: AccountId) -> anyhow::Result<()> {
        let record = self.accounts.get(&id).context("no such account")?;
        let replay = self.replays.get(&id).context("no such ledger")?;
        ensure!(
            record.head == replay.head && record.account == replay.account,
            "{record:?} is not what its ledger says: {:?} {:?}",
            replay.head,
            replay.account
        );
        ensure!(!record.account.cash.is_negative(), "{record:?}");
        ensure!(
            record.account.reserved_cash <= record.account.cash,
            "{record:?}"
        );
        let progress = self.players.get(&id.player).context("no such player")?;
        ensure!(
            progress.xp == replay.xp + progress.awarded,
            "{progress:?} of {id}, whose ledger has {} XP",
            replay.xp
        );
        for (instrument, expected) in &replay.positions {
            let position = self.positions.get(&(id, *instrument));
            ensure!(
                position == Some(expected),
                "{position:?} of {id} is not what its ledger says: {expected:?}"
            );
            ensure!(!expected.quantity.is_negative(), "{expected:?}");
        }
        let resting = self.resting.keys().filter(|(account, _)| *account == id);
        let resting: BTreeSet<_> = resting.map(|(_, key)| key).collect();
        let open: BTreeSet<_> = replay.open.keys().collect();
        ensure!(
            resting == open,
            "{resting:?} rest of {id}, but {open:?} are open"
        );
        Ok(())
    }
}

/// Cash and shares change hands at the price, and the fee is what else is paid.
pub(super) fn check_amounts(entry: &LedgerEntry) -> anyhow::Result<()> {
    let Some((side, trade)) = entry.fact.trade() else {
        return Ok(());
    };
    let shares = trade.quantity;
    let expected = match side {
        Side::Buy => trade
            .price
            .cost_of(shares)
            .and_then(|cost| cost.checked_add(trade.fee))
            .map(Money::negated),
        Side::Sell => trade
            .price
            .value_of(shares)
            .and_then(|value| value.checked_sub(trade.fee)),
    };
    ensure!(
        expected == Some(trade.cash_change),
        "{entry:?} should change the cash by {expected:?}"
    );
    Ok(())
}

/// What is said to be filled is in the ledger, with the same amount, and nothing else is.
pub(super) fn check_answer(view: &OrderView, traded: Option<Money>) -> anyhow::Result<()> {
    let told = view.fill.map(|fill| fill.cash_change);
    ensure!(
        told == traded && told.is_some() == (view.status == OrderStatus::Filled),
        "the ledger has {traded:?} of {view:?}"
    );
    Ok(())
}
