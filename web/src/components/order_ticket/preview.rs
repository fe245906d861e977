//! What the order would do, before the button is pressed.

use domain::{Execution, LevelRules, Placement, Price, Progress, Rest, Side, Xp};
use leptos::prelude::*;

use super::state::Ticket;
use crate::components::{Explain, Icon, IconName, Term};
use crate::format;
use crate::language::Texts;
use crate::ticket::{Attempt, Kind, Problem, exchanging};
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
    let texts = Texts::get();
    let fill = &execution.fill;
    let (money, shares) = (fill.cash_change_in_all(), format::shares(fill.quantity));
    let moved = match fill.side {
        Side::Buy => line(
            texts.ticket_pay_for(shares),
            "cost",
            format::money(money.negated()),
        ),
        Side::Sell => line(texts.ticket_get_for(shares), "cost", format::money(money)),
    };
    let fee =
        (!fill.fee.is_zero()).then(|| line(texts.ticket_fee(), "fee", format::money(fill.fee)));
    let outcome = match (fill.side, execution.position.average_cost()) {
        (Side::Buy, Some(average)) => explained(
            Term::AverageCost,
            texts.ticket_average_after(),
            "average-after",
            format::price(average),
        ),
        _ => line(
            texts.ticket_sale_profit(),
            "profit",
            format::signed_money(fill.realized_profit),
        ),
    };
    let lots = (fill.lot_profit != fill.realized_profit).then(|| {
        let gain = format::signed_money(fill.lot_profit);
        line(texts.ticket_lot_gain(), "lot-profit", gain)
    });
    let after = [
        line(
            texts.ticket_cash_after(),
            "cash-after",
            format::money(execution.account.free_cash()),
        ),
        line(
            texts.ticket_shares_after(),
            "shares-after",
            format::quantity(execution.position.quantity),
        ),
        outcome,
    ];
    let conversion = fill.conversion.map(|conversion| {
        line(
            exchanging(conversion),
            "conversion",
            format::money(conversion.cost),
        )
    });
    let tax =
        (!fill.tax.is_zero()).then(|| line(texts.ticket_tax(), "tax", format::money(fill.tax)));
    let moved = std::iter::once(moved).chain(fee);
    let moved = moved.chain(conversion).chain(tax);
    moved.chain(after).chain(lots).collect()
}

/// The effects of putting an order to rest.
fn waiting_lines(rest: &Rest, price: Option<Price>) -> Vec<Line> {
    let texts = Texts::get();
    let sells = rest.resting.order.side() == Side::Sell;
    let after = line(
        texts.ticket_cash_after(),
        "cash-after",
        format::money(rest.account.free_cash()),
    );
    let shares = sells.then(|| {
        line(
            texts.ticket_sellable_after(),
            "shares-after",
            format::quantity(rest.position.free_quantity()),
        )
    });
    let trigger = rest.resting.terms.trigger.price();
    let away = price.map(|price| {
        line(
            texts.ticket_distance(),
            "distance",
            distance(trigger, price),
        )
    });
    [
        explained(
            Term::SetAside,
            texts.ticket_aside_until(),
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
    let texts = Texts::get();
    match placement {
        Placement::Filled(execution) => {
            let money = execution.fill.cash_change_in_all();
            let moved = match execution.fill.side {
                Side::Buy => (texts.ticket_you_pay(), format::money(money.negated())),
                Side::Sell => (texts.ticket_you_get(), format::money(money)),
            };
            let free = execution.account.free_cash();
            [moved, (texts.ticket_cash_after(), format::money(free))]
        }
        Placement::Rests(rest) => [
            (texts.ticket_set_aside(), set_aside(&rest.resting.reserve)),
            (
                texts.ticket_cash_after(),
                format::money(rest.account.free_cash()),
            ),
        ],
    }
}

/// The screen-reader summary.
pub(super) fn sentence(placement: &Placement) -> String {
    let texts = Texts::get();
    let execution = match placement {
        Placement::Filled(execution) => execution,
        Placement::Rests(rest) => {
            let cash = format::money(rest.account.free_cash());
            let kept = set_aside(&rest.resting.reserve);
            return texts.ticket_would_wait(kept, cash);
        }
    };
    let fill = &execution.fill;
    let (shares, price) = (format::shares(fill.quantity), format::price(fill.price));
    let cash = format::money(execution.account.free_cash());
    match fill.side {
        Side::Buy => {
            let cost = format::money(fill.cash_change_in_all().negated());
            texts.ticket_would_cost(shares, price, cost, cash, format::xp(fill.xp))
        }
        Side::Sell => {
            let proceeds = format::money(fill.cash_change_in_all());
            let profit = format::signed_money(fill.realized_profit);
            texts.ticket_would_bring(shares, price, proceeds, profit, cash, format::xp(fill.xp))
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
    let texts = Texts::get();
    let (from, to) = (Progress::by(levels, before), Progress::by(levels, after));
    let earned = after.saturating_sub(before).saturating_sub(extra);
    let level_up = to.level > from.level;
    let level = if earned == 0 && !level_up {
        { texts.ticket_patience() }.to_owned()
    } else if level_up {
        texts.ticket_level_up(to.level)
    } else {
        texts.ticket_level(to.level, format::xp(to.xp_missing()))
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
    let texts = Texts::get();
    let words = move || {
        ticket.changed.get().map(|changed| {
            let (before, now) = (changed.cash_before, changed.cash_now);
            let cash = (before != now)
                .then(|| texts.ticket_cash_went(format::money(before), format::money(now)));
            view! {
                <div class="alert alert-calm" data-testid="account-changed">
                    <Icon name=IconName::Refresh/>
                    <p>
                        <strong>{texts.ticket_changed()}</strong>
                        {cash.map(|cash| format!(" {cash}"))}
                        " "{texts.ticket_new_preview()}
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
    let texts = Texts::get();
    let (before, levels, earns) = ticket.known.with(|known| {
        let rules = &known.xp_rules;
        (known.xp, rules.levels, rules.rewards_trades())
    });
    let at_once = (ticket.entry.with(|entry| entry.kind) != Kind::Now).then(|| {
        view! { <p data-testid="preview-at-once">{texts.ticket_at_once()}</p> }
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
        {unlocks.map(|names| view! { <p data-testid="preview-unlocks">{texts.ticket_would_unlock()}" "<strong>{names}</strong>"."</p> })}
    }
}

fn rests(rest: &Rest, ticket: Ticket) -> impl IntoView + use<> {
    let texts = Texts::get();
    let price = ticket.quote.get().map(|quote| quote.price);
    view! {
        {sums(waiting_lines(rest, price))}
        <p class="soft">{texts.ticket_comes_then()}</p>
    }
}

fn waiting(problem: &Problem) -> impl IntoView + use<> {
    let texts = Texts::get();
    let words = match problem {
        Problem::Blank => texts.ticket_see_here(),
        Problem::NoPrice => texts.ticket_see_aside(),
        Problem::Size(_) | Problem::Price(_) | Problem::Reason(_) | Problem::Rejected(_) => {
            texts.ticket_cannot()
        }
    };
    view! { <p class="preview-waiting soft">{words}</p> }
}
