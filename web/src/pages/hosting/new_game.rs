//! Creating a game of one's own.

use domain::GameRules;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

use super::hours::HoursFields;
use super::{Ask, Choose, Tick};
use crate::components::{FormAlert, Load, PlayAsGuest};
use crate::language::Texts;
use crate::submission::typed_before;
use crate::{CurrentSession, Submission, api, response};

fn markets(texts: Texts) -> [(&'static str, &'static str); 4] {
    [
        ("own", texts.new_game_market_own()),
        ("shared", texts.new_game_market_shared()),
        ("replay", texts.new_game_market_replay()),
        ("hidden", texts.new_game_market_hidden()),
    ]
}

/// A game without a choice has the currency of its market.
fn currencies(texts: Texts) -> [(&'static str, &'static str); 3] {
    [
        ("", texts.new_game_currency_usual()),
        ("EUR", texts.new_game_currency_euro()),
        ("GBP", texts.new_game_currency_pound()),
    ]
}

/// The default is that of `tickerquest class`, because most games are lessons.
fn speeds(texts: Texts) -> [(&'static str, &'static str); 4] {
    [
        ("288", texts.new_game_speed_faster()),
        ("1440", texts.new_game_speed_fastest()),
        ("24", texts.new_game_speed_fast()),
        ("1", texts.new_game_speed_real()),
    ]
}

fn measures(texts: Texts) -> [(&'static str, &'static str); 3] {
    [
        ("return", texts.new_game_measure_return()),
        ("net_worth", texts.new_game_measure_worth()),
        ("xp", texts.new_game_measure_xp()),
    ]
}

fn visibilities(texts: Texts) -> [(&'static str, &'static str); 3] {
    [
        ("code", texts.new_game_join_code()),
        ("public", texts.new_game_join_public()),
        ("invitation", texts.new_game_join_invitation()),
    ]
}

/// The page.
#[component]
pub fn NewGamePage() -> impl IntoView {
    let texts = Texts::get();
    let session = CurrentSession::get().resource();
    view! {
        <Title text=texts.new_game_title()/>
        <header class="page-head">
            <h1>{texts.new_game_head()}</h1>
            <p class="soft">{texts.new_game_lead()}</p>
        </header>
        <Load resource=session let:session>
            {match session {
                Some(_) => Either::Left(view! { <NewGameForm/> }),
                None => Either::Right(view! {
                    <section class="card">
                        <p>{texts.new_game_log_in_first()}</p>
                        <div class="actions">
                            <a class="button button-primary" href="/login?next=/games/new">{texts.nav_log_in()}</a>
                            <a class="button button-quiet" href="/register?next=/games/new">{texts.new_game_create_account()}</a>
                        </div>
                        <p class="soft">{texts.new_game_trying()}</p>
                        <PlayAsGuest next="/games/new" label=texts.new_game_as_guest()/>
                    </section>
                }),
            }}
        </Load>
    }
}

#[component]
fn NewGameForm() -> impl IntoView {
    let texts = Texts::get();
    let categories = Resource::new(|| (), |()| async { api::categories("open").await });
    view! {
        <FormAlert message=Submission::new().message()/>
        <form class="form new-game" action="/forms/create-game" method="post">
            <fieldset class="card">
                <legend>{texts.new_game_the_game()}</legend>
                <Ask name="name" label=texts.new_game_name() hint=texts.new_game_name_hint() required=true/>
                <Ask name="opens_at" label=texts.new_game_opens() kind="datetime-local" hint=texts.new_game_opens_hint()/>
                <Ask name="closes_at" label=texts.new_game_closes() kind="datetime-local" hint=texts.new_game_closes_hint()/>
                <ZoneField/>
                <Ask name="starting_cash" label=texts.new_game_cash() value="10000" keyboard="decimal"/>
                <Choose name="currency" label=texts.new_game_currency() hint=texts.new_game_currency_hint() options=currencies(texts)/>
                <Choose name="market" label=texts.new_game_market() options=markets(texts)/>
                <Ask name="replay_from" label=texts.new_game_history_from() kind="date" hint=texts.new_game_history_hint()/>
                <Choose name="speed" label=texts.new_game_speed() hint=texts.new_game_speed_hint() options=speeds(texts)/>
            </fieldset>
            <details class="card">
                <summary>{texts.new_game_rules()}</summary>
                <RuleFields/>
                <Load resource=categories part=texts.new_game_the_categories() let:categories>
                    <fieldset class="ticks">
                        <legend>{texts.new_game_may_buy()}</legend>
                        <p class="hint">{texts.new_game_may_buy_hint()}</p>
                        {categories.into_iter().map(|category| {
                            let name = format!("category:{category}");
                            view! { <Tick name label=texts.category(category)/> }
                        }).collect_view()}
                    </fieldset>
                </Load>
            </details>
            <details class="card">
                <summary>{texts.new_game_who()}</summary>
                <Choose name="visibility" label=texts.new_game_may_join() options=visibilities(texts)/>
                <Tick name="late_entry" label=texts.new_game_late() ticked=true/>
                <Tick name="approval" label=texts.new_game_approval()/>
                <Choose name="measure" label=texts.new_game_measure() options=measures(texts)/>
                <Tick name="draft" label=texts.new_game_draft()/>
            </details>
            <button class="button button-primary button-large" data-testid="create-game">{texts.new_game_create()}</button>
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
    let texts = Texts::get();
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
        <Tick name="fractional" label=texts.new_game_parts() ticked=fractional/>
        <Ask name="fee_bps" label=texts.new_game_fee_part() value=fee_bps hint=texts.new_game_fee_part_hint() keyboard="numeric"/>
        <Ask name="fee_fixed" value=fee_fixed label=texts.new_game_fee_fixed() keyboard="decimal"/>
        <Ask name="position_max_percent" value=largest label=texts.new_game_largest() hint=texts.new_game_largest_hint() keyboard="numeric"/>
        <Ask name="price_min" value=cheapest label=texts.new_game_price_min() keyboard="decimal"/>
        <Ask name="hold_minutes" value=hold label=texts.new_game_hold() hint=texts.new_game_hold_hint() keyboard="numeric"/>
        <HoursFields now=hours/>
        <Ask name="cash_interest_bps" value=interest label=texts.new_game_interest() hint=texts.new_game_interest_hint() keyboard="numeric"/>
        <Ask name="tax_short_percent" value=tax_short label=texts.new_game_tax() hint=texts.new_game_tax_hint() keyboard="numeric"/>
        <Ask name="tax_long_percent" value=tax_long label=texts.new_game_tax_long() hint=texts.new_game_tax_long_hint() keyboard="numeric"/>
    }
}

/// The time zone of the dates.
#[component]
fn ZoneField() -> impl IntoView {
    let texts = Texts::get();
    let typed = typed_before("time_zone");
    let zone = Some(typed).filter(|typed| !typed.is_empty());
    let zone = zone
        .or_else(zone_of_browser)
        .unwrap_or_else(|| "UTC".to_owned());
    let error = Submission::new().message_of("time_zone").get_untracked();
    let known = ZONES
        .iter()
        .map(|zone| view! { <option value=*zone></option> });
    view! {
        <div class="field">
            <label for="time_zone">{texts.new_game_zone()}</label>
            <p class="hint" id="time_zone-hint">{texts.new_game_zone_hint()}</p>
            <input id="time_zone" name="time_zone" list="zones" autocomplete="off" autocapitalize="none" spellcheck="false"
                aria-describedby="time_zone-hint time_zone-error" value=zone/>
            <datalist id="zones">{known.collect_view()}</datalist>
            <p class="field-error" id="time_zone-error">{error}</p>
        </div>
    }
}

/// The time zone that the browser names in a cookie (`assets/visit.js`).
fn zone_of_browser() -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    response::request_cookie("zone").filter(|zone| !zone.is_empty() && zone.chars().all(allowed))
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
