//! Achievements: a stamp book, by chapter.

use domain::api::{AchievementView, AchievementsView};
use domain::progress::{Group, Toward};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Load, LocalTime, Shown, Stamp};
use crate::{CurrentSession, api, format};

/// The chapters, in display order.
const CHAPTERS: [(Group, &str); 10] = [
    (Group::FirstSteps, "First steps"),
    (Group::Trading, "Trading"),
    (Group::Patience, "Patience"),
    (Group::Diversification, "Diversification"),
    (Group::Risk, "Risk"),
    (Group::Learning, "Learning"),
    (Group::Streaks, "Coming back"),
    (Group::Leaderboards, "Leaderboards"),
    (Group::Hosting, "Hosting"),
    (Group::Oddities, "Oddities"),
];

/// The page.
#[component]
pub fn AchievementsPage() -> impl IntoView {
    let achievements = Resource::new(|| (), |()| api::achievements());
    CurrentSession::get().on_player_change(move || achievements.refetch());
    view! {
        <Title text="Achievements"/>
        <Load resource=achievements let:achievements>
            <Book achievements/>
        </Load>
    }
}

#[component]
fn Book(achievements: AchievementsView) -> impl IntoView {
    let AchievementsView {
        unlocked,
        points,
        items,
    } = achievements;
    let sum = format!("{unlocked} of {} unlocked, {points} points", items.len());
    let chapters = CHAPTERS.into_iter().filter_map(|(group, name)| {
        let of_group = items.iter().filter(|item| item.group == group).cloned();
        let items: Vec<_> = of_group.collect();
        (!items.is_empty()).then(|| view! { <Chapter name items/> })
    });
    let chapters = chapters.collect_view();
    view! {
        <header class="page-head">
            <h1>"Achievements"</h1>
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
    let is_unlocked = item.times > 0;
    let name = item.name.unwrap_or_else(|| "Hidden".to_owned());
    let progress = item
        .toward
        .filter(|toward| toward.goal > 1)
        .map(|toward| view! { <Way toward name=name.clone()/> });
    let state = match item.unlocked_at {
        Some(_) if item.times > 1 => format!("Unlocked {} times, first on ", item.times),
        Some(_) => "Unlocked on ".to_owned(),
        None => format!("Locked, {} to earn", format::xp(item.xp)),
    };
    let on = item
        .unlocked_at
        .map(|at| view! { <LocalTime at shown=Shown::Date/> });
    view! {
        <li class="achievement" class:achievement-unlocked=is_unlocked data-testid=format!("achievement-{}", item.id)>
            <Stamp icon=item.icon/>
            <div>
                <h3>{name}{item.tier.map(|tier| format!(" ({})", tier_name(tier)))}</h3>
                <p>{item.description}</p>
                {progress}
                <p class="soft achievement-state">{state}{on}{item.held_by_bps.map(rarity)}</p>
            </div>
        </li>
    }
}

/// How rare it is, as the end of a sentence.
fn rarity(held_by_bps: u32) -> String {
    match held_by_bps {
        0 => ". Nobody has it yet".to_owned(),
        1..100 => ". Fewer than 1 % of players have it".to_owned(),
        bps => format!(". {} % of players have it", bps / 100),
    }
}

/// Its progress, as a bar and in words.
#[component]
fn Way(toward: Toward, name: String) -> impl IntoView {
    let label = format!("Progress towards {name}");
    let words = format!(
        "{} of {}",
        format::whole(toward.now),
        format::whole(toward.goal)
    );
    view! {
        <p class="achievement-way">
            <progress max=toward.goal value=toward.now aria-label=label></progress>
            <span class="figure">{words}</span>
        </p>
    }
}

fn tier_name(tier: u8) -> &'static str {
    match tier {
        1 => "bronze",
        2 => "silver",
        _ => "gold",
    }
}
