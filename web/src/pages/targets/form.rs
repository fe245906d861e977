//! The form that sets the targets.

use domain::advice::{Aim, TargetPlan};
use domain::api::{HoldingView, SummaryView};
use domain::{Money, Percent, Symbol};
use leptos::prelude::*;

use crate::{CurrentGame, format};

/// A line of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    field: String,
    label: String,
    hint: String,
    value: String,
}

/// A share as it is typed: `12.5`.
fn typed(share: Percent) -> String {
    share.decimal().normalize().to_string()
}

/// One line for each target and each holding, and one for each category that has a target.
fn lines(plan: Option<&TargetPlan>, holdings: &[HoldingView], net_worth: Money) -> Vec<Line> {
    let share_of = |symbol: Symbol| {
        let holding = holdings.iter().find(|holding| holding.symbol == symbol)?;
        holding.value.percent_of(net_worth)
    };
    let targets = plan.iter().flat_map(|plan| &plan.targets);
    let mut lines: Vec<Line> = targets
        .map(|target| match &target.aim {
            Aim::Instrument(symbol) => instrument(*symbol, share_of(*symbol), typed(target.share)),
            Aim::Category(name) => Line {
                field: format!("category:{name}"),
                label: name.clone(),
                hint: "all companies of this kind together".to_owned(),
                value: typed(target.share),
            },
        })
        .collect();
    for holding in holdings {
        let line = instrument(holding.symbol, share_of(holding.symbol), String::new());
        if !lines.iter().any(|known| known.field == line.field) {
            lines.push(line);
        }
    }
    lines
}

fn instrument(symbol: Symbol, share: Option<Percent>, value: String) -> Line {
    let hint = match share {
        Some(share) => format!("now {} of everything you own", format::percent(share)),
        None => "you have none yet".to_owned(),
    };
    Line {
        field: format!("instrument:{symbol}"),
        label: symbol.to_string(),
        hint,
        value,
    }
}

#[component]
pub(super) fn TargetForm(
    plan: Option<TargetPlan>,
    holdings: Vec<HoldingView>,
    categories: Vec<String>,
    summary: SummaryView,
) -> impl IntoView {
    let game = CurrentGame::get();
    let lines = lines(plan.as_ref(), &holdings, summary.net_worth);
    let has_plan = plan.is_some();
    let shown = plan.unwrap_or_else(|| TargetPlan::new(Vec::new()));
    let cash = has_plan.then(|| {
        format!(
            "Your targets leave {} in cash.",
            format::percent(shown.cash())
        )
    });
    let save = if has_plan {
        "button"
    } else {
        "button button-primary"
    };
    view! {
        <section class="card" aria-labelledby="set-targets">
            <h2 id="set-targets">{if has_plan { "Change your targets" } else { "Set your targets" }}</h2>
            <form action="/forms/targets" method="post" class="target-form">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <p>"Write how much you want of each, in percent of your money. Leave a field empty to leave those shares alone. 0 means: sell them. What is left of 100% stays in cash."</p>
                {lines.into_iter().map(line).collect_view()}
                <div class="target-add">
                    <label for="add-symbol">"A company by its symbol"</label>
                    <input class="input" id="add-symbol" name="add_symbol" maxlength="8" autocomplete="off" spellcheck="false" placeholder="PUFFN"/>
                    <label for="add-symbol-share">"Share in %"</label>
                    <input class="input" id="add-symbol-share" name="add_symbol_share" inputmode="decimal" maxlength="6" autocomplete="off"/>
                </div>
                <div class="target-add">
                    <label for="add-category">"A kind of company"</label>
                    <select class="input" id="add-category" name="add_category">
                        <option value="">"None"</option>
                        {categories.into_iter().map(|category| view! { <option>{category}</option> }).collect_view()}
                    </select>
                    <label for="add-category-share">"Share in %"</label>
                    <input class="input" id="add-category-share" name="add_category_share" inputmode="decimal" maxlength="6" autocomplete="off"/>
                </div>
                {cash.map(|cash| view! { <p>{cash}</p> })}
                <details>
                    <summary>"When to rebalance"</summary>
                    <p class="soft">"Rebalancing for every small move costs fees and nerves. Many investors wait until a share is 5 points off its target, or a quarter of the target if that is less."</p>
                    <div class="target-limits">
                        {number("absolute", "Points off the target", typed(shown.absolute))}
                        {number("relative", "Part of the target, in %", typed(shown.relative))}
                        {number("trade_min", "Smallest trade, in $", shown.trade_min.decimal().normalize().to_string())}
                    </div>
                </details>
                <button class=save>"Save my targets"</button>
            </form>
            {has_plan.then(|| view! {
                <form action="/forms/delete-targets" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <button class="button button-small button-quiet">"Delete my targets"</button>
                </form>
            })}
        </section>
    }
}

fn line(line: Line) -> impl IntoView {
    let id = line.field.replace([':', ' ', '.', '&'], "-");
    let hint_id = format!("{id}-hint");
    view! {
        <div class="target-line">
            <label for=id.clone()>{line.label}</label>
            <span class="soft" id=hint_id.clone()>{line.hint}</span>
            <span class="target-share">
                <input class="input" id=id name=line.field value=line.value inputmode="decimal" maxlength="6" autocomplete="off" aria-describedby=hint_id/>
                <span aria-hidden="true">"%"</span>
            </span>
        </div>
    }
}

fn number(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name value=value inputmode="decimal" maxlength="10" autocomplete="off"/>
        </div>
    }
}
