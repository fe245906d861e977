//! Who is in the game, how each is doing, and what they wrote.

use domain::api::{MemberStatus, PupilView, ReasonView};
use leptos::prelude::*;

use super::Act;
use crate::components::Delta;
use crate::language::Texts;

/// The members as a table. On a phone a row is a card of its own.
#[component]
pub fn Roster(
    /// The game's name in addresses.
    slug: String,
    /// Who is in.
    roster: Vec<PupilView>,
) -> impl IntoView {
    let texts = Texts::get();
    if roster.is_empty() {
        return view! {
            <section class="card"><h2>{texts.host_nobody()}</h2>
                <p class="soft">{texts.host_nobody_hint()}</p></section>
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
            <h2 id="roster-title">{texts.host_who_is_in(count)}</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-labelledby="roster-title">
                <table class="roster stacking" data-testid="roster">
                    <thead>
                        <tr>
                            <th scope="col">{texts.host_player()}</th>
                            <th scope="col" class="numeric">{texts.host_value()}</th>
                            <th scope="col" class="numeric">{texts.host_return()}</th>
                            <th scope="col" class="numeric">{texts.host_trades()}</th>
                            <th scope="col" class="numeric">{texts.host_reasons()}</th>
                            <th scope="col" class="numeric">{texts.host_companies()}</th>
                            <th scope="col" class="numeric">{texts.host_largest()}</th>
                            <th scope="col">{texts.host_last_seen()}</th>
                            <th scope="col"><span class="visually-hidden">{texts.host_actions()}</span></th>
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
    let texts = Texts::get();
    let status = match pupil.status {
        MemberStatus::Waiting => Some(texts.host_waits()),
        MemberStatus::Removed => Some(texts.host_removed()),
        MemberStatus::Playing => None,
    };
    let seen = pupil
        .last_seen_at
        .map_or_else(|| texts.host_never().to_owned(), |at| texts.date_time(at));
    let largest = pupil.largest_percent.map(|percent| texts.percent(percent));
    let stamps =
        (pupil.good_ones > 0).then(|| format!(" {}", texts.host_good_count(pupil.good_ones)));
    let id = pupil.player.to_string();
    view! {
        <tr data-testid="pupil">
            <th scope="row">
                {pupil.handle.clone()}
                {status.map(|status| view! { " "<span class="chip">{status}</span> })}
                {pupil.team.clone().map(|team| view! { <span class="soft">{format!(" {team}")}</span> })}
            </th>
            <td class="numeric" data-label=texts.host_value()>{texts.money(pupil.net_worth)}</td>
            <td class="numeric" data-label=texts.host_return()><Delta percent=pupil.return_percent/></td>
            <td class="numeric" data-label=texts.host_trades()>{pupil.trades}</td>
            <td class="numeric" data-label=texts.host_reasons()>{pupil.reasons}{stamps}</td>
            <td class="numeric" data-label=texts.host_companies()>{pupil.companies}</td>
            <td class="numeric" data-label=texts.host_largest()>{largest}</td>
            <td data-label=texts.host_last_seen()>{seen}</td>
            <td><PupilActions slug id status=pupil.status handle=pupil.handle/></td>
        </tr>
    }
}

#[component]
fn PupilActions(slug: String, id: String, status: MemberStatus, handle: String) -> impl IntoView {
    let texts = Texts::get();
    let admission = match status {
        MemberStatus::Waiting => ("admit", texts.host_admit()),
        MemberStatus::Playing => ("remove", texts.host_remove()),
        MemberStatus::Removed => ("readmit", texts.host_readmit()),
    };
    let (action, label) = admission;
    view! {
        <details class="pupil-actions">
            <summary><span class="visually-hidden">{handle}": "</span>{texts.host_more()}</summary>
            <div class="pupil-forms">
                <Act slug=slug.clone() player=id.clone() action label/>
                <Act slug=slug.clone() player=id.clone() action="reset_words" label=texts.host_new_words()/>
                <Act slug=slug.clone() player=id.clone() action="team" label=texts.host_set_team()>
                    <label class="inline-field">{texts.host_team()}" "<input class="input" name="text" maxlength="40"/></label>
                </Act>
                <Act slug player=id action="adjust" label=texts.host_change_cash()>
                    <label class="inline-field">{texts.host_amount()}" "<input class="input" name="amount" inputmode="decimal" required/></label>
                    <label class="inline-field">{texts.host_reason()}" "<input class="input" name="text" maxlength="280" required/></label>
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
    let texts = Texts::get();
    let none = reasons.is_empty();
    let row = |reason: ReasonView| {
        let (slug, player) = (slug.clone(), reason.player.to_string());
        let said = match reason.kind.as_str() {
            "bought" => texts.host_bought().to_owned(),
            "sold" => texts.host_sold().to_owned(),
            other => other.to_owned(),
        };
        let stamp = if reason.good {
            view! { <span class="good-one" data-testid="good-one">{texts.host_good_one()}</span> }
                .into_any()
        } else {
            view! {
                <Act slug player action="good_one" label=texts.host_good_one()>
                    <input type="hidden" name="seq" value=reason.seq.to_string()/>
                </Act>
            }
            .into_any()
        };
        view! {
            <li class="reason" data-testid="reason">
                <p><strong>{reason.handle}</strong>" "{said}" "{reason.symbol}<span class="soft">{format!(" · {}", texts.date_time(reason.at))}</span></p>
                <blockquote>{reason.text}</blockquote>
                {stamp}
            </li>
        }
    };
    let rows = reasons.into_iter().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="reasons-title">
            <h2 id="reasons-title">{texts.host_wrote()}</h2>
            {none.then(|| view! { <p class="soft">{texts.host_wrote_none()}</p> })}
            <ul class="pupil-reasons" role="list">{rows}</ul>
        </section>
    }
}
