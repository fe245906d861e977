//! The third step: the receipt with its stamps, and an order that waits.

use domain::api::AchievementView;
use domain::{Fill, Money, Price};
use leptos::prelude::*;

use super::buy::Order;
use super::{Company, Played};
use crate::components::{Icon, IconName, Stamp};
use crate::language::Texts;
use crate::paths;
use crate::submission::typed_before;

/// The suggested limit of the waiting order, in percent of the price.
const OFFER_PERCENT: i64 = 98;
/// Units in a cent.
const CENT: i64 = 100;
/// Days until the order expires.
const ENDS_AFTER_DAYS: i32 = 7;
/// How many stamps to show.
const STAMPS_MAX: usize = 6;

/// The receipt, and below it the form.
#[component]
pub(super) fn Wait(played: Played, texts: Texts) -> impl IntoView {
    let ends = played.purchase().map(|order| order.at.day());
    let ends = ends.map(|day| day.plus_days(ENDS_AFTER_DAYS).start().to_string());
    let company = played.bought.clone();
    view! {
        <Receipt played texts/>
        {company.map(|company| view! { <Offer company ends=ends.unwrap_or_default() texts/> })}
    }
}

/// What was bought last, and the stamps so far.
#[component]
fn Receipt(played: Played, texts: Texts) -> impl IntoView {
    let bought = played.bought.clone();
    let order = played.purchase().cloned();
    let shown = order.zip(bought).and_then(|(order, company)| {
        let fill = order.fill?;
        let earned = fill.xp.saturating_add(order.extra_xp());
        Some(view! { <Sums fill cash=played.cash earned=texts.xp(earned) company texts/> })
    });
    let has_reason = played
        .stamps
        .iter()
        .any(|stamp| stamp.id.as_str() == "first-reason");
    view! {
        <section class="slip start-receipt" data-testid="receipt">
            {shown}
            <h3>{texts.start_stamps()}</h3>
            <Stamps stamps=played.stamps texts/>
            {(!has_reason).then(|| view! { <p class="soft">{texts.start_short_reason()}</p> })}
        </section>
    }
}

/// The stamps so far, the first ones first.
#[component]
pub(super) fn Stamps(stamps: Vec<AchievementView>, texts: Texts) -> impl IntoView {
    let stamps = stamps.into_iter().take(STAMPS_MAX);
    let stamps = stamps.map(|stamp| view! { <Pressed stamp texts/> });
    view! { <ul class="unlocks start-stamps" role="list">{stamps.collect_view()}</ul> }
}

#[component]
fn Sums(fill: Fill, cash: Money, earned: String, company: Company, texts: Texts) -> impl IntoView {
    let row = |label: &'static str, value: String| {
        view! { <div><dt>{label}</dt><dd class="figure">{value}</dd></div> }
    };
    view! {
        <h2 class="receipt-title"><span class="receipt-check"><Icon name=IconName::Check/></span>{texts.start_bought(company.name)}</h2>
        <dl class="sums">
            {row(texts.start_shares(), texts.quantity(fill.quantity))}
            {row(texts.start_price(), texts.price(fill.price))}
            {row(texts.start_paid(), texts.money(fill.cash_change_in_all().negated()))}
            {row(texts.start_cash(), texts.money(cash))}
            {row(texts.start_earned(), earned)}
        </dl>
    }
}

/// A stamp with its name and its XP.
#[component]
fn Pressed(stamp: AchievementView, texts: Texts) -> impl IntoView {
    let words = texts.start_stamp(stamp.name.unwrap_or_default(), texts.xp(stamp.xp));
    view! {
        <li class="unlocked">
            <Stamp icon=stamp.icon/>
            <a href="/achievements">{words}</a>
        </li>
    }
}

/// The form of an order that waits.
#[component]
fn Offer(company: Company, ends: String, texts: Texts) -> impl IntoView {
    let price = match typed_before("trigger_price") {
        typed if typed.is_empty() => offer(company.price).to_string(),
        typed => typed,
    };
    let offered = texts.start_wait_offer(company.name, texts.price(company.price));
    let skip = format!("{}?step=tomorrow", paths::START);
    view! {
        <section class="card start-card start-open" aria-labelledby="wait-title">
            <h2 id="wait-title">{texts.start_wait_title()}</h2>
            <p>{texts.start_wait_lead()}</p>
            <p>{offered}</p>
            <form class="form" action="/forms/order" method="post">
                <Order symbol=company.symbol.to_string() unit="quantity"/>
                <input type="hidden" name="size" value="1"/>
                <input type="hidden" name="trigger" value="limit"/>
                <input type="hidden" name="expires_at" value=ends/>
                <div class="field">
                    <label for="start-price">{texts.start_wait_price()}</label>
                    <input id="start-price" name="trigger_price" inputmode="decimal" maxlength="24" required value=price aria-describedby="start-price-hint"/>
                    <p class="hint" id="start-price-hint">{texts.start_wait_aside()}</p>
                </div>
                <div class="actions">
                    <button class="button button-primary" data-testid="start-wait">{texts.start_wait()}</button>
                    <a class="button button-quiet" href=skip data-testid="start-later">{texts.start_later()}</a>
                </div>
            </form>
        </section>
    }
}

/// A little less than the price, in whole cents.
fn offer(price: Price) -> Price {
    let units = price.units().saturating_mul(OFFER_PERCENT) / 100;
    Price::from_units((units / CENT * CENT).max(CENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_two_percent_less_in_whole_cents() {
        let check = |price: &str, offered: &str| {
            assert_eq!(offer(price.parse().unwrap()), offered.parse().unwrap());
        };
        check("42.50", "41.65");
        check("31.7342", "31.09");
        check("0.0050", "0.01");
    }
}
