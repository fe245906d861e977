//! What a ledger entry says in words, and the picture beside it.

use domain::api::LedgerEntryView;
use domain::{FactKind, LotChoice, Quantity, ReleaseCause};

use crate::components::IconName;
use crate::format;

/// The picture of a kind of entry.
pub(super) fn icon(kind: FactKind) -> IconName {
    match kind {
        FactKind::Opened | FactKind::Dividend | FactKind::Interest | FactKind::Contributed => {
            IconName::Gift
        }
        FactKind::Bought | FactKind::Allocated => IconName::Portfolio,
        FactKind::Sold | FactKind::Split | FactKind::Converted => IconName::Market,
        FactKind::Reserved => IconName::Clock,
        FactKind::Released | FactKind::Reversed => IconName::Close,
        FactKind::Adjusted | FactKind::Delisted | FactKind::Taxed => IconName::Alert,
    }
}

/// An entry in a sentence.
pub(super) fn what_happened(entry: &LedgerEntryView) -> String {
    let shares = entry
        .quantity_change
        .map(|change| format::shares(magnitude(change)))
        .unwrap_or_default();
    let symbol = entry
        .symbol
        .map(|symbol| symbol.to_string())
        .unwrap_or_default();
    let price = entry.price.map(format::exact_price).unwrap_or_default();
    match entry.kind {
        FactKind::Opened => "Account opened with play money".to_owned(),
        FactKind::Bought => format!("Bought {shares} of {symbol} at {price}"),
        FactKind::Sold => {
            let which = match entry.lots {
                LotChoice::Oldest => "",
                LotChoice::HighestCost => ", the most expensive first",
                LotChoice::Chosen(_) => ", picked by you",
            };
            format!("Sold {shares} of {symbol} at {price}{which}")
        }
        FactKind::Reserved => format!("Order for {symbol} at {price} waits"),
        FactKind::Released => released(entry, &symbol),
        FactKind::Adjusted => "The host changed your cash".to_owned(),
        FactKind::Dividend => format!("{symbol} paid a dividend of {price} a share"),
        FactKind::Interest => "Your cash earned interest".to_owned(),
        FactKind::Split => format!("{symbol} {}", split(entry)),
        FactKind::Delisted => format!("{symbol} left the market: {shares} became cash"),
        FactKind::Allocated => format!("You got {shares} of {symbol} at {price} in its offering"),
        FactKind::Reversed => format!("The offering of {symbol} was undone: {shares} went back"),
        FactKind::Contributed => "Your savings plan paid in".to_owned(),
        FactKind::Converted => "Money was changed into another currency".to_owned(),
        FactKind::Taxed if entry.cash_change.is_negative() => {
            "Tax on the gain of this sale".to_owned()
        }
        FactKind::Taxed => "Tax that you had overpaid in the year came back".to_owned(),
    }
}

fn released(entry: &LedgerEntryView, symbol: &str) -> String {
    match entry.release_cause {
        Some(ReleaseCause::Cancelled) => format!("Order for {symbol} cancelled"),
        Some(ReleaseCause::Rejected) => format!("Order for {symbol} could not be filled"),
        Some(ReleaseCause::CorporateAction) => {
            format!("Order for {symbol} ended because its shares changed")
        }
        Some(ReleaseCause::NotAllocated) => format!("The offering of {symbol} gave you no shares"),
        Some(ReleaseCause::Expired) | None => format!("Order for {symbol} ended unfilled"),
    }
}

fn split(entry: &LedgerEntryView) -> String {
    match entry.split {
        Some(ratio) if ratio.new >= ratio.old => {
            format!("split its shares: {} for each {}", ratio.new, ratio.old)
        }
        Some(ratio) => format!("joined its shares: {} for each {}", ratio.new, ratio.old),
        None => "split its shares".to_owned(),
    }
}

/// What an order that waits has set aside, or what is free again.
pub(super) fn set_aside(entry: &LedgerEntryView) -> Option<String> {
    let cash = entry.reserved_cash_change.filter(|cash| !cash.is_zero());
    let quantity = entry
        .reserved_quantity_change
        .filter(|quantity| !quantity.is_zero());
    let (amount, freed) = match (cash, quantity) {
        (Some(cash), _) if cash.is_negative() => (format::money(cash.negated()), true),
        (Some(cash), _) => (format::money(cash), false),
        (None, Some(quantity)) => (
            format::shares(magnitude(quantity)),
            quantity < Quantity::ZERO,
        ),
        (None, None) => return None,
    };
    Some(if freed {
        format!("{amount} free again")
    } else {
        format!("{amount} set aside")
    })
}

fn magnitude(change: Quantity) -> Quantity {
    Quantity::from_units(change.units().saturating_abs())
}
