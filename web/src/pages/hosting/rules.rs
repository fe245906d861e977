//! The rules of a game in words, and the announcements of its hosts.

use domain::api::{NoticeKind, NoticeView, RulesView};
use leptos::prelude::*;
use leptos_meta::Title;

use super::assignments::Assignments;
use crate::components::Load;
use crate::{CurrentGame, api, format, paths};

/// The page of the game that the address names.
#[component]
pub fn RulesPage() -> impl IntoView {
    let game = CurrentGame::get();
    let rules = Resource::new(
        || (),
        move |()| async move { api::rules(&game.slug()).await },
    );
    view! {
        <Title text="Rules"/>
        <Load resource=rules let:rules>
            <header class="page-head">
                <h1>"Rules and news"</h1>
                <p><a href=paths::offerings(game)>"Offerings"</a>" · "<a href=paths::savings(game)>"Savings plans"</a>" · "<a href=game.link("/title")>"Other programs"</a></p>
            </header>
            <Rules rules/>
        </Load>
    }
}

/// Terms used in rules: their names in glossary URLs, and their wording.
const TERMS: [(&str, &str); 5] = [
    ("share", "share"),
    ("fee", "fee"),
    ("limit-order", "limit order"),
    ("position", "position"),
    ("net-worth", "net worth"),
];

/// A link to a term.
fn term((id, words): (&'static str, &'static str)) -> impl IntoView {
    view! { " · "<a href=format!("{}#{id}", paths::GLOSSARY)>{words}</a> }
}

#[component]
fn Rules(rules: RulesView) -> impl IntoView {
    let RulesView { rules, notices, .. } = rules;
    view! {
        <section class="card" aria-labelledby="rules-title">
            <h2 id="rules-title">"The rules now"</h2>
            <ul class="rules">{rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view()}</ul>
            <p class="soft">"Words that may be new"{TERMS.map(term)}</p>
        </section>
        <Assignments/>
        <section class="card" aria-labelledby="news-title">
            <h2 id="news-title">"From the host"</h2>
            <Notices notices/>
        </section>
    }
}

/// Announcements of hosts, latest first.
#[component]
pub fn Notices(
    /// In display order.
    notices: Vec<NoticeView>,
) -> impl IntoView {
    if notices.is_empty() {
        return view! { <p class="soft">"Nothing yet."</p> }.into_any();
    }
    let row = |notice: NoticeView| {
        let changes = notice.kind == NoticeKind::Rules;
        view! {
            <li data-testid="notice">
                <p><strong>{notice.text}</strong></p>
                <p class="soft">{format::date_time(notice.at)}</p>
                {changes.then(|| view! {
                    <details>
                        <summary>{format!("New rules from {} on", notice.effective)}</summary>
                        <ul class="rules">{notice.rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view()}</ul>
                    </details>
                })}
            </li>
        }
    };
    view! { <ul class="notices" role="list">{notices.into_iter().map(row).collect_view()}</ul> }
        .into_any()
}
