//! The decision journal: reasons to review, beside what has happened since. A plain page, whose forms the
//! server answers.

use domain::api::{Grade, JournalEntryView, JournalView, SinceView};
use domain::{Money, Percent, Side};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::submission::{Submission, value_in_address};
use crate::{CurrentGame, api, format, paths};

/// The file formats of a ledger export.
const FILES: [(&str, &str); 4] = [
    ("ledger.csv", "Your ledger for a spreadsheet (CSV)"),
    ("ghostfolio.csv", "For Ghostfolio (CSV)"),
    ("ghostfolio.json", "For Ghostfolio (JSON)"),
    (
        "portfolio-performance.csv",
        "For Portfolio Performance (CSV)",
    ),
];

/// The page.
#[component]
pub fn JournalPage() -> impl IntoView {
    let game = CurrentGame::get();
    let cursor = value_in_address("cursor");
    let journal = Resource::new(
        || (),
        move |()| {
            let cursor = cursor.clone();
            async move { api::journal(&game.slug(), &cursor).await }
        },
    );
    let message = Submission::new().message_of_any(&["grade"]);
    view! {
        <Title text="Decision journal"/>
        <FormAlert message/>
        <Load resource=journal let:journal>
            <header class="page-head">
                <h1>"Decision journal"</h1>
                <p class="soft">"Why did you do it, and what came of it? Grade the decision, not the luck."</p>
            </header>
            <Journal journal/>
        </Load>
        <p class="page-links">
            <a href=paths::NOTES>"Your notes"</a>" · "<a href=paths::activity(game)>"Everything that happened"</a>
        </p>
        <section class="card journal-files" aria-labelledby="files">
            <h2 id="files">"Take it with you"</h2>
            <ul>
                {FILES.map(|(file, label)| view! {
                    <li><a href=format!("{}/games/{}/exports/{file}", api::PREFIX, game.slug()) rel="external" download="">{label}</a></li>
                }).into_iter().collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Journal(journal: JournalView) -> impl IntoView {
    let game = CurrentGame::get();
    if journal.entries.is_empty() {
        return view! {
            <EmptyState icon=IconName::Ledger title="No reason yet" text="Write a reason with your next order. It comes back here after 30 and 90 market days, beside what has happened since."/>
        }
        .into_any();
    }
    let older = journal.next.map(|next| {
        let address = format!("{}?cursor={next}", paths::journal(game));
        view! { <p class="page-links"><a href=address>"Older decisions"</a></p> }
    });
    let patterns = journal.patterns.into_iter();
    view! {
        <section class="card journal-patterns" aria-labelledby="patterns">
            <h2 id="patterns">"What they have in common"</h2>
            <ul>{patterns.map(|said| view! { <li>{said}</li> }).collect_view()}</ul>
        </section>
        <div class="journal" data-testid="journal">
            {journal.entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
        </div>
        {older}
    }
    .into_any()
}

#[component]
fn Entry(entry: JournalEntryView) -> impl IntoView {
    let game = CurrentGame::get();
    let verb = match entry.side {
        Side::Buy => "Bought",
        Side::Sell => "Sold",
    };
    let (quantity, price) = (format::quantity(entry.quantity), format::price(entry.price));
    let symbol = entry.symbol;
    let age = match entry.days {
        0 => "today".to_owned(),
        1 => "1 market day ago".to_owned(),
        days => format!("{days} market days ago"),
    };
    let id = format!("entry-{}", entry.seq);
    let heading = format!("heading-{}", entry.seq);
    let slip = if entry.grade.is_some() {
        "slip journal-entry"
    } else {
        "card card-open journal-entry"
    };
    let side = entry.side;
    let rows = entry.since.clone();
    let grading = if entry.due {
        view! { <Grading entry=entry.clone()/> }.into_any()
    } else {
        let left = 30_u32.saturating_sub(entry.days);
        view! { <p class="soft">{format!("You can grade it in {left} market days.")}</p> }
            .into_any()
    };
    view! {
        <article class=slip id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>
                {format!("{verb} {quantity} ")}<a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>{format!(" at {price}")}
            </h2>
            <p class="soft">{format!("{}, {age}", format::date(entry.at))}</p>
            <blockquote>{entry.reason.clone()}</blockquote>
            <Since rows side/>
            {grading}
        </article>
    }
}

#[component]
fn Since(rows: Vec<SinceView>, side: Side) -> impl IntoView {
    let Some(last) = rows.last().cloned() else {
        return view! { <p class="soft">"There is no price to compare with."</p> }.into_any();
    };
    let row = |since: SinceView| {
        let when = match since.days {
            Some(days) => format!("After {days} market days"),
            None => "Until now".to_owned(),
        };
        let market = since.market_percent.map(signed);
        view! {
            <tr>
                <th scope="row">{when}</th>
                <td class="number" data-label="Price">{format::price(since.price)}</td>
                <td class="number" data-label="Change">{signed(since.percent)}</td>
                <td class="number" data-label="Whole market">{market.unwrap_or_else(|| "unknown".to_owned())}</td>
                <td class="number" data-label="Against doing nothing">{gain(since.over_nothing)}</td>
            </tr>
        }
    };
    let sentence = sentence(side, &last);
    view! {
        <p>{sentence}</p>
        <div class="table-scroll">
            <table class="journal-since">
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">"When"</span></th>
                        <th scope="col" class="number">"Price"</th>
                        <th scope="col" class="number">"Change"</th>
                        <th scope="col" class="number">"Whole market"</th>
                        <th scope="col" class="number">"Against doing nothing"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What the last row says, in words.
fn sentence(side: Side, since: &SinceView) -> String {
    let amount = format::money(Money::from_units(
        since.over_nothing.units().saturating_abs(),
    ));
    let way = if since.over_nothing < Money::ZERO {
        "cost you"
    } else {
        "brought you"
    };
    let what = match side {
        Side::Buy => "Buying",
        Side::Sell => "Selling",
    };
    format!("{what} {way} {amount} so far, compared with doing nothing.")
}

fn signed(percent: Percent) -> String {
    let sign = if percent > Percent::default() {
        "+"
    } else {
        ""
    };
    format!("{sign}{}", format::percent(percent))
}

fn gain(amount: Money) -> String {
    let sign = if amount > Money::ZERO { "+" } else { "" };
    format!("{sign}{}", format::money(amount))
}

#[component]
fn Grading(entry: JournalEntryView) -> impl IntoView {
    let game = CurrentGame::get();
    let given = entry.grade;
    let button = move |grade: Grade| {
        let chosen = given == Some(grade);
        let class = if chosen {
            "button button-small"
        } else {
            "button button-small button-quiet"
        };
        view! {
            <button class=class name="grade" value=grade.as_str() aria-pressed=chosen.to_string()>{grade.label()}</button>
        }
    };
    let asked = match given {
        Some(_) => "Your grade:",
        None => "Would you decide the same again, knowing what you knew then?",
    };
    view! {
        <form class="journal-grade" action="/forms/grade" method="post">
            <input type="hidden" name="game" value=game.slug()/>
            <input type="hidden" name="seq" value=entry.seq.to_string()/>
            <fieldset>
                <legend>{asked}</legend>
                <div class="actions">{Grade::ALL.map(button).into_iter().collect_view()}</div>
            </fieldset>
        </form>
    }
}
