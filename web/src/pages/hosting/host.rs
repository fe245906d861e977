//! The host's page: the ticket, the class, what it writes, and the switches of the game.

use domain::api::{HostView, HostedState};
use domain::{GameRules, HostXp};
use leptos::prelude::*;
use leptos_meta::Title;

use super::assignments::Assignments;
use super::form::{Asks, was_sent};
use super::new_game::RuleFields;
use super::pupils::{Reasons, Roster};
use super::rules::Notices;
use super::ticket::Ticket;
use super::{Act, Ask};
use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api};

/// The page of the game that the address names.
#[component]
pub fn HostPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let view = Resource::new(
        || (),
        move |()| async move { api::host(&game.slug()).await },
    );
    view! {
        <Title text=texts.host_title()/>
        <FormAlert message=Submission::new().message()/>
        <NewWords/>
        <Load resource=view let:view>
            <Host view/>
        </Load>
    }
}

/// Recovery words that have just been made, shown once.
#[component]
fn NewWords() -> impl IntoView {
    let texts = Texts::get();
    let words = typed_before("words");
    (!words.is_empty()).then(|| {
        view! {
            <section class="slip recovery-slip" data-testid="new-words">
                <h2>{texts.host_new_words()}</h2>
                <ul class="slips" role="list">{words.lines().map(|line| view! { <li>{line.to_owned()}</li> }).collect_view()}</ul>
                <p>{texts.host_new_words_lead()}</p>
            </section>
        }
    })
}

#[component]
fn Host(view: HostView) -> impl IntoView {
    let texts = Texts::get();
    let slug = view.game.slug.clone();
    let (frozen, state) = (view.game.rules.frozen, view.state);
    let csv = format!("/api/v1/games/{slug}/host/marks.csv");
    let over = matches!(state, HostedState::Closed | HostedState::Archived);
    view! {
        <header class="page-head host-head">
            <h1>{view.game.name.clone()}</h1>
            <p class="soft">{state_in_words(texts, state, frozen)}</p>
        </header>
        <Ticket ticket=view.ticket.clone()/>
        <p><a href=format!("/games/{slug}/offer")>{texts.host_offer()}</a>" · "<a href=format!("/games/{slug}/offerings")>{texts.host_offerings()}</a></p>
        <section class="card host-switches" aria-label=texts.host_switches()>
            <Switches slug=slug.clone() state frozen/>
            {(view.controls_market && !over).then(|| view! {
                <Act slug=slug.clone() action="step" label=texts.host_step()>
                    <label class="inline-field">{texts.host_step_days()}" "
                        <input class="input" name="days" type="number" min="1" max="365" value="1"/>
                    </label>
                </Act>
                <Storm slug=slug.clone()/>
            })}
            <p class="host-links">
                <a href="" rel="external">{texts.host_again()}</a>" · "
                <a href=csv rel="external" download>{texts.host_marks()}</a>" · "
                <a href=format!("/games/{slug}/rules") rel="external">{texts.rules_head()}</a>
                {over.then(|| view! { " · "<a href=format!("/games/{slug}/finals") rel="external">{texts.host_finals()}</a> })}
            </p>
        </section>
        {(!over).then(|| view! { <Say slug=slug.clone()/> })}
        <Roster slug=slug.clone() roster=view.roster/>
        <Import slug=slug.clone()/>
        <Reasons slug=slug.clone() reasons=view.reasons/>
        <Assignments for_host=true/>
        <Projector slug=slug.clone() address=view.board_address/>
        <Rules slug=slug.clone() rules=view.rules now=view.game.rules.clone()/>
        <Xp slug=slug.clone() xp=view.xp most=view.xp_most/>
        <Hosts slug=slug.clone() hosts=view.hosts/>
        <section class="card" aria-labelledby="told-title">
            <h2 id="told-title">{texts.host_told()}</h2>
            <Notices notices=view.notices/>
        </section>
        {over.then(|| view! { <Erase slug/> })}
    }
}

/// A message to everyone in the game.
#[component]
fn Say(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="card" aria-labelledby="say-title">
            <h2 id="say-title">{texts.host_say()}</h2>
            <Asks slug action="announce">
                <Ask name="text" label=texts.host_announcement() hint=texts.host_announcement_hint() required=true/>
                <button class="button">{texts.host_announce()}</button>
            </Asks>
        </section>
    }
}

fn state_in_words(texts: Texts, state: HostedState, frozen: bool) -> &'static str {
    match (state, frozen) {
        (HostedState::Draft, _) => texts.host_state_draft(),
        (HostedState::Open, true) => texts.host_state_paused(),
        (HostedState::Open, false) => texts.host_state_open(),
        (HostedState::Closed, _) => texts.host_state_over(),
        (HostedState::Archived, _) => texts.host_state_archived(),
    }
}

#[component]
fn Switches(slug: String, state: HostedState, frozen: bool) -> impl IntoView {
    let texts = Texts::get();
    let act =
        |action, label| view! { <Act slug=slug.clone() action label class="button button-small"/> };
    match state {
        HostedState::Draft => act("open", texts.host_open()).into_any(),
        HostedState::Open => view! {
            {if frozen { act("unfreeze", texts.host_resume()) } else { act("freeze", texts.host_pause()) }}
            <details class="act">
                <summary>{texts.host_end()}</summary>
                <p>{texts.host_end_lead()}</p>
                {act("close", texts.host_end_yes())}
            </details>
        }
        .into_any(),
        HostedState::Closed => view! {
            {act("restart", texts.host_restart())}
            {act("archive", texts.host_archive())}
        }
        .into_any(),
        HostedState::Archived => act("restart", texts.host_restart()).into_any(),
    }
}

/// A whole class at once, with a slip of recovery words for each to print and cut.
#[component]
fn Import(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="card" aria-labelledby="import-title">
            <h2 id="import-title">{texts.host_import()}</h2>
            <Asks slug action="import">
                <div class="field">
                    <label for="roster">{texts.host_import_label()}</label>
                    <textarea id="roster" name="roster" class="input" rows="5" placeholder=texts.host_import_example() required>{typed_before("roster")}</textarea>
                </div>
                <button class="button button-small">{texts.host_import_add()}</button>
            </Asks>
            <p class="soft">{texts.host_import_hint()}</p>
        </section>
    }
}

#[component]
fn Projector(slug: String, address: Option<String>) -> impl IntoView {
    let texts = Texts::get();
    let link = match address {
        Some(address) => view! {
            <p><a href=address.clone() rel="external" data-testid="board-link">{texts.host_board_open()}</a></p>
            <p class="soft">{texts.host_board_hint()}</p>
            <div class="actions">
                <Act slug=slug.clone() action="board_link" label=texts.host_board_new()/>
                <Act slug action="no_board_link" label=texts.host_board_revoke()/>
            </div>
        }
        .into_any(),
        None => view! {
            <p>{texts.host_board_lead()}</p>
            <Act slug action="board_link" label=texts.host_board_create()/>
        }
        .into_any(),
    };
    view! { <section class="card" aria-labelledby="board-title"><h2 id="board-title">{texts.host_projector()}</h2>{link}</section> }
}

/// A headline that moves prices.
#[component]
fn Storm(slug: String) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let categories = Resource::new(
        || (),
        move |()| async move { api::categories(&game.slug()).await },
    );
    view! {
        <Load resource=categories part=texts.host_the_storm() let:categories>
            <Act slug=slug.clone() action="storm" label=texts.host_storm()>
                <label class="inline-field">{texts.host_storm_headline()}" "
                    <input class="input" name="text" maxlength="280" required/>
                </label>
                <label class="inline-field">{texts.host_storm_percent()}" "
                    <input class="input" name="percent" type="number" min="-60" max="100" value="-10"/>
                </label>
                <label class="inline-field">{texts.host_storm_whose()}" "
                    <select class="input" name="category">
                        <option value="">{texts.host_storm_market()}</option>
                        {categories.into_iter().map(|category| {
                            let label = texts.category(category.clone());
                            view! { <option value=category>{label}</option> }
                        }).collect_view()}
                    </select>
                </label>
            </Act>
        </Load>
    }
}

#[component]
fn Rules(slug: String, rules: Vec<String>, now: GameRules) -> impl IntoView {
    let texts = Texts::get();
    let categories = now.categories.clone();
    let categories = categories.into_iter().map(|category| {
        view! { <input type="hidden" name=format!("category:{category}") value="true"/> }
    });
    view! {
        <section class="card" aria-labelledby="host-rules-title">
            <h2 id="host-rules-title">{texts.host_rules()}</h2>
            <ul class="rules">{rules.into_iter().map(|rule| view! { <li>{texts.said(&rule)}</li> }).collect_view()}</ul>
            <details open=was_sent("rules")>
                <summary>{texts.host_rules_change()}</summary>
                <Asks slug action="rules">
                    {categories.collect_view()}
                    <p class="hint">{texts.host_rules_hint()}</p>
                    <Ask name="text" label=texts.host_rules_text() hint=texts.host_everybody_reads() required=true/>
                    <Ask name="at" label=texts.host_from_when() kind="datetime-local" hint=texts.host_rules_at_hint()/>
                    <RuleFields now/>
                    <button class="button">{texts.host_rules_save()}</button>
                </Asks>
            </details>
        </section>
    }
}

/// What actions earn. XP counts across all games, so a host may give less than the default but not
/// more.
#[component]
fn Xp(slug: String, xp: HostXp, most: HostXp) -> impl IntoView {
    let texts = Texts::get();
    let labels = [
        texts.host_xp_buy(),
        texts.host_xp_sale(),
        texts.host_xp_reason(),
        texts.host_xp_company(),
        texts.host_xp_long(),
    ];
    let amounts = xp.named().into_iter().zip(most.named()).zip(labels);
    let fields = amounts.map(move |(((name, now), (_, most)), label)| {
        let id = format!("xp-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{texts.host_xp_field(label, most)}</label>
                <input id=id class="input" name=name type="number" min="0" max=most.to_string() value=now.to_string() required/>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="xp-title">
            <h2 id="xp-title">{texts.host_xp()}</h2>
            <p class="soft">{texts.host_xp_lead()}</p>
            <details open=was_sent("xp")>
                <summary>{texts.host_xp_change()}</summary>
                <Asks slug action="xp">
                    <Ask name="text" label=texts.host_why() hint=texts.host_everybody_reads() required=true/>
                    <Ask name="at" label=texts.host_from_when() kind="datetime-local" hint=texts.host_xp_at_hint()/>
                    {fields.collect_view()}
                    <button class="button">{texts.host_xp_save()}</button>
                </Asks>
            </details>
        </section>
    }
}

#[component]
fn Hosts(slug: String, hosts: Vec<String>) -> impl IntoView {
    let texts = Texts::get();
    let row = |(place, handle): (usize, String)| {
        let (slug, named) = (slug.clone(), handle.clone());
        view! {
            <li>
                <span>{handle.clone()}</span>
                {if place == 0 {
                    view! { <span class="chip">{texts.host_owner()}</span> }.into_any()
                } else {
                    view! {
                        <Act slug=slug.clone() action="hand_over" label=texts.host_hand_over()><input type="hidden" name="handle" value=named/></Act>
                        <Act slug action="remove_host" label=texts.host_remove()><input type="hidden" name="handle" value=handle/></Act>
                    }.into_any()
                }}
            </li>
        }
    };
    let rows = hosts.into_iter().enumerate().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="hosts-title">
            <h2 id="hosts-title">{texts.host_hosts()}</h2>
            <ul class="hosts" role="list">{rows}</ul>
            <Asks slug=slug.clone() action="add_host">
                <Ask name="handle" label=texts.host_another() hint=texts.host_another_hint() required=true/>
                <button class="button button-small">{texts.host_add()}</button>
            </Asks>
            <details>
                <summary>{texts.host_leave()}</summary>
                <p>{texts.host_leave_lead()}</p>
                <Act slug action="leave" label=texts.host_leave_yes()/>
            </details>
        </section>
    }
}

#[component]
fn Erase(slug: String) -> impl IntoView {
    let texts = Texts::get();
    view! {
        <section class="card" aria-labelledby="erase-title">
            <h2 id="erase-title">{texts.host_erase()}</h2>
            <p>{texts.host_erase_lead()}</p>
            <details>
                <summary>{texts.host_erase_open()}</summary>
                <Act slug action="erase" label=texts.host_erase_yes() class="button button-small"/>
            </details>
        </section>
    }
}
