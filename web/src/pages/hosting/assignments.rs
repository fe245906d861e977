//! What a host asks of everyone, and the player's progress.

use domain::api::{ApiError, AssignmentView};
use domain::progress::{AssignmentProgress, AssignmentRule};
use leptos::prelude::*;

use super::form::{Asks, was_sent};
use super::{Act, Ask};
use crate::components::Load;
use crate::language::Texts;
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
    let texts = Texts::get();
    let game = CurrentGame::get();
    let slug = game.slug().to_string();
    let asked = slug.clone();
    let assignments = Resource::new(|| (), move |()| load(asked.clone()));
    let form = for_host.then(|| view! { <Give slug=slug.clone()/> });
    view! {
        <section class="card" aria-labelledby="assignments-title">
            <h2 id="assignments-title">{texts.assign_title()}</h2>
            <Load resource=assignments part=texts.assign_part() let:assignments>
                {if assignments.is_empty() {
                    view! { <p class="soft">{texts.assign_none()}</p> }.into_any()
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
    let texts = Texts::get();
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
            view! { <p class="good-one">{texts.assign_done()}</p> }.into_any()
        } else {
            let so_far = so_far(texts, rule, &mine).join(", ");
            view! { <p class="soft">{texts.assign_so_far(so_far)}</p> }.into_any()
        }
    });
    let told = for_host.then(|| {
        let names = done.join(", ");
        view! {
            <p>{texts.assign_done_by(done.len(), of, names)}</p>
            <Act slug action="unassign" label=texts.host_remove()><input type="hidden" name="seq" value=id.to_string()/></Act>
        }
    });
    view! {
        <li data-testid="assignment">
            <p><strong>{title}</strong>" "{texts.assign_due_at(texts.zoned(&due))}</p>
            <p>{in_words(texts, rule)}</p>
            {state}
            {told}
        </li>
    }
}

/// What the player has done of each thing that is asked for.
fn so_far(texts: Texts, rule: AssignmentRule, mine: &AssignmentProgress) -> Vec<String> {
    let mut parts = Vec::new();
    if rule.companies > 0 {
        parts.push(texts.assign_had_companies(mine.companies, rule.companies));
    }
    if rule.sectors > 0 {
        parts.push(texts.assign_had_sectors(mine.sectors, rule.sectors));
    }
    if rule.days > 0 {
        parts.push(texts.assign_had_days(mine.days, rule.days));
    }
    if rule.trades > 0 {
        parts.push(texts.assign_had_trades(mine.trades, rule.trades));
    }
    if rule.reasons > 0 {
        parts.push(texts.assign_had_reasons(mine.reasons, rule.reasons));
    }
    parts
}

/// What is asked for, in a sentence.
fn in_words(texts: Texts, rule: AssignmentRule) -> String {
    // A count with its word: none if it is not asked for.
    let asked = |number: u32, one: fn(Texts, u32) -> String, many: fn(Texts, u32) -> String| {
        let say = if number == 1 { one } else { many };
        (number > 0).then(|| say(texts, number))
    };
    let companies = asked(
        rule.companies,
        Texts::assign_company,
        Texts::assign_companies,
    );
    let sectors = asked(rule.sectors, Texts::assign_sector, Texts::assign_sectors);
    let held = match (companies, sectors) {
        (Some(companies), Some(sectors)) => Some(texts.assign_hold_in(companies, sectors)),
        (one, None) | (None, one) => one.map(|what| texts.assign_hold(what)),
    };
    let parts = [
        held,
        asked(rule.days, Texts::assign_for_day, Texts::assign_for_days),
        asked(
            rule.trades,
            Texts::assign_make_trade,
            Texts::assign_make_trades,
        ),
        asked(
            rule.reasons,
            Texts::assign_write_reason,
            Texts::assign_write_reasons,
        ),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let sentence = format!("{}.", parts.join(", "));
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Creates an assignment.
#[component]
fn Give(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <details open=was_sent("assign")>
            <summary>{texts.assign_give()}</summary>
            <Asks slug action="assign">
                <Ask name="text" label=texts.assign_name() required=true/>
                <Ask name="at" label=texts.assign_due() kind="datetime-local" hint=texts.assign_zone_hint() required=true/>
                <Ask name="companies" label=texts.assign_field_companies() keyboard="numeric"/>
                <Ask name="sectors" label=texts.assign_field_sectors() keyboard="numeric"/>
                <Ask name="held_days" label=texts.assign_field_days() hint=texts.assign_field_days_hint() keyboard="numeric"/>
                <Ask name="trades" label=texts.host_trades() keyboard="numeric"/>
                <Ask name="reasons" label=texts.assign_field_reasons() keyboard="numeric"/>
                <button class="button button-small">{texts.assign_give_it()}</button>
            </Asks>
        </details>
    }
}
