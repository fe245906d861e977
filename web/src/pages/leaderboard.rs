//! The leaderboard: who ranks where, and where the player is among them.

mod choice;
#[cfg(feature = "ssr")]
mod ended;
mod league;
pub(super) mod poll;
pub(super) mod rows;

use domain::api::{ApiError, ErrorCode, LeaderboardView, OwnStandingView};
use domain::boards::{Measure, Period};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{EmptyState, IconName, Load, OwnZone, Pagination};
use crate::language::Texts;
use crate::live::Live;
use crate::{CurrentGame, CurrentSession, api, format};
use choice::{Choice, MEASURES, Part, Shown};
#[cfg(feature = "ssr")]
pub use ended::EndedPage;
use league::League;
use rows::Standings;

/// Rows per page.
const PER_PAGE: u32 = 25;

/// The page of the game in the URL.
#[component]
pub fn LeaderboardPage() -> impl IntoView {
    let game = CurrentGame::get();
    move || view! { <Leaderboard game=game.slug().to_string() base=game.link("/leaderboard") past=game.link("/past-leaderboards")/> }
}

/// The leaderboard of a game.
#[component]
pub fn Leaderboard(
    /// The game's name in addresses.
    #[prop(into)]
    game: String,
    /// The address of the page that it is on.
    #[prop(into)]
    base: String,
    /// The address of the final standings of past periods.
    #[prop(into)]
    past: String,
) -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let shown = Memo::new(move |_| {
        query.with(|query| {
            let named = |name: &str| query.get(name);
            let (period, measure) = (named("period"), named("measure"));
            Shown::named(
                period.as_deref(),
                measure.as_deref(),
                named("of").as_deref(),
                named("page").as_deref(),
            )
        })
    });
    let board = Resource::new(move || shown.get(), move |shown| load(game.clone(), shown));
    CurrentSession::get().on_player_change(move || board.refetch());
    poll::while_visible(move || board.refetch());
    Live::get().on_rank_change(move || board.refetch());
    let address = base.clone();
    view! {
        <Title text=texts.leaderboard_title()/>
        <header class="page-head">
            <h1>{texts.leaderboard_title()}</h1>
        </header>
        <Choice base shown/>
        <Load resource=board let:board>
            {match board {
                Some(board) => view! { <Board board shown base=address.clone()/> }.into_any(),
                None => view! { <NoPart part=shown.get().part/> }.into_any(),
            }}
        </Load>
        <p class="board-ended"><a href=past>{texts.leaderboard_past()}</a></p>
    }
}

/// None when the player has no such subset: nobody is logged in, or the player has no region.
async fn load(game: String, shown: Shown) -> Result<Option<LeaderboardView>, ApiError> {
    let asked = api::BoardAsked {
        period: shown.period,
        measure: shown.measure,
        of: shown.part.name(),
        page: shown.page,
        per_page: PER_PAGE,
    };
    match api::leaderboard(&game, &asked).await {
        Ok(board) => Ok(Some(board)),
        Err(error) if shown.part != Part::Everyone && is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_missing(error: &ApiError) -> bool {
    error.code == ErrorCode::Unauthorized || error.message_of("of").is_some()
}

/// Why there is no board for a subset of the players.
#[component]
fn NoPart(part: Part) -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                if !matches!(session.await, Ok(Some(_))) {
                    return view! {
                        <EmptyState icon=IconName::Podium title=texts.leaderboard_log_in_first() text=texts.leaderboard_about_you()>
                            <a class="button button-primary" href="/login?next=%2Fleaderboard">{texts.parts_log_in()}</a>
                        </EmptyState>
                    }.into_any();
                }
                let text = match part {
                    Part::Region => texts.leaderboard_needs_region(),
                    Part::Everyone | Part::Friends => texts.leaderboard_cannot(),
                };
                view! { <EmptyState icon=IconName::Podium title=texts.leaderboard_none() text/> }.into_any()
            })}
        </Transition>
    }
}

#[component]
fn Board(board: LeaderboardView, shown: Memo<Shown>, base: String) -> impl IntoView {
    let texts = Texts::get();
    let (measure, period) = (board.measure, board.period);
    let (rows, meta) = (board.standings.items, board.standings.meta);
    if meta.total == 0 {
        let words = match measure {
            Measure::SteadyHands => texts.leaderboard_first_20(),
            Measure::Process => texts.leaderboard_first_5(),
            _ => texts.leaderboard_first_trade(),
        };
        let title = match measure {
            Measure::SteadyHands | Measure::Process => texts.leaderboard_nobody_ranked(),
            _ => texts.leaderboard_nobody_traded(),
        };
        return view! {
            <Counted measure total=0/>
            <EmptyState icon=IconName::Podium title text=words>
                <a class="button button-primary" href="/market">{texts.parts_to_market()}</a>
            </EmptyState>
        }
        .into_any();
    }
    let here = shown.get();
    let address = move |page: u32| Shown { page, ..here }.address(&base);
    if rows.is_empty() {
        let first = address(1);
        return view! {
            <EmptyState icon=IconName::Podium title=texts.market_past_the_end() text=texts.leaderboard_fewer()>
                <a class="button" href=first>{texts.leaderboard_first_page()}</a>
            </EmptyState>
        }
        .into_any();
    }
    let league = board.league.filter(|_| here.part == Part::Everyone);
    let league = league.map(|league| view! { <League league/> });
    let on_this_page = rows.iter().any(|row| row.me);
    let around = (!on_this_page && !board.around.is_empty()).then(|| {
        view! {
            <section class="card card-flush" aria-labelledby="around-title">
                <h2 id="around-title">{texts.dashboard_around()}</h2>
                <Standings rows=board.around measure period caption=texts.dashboard_around_caption()/>
            </section>
        }
    });
    let (zone, starts_at, as_of) = (OwnZone::get(), board.starts_at, board.as_of);
    view! {
        <Counted measure total=meta.total/>
        <OwnPlace me=board.me total=meta.total/>
        <div class="board">
            {around}
            <section class="card card-flush" aria-label=texts.leaderboard_all()>
                <Standings rows measure period caption=texts.leaderboard_all_caption()/>
            </section>
        </div>
        {league}
        <Pagination meta address=Callback::new(address)/>
        <p class="soft board-note">
            {move || since(zone, period, starts_at)}
            {texts.leaderboard_updates()}" "
            <span data-testid="as-of">{move || zone.time_with_seconds(as_of)}</span>
            ". "{texts.leaderboard_note()}
        </p>
    }
    .into_any()
}

fn since(zone: OwnZone, period: Period, starts_at: domain::Timestamp) -> Option<String> {
    let day = (period != Period::All).then(|| zone.date_time(starts_at))?;
    Some(format!("{} ", Texts::get().leaderboard_since(day)))
}

/// What is counted, and how many players there are.
#[component]
fn Counted(measure: Measure, total: u64) -> impl IntoView {
    let texts = Texts::get();
    let words = MEASURES.iter().find(|(one, ..)| *one == measure);
    let words = words.map_or("", |(_, _, words)| words(texts));
    let players = match total {
        0 => String::new(),
        1 => texts.leaderboard_one_traded().to_owned(),
        _ => {
            let count = format::whole(i64::try_from(total).unwrap_or(i64::MAX));
            texts.leaderboard_traded(count)
        }
    };
    view! { <p class="soft board-counted">{words}" "{players}</p> }
}

/// The player's position; empty for a visitor.
#[component]
fn OwnPlace(me: Option<OwnStandingView>, total: u64) -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    let Some(OwnStandingView {
        standing,
        ahead_of_bps,
    }) = me
    else {
        return view! {
            <Transition>
                {move || Suspend::new(async move {
                    let playing = session.await.is_ok_and(|session| session.is_some());
                    playing.then(|| view! {
                        <p class="alert alert-calm" data-testid="own-place">
                            {texts.leaderboard_not_yet()}" "
                            <a href="/market">{texts.parts_to_market()}</a>
                        </p>
                    })
                })}
            </Transition>
        }
        .into_any();
    };
    let rank = format::whole(i64::try_from(standing.rank).unwrap_or(i64::MAX));
    let count = format::whole(i64::try_from(total).unwrap_or(i64::MAX));
    let of = match (total, ahead_of_bps / 100) {
        (0 | 1, _) | (_, 0) => texts.leaderboard_own_of(count),
        (_, percent) => texts.leaderboard_own_of_ahead(count, percent),
    };
    view! {
        <p class="board-own" data-testid="own-place">
            {texts.leaderboard_own_you()}" "<strong>{texts.leaderboard_own_number(rank)}</strong>" "{of}
        </p>
    }
    .into_any()
}
