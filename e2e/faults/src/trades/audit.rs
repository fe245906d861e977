//! Compares what a player was told with what the server's ledger says afterwards.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, ensure};
use domain::api::{ErrorCode, HoldingView, LedgerEntryView, OrderStatus, OrderView, Page};
use domain::{FactKind, Money, Quantity, Side, Symbol};
use e2e::api::Player;

use super::plan::Answer;

/// What a trade changed: enough to tell any two trades of a run apart, and to compare their sums.
type Trade = (String, Symbol, Money, Quantity);

/// Checks one player: every answer is there as it was given, once, and nothing else is; cash
/// and shares are the sums of the ledger, and no XP is lost.
///
/// # Errors
/// The first thing that does not add up.
pub async fn check(player: &Player, answers: &[Answer]) -> anyhow::Result<()> {
    let orders = player.orders().await?;
    let ledger = player.ledger().await?;
    answers_are_kept(answers, &orders)?;
    trades_are_in_the_ledger(&orders, &ledger)?;
    sums_are_right(player, &orders, &ledger).await
}

fn answers_are_kept(answers: &[Answer], orders: &[OrderView]) -> anyhow::Result<()> {
    let mut kept: HashMap<&str, &OrderView> = HashMap::new();
    for order in orders {
        let twice = kept.insert(order.idempotency_key.as_str(), order);
        ensure!(
            twice.is_none(),
            "order {} is there twice",
            order.idempotency_key
        );
    }
    ensure!(
        kept.len() == answers.len(),
        "{} answers were given and {} are kept",
        answers.len(),
        kept.len()
    );
    for answer in answers {
        match answer {
            Answer::Filled(told) => {
                let order = kept
                    .get(told.idempotency_key.as_str())
                    .context("an answered order is lost")?;
                ensure!(**told == **order, "told {told:?}, kept {order:?}");
            }
            Answer::Rejected(key, code) => {
                let order = kept
                    .get(key.as_str())
                    .with_context(|| format!("the rejection of {key} is lost"))?;
                let kept = order.rejection.map(ErrorCode::from);
                ensure!(
                    order.status == OrderStatus::Rejected && kept == Some(*code),
                    "told {code:?}, kept {order:?}"
                );
            }
        }
    }
    Ok(())
}

fn trades_are_in_the_ledger(
    orders: &[OrderView],
    ledger: &[LedgerEntryView],
) -> anyhow::Result<()> {
    let mut balance: BTreeMap<Trade, i64> = BTreeMap::new();
    for fill in orders.iter().filter_map(|order| order.fill.as_ref()) {
        let sold = Quantity::ZERO
            .checked_sub(fill.quantity)
            .context("a quantity has a negative")?;
        let change = if fill.side == Side::Buy {
            fill.quantity
        } else {
            sold
        };
        *balance
            .entry((fill.at.to_string(), fill.symbol, fill.cash_change, change))
            .or_default() += 1;
    }
    for entry in ledger
        .iter()
        .filter(|entry| matches!(entry.kind, FactKind::Bought | FactKind::Sold))
    {
        let symbol = entry.symbol.context("a trade has a symbol")?;
        let change = entry.quantity_change.context("a trade has a quantity")?;
        *balance
            .entry((entry.at.to_string(), symbol, entry.cash_change, change))
            .or_default() -= 1;
    }
    let wrong: Vec<_> = balance
        .into_iter()
        .filter(|(_, count)| *count != 0)
        .collect();
    ensure!(wrong.is_empty(), "orders and ledger differ in {wrong:?}");
    Ok(())
}

async fn sums_are_right(
    player: &Player,
    orders: &[OrderView],
    ledger: &[LedgerEntryView],
) -> anyhow::Result<()> {
    let (mut cash, mut xp) = (Money::ZERO, 0_u64);
    // Achievements and quests are not in the ledger but in the log of awards.
    for order in orders {
        xp += u64::try_from(order.extra_xp())?;
    }
    let mut shares: BTreeMap<Symbol, Quantity> = BTreeMap::new();
    // From the oldest on: no sum may be below zero at any time.
    for (place, entry) in ledger.iter().rev().enumerate() {
        ensure!(
            usize::try_from(entry.seq)? == place + 1,
            "entry {} is number {}",
            entry.seq,
            place + 1
        );
        cash = cash
            .checked_add(entry.cash_change)
            .context("cash within its range")?;
        ensure!(
            !cash.is_negative(),
            "cash falls to {cash} at entry {}",
            entry.seq
        );
        xp += u64::try_from(entry.xp)?;
        if let (Some(symbol), Some(ratio)) = (entry.symbol, entry.split) {
            let held = shares.entry(symbol).or_default();
            let units = held.units() * i64::from(ratio.new) / i64::from(ratio.old);
            *held = Quantity::from_units(units);
        }
        if let (Some(symbol), Some(change)) = (entry.symbol, entry.quantity_change) {
            let held = shares.entry(symbol).or_default();
            *held = held
                .checked_add(change)
                .context("shares within their range")?;
            ensure!(
                !held.is_negative(),
                "{symbol} falls to {held} at entry {}",
                entry.seq
            );
        }
    }
    let summary = player.summary().await?;
    ensure!(
        summary.cash == cash,
        "the account has {}, the ledger sums to {cash}",
        summary.cash
    );
    // Whoever opens pages earns more by that; `verify` compares the sum with all awards.
    ensure!(
        u64::try_from(summary.xp)? >= xp,
        "the player has {} XP, ledger and orders sum to {xp}",
        summary.xp
    );
    let holdings: Page<HoldingView> = player.get("holdings?per_page=1000").await?;
    let held = holdings
        .items
        .into_iter()
        .map(|holding| (holding.symbol, holding.position.quantity));
    shares.retain(|_, quantity| !quantity.is_zero());
    ensure!(shares == held.collect(), "the ledger sums to {shares:?}");
    Ok(())
}
