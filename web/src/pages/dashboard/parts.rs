//! The parts of the dashboard below the curve.

use domain::Quote;
use domain::api::{LatestUnlock, MoverView, OrderView, TitleShare};
use leptos::prelude::*;

use crate::components::{Delta, Stamp};
use crate::language::Texts;
use crate::live::Live;
use crate::waiting_order::{distance, in_words};
use crate::{CurrentGame, format, paths};

/// How many orders to show; the waiting-orders page has all of them.
const WAITING_MAX: usize = 3;
/// How many stamps to show.
const STAMPS_MAX: usize = 6;

/// Waiting orders with the distance to their price; nothing without any.
#[component]
pub(super) fn Waiting(open: Vec<OrderView>, quotes: Vec<Quote>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let count = open.len();
    let all = match count {
        1 => texts.dashboard_your_waiting().to_owned(),
        _ => texts.dashboard_all_waiting(count),
    };
    let row = |order: &OrderView| {
        let quote = quotes.iter().find(|quote| quote.symbol == order.symbol);
        let newest = Live::get().newest(order.symbol, quote.copied());
        let trigger = order.trigger.map(|trigger| trigger.price());
        let away = move || Some(distance(trigger?, newest.get()?.price));
        view! {
            <li class="open-order">
                <p class="open-order-title"><a href=paths::instrument(game, order.symbol)>{in_words(order)}</a></p>
                <p class="open-order-away figure">{away}</p>
            </li>
        }
    };
    let rows = open.iter().take(WAITING_MAX).map(row).collect_view();
    (count > 0).then(|| {
        view! {
            <section aria-labelledby="waiting-title">
                <h2 id="waiting-title">{texts.dashboard_waiting()}</h2>
                <ul class="open-orders" role="list">{rows}</ul>
                <p class="dashboard-more"><a href=paths::orders(game)>{all}</a></p>
            </section>
        }
    })
}

/// The largest gains and losses since the last close.
#[component]
pub(super) fn Movers(movers: Vec<MoverView>) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let is_empty = movers.is_empty();
    let row = |mover: MoverView| {
        view! {
            <li>
                <a href=paths::instrument(game, mover.symbol)>{mover.name}</a>
                <Delta money=Some(mover.amount)/>
            </li>
        }
    };
    let rows = movers.into_iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="movers-title">
            <h2 id="movers-title">{texts.dashboard_moved()}</h2>
            {is_empty.then(|| view! {
                <p class="soft">{texts.dashboard_nothing_moved()}</p>
            })}
            <ol class="movers" role="list" data-testid="movers">{rows}</ol>
        </section>
    }
}

/// The latest stamps, of all games.
#[component]
pub(super) fn Stamps(unlocks: Vec<LatestUnlock>) -> impl IntoView {
    let texts = Texts::get();
    let stamp = |unlock: LatestUnlock| {
        view! {
            <li>
                <Stamp icon=Some(unlock.icon)/>
                <span>{texts.as_said(unlock.name)}</span>
                <span class="soft">{format::date(unlock.at)}</span>
            </li>
        }
    };
    let stamps = unlocks.into_iter().take(STAMPS_MAX).map(stamp);
    let stamps = stamps.collect_view();
    view! {
        <section class="card" aria-labelledby="stamps-title">
            <h2 id="stamps-title">{texts.dashboard_stamps()}</h2>
            <ul class="latest-stamps" role="list">{stamps}</ul>
            <p><a href="/achievements">{texts.dashboard_all_achievements()}</a></p>
        </section>
    }
}

/// Games of other programs: how far the player is in each, and for how long it was played.
#[component]
pub(super) fn Titles(titles: Vec<TitleShare>, mean: Option<u32>) -> impl IntoView {
    if titles.is_empty() {
        return ().into_any();
    }
    let texts = Texts::get();
    let row = |title: TitleShare| {
        let done = title
            .completion_percent
            .map(|percent| texts.language().percent(&format!("{percent}%")));
        view! {
            <li>
                <a href=format!("/games/{}/title", title.slug)>{title.name}</a>
                <span class="soft">{format::played(title.playtime_seconds)}</span>
                <span class="number">{done}</span>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="titles-title">
            <h2 id="titles-title">{texts.dashboard_programs()}</h2>
            <ul class="movers" role="list">{titles.into_iter().map(row).collect_view()}</ul>
            {mean.map(|percent| view! { <p class="soft">{texts.dashboard_programs_mean(percent)}</p> })}
        </section>
    }
    .into_any()
}
