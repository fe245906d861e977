//! Luck or skill: the player's decisions on a thousand other markets. A plain page.

use domain::advice::{Bar, LuckReport};
use domain::api::{AdviceState, ApiError, LuckView};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::Submission;
use crate::{CurrentGame, api, paths, response};

/// The check that the address names, or else the one that was looked at last. That one may be gone meanwhile.
async fn load(
    game: CurrentGame,
    id: Option<String>,
    latest: Option<String>,
) -> Result<Option<LuckView>, ApiError> {
    match (id, latest) {
        (Some(id), _) => api::luck(&game.slug(), &id).await.map(Some),
        (None, Some(id)) => Ok(api::luck(&game.slug(), &id).await.ok()),
        (None, None) => Ok(None),
    }
}

/// The id of the check of this game that was looked at last.
fn latest(game: CurrentGame) -> Option<String> {
    let cookie = response::request_cookie(response::LUCK)?;
    let (slug, id) = cookie.rsplit_once('.')?;
    (*slug == *game.slug()).then(|| id.to_owned())
}

/// The page.
#[component]
pub fn LuckPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let id = use_query_map().get_untracked().get("id");
    let latest = latest(game);
    let found = Resource::new(|| (), move |()| load(game, id.clone(), latest.clone()));
    view! {
        <Title text=texts.what_if_luck()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=found let:found>
            <header class="page-head">
                <h1>{texts.what_if_luck()}</h1>
                <p class="soft">{texts.luck_lead()}</p>
            </header>
            {match found {
                Some(found) => view! { <Answer found/> }.into_any(),
                None => view! { <AskAgain label=texts.luck_play()/> }.into_any(),
            }}
        </Load>
        <p class="advice-links">
            <a href=paths::what_if(game)>{texts.x_ray_what_if()}</a>
            <a href=paths::portfolio(game)>{texts.x_ray_back()}</a>
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
    let texts = Texts::get();
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
            <AskAgain label=texts.luck_again()/>
        }
        .into_any(),
        (AdviceState::Pending | AdviceState::Processing, _) => view! {
            <Meta http_equiv="refresh" content="1"/>
            <p role="status">{texts.luck_done(done, total)}</p>
            <progress max=total.to_string() value=done.to_string() aria-label=texts.luck_played()></progress>
        }
        .into_any(),
        _ => view! {
            <p class="alert" role="alert">{texts.luck_failed()}</p>
            <AskAgain label=texts.luck_play()/>
        }
        .into_any(),
    }
}

/// What the histogram shows, in one sentence.
fn sentence(report: &LuckReport) -> String {
    let texts = Texts::get();
    let real = texts.money(report.real);
    let lower = report.lower.basis_points() / 100;
    let judgement = match lower {
        ..=10 => texts.luck_unlucky(),
        11..=35 => texts.luck_little_unlucky(),
        36..=64 => texts.luck_neither(),
        65..=89 => texts.luck_little_lucky(),
        90.. => texts.luck_lucky(),
    };
    texts.luck_said(real, lower, judgement)
}

/// What the decisions are worth without luck.
fn skill(report: &LuckReport) -> String {
    let texts = Texts::get();
    let beat = report.beat_index.basis_points() / 100;
    let judgement = match beat {
        ..=40 => texts.luck_skill_low(),
        41..=59 => texts.luck_skill_even(),
        60.. => texts.luck_skill_high(),
    };
    texts.luck_skill(beat, judgement)
}

#[component]
fn Report(report: LuckReport) -> impl IntoView {
    let texts = Texts::get();
    let (low, middle, high) = (
        texts.money(report.low),
        texts.money(report.middle),
        texts.money(report.high),
    );
    let described = texts.luck_most(&low, &high);
    let bars = report.bars.clone();
    let first = bars.first().map(|bar| texts.money(bar.from));
    let last = bars.last().map(|bar| texts.money(bar.to));
    view! {
        <section class="card luck" aria-labelledby="luck-head">
            <h2 id="luck-head">{texts.luck_head()}</h2>
            <p class="what-if-sentence" data-testid="luck">{sentence(&report)}</p>
            <p>{skill(&report)}</p>
            <figure class="what-if-chart">
                {histogram(&report, described)}
                <figcaption>
                    <p class="what-if-days soft"><span>{first}</span><span>{last}</span></p>
                    <p class="bars-key soft"><span class="bars-key-now"></span>{texts.luck_key()}" "<span class="bars-key-target"></span>{texts.luck_you()}</p>
                    <p>{texts.luck_middle(middle, low, high)}</p>
                </figcaption>
            </figure>
            <details>
                <summary>{texts.what_if_table()}</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">{texts.luck_caption()}</caption>
                        <thead><tr><th scope="col">{texts.luck_between()}</th><th scope="col">{texts.luck_markets()}</th></tr></thead>
                        <tbody>{bars.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
            <p class="soft">{texts.luck_note()}</p>
        </section>
    }
}

fn row(bar: Bar) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <tr>
            <th scope="row" class="figure">{texts.luck_and(texts.money(bar.from), texts.money(bar.to))}</th>
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
