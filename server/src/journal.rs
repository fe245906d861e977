//! The decision journal: what became of a trade, beside the market and beside doing nothing, and what the
//! grades of many say.

use domain::api::{Grade, SinceView};
use domain::{DatedAction, Day, Money, Percent, Price, Side, Trade, adjusted_price};
use web::format;

/// Market days after which a decision comes back.
pub const AGES: [u32; 2] = [30, 90];

/// The market on the day of a look back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Days after the trade; none: now.
    pub days: Option<u32>,
    /// The day.
    pub day: Day,
    /// What the instrument cost.
    pub price: Price,
    /// The level of the whole market; none when it is not known.
    pub index: Option<Price>,
}

/// A trade to look back at.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Bought or sold.
    pub side: Side,
    /// The trade.
    pub trade: &'a Trade,
    /// Its market day.
    pub day: Day,
    /// The level of the whole market then; none when it is not known.
    pub index: Option<Price>,
    /// What changing the money for it cost its player, in basis points of its worth.
    pub conversion_bps: u32,
    /// The splits of the instrument.
    pub actions: &'a [DatedAction],
}

impl Decision<'_> {
    /// What became of it by a day; none of a share that was worth nothing.
    #[must_use]
    pub fn since(&self, mark: Mark) -> Option<SinceView> {
        // In the shares of the later day: a split is no change.
        let then = adjusted_price(self.trade.price, self.day, mark.day, self.actions);
        let worth = self.trade.price.value_of(self.trade.quantity)?;
        let change = scaled(worth, mark.price, then)?;
        let held = match self.side {
            Side::Buy => change,
            Side::Sell => change.negated(),
        };
        let conversion = worth.basis_points_rounded_up(self.conversion_bps)?;
        let market = self.index.zip(mark.index);
        Some(SinceView {
            days: mark.days,
            price: mark.price,
            percent: percent(mark.price, then)?,
            market_percent: market.and_then(|(then, now)| percent(now, then)),
            over_nothing: held.checked_sub(self.trade.fee)?.checked_sub(conversion)?,
        })
    }
}

/// By how many percent a price is above another one.
fn percent(now: Price, then: Price) -> Option<Percent> {
    let change = now.units().checked_sub(then.units())?;
    Money::from_units(change).percent_of(Money::from_units(then.units()))
}

/// What an amount gained while a price went from one to another, rounded towards zero.
fn scaled(amount: Money, now: Price, then: Price) -> Option<Money> {
    let change = i128::from(now.units()) - i128::from(then.units());
    let product = i128::from(amount.units()).checked_mul(change)?;
    let gain = product.checked_div(i128::from(then.units()))?;
    i64::try_from(gain).ok().map(Money::from_units)
}

/// A decision with its grade and what it has brought so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Bought or sold.
    pub side: Side,
    /// The player's grade.
    pub grade: Option<Grade>,
    /// What it has gained over doing nothing.
    pub over_nothing: Money,
}

/// What decisions say when taken together, a sentence each; the first is always there.
#[must_use]
pub fn patterns(judged: &[Judged]) -> Vec<String> {
    let graded = |grade| judged.iter().filter(move |one| one.grade == Some(grade));
    let counts = Grade::ALL.map(|grade| graded(grade).count());
    let [good, unsure, mistakes] = counts;
    if counts.iter().sum::<usize>() == 0 {
        return vec![
            "Grade a few old decisions, and this page shows what they have in common.".to_owned(),
        ];
    }
    let mut said = vec![format!(
        "You graded {} {}: {good} good, {unsure} not sure, {mistakes} {}.",
        good + unsure + mistakes,
        plural(good + unsure + mistakes, "decision", "decisions"),
        plural(mistakes, "mistake", "mistakes"),
    )];
    if good > 0 {
        let paid = graded(Grade::Good).filter(|one| one.over_nothing > Money::ZERO);
        let paid = paid.count();
        said.push(format!(
            "Of {good} that you call good, {paid} {} brought more than doing nothing. A good decision \
             can lose, and a careless one can win.",
            plural(paid, "has", "have"),
        ));
    }
    if mistakes > 0 {
        let cost = sum(graded(Grade::Mistake));
        said.push(format!(
            "Your {}: together {}.",
            plural(mistakes, "mistake", "mistakes"),
            beside_nothing(cost)
        ));
    }
    for (side, one, many) in [
        (Side::Buy, "purchase", "purchases"),
        (Side::Sell, "sale", "sales"),
    ] {
        let of_side: Vec<&Judged> = judged.iter().filter(|one| one.side == side).collect();
        if of_side.len() > 1 {
            let total = sum(of_side.iter().copied());
            let count = of_side.len();
            let what = plural(count, one, many);
            said.push(format!(
                "Your {count} {what} with a reason: together {}.",
                beside_nothing(total)
            ));
        }
    }
    said
}

fn sum<'a>(judged: impl Iterator<Item = &'a Judged>) -> Money {
    let units = judged.map(|one| one.over_nothing.units());
    Money::from_units(units.fold(0, i64::saturating_add))
}

fn beside_nothing(amount: Money) -> String {
    if amount < Money::ZERO {
        let short = Money::from_units(amount.units().saturating_abs());
        format!("{} behind doing nothing", format::money(short))
    } else {
        format!("{} ahead of doing nothing", format::money(amount))
    }
}

fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use domain::{CorporateAction, InstrumentId, Quantity, SplitRatio, TradeMarks};

    use super::*;

    fn trade() -> Trade {
        Trade {
            key: "order-0001".parse().unwrap(),
            instrument: InstrumentId(1),
            quantity: Quantity::from_whole(10),
            price: Price::from_whole(20),
            fee: Money::from_whole(1),
            cash_change: Money::from_whole(-201),
            cost_basis_change: Money::from_whole(201),
            realized_profit: Money::ZERO,
            xp: 0,
            reason: None,
            released: None,
            marks: TradeMarks::default(),
        }
    }

    fn since(side: Side, price: i32, actions: &[DatedAction]) -> SinceView {
        let trade = trade();
        let decision = Decision {
            side,
            trade: &trade,
            day: Day::from_number(100),
            index: Some(Price::from_whole(1_000)),
            conversion_bps: 0,
            actions,
        };
        let mark = Mark {
            days: Some(30),
            day: Day::from_number(130),
            price: Price::from_whole(price),
            index: Some(Price::from_whole(1_100)),
        };
        decision.since(mark).unwrap()
    }

    #[test]
    fn a_purchase_gains_what_the_shares_do_and_a_sale_the_opposite() {
        let bought = since(Side::Buy, 25, &[]);
        assert_eq!(bought.percent.to_string(), "25.00");
        assert_eq!(bought.over_nothing, Money::from_whole(49));
        assert_eq!(bought.market_percent.unwrap().to_string(), "10.00");
        let sold = since(Side::Sell, 25, &[]);
        assert_eq!(sold.over_nothing, Money::from_whole(-51));
    }

    #[test]
    fn a_split_is_no_loss() {
        let split = DatedAction {
            day: Day::from_number(110),
            action: CorporateAction::Split(SplitRatio { new: 2, old: 1 }),
        };
        let bought = since(Side::Buy, 10, &[split]);
        assert_eq!(bought.percent.to_string(), "0.00");
        assert_eq!(bought.over_nothing, Money::from_whole(-1));
    }

    #[test]
    fn patterns_tell_a_good_decision_from_a_lucky_one() {
        let judged = |side, grade, over_nothing| Judged {
            side,
            grade,
            over_nothing: Money::from_whole(over_nothing),
        };
        assert_eq!(patterns(&[judged(Side::Buy, None, 5)]).len(), 1);
        let said = patterns(&[
            judged(Side::Buy, Some(Grade::Good), -5),
            judged(Side::Buy, Some(Grade::Good), 8),
            judged(Side::Sell, Some(Grade::Mistake), -20),
        ]);
        assert_eq!(
            said[0],
            "You graded 3 decisions: 2 good, 0 not sure, 1 mistake."
        );
        assert!(said[1].starts_with("Of 2 that you call good, 1 has brought more"));
        assert_eq!(
            said[2],
            "Your mistake: together $20.00 behind doing nothing."
        );
        assert_eq!(
            said[3],
            "Your 2 purchases with a reason: together $3.00 ahead of doing nothing."
        );
    }
}
