//! An account's curve compared with the whole market's, drawn by the server: it needs no script.

use domain::api::{CurvePoint, CurveRange, DashboardView, TradeDot};
use domain::{Money, Side, Timestamp};
use leptos::prelude::*;

use super::figures::Figures;
use crate::language::Texts;
use crate::{CurrentGame, format};

const WIDTH: i64 = 640;
const HEIGHT: i64 = 220;
/// Room above the highest and below the lowest point, for dots.
const PAD: i64 = 10;
/// The most rows in the table behind the chart.
const ROWS_MAX: usize = 60;

/// The card: ranges, the picture, one sentence, the table behind it and the figures.
#[component]
pub(super) fn Curve(account: DashboardView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let chosen = account.range;
    let tab = |range: CurveRange| {
        let address = format!("{}?range={}", game.link("/dashboard"), range.as_str());
        let current = (range == chosen).then_some("true");
        let (label, spoken) = words(texts, range);
        let said = format!("{label}, {spoken}");
        view! { <li><a class="pill" href=address aria-current=current aria-label=said>{label}</a></li> }
    };
    let sentence = sentence(&account);
    let table = table(&account);
    let picture = Picture::of(&account);
    view! {
        <section class="card equity" aria-labelledby="equity-title">
            <h2 id="equity-title">{texts.dashboard_curve()}</h2>
            <nav class="board-tabs" aria-label=texts.instrument_how_far()>
                <ul role="list">{CurveRange::EACH.map(tab).into_iter().collect_view()}</ul>
            </nav>
            <figure>
                {picture.map(drawn)}
                <figcaption data-testid="equity-words">{sentence}</figcaption>
            </figure>
            {table}
            {account.performance.map(|performance| view! { <Figures performance/> })}
        </section>
    }
}

/// A range as shown, and as a screen reader says it.
fn words(texts: Texts, range: CurveRange) -> (&'static str, &'static str) {
    match range {
        CurveRange::Day => (texts.instrument_short_day(), texts.instrument_range_day()),
        CurveRange::Week => (texts.instrument_short_week(), texts.instrument_range_week()),
        CurveRange::Month => (
            texts.instrument_short_month(),
            texts.instrument_range_month(),
        ),
        CurveRange::All => (texts.instrument_short_all(), texts.dashboard_from_start()),
    }
}

/// A curve as points of lines and dots.
#[derive(Debug, PartialEq, Eq)]
struct Picture {
    own: String,
    market: String,
    dots: Vec<Dot>,
    high: Money,
    low: Money,
    first: String,
    last: String,
}

#[derive(Debug, PartialEq, Eq)]
struct Dot {
    x: i64,
    y: i64,
}

impl Picture {
    /// None for fewer than two points.
    fn of(account: &DashboardView) -> Option<Self> {
        let curve = &account.curve;
        let (first, last) = (curve.first()?, curve.last()?);
        if first.at >= last.at {
            return None;
        }
        let frame = Frame::around(curve)?;
        let own = curve
            .iter()
            .map(|point| frame.point(point.at, point.net_worth));
        let market = curve
            .iter()
            .filter_map(|point| Some(frame.point(point.at, point.market?)));
        let dots = account.trades.iter().filter_map(|trade| {
            let worth = worth_at(curve, trade.at)?;
            Some(Dot {
                x: frame.x(trade.at),
                y: frame.y(worth),
            })
        });
        let is_day = account.range == CurveRange::Day;
        let when = |at: Timestamp| {
            if is_day {
                format!("{}, {}", format::date(at), format::time(at))
            } else {
                format::date(at)
            }
        };
        Some(Self {
            own: own.collect::<Vec<_>>().join(" "),
            market: market.collect::<Vec<_>>().join(" "),
            dots: dots.collect(),
            high: Money::from_units(frame.high),
            low: Money::from_units(frame.low),
            first: when(first.at),
            last: when(last.at),
        })
    }
}

/// The range that the chart covers.
#[derive(Debug)]
struct Frame {
    from: i64,
    to: i64,
    low: i64,
    high: i64,
}

impl Frame {
    fn around(curve: &[CurvePoint]) -> Option<Self> {
        let values = curve.iter().flat_map(|point| {
            let market = point.market.unwrap_or(point.net_worth);
            [point.net_worth.units(), market.units()]
        });
        Some(Self {
            from: curve.first()?.at.seconds(),
            to: curve.last()?.at.seconds(),
            low: values.clone().min()?,
            high: values.max()?,
        })
    }

    fn x(&self, at: Timestamp) -> i64 {
        let x = scaled(at.seconds() - self.from, self.to - self.from, WIDTH);
        x.clamp(0, WIDTH)
    }

    fn y(&self, amount: Money) -> i64 {
        let inner = HEIGHT - 2 * PAD;
        if self.high == self.low {
            return HEIGHT / 2;
        }
        PAD + scaled(self.high - amount.units(), self.high - self.low, inner)
    }

    fn point(&self, at: Timestamp, amount: Money) -> String {
        format!("{},{}", self.x(at), self.y(amount))
    }
}

fn scaled(part: i64, whole: i64, length: i64) -> i64 {
    let product = i128::from(part).saturating_mul(i128::from(length));
    let scaled = product.checked_div(i128::from(whole));
    scaled
        .and_then(|scaled| i64::try_from(scaled).ok())
        .unwrap_or(0)
}

/// The worth on the line between the points around an instant.
fn worth_at(curve: &[CurvePoint], at: Timestamp) -> Option<Money> {
    let after = curve.partition_point(|point| point.at <= at);
    let before = curve.get(after.checked_sub(1)?)?;
    let Some(next) = curve.get(after) else {
        return Some(before.net_worth);
    };
    let rise = next
        .net_worth
        .units()
        .saturating_sub(before.net_worth.units());
    let passed = at.seconds_since(before.at);
    let part = scaled(passed, next.at.seconds_since(before.at), rise);
    Some(Money::from_units(
        before.net_worth.units().saturating_add(part),
    ))
}

fn drawn(picture: Picture) -> impl IntoView {
    let texts = Texts::get();
    let Picture {
        own,
        market,
        dots,
        high,
        low,
        first,
        last,
    } = picture;
    let dots = dots.into_iter().map(|dot| {
        view! { <circle class="equity-dot" cx=dot.x cy=dot.y r="5"></circle> }
    });
    let dots = dots.collect_view();
    view! {
        <div class="equity-picture">
            <span class="equity-high soft figure" aria-hidden="true">{format::money(high)}</span>
            <svg viewBox=format!("-8 0 {} {HEIGHT}", WIDTH + 16) aria-hidden="true" focusable="false">
                <polyline class="equity-market" points=market></polyline>
                <polyline class="equity-own" points=own></polyline>
                {dots}
            </svg>
            <span class="equity-low soft figure" aria-hidden="true">{format::money(low)}</span>
            <p class="equity-ends soft" aria-hidden="true"><span>{first}</span><span>{last}</span></p>
            <ul class="equity-key" role="list">
                <li><span class="equity-key-own" aria-hidden="true"></span>{texts.dashboard_you()}</li>
                <li><span class="equity-key-market" aria-hidden="true"></span>{texts.market_whole()}</li>
                <li><span class="equity-key-dot" aria-hidden="true"></span>{texts.dashboard_your_trades()}</li>
            </ul>
        </div>
    }
}

/// What the picture shows, in one sentence.
fn sentence(account: &DashboardView) -> String {
    let texts = Texts::get();
    let (Some(first), Some(last)) = (account.curve.first(), account.curve.last()) else {
        return texts.dashboard_no_curve().to_owned();
    };
    let mostly = account.movers.first();
    let mostly = mostly.filter(|_| account.range == CurveRange::Day);
    let mostly = mostly.map(|mover| texts.dashboard_mostly(mover.symbol));
    let mostly = mostly.unwrap_or_default();
    let over = match account.range {
        CurveRange::Day => texts.dashboard_over_day(),
        CurveRange::Week => texts.dashboard_over_week(),
        CurveRange::Month => texts.dashboard_over_month(),
        CurveRange::All => texts.dashboard_over_all(),
    };
    let market = last.market.filter(|_| first.market.is_some());
    let lead = market.and_then(|market| last.net_worth.checked_sub(market));
    match lead {
        Some(lead) if format::is_shown_as_zero(lead) => texts.dashboard_level(over),
        Some(lead) if lead.is_negative() => {
            let behind = format::money(lead.negated());
            texts.dashboard_behind(behind, over, mostly)
        }
        Some(lead) => {
            let ahead = format::money(lead);
            texts.dashboard_ahead(ahead, over, mostly)
        }
        None => {
            let change = last.net_worth.checked_sub(first.net_worth);
            let change = format::signed_money(change.unwrap_or_default());
            texts.dashboard_changed(change, over, mostly)
        }
    }
}

/// The numbers behind the chart, newest first; many points are thinned out evenly.
fn table(account: &DashboardView) -> impl IntoView + use<> {
    let texts = Texts::get();
    let is_day = account.range == CurveRange::Day;
    let step = account.curve.len().div_ceil(ROWS_MAX).max(1);
    let row = |point: &CurvePoint| {
        let at = if is_day {
            format::date_time(point.at)
        } else {
            format::date(point.at)
        };
        let market = point.market.map_or("\u{2013}".to_owned(), format::money);
        view! {
            <tr>
                <th scope="row">{at}</th>
                <td class="numeric">{format::money(point.net_worth)}</td>
                <td class="numeric">{market}</td>
            </tr>
        }
    };
    let rows = account.curve.iter().rev().step_by(step).map(row);
    let rows = rows.collect_view();
    let trades = account.trades.iter().rev().map(|trade| {
        let words = trade_words(trade);
        view! { <li>{words}</li> }
    });
    let trades = trades.collect_view();
    view! {
        <details class="equity-table">
            <summary>{texts.dashboard_as_table()}</summary>
            <table>
                <caption class="visually-hidden">{texts.dashboard_table()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.dashboard_when()}</th>
                        <th scope="col" class="numeric">{texts.dashboard_you()}</th>
                        <th scope="col" class="numeric">{texts.dashboard_whole_market()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <ul class="equity-trades" role="list" aria-label=texts.dashboard_your_trades()>{trades}</ul>
        </details>
    }
}

fn trade_words(trade: &TradeDot) -> String {
    let texts = Texts::get();
    let (day, amount) = (format::date(trade.at), format::money(trade.amount));
    match trade.side {
        Side::Buy => texts.dashboard_bought(day, trade.symbol, amount),
        Side::Sell => texts.dashboard_sold(day, trade.symbol, amount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(curve: &[(i64, i32, Option<i32>)]) -> DashboardView {
        let point = |&(at, worth, market): &(i64, i32, Option<i32>)| CurvePoint {
            at: Timestamp::from_seconds(at),
            net_worth: Money::from_whole(worth),
            market: market.map(Money::from_whole),
        };
        DashboardView {
            range: CurveRange::Week,
            version: 1,
            net_worth: Money::ZERO,
            today: None,
            curve: curve.iter().map(point).collect(),
            trades: Vec::new(),
            performance: None,
            movers: Vec::new(),
            unlocks: Vec::new(),
            unlocked: 0,
            achievements: 0,
            games: 1,
            titles: Vec::new(),
            completion_percent: None,
        }
    }

    #[test]
    fn both_lines_share_a_frame_and_trades_lie_on_the_own_one() {
        let mut account = account(&[(0, 100, Some(100)), (100, 120, Some(90))]);
        account.trades.push(TradeDot {
            at: Timestamp::from_seconds(50),
            symbol: "ACME".parse().unwrap(),
            side: Side::Buy,
            amount: Money::from_whole(7),
        });
        let picture = Picture::of(&account).unwrap();
        assert_eq!(picture.own, "0,143 640,10");
        assert_eq!(picture.market, "0,143 640,210");
        assert_eq!(picture.dots, [Dot { x: 320, y: 76 }]);
        account.curve.truncate(1);
        assert_eq!(Picture::of(&account), None);
    }

    #[test]
    fn the_sentence_says_who_is_ahead() {
        let check = |curve: &[(i64, i32, Option<i32>)], expected: &str| {
            assert_eq!(sentence(&account(curve)), expected);
        };
        check(
            &[(0, 100, Some(100)), (9, 141, Some(100))],
            "You are $41.00 ahead of the whole market over this week.",
        );
        check(
            &[(0, 100, Some(100)), (9, 90, Some(100))],
            "You are $10.00 behind the whole market over this week.",
        );
        check(
            &[(0, 100, None), (9, 90, None)],
            "Your account changed by \u{2212}$10.00 over this week.",
        );
        check(&[], "Your curve begins with your first trade.");
    }
}
