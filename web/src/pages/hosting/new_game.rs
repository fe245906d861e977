//! Creating a game of one's own.

use domain::GameRules;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::hours::HoursFields;
use super::{Ask, Choose, Tick};
use crate::components::{FormAlert, Load, PlayAsGuest};
use crate::submission::typed_before;
use crate::{CurrentSession, Submission, api};

const MARKETS: &[(&str, &str)] = &[
    ("own", "A market of its own: nobody knows its prices"),
    ("shared", "The market of the open league"),
    ("replay", "Real history, if this server has some"),
    (
        "hidden",
        "Real history, with names and dates hidden until the end",
    ),
];
const SPEEDS: &[(&str, &str)] = &[
    ("1", "Real time: a day lasts a day"),
    ("24", "Fast: a day lasts an hour"),
    ("288", "Faster: a day lasts five minutes"),
    ("1440", "Very fast: a day lasts a minute"),
];
const MEASURES: &[(&str, &str)] = &[
    ("return", "Gain in percent"),
    ("net_worth", "What the account is worth"),
    ("xp", "Experience: trades and good habits"),
];
const VISIBILITIES: &[(&str, &str)] = &[
    ("code", "Anyone with the code"),
    ("public", "Everybody: it is in the list of games"),
    ("invitation", "Only players I let in"),
];

/// The page.
#[component]
pub fn NewGamePage() -> impl IntoView {
    let session = CurrentSession::get().resource();
    view! {
        <Title text="New game"/>
        <header class="page-head">
            <h1>"Host a game"</h1>
            <p class="soft">"A name is enough. You get a six-letter code, and anyone who types it is in."</p>
        </header>
        <Load resource=session let:session>
            {match session {
                Some(_) => Either::Left(view! { <NewGameForm/> }),
                None => Either::Right(view! {
                    <section class="card">
                        <p>"Log in first, so that the game knows its host."</p>
                        <div class="actions">
                            <a class="button button-primary" href="/login?next=/games/new">"Log in"</a>
                            <a class="button button-quiet" href="/register?next=/games/new">"Create an account"</a>
                        </div>
                        <p class="soft">"Just trying it out? Host as a guest:"</p>
                        <PlayAsGuest next="/games/new" label="Host as a guest"/>
                    </section>
                }),
            }}
        </Load>
    }
}

#[component]
fn NewGameForm() -> impl IntoView {
    let categories = Resource::new(|| (), |()| async { api::categories("open").await });
    view! {
        <FormAlert message=Submission::new().message()/>
        <form class="form new-game" action="/forms/create-game" method="post">
            <fieldset class="card">
                <legend>"The game"</legend>
                <Ask name="name" label="Name" hint="Such as Year 9 Economics." required=true/>
                <Ask name="opens_at" label="Trading starts" kind="datetime-local" hint="Leave it empty to start at once."/>
                <Ask name="closes_at" label="Trading ends" kind="datetime-local" hint="Leave it empty and end it when you like."/>
                <ZoneField/>
                <Ask name="starting_cash" label="Everyone starts with, in dollars" value="10000" keyboard="decimal"/>
                <Choose name="market" label="Market" options=MARKETS/>
                <Ask name="replay_from" label="Real history begins on" kind="date" hint="Only for real history. Leave it empty to begin with its first day."/>
                <Choose name="speed" label="How fast its time passes" options=SPEEDS/>
            </fieldset>
            <details class="card">
                <summary>"Rules of trading"</summary>
                <RuleFields/>
                <Load resource=categories part="The categories" let:categories>
                    <fieldset class="ticks">
                        <legend>"What may be bought"</legend>
                        <p class="hint">"Tick none, and everything may be bought."</p>
                        {categories.into_iter().map(|category| view! {
                            <Tick name=format!("category:{category}") label=category/>
                        }).collect_view()}
                    </fieldset>
                </Load>
            </details>
            <details class="card">
                <summary>"Who may join, and what counts"</summary>
                <Choose name="visibility" label="Who may join" options=VISIBILITIES/>
                <Tick name="late_entry" label="Players may join after the start" ticked=true/>
                <Tick name="approval" label="I let each player in myself"/>
                <Choose name="measure" label="The board ranks by" options=MEASURES/>
                <Tick name="draft" label="Keep it as a draft that only I see"/>
            </details>
            <button class="button button-primary button-large" data-testid="create-game">"Create the game"</button>
        </form>
    }
}

/// Fields of the rules that can also change while the game runs.
#[component]
pub fn RuleFields(
    /// The rules in force.
    #[prop(optional)]
    now: Option<GameRules>,
) -> impl IntoView {
    // A rule of zero means no rule.
    let said = |read: fn(&GameRules) -> Option<String>| {
        let said = now.as_ref().and_then(read);
        said.filter(|number| number != "0").unwrap_or_default()
    };
    let fee_bps = said(|now| Some(now.fees.basis_points.to_string()));
    let fee_fixed = said(|now| Some(now.fees.fixed.to_string()));
    let largest = said(|now| Some(now.position_max_percent?.to_string()));
    let cheapest = said(|now| Some(now.price_min?.to_string()));
    let hold = said(|now| Some((now.hold_seconds / 60).to_string()));
    let tax_short = said(|now| Some((now.taxes?.short_term_bps / 100).to_string()));
    let tax_long = said(|now| Some((now.taxes?.long_term_bps / 100).to_string()));
    let interest = said(|now| Some(now.cash_interest_bps.to_string()));
    let hours = now.as_ref().and_then(|now| now.hours.clone());
    let fractional = now.as_ref().is_none_or(|now| now.fractional);
    view! {
        <Tick name="fractional" label="Parts of a share can be traded" ticked=fractional/>
        <Ask name="fee_bps" label="Fee per trade, in hundredths of a percent" value=fee_bps hint="50 is half a percent. Empty: no fee." keyboard="numeric"/>
        <Ask name="fee_fixed" value=fee_fixed label="Fixed fee per trade, in dollars" keyboard="decimal"/>
        <Ask name="position_max_percent" value=largest label="Most in one company, in percent of the money" hint="25 makes everybody hold four companies or more." keyboard="numeric"/>
        <Ask name="price_min" value=cheapest label="Lowest price to buy at, in dollars" keyboard="decimal"/>
        <Ask name="hold_minutes" value=hold label="Minutes between buying and selling" hint="1440 is a day." keyboard="numeric"/>
        <HoursFields now=hours/>
        <Ask name="cash_interest_bps" value=interest label="Interest on cash per year, in hundredths of a percent" hint="250 is 2.5 percent a year. Empty: none. It is paid when a month of the market is over." keyboard="numeric"/>
        <Ask name="tax_short_percent" value=tax_short label="Tax on gains, in percent" hint="Empty: no tax. A sale with a gain pays it at once; losses are counted at the end of the market's year." keyboard="numeric"/>
        <Ask name="tax_long_percent" value=tax_long label="Tax on gains of shares held longer than a market year, in percent" hint="Empty: the same." keyboard="numeric"/>
    }
}

/// The time zone of the dates.
#[component]
fn ZoneField() -> impl IntoView {
    let typed = typed_before("time_zone");
    let zone = if typed.is_empty() {
        "UTC".to_owned()
    } else {
        typed
    };
    let error = Submission::new().message_of("time_zone").get_untracked();
    let known = ZONES
        .iter()
        .map(|zone| view! { <option value=*zone></option> });
    view! {
        <div class="field">
            <label for="time_zone">"Time zone of these dates"</label>
            <p class="hint" id="time_zone-hint">"Such as Europe/Berlin or America/New_York."</p>
            <input id="time_zone" name="time_zone" list="zones" autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby="time_zone-hint time_zone-error" value=zone/>
            <datalist id="zones">{known.collect_view()}</datalist>
            <p class="field-error" id="time_zone-error">{error}</p>
        </div>
    }
}

/// Zones that the field suggests; it accepts all others too.
const ZONES: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Zurich",
    "Pacific/Auckland",
];
