//! An account's week, as a slip: its return, the best reason, the worst habit, one experiment.

use domain::api::{ApiError, WeekView};
use domain::statistics::Habit;
use domain::{Percent, Side};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Delta, Load};
use crate::language::Texts;
use crate::{AccountChanges, CurrentGame, CurrentSession, api, format, paths};

async fn load(game: CurrentGame) -> Result<WeekView, ApiError> {
    api::week(&game.slug()).await
}

/// The page.
#[component]
pub fn WeekPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let week = Resource::new(|| (), move |()| load(game));
    CurrentSession::get().on_player_change(move || week.refetch());
    AccountChanges::get().keep_fresh(|| 0, move || week.refetch());
    view! {
        <Title text=texts.week_title()/>
        <Load resource=week let:week>
            <Slip week/>
        </Load>
    }
}

/// The week in a few sentences, for a notification and a mail. In English: the page of notifications
/// translates it.
#[must_use]
pub fn week_in_words(week: &WeekView) -> Vec<String> {
    let worth = format!("You ended the week with {}.", format::money(week.net_worth));
    let change = week.change.as_ref().and_then(|change| change.percent);
    let change = change.map(|percent| {
        let verb = if percent < Percent::default() {
            "fell"
        } else {
            "rose"
        };
        let by = format::percent(percent.magnitude());
        format!("Your account {verb} by {by}.")
    });
    let rest = [
        market_words(week),
        trade_words(week.trades, week.reasons),
        format!("Worst habit: {}", habit_words(week.habit)),
        format!("One experiment: {}", experiment_words(week.habit)),
    ];
    std::iter::once(worth).chain(change).chain(rest).collect()
}

#[component]
fn Slip(week: WeekView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let days = texts.week_days(texts.day(week.from), texts.day(week.to));
    let market = texts.said(&market_words(&week));
    let trades = texts.said(&trade_words(week.trades, week.reasons));
    let change = week.change.clone();
    let (amount, percent) = match &change {
        Some(change) => (Some(change.amount), change.percent),
        None => (None, None),
    };
    let best = match week.best_reason {
        Some(best) => {
            let (gain, on) = (texts.money(best.gain), texts.date(best.at));
            let words = match best.side {
                Side::Buy => texts.week_bought(best.symbol, on, gain),
                Side::Sell => texts.week_sold(best.symbol, on, gain),
            };
            view! {
                <blockquote>{best.reason}</blockquote>
                <p class="soft">{words}</p>
            }
            .into_any()
        }
        None => view! { <p>{texts.week_no_reason()}</p> }.into_any(),
    };
    view! {
        <header class="page-head">
            <h1>{texts.week_title()}</h1>
            <p>{days}</p>
        </header>
        <article class="slip week">
            <section>
                <h2>{texts.week_brought()}</h2>
                <p class="week-change" data-testid="week-change"><Delta money=amount percent=percent/></p>
                <p>{market}" "{trades}</p>
            </section>
            <section>
                <h2>{texts.week_best()}</h2>
                {best}
            </section>
            <section>
                <h2>{texts.week_worst()}</h2>
                <p data-testid="habit">{texts.said(habit_words(week.habit))}</p>
            </section>
            <section>
                <h2>{texts.week_try()}</h2>
                <p>{texts.said(experiment_words(week.habit))}</p>
            </section>
        </article>
        <p class="dashboard-links"><a href=paths::dashboard(game)>{texts.week_home()}</a></p>
    }
}

fn market_words(week: &WeekView) -> String {
    let Some(market) = week.market else {
        return "There is no week of the market to compare with yet.".to_owned();
    };
    let verb = if market < Percent::default() {
        "fell"
    } else {
        "rose"
    };
    format!(
        "The whole market {verb} by {}.",
        format::percent(market.magnitude())
    )
}

fn trade_words(trades: u32, reasons: u32) -> String {
    match (trades, reasons) {
        (0, _) => "You did not trade, which is often the best trade.".to_owned(),
        (1, 0) => "You traded once, without a reason.".to_owned(),
        (1, _) => "You traded once, with a reason.".to_owned(),
        (trades, 0) => format!("You traded {trades} times, never with a reason."),
        (trades, reasons) if trades == reasons => {
            format!("You traded {trades} times, each with a reason.")
        }
        (trades, 1) => format!("You traded {trades} times, once with a reason."),
        (trades, reasons) => format!("You traded {trades} times, {reasons} of them with a reason."),
    }
}

fn habit_words(habit: Option<Habit>) -> &'static str {
    match habit {
        None => "None that we noticed. Well done.",
        Some(Habit::HastySales) => {
            "You sold something within a day of buying it. In a day, a price moves mostly by chance."
        }
        Some(Habit::AllInOne) => {
            "Half of your money or more is in one company. One bad day there is a bad day for all of it."
        }
        Some(Habit::TooManyTrades) => {
            "You traded very often. Each trade is another guess, and fees add up."
        }
        Some(Habit::NoReasons) => {
            "Most of your trades have no written reason. Without one you cannot learn from how it ends."
        }
        Some(Habit::AllCash) => "You hold no shares. Cash is safe, but it does not grow.",
    }
}

fn experiment_words(habit: Option<Habit>) -> &'static str {
    match habit {
        None => "Look at your oldest reason and decide whether it still holds.",
        Some(Habit::HastySales) => {
            "Keep the next thing that you buy for seven days, whatever happens."
        }
        Some(Habit::AllInOne) => {
            "Put your next money into a company of another kind, or into a fund."
        }
        Some(Habit::TooManyTrades) => "Make three trades at most, and choose them on one day.",
        Some(Habit::NoReasons) => {
            "Before each trade, write one sentence: what must happen, and when you would sell."
        }
        Some(Habit::AllCash) => {
            "Buy a small part of a fund, and look at it once a week, not every hour."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trades_are_told_in_a_sentence() {
        let check = |trades, reasons, expected: &str| {
            assert_eq!(trade_words(trades, reasons), expected);
        };
        check(1, 1, "You traded once, with a reason.");
        check(3, 3, "You traded 3 times, each with a reason.");
        check(3, 2, "You traded 3 times, 2 of them with a reason.");
        check(3, 0, "You traded 3 times, never with a reason.");
    }
}
