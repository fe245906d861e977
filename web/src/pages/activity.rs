//! Activity: everything that ever changed the account, newest first.

use domain::api::{ApiError, CursorPage, LedgerEntryView};
use domain::{Day, FactKind, Timestamp, Xp};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{Delta, Icon, Load, LocalTime, OwnZone, Shown, minutes_ahead};
use crate::language::Texts;
use crate::{CurrentGame, CurrentSession, api, format, paths};

mod words;

use words::{icon, set_aside, what_happened};

/// How many entries to load at a time.
const AT_ONCE: u32 = 25;

type Entries = CursorPage<LedgerEntryView>;

async fn load(game: CurrentGame, cursor: Option<String>) -> Result<Entries, ApiError> {
    api::ledger(&game.slug(), cursor.as_deref(), Some(AT_ONCE)).await
}

fn address(game: CurrentGame, cursor: &str) -> String {
    let mut query = leptos_router::params::ParamsMap::new();
    query.insert("cursor", cursor.to_owned());
    format!("{}{}", paths::activity(game), query.to_query_string())
}

/// The page.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let texts = Texts::get();
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor")));
    let game = CurrentGame::get();
    let entries = Resource::new(move || cursor.get(), move |cursor| load(game, cursor));
    CurrentSession::get().on_player_change(move || entries.refetch());
    view! {
        <Title text=texts.activity_title()/>
        <Load resource=entries let:entries>
            <header class="page-head">
                <h1>{texts.activity_title()}</h1>
                <p class="soft">{texts.activity_lead()}</p>
            </header>
            {move || cursor.get().is_some().then(|| view! { <p><a href=paths::activity(game)>{texts.activity_newest()}</a></p> })}
            {has_taxes(&entries).then(|| view! { <p><a href=paths::taxes(game)>{texts.portfolio_tax()}</a></p> })}
            <Timeline entries/>
            <HowItIsKept/>
        </Load>
    }
}

fn has_taxes(entries: &Entries) -> bool {
    entries
        .items
        .iter()
        .any(|entry| entry.kind == FactKind::Taxed)
}

/// The entries loaded so far, and a button to load older ones.
#[component]
fn Timeline(entries: Entries) -> impl IntoView {
    let texts = Texts::get();
    let shown = RwSignal::new(entries.items);
    let next = RwSignal::new(entries.next);
    let failed = RwSignal::new(None::<String>);
    let spoken = RwSignal::new(String::new());
    let runs = RwSignal::new(false);
    let game = CurrentGame::get();
    Effect::new(move || runs.set(true));
    let more = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let Some(cursor) = next.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            match load(game, Some(cursor)).await {
                Ok(older) => append(older, shown, next, spoken, failed),
                Err(error) => _ = failed.try_set(Some(texts.refused(&error))),
            }
        });
    };
    view! {
        <div class="timeline" data-testid="timeline">
            {move || shown.with(|shown| by_day(shown, runs.get()).into_iter().map(day).collect_view())}
        </div>
        <p class="visually-hidden" role="status">{move || spoken.get()}</p>
        <p class="field-error" role="alert">{move || failed.get()}</p>
        {move || next.get().map(|cursor| view! {
            <p class="timeline-more">
                <a class="button" href=address(game, &cursor) rel="next" data-testid="older" on:click=more>{texts.activity_older()}</a>
            </p>
        })}
    }
}

/// Appends older entries and moves the focus to the first of them.
fn append(
    older: Entries,
    shown: RwSignal<Vec<LedgerEntryView>>,
    next: RwSignal<Option<String>>,
    spoken: RwSignal<String>,
    failed: RwSignal<Option<String>>,
) {
    let first = older.items.first().map(|entry| entry_id(entry.seq));
    let count = older.items.len();
    if shown
        .try_update(|shown| shown.extend(older.items))
        .is_none()
    {
        return;
    }
    next.set(older.next);
    failed.set(None);
    spoken.set(Texts::get().activity_older_came(count));
    request_animation_frame(move || focus(first.as_deref()));
}

#[cfg(feature = "client")]
fn focus(id: Option<&str>) {
    use wasm_bindgen::JsCast;
    let element = id.and_then(|id| document().get_element_by_id(id));
    if let Some(element) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        _ = element.focus();
    }
}

#[cfg(not(feature = "client"))]
fn focus(_: Option<&str>) {}

fn entry_id(seq: i64) -> String {
    format!("entry-{seq}")
}

/// Entries of the same day in the reader's time zone, in order. Until the page runs, that zone is
/// UTC.
fn by_day(entries: &[LedgerEntryView], runs: bool) -> Vec<(Day, Vec<LedgerEntryView>)> {
    let day_of = |entry: &LedgerEntryView| {
        let ahead = runs.then(|| minutes_ahead(entry.at)).flatten();
        format::local_day(entry.at, ahead.unwrap_or_default())
    };
    let days = entries.chunk_by(|a, b| day_of(a) == day_of(b));
    days.filter_map(|day| Some((day_of(day.first()?), day.to_vec())))
        .collect()
}

fn day((day, entries): (Day, Vec<LedgerEntryView>)) -> impl IntoView {
    view! {
        <section class="timeline-day">
            <h2>{format::day(day)}</h2>
            <ol class="card card-flush" role="list">{entries.into_iter().map(|entry| view! { <Entry entry/> }).collect_view()}</ol>
        </section>
    }
}

#[component]
fn Entry(entry: LedgerEntryView) -> impl IntoView {
    let texts = Texts::get();
    let title = match entry.symbol {
        Some(symbol) => {
            view! { <a href=paths::instrument(CurrentGame::get(), symbol)>{what_happened(&entry)}</a> }.into_any()
        }
        None => what_happened(&entry).into_any(),
    };
    let profit = entry
        .realized_profit
        .filter(|_| entry.kind == FactKind::Sold);
    let fee = entry
        .fee
        .filter(|fee| !fee.is_zero())
        .map(|fee| format!(" · {}", texts.activity_fee(format::money(fee))));
    let xp = (entry.xp > 0)
        .then(|| view! { <span class="xp-chip">{format!("+{}", format::xp(entry.xp))}</span> });
    let amount = if entry.cash_change.is_zero() {
        // An order that only waits or ended moves no money: it sets some aside, or frees it.
        set_aside(&entry)
            .map(|words| view! { <span class="soft entry-aside">{words}</span> }.into_any())
    } else {
        let cash = format::signed_money(entry.cash_change);
        Some(view! { <span class="figure entry-cash">{cash}</span> }.into_any())
    };
    let number = format::whole(entry.seq);
    let of_entry = texts.activity_of_entry(&number);
    view! {
        <li class="entry" id=entry_id(entry.seq) tabindex="-1" data-kind=entry.kind.as_str()>
            <span class="entry-icon"><Icon name=icon(entry.kind)/></span>
            <div class="entry-what">
                <p class="entry-title">{title}</p>
                {entry.reason.map(|reason| view! { <blockquote class="entry-reason">{reason}</blockquote> })}
                <p class="entry-meta soft">
                    <LocalTime at=entry.at shown=Shown::Time/>
                    {fee}
                </p>
                {entry.xp_reason.map(|why| view! { <Why why xp=entry.xp since=entry.xp_rules_since/> })}
                <details class="entry-chain">
                    <summary>{texts.activity_proof()}<span class="visually-hidden">" "{of_entry}</span></summary>
                    <p class="soft">{texts.activity_chain(number)}" "<code>{entry.previous_hash.clone()}</code></p>
                </details>
            </div>
            <div class="entry-numbers">
                {amount}
                {profit.map(|profit| view! { <span class="entry-profit"><span class="soft">{texts.activity_profit()}" "</span><Delta money=profit/></span> })}
                {xp}
            </div>
        </li>
    }
}

/// Why a trade earned its XP.
#[component]
fn Why(why: String, xp: Xp, since: Option<Timestamp>) -> impl IntoView {
    let texts = Texts::get();
    let since = since.filter(|since| since.micros() > 0);
    let zone = OwnZone::get();
    let since = since.map(|since| move || texts.activity_by_rules(zone.date_time(since)));
    view! {
        <details class="entry-chain">
            <summary>{texts.activity_why(format::xp(xp))}</summary>
            <p class="soft">{why}" "{since}</p>
        </details>
    }
}

#[component]
fn HowItIsKept() -> impl IntoView {
    let texts = Texts::get();
    view! {
        <details class="how-it-is-kept">
            <summary>{texts.activity_kept()}</summary>
            <p>{texts.activity_kept_ink()}</p>
            <p>{texts.activity_kept_chain()}</p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use domain::Money;

    use super::*;

    fn entry(seq: i64, day: i64) -> LedgerEntryView {
        LedgerEntryView {
            seq,
            at: Timestamp::from_seconds(day * 86_400 + seq),
            kind: FactKind::Sold,
            cash_change: Money::from_whole(10),
            xp: 15,
            xp_reason: None,
            xp_rules_since: None,
            symbol: "ACME".parse().ok(),
            quantity_change: "-2.5".parse().ok(),
            price: "4".parse().ok(),
            fee: None,
            realized_profit: None,
            reserved_cash_change: None,
            reserved_quantity_change: None,
            lots: domain::LotChoice::Oldest,
            release_cause: None,
            split: None,
            conversion: None,
            reason: None,
            previous_hash: "00ff".to_owned(),
        }
    }

    #[test]
    fn entries_are_told_by_day_and_in_a_sentence() {
        let days = by_day(&[entry(4, 9), entry(3, 9), entry(2, 8)], false);
        let counts: Vec<usize> = days.iter().map(|(_, entries)| entries.len()).collect();
        assert_eq!(counts, [2, 1]);
        assert_eq!(
            what_happened(&entry(1, 1)),
            "Sold 2.5 shares of ACME at $4.00"
        );
    }

    #[test]
    fn an_order_that_waits_says_what_it_sets_aside() {
        let check = |cash: Option<&str>, quantity: Option<&str>, expected: Option<&str>| {
            let entry = LedgerEntryView {
                reserved_cash_change: cash.map(|cash| cash.parse().unwrap()),
                reserved_quantity_change: quantity.map(|quantity| quantity.parse().unwrap()),
                ..entry(1, 1)
            };
            assert_eq!(set_aside(&entry).as_deref(), expected);
        };
        check(Some("270"), Some("0"), Some("$270.00 set aside"));
        check(Some("-270"), Some("0"), Some("$270.00 free again"));
        check(Some("0"), Some("-2.5"), Some("2.5 shares free again"));
        check(None, None, None);
    }
}
