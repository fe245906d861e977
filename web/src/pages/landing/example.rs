//! A live demonstration of the game: a new player's order, decided by the real rules at the real
//! price.

use domain::api::InstrumentRow;
use domain::{
    Account, Execution, GameRules, Order, Position, Quantity, Quote, Side, Situation, Size,
    TradingDay, XpRules, execute,
};
use leptos::prelude::*;

use super::Price;
use crate::components::{Sparkline, SymbolBadge};
use crate::language::Texts;

/// The number of shares that the example buys.
const SHARES: i32 = 10;

/// A ticket that buys some shares, and the expected result.
#[component]
pub(super) fn Example(row: InstrumentRow, texts: Texts) -> impl IntoView {
    let outcome = order_of(&row);
    let line = |label: &'static str, value: Option<String>| {
        view! { <div><dt>{label}</dt><dd data-fresh=label>{value}</dd></div> }
    };
    let fill = outcome.as_ref().map(|execution| execution.fill);
    let pays = fill.map(|fill| texts.money(fill.cash_change_in_all().negated()));
    let cash = outcome
        .as_ref()
        .map(|execution| texts.money(execution.account.cash));
    let earns = fill.map(|fill| format!("+{}", texts.xp(fill.xp)));
    view! {
        <figure class="example">
            <div class="slip">
                <div class="example-head">
                    <SymbolBadge symbol=row.symbol category=row.category.clone()/>
                    <p><strong>{row.symbol.to_string()}</strong><span class="soft">{row.name.clone()}</span></p>
                    <p class="example-price"><Price row=row.clone() texts/></p>
                </div>
                <Sparkline values=row.sparkline/>
                <p class="example-order">{texts.landing_example_order(SHARES)}</p>
                <dl class="example-lines">
                    {line(texts.landing_example_pay(), pays)}
                    {line(texts.landing_example_cash(), cash)}
                    <div><dt>{texts.landing_example_earn()}</dt><dd><span class="chip">{earns}</span></dd></div>
                </dl>
            </div>
            <figcaption>{texts.landing_example_key()}</figcaption>
        </figure>
    }
}

/// What the example order for an instrument would do; none when it has no price, or a new player
/// cannot afford it.
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
        category: None,
        game: &game,
        xp_rules: &XpRules::default(),
        traded: TradingDay::default(),
        now: quote.at,
    };
    execute(&order, situation).ok()
}
