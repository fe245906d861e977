//! What if: the player's own history compared with what it would have been. A plain page whose form changes
//! nothing.

use domain::api::{ApiError, WhatIfTrade, WhatIfView};
use domain::{Day, Money, Side};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::components::Load;
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
    let game = CurrentGame::get();
    let asked = Asked::of_address();
    let told = {
        let asked = asked.clone();
        Resource::new(|| (), move |()| load(game, asked.clone()))
    };
    view! {
        <Title text="What if?"/>
        <Load resource=told let:told>
            <header class="page-head">
                <h1>"What if?"</h1>
                <p class="soft">"Your own history, told twice: as it was, and as it would have been. One history alone does not show whether a decision was good. Two side by side show more."</p>
            </header>
            <Story told asked=asked.clone()/>
        </Load>
    }
}

#[component]
fn Story(told: WhatIfView, asked: Asked) -> impl IntoView {
    let game = CurrentGame::get();
    let first = told.points.first().map(|point| point.day);
    let last = told.points.last().map(|point| point.day);
    let sentence = sentence(&told, &asked);
    let label = other_label(&asked.scenario);
    let unpaid = match told.unpaid {
        0 => None,
        1 => Some(
            "1 later purchase is left out too: there would have been no cash for it.".to_owned(),
        ),
        number => Some(format!(
            "{number} later purchases are left out too: there would have been no cash for them."
        )),
    };
    view! {
        <form class="card what-if-form" method="get" action=paths::what_if(game)>
            <h2>"What would you have done differently?"</h2>
            {choice(&asked, "nothing", "I never bought anything")}
            {choice(&asked, "index", "I put all my money into the whole market")}
            <p class="soft what-if-hint">"The whole market is a little of every company. Its value is called the index."</p>
            {choice(&asked, "rewind", "I stopped trading after this day")}
            <label class="visually-hidden" for="what-if-day">"The day"</label>
            <input class="input" type="date" id="what-if-day" name="day"
                min=first.map(|day| day.to_string()) max=last.map(|day| day.to_string())
                value=asked.day.clone().or_else(|| first.map(|day| day.to_string()))/>
            {(!told.trades.is_empty()).then(|| view! {
                {choice(&asked, "without", "I left out this trade")}
                <label class="visually-hidden" for="what-if-seq">"The trade"</label>
                <select class="input" id="what-if-seq" name="seq">
                    {told.trades.iter().map(|trade| option(trade, asked.seq.as_deref())).collect_view()}
                </select>
            })}
            <button class="button button-primary">"Show me"</button>
        </form>
        <section class="card" aria-labelledby="what-if-story">
            <h2 id="what-if-story">"Both histories"</h2>
            <p class="what-if-sentence" data-testid="what-if">{sentence}</p>
            {unpaid.map(|unpaid| view! { <p class="soft">{unpaid}</p> })}
            <Chart points=told.points label/>
            <p class="soft">"A better result does not prove a better decision: in a short time luck decides a lot. Ask yourself what you knew on that day."</p>
        </section>
        <p class="advice-links">
            <a href=paths::x_ray(game)>"X-ray: what could hurt my money?"</a>
            <a href=paths::luck(game)>"Luck or skill?"</a>
            <a href=paths::activity(game)>"All my trades"</a>
        </p>
    }
}

fn choice(asked: &Asked, scenario: &'static str, label: &'static str) -> impl IntoView + use<> {
    let checked = asked.scenario == scenario;
    view! { <label class="tick-line"><input type="radio" name="scenario" value=scenario checked=checked/>{label}</label> }
}

/// A trade in words: `Bought 3 shares of PUFFN on 21 Nov 2026`.
fn words(trade: &WhatIfTrade) -> String {
    let verb = match trade.side {
        Side::Buy => "Bought",
        Side::Sell => "Sold",
    };
    let (shares, day) = (format::shares(trade.quantity), format::day(trade.day));
    format!("{verb} {shares} of {} on {day}", trade.symbol)
}

fn option(trade: &WhatIfTrade, chosen: Option<&str>) -> impl IntoView + use<> {
    let seq = trade.seq.to_string();
    let selected = chosen == Some(seq.as_str());
    view! { <option value=seq selected=selected>{words(trade)}</option> }
}

fn other_label(scenario: &str) -> &'static str {
    match scenario {
        "index" => "the whole market",
        "rewind" => "without later trades",
        "without" => "without that trade",
        _ => "without any trade",
    }
}

/// The result, in one or two sentences.
fn sentence(told: &WhatIfView, asked: &Asked) -> String {
    let (real, other) = (format::money(told.real), format::money(told.other));
    let opening = match asked.scenario.as_str() {
        "index" => format!("All your money in the whole market would be worth {other} now."),
        "rewind" => {
            let day = asked.day.as_deref().and_then(|day| day.parse::<Day>().ok());
            let day = day.map_or_else(|| "that day".to_owned(), format::day);
            format!("Had you stopped trading after {day}, you would have {other} now.")
        }
        "without" => {
            let mut trades = told.trades.iter();
            let seq = asked.seq.as_deref();
            let trade = trades.find(|trade| Some(trade.seq.to_string().as_str()) == seq);
            let trade = trade.map_or_else(
                || "that trade".to_owned(),
                |trade| format!("“{}”", words(trade)),
            );
            format!("Without {trade} you would have {other} now.")
        }
        _ => format!("Had you never bought anything, you would have {other} now."),
    };
    format!("{opening} {}", comparison(&real, told.difference))
}

fn comparison(real: &str, difference: Money) -> String {
    if format::is_shown_as_zero(difference) {
        return format!("You have {real}, which is the same.");
    }
    let size = format::money(if difference.is_negative() {
        difference.negated()
    } else {
        difference
    });
    if difference.is_negative() {
        format!("You have {real}: {size} less.")
    } else {
        format!("You have {real}: {size} more.")
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
            assert_eq!(sentence(&told(real, other), &asked), expected);
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
