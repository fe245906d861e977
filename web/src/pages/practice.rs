//! A practice account that begins with a real portfolio: the form, and the dry run of what it says. A plain page;
//! the dry run is the answer to the form.

use std::collections::BTreeMap;

use domain::api::{
    ApiError, PracticeLine, PracticeMarket, PracticeOutcome, PracticeRow, PracticeView,
};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::FormAlert;
use crate::{CurrentGame, CurrentSession, format, paths};

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
                        <button class="button button-primary">"Play as a guest"</button>
                    </form>
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text="Practise with your own portfolio"/>
        <header class="page-head">
            <h1>"Practise with your own portfolio"</h1>
            <p class="soft">"Do you own shares in real life? Begin a game of your own with the same ones, and try here what you would not dare there: an X-ray, targets, a sale. Nobody else sees it, and it earns no XP."</p>
        </header>
        <Suspense fallback=|| ()>{body}</Suspense>
    }
}

#[component]
fn Form(posted: Option<PracticePosted>) -> impl IntoView {
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
        Some(format!("This {message}."))
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
            wrong.message
        ),
        None => error.message.clone(),
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
                    <label for="text">"Your holdings"</label>
                    <p class="hint" id="text-hint">"One line for each: symbol, shares and, if you like, the price: AAPL,10,190.50. Or paste the whole content of a file: activities exported from Ghostfolio (CSV or JSON), transactions from Portfolio Performance (CSV), or a ledger exported here. Nothing of it is kept except the game that you create."</p>
                    <textarea id="text" name="text" class="scenario-file" rows="8" required maxlength="131072" spellcheck="false" aria-describedby="text-hint text-error">{text}</textarea>
                    <p class="field-error" id="text-error">{text_error}</p>
                </div>
                <div class="field">
                    <label for="cash">"Cash besides, in dollars"</label>
                    <input class="input" id="cash" name="cash" inputmode="decimal" maxlength="16" autocomplete="off" placeholder="0" value=cash aria-describedby="cash-error"/>
                    <p class="field-error" id="cash-error">{cash_error}</p>
                </div>
                <button class="button button-primary" name="do" value="preview">"Show me what would happen"</button>
            </section>
            {shown}
        </form>
        <p class="advice-links">
            <a href=paths::x_ray(game)>"X-ray"</a>
            <a href=paths::GAMES>"My games"</a>
        </p>
    }
}

fn market_name(market: PracticeMarket) -> &'static str {
    match market {
        PracticeMarket::Shared => "the market of the open league",
        PracticeMarket::Replay => "real prices of the past, from a year before their end",
    }
}

#[component]
fn DryRun(view: PracticeView, choices: BTreeMap<String, String>) -> impl IntoView {
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
    let sum = format!(
        "This is {}. {held} of {} would be in your account, together with {} in cash: {} in all. Nothing is created yet.",
        view.format,
        plural(view.rows.len(), "holding"),
        format::money(view.cash),
        format::money(view.starting_cash),
    );
    let has_companies = !view.companies.is_empty();
    let companies = view.companies.into_iter().map(|one| {
        let label = format!("{} ({})", one.name, one.category);
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
            <h2>"What would happen"</h2>
            <p>{sum}</p>
            {view.notes.into_iter().map(|note| view! { <p class="soft">{note}</p> }).collect_view()}
            <Markets markets=view.markets market=view.market/>
            <Wrong wrong=view.wrong more=view.more_wrong/>
            <div class="table-scroll">
                <table class="table practice-rows">
                    <caption class="visually-hidden">"Each holding, and what becomes of it"</caption>
                    <thead><tr><th scope="col">"Line"</th><th scope="col">"In your file"</th><th scope="col">"In the game"</th><th scope="col">"Cost"</th><th scope="col">"Why"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <datalist id="companies">{companies}</datalist>
            {has_companies.then(|| view! { <p class="hint">"Type the symbol of a company of this market, or a hyphen to leave a holding out, and look again."</p> })}
            <div class="actions">
                <button class="button" name="do" value="preview">"Look again"</button>
                {(unknown > 0).then(|| view! { <button class="button" name="do" value="suggest">"Take the nearest for all that are unknown"</button> })}
                {(held > 0).then(|| view! { <button class="button button-primary" name="do" value="create" data-testid="create-practice">"Begin with these"</button> })}
            </div>
        </section>
    }
}

fn plural(count: usize, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {word}{ending}")
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
                <label for="market">"Played on"</label>
                <select class="input" id="market" name="market">{markets.into_iter().map(choice).collect_view()}</select>
            </div>
        }
    })
}

#[component]
fn Wrong(wrong: Vec<PracticeLine>, more: u64) -> impl IntoView {
    (!wrong.is_empty()).then(|| {
        let line = |one: PracticeLine| view! { <li>{format!("Line {}: {}.", one.line, one.message)}</li> };
        view! {
            <h3>"Lines that are left out"</h3>
            <ul class="field-error" data-testid="wrong-lines">{wrong.into_iter().map(line).collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="soft">{format!("And {more} more.")}</p> })}
        }
    })
}

#[component]
fn Row(row: PracticeRow, choices: BTreeMap<String, String>, choosable: bool) -> impl IntoView {
    let field = format!("choice:{}", row.written);
    let chosen = choices.get(&field).cloned().unwrap_or_default();
    let is_asked = choosable && (row.outcome == PracticeOutcome::Unknown || !chosen.is_empty());
    let label = format!("What stands for {}", row.written);
    let hint = row.suggestion.map(|symbol| format!("for example {symbol}"));
    let choice = is_asked.then(|| {
        view! { <input class="input" name=field list="companies" maxlength="8" autocomplete="off" aria-label=label placeholder=hint.unwrap_or_default() value=chosen/> }
    });
    let held = row.symbol.zip(row.quantity);
    let held = held.map(|(symbol, quantity)| format!("{} {symbol}", format::quantity(quantity)));
    let written = format!("{} {}", format::quantity(row.shares), row.written);
    view! {
        <tr>
            <td class="figure">{row.line}</td>
            <th scope="row">{written}{row.name.map(|name| view! { <span class="soft">" " {name}</span> })}</th>
            <td>{held.unwrap_or_else(|| "left out".to_owned())}{choice}</td>
            <td class="figure">{row.cost.map(format::money)}</td>
            <td>{row.reason}</td>
        </tr>
    }
}
