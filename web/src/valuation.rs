//! Holdings and summary at the newest prices: the server's valuation, continued in the page.

use crate::language::Texts;
use domain::api::{HoldingView, SummaryView};
use domain::{Money, Percent, Price, Quote, Symbol};

/// A holding at a newer quote.
#[must_use]
pub fn revalued(holding: &HoldingView, quote: Quote) -> HoldingView {
    holding.at_quote(quote)
}

/// A summary after the values of some of its holdings have changed from `before` to `after`.
/// Holdings on other pages keep the server's valuation.
#[must_use]
pub fn summary_at(
    summary: &SummaryView,
    before: &[HoldingView],
    after: &[HoldingView],
) -> SummaryView {
    moved_by(summary, before, after).unwrap_or_else(|| summary.clone())
}

fn moved_by(
    summary: &SummaryView,
    before: &[HoldingView],
    after: &[HoldingView],
) -> Option<SummaryView> {
    let change = total(after)?.checked_sub(total(before)?)?;
    let net_worth = summary.net_worth.checked_add(change)?;
    let profit = summary.profit.checked_add(change)?;
    Some(SummaryView {
        market_value: summary.market_value.checked_add(change)?,
        net_worth,
        profit,
        profit_percent: profit.percent_of(summary.game.rules.starting_cash),
        unrealized_profit: summary.unrealized_profit.checked_add(change)?,
        ..summary.clone()
    })
}

fn total(holdings: &[HoldingView]) -> Option<Money> {
    holdings
        .iter()
        .try_fold(Money::ZERO, |sum, holding| sum.checked_add(holding.value))
}

/// A slice of the allocation chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// What it is.
    pub label: String,
    /// The instrument; none for cash and for the rest.
    pub symbol: Option<Symbol>,
    /// Its value.
    pub value: Money,
    /// Its share of the total; none when the total is zero.
    pub percent: Option<Percent>,
    /// Its share in 10,000ths, and those of the slices before it, for drawing.
    pub length: i64,
    /// Where it starts, in 10,000ths.
    pub start: i64,
    /// The colour index, from 1; 0 is cash.
    pub colour: usize,
}

/// The most slices besides cash; smaller holdings are merged into one.
pub const SLICES_MAX: usize = 7;

/// How the account's value is allocated, largest holding first and cash last.
///
/// `market_value` is the value of all holdings, which may be more than those given; `reserved` is
/// cash that waiting orders have set aside, which is not part of `cash`.
#[must_use]
pub fn allocation(
    holdings: &[HoldingView],
    market_value: Money,
    cash: Money,
    reserved: Money,
) -> Vec<Slice> {
    let texts = Texts::get();
    let mut sorted: Vec<&HoldingView> = holdings
        .iter()
        .filter(|holding| holding.value.is_positive())
        .collect();
    sorted.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.symbol.cmp(&b.symbol)));
    let mut parts: Vec<(String, Option<Symbol>, Money, usize)> = Vec::new();
    let mut rest = market_value;
    for (index, holding) in sorted.into_iter().take(SLICES_MAX).enumerate() {
        rest = rest.checked_sub(holding.value).unwrap_or_default();
        parts.push((
            holding.name.clone(),
            Some(holding.symbol),
            holding.value,
            index.saturating_add(1),
        ));
    }
    if rest.is_positive() {
        parts.push((
            texts.portfolio_rest().to_owned(),
            None,
            rest,
            SLICES_MAX.saturating_add(1),
        ));
    }
    if reserved.is_positive() {
        let colour = SLICES_MAX.saturating_add(2);
        parts.push((texts.portfolio_aside().to_owned(), None, reserved, colour));
    }
    if cash.is_positive() {
        parts.push((texts.portfolio_cash().to_owned(), None, cash, 0));
    }
    let whole = parts
        .iter()
        .try_fold(Money::ZERO, |sum, part| sum.checked_add(part.2))
        .unwrap_or_default();
    let mut passed = 0_i128;
    let scaled = |units: i128| -> i64 {
        let part = units
            .saturating_mul(10_000)
            .checked_div(i128::from(whole.units()))
            .unwrap_or(0);
        i64::try_from(part).unwrap_or(0)
    };
    let slice = |(label, symbol, value, colour): (String, Option<Symbol>, Money, usize)| {
        let start = scaled(passed);
        passed = passed.saturating_add(i128::from(value.units()));
        let length = scaled(passed).saturating_sub(start);
        Slice {
            label,
            symbol,
            value,
            percent: value.percent_of(whole),
            length,
            start,
            colour,
        }
    };
    parts.into_iter().map(slice).collect()
}

/// A holding's share of the account's worth.
#[must_use]
pub fn share(value: Money, net_worth: Money) -> Option<Percent> {
    value.percent_of(net_worth)
}

/// The change of a price since the previous day's close, in money and in percent.
#[must_use]
pub fn day_change(quote: &Quote) -> Option<(Price, Percent)> {
    let close = quote.previous_close?;
    Some((
        quote.price.checked_sub(close)?,
        quote.price.percent_since(close)?,
    ))
}

#[cfg(test)]
mod tests {
    use domain::api::GameView;
    use domain::{GameId, GameRules, Position, Progress, Quantity, Timestamp};

    use super::*;

    fn quote(symbol: &str, price: &str) -> Quote {
        let at = Timestamp::from_seconds(1_795_262_400);
        let previous_close = Some(Price::from_whole(100));
        Quote {
            symbol: symbol.parse().unwrap(),
            price: price.parse().unwrap(),
            at,
            stale: false,
            previous_close,
            foreign: None,
            halted_until: None,
        }
    }

    fn holding(symbol: &str, shares: i32, price: &str) -> HoldingView {
        let position = Position::default()
            .after_purchase(
                Quantity::from_whole(shares),
                Money::from_whole(shares * 100),
                Timestamp::default(),
            )
            .unwrap();
        HoldingView::new(
            symbol.parse().unwrap(),
            symbol,
            "Food",
            &position,
            Some(quote(symbol, price)),
        )
    }

    #[test]
    fn a_holding_is_revalued_as_the_server_values_it() {
        assert_eq!(
            revalued(&holding("ACME", 3, "100"), quote("ACME", "120.5")),
            holding("ACME", 3, "120.5")
        );
    }

    #[test]
    fn a_summary_follows_the_holdings_that_moved() {
        let before = [holding("ACME", 3, "100"), holding("BOLT", 2, "100")];
        let after = [holding("ACME", 3, "120"), holding("BOLT", 2, "90")];
        let summary = summary_of(Money::from_whole(800));
        let moved = summary_at(&summary, &before, &after);
        // 3 × 20 − 2 × 10 more; the other 300 are on another page.
        assert_eq!(moved.market_value, Money::from_whole(840));
        assert_eq!(
            (moved.net_worth, moved.profit),
            (Money::from_whole(10_040), Money::from_whole(40))
        );
        assert_eq!(
            moved
                .profit_percent
                .map(|percent| percent.to_string())
                .as_deref(),
            Some("0.40")
        );
        assert_eq!(summary_at(&summary, &before, &before), summary);
    }

    fn summary_of(market_value: Money) -> SummaryView {
        let cash = Money::from_whole(10_000).checked_sub(market_value).unwrap();
        let rules = GameRules::open_league();
        let profit_percent = Money::ZERO.percent_of(rules.starting_cash);
        SummaryView {
            game: GameView {
                id: GameId(1),
                slug: "open".into(),
                name: "Open league".into(),
                rules,
                links: Vec::new(),
                can_join: false,
            },
            cash,
            reserved_cash: Money::ZERO,
            open_orders: 0,
            market_value,
            invested: market_value,
            net_worth: Money::from_whole(10_000),
            profit: Money::ZERO,
            profit_percent,
            unrealized_profit: Money::ZERO,
            realized_profit: Money::ZERO,
            positions_held: 3,
            xp: 0,
            progress: Progress::of(0),
            version: 1,
            at: Timestamp::default(),
        }
    }

    #[test]
    fn the_slices_fill_the_whole_ring() {
        let holdings: Vec<HoldingView> = (1..=9)
            .map(|n| holding(&format!("S{n}"), n, "33.33"))
            .collect();
        let market_value = total(&holdings).unwrap();
        let slices = allocation(
            &holdings,
            market_value,
            Money::from_whole(1_000),
            Money::ZERO,
        );
        assert_eq!(
            slices.len(),
            SLICES_MAX + 2,
            "the largest, the rest and cash"
        );
        assert_eq!(slices.iter().map(|slice| slice.length).sum::<i64>(), 10_000);
        assert_eq!(slices.first().map(|slice| slice.label.as_str()), Some("S9"));
        assert_eq!(
            slices.last().map(|slice| slice.label.as_str()),
            Some("Cash")
        );
        assert!(allocation(&[], Money::ZERO, Money::ZERO, Money::ZERO).is_empty());
    }

    #[test]
    fn the_day_changes_since_the_close_before() {
        let (change, percent) = day_change(&quote("ACME", "97.5")).unwrap();
        assert_eq!(
            (change.to_string().as_str(), percent.to_string().as_str()),
            ("-2.50", "-2.50")
        );
        assert_eq!(
            day_change(&Quote {
                previous_close: None,
                foreign: None,
                halted_until: None,
                ..quote("ACME", "1")
            }),
            None
        );
    }
}
