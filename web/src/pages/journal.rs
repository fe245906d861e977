//! The decision journal: reasons to review, beside what has happened since. A plain page, whose forms the
//! server answers.

use domain::api::{Grade, JournalEntryView, JournalView, SinceView};
use domain::{Money, Percent, Side};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::submission::{Submission, value_in_address};
use crate::{CurrentGame, api, paths};

/// The file formats of a ledger export.
fn files() -> [(&'static str, &'static str); 4] {
    let texts = Texts::get();
    [
        ("ledger.csv", texts.journal_f_csv()),
        ("ghostfolio.csv", texts.journal_f_ghost_csv()),
        ("ghostfolio.json", texts.journal_f_ghost_json()),
        ("portfolio-performance.csv", texts.journal_f_performance()),
    ]
}

/// The page.
#[component]
pub fn JournalPage() -> impl IntoView {
    let texts = Texts::get();
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
        <Title text=texts.journal_title()/>
        <FormAlert message/>
        <Load resource=journal let:journal>
            <header class="page-head">
                <h1>{texts.journal_title()}</h1>
                <p class="soft">{texts.journal_lead()}</p>
            </header>
            <Journal journal/>
        </Load>
        <p class="page-links">
            <a href=paths::NOTES>{texts.journal_notes()}</a>" · "<a href=paths::activity(game)>{texts.journal_activity()}</a>
        </p>
        <section class="card journal-files" aria-labelledby="files">
            <h2 id="files">{texts.journal_take()}</h2>
            <ul>
                {files().map(|(file, label)| view! {
                    <li><a href=format!("{}/games/{}/exports/{file}", api::PREFIX, game.slug()) rel="external" download="">{label}</a></li>
                }).into_iter().collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Journal(journal: JournalView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    if journal.entries.is_empty() {
        return view! {
            <EmptyState icon=IconName::Ledger title=texts.journal_none() text=texts.journal_none_words()/>
        }
        .into_any();
    }
    let older = journal.next.map(|next| {
        let address = format!("{}?cursor={next}", paths::journal(game));
        view! { <p class="page-links"><a href=address>{texts.journal_older()}</a></p> }
    });
    let patterns = journal.patterns.into_iter();
    view! {
        <section class="card journal-patterns" aria-labelledby="patterns">
            <h2 id="patterns">{texts.journal_common()}</h2>
            <ul>{patterns.map(|said| view! { <li>{texts.said(&said)}</li> }).collect_view()}</ul>
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
    let texts = Texts::get();
    let game = CurrentGame::get();
    let quantity = texts.quantity(entry.quantity);
    let did = match entry.side {
        Side::Buy => texts.journal_bought(quantity),
        Side::Sell => texts.journal_sold(quantity),
    };
    let price = texts.journal_at(texts.price(entry.price));
    let symbol = entry.symbol;
    let age = match entry.days {
        0 => texts.journal_today().to_owned(),
        1 => texts.journal_one_day_ago().to_owned(),
        days => texts.journal_days_ago(days),
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
        view! { <p class="soft">{texts.journal_grade_in(left)}</p> }.into_any()
    };
    view! {
        <article class=slip id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>
                {did}" "<a href=paths::instrument(game, symbol)>{symbol.to_string()}</a>" "{price}
            </h2>
            <p class="soft">{format!("{}, {age}", texts.date(entry.at))}</p>
            <blockquote>{entry.reason.clone()}</blockquote>
            <Since rows side/>
            {grading}
        </article>
    }
}

#[component]
fn Since(rows: Vec<SinceView>, side: Side) -> impl IntoView {
    let texts = Texts::get();
    let Some(last) = rows.last().cloned() else {
        return view! { <p class="soft">{texts.journal_no_price()}</p> }.into_any();
    };
    let row = |since: SinceView| {
        let when = match since.days {
            Some(days) => texts.journal_after(days),
            None => texts.journal_until_now().to_owned(),
        };
        let market = since.market_percent.map(signed);
        view! {
            <tr>
                <th scope="row">{when}</th>
                <td class="number" data-label=texts.journal_price()>{texts.price(since.price)}</td>
                <td class="number" data-label=texts.journal_change()>{signed(since.percent)}</td>
                <td class="number" data-label=texts.journal_market()>{market.unwrap_or_else(|| texts.journal_unknown().to_owned())}</td>
                <td class="number" data-label=texts.journal_nothing()>{gain(since.over_nothing)}</td>
            </tr>
        }
    };
    let sentence = sentence(side, &last);
    view! {
        <p>{sentence}</p>
        <div class="table-scroll">
            <table class="journal-since stacking">
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">{texts.journal_when()}</span></th>
                        <th scope="col" class="number">{texts.journal_price()}</th>
                        <th scope="col" class="number">{texts.journal_change()}</th>
                        <th scope="col" class="number">{texts.journal_market()}</th>
                        <th scope="col" class="number">{texts.journal_nothing()}</th>
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
    let texts = Texts::get();
    let amount = texts.money(Money::from_units(
        since.over_nothing.units().saturating_abs(),
    ));
    match (side, since.over_nothing < Money::ZERO) {
        (Side::Buy, true) => texts.journal_buying_cost(amount),
        (Side::Buy, false) => texts.journal_buying_brought(amount),
        (Side::Sell, true) => texts.journal_selling_cost(amount),
        (Side::Sell, false) => texts.journal_selling_brought(amount),
    }
}

fn signed(percent: Percent) -> String {
    let texts = Texts::get();
    let sign = if percent > Percent::default() {
        "+"
    } else {
        ""
    };
    format!("{sign}{}", texts.percent(percent))
}

fn gain(amount: Money) -> String {
    let texts = Texts::get();
    let sign = if amount > Money::ZERO { "+" } else { "" };
    format!("{sign}{}", texts.money(amount))
}

#[component]
fn Grading(entry: JournalEntryView) -> impl IntoView {
    let texts = Texts::get();
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
            <button class=class name="grade" value=grade.as_str() aria-pressed=chosen.to_string()>{texts.said(grade.label())}</button>
        }
    };
    let asked = match given {
        Some(_) => texts.journal_your_grade(),
        None => texts.journal_same_again(),
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
