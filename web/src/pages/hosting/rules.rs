//! The rules of a game in words, and the announcements of its hosts.

use domain::api::{NoticeKind, NoticeView, RulesView};
use leptos::prelude::*;
use leptos_meta::Title;

use super::assignments::Assignments;
use crate::components::{Load, LocalTime};
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

/// The page of the game that the address names.
#[component]
pub fn RulesPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let rules = Resource::new(
        || (),
        move |()| async move { api::rules(&game.slug()).await },
    );
    view! {
        <Title text=texts.rules_title()/>
        <Load resource=rules let:rules>
            <header class="page-head">
                <h1>{texts.rules_head()}</h1>
                <p><a href=paths::offerings(game)>{texts.host_offerings()}</a>" · "<a href=paths::savings(game)>{texts.rules_savings()}</a>" · "<a href=game.link("/title")>{texts.rules_programs()}</a></p>
            </header>
            <Rules rules/>
        </Load>
    }
}

/// Terms used in rules: their names in glossary URLs, and their wording.
fn terms(texts: Texts) -> [(&'static str, &'static str); 5] {
    [
        ("share", texts.rules_word_share()),
        ("fee", texts.rules_word_fee()),
        ("limit-order", texts.rules_word_limit()),
        ("position", texts.rules_word_position()),
        ("net-worth", texts.rules_word_worth()),
    ]
}

/// A link to a term.
fn term((id, words): (&'static str, &'static str)) -> impl IntoView {
    view! { " · "<a href=format!("{}#{id}", paths::GLOSSARY)>{words}</a> }
}

#[component]
fn Rules(rules: RulesView) -> impl IntoView {
    let texts = Texts::get();
    let RulesView { rules, notices, .. } = rules;
    view! {
        <section class="card" aria-labelledby="rules-title">
            <h2 id="rules-title">{texts.rules_now()}</h2>
            <ul class="rules">{rules.into_iter().map(|rule| view! { <li>{texts.said(&rule)}</li> }).collect_view()}</ul>
            <p class="soft">{texts.rules_words()}{terms(texts).map(term)}</p>
        </section>
        <Assignments/>
        <section class="card" aria-labelledby="news-title">
            <h2 id="news-title">{texts.rules_from_host()}</h2>
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
    let texts = Texts::get();
    if notices.is_empty() {
        return view! { <p class="soft">{texts.rules_nothing()}</p> }.into_any();
    }
    let row = |notice: NoticeView| {
        let changes = notice.kind == NoticeKind::Rules;
        view! {
            <li data-testid="notice">
                <p><strong>{texts.said(&notice.text)}</strong></p>
                <p class="soft"><LocalTime at=notice.at/></p>
                {changes.then(|| view! {
                    <details>
                        <summary>{texts.rules_from(texts.zoned(&notice.effective))}</summary>
                        <ul class="rules">{notice.rules.into_iter().map(|rule| view! { <li>{texts.said(&rule)}</li> }).collect_view()}</ul>
                    </details>
                })}
            </li>
        }
    };
    view! { <ul class="notices" role="list">{notices.into_iter().map(row).collect_view()}</ul> }
        .into_any()
}
