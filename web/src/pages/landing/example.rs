//! A picture of the game that is the game: an order of a new player, decided by the real rules
//! at the real price.

use domain::api::InstrumentRow;
use domain::{
    Account, Execution, GameRules, Order, Position, Quantity, Quote, Side, Situation, Size,
    XpRules, execute,
};
use leptos::prelude::*;

use crate::components::{LiveChange, LivePrice, Sparkline, SymbolBadge};
use crate::format;
use crate::live::Live;

/// Shares that the example buys.
const SHARES: i32 = 10;

/// A ticket that buys some shares, and what would come of it.
#[component]
pub(super) fn Example(row: InstrumentRow) -> impl IntoView {
    let quote = Live::get().newest(row.symbol, row.quote);
    let outcome = Memo::new(move |_| {
        quote
            .get()
            .and_then(|quote| outcome(&quote))
            .map(|execution| Outcome::of(&execution))
    });
    let line = move |of: fn(&Outcome) -> &String| {
        move || outcome.with(|outcome| outcome.as_ref().map(of).cloned())
    };
    view! {
        <figure class="example">
            <div class="slip">
                <div class="example-head">
                    <SymbolBadge symbol=row.symbol category=row.category/>
                    <p><strong>{row.symbol.to_string()}</strong><span class="soft">{row.name}</span></p>
                    <p class="example-price">
                        <LivePrice symbol=row.symbol loaded=row.quote/>
                        <LiveChange symbol=row.symbol loaded=row.quote/>
                    </p>
                </div>
                <Sparkline values=row.sparkline/>
                <p class="example-order">{format!("Buy {SHARES} shares")}</p>
                <dl class="example-lines">
                    <div><dt>"You pay"</dt><dd>{line(|outcome| &outcome.pays)}</dd></div>
                    <div><dt>"Cash after"</dt><dd>{line(|outcome| &outcome.cash_after)}</dd></div>
                    <div><dt>"You earn"</dt><dd><span class="chip">{line(|outcome| &outcome.earns)}</span></dd></div>
                </dl>
            </div>
            <figcaption>"What a new player\u{2019}s ticket says, at this moment\u{2019}s price."</figcaption>
        </figure>
    }
}

/// The lines of the ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    pays: String,
    cash_after: String,
    earns: String,
}

impl Outcome {
    fn of(execution: &Execution) -> Self {
        Self {
            pays: format::money(execution.fill.cash_change.negated()),
            cash_after: format::money(execution.account.cash),
            earns: format!("+{}", format::xp(execution.fill.xp)),
        }
    }
}

/// What the example's order of an instrument would do; none when it has no price, or one that a
/// new player cannot pay.
pub(super) fn order_of(row: &InstrumentRow) -> Option<Execution> {
    outcome(row.quote.as_ref()?)
}

fn outcome(quote: &Quote) -> Option<Execution> {
    let key = "an-example".parse().ok()?;
    let size = Size::Quantity(Quantity::from_whole(SHARES));
    let order = Order::new(key, quote.symbol, Side::Buy, size, None, None).ok()?;
    let game = GameRules::open_league();
    let situation = Situation {
        account: &Account::opened_with(game.starting_cash),
        position: &Position::default(),
        xp: 0,
        quote: Some(quote),
        game: &game,
        xp_rules: &XpRules::default(),
        now: quote.at,
    };
    execute(&order, situation).ok()
}
