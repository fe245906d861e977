//! Strategies: how other players divide their money. Plain pages, whose forms the server answers.

use domain::advice::Measured;
use domain::api::{RiskProfile, StrategyRow};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::language::Texts;
use crate::{CurrentGame, paths};

mod copy;
mod filters;
mod form;
mod list;
mod one;

pub use copy::CopyPage;
pub use form::{EditPage, PublishPage};
pub use list::StrategiesPage;
pub use one::StrategyPage;

/// The id in the page's URL.
fn id_in_address() -> String {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    id.unwrap_or_default()
}

/// The name of a risk profile.
fn risk_label(risk: RiskProfile) -> &'static str {
    let texts = Texts::get();
    match risk {
        RiskProfile::Cautious => texts.strategies_risk_cautious(),
        RiskProfile::Balanced => texts.strategies_risk_balanced(),
        RiskProfile::Bold => texts.strategies_risk_bold(),
    }
}

/// How many follow a strategy.
fn followers_in_words(count: u32) -> String {
    let texts = Texts::get();
    match count {
        1 => texts.strategies_one_follower().to_owned(),
        count => texts.strategies_followers(texts.whole(i64::from(count))),
    }
}

/// How a strategy did, in one sentence.
fn sentence(measured: Option<&Measured>) -> String {
    let texts = Texts::get();
    let Some(measured) = measured else {
        return texts.strategies_not_measured().to_owned();
    };
    let fall = if measured.worst_fall.is_negative() {
        let depth = texts.percent(measured.worst_fall.magnitude());
        texts.strategies_worst_fall_was(depth)
    } else {
        texts.strategies_never_fell().to_owned()
    };
    let days = texts.days(i64::from(measured.days));
    let total = texts.percent(measured.total.magnitude());
    if measured.total.is_negative() {
        texts.strategies_lost(days, total, fall)
    } else {
        texts.strategies_gained(days, total, fall)
    }
}

/// A strategy's entry in a list.
#[component]
fn Card(row: StrategyRow) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let address = paths::strategy(game, &row.id);
    let followers = match row.followers {
        0 => texts.strategies_no_followers().to_owned(),
        count => followers_in_words(count),
    };
    let year = row
        .measured
        .map(|measured| texts.strategies_this_year(texts.signed_percent(measured.year)));
    let author = if row.mine {
        texts.strategies_by_you().to_owned()
    } else {
        texts.strategies_by(&row.author)
    };
    let tags = row.tags.into_iter().map(|tag| tag_link(game, tag));
    view! {
        <li class="card strategy" data-testid="strategy">
            <h3><a href=address>{row.name}</a></h3>
            <p class="soft">{format!("{} · {author} · {followers}", risk_label(row.risk))}</p>
            <p class="strategy-about">{row.description}</p>
            <ul class="strategy-tags" role="list">{tags.collect_view()}</ul>
            <p>{year.map(|year| view! { <strong class="figure">{year}</strong>" · " })}{sentence(row.measured.as_ref())}</p>
        </li>
    }
}

fn tag_link(game: CurrentGame, tag: String) -> impl IntoView {
    let address = paths::strategies_tagged(game, &tag);
    view! { <li><a class="chip" href=address>{format!("#{tag}")}</a></li> }
}

#[cfg(test)]
mod tests {
    use domain::{Day, Percent};

    use super::*;

    #[test]
    fn figures_are_told_in_one_sentence() {
        let percent = Percent::from_basis_points;
        let mut measured = Measured {
            total: percent(1_250),
            year: percent(400),
            volatility: None,
            sharpe: None,
            worst_fall: percent(-310),
            days: 45,
            until: Day::from_number(20_000),
        };
        assert_eq!(
            sentence(Some(&measured)),
            "In 45 days since it was published it gained 12.50%, and its worst fall was 3.10%."
        );
        (measured.total, measured.worst_fall, measured.days) = (percent(0), percent(0), 1);
        assert_eq!(
            sentence(Some(&measured)),
            "In 1 day since it was published it gained 0.00%, and it never fell."
        );
    }
}
