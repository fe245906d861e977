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
use crate::submission::typed_before;
use crate::{CurrentGame, Submission, api};

/// The page of the game that the address names.
#[component]
pub fn HostPage() -> impl IntoView {
    let game = CurrentGame::get();
    let view = Resource::new(
        || (),
        move |()| async move { api::host(&game.slug()).await },
    );
    view! {
        <Title text="Host"/>
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
    let words = typed_before("words");
    (!words.is_empty()).then(|| {
        view! {
            <section class="slip recovery-slip" data-testid="new-words">
                <h2>"New recovery words"</h2>
                <ul class="slips" role="list">{words.lines().map(|line| view! { <li>{line.to_owned()}</li> }).collect_view()}</ul>
                <p>"Print this page or copy the words: they are shown only now, and earlier ones no longer work. A pupil logs in with the nickname and these words."</p>
            </section>
        }
    })
}

#[component]
fn Host(view: HostView) -> impl IntoView {
    let slug = view.game.slug.clone();
    let (frozen, state) = (view.game.rules.frozen, view.state);
    let csv = format!("/api/v1/games/{slug}/host/marks.csv");
    let over = matches!(state, HostedState::Closed | HostedState::Archived);
    view! {
        <header class="page-head host-head">
            <h1>{view.game.name.clone()}</h1>
            <p class="soft">{state_in_words(state, frozen)}</p>
        </header>
        <Ticket ticket=view.ticket.clone()/>
        <p><a href=format!("/games/{slug}/offer")>"Offer shares"</a>" · "<a href=format!("/games/{slug}/offerings")>"Offerings"</a></p>
        <section class="card host-switches" aria-label="Switches">
            <Switches slug=slug.clone() state frozen/>
            {(view.controls_market && !over).then(|| view! {
                <Act slug=slug.clone() action="step" label="Step">
                    <label class="inline-field">"Market days to let pass: "
                        <input class="input" name="days" type="number" min="1" max="365" value="1"/>
                    </label>
                </Act>
                <Storm slug=slug.clone()/>
            })}
            <p class="host-links">
                <a href="" rel="external">"Load again"</a>" · "
                <a href=csv rel="external" download>"Marks as CSV"</a>" · "
                <a href=format!("/games/{slug}/rules") rel="external">"Rules and news"</a>
                {over.then(|| view! { " · "<a href=format!("/games/{slug}/finals") rel="external">"Final standings"</a> })}
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
            <h2 id="told-title">"What you have announced"</h2>
            <Notices notices=view.notices/>
        </section>
        {over.then(|| view! { <Erase slug/> })}
    }
}

/// A message to everyone in the game.
#[component]
fn Say(slug: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="say-title">
            <h2 id="say-title">"Tell everybody"</h2>
            <Asks slug action="announce">
                <Ask name="text" label="Announcement" hint="Everybody in the game sees it, and the projector shows it." required=true/>
                <button class="button">"Announce"</button>
            </Asks>
        </section>
    }
}

fn state_in_words(state: HostedState, frozen: bool) -> &'static str {
    match (state, frozen) {
        (HostedState::Draft, _) => "A draft: only its hosts see it.",
        (HostedState::Open, true) => "Open, and trading is paused.",
        (HostedState::Open, false) => "Open.",
        (HostedState::Closed, _) => "Over.",
        (HostedState::Archived, _) => "Over, and in the archive.",
    }
}

#[component]
fn Switches(slug: String, state: HostedState, frozen: bool) -> impl IntoView {
    let act =
        |action, label| view! { <Act slug=slug.clone() action label class="button button-small"/> };
    match state {
        HostedState::Draft => act("open", "Open the game").into_any(),
        HostedState::Open => view! {
            {if frozen { act("unfreeze", "Resume trading") } else { act("freeze", "Pause trading") }}
            <details class="act">
                <summary>"End the game"</summary>
                <p>"Trading ends for everybody, and the standings of this moment are final. This cannot be undone: a new season begins from the start."</p>
                {act("close", "Yes, end it")}
            </details>
        }
        .into_any(),
        HostedState::Closed => view! {
            {act("restart", "Start a new season")}
            {act("archive", "Move to the archive")}
        }
        .into_any(),
        HostedState::Archived => act("restart", "Start a new season").into_any(),
    }
}

/// A whole class at once, with a slip of recovery words for each to print and cut.
#[component]
fn Import(slug: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="import-title">
            <h2 id="import-title">"Add a class to the roster"</h2>
            <Asks slug action="import">
                <div class="field">
                    <label for="roster">"One nickname per line, then a comma and the team, if there are teams"</label>
                    <textarea id="roster" name="roster" class="input" rows="5" placeholder="mia, Bulls" required>{typed_before("roster")}</textarea>
                </div>
                <button class="button button-small">"Add them"</button>
            </Asks>
            <p class="soft">"At most 40 at once. You get recovery words for each, to print: pupils log in with their nickname and these words."</p>
        </section>
    }
}

#[component]
fn Projector(slug: String, address: Option<String>) -> impl IntoView {
    let link = match address {
        Some(address) => view! {
            <p><a href=address.clone() rel="external" data-testid="board-link">"Open the board"</a></p>
            <p class="soft">"Anyone with this link sees the board, without logging in."</p>
            <div class="actions">
                <Act slug=slug.clone() action="board_link" label="New link"/>
                <Act slug action="no_board_link" label="Revoke the link"/>
            </div>
        }
        .into_any(),
        None => view! {
            <p>"A board for the projector: ten rows that the back of the room can read."</p>
            <Act slug action="board_link" label="Create a link"/>
        }
        .into_any(),
    };
    view! { <section class="card" aria-labelledby="board-title"><h2 id="board-title">"Projector"</h2>{link}</section> }
}

/// A headline that moves prices.
#[component]
fn Storm(slug: String) -> impl IntoView {
    let game = CurrentGame::get();
    let categories = Resource::new(
        || (),
        move |()| async move { api::categories(&game.slug()).await },
    );
    view! {
        <Load resource=categories part="The storm" let:categories>
            <Act slug=slug.clone() action="storm" label="Storm">
                <label class="inline-field">"Headline that moves prices: "
                    <input class="input" name="text" maxlength="280" required/>
                </label>
                <label class="inline-field">"By percent: "
                    <input class="input" name="percent" type="number" min="-60" max="100" value="-10"/>
                </label>
                <label class="inline-field">"Whose: "
                    <select class="input" name="category">
                        <option value="">"The whole market"</option>
                        {categories.into_iter().map(|category| view! { <option>{category}</option> }).collect_view()}
                    </select>
                </label>
            </Act>
        </Load>
    }
}

#[component]
fn Rules(slug: String, rules: Vec<String>, now: GameRules) -> impl IntoView {
    let categories = now.categories.clone();
    let categories = categories.into_iter().map(|category| {
        view! { <input type="hidden" name=format!("category:{category}") value="true"/> }
    });
    view! {
        <section class="card" aria-labelledby="host-rules-title">
            <h2 id="host-rules-title">"Rules"</h2>
            <ul class="rules">{rules.into_iter().map(|rule| view! { <li>{rule}</li> }).collect_view()}</ul>
            <details open=was_sent("rules")>
                <summary>"Change the rules of trading"</summary>
                <Asks slug action="rules">
                    {categories.collect_view()}
                    <p class="hint">"A rule that you leave empty is dropped. Cash, dates and what may be bought stay as they are."</p>
                    <Ask name="text" label="What changes, and why" hint="Everybody reads it." required=true/>
                    <Ask name="at" label="From when" kind="datetime-local" hint="In the game's time zone. At once if you leave it empty."/>
                    <RuleFields now/>
                    <button class="button">"Change the rules"</button>
                </Asks>
            </details>
        </section>
    }
}

/// What actions earn. XP counts across all games, so a host may give less than the default but not
/// more.
#[component]
fn Xp(slug: String, xp: HostXp, most: HostXp) -> impl IntoView {
    let labels = [
        "A buy",
        "A sale",
        "Extra for a written reason",
        "Extra for a new company beside others",
        "Extra for a sale after holding for long",
    ];
    let amounts = xp.named().into_iter().zip(most.named()).zip(labels);
    let fields = amounts.map(|(((name, now), (_, most)), label)| {
        let id = format!("xp-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{format!("{label} (0 to {most})")}</label>
                <input id=id class="input" name=name type="number" min="0" max=most.to_string() value=now.to_string() required/>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="xp-title">
            <h2 id="xp-title">"Experience points"</h2>
            <p class="soft">"Players take their XP into every game. So you may give less for an action than other games do, but not more."</p>
            <details open=was_sent("xp")>
                <summary>"Change what actions earn"</summary>
                <Asks slug action="xp">
                    <Ask name="text" label="Why" hint="Everybody reads it." required=true/>
                    <Ask name="at" label="From when" kind="datetime-local" hint="In the game's time zone. In two minutes if you leave it empty."/>
                    {fields.collect_view()}
                    <button class="button">"Change the XP"</button>
                </Asks>
            </details>
        </section>
    }
}

#[component]
fn Hosts(slug: String, hosts: Vec<String>) -> impl IntoView {
    let row = |(place, handle): (usize, String)| {
        let (slug, named) = (slug.clone(), handle.clone());
        view! {
            <li>
                <span>{handle.clone()}</span>
                {if place == 0 {
                    view! { <span class="chip">"Owner"</span> }.into_any()
                } else {
                    view! {
                        <Act slug=slug.clone() action="hand_over" label="Make owner"><input type="hidden" name="handle" value=named/></Act>
                        <Act slug action="remove_host" label="Remove"><input type="hidden" name="handle" value=handle/></Act>
                    }.into_any()
                }}
            </li>
        }
    };
    let rows = hosts.into_iter().enumerate().map(row).collect_view();
    view! {
        <section class="card" aria-labelledby="hosts-title">
            <h2 id="hosts-title">"Hosts"</h2>
            <ul class="hosts" role="list">{rows}</ul>
            <Asks slug=slug.clone() action="add_host">
                <Ask name="handle" label="Another host, by handle" hint="Can do everything you can, except add hosts and delete the class." required=true/>
                <button class="button button-small">"Add"</button>
            </Asks>
            <details>
                <summary>"Leave as a host"</summary>
                <p>"If you play here, you keep playing. If you are the owner, the next host in the list takes over."</p>
                <Act slug action="leave" label="Yes, leave"/>
            </details>
        </section>
    }
}

#[component]
fn Erase(slug: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="erase-title">
            <h2 id="erase-title">"Delete the class"</h2>
            <p>"Removes the nicknames of everyone who joined with your code, their teams and everything they wrote. The numbers stay, under meaningless names. This cannot be undone."</p>
            <details>
                <summary>"Delete everything about the class"</summary>
                <Act slug action="erase" label="Yes, delete it" class="button button-small"/>
            </details>
        </section>
    }
}
