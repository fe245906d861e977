//! The final standings of days, weeks and seasons that have ended.

use domain::Timestamp;
use domain::api::{ApiError, ClosedPeriodView, FinalView};
use domain::boards::{Measure, Period};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::rows::Name;
use crate::address::encode;
use crate::components::{Delta, EmptyState, IconName, Load};
use crate::language::Texts;
use crate::{CurrentGame, api};

fn periods_in_words(texts: Texts) -> [(Period, &'static str); 3] {
    [
        (Period::Week, texts.ended_weeks()),
        (Period::Day, texts.ended_days()),
        (Period::Season, texts.ended_seasons()),
    ]
}

/// Which standings an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    period: Period,
    measure: Measure,
    starts_at: Option<Timestamp>,
    after: u32,
}

impl Shown {
    fn address(self, base: &str) -> String {
        let starts_at = self.starts_at.map_or_else(String::new, |at| {
            format!("&starts_at={}", encode(&at.to_string()))
        });
        let after = match self.after {
            0 => String::new(),
            after => format!("&after={after}"),
        };
        let (period, measure) = (self.period.as_str(), self.measure.as_str());
        format!("{base}?period={period}&measure={measure}{starts_at}{after}")
    }
}

/// The page of the game that the address names.
#[component]
pub fn EndedPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let base = game.link("/past-leaderboards");
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|query| {
            let period = query.get("period").and_then(|name| Period::named(&name));
            let is_xp = query.get("measure").is_some_and(|name| name == "xp");
            Shown {
                period: period
                    .filter(|one| *one != Period::All)
                    .unwrap_or(Period::Week),
                measure: if is_xp { Measure::Xp } else { Measure::Return },
                starts_at: query.get("starts_at").and_then(|at| at.parse().ok()),
                after: query
                    .get("after")
                    .and_then(|rank| rank.parse().ok())
                    .unwrap_or(0),
            }
        })
    });
    let slug = game.slug();
    let standings = Resource::new(
        move || shown.get(),
        move |shown| load(slug.to_string(), shown),
    );
    let back = game.link("/leaderboard");
    let address = base.clone();
    view! {
        <Title text=texts.ended_title()/>
        <header class="page-head">
            <h1>{texts.ended_title()}</h1>
            <p class="soft"><a href=back>{texts.ended_back()}</a></p>
        </header>
        <Choice base shown/>
        <Load resource=standings let:standings>
            <Ended standings shown=shown.get() base=address.clone()/>
        </Load>
    }
}

async fn load(game: String, shown: Shown) -> Result<ClosedPeriodView, ApiError> {
    api::ended_leaderboard(
        &game,
        shown.period,
        shown.measure,
        shown.starts_at,
        shown.after,
    )
    .await
}

#[component]
fn Choice(base: String, shown: Memo<Shown>) -> impl IntoView {
    let texts = Texts::get();
    let pills = move |all: Vec<(Shown, &'static str)>| {
        let base = base.clone();
        all.into_iter()
            .map(move |(one, label)| {
                let now = shown.get();
                let same = one.period == now.period && one.measure == now.measure;
                let current = same.then_some("true");
                view! { <li><a class="pill" href=one.address(&base) aria-current=current>{label}</a></li> }
            })
            .collect_view()
    };
    let again = pills.clone();
    let first = move |shown: Shown| Shown {
        starts_at: None,
        after: 0,
        ..shown
    };
    let periods = move || {
        let one = |(period, label)| {
            (
                first(Shown {
                    period,
                    ..shown.get()
                }),
                label,
            )
        };
        pills(periods_in_words(texts).map(one).into())
    };
    let measures = move || {
        let measures = [(Measure::Return, texts.ended_return()), (Measure::Xp, "XP")];
        let one = |(measure, label)| {
            (
                first(Shown {
                    measure,
                    ..shown.get()
                }),
                label,
            )
        };
        again(measures.map(one).into())
    };
    view! {
        <nav class="board-tabs" aria-label=texts.ended_which_time()><ul role="list">{periods}</ul></nav>
        <nav class="board-tabs" aria-label=texts.ended_what_counted()><ul role="list">{measures}</ul></nav>
    }
}

#[component]
fn Ended(standings: ClosedPeriodView, shown: Shown, base: String) -> impl IntoView {
    let texts = Texts::get();
    let Some(starts_at) = standings.starts_at else {
        return view! {
            <EmptyState icon=IconName::Podium title=texts.ended_none() text=texts.ended_none_words()/>
        }
        .into_any();
    };
    let others = standings.ended.into_iter().map(|at| {
        let there = Shown {
            starts_at: Some(at),
            after: 0,
            ..shown
        };
        let current = (at == starts_at).then_some("true");
        view! { <li><a class="pill" href=there.address(&base) aria-current=current>{texts.day(at.day())}</a></li> }
    });
    let others = others.collect_view();
    let last = standings.finals.last().map(|row| row.rank);
    let more = last.filter(|_| standings.more).map(|last| {
        let next = Shown {
            starts_at: Some(starts_at),
            after: u32::try_from(last).unwrap_or(u32::MAX),
            ..shown
        };
        view! { <p><a class="button button-quiet" href=next.address(&base)>{texts.ended_more()}</a></p> }
    });
    let score = if shown.measure == Measure::Xp {
        "XP"
    } else {
        texts.ended_return()
    };
    let rows = standings
        .finals
        .into_iter()
        .map(|row| view! { <Final row/> });
    view! {
        <nav class="board-tabs" aria-label=texts.ended_which_one()><ul role="list">{others}</ul></nav>
        <section class="card card-flush" aria-label=texts.finals_title()>
            <table class="standings">
                <caption class="visually-hidden">{texts.ended_caption(texts.day(starts_at.day()))}</caption>
                <thead>
                    <tr>
                        <th scope="col">{texts.ended_rank()}</th>
                        <th scope="col">{texts.ended_player()}</th>
                        <th scope="col" class="numeric standing-score">{score}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
        {more}
    }
    .into_any()
}

#[component]
fn Final(row: FinalView) -> impl IntoView {
    let texts = Texts::get();
    let rank = i64::try_from(row.rank).unwrap_or(i64::MAX);
    let score = match (row.return_percent, row.xp) {
        (Some(percent), _) => view! { <Delta percent/> }.into_any(),
        (None, Some(xp)) => texts.xp(xp).into_any(),
        (None, None) => "\u{2013}".into_any(),
    };
    view! {
        <tr data-me=row.me.then_some("true")>
            <td class="standing-rank">{texts.whole(rank)}</td>
            <th scope="row">
                <span class="standing-name">
                    <Name handle=row.handle.unwrap_or_default()/>
                    {row.me.then(|| view! { <span class="chip">{texts.ended_you()}</span> })}
                </span>
            </th>
            <td class="numeric standing-score">{score}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_standings() {
        let shown = Shown {
            period: Period::Week,
            measure: Measure::Xp,
            starts_at: Some(Timestamp::default()),
            after: 100,
        };
        assert_eq!(
            shown.address("/past-leaderboards"),
            "/past-leaderboards?period=week&measure=xp&starts_at=1970-01-01T00%3A00%3A00.000000Z&after=100"
        );
    }
}
