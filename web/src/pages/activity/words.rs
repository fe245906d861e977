//! What a ledger entry says in words, and the picture beside it.

use domain::api::LedgerEntryView;
use domain::{FactKind, LotChoice, Quantity, ReleaseCause};

use crate::components::IconName;
use crate::format;
use crate::language::Texts;

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
    let texts = Texts::get();
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
        FactKind::Opened => texts.activity_opened().to_owned(),
        FactKind::Bought => texts.activity_bought(shares, symbol, price),
        FactKind::Sold => {
            let which = match entry.lots {
                LotChoice::Oldest => "",
                LotChoice::HighestCost => texts.activity_dearest(),
                LotChoice::Chosen(_) => texts.activity_picked(),
            };
            texts.activity_sold(shares, symbol, price) + which
        }
        FactKind::Reserved => texts.activity_waits(symbol, price),
        FactKind::Released => released(entry, &symbol),
        FactKind::Adjusted => texts.activity_adjusted().to_owned(),
        FactKind::Dividend => texts.activity_dividend(symbol, price),
        FactKind::Interest => texts.activity_interest().to_owned(),
        FactKind::Split => split(entry, &symbol),
        FactKind::Delisted => texts.activity_delisted(symbol, shares),
        FactKind::Allocated => texts.activity_allocated(shares, symbol, price),
        FactKind::Reversed => texts.activity_reversed(symbol, shares),
        FactKind::Contributed => texts.activity_contributed().to_owned(),
        FactKind::Converted => converted(entry),
        FactKind::Taxed if entry.cash_change.is_negative() => texts.activity_taxed().to_owned(),
        FactKind::Taxed => texts.activity_tax_back().to_owned(),
    }
}

fn converted(entry: &LedgerEntryView) -> String {
    let texts = Texts::get();
    let Some(conversion) = entry.conversion else {
        return String::new();
    };
    let money = conversion.amount;
    let shown = domain::Price::from_units(money.units().saturating_abs());
    let amount = format!("{} {}", format::points(shown), conversion.currency);
    if money.is_negative() {
        texts.activity_converted_from(amount)
    } else {
        texts.activity_converted_into(amount)
    }
}

fn released(entry: &LedgerEntryView, symbol: &str) -> String {
    let texts = Texts::get();
    match entry.release_cause {
        Some(ReleaseCause::Cancelled) => texts.activity_cancelled(symbol),
        Some(ReleaseCause::Rejected) => texts.activity_rejected(symbol),
        Some(ReleaseCause::CorporateAction) => texts.activity_changed(symbol),
        Some(ReleaseCause::NotAllocated) => texts.activity_not_allocated(symbol),
        Some(ReleaseCause::Expired) | None => texts.activity_expired(symbol),
    }
}

fn split(entry: &LedgerEntryView, symbol: &str) -> String {
    let texts = Texts::get();
    match entry.split {
        Some(ratio) if ratio.new >= ratio.old => {
            texts.activity_split_more(symbol, ratio.new, ratio.old)
        }
        Some(ratio) => texts.activity_split_less(symbol, ratio.new, ratio.old),
        None => texts.activity_split(symbol),
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
    let texts = Texts::get();
    Some(if freed {
        texts.activity_free_again(amount)
    } else {
        texts.activity_set_aside(amount)
    })
}

fn magnitude(change: Quantity) -> Quantity {
    Quantity::from_units(change.units().saturating_abs())
}
