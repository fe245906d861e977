//! What the order would do, before the button is pressed.

use domain::{Execution, LevelRules, Placement, Price, Progress, Rest, Side, Xp};
use leptos::prelude::*;

use super::state::Ticket;
use crate::components::{Explain, Icon, IconName, Term};
use crate::format;
use crate::ticket::{Attempt, Kind, Problem};
use crate::waiting_order::{distance, set_aside};

/// One line in the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    label: String,
    term: Option<Term>,
    value: String,
    name: &'static str,
}

fn line(label: impl Into<String>, name: &'static str, value: String) -> Line {
    Line {
        label: label.into(),
        term: None,
        value,
        name,
    }
}

fn explained(term: Term, label: &str, name: &'static str, value: String) -> Line {
    Line {
        term: Some(term),
        ..line(label, name, value)
    }
}

/// The effects of an execution, as lines that the receipt shares.
fn lines(execution: &Execution) -> Vec<Line> {
    let fill = &execution.fill;
    let (money, shares) = (fill.cash_change, format::shares(fill.quantity));
    let moved = match fill.side {
        Side::Buy => line(
            format!("You pay for {shares}"),
            "cost",
            format::money(money.negated()),
        ),
        Side::Sell => line(
            format!("You get for {shares}"),
            "cost",
            format::money(money),
        ),
    };
    let fee = (!fill.fee.is_zero()).then(|| line("Fee, included", "fee", format::money(fill.fee)));
    let outcome = match (fill.side, execution.position.average_cost()) {
        (Side::Buy, Some(average)) => explained(
            Term::AverageCost,
            "Average cost after",
            "average-after",
            format::price(average),
        ),
        _ => line(
            "Profit on this sale",
            "profit",
            format::signed_money(fill.realized_profit),
        ),
    };
    let lots = (fill.lot_profit != fill.realized_profit).then(|| {
        let gain = format::signed_money(fill.lot_profit);
        line("Gain on these shares", "lot-profit", gain)
    });
    let after = [
        line(
            "Cash after",
            "cash-after",
            format::money(execution.account.free_cash()),
        ),
        line(
            "Shares after",
            "shares-after",
            format::quantity(execution.position.quantity),
        ),
        outcome,
    ];
    let tax =
        (!fill.tax.is_zero()).then(|| line("Tax on the gain", "tax", format::money(fill.tax)));
    let moved = std::iter::once(moved).chain(fee).chain(tax);
    moved.chain(after).chain(lots).collect()
}

/// The effects of putting an order to rest.
fn waiting_lines(rest: &Rest, price: Option<Price>) -> Vec<Line> {
    let sells = rest.resting.order.side() == Side::Sell;
    let after = line(
        "Cash after",
        "cash-after",
        format::money(rest.account.free_cash()),
    );
    let shares = sells.then(|| {
        line(
            "Shares to sell after",
            "shares-after",
            format::quantity(rest.position.free_quantity()),
        )
    });
    let trigger = rest.resting.terms.trigger.price();
    let away = price.map(|price| line("Distance", "distance", distance(trigger, price)));
    [
        explained(
            Term::SetAside,
            "Set aside until then",
            "set-aside",
            set_aside(&rest.resting.reserve),
        ),
        after,
    ]
    .into_iter()
    .chain(shares)
    .chain(away)
    .collect()
}

/// The two numbers that stay visible on a phone.
pub(super) fn headline(placement: &Placement) -> [(&'static str, String); 2] {
    match placement {
        Placement::Filled(execution) => {
            let money = execution.fill.cash_change;
            let moved = match execution.fill.side {
                Side::Buy => ("You pay", format::money(money.negated())),
                Side::Sell => ("You get", format::money(money)),
            };
            let free = execution.account.free_cash();
            [moved, ("Cash after", format::money(free))]
        }
        Placement::Rests(rest) => [
            ("Set aside", set_aside(&rest.resting.reserve)),
            ("Cash after", format::money(rest.account.free_cash())),
        ],
    }
}

/// The screen-reader summary.
pub(super) fn sentence(placement: &Placement) -> String {
    let execution = match placement {
        Placement::Filled(execution) => execution,
        Placement::Rests(rest) => {
            let cash = format::money(rest.account.free_cash());
            let kept = set_aside(&rest.resting.reserve);
            return format!("The order would wait, with {kept} set aside. Cash after: {cash}.");
        }
    };
    let fill = &execution.fill;
    let (shares, price) = (format::shares(fill.quantity), format::price(fill.price));
    let cash = format::money(execution.account.free_cash());
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
pub(super) fn XpEarned(
    before: Xp,
    after: Xp,
    levels: LevelRules,
    /// The part shown elsewhere: XP for achievements and quests.
    #[prop(optional)]
    extra: Xp,
) -> impl IntoView {
    let (from, to) = (Progress::by(levels, before), Progress::by(levels, after));
    let earned = after.saturating_sub(before).saturating_sub(extra);
    let level_up = to.level > from.level;
    let level = if earned == 0 && !level_up {
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

/// The preview: lines when the fields make an order, a friendly hint when they do not.
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
            || ticket.prepared.get().map(|prepared| prepared.placement),
            Ok,
        );
        match predicted {
            Ok(Placement::Filled(execution)) => filled(&execution, ticket).into_any(),
            Ok(Placement::Rests(rest)) => rests(&rest, ticket).into_any(),
            Err(problem) => waiting(&problem).into_any(),
        }
    };
    view! { <div class="preview" id="ticket-preview" data-testid="preview">{content}</div> }
}

/// Says that the preview has changed, and why.
#[component]
pub(super) fn ChangedNotice(ticket: Ticket) -> impl IntoView {
    let words = move || {
        ticket.changed.get().map(|changed| {
            let (before, now) = (changed.cash_before, changed.cash_now);
            let cash = (before != now).then(|| {
                format!(
                    " Your cash went from {} to {}.",
                    format::money(before),
                    format::money(now)
                )
            });
            view! {
                <div class="alert alert-calm" data-testid="account-changed">
                    <Icon name=IconName::Refresh/>
                    <p>
                        <strong>"Your account changed meanwhile."</strong>
                        {cash}
                        " Nothing has been traded here: this is the new preview."
                    </p>
                </div>
            }
        })
    };
    view! { <div role="status" class="ticket-changed">{words}</div> }
}

fn sums(lines: Vec<Line>) -> impl IntoView {
    let row = |line: Line| {
        let label = match line.term {
            Some(term) => view! { <Explain term place="preview">{line.label}</Explain> }.into_any(),
            None => line.label.into_any(),
        };
        view! {
            <div>
                <dt>{label}</dt>
                <dd class="figure" data-testid=format!("preview-{}", line.name)>{line.value}</dd>
            </div>
        }
    };
    view! { <dl class="sums">{lines.into_iter().map(row).collect_view()}</dl> }
}

fn filled(execution: &Execution, ticket: Ticket) -> impl IntoView + use<> {
    let (before, levels, earns) = ticket.known.with(|known| {
        let rules = &known.xp_rules;
        (known.xp, rules.levels, rules.rewards_trades())
    });
    let at_once = (ticket.entry.with(|entry| entry.kind) != Kind::Now).then(|| {
        view! { <p data-testid="preview-at-once">"The price is there already, so it is filled at once."</p> }
    });
    let (marks, side) = (execution.marks, execution.fill.side);
    let unlocks = ticket.known.with(|known| {
        let names = known.would_unlock.of(side, marks.is_reasoned);
        (marks.counts && !names.is_empty()).then(|| names.join(", "))
    });
    view! {
        {at_once}
        {sums(lines(execution))}
        {earns.then(|| view! { <XpEarned before after=execution.xp levels/> })}
        {unlocks.map(|names| view! { <p data-testid="preview-unlocks">"This would unlock "<strong>{names}</strong>"."</p> })}
    }
}

fn rests(rest: &Rest, ticket: Ticket) -> impl IntoView + use<> {
    let price = ticket.quote.get().map(|quote| quote.price);
    view! {
        {sums(waiting_lines(rest, price))}
        <p class="soft">"The trade and its XP come when the price does."</p>
    }
}

fn waiting(problem: &Problem) -> impl IntoView + use<> {
    let words = match problem {
        Problem::Blank => "Say how much, and see here what happens, before you decide.",
        Problem::NoPrice => "Say at what price, and see here what is set aside until it comes.",
        Problem::Size(_) | Problem::Price(_) | Problem::Reason(_) | Problem::Rejected(_) => {
            "As it stands, this order cannot be placed."
        }
    };
    view! { <p class="preview-waiting soft">{words}</p> }
}
