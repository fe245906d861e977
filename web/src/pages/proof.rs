//! Pages of proof: what anyone can check of a player's score. The server shows its own findings; a separate
//! module (`web/checker`) then replays the ledger in the reader's browser.

use domain::OPEN_LEAGUE;
use domain::api::{ApiError, CheckView, EntryWords, ReceiptView};
use domain::proof::Outcome;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::address::encode;
use crate::components::{Load, LocalTime};
use crate::language::Texts;
use crate::{PageAssets, api, paths};

async fn load(game: String, handle: String) -> Result<ReceiptView, ApiError> {
    api::receipt_checks(&game, &handle).await
}

/// The player in the URL, in the game from its query.
#[component]
pub fn ProofPage() -> impl IntoView {
    let texts = Texts::get();
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let handle = params.with(|params| params.get("handle").unwrap_or_default());
        let game = query.with(|query| query.get("game"));
        (game.unwrap_or_else(|| OPEN_LEAGUE.to_owned()), handle)
    });
    let view = Resource::new(move || asked.get(), |(game, handle)| load(game, handle));
    view! {
        <Title text=texts.proof_title()/>
        <Load resource=view let:view>
            <Proof view asked=asked.get_untracked()/>
        </Load>
    }
}

#[component]
fn Proof(view: ReceiptView, asked: (String, String)) -> impl IntoView {
    let texts = Texts::get();
    let (game, handle) = asked;
    let file = format!(
        "{}/games/{}/receipts/{}",
        api::PREFIX,
        encode(&game),
        encode(&handle)
    );
    let profile = paths::player(&handle);
    let name = view.handle.clone().unwrap_or_default();
    let intro = texts.proof_intro(name, texts.said(&view.game.clone().unwrap_or_default()));
    let said = match view.sound {
        true => texts.proof_sound(),
        false => texts.proof_wrong(),
    };
    view! {
        <header class="page-head">
            <div>
                <h1>{texts.proof_title()}</h1>
                <p>{intro}</p>
                <p class="actions">
                    <a class="button" href=file.clone() download="">{texts.proof_save()}</a>
                    <a href=profile>{texts.proof_profile()}</a>
                    <a href="/proof">{texts.proof_check_saved()}</a>
                </p>
            </div>
        </header>
        <Checked view receipt=Some(file) said/>
    }
}

/// The page that checks a saved receipt, without sending it anywhere.
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let texts = Texts::get();
    let nothing = ReceiptView {
        handle: None,
        game: None,
        at: None,
        sound: true,
        checks: Vec::new(),
        entries: Vec::new(),
        count: 0,
    };
    view! {
        <Title text=texts.proof_check()/>
        <header class="page-head">
            <div>
                <h1>{texts.proof_check()}</h1>
                <p>{texts.proof_check_lead()}</p>
            </div>
        </header>
        <Checked view=nothing receipt=None said=texts.proof_none_chosen()/>
    }
}

/// The findings, and the place for those of the script.
#[component]
fn Checked(view: ReceiptView, receipt: Option<String>, said: &'static str) -> impl IntoView {
    let texts = Texts::get();
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let address = |name: &str| assets.file(name).unwrap_or_default();
    let choose = receipt.is_none().then(|| {
        view! {
            <div class="field">
                <label for="receipt">{texts.proof_file()}</label>
                <input id="receipt" type="file" accept=".json,application/json"/>
            </div>
        }
    });
    let made = view
        .at
        .map(|at| view! { <p class="soft">{texts.proof_made()}" "<LocalTime at/>"."</p> });
    let script = assets.file("proof.js");
    view! {
        <div class="stack" data-proof="" data-receipt=receipt data-script=address("checker.js") data-wasm=address("checker.wasm") data-words=address("said.js") data-whose=texts.proof_whose("{name}", "{game}")>
            <section class="card" aria-labelledby="checks-title">
                <h2 id="checks-title">{texts.proof_checks()}</h2>
                {choose}
                <p role="status" data-status="" data-testid="proof-status">{said}</p>
                {made}
                <noscript><p>{texts.proof_no_script()}" "<code>"tickerquest verify-receipt"</code>"."</p></noscript>
                <ul class="checks" role="list" data-checks="">
                    {view.checks.into_iter().map(|check| view! { <OneCheck check/> }).collect_view()}
                </ul>
            </section>
            <section class="card" aria-labelledby="entries-title">
                <h2 id="entries-title">{texts.proof_entries()}</h2>
                <table class="proof-entries">
                    <caption class="visually-hidden">{texts.proof_entries_order()}</caption>
                    <thead><tr><th scope="col" class="numeric">{texts.proof_number()}</th><th scope="col">{texts.proof_happened()}</th></tr></thead>
                    <tbody data-entries="">
                        {view.entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
                    </tbody>
                </table>
            </section>
        </div>
        <CheckerTexts/>
        {script.map(|script| view! { <script r#type="module" src=script></script> })}
    }
}

/// What the scripts of the checking module say, for pages that are not in English.
#[component]
pub(super) fn CheckerTexts() -> impl IntoView {
    let lines = Texts::get().checker_lines();
    lines.map(|lines| view! { <script r#type="text/plain" data-said="" inner_html=lines></script> })
}

#[component]
fn OneCheck(check: CheckView) -> impl IntoView {
    let texts = Texts::get();
    let (outcome, mark) = match check.outcome {
        Outcome::Passed => ("passed", "Holds"),
        Outcome::Failed => ("failed", "Wrong"),
        Outcome::NotProved => ("not_proved", "Not proved"),
    };
    view! {
        <li class="check" data-outcome=outcome>
            <span class="check-mark">{texts.said(mark)}</span>
            <h3>{texts.said(&check.title)}</h3>
            <p>{texts.said(&check.words)}</p>
        </li>
    }
}

#[component]
fn Entry(entry: EntryWords) -> impl IntoView {
    let words = Texts::get().said(&entry.words);
    view! { <tr><td class="numeric">{entry.seq}</td><td>{words}</td></tr> }
}
