//! Offerings: what companies sell in a game, one of them with its prospectus, and a host's form. Plain
//! pages, whose forms the server answers.

use domain::api::{InvestmentState, InvestmentView, OfferingView};
use domain::offering::AllocationRule;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::{CurrentGame, Submission, api, format, paths};

mod invest;
mod new;
mod one;

pub use new::NewOfferingPage;
pub use one::OfferingPage;

/// What is on offer in a game.
#[component]
pub fn OfferingsPage() -> impl IntoView {
    let game = CurrentGame::get();
    let offerings = Resource::new(
        || (),
        move |()| async move { api::offerings(&game.slug()).await },
    );
    view! {
        <Title text="Offerings"/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=offerings let:offerings>
            <header class="page-head">
                <h1>"Offerings"</h1>
                <p class="soft">"A company sells a limited number of shares at one price. You say how many you want, and the money waits until the shares are shared out."</p>
            </header>
            {if offerings.is_empty() {
                view! {
                    <EmptyState icon=IconName::Search title="Nothing is on offer" text="When the host of a game offers shares, you will find them here."/>
                }.into_any()
            } else {
                let rows = offerings.into_iter().map(|offering| view! { <Row offering/> });
                view! { <ul class="offerings" role="list" data-testid="offerings">{rows.collect_view()}</ul> }.into_any()
            }}
            <p class="page-links"><a href=paths::savings(game)>"Save every month with a plan"</a></p>
        </Load>
    }
}

#[component]
fn Row(offering: OfferingView) -> impl IntoView {
    let game = CurrentGame::get();
    let terms = offering.terms;
    let address = paths::offering(game, &offering.id);
    view! {
        <li class="card offering">
            <h2><a href=address>{offering.title.clone()}</a></h2>
            <p>{format!(
                "{} shares of {} at {} each",
                format::whole(i64::from(terms.shares)),
                offering.company,
                price_in_words(&offering)
            )}</p>
            <p class="soft">{state_in_words(&offering)}</p>
        </li>
    }
}

/// What a share costs, as far as that is known.
fn price_in_words(offering: &OfferingView) -> String {
    let terms = &offering.terms;
    let price = format::price(terms.price);
    match terms.range {
        None => price,
        Some(range) => {
            let (low, high) = (format::price(range.low), format::price(range.high));
            if offering.granted > 0 || offering.settled_at.is_some() {
                format!("{price}, set by demand between {low} and {high}")
            } else {
                format!("{low} to {high}: the more shares are asked for, the higher")
            }
        }
    }
}

/// Whether one can invest now.
fn state_in_words(offering: &OfferingView) -> String {
    let terms = &offering.terms;
    let left = terms.shares.saturating_sub(offering.granted);
    if offering.settled_at.is_some() {
        format!(
            "Over: {} of {} shares were sold",
            format::whole(i64::from(offering.granted)),
            format::whole(i64::from(terms.shares))
        )
    } else if offering.now >= terms.closes_at {
        "Closed: the shares are being shared out".to_owned()
    } else if terms.rule == AllocationRule::FirstCome {
        format!(
            "Open until {}, {} shares left",
            format::date_time(terms.closes_at),
            format::whole(i64::from(left))
        )
    } else {
        format!("Open until {}", format::date_time(terms.closes_at))
    }
}

/// The name of a state, in words for the player.
fn state_of(investment: &InvestmentView) -> String {
    let asked = format::whole(i64::from(investment.shares));
    let got = format::whole(i64::from(investment.granted.unwrap_or(0)));
    match investment.state {
        InvestmentState::Pending => format!(
            "Waiting: {asked} shares, {} reserved",
            format::money(investment.reserved)
        ),
        InvestmentState::Processing => format!("On its way: {got} of {asked} shares"),
        InvestmentState::Completed if investment.granted == Some(investment.shares) => {
            format!("You asked for {asked} and got all of them.")
        }
        InvestmentState::Completed => {
            format!("You asked for {asked} and got {got}, because others wanted shares too.")
        }
        InvestmentState::Failed => {
            let why = investment
                .reason
                .map_or("something went wrong", |reason| reason.words());
            format!("You asked for {asked} and got none: {why}. Your money is free again.")
        }
        InvestmentState::Reversed => {
            format!("The host took {got} shares back, and you have your money again.")
        }
    }
}
