//! Activity: everything that ever changed the account, newest first.

use domain::api::{ApiError, CursorPage, LedgerEntryView};
use domain::{Day, EntryKind, Quantity};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{Delta, Icon, IconName, Load};
use crate::{CurrentSession, GAME, api, format};

/// Entries that are loaded at once.
const AT_ONCE: u32 = 25;

type Entries = CursorPage<LedgerEntryView>;

async fn load(cursor: Option<String>) -> Result<Entries, ApiError> {
    api::ledger(GAME, cursor.as_deref(), Some(AT_ONCE)).await
}

fn address(cursor: &str) -> String {
    let mut query = leptos_router::params::ParamsMap::new();
    query.insert("cursor", cursor.to_owned());
    format!("/activity{}", query.to_query_string())
}

/// The page.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor")));
    let entries = Resource::new(move || cursor.get(), load);
    CurrentSession::get().on_player_change(move || entries.refetch());
    view! {
        <Title text="Activity"/>
        <Load resource=entries let:entries>
            <header class="page-head">
                <h1>"Activity"</h1>
                <p class="soft">"Everything that ever changed your account, the newest first."</p>
            </header>
            {move || cursor.get().is_some().then(|| view! { <p><a href="/activity">"Back to the newest"</a></p> })}
            <Timeline entries/>
            <HowItIsKept/>
        </Load>
    }
}

/// The entries loaded so far, and the way to older ones.
#[component]
fn Timeline(entries: Entries) -> impl IntoView {
    let shown = RwSignal::new(entries.items);
    let next = RwSignal::new(entries.next);
    let failed = RwSignal::new(None::<String>);
    let spoken = RwSignal::new(String::new());
    let more = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let Some(cursor) = next.get_untracked() else {
            return;
        };
        leptos::task::spawn_local(async move {
            match load(Some(cursor)).await {
                Ok(older) => append(older, shown, next, spoken, failed),
                Err(error) => _ = failed.try_set(Some(error.message)),
            }
        });
    };
    view! {
        <div class="timeline" data-testid="timeline">
            {move || shown.with(|shown| by_day(shown).into_iter().map(day).collect_view())}
        </div>
        <p class="visually-hidden" role="status">{move || spoken.get()}</p>
        <p class="field-error" role="alert">{move || failed.get()}</p>
        {move || next.get().map(|cursor| view! {
            <p class="timeline-more">
                <a class="button" href=address(&cursor) rel="next" data-testid="older" on:click=more>"Older entries"</a>
            </p>
        })}
    }
}

/// Puts older entries under those shown and takes the keyboard to the first of them.
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
    spoken.set(format!("{count} older entries"));
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

/// Entries of the same day, in their order.
fn by_day(entries: &[LedgerEntryView]) -> Vec<(Day, Vec<LedgerEntryView>)> {
    let same_day = |a: &LedgerEntryView, b: &LedgerEntryView| a.at.day() == b.at.day();
    let days = entries.chunk_by(same_day);
    days.filter_map(|day| Some((day.first()?.at.day(), day.to_vec())))
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
    let (icon, kind) = match entry.kind {
        EntryKind::Opened => (IconName::Gift, "opened"),
        EntryKind::Bought => (IconName::Portfolio, "bought"),
        EntryKind::Sold => (IconName::Market, "sold"),
        EntryKind::Placed => (IconName::Clock, "placed"),
        EntryKind::Cancelled => (IconName::Close, "cancelled"),
        EntryKind::Expired => (IconName::Clock, "expired"),
        EntryKind::Rejected => (IconName::Alert, "rejected"),
    };
    let title = match entry.symbol {
        Some(symbol) => {
            view! { <a href=format!("/instruments/{symbol}")>{what_happened(&entry)}</a> }
                .into_any()
        }
        None => what_happened(&entry).into_any(),
    };
    let profit = entry
        .realized_profit
        .filter(|_| entry.kind == EntryKind::Sold);
    let fee = entry
        .fee
        .filter(|fee| !fee.is_zero())
        .map(|fee| format!(" · fee {}", format::money(fee)));
    let xp = (entry.xp > 0)
        .then(|| view! { <span class="xp-chip">{format!("+{}", format::xp(entry.xp))}</span> });
    let chain: String = entry
        .previous_hash
        .chars()
        .rev()
        .take(8)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    view! {
        <li class="entry" id=entry_id(entry.seq) tabindex="-1" data-kind=kind>
            <span class="entry-icon"><Icon name=icon/></span>
            <div class="entry-what">
                <p class="entry-title">{title}</p>
                {entry.reason.map(|reason| view! { <blockquote class="entry-reason">{reason}</blockquote> })}
                <p class="entry-meta soft">
                    <time datetime=entry.at.to_string()>{format::time(entry.at)}</time>
                    {fee}
                    <span class="entry-chain" title=entry.previous_hash.clone()>{format!(" · no. {}, chained to …{chain}", format::whole(entry.seq))}</span>
                </p>
            </div>
            <div class="entry-numbers">
                <span class="figure entry-cash">{format::signed_money(entry.cash_change)}</span>
                {profit.map(|profit| view! { <span class="entry-profit"><span class="soft">"profit "</span><Delta money=profit/></span> })}
                {xp}
            </div>
        </li>
    }
}

/// An entry in a sentence.
fn what_happened(entry: &LedgerEntryView) -> String {
    let shares = entry
        .quantity_change
        .map(|change| format::shares(magnitude(change)))
        .unwrap_or_default();
    let symbol = entry
        .symbol
        .map(|symbol| symbol.to_string())
        .unwrap_or_default();
    let price = entry.price.map(format::exact_price).unwrap_or_default();
    match entry.kind {
        EntryKind::Opened => "Account opened with play money".to_owned(),
        EntryKind::Bought => format!("Bought {shares} of {symbol} at {price}"),
        EntryKind::Sold => format!("Sold {shares} of {symbol} at {price}"),
        EntryKind::Placed => {
            format!("Order for {symbol} at {price} waits{}", set_aside(entry))
        }
        EntryKind::Cancelled => format!("Order for {symbol} at {price} cancelled"),
        EntryKind::Expired => format!("Order for {symbol} at {price} ended unfilled"),
        EntryKind::Rejected => format!("Order for {symbol} at {price} could not be filled"),
    }
}

/// What an order that waits has set aside.
fn set_aside(entry: &LedgerEntryView) -> String {
    let cash = entry.reserved_cash_change.filter(|cash| !cash.is_zero());
    let quantity = entry
        .reserved_quantity_change
        .filter(|quantity| !quantity.is_zero());
    match (cash, quantity) {
        (Some(cash), _) => format!(", {} set aside", format::money(cash)),
        (None, Some(quantity)) => format!(", {} set aside", format::shares(quantity)),
        (None, None) => String::new(),
    }
}

fn magnitude(change: Quantity) -> Quantity {
    Quantity::from_units(change.units().saturating_abs())
}

#[component]
fn HowItIsKept() -> impl IntoView {
    view! {
        <details class="how-it-is-kept">
            <summary>"How we keep this list honest"</summary>
            <p>
                "Think of a notebook written in ink: new lines go at the end, and no line is ever changed or torn out. \
                 That is what “append-only” means, and the database itself refuses anything else."
            </p>
            <p>
                "Every line also carries a fingerprint of the line before it, the letters and digits that you see after “chained to”. \
                 If anybody changed an old line, its fingerprint would no longer match, and neither would any after it. \
                 So your cash and your shares can be counted again from the first line, by anyone, at any time."
            </p>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use domain::{Money, Timestamp};

    use super::*;

    fn entry(seq: i64, day: i64) -> LedgerEntryView {
        LedgerEntryView {
            seq,
            at: Timestamp::from_seconds(day * 86_400 + seq),
            kind: EntryKind::Sold,
            cash_change: Money::from_whole(10),
            xp: 15,
            symbol: "ACME".parse().ok(),
            quantity_change: "-2.5".parse().ok(),
            price: "4".parse().ok(),
            fee: None,
            realized_profit: None,
            reserved_cash_change: None,
            reserved_quantity_change: None,
            reason: None,
            previous_hash: "00ff".to_owned(),
        }
    }

    #[test]
    fn entries_are_told_by_day_and_in_a_sentence() {
        let days = by_day(&[entry(4, 9), entry(3, 9), entry(2, 8)]);
        let counts: Vec<usize> = days.iter().map(|(_, entries)| entries.len()).collect();
        assert_eq!(counts, [2, 1]);
        assert_eq!(
            what_happened(&entry(1, 1)),
            "Sold 2.5 shares of ACME at $4.00"
        );
    }
}
