//! X-ray: what could hurt a portfolio. Each finding has its number, why it matters, and a remedy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Holding;
use crate::{Branch, Currency, Money, Percent, Ratio, Symbol};

mod currencies;

use currencies::currencies;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The weight of the largest holding that is not a fund.
    Concentration,
    /// The weight of the largest sector.
    Sectors,
    /// The weight of cash.
    IdleCash,
    /// The cost of fees.
    Fees,
    /// Turnover.
    Churn,
    /// How strongly the holdings move together.
    Correlation,
    /// The weight of holdings that trade in a foreign currency.
    Currencies,
}

/// How urgent a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing to do.
    Good,
    /// Worth a look.
    Watch,
    /// Needs action.
    Act,
}

/// What could be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Set targets.
    Target,
    /// Buy this instrument for an amount.
    Buy {
        /// The instrument.
        symbol: Symbol,
        /// How much.
        amount: Money,
    },
    /// Sell this instrument for an amount.
    Sell {
        /// The instrument.
        symbol: Symbol,
        /// How much.
        amount: Money,
    },
    /// Set a limit on how often to trade: write a reason, wait a day.
    Wait,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// How urgent it is.
    pub grade: Grade,
    /// Its number: a percentage, or for [`FindingKind::Correlation`] a number from −1 to 1.
    pub figure: String,
    /// What was found, in a sentence.
    pub headline: String,
    /// Why it matters, in plain words.
    pub why: String,
    /// What could be done, if anything should.
    pub remedy: Option<Remedy>,
}

/// How the holdings have moved lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// The mean pairwise correlation of daily returns of the largest holdings.
    pub mean: Ratio,
    /// The number of market days it was measured over.
    pub days: u32,
    /// The tradable instrument that has moved least like them.
    pub least_alike: Option<Symbol>,
}

/// The input of an X-ray.
#[derive(Debug, Clone)]
pub struct XRay<'a> {
    /// The holdings.
    pub holdings: &'a [Holding],
    /// All cash.
    pub cash: Money,
    /// Fees and conversions paid in the last 30 market days.
    pub fees: Money,
    /// Value of all trades in the last 30 market days.
    pub traded: Money,
    /// Number of these trades.
    pub trades: u32,
    /// How many of these were sales within a market day of buying the same instrument.
    pub hasty: u32,
    /// How the holdings move together; none when there is too little data.
    pub together: Option<Together>,
    /// A fund that can be bought.
    pub fund: Option<Symbol>,
    /// The game's own currency.
    pub currency: Currency,
}

/// The share of the account in one company from which it is worth a look, and from which it is too much, in
/// basis points. A common rule of thumb is 20 %.
const COMPANY: (i64, i64) = (2_000, 4_000);
const SECTOR: (i64, i64) = (4_000, 6_000);
const CASH: (i64, i64) = (2_500, 5_000);
/// Fees of a month.
const FEES: (i64, i64) = (25, 100);
const TURNOVER: (i64, i64) = (10_000, 30_000);
/// Hundredths.
const ALIKE: (i64, i64) = (40, 70);
/// How far a single company can fall: a quarter, in the examples.
const FALL: i64 = 4;

/// Examines a portfolio; the most urgent finding comes first.
#[must_use]
pub fn x_ray(look: &XRay<'_>) -> Vec<Finding> {
    let shares = look.holdings.iter().map(|holding| holding.value.units());
    let shares = shares.fold(0, i64::saturating_add);
    let worth = Money::from_units(look.cash.units().saturating_add(shares));
    let mut findings = Vec::new();
    findings.extend(concentration(look, worth));
    findings.extend(sectors(look, worth));
    findings.extend(currencies(look, worth));
    findings.extend(idle_cash(look, worth));
    findings.extend(fees(look, worth));
    findings.extend(churn(look, worth));
    findings.extend(correlation(look));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.grade));
    let told = findings.into_iter().map(|finding| Finding {
        headline: look.currency.in_words(finding.headline),
        why: look.currency.in_words(finding.why),
        ..finding
    });
    told.collect()
}

fn grade(value: i64, (watch, act): (i64, i64)) -> Grade {
    if value > act {
        Grade::Act
    } else if value > watch {
        Grade::Watch
    } else {
        Grade::Good
    }
}

/// An amount as our sentences write it: whole and cents, in groups of three.
pub(super) fn dollars(amount: Money) -> String {
    let cents = amount.units().unsigned_abs().saturating_add(50) / 100;
    let digits = (cents / 100).to_string();
    let mut text = String::from("$");
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{:02}", cents % 100)
}

fn part(amount: Money, whole: Money) -> Percent {
    amount.percent_of(whole).unwrap_or_default()
}

fn is_fund(holding: &Holding) -> bool {
    Branch::of_category(&holding.category) == Branch::Fund
}

/// The amount to sell so that only the given basis points of the account are left in it.
fn excess(value: Money, worth: Money, share_bps: i64) -> Money {
    let goal = i128::from(worth.units()).saturating_mul(i128::from(share_bps)) / 10_000;
    let goal = i64::try_from(goal).unwrap_or(i64::MAX);
    let excess = value.units().saturating_sub(goal).max(0);
    Money::from_units(excess).whole_cents()
}

fn concentration(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    let companies = look.holdings.iter().filter(|holding| !is_fund(holding));
    let largest = companies.max_by_key(|holding| holding.value)?;
    let (symbol, share) = (largest.symbol, part(largest.value, worth));
    let grade = grade(share.basis_points(), COMPANY);
    let loss = dollars(Money::from_units(largest.value.units() / FALL));
    let why = match grade {
        Grade::Good => format!(
            "If {symbol} falls by a quarter, you lose {loss}. One bad surprise cannot ruin you."
        ),
        _ => format!(
            "Any company can have a bad surprise. If {symbol} falls by a quarter, you lose {loss} at \
             once. Spread over several companies, the same surprise costs much less."
        ),
    };
    let amount = excess(largest.value, worth, COMPANY.0);
    Some(Finding {
        kind: FindingKind::Concentration,
        grade,
        figure: format!("{share}%"),
        headline: format!("{share}% of all you own is in {symbol}, your largest company."),
        why,
        remedy: (grade != Grade::Good).then_some(Remedy::Sell { symbol, amount }),
    })
}

fn sectors(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    let mut sectors: BTreeMap<&str, i64> = BTreeMap::new();
    for holding in look.holdings.iter().filter(|holding| !is_fund(holding)) {
        let sum = sectors.entry(holding.category.as_str()).or_default();
        *sum = sum.saturating_add(holding.value.units());
    }
    let (name, value) = sectors.iter().max_by_key(|(_, value)| **value)?;
    let share = part(Money::from_units(*value), worth);
    let grade = grade(share.basis_points(), SECTOR);
    let headline = match sectors.len() {
        1 => {
            format!("All your companies are of one kind: {name}. That is {share}% of all you own.")
        }
        number => format!(
            "You own {number} kinds of companies. Most is in {name}: {share}% of all you own."
        ),
    };
    let why = match grade {
        Grade::Good => {
            "Companies of one kind often fall together. Yours are of different kinds, which helps."
        }
        _ => {
            "Companies of one kind often fall together: one new law, one bad harvest, and all of them \
             lose. Companies of another kind soften that, and so does a fund, which holds many companies."
        }
    };
    let amount = Money::from_units(worth.units() / 10).whole_cents();
    let remedy = match look.fund {
        _ if grade == Grade::Good => None,
        Some(symbol) => Some(Remedy::Buy { symbol, amount }),
        None => Some(Remedy::Target),
    };
    Some(Finding {
        kind: FindingKind::Sectors,
        grade,
        figure: format!("{share}%"),
        headline,
        why: why.to_owned(),
        remedy,
    })
}

fn idle_cash(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    if !worth.is_positive() {
        return None;
    }
    let share = part(look.cash, worth);
    let grade = grade(share.basis_points(), CASH);
    let why = match grade {
        Grade::Good => "A little cash is useful: you can buy without selling first.",
        _ => {
            "Cash cannot fall, but here it does not grow either. Money that you will not need soon can \
             work for you in shares. Buying a little each week avoids one unlucky day."
        }
    };
    let amount = excess(look.cash, worth, CASH.0);
    let remedy = match look.fund {
        _ if grade == Grade::Good => None,
        Some(symbol) => Some(Remedy::Buy { symbol, amount }),
        None => Some(Remedy::Target),
    };
    Some(Finding {
        kind: FindingKind::IdleCash,
        grade,
        figure: format!("{share}%"),
        headline: format!("{} of your money is in cash: {share}%.", dollars(look.cash)),
        why: why.to_owned(),
        remedy,
    })
}

fn fees(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    if !worth.is_positive() {
        return None;
    }
    let share = part(look.fees, worth);
    let grade = grade(share.basis_points(), FEES);
    let headline = if look.fees.is_zero() {
        "You paid no fees in the last 30 market days.".to_owned()
    } else {
        let paid = dollars(look.fees);
        format!("Fees took {paid} in the last 30 market days: {share}% of all you own.")
    };
    let why = match (look.fees.is_zero(), grade) {
        (true, _) => "Without fees you keep all that your shares earn.".to_owned(),
        (_, Grade::Good) => "That is little. Fewer and larger trades keep it so.".to_owned(),
        _ => format!(
            "Fees are gone for good, whatever the price does. At this pace they take about {}% of your \
             money in a year. Fewer and larger trades cost less.",
            Percent::from_basis_points(share.basis_points().saturating_mul(12))
        ),
    };
    Some(Finding {
        kind: FindingKind::Fees,
        grade,
        figure: format!("{share}%"),
        headline,
        why,
        remedy: (grade != Grade::Good).then_some(Remedy::Wait),
    })
}

fn churn(look: &XRay<'_>, worth: Money) -> Option<Finding> {
    if !worth.is_positive() {
        return None;
    }
    let share = part(look.traded, worth);
    let mut grade = grade(share.basis_points(), TURNOVER);
    if look.hasty >= 3 {
        grade = grade.max(Grade::Watch);
    }
    let trades = match look.trades {
        0 => "You did not trade in the last 30 market days".to_owned(),
        1 => "You made 1 trade in the last 30 market days".to_owned(),
        number => format!("You made {number} trades in the last 30 market days"),
    };
    let hasty = match look.hasty {
        0 => String::new(),
        1 => " One sale came within a day of buying.".to_owned(),
        number => format!(" {number} sales came within a day of buying."),
    };
    let why = match grade {
        Grade::Good => format!("You give your shares time, which most winners do.{hasty}"),
        _ => format!(
            "Within days a price moves mostly by chance, so every quick trade is a new guess.{hasty} \
             Studies of real investors find that those who trade most earn least."
        ),
    };
    Some(Finding {
        kind: FindingKind::Churn,
        grade,
        figure: format!("{share}%"),
        headline: format!("{trades}, worth {share}% of all you own."),
        why,
        remedy: (grade != Grade::Good).then_some(Remedy::Wait),
    })
}

fn correlation(look: &XRay<'_>) -> Option<Finding> {
    let Together {
        mean,
        days,
        least_alike,
    } = look.together?;
    let grade = grade(mean.hundredths(), ALIKE);
    let why = match grade {
        Grade::Good => "When one of your shares has a bad day, the others often do not.",
        _ => {
            "Shares that move together fall together, so owning several of them protects you less than \
             it seems. Something that goes its own way protects you more."
        }
    };
    let shares = look.holdings.iter().map(|holding| holding.value.units());
    let amount = Money::from_units(shares.fold(0, i64::saturating_add) / 10).whole_cents();
    let remedy = least_alike.filter(|_| grade != Grade::Good);
    Some(Finding {
        kind: FindingKind::Correlation,
        grade,
        figure: mean.to_string(),
        headline: format!(
            "Over {days} market days your largest shares moved together at {mean}, where 1 means always \
             together and 0 means each for itself."
        ),
        why: why.to_owned(),
        remedy: remedy.map(|symbol| Remedy::Buy { symbol, amount }),
    })
}

#[cfg(test)]
mod tests;
