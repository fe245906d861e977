//! Who is in the game, how each is doing, and what they wrote.

use domain::api::{MemberStatus, PupilView, ReasonView};
use leptos::prelude::*;

use super::Act;
use crate::components::Delta;
use crate::format;

/// The members as a table. On a phone a row is a card of its own.
#[component]
pub fn Roster(
    /// The game's name in addresses.
    slug: String,
    /// Who is in.
    roster: Vec<PupilView>,
) -> impl IntoView {
    if roster.is_empty() {
        return view! {
            <section class="card"><h2>"Nobody is in yet"</h2>
                <p class="soft">"Show the code above. Whoever types it appears here."</p></section>
        }
        .into_any();
    }
    let count = roster.len();
    let rows = roster
        .into_iter()
        .map(|pupil| view! { <Pupil slug=slug.clone() pupil/> })
        .collect_view();
    view! {
        <section class="card card-flush" aria-labelledby="roster-title">
            <h2 id="roster-title">{format!("Who is in: {count}")}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby="roster-title">
                <table class="roster" data-testid="roster">
                    <thead>
                        <tr>
                            <th scope="col">"Player"</th>
                            <th scope="col" class="numeric">"Value"</th>
                            <th scope="col" class="numeric">"Return"</th>
                            <th scope="col" class="numeric">"Trades"</th>
                            <th scope="col" class="numeric">"Reasons"</th>
                            <th scope="col" class="numeric">"Companies"</th>
                            <th scope="col" class="numeric">"Largest"</th>
                            <th scope="col">"Last seen"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Pupil(slug: String, pupil: PupilView) -> impl IntoView {
    let status = match pupil.status {
        MemberStatus::Waiting => Some("waits"),
        MemberStatus::Removed => Some("removed"),
        MemberStatus::Playing => None,
    };
    let seen = pupil
        .last_seen_at
        .map_or_else(|| "never".to_owned(), format::date_time);
    let largest = pupil.largest_percent.map(|percent| format!("{percent} %"));
    let stamps = (pupil.good_ones > 0).then(|| format!(" · {} good", pupil.good_ones));
    let id = pupil.player.to_string();
    view! {
        <tr data-testid="pupil">
            <th scope="row">
                {pupil.handle.clone()}
                {status.map(|status| view! { " "<span class="chip">{status}</span> })}
                {pupil.team.clone().map(|team| view! { <span class="soft">{format!(" {team}")}</span> })}
            </th>
            <td class="numeric">{format::money(pupil.net_worth)}</td>
            <td class="numeric"><Delta percent=pupil.return_percent/></td>
            <td class="numeric">{pupil.trades}</td>
            <td class="numeric">{pupil.reasons}{stamps}</td>
            <td class="numeric">{pupil.companies}</td>
            <td class="numeric">{largest}</td>
            <td>{seen}</td>
            <td><PupilActions slug id status=pupil.status handle=pupil.handle/></td>
        </tr>
    }
}

#[component]
fn PupilActions(slug: String, id: String, status: MemberStatus, handle: String) -> impl IntoView {
    let admission = match status {
        MemberStatus::Waiting => ("admit", "Let in"),
        MemberStatus::Playing => ("remove", "Remove"),
        MemberStatus::Removed => ("readmit", "Let in again"),
    };
    let (action, label) = admission;
    view! {
        <details class="pupil-actions">
            <summary><span class="visually-hidden">{handle}": "</span>"More"</summary>
            <div class="pupil-forms">
                <Act slug=slug.clone() player=id.clone() action label/>
                <Act slug=slug.clone() player=id.clone() action="reset_words" label="New recovery words"/>
                <Act slug=slug.clone() player=id.clone() action="team" label="Set team">
                    <label class="inline-field">"Team "<input class="input" name="text" maxlength="40"/></label>
                </Act>
                <Act slug player=id action="adjust" label="Change cash">
                    <label class="inline-field">"Dollars, - to take "<input class="input" name="amount" inputmode="decimal" required/></label>
                    <label class="inline-field">"Reason "<input class="input" name="text" maxlength="280" required/></label>
                </Act>
            </div>
        </details>
    }
}

/// Latest reasons, each with a stamp for a good one.
#[component]
pub fn Reasons(
    /// The game's name in addresses.
    slug: String,
    /// Latest first.
    reasons: Vec<ReasonView>,
) -> impl IntoView {
    let none = reasons.is_empty();
    let row = |reason: ReasonView| {
        let (slug, player) = (slug.clone(), reason.player.to_string());
        let stamp = if reason.good {
            view! { <span class="good-one" data-testid="good-one">"Good one"</span> }.into_any()
        } else {
            view! {
                <Act slug player action="good_one" label="Good one">
                    <input type="hidden" name="seq" value=reason.seq.to_string()/>
                </Act>
            }
            .into_any()
        };
        view! {
            <li class="reason" data-testid="reason">
                <p><strong>{reason.handle}</strong>" "{reason.kind}" "{reason.symbol}<span class="soft">{format!(" · {}", format::date_time(reason.at))}</span></p>
                <blockquote>{reason.text}</blockquote>
                {stamp}
            </li>
        }
    };
    let rows = reasons.into_iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="reasons-title">
            <h2 id="reasons-title">"What they wrote"</h2>
            {none.then(|| view! { <p class="soft">"Reasons that players give with their orders appear here."</p> })}
            <ul class="reasons" role="list">{rows}</ul>
        </section>
    }
}
