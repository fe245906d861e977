//! One strategy: its targets, its performance, its versions, and the available actions.

use domain::Percent;
use domain::advice::{Measured, TargetPlan};
use domain::api::{StrategyContent, StrategyView, StrategyVisibility};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{followers_in_words, id_in_address, risk_label, sentence, tag_link};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::{typed_before, value_in_address};
use crate::{CurrentGame, Submission, api, paths};

/// The page of the strategy that the address names.
#[component]
pub fn StrategyPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let id = id_in_address();
    let version = value_in_address("version");
    let loaded = Resource::new(
        || (),
        move |()| {
            let (id, version) = (id.clone(), version.clone());
            async move {
                let version = Some(version.as_str()).filter(|version| !version.is_empty());
                api::strategy(&game.slug(), &id, version).await
            }
        },
    );
    let submission = Submission::new();
    // For a field, too: the sentence names its subject.
    let message = Signal::derive(move || {
        let error = submission.error.get();
        error.map(|error| texts.refusal(&error))
    });
    view! {
        <FormAlert message/>
        <Load resource=loaded let:loaded>
            <Title text=loaded.content.name.clone()/>
            <Strategy view=loaded/>
        </Load>
        <p class="advice-links"><a href=paths::strategies(game)>{texts.strategies_all()}</a></p>
    }
}

#[component]
fn Strategy(view: StrategyView) -> impl IntoView {
    let StrategyView {
        strategy,
        shown_version,
        content,
        versions,
        follows,
        hidden,
        operates,
    } = view;
    let texts = Texts::get();
    let game = CurrentGame::get();
    let reported = typed_before("reported");
    let is_latest = shown_version == strategy.version;
    let id = strategy.id.clone();
    let latest = paths::strategy(game, &id);
    let author = match (strategy.mine, strategy.author.as_str()) {
        (true, _) => texts.strategies_by_you().into_any(),
        (false, handle) => view! {
            {texts.strategies_by_word()}" "<a href=paths::player(handle)>{handle.to_owned()}</a>
        }
        .into_any(),
    };
    let followers = followers_in_words(strategy.followers);
    let version = texts.strategies_version_shown(shown_version);
    let seen_by = match strategy.visibility {
        StrategyVisibility::Private => Some(texts.strategies_only_you()),
        StrategyVisibility::Game => Some(texts.strategies_only_game()),
        StrategyVisibility::Public => None,
    };
    let tags = content.tags.clone().into_iter();
    view! {
        <header class="strategy-head">
            <h1>{content.name.clone()}</h1>
            <p class="soft">
                {format!("{} · ", risk_label(content.risk))}{author}
                {format!(" · {followers} · {version}")}
            </p>
            <p class="strategy-about">{content.description.clone()}</p>
            <ul class="strategy-tags" role="list">{tags.map(|tag| tag_link(game, tag)).collect_view()}</ul>
        </header>
        {hidden.then(|| view! { <p class="alert" data-testid="hidden-strategy">{texts.strategies_hidden()}</p> })}
        {seen_by.map(|words| view! { <p class="soft">{words}</p> })}
        {(!is_latest).then(|| view! {
            <p class="alert alert-calm">{texts.strategies_earlier(shown_version)}" "<a href=latest>{texts.strategies_to_latest()}</a></p>
        })}
        {(!reported.is_empty()).then(|| view! {
            <p class="alert alert-calm" role="status" data-testid="reported">{texts.strategies_reported()}</p>
        })}
        <Actions id=id.clone() mine=strategy.mine follows version=shown_version/>
        <div class="strategy-parts">
            <Allocation content/>
            <Figures measured=strategy.measured/>
        </div>
        <section class="card" aria-labelledby="versions">
            <h2 id="versions">{texts.strategies_versions()}</h2>
            <ol class="strategy-versions" role="list">
                {versions.into_iter().map(|version| {
                    let address = format!("{}?version={}", paths::strategy(game, &id), version.version);
                    let current = (version.version == shown_version).then_some("page");
                    view! { <li><a href=address aria-current=current>{texts.strategies_version(version.version)}</a>{format!(", {}", texts.date(version.published_at))}</li> }
                }).collect_view()}
            </ol>
        </section>
        {(!strategy.mine).then(|| view! { <Report id=strategy.id.clone()/> })}
        {operates.then(|| view! { <Hide id=strategy.id.clone() hidden/> })}
    }
}

/// The available actions.
#[component]
fn Actions(id: String, mine: bool, follows: bool, version: u32) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let copy = format!("{}/copy?version={version}", paths::strategy(game, &id));
    let copy_label = if mine {
        texts.strategies_take_own()
    } else {
        texts.strategies_take()
    };
    let own = if mine {
        let edit = format!("{}/edit", paths::strategy(game, &id));
        view! { <a class="button" href=edit>{texts.strategies_change()}</a> }.into_any()
    } else {
        let (action, label) = match follows {
            true => ("/forms/unfollow-strategy", texts.strategies_unfollow()),
            false => ("/forms/follow-strategy", texts.strategies_follow()),
        };
        view! {
            <form action=action method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="strategy" value=id.clone()/>
                <button class="button" data-testid="follow-strategy">{label}</button>
            </form>
        }
        .into_any()
    };
    let said = match (mine, follows) {
        (true, _) => "",
        (false, true) => texts.strategies_followed_words(),
        (false, false) => texts.strategies_follow_words(),
    };
    view! {
        <div class="actions strategy-actions">
            <a class="button button-primary" href=copy data-testid="copy-strategy">{copy_label}</a>
            {own}
        </div>
        <p class="soft">{said}</p>
    }
}

/// What the money is invested in: bars, and a table behind them.
#[component]
fn Allocation(content: StrategyContent) -> impl IntoView {
    let texts = Texts::get();
    let plan = content.plan;
    let rows = shares(&plan);
    // The first one on a tie.
    let largest = rows.iter().rev().max_by_key(|(_, share)| *share);
    let said = largest.map(|(name, share)| texts.strategies_largest(name, texts.percent(*share)));
    view! {
        <section class="card" aria-labelledby="parts">
            <h2 id="parts">{texts.strategies_holds()}</h2>
            <figure class="bars" data-testid="strategy-parts">
                <div class="bars-rows" aria-hidden="true">
                    {rows.iter().map(|(name, share)| bar(name, *share)).collect_view()}
                </div>
                <figcaption><p>{said}</p></figcaption>
            </figure>
            <details>
                <summary>{texts.strategies_table()}</summary>
                <div class="table-scroll">
                    <table class="table">
                        <caption class="visually-hidden">{texts.strategies_shares()}</caption>
                        <thead><tr><th scope="col">{texts.strategies_what()}</th><th scope="col">{texts.strategies_share()}</th></tr></thead>
                        <tbody>
                            {rows.into_iter().map(|(name, share)| view! {
                                <tr><th scope="row">{name}</th><td class="figure">{texts.percent(share)}</td></tr>
                            }).collect_view()}
                        </tbody>
                    </table>
                </div>
                <p class="soft">{rules(&plan)}</p>
            </details>
        </section>
    }
}

/// Every target with its share, and cash if any is left over.
fn shares(plan: &TargetPlan) -> Vec<(String, Percent)> {
    let texts = Texts::get();
    let targets = plan.targets.iter();
    let targets = targets.map(|target| (texts.aim(Some(&target.aim)), target.share));
    let cash = plan.cash();
    let cash = (cash > Percent::default()).then(|| (texts.aim(None), cash));
    targets.chain(cash).collect()
}

/// When the strategy trades back to its targets.
fn rules(plan: &TargetPlan) -> String {
    let texts = Texts::get();
    texts.strategies_rules(
        texts.bare_percent(&texts.percent(plan.absolute)),
        texts.percent(plan.relative),
        texts.money(plan.trade_min),
    )
}

/// A bar proportional to its share of the money.
fn bar(name: &str, share: Percent) -> impl IntoView + use<> {
    let width = share.basis_points().clamp(0, 10_000) / 10;
    view! {
        <div class="bar">
            <span class="bar-name">{name.to_owned()}</span>
            <span class="bar-figures figure">{Texts::get().percent(share)}</span>
            <svg viewBox="0 0 1000 20" preserveAspectRatio="none" focusable="false">
                <rect class="bar-track" width="1000" height="20"></rect>
                <rect class="bar-now" width=width.to_string() height="20"></rect>
            </svg>
        </div>
    }
}

/// How it did.
#[component]
fn Figures(measured: Option<Measured>) -> impl IntoView {
    let texts = Texts::get();
    let said = sentence(measured.as_ref());
    let facts = measured.map(|measured| {
        let later = texts.strategies_later().to_owned();
        let volatility = measured
            .volatility
            .map_or_else(|| later.clone(), |found| texts.percent(found));
        let sharpe = measured
            .sharpe
            .map_or(later, |ratio| texts.value_of(&ratio.to_string()));
        let rows = [
            (
                texts.strategies_return(),
                texts.signed_percent(measured.total),
            ),
            (
                texts.strategies_return_year(),
                texts.signed_percent(measured.year),
            ),
            (
                texts.strategies_worst_fall(),
                texts.percent(measured.worst_fall),
            ),
            (texts.strategies_volatility(), volatility),
            (texts.strategies_sharpe(), sharpe),
        ];
        let rows = rows.map(
            |(name, figure)| view! { <div><dt>{name}</dt><dd class="figure">{figure}</dd></div> },
        );
        view! {
            <dl class="facts" data-testid="strategy-figures">{rows.into_iter().collect_view()}</dl>
            <p class="soft">{texts.strategies_measured(texts.day(measured.until))}</p>
        }
    });
    view! {
        <section class="card" aria-labelledby="figures">
            <h2 id="figures">{texts.strategies_how()}</h2>
            <p data-testid="strategy-sentence">{said}</p>
            {facts}
        </section>
    }
}

#[component]
fn Report(id: String) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    view! {
        <details class="leave">
            <summary>{texts.strategies_report()}</summary>
            <form class="form" action="/forms/report-strategy" method="post">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <input type="hidden" name="strategy" value=id/>
                <div class="field">
                    <label for="report-words">{texts.strategies_report_what()}</label>
                    <textarea class="input" id="report-words" name="words" maxlength="400" rows="3" required></textarea>
                </div>
                <button class="button" data-testid="report">{texts.strategies_report_send()}</button>
            </form>
        </details>
    }
}

/// For operators.
#[component]
fn Hide(id: String, hidden: bool) -> impl IntoView {
    let texts = Texts::get();
    let next = paths::strategy(CurrentGame::get(), &id);
    let (action, label) = match hidden {
        true => ("show_strategy", texts.strategies_show_again()),
        false => ("hide_strategy", texts.strategies_hide()),
    };
    view! {
        <form class="strategy-hide" action="/forms/operator" method="post">
            <input type="hidden" name="action" value=action/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="next" value=next/>
            <button class="button button-quiet" data-testid="hide-strategy">{label}</button>
        </form>
    }
}
