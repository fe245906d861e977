//! Achievements: a stamp book, by chapter.

use domain::api::{AchievementView, AchievementsView};
use domain::progress::{Group, Toward};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Load, LocalTime, Shown, Stamp};
use crate::language::Texts;
use crate::{CurrentSession, api};

/// The chapters, in display order.
fn chapters() -> [(Group, &'static str); 10] {
    let texts = Texts::get();
    [
        (Group::FirstSteps, texts.achievements_first_steps()),
        (Group::Trading, texts.achievements_trading()),
        (Group::Patience, texts.achievements_patience()),
        (Group::Diversification, texts.achievements_diversification()),
        (Group::Risk, texts.achievements_risk()),
        (Group::Learning, texts.achievements_learning()),
        (Group::Streaks, texts.achievements_streaks()),
        (Group::Leaderboards, texts.achievements_boards()),
        (Group::Hosting, texts.achievements_hosting()),
        (Group::Oddities, texts.achievements_oddities()),
    ]
}

/// The page.
#[component]
pub fn AchievementsPage() -> impl IntoView {
    let texts = Texts::get();
    let achievements = Resource::new(|| (), |()| api::achievements());
    CurrentSession::get().on_player_change(move || achievements.refetch());
    view! {
        <Title text=texts.achievements_title()/>
        <Load resource=achievements let:achievements>
            <Book achievements/>
        </Load>
    }
}

#[component]
fn Book(achievements: AchievementsView) -> impl IntoView {
    let texts = Texts::get();
    let AchievementsView {
        unlocked,
        points,
        items,
    } = achievements;
    let sum = texts.achievements_sum(
        texts.whole(unlocked.into()),
        items.len(),
        texts.whole(points.into()),
    );
    let chapters = chapters().into_iter().filter_map(|(group, name)| {
        let of_group = items.iter().filter(|item| item.group == group).cloned();
        let items: Vec<_> = of_group.collect();
        (!items.is_empty()).then(|| view! { <Chapter name items/> })
    });
    let chapters = chapters.collect_view();
    view! {
        <header class="page-head">
            <h1>{texts.achievements_title()}</h1>
            <p class="soft" data-testid="achievements-sum">{sum}</p>
        </header>
        <div class="stamp-book">{chapters}</div>
    }
}

#[component]
fn Chapter(name: &'static str, items: Vec<AchievementView>) -> impl IntoView {
    let stamps = items.into_iter().map(|item| view! { <Achievement item/> });
    view! {
        <section class="card">
            <h2>{name}</h2>
            <ul class="stamps" role="list">{stamps.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Achievement(item: AchievementView) -> impl IntoView {
    let texts = Texts::get();
    let is_unlocked = item.times > 0;
    let name = item.name.map_or_else(
        || texts.achievements_hidden().to_owned(),
        |name| texts.said(&name),
    );
    let progress = item
        .toward
        .filter(|toward| toward.goal > 1)
        .map(|toward| view! { <Way toward name=name.clone()/> });
    let state = match item.unlocked_at {
        Some(_) if item.times > 1 => format!("{} ", texts.achievements_unlocked_times(item.times)),
        Some(_) => format!("{} ", texts.achievements_unlocked_on()),
        None => texts.achievements_locked(texts.xp(item.xp)),
    };
    let on = item
        .unlocked_at
        .map(|at| view! { <LocalTime at shown=Shown::Date/> });
    view! {
        <li class="achievement" class:achievement-unlocked=is_unlocked data-testid=format!("achievement-{}", item.id)>
            <Stamp icon=item.icon/>
            <div>
                <h3>{name}{item.tier.map(|tier| format!(" ({})", tier_name(tier)))}</h3>
                <p>{texts.said(&item.description)}</p>
                {progress}
                <p class="soft achievement-state">{state}{on}{item.held_by_bps.map(rarity)}</p>
            </div>
        </li>
    }
}

/// How rare it is, as the end of a sentence.
fn rarity(held_by_bps: u32) -> String {
    let texts = Texts::get();
    match held_by_bps {
        0 => format!(". {}", texts.achievements_nobody()),
        1..100 => format!(". {}", texts.achievements_few()),
        bps => format!(
            ". {}",
            texts.achievements_held_by(texts.whole_percent((bps / 100).into()))
        ),
    }
}

/// Its progress, as a bar and in words.
#[component]
fn Way(toward: Toward, name: String) -> impl IntoView {
    let texts = Texts::get();
    let label = texts.achievements_way(&name);
    let words = texts.achievements_count(texts.whole(toward.now), texts.whole(toward.goal));
    view! {
        <p class="achievement-way">
            <progress max=toward.goal value=toward.now aria-label=label></progress>
            <span class="figure">{words}</span>
        </p>
    }
}

fn tier_name(tier: u8) -> &'static str {
    let texts = Texts::get();
    match tier {
        1 => texts.achievements_bronze(),
        2 => texts.achievements_silver(),
        _ => texts.achievements_gold(),
    }
}
