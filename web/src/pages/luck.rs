//! Luck or skill: the player's decisions on a thousand other markets. A plain page.

use domain::advice::{Bar, LuckReport};
use domain::api::{AdviceState, ApiError, LuckView};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use crate::components::{FormAlert, Load};
use crate::submission::Submission;
use crate::{CurrentGame, api, format, paths};

async fn load(game: CurrentGame, id: Option<String>) -> Result<Option<LuckView>, ApiError> {
    match id {
        Some(id) => api::luck(&game.slug(), &id).await.map(Some),
        None => Ok(None),
    }
}

/// The page.
#[component]
pub fn LuckPage() -> impl IntoView {
    let game = CurrentGame::get();
    let id = use_query_map().get_untracked().get("id");
    let found = Resource::new(|| (), move |()| load(game, id.clone()));
    view! {
        <Title text="Luck or skill?"/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>"Luck or skill?"</h1>
                <p class="soft">"Prices move by chance too. So we take your decisions, on the same days and for the same amounts, and play them on 1,000 other invented markets. If you end well on most of them, it was more than luck."</p>
            </header>
            {match found {
                Some(found) => view! { <Answer found/> }.into_any(),
                None => view! { <AskAgain label="Play my decisions 1,000 times"/> }.into_any(),
            }}
        </Load>
        <p class="advice-links">
            <a href=paths::what_if(game)>"What if I had decided differently?"</a>
            <a href=paths::portfolio(game)>"Back to my portfolio"</a>
        </p>
    }
}

#[component]
fn AskAgain(label: &'static str) -> impl IntoView {
    let game = CurrentGame::get();
    view! {
        <form action="/forms/luck" method="post">
            <input type="hidden" name="game" value=game.slug().to_string()/>
            <button class="button button-primary">{label}</button>
        </form>
    }
}

#[component]
fn Answer(found: LuckView) -> impl IntoView {
    let LuckView {
        state,
        done,
        total,
        report,
        ..
    } = found;
    match (state, report) {
        (AdviceState::Completed, Some(report)) => view! {
            <Report report/>
            <AskAgain label="Play them again"/>
        }
        .into_any(),
        (AdviceState::Pending | AdviceState::Processing, _) => view! {
            <Meta http_equiv="refresh" content="1"/>
            <p role="status">{format!("{done} of {total} markets have been played. The rest will appear by itself.")}</p>
            <progress max=total.to_string() value=done.to_string() aria-label="Markets played"></progress>
        }
        .into_any(),
        _ => view! {
            <p class="alert" role="alert">"That did not work. Please try again."</p>
            <AskAgain label="Play my decisions 1,000 times"/>
        }
        .into_any(),
    }
}

/// What the histogram shows, in one sentence.
fn sentence(report: &LuckReport) -> String {
    let real = format::money(report.real);
    let lower = report.lower.basis_points() / 100;
    let judgement = match lower {
        ..=10 => "you were unlucky",
        11..=35 => "you were a little unlucky",
        36..=64 => "you were neither lucky nor unlucky",
        65..=89 => "you were a little lucky",
        90.. => "you were very lucky",
    };
    format!(
        "You have {real}. The same decisions ended lower on {lower} of 100 other markets, so {judgement}."
    )
}

/// What the decisions are worth without luck.
fn skill(report: &LuckReport) -> String {
    let beat = report.beat_index.basis_points() / 100;
    let judgement = match beat {
        ..=40 => "Most of the time it would have been better to buy the whole market and wait.",
        41..=59 => {
            "That is about as often as a coin shows heads, so your choices of companies neither helped nor hurt."
        }
        60.. => {
            "That is more often than a coin shows heads, so there is more in your decisions than luck."
        }
    };
    format!("They did better than the whole market on {beat} of 100 markets. {judgement}")
}

#[component]
fn Report(report: LuckReport) -> impl IntoView {
    let (low, middle, high) = (
        format::money(report.low),
        format::money(report.middle),
        format::money(report.high),
    );
    let described = format!("Most markets ended between {low} and {high}.");
    let bars = report.bars.clone();
    let first = bars.first().map(|bar| format::money(bar.from));
    let last = bars.last().map(|bar| format::money(bar.to));
    view! {
        <section class="card luck" aria-labelledby="luck-head">
            <h2 id="luck-head">"Your decisions on 1,000 markets"</h2>
            <p class="what-if-sentence" data-testid="luck">{sentence(&report)}</p>
            <p>{skill(&report)}</p>
            <figure class="what-if-chart">
                {histogram(&report, described)}
                <figcaption>
                    <p class="what-if-days soft"><span>{first}</span><span>{last}</span></p>
                    <p class="bars-key soft"><span class="bars-key-now"></span>"markets that ended there "<span class="bars-key-target"></span>"you"</p>
                    <p>{format!("The middle market ended at {middle}. Nine in ten ended between {low} and {high}: that is how much chance can do.")}</p>
                </figcaption>
            </figure>
            <details>
                <summary>"As a table"</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">"How many markets ended where"</caption>
                        <thead><tr><th scope="col">"Ended between"</th><th scope="col">"Markets"</th></tr></thead>
                        <tbody>{bars.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
            <p class="soft">"Played without fees, on markets that are made like yours and differ only in chance."</p>
        </section>
    }
}

fn row(bar: Bar) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="figure">{format!("{} and {}", format::money(bar.from), format::money(bar.to))}</th>
            <td class="figure">{bar.markets}</td>
        </tr>
    }
}

fn histogram(report: &LuckReport, described: String) -> impl IntoView + use<> {
    let tallest = report
        .bars
        .iter()
        .map(|bar| i64::from(bar.markets))
        .max()
        .unwrap_or(1)
        .max(1);
    let bars = report.bars.iter().zip(0_i64..).map(|(bar, place)| {
        let height = i64::from(bar.markets) * 200 / tallest;
        view! { <rect class="bar-now" x=(place * 50 + 2).to_string() y=(200 - height).to_string() width="46" height=height.to_string()></rect> }
    });
    let bars = bars.collect_view();
    let ends = report.bars.first().zip(report.bars.last());
    let you = ends.map(|(first, last)| {
        let (low, high) = (first.from.units(), last.to.units());
        let width = high.saturating_sub(low).max(1);
        let x = i128::from(report.real.units().clamp(low, high).saturating_sub(low)) * 1_000 / i128::from(width);
        view! { <rect class="bar-target" x=(x - 6).to_string() y="0" width="12" height="200"></rect> }
    });
    view! {
        <svg viewBox="-6 0 1012 200" preserveAspectRatio="none" role="img" aria-label=described>{bars}{you}</svg>
    }
}
