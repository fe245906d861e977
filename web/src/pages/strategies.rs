//! Strategies: how other players divide their money. Plain pages, whose forms the server answers.

use domain::advice::{Aim, Measured};
use domain::api::StrategyRow;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{CurrentGame, format, paths};

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

/// What a share is invested in.
fn aim_in_words(aim: Option<&Aim>) -> String {
    aim.map_or_else(|| "Cash".to_owned(), Aim::to_string)
}

/// How a strategy did, in one sentence.
fn sentence(measured: Option<&Measured>) -> String {
    let Some(measured) = measured else {
        return "Not measured yet: it takes two market days.".to_owned();
    };
    let fall = if measured.worst_fall.is_negative() {
        let depth = format::percent(measured.worst_fall.magnitude());
        format!("its worst fall was {depth}")
    } else {
        "it never fell".to_owned()
    };
    let days = match measured.days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let moved = if measured.total.is_negative() {
        "lost"
    } else {
        "gained"
    };
    let total = format::percent(measured.total.magnitude());
    format!("In {days} since it was published it {moved} {total}, and {fall}.")
}

/// A strategy's entry in a list.
#[component]
fn Card(row: StrategyRow) -> impl IntoView {
    let game = CurrentGame::get();
    let address = paths::strategy(game, &row.id);
    let followers = match row.followers {
        0 => "No followers yet".to_owned(),
        1 => "1 follower".to_owned(),
        count => format!("{} followers", format::whole(i64::from(count))),
    };
    let year = row
        .measured
        .map(|measured| format!("{} this year", format::signed_percent(measured.year)));
    let author = if row.mine {
        "by you".to_owned()
    } else {
        format!("by {}", row.author)
    };
    let tags = row.tags.into_iter().map(|tag| tag_link(game, tag));
    view! {
        <li class="card strategy" data-testid="strategy">
            <h3><a href=address>{row.name}</a></h3>
            <p class="soft">{format!("{} · {author} · {followers}", row.risk.label())}</p>
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
