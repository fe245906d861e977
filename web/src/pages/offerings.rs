//! Offerings: what companies sell in a game, one of them with its prospectus, and a host's form. Plain
//! pages, whose forms the server answers.

use domain::api::{InvestmentState, InvestmentView, OfferingView};
use domain::offering::AllocationRule;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, FormAlert, IconName, Load};
use crate::language::Texts;
use crate::{CurrentGame, Submission, api, paths};

mod invest;
mod new;
mod one;

pub use new::NewOfferingPage;
pub use one::OfferingPage;

/// What is on offer in a game.
#[component]
pub fn OfferingsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let offerings = Resource::new(
        || (),
        move |()| async move { api::offerings(&game.slug()).await },
    );
    view! {
        <Title text=texts.offerings_title()/>
        <FormAlert message=Submission::new().message()/>
        <Load resource=offerings let:offerings>
            <header class="page-head">
                <h1>{texts.offerings_title()}</h1>
                <p class="soft">{texts.offerings_lead()}</p>
            </header>
            {if offerings.is_empty() {
                view! {
                    <EmptyState icon=IconName::Search title=texts.offerings_none() text=texts.offerings_none_words()/>
                }.into_any()
            } else {
                let rows = offerings.into_iter().map(|offering| view! { <Row offering/> });
                view! { <ul class="offerings" role="list" data-testid="offerings">{rows.collect_view()}</ul> }.into_any()
            }}
            <p class="page-links"><a href=paths::savings(game)>{texts.offerings_plan()}</a></p>
        </Load>
    }
}

#[component]
fn Row(offering: OfferingView) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let terms = offering.terms;
    let address = paths::offering(game, &offering.id);
    view! {
        <li class="card offering">
            <h2><a href=address>{texts.said(&offering.title)}</a></h2>
            <p>{texts.offerings_row(texts.whole(i64::from(terms.shares)), &offering.company, price_in_words(&offering))}</p>
            <p class="soft">{state_in_words(&offering)}</p>
        </li>
    }
}

/// What a share costs, as far as that is known.
fn price_in_words(offering: &OfferingView) -> String {
    let texts = Texts::get();
    let terms = &offering.terms;
    let price = texts.price(terms.price);
    match terms.range {
        None => price,
        Some(range) => {
            let (low, high) = (texts.price(range.low), texts.price(range.high));
            if offering.granted > 0 || offering.settled_at.is_some() {
                texts.offerings_price_set(price, low, high)
            } else {
                texts.offerings_price_range(low, high)
            }
        }
    }
}

/// Whether one can invest now.
fn state_in_words(offering: &OfferingView) -> String {
    let texts = Texts::get();
    let terms = &offering.terms;
    let left = terms.shares.saturating_sub(offering.granted);
    if offering.settled_at.is_some() {
        texts.offerings_over(
            texts.whole(i64::from(offering.granted)),
            texts.whole(i64::from(terms.shares)),
        )
    } else if offering.now >= terms.closes_at {
        texts.offerings_closed().to_owned()
    } else if terms.rule == AllocationRule::FirstCome {
        texts.offerings_open_left(
            texts.date_time(terms.closes_at),
            texts.whole(i64::from(left)),
        )
    } else {
        texts.offerings_open(texts.date_time(terms.closes_at))
    }
}

/// The name of a state, in words for the player.
fn state_of(investment: &InvestmentView) -> String {
    let texts = Texts::get();
    let asked = texts.whole(i64::from(investment.shares));
    let got = texts.whole(i64::from(investment.granted.unwrap_or(0)));
    match investment.state {
        InvestmentState::Pending => {
            texts.offerings_waiting(asked, texts.money(investment.reserved))
        }
        InvestmentState::Processing => texts.offerings_on_its_way(got, asked),
        InvestmentState::Completed if investment.granted == Some(investment.shares) => {
            texts.offerings_got_all(asked)
        }
        InvestmentState::Completed => texts.offerings_got_some(asked, got),
        InvestmentState::Failed => {
            let why = investment
                .reason
                .map_or(texts.offerings_wrong(), |reason| reason.words());
            texts.offerings_got_none(asked, texts.said(why))
        }
        InvestmentState::Reversed => texts.offerings_reversed(got),
    }
}
