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
use crate::{PageAssets, api, paths};

async fn load(game: String, handle: String) -> Result<ReceiptView, ApiError> {
    api::receipt_checks(&game, &handle).await
}

/// The player in the URL, in the game from its query.
#[component]
pub fn ProofPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let handle = params.with(|params| params.get("handle").unwrap_or_default());
        let game = query.with(|query| query.get("game"));
        (game.unwrap_or_else(|| OPEN_LEAGUE.to_owned()), handle)
    });
    let view = Resource::new(move || asked.get(), |(game, handle)| load(game, handle));
    view! {
        <Title text="Proof of a score"/>
        <Load resource=view let:view>
            <Proof view asked=asked.get_untracked()/>
        </Load>
    }
}

#[component]
fn Proof(view: ReceiptView, asked: (String, String)) -> impl IntoView {
    let (game, handle) = asked;
    let file = format!(
        "{}/games/{}/receipts/{}",
        api::PREFIX,
        encode(&game),
        encode(&handle)
    );
    let profile = paths::player(&handle);
    let name = view.handle.clone().unwrap_or_default();
    let intro = format!(
        "Every trade of {name} in {}, played again with the rules of the game.",
        view.game.clone().unwrap_or_default()
    );
    let said = match view.sound {
        true => {
            "The server itself finds nothing wrong. Its word alone proves nothing: your browser checks again now."
        }
        false => "The server itself finds that this score is wrong.",
    };
    view! {
        <header class="page-head">
            <div>
                <h1>"Proof of a score"</h1>
                <p>{intro}</p>
                <p class="actions">
                    <a class="button" href=file.clone() download="">"Save the receipt"</a>
                    <a href=profile>"Profile"</a>
                    <a href="/proof">"Check a saved receipt"</a>
                </p>
            </div>
        </header>
        <Checked view receipt=Some(file) said/>
    }
}

/// The page that checks a saved receipt, without sending it anywhere.
#[component]
pub fn ReceiptPage() -> impl IntoView {
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
        <Title text="Check a receipt"/>
        <header class="page-head">
            <div>
                <h1>"Check a receipt"</h1>
                <p>"A receipt is a file with every trade of one player in one game. Choose one: your browser replays it. The file stays on this computer."</p>
            </div>
        </header>
        <Checked view=nothing receipt=None said="No receipt has been chosen."/>
    }
}

/// The findings, and the place for those of the script.
#[component]
fn Checked(view: ReceiptView, receipt: Option<String>, said: &'static str) -> impl IntoView {
    let assets = use_context::<PageAssets>().unwrap_or_default();
    let address = |name: &str| assets.file(name).unwrap_or_default();
    let choose = receipt.is_none().then(|| {
        view! {
            <div class="field">
                <label for="receipt">"Receipt (a file that ends in .json)"</label>
                <input id="receipt" type="file" accept=".json,application/json"/>
            </div>
        }
    });
    let made = view
        .at
        .map(|at| view! { <p class="soft">"Made on " <LocalTime at/> "."</p> });
    let script = assets.file("proof.js");
    view! {
        <div class="stack" data-proof="" data-receipt=receipt data-script=address("checker.js") data-wasm=address("checker.wasm")>
            <section class="card" aria-labelledby="checks-title">
                <h2 id="checks-title">"What is proved, and what is not"</h2>
                {choose}
                <p role="status" data-status="" data-testid="proof-status">{said}</p>
                {made}
                <noscript><p>"To check without trusting the server, allow scripts, or save the receipt and run " <code>"tickerquest verify-receipt"</code> "."</p></noscript>
                <ul class="checks" role="list" data-checks="">
                    {view.checks.into_iter().map(|check| view! { <OneCheck check/> }).collect_view()}
                </ul>
            </section>
            <section class="card" aria-labelledby="entries-title">
                <h2 id="entries-title">"The latest entries of the ledger"</h2>
                <table class="proof-entries">
                    <caption class="visually-hidden">"Entries of the ledger, newest first"</caption>
                    <thead><tr><th scope="col" class="numeric">"Number"</th><th scope="col">"What happened"</th></tr></thead>
                    <tbody data-entries="">
                        {view.entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}
                    </tbody>
                </table>
            </section>
        </div>
        {script.map(|script| view! { <script r#type="module" src=script></script> })}
    }
}

#[component]
fn OneCheck(check: CheckView) -> impl IntoView {
    let (outcome, mark) = match check.outcome {
        Outcome::Passed => ("passed", "Holds"),
        Outcome::Failed => ("failed", "Wrong"),
        Outcome::NotProved => ("not_proved", "Not proved"),
    };
    view! {
        <li class="check" data-outcome=outcome>
            <span class="check-mark">{mark}</span>
            <h3>{check.title}</h3>
            <p>{check.words}</p>
        </li>
    }
}

#[component]
fn Entry(entry: EntryWords) -> impl IntoView {
    view! { <tr><td class="numeric">{entry.seq}</td><td>{entry.words}</td></tr> }
}
