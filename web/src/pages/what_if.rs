//! What if: the player's own history compared with what it would have been. A plain page whose form changes
//! nothing.

use domain::api::{ApiError, WhatIfTrade, WhatIfView};
use domain::{Day, Money, Side};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::Load;
use crate::language::Texts;
use crate::{CurrentGame, api, format, paths};

mod chart;

use chart::Chart;

/// The query in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    scenario: String,
    day: Option<String>,
    seq: Option<String>,
}

impl Asked {
    fn of_address() -> Self {
        let query = use_query_map().get_untracked();
        let value = |name: &str| query.get(name).filter(|value| !value.is_empty());
        Self {
            scenario: value("scenario").unwrap_or_else(|| "nothing".to_owned()),
            day: value("day"),
            seq: value("seq"),
        }
    }
}

async fn load(game: CurrentGame, asked: Asked) -> Result<WhatIfView, ApiError> {
    let Asked { scenario, day, seq } = asked;
    api::what_if(&game.slug(), &scenario, day.as_deref(), seq.as_deref()).await
}

/// The page.
#[component]
pub fn WhatIfPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let asked = Asked::of_address();
    let told = {
        let asked = asked.clone();
        Resource::new(|| (), move |()| load(game, asked.clone()))
    };
    view! {
        <Title text=texts.what_if_title()/>
        <Load resource=told let:told>
            <header class="page-head">
                <h1>{texts.what_if_title()}</h1>
                <p class="soft">{texts.what_if_lead()}</p>
            </header>
            <Story told asked=asked.clone()/>
        </Load>
    }
}

#[component]
fn Story(told: WhatIfView, asked: Asked) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let first = told.points.first().map(|point| point.day);
    let last = told.points.last().map(|point| point.day);
    let sentence = sentence(texts, &told, &asked);
    let label = other_label(&asked.scenario);
    let unpaid = match told.unpaid {
        0 => None,
        1 => Some(texts.what_if_unpaid_one().to_owned()),
        number => Some(texts.what_if_unpaid(number)),
    };
    view! {
        <form class="card what-if-form" method="get" action=paths::what_if(game)>
            <h2>{texts.what_if_ask()}</h2>
            {choice(&asked, "nothing", texts.what_if_nothing())}
            {choice(&asked, "index", texts.what_if_index())}
            <p class="soft what-if-hint">{texts.what_if_index_hint()}</p>
            {choice(&asked, "rewind", texts.what_if_rewind())}
            <label class="visually-hidden" for="what-if-day">{texts.what_if_the_day()}</label>
            <input class="input" type="date" id="what-if-day" name="day"
                min=first.map(|day| day.to_string()) max=last.map(|day| day.to_string())
                value=asked.day.clone().or_else(|| first.map(|day| day.to_string()))/>
            {(!told.trades.is_empty()).then(|| view! {
                {choice(&asked, "without", texts.what_if_without())}
                <label class="visually-hidden" for="what-if-seq">{texts.what_if_the_trade()}</label>
                <select class="input" id="what-if-seq" name="seq">
                    {told.trades.iter().map(|trade| option(trade, asked.seq.as_deref())).collect_view()}
                </select>
            })}
            <button class="button button-primary">{texts.what_if_show()}</button>
        </form>
        <section class="card" aria-labelledby="what-if-story">
            <h2 id="what-if-story">{texts.what_if_both()}</h2>
            <p class="what-if-sentence" data-testid="what-if">{sentence}</p>
            {unpaid.map(|unpaid| view! { <p class="soft">{unpaid}</p> })}
            <Chart points=told.points label/>
            <p class="soft">{texts.what_if_caution()}</p>
        </section>
        <p class="advice-links">
            <a href=paths::x_ray(game)>{texts.what_if_x_ray()}</a>
            <a href=paths::luck(game)>{texts.what_if_luck()}</a>
            <a href=paths::activity(game)>{texts.what_if_all_trades()}</a>
        </p>
    }
}

fn choice(asked: &Asked, scenario: &'static str, label: &'static str) -> impl IntoView + use<> {
    let checked = asked.scenario == scenario;
    view! { <label class="tick"><input type="radio" name="scenario" value=scenario checked=checked/>{label}</label> }
}

/// A trade in words: `Bought 3 shares of PUFFN on 21 Nov 2026`.
fn words(trade: &WhatIfTrade) -> String {
    let texts = Texts::get();
    let (shares, day) = (texts.shares(trade.quantity), texts.day(trade.day));
    match trade.side {
        Side::Buy => texts.what_if_bought(shares, trade.symbol, day),
        Side::Sell => texts.what_if_sold(shares, trade.symbol, day),
    }
}

fn option(trade: &WhatIfTrade, chosen: Option<&str>) -> impl IntoView + use<> {
    let seq = trade.seq.to_string();
    let selected = chosen == Some(seq.as_str());
    view! { <option value=seq selected=selected>{words(trade)}</option> }
}

fn other_label(scenario: &str) -> &'static str {
    let texts = Texts::get();
    match scenario {
        "index" => texts.what_if_label_index(),
        "rewind" => texts.what_if_label_rewind(),
        "without" => texts.what_if_label_without(),
        _ => texts.what_if_label_nothing(),
    }
}

/// The result, in one or two sentences.
fn sentence(texts: Texts, told: &WhatIfView, asked: &Asked) -> String {
    let (real, other) = (texts.money(told.real), texts.money(told.other));
    let opening = match asked.scenario.as_str() {
        "index" => texts.what_if_said_index(other),
        "rewind" => {
            let day = asked.day.as_deref().and_then(|day| day.parse::<Day>().ok());
            let day = day.map_or_else(|| texts.what_if_that_day().to_owned(), |day| texts.day(day));
            texts.what_if_said_rewind(day, other)
        }
        "without" => {
            let mut trades = told.trades.iter();
            let seq = asked.seq.as_deref();
            let trade = trades.find(|trade| Some(trade.seq.to_string().as_str()) == seq);
            let trade = trade.map_or_else(
                || texts.what_if_that_trade().to_owned(),
                |trade| format!("“{}”", words(trade)),
            );
            texts.what_if_said_without(trade, other)
        }
        _ => texts.what_if_said_nothing(other),
    };
    format!("{opening} {}", comparison(texts, &real, told.difference))
}

fn comparison(texts: Texts, real: &str, difference: Money) -> String {
    if format::is_shown_as_zero(difference) {
        return texts.what_if_same(real);
    }
    let size = texts.money(if difference.is_negative() {
        difference.negated()
    } else {
        difference
    });
    if difference.is_negative() {
        texts.what_if_less(real, size)
    } else {
        texts.what_if_more(real, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(real: i32, other: i32) -> WhatIfView {
        let (real, other) = (Money::from_whole(real), Money::from_whole(other));
        WhatIfView {
            real,
            other,
            difference: real.checked_sub(other).unwrap(),
            unpaid: 0,
            points: Vec::new(),
            trades: Vec::new(),
        }
    }

    #[test]
    fn the_comparison_is_told_in_plain_words() {
        let check = |real, other, scenario: &str, day: Option<&str>, expected: &str| {
            let asked = Asked {
                scenario: scenario.into(),
                day: day.map(str::to_owned),
                seq: None,
            };
            let texts = Texts::default();
            assert_eq!(sentence(texts, &told(real, other), &asked), expected);
        };
        check(
            110,
            100,
            "nothing",
            None,
            "Had you never bought anything, you would have $100.00 now. You have $110.00: $10.00 more.",
        );
        check(
            90,
            100,
            "index",
            None,
            "All your money in the whole market would be worth $100.00 now. You have $90.00: $10.00 less.",
        );
        check(
            90,
            90,
            "rewind",
            Some("2026-11-02"),
            "Had you stopped trading after 2 Nov 2026, you would have $90.00 now. You have $90.00, which is the same.",
        );
    }
}
