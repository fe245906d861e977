//! The last step: what comes tomorrow.

use domain::api::{OrderStatus, OrderView};
use leptos::prelude::*;

use super::Played;
use super::wait::Stamps;
use crate::language::Texts;
use crate::{CurrentGame, paths};

/// The order that waits, the stamps, streak, quest and week.
#[component]
pub(super) fn Tomorrow(played: Played, texts: Texts) -> impl IntoView {
    let waiting = played
        .orders
        .iter()
        .find(|order| order.status == OrderStatus::Resting);
    let waiting = waiting.cloned();
    let level = played.progress.level;
    let missing = level.xp_for_next_level.saturating_sub(level.xp_into_level);
    let streak = match played.bonus {
        Some(xp) => view! {
            <form action="/forms/daily-bonus" method="post">
                <input type="hidden" name="next" value=format!("{}?step=tomorrow", paths::START)/>
                <button class="button" data-testid="start-bonus">{texts.start_collect(texts.xp(xp))}</button>
            </form>
        }
        .into_any(),
        None => view! { <p><strong>{texts.start_collected()}</strong></p> }.into_any(),
    };
    let quest = match &played.progress.quest {
        Some(quest) => texts.start_quest(&quest.name),
        None => texts.start_quest_none().to_owned(),
    };
    view! {
        {waiting.map(|order| view! { <Waiting order texts/> })}
        <section class="slip start-receipt">
            <h2>{texts.start_stamps()}</h2>
            <Stamps stamps=played.stamps texts/>
            <p data-testid="start-level"><strong>{texts.start_level(level.level, texts.xp(missing))}</strong></p>
        </section>
        <h2>{texts.start_tomorrow_title()}</h2>
        <ul class="start-companies" role="list">
            <li class="card start-company">
                <h3>{texts.start_streak_title()}</h3>
                <p>{texts.start_streak()}</p>
                {streak}
            </li>
            <li class="card start-company">
                <h3>{texts.start_quest_title()}</h3>
                <p>{quest}</p>
            </li>
            <li class="card start-company">
                <h3>{texts.start_week_title()}</h3>
                <p>{texts.start_week()}</p>
                <p><a href="/week">{texts.start_week_link()}</a></p>
            </li>
        </ul>
        <form action="/forms/skip-start" method="post">
            <input type="hidden" name="next" value=paths::dashboard(CurrentGame::get())/>
            <button class="button button-primary" data-testid="start-done">{texts.start_dashboard()}</button>
        </form>
    }
}

/// The order that waits.
#[component]
fn Waiting(order: OrderView, texts: Texts) -> impl IntoView {
    let price = order.trigger.map(|trigger| texts.price(trigger.price()));
    let words = texts.start_waiting_words(order.symbol, price.unwrap_or_default());
    view! {
        <section class="card start-card start-open" data-testid="order-waits">
            <h2>{texts.start_waiting()}</h2>
            <p>{words}</p>
        </section>
    }
}
