//! A practice account that begins with a real portfolio: the form, and the dry run of what it says. A plain page;
//! the dry run is the answer to the form.

use std::collections::BTreeMap;

use domain::api::{
    ApiError, PracticeLine, PracticeMarket, PracticeOutcome, PracticeRow, PracticeView,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::FormAlert;
use crate::language::Texts;
use crate::{CurrentGame, CurrentSession, paths};

/// What was sent with the form, and what the server says to it. The server provides it as a context.
#[derive(Debug, Clone)]
pub struct PracticePosted {
    /// The fields of the form.
    pub fields: BTreeMap<String, String>,
    /// What would be created.
    pub view: Option<PracticeView>,
    /// What is wrong.
    pub error: Option<ApiError>,
}

impl PracticePosted {
    fn field(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }
}

/// The page.
#[component]
pub fn PracticePage() -> impl IntoView {
    let texts = Texts::get();
    let posted = use_context::<PracticePosted>();
    let session = CurrentSession::get().resource();
    let body = move || {
        let posted = posted.clone();
        Suspend::new(async move {
            match session.await {
                Ok(Some(_)) => view! { <Form posted/> }.into_any(),
                _ => view! {
                    <form action="/forms/guest" method="post">
                        <input type="hidden" name="next" value=paths::PRACTICE/>
                        <button class="button button-primary">{texts.parts_guest()}</button>
                    </form>
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text=texts.practice_title()/>
        <header class="page-head">
            <h1>{texts.practice_title()}</h1>
            <p class="soft">{texts.practice_lead()}</p>
        </header>
        <Suspense fallback=|| ()>{body}</Suspense>
    }
}

#[component]
fn Form(posted: Option<PracticePosted>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let typed = |name: &str| {
        posted
            .as_ref()
            .map(|posted| posted.field(name))
            .unwrap_or_default()
    };
    let (text, cash) = (typed("text"), typed("cash"));
    let error = posted.as_ref().and_then(|posted| posted.error.clone());
    let of_field = |field: &str| {
        let error = error.as_ref()?;
        let message = error.message_of(field)?;
        Some(texts.field_refusal(field, message))
    };
    let (text_error, cash_error) = (of_field("text"), of_field("cash"));
    // Of choices and the market, and what is about no field.
    let other = error
        .as_ref()
        .filter(|_| text_error.is_none() && cash_error.is_none());
    let other = other.map(|error| match error.fields.first() {
        Some(wrong) => format!(
            "{}: {}",
            wrong.field.trim_start_matches("choices."),
            texts.field_refusal(&wrong.field, &wrong.message)
        ),
        None => texts.refusal(error),
    });
    let choices = posted
        .as_ref()
        .map(|posted| posted.fields.clone())
        .unwrap_or_default();
    let view = posted.and_then(|posted| posted.view);
    let shown = view.map(|view| view! { <DryRun view choices/> });
    view! {
        <FormAlert message=Signal::stored(other)/>
        <form class="form practice" action=paths::PRACTICE method="post">
            <section class="card">
                <div class="field">
                    <label for="text">{texts.practice_holdings_label()}</label>
                    <p class="hint" id="text-hint">{texts.practice_holdings_hint()}</p>
                    <textarea id="text" name="text" class="scenario-file" rows="8" required maxlength="131072" spellcheck="false" aria-describedby="text-hint text-error">{text}</textarea>
                    <p class="field-error" id="text-error">{text_error}</p>
                </div>
                <div class="field">
                    <label for="cash">{texts.practice_cash()}</label>
                    <input class="input" id="cash" name="cash" inputmode="decimal" maxlength="16" autocomplete="off" placeholder="0" value=cash aria-describedby="cash-error"/>
                    <p class="field-error" id="cash-error">{cash_error}</p>
                </div>
                <button class="button button-primary" name="do" value="preview">{texts.practice_preview()}</button>
            </section>
            {shown}
        </form>
        <p class="advice-links">
            <a href=paths::x_ray(game)>{texts.x_ray_title()}</a>
            <a href=paths::GAMES>{texts.practice_games()}</a>
        </p>
    }
}

fn market_name(market: PracticeMarket) -> &'static str {
    let texts = Texts::get();
    match market {
        PracticeMarket::Shared => texts.practice_shared(),
        PracticeMarket::Replay => texts.practice_replay(),
    }
}

#[component]
fn DryRun(view: PracticeView, choices: BTreeMap<String, String>) -> impl IntoView {
    let texts = Texts::get().in_currency(view.currency);
    provide_context(texts);
    let held = view
        .rows
        .iter()
        .filter(|row| row.outcome == PracticeOutcome::Held);
    let held = held.count();
    let unknown = view
        .rows
        .iter()
        .filter(|row| row.outcome == PracticeOutcome::Unknown);
    let unknown = unknown.count();
    let holdings = match view.rows.len() {
        1 => texts.practice_one_holding().to_owned(),
        count => texts.practice_holdings(count),
    };
    let sum = texts.practice_sum(
        texts.said(&view.format),
        held,
        holdings,
        texts.money(view.cash),
        texts.money(view.starting_cash),
    );
    let has_companies = !view.companies.is_empty();
    let companies = view.companies.into_iter().map(|one| {
        let label = format!("{} ({})", one.name, texts.category(one.category));
        view! { <option value=one.symbol.to_string()>{label}</option> }
    });
    let companies = companies.collect_view();
    let rows = view
        .rows
        .into_iter()
        .map(|row| view! { <Row row choices=choices.clone() choosable=has_companies/> });
    let rows = rows.collect_view();
    view! {
        <section class="card" data-testid="dry-run">
            <h2>{texts.practice_would()}</h2>
            <p>{sum}</p>
            {view.notes.into_iter().map(|note| view! { <p class="soft">{texts.said(&note)}</p> }).collect_view()}
            <Markets markets=view.markets market=view.market/>
            <Wrong wrong=view.wrong more=view.more_wrong/>
            <div class="table-scroll">
                <table class="table practice-rows">
                    <caption class="visually-hidden">{texts.practice_caption()}</caption>
                    <thead><tr><th scope="col">{texts.practice_line_head()}</th><th scope="col">{texts.practice_file_head()}</th><th scope="col">{texts.practice_game_head()}</th><th scope="col">{texts.practice_cost()}</th><th scope="col">{texts.practice_why()}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <datalist id="companies">{companies}</datalist>
            {has_companies.then(|| view! { <p class="hint">{texts.practice_companies_hint()}</p> })}
            <div class="actions">
                <button class="button" name="do" value="preview">{texts.practice_again()}</button>
                {(unknown > 0).then(|| view! { <button class="button" name="do" value="suggest">{texts.practice_suggest()}</button> })}
                {(held > 0).then(|| view! { <button class="button button-primary" name="do" value="create" data-testid="create-practice">{texts.practice_begin()}</button> })}
            </div>
        </section>
    }
}

#[component]
fn Markets(markets: Vec<PracticeMarket>, market: PracticeMarket) -> impl IntoView {
    let choice = move |one: PracticeMarket| {
        let value = match one {
            PracticeMarket::Shared => "shared",
            PracticeMarket::Replay => "replay",
        };
        view! { <option value=value selected=one == market>{market_name(one)}</option> }
    };
    (markets.len() > 1).then(|| {
        view! {
            <div class="field">
                <label for="market">{Texts::get().practice_played_on()}</label>
                <select class="input" id="market" name="market">{markets.into_iter().map(choice).collect_view()}</select>
            </div>
        }
    })
}

#[component]
fn Wrong(wrong: Vec<PracticeLine>, more: u64) -> impl IntoView {
    let texts = Texts::get();
    (!wrong.is_empty()).then(|| {
        let line = |one: PracticeLine| {
            let told = texts.practice_line(one.line, texts.said(&one.message));
            view! { <li>{told}</li> }
        };
        view! {
            <h3>{texts.practice_left_out_lines()}</h3>
            <ul class="field-error" data-testid="wrong-lines">{wrong.into_iter().map(line).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="soft">{texts.practice_more_lines(more)}</p> })}
        }
    })
}

#[component]
fn Row(row: PracticeRow, choices: BTreeMap<String, String>, choosable: bool) -> impl IntoView {
    let texts = Texts::get();
    let field = format!("choice:{}", row.written);
    let chosen = choices.get(&field).cloned().unwrap_or_default();
    let is_asked = choosable && (row.outcome == PracticeOutcome::Unknown || !chosen.is_empty());
    let label = texts.practice_stands_for(&row.written);
    let hint = row.suggestion.map(|symbol| texts.practice_example(symbol));
    let choice = is_asked.then(|| {
        view! { <input class="input" name=field list="companies" maxlength="8" autocomplete="off" aria-label=label placeholder=hint.unwrap_or_default() value=chosen/> }
    });
    let held = row.symbol.zip(row.quantity);
    let held = held.map(|(symbol, quantity)| format!("{} {symbol}", texts.quantity(quantity)));
    let written = format!("{} {}", texts.quantity(row.shares), row.written);
    view! {
        <tr>
            <td class="figure">{row.line}</td>
            <th scope="row">{written}{row.name.map(|name| view! { <span class="soft">" " {name}</span> })}</th>
            <td>{held.unwrap_or_else(|| texts.practice_left_out().to_owned())}{choice}</td>
            <td class="figure">{row.cost.map(|cost| texts.money(cost))}</td>
            <td>{texts.said(&row.reason)}</td>
        </tr>
    }
}
