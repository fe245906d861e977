//! What a host asks of everyone, and the player's progress.

use domain::api::{ApiError, AssignmentView};
use domain::progress::AssignmentRule;
use leptos::prelude::*;

use super::form::{Asks, was_sent};
use super::{Act, Ask};
use crate::components::Load;
use crate::{CurrentGame, api};

/// Visitors have no assignments and see none.
async fn load(slug: String) -> Result<Vec<AssignmentView>, ApiError> {
    match api::assignments(&slug).await {
        Err(error) if error.code == domain::api::ErrorCode::Unauthorized => Ok(Vec::new()),
        answer => answer,
    }
}

/// The assignments of the game in the URL.
#[component]
pub fn Assignments(
    /// Whether the viewer is a host, who can create and remove them.
    #[prop(optional)]
    for_host: bool,
) -> impl IntoView {
    let game = CurrentGame::get();
    let slug = game.slug().to_string();
    let asked = slug.clone();
    let assignments = Resource::new(|| (), move |()| load(asked.clone()));
    let form = for_host.then(|| view! { <Give slug=slug.clone()/> });
    view! {
        <section class="card" aria-labelledby="assignments-title">
            <h2 id="assignments-title">"Assignments"</h2>
            <Load resource=assignments part="The assignments" let:assignments>
                {if assignments.is_empty() {
                    view! { <p class="soft">"None yet."</p> }.into_any()
                } else {
                    let slug = slug.clone();
                    let rows = assignments.into_iter().map(move |assignment| view! { <Row slug=slug.clone() assignment for_host/> });
                    view! { <ul class="notices" role="list">{rows.collect_view()}</ul> }.into_any()
                }}
            </Load>
            {form}
        </section>
    }
}

#[component]
fn Row(slug: String, assignment: AssignmentView, for_host: bool) -> impl IntoView {
    let AssignmentView {
        id,
        title,
        due,
        rule,
        mine,
        done,
        of,
        ..
    } = assignment;
    let state = mine.filter(|_| !for_host).map(|mine| {
        if mine.done {
            view! { <p class="good-one">"Done"</p> }.into_any()
        } else {
            let so_far = [
                (rule.companies, i64::from(mine.companies), "companies"),
                (rule.sectors, i64::from(mine.sectors), "sectors"),
                (rule.days, i64::from(mine.days), "days"),
                (rule.trades, mine.trades, "trades"),
                (rule.reasons, mine.reasons, "reasons"),
            ];
            let asked = so_far.into_iter().filter(|(asked, ..)| *asked > 0);
            let so_far: Vec<_> = asked
                .map(|(asked, had, of)| format!("{had} of {asked} {of}"))
                .collect();
            view! { <p class="soft">{format!("So far: {}.", so_far.join(", "))}</p> }.into_any()
        }
    });
    let told = for_host.then(|| {
        let names = done.join(", ");
        view! {
            <p>{format!("Done by {} of {of}. {names}", done.len())}</p>
            <Act slug action="unassign" label="Remove"><input type="hidden" name="seq" value=id.to_string()/></Act>
        }
    });
    view! {
        <li data-testid="assignment">
            <p><strong>{title}</strong>" · due "{due}</p>
            <p>{in_words(rule)}</p>
            {state}
            {told}
        </li>
    }
}

fn in_words(rule: AssignmentRule) -> String {
    let asked = |number: u32, one: &str, many: &str| {
        (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }))
    };
    let mut parts = Vec::new();
    let held = [
        asked(rule.companies, "company", "companies"),
        asked(rule.sectors, "sector", "sectors"),
    ];
    let held: Vec<String> = held.into_iter().flatten().collect();
    if !held.is_empty() {
        parts.push(format!("Hold {}", held.join(" in ")));
    }
    parts.extend(
        asked(rule.days, "day in a row", "days in a row").map(|days| format!("for {days}")),
    );
    parts.extend(asked(rule.trades, "trade", "trades").map(|trades| format!("make {trades}")));
    parts
        .extend(asked(rule.reasons, "reason", "reasons").map(|reasons| format!("write {reasons}")));
    format!("{}.", parts.join(", "))
}

/// Creates an assignment.
#[component]
fn Give(slug: String) -> impl IntoView {
    view! {
        <details open=was_sent("assign")>
            <summary>"Give an assignment"</summary>
            <Asks slug action="assign">
                <Ask name="text" label="What it is called" required=true/>
                <Ask name="at" label="Due" kind="datetime-local" hint="In the game's time zone." required=true/>
                <Ask name="companies" label="Companies held at once" keyboard="numeric"/>
                <Ask name="sectors" label="Sectors they are in" keyboard="numeric"/>
                <Ask name="held_days" label="Days in a row" hint="How long to keep both up." keyboard="numeric"/>
                <Ask name="trades" label="Trades" keyboard="numeric"/>
                <Ask name="reasons" label="Reasons written" keyboard="numeric"/>
                <button class="button button-small">"Give it"</button>
            </Asks>
        </details>
    }
}
