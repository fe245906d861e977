//! The first five minutes: choose a company, buy, let an order wait, see what comes tomorrow. The step shown
//! is derived from the player's orders, so the walk-through resumes where it was left.

mod buy;
mod choose;
mod load;
mod tomorrow;
mod wait;

use domain::Side;
use domain::Symbol;
use domain::api::{OrderStatus, OrderView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::{FormAlert, Load};
use crate::language::Texts;
use crate::submission::{first_value, typed_before};
use crate::{CurrentGame, Submission, paths};
use buy::Buy;
use choose::{Choose, Visitor};
use load::{Company, Guide, Played, load};
use tomorrow::Tomorrow;
use wait::Wait;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Three companies.
    Choose,
    /// The order for a company.
    Buy(Symbol),
    /// The receipt, and an order that waits.
    Wait,
    /// What comes tomorrow.
    Tomorrow,
}

impl Step {
    /// The step after these orders. `chosen` is a company named by the URL or a form; `skips` says that the
    /// player wants no waiting order.
    fn after(orders: &[OrderView], chosen: Option<Symbol>, skips: bool) -> Self {
        let has_bought = orders.iter().any(is_purchase);
        let has_waited = orders.iter().any(|order| order.trigger.is_some());
        match (has_bought, chosen) {
            (true, _) if has_waited || skips => Self::Tomorrow,
            (true, _) => Self::Wait,
            (false, Some(symbol)) => Self::Buy(symbol),
            (false, None) => Self::Choose,
        }
    }

    fn number(&self) -> usize {
        match self {
            Self::Choose => 0,
            Self::Buy(_) => 1,
            Self::Wait => 2,
            Self::Tomorrow => 3,
        }
    }
}

/// Whether an order was a purchase that was filled.
fn is_purchase(order: &OrderView) -> bool {
    let filled = order.status == OrderStatus::Filled;
    filled && order.fill.is_some_and(|fill| fill.side == Side::Buy)
}

/// The page.
#[component]
pub fn StartPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    // A failed form comes back without its query, but with its fields.
    let symbol = match typed_before("symbol") {
        symbol if symbol.is_empty() => first_value("company"),
        symbol => symbol,
    };
    let chosen = symbol.to_uppercase().parse::<Symbol>().ok();
    let query = use_query_map();
    let skips = query.with_untracked(|query| query.get_str("step") == Some("tomorrow"));
    let guide = Resource::new(|| (), move |()| load(game, chosen));
    view! {
        <Title text=texts.start_title()/>
        <div class="start">
            <Load resource=guide let:guide>
                <Shown guide chosen skips texts/>
            </Load>
        </div>
    }
}

#[component]
fn Shown(guide: Guide, chosen: Option<Symbol>, skips: bool, texts: Texts) -> impl IntoView {
    let Guide { companies, played } = guide;
    let Some(played) = played else {
        return view! {
            <Head texts reached=0/>
            <Visitor texts/>
        }
        .into_any();
    };
    let known = chosen.filter(|symbol| companies.iter().any(|one| one.symbol == *symbol));
    let step = Step::after(&played.orders, known, skips);
    let reached = step.number();
    let shown = match step {
        Step::Choose => view! { <Choose companies texts/> }.into_any(),
        Step::Buy(symbol) => match companies.into_iter().find(|one| one.symbol == symbol) {
            Some(company) => view! { <Buy company cash=played.cash texts/> }.into_any(),
            None => ().into_any(),
        },
        Step::Wait => view! { <Wait played texts/> }.into_any(),
        Step::Tomorrow => view! { <Tomorrow played texts/> }.into_any(),
    };
    view! {
        <Head texts reached/>
        <FormAlert message=message()/>
        {shown}
        {(reached < 3).then(|| view! { <Skip texts/> })}
    }
    .into_any()
}

/// What is wrong with the form that was sent from this page.
fn message() -> Signal<Option<String>> {
    let submission = Submission::new();
    let fields = [
        "size",
        "size.amount",
        "reason",
        "trigger",
        "trigger.limit",
        "expected",
    ];
    let of_a_field = move || {
        let messages = fields.into_iter();
        messages
            .filter_map(|field| submission.message_of(field).get())
            .next()
    };
    Signal::derive(move || submission.message().get().or_else(of_a_field))
}

/// Title and steps.
#[component]
fn Head(texts: Texts, reached: usize) -> impl IntoView {
    let steps = [
        texts.start_step_choose(),
        texts.start_step_buy(),
        texts.start_step_wait(),
        texts.start_step_tomorrow(),
    ];
    let step = |(number, label): (usize, &'static str)| {
        let current = (number == reached).then_some("step");
        view! { <li class="start-step" class:start-step-done={number < reached} aria-current=current>{label}</li> }
    };
    view! {
        <header class="page-head">
            <h1>{texts.start_title()}</h1>
            {(reached == 0).then(|| view! { <p class="soft">{texts.start_lead()}</p> })}
        </header>
        <ol class="start-steps" aria-label=texts.start_steps()>
            {steps.into_iter().enumerate().map(step).collect_view()}
        </ol>
    }
}

/// Leaves the walk-through for good, on this device.
#[component]
fn Skip(texts: Texts) -> impl IntoView {
    view! {
        <form class="start-skip" action="/forms/skip-start" method="post">
            <input type="hidden" name="next" value=paths::dashboard(CurrentGame::get())/>
            <button class="button button-quiet" data-testid="skip-start">{texts.start_skip()}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use domain::{Fill, Money, Order, Quantity, Size, Timestamp};

    use super::*;

    fn order(filled: bool, waits: bool) -> OrderView {
        let symbol: Symbol = "MUFFN".parse().unwrap();
        let size = Size::Quantity(Quantity::from_whole(1));
        let key = "order-0001".parse().unwrap();
        let order = Order::new(key, symbol, Side::Buy, size, None, None).unwrap();
        let at = Timestamp::from_seconds(1_795_262_400);
        let mut view = OrderView::unfilled(&order, OrderStatus::Rejected, at);
        if filled {
            view.status = OrderStatus::Filled;
            view.fill = Some(Fill {
                symbol,
                side: Side::Buy,
                quantity: Quantity::from_whole(1),
                price: domain::Price::from_whole(10),
                value: Money::from_whole(10),
                fee: Money::ZERO,
                cash_change: Money::from_whole(-10),
                cost_basis_change: Money::from_whole(10),
                realized_profit: Money::ZERO,
                lot_profit: Money::ZERO,
                tax: Money::ZERO,
                conversion: None,
                xp: 10,
                at,
            });
        }
        if waits {
            view.status = OrderStatus::Resting;
            view.trigger = Some(domain::Trigger::Limit(domain::Price::from_whole(9)));
        }
        view
    }

    #[test]
    fn the_step_follows_from_the_orders() {
        let symbol: Symbol = "MUFFN".parse().unwrap();
        let after = |orders: &[OrderView], chosen, skips| Step::after(orders, chosen, skips);
        assert_eq!(after(&[], None, false), Step::Choose);
        assert_eq!(after(&[], Some(symbol), false), Step::Buy(symbol));
        // A rejected order bought nothing, and a waiting order has bought nothing yet.
        let rejected = [order(false, false), order(false, true)];
        assert_eq!(after(&rejected, Some(symbol), true), Step::Buy(symbol));
        let bought = [order(true, false)];
        assert_eq!(after(&bought, Some(symbol), false), Step::Wait);
        assert_eq!(after(&bought, None, true), Step::Tomorrow);
        let both = [order(false, true), order(true, false)];
        assert_eq!(after(&both, None, false), Step::Tomorrow);
    }
}
