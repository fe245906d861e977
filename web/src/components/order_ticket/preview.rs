//! What the order would do, before the button is pressed.

use domain::{Execution, Progress, Side, Xp};
use leptos::prelude::*;

use super::state::Ticket;
use crate::format;
use crate::ticket::{Attempt, Problem};

/// One line of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    label: &'static str,
    value: String,
    name: &'static str,
}

fn line(label: &'static str, name: &'static str, value: String) -> Line {
    Line { label, value, name }
}

/// What an execution does, in lines that a receipt has as well.
fn lines(execution: &Execution) -> Vec<Line> {
    let fill = &execution.fill;
    let fee = if fill.fee.is_zero() {
        "none".to_owned()
    } else {
        format::money(fill.fee)
    };
    let money = fill.cash_change;
    let moved = match fill.side {
        Side::Buy => line("You pay", "cost", format::money(money.negated())),
        Side::Sell => line("You get", "cost", format::money(money)),
    };
    let outcome = match (fill.side, execution.position.average_cost()) {
        (Side::Buy, Some(average)) => line(
            "Average cost after",
            "average-after",
            format::price(average),
        ),
        _ => line(
            "Profit of this sale",
            "profit",
            format::signed_money(fill.realized_profit),
        ),
    };
    vec![
        line("Shares", "quantity", format::quantity(fill.quantity)),
        line("Fee", "fee", fee),
        moved,
        line(
            "Cash after",
            "cash-after",
            format::money(execution.account.cash),
        ),
        line(
            "Shares after",
            "shares-after",
            format::quantity(execution.position.quantity),
        ),
        outcome,
    ]
}

/// What one would hear of it.
pub(super) fn sentence(execution: &Execution) -> String {
    let fill = &execution.fill;
    let (shares, price) = (format::shares(fill.quantity), format::price(fill.price));
    let cash = format::money(execution.account.cash);
    match fill.side {
        Side::Buy => {
            let cost = format::money(fill.cash_change.negated());
            format!(
                "{shares} at {price} cost {cost}. Cash after: {cash}. {}.",
                format::xp(fill.xp)
            )
        }
        Side::Sell => {
            let proceeds = format::money(fill.cash_change);
            let profit = format::signed_money(fill.realized_profit);
            format!(
                "{shares} at {price} bring {proceeds}, profit {profit}. Cash after: {cash}. {}.",
                format::xp(fill.xp)
            )
        }
    }
}

/// XP and level after an execution.
#[component]
pub(super) fn XpEarned(before: Xp, after: Xp) -> impl IntoView {
    let (from, to) = (Progress::of(before), Progress::of(after));
    let earned = after.saturating_sub(before);
    let level_up = to.level > from.level;
    let level = if earned == 0 {
        "XP rewards patience: many quick trades of one thing earn less and less, or nothing."
            .to_owned()
    } else if level_up {
        format!("Level up! You reach level {}.", to.level)
    } else {
        format!(
            "Level {}, {} to the next.",
            to.level,
            format::xp(to.xp_missing())
        )
    };
    view! {
        <p class="xp-earned" class:xp-level-up=level_up>
            <strong data-testid="preview-xp">{format!("+{}", format::xp(earned))}</strong>
            " "
            <span data-testid="preview-level">{level}</span>
        </p>
    }
}

/// The preview: lines while the fields make an order, a friendly word while they do not.
#[component]
pub(super) fn Preview(ticket: Ticket) -> impl IntoView {
    let sending = move || {
        ticket.attempt.with(|attempt| match attempt {
            Attempt::Sending { predicted, .. } => Some((**predicted).clone()),
            _ => None,
        })
    };
    let content = move || {
        let predicted = sending().map_or_else(
            || ticket.prepared.get().map(|prepared| prepared.execution),
            Ok,
        );
        match predicted {
            Ok(execution) => filled(&execution, ticket).into_any(),
            Err(problem) => waiting(&problem).into_any(),
        }
    };
    view! { <div class="preview" id="ticket-preview" data-testid="preview">{content}</div> }
}

fn filled(execution: &Execution, ticket: Ticket) -> impl IntoView + use<> {
    let row = |line: Line| {
        view! {
            <div>
                <dt>{line.label}</dt>
                <dd class="figure" data-testid=format!("preview-{}", line.name)>{line.value}</dd>
            </div>
        }
    };
    let before = ticket.known.with(|known| known.xp);
    view! {
        <dl class="sums">{lines(execution).into_iter().map(row).collect_view()}</dl>
        <XpEarned before after=execution.xp/>
    }
}

fn waiting(problem: &Problem) -> impl IntoView + use<> {
    let words = match problem {
        Problem::Blank => "Say how much, and see here what happens, before you decide.",
        Problem::Size(_) | Problem::Reason(_) | Problem::Rejected(_) => {
            "As it stands, this order cannot be filled."
        }
    };
    view! { <p class="preview-waiting soft">{words}</p> }
}
