//! How much of a portfolio depends on foreign currencies.

use std::collections::BTreeMap;

use super::{Finding, FindingKind, Grade, Remedy, XRay, dollars, grade, part};
use crate::{Currency, Money};

/// The share of the account in one foreign currency from which it is worth a look, and from which it is too
/// much, in basis points.
const CURRENCY: (i64, i64) = (3_000, 5_000);

/// Says nothing when everything trades in the game's currency.
pub(super) fn currencies(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    let mut abroad: BTreeMap<Currency, i64> = BTreeMap::new();
    let foreign = look.holdings.iter();
    for holding in foreign.filter(|holding| holding.currency != look.currency) {
        let sum = abroad.entry(holding.currency).or_default();
        *sum = sum.saturating_add(holding.value.units());
    }
    let (currency, value) = abroad.iter().max_by_key(|(_, value)| **value)?;
    let value = Money::from_units(*value);
    let share = part(value, worth);
    let grade = grade(share.basis_points(), CURRENCY);
    let headline = match abroad.len() {
        1 => format!("{share}% of all you own trades in {currency}."),
        number => format!(
            "You own shares in {number} foreign currencies. Most is in {currency}: {share}% of all you own."
        ),
    };
    let own = look.currency;
    let loss = dollars(Money::from_units(value.units() / 10));
    let why = match grade {
        Grade::Good => format!(
            "If {currency} loses a tenth against {own}, you lose {loss}, even if no price abroad moves. \
             That is bearable, and sometimes it gains."
        ),
        _ => format!(
            "If {currency} loses a tenth against {own}, you lose {loss}, even if no price abroad moves. \
             Nobody knows which way a currency goes, so a little of several is calmer than much of one."
        ),
    };
    Some(Finding {
        kind: FindingKind::Currencies,
        grade,
        figure: format!("{share}%"),
        headline,
        why,
        remedy: (grade != Grade::Good).then_some(Remedy::Target),
    })
}
