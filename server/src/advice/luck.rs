//! The decisions that an account's ledger amounts to.

use domain::advice::{Choice, Decision};
use domain::api::{ApiError, ErrorCode};
use domain::market::catalogue;
use domain::statistics::PastAccount;
use domain::{Fact, Money};

use super::Reading;
use crate::app::App;
use crate::error::Result;
use crate::jobs::Decisions;

/// Entries that are read.
const ENTRIES_MAX: u32 = 2_000;
/// Decisions that are played.
const DECISIONS_MAX: usize = 300;

/// Reads what is to be played on other markets.
///
/// # Errors
/// When the store fails, nothing was traded, or it cannot be played on other markets.
pub async fn decisions(app: &App, reading: &Reading) -> Result<Decisions> {
    let record = &reading.portfolio.account.record;
    let mut rows = app.store.list_ledger(record.id, None, ENTRIES_MAX).await?;
    rows.retain(|row| row.entry.seq <= record.head.version);
    let shares = reading.portfolio.positions.iter();
    let shares = shares.map(|row| (row.instrument, row.position.quantity));
    let mut state = PastAccount::now(record.account.cash, shares);
    let mut decisions = Vec::new();
    let mut money = 0_i64;
    for row in &rows {
        let fact = &row.entry.fact;
        money = money.saturating_add(fact.flow().units());
        state.undo(fact);
        let Some((_, trade)) = fact.trade() else {
            continue;
        };
        let found = reading.snapshot.catalogue.find_by_id(trade.instrument);
        let Some((_, instrument)) = found else {
            continue;
        };
        let choice = match fact {
            Fact::Sold(_) | Fact::SoldLots(..) => Choice::Sell {
                part: trade.quantity,
                whole: state.held(trade.instrument).max(trade.quantity),
            },
            _ => Choice::Buy(trade.cash_change.negated()),
        };
        decisions.push(Decision {
            step: reading.market.time_at(row.entry.at).seconds(),
            symbol: instrument.symbol,
            choice,
        });
    }
    decisions.reverse();
    check(&decisions)?;
    let worth = reading.holdings();
    let worth = worth.iter().map(|holding| holding.value.units());
    let real = worth.fold(record.account.cash.units(), i64::saturating_add);
    Ok(Decisions {
        player: record.id.player,
        money: Money::from_units(money),
        real: Money::from_units(real),
        decisions,
        end: reading.snapshot.at.seconds(),
        currency: reading.game.rules.currency,
    })
}

fn check(decisions: &[Decision]) -> Result<()> {
    let refused = |message: &str| Err(ApiError::new(ErrorCode::NotPossible, message).into());
    let is_simulated = |decision: &Decision| {
        let mut characters = catalogue().iter();
        characters.any(|character| character.symbol == decision.symbol.as_str())
    };
    if decisions.is_empty() {
        return refused("You have not traded yet, so there is nothing to play again.");
    }
    if decisions.len() > DECISIONS_MAX {
        return refused("You have traded more than 300 times, which is too much to play again.");
    }
    if !decisions.iter().all(is_simulated) {
        return refused(
            "There is only one history of this market. Only invented companies can be played again.",
        );
    }
    Ok(())
}
