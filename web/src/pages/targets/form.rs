//! The form that sets the targets.

use domain::advice::{Aim, TargetPlan};
use domain::api::{HoldingView, SummaryView};
use domain::{Currency, Money, Percent, Symbol};
use leptos::prelude::*;

use crate::CurrentGame;
use crate::language::Texts;

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
    let texts = Texts::get();
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
                label: texts.category(name.clone()),
                hint: texts.targets_kind_hint().to_owned(),
                value: typed(target.share),
            },
            Aim::Currency(currency) => Line {
                field: format!("currency:{currency}"),
                label: currency.to_string(),
                hint: texts.targets_currency_hint().to_owned(),
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
    let texts = Texts::get();
    let hint = match share {
        Some(share) => texts.targets_now_hint(texts.percent(share)),
        None => texts.targets_none_hint().to_owned(),
    };
    Line {
        field: format!("instrument:{symbol}"),
        label: symbol.to_string(),
        hint,
        value,
    }
}

/// What targets can be set for besides instruments.
#[derive(Debug, Clone, Default)]
pub(super) struct Offered {
    pub(super) categories: Vec<String>,
    pub(super) currencies: Vec<Currency>,
}

#[component]
pub(super) fn TargetForm(
    plan: Option<TargetPlan>,
    holdings: Vec<HoldingView>,
    offered: Offered,
    summary: SummaryView,
) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let Offered {
        categories,
        currencies,
    } = offered;
    let in_currencies = (currencies.len() > 1).then(|| view! {
        <div class="target-add">
            <label for="add-currency">{texts.targets_add_currency()}</label>
            <select class="input" id="add-currency" name="add_currency">
                <option value="">{texts.targets_none()}</option>
                {currencies.into_iter().map(|currency| view! { <option>{currency.to_string()}</option> }).collect_view()}
            </select>
            <label for="add-currency-share">{texts.targets_share()}</label>
            <input class="input" id="add-currency-share" name="add_currency_share" inputmode="decimal" maxlength="6" autocomplete="off"/>
        </div>
    });
    let lines = lines(plan.as_ref(), &holdings, summary.net_worth);
    let has_plan = plan.is_some();
    let shown = plan.unwrap_or_else(|| TargetPlan::new(Vec::new()));
    let cash = has_plan.then(|| texts.targets_leave_cash(texts.percent(shown.cash())));
    let categories = categories.into_iter().map(|category| {
        let label = texts.category(category.clone());
        view! { <option value=category>{label}</option> }
    });
    let save = if has_plan {
        "button"
    } else {
        "button button-primary"
    };
    view! {
        <section class="card" aria-labelledby="set-targets">
            <h2 id="set-targets">{if has_plan { texts.targets_change() } else { texts.targets_set() }}</h2>
            <form action="/forms/targets" method="post" class="target-form">
                <input type="hidden" name="game" value=game.slug().to_string()/>
                <p>{texts.targets_form_lead()}</p>
                {lines.into_iter().map(line).collect_view()}
                <div class="target-add">
                    <label for="add-symbol">{texts.targets_add_symbol()}</label>
                    <input class="input" id="add-symbol" name="add_symbol" maxlength="8" autocomplete="off" spellcheck="false" placeholder="PUFFN"/>
                    <label for="add-symbol-share">{texts.targets_share()}</label>
                    <input class="input" id="add-symbol-share" name="add_symbol_share" inputmode="decimal" maxlength="6" autocomplete="off"/>
                </div>
                <div class="target-add">
                    <label for="add-category">{texts.targets_add_kind()}</label>
                    <select class="input" id="add-category" name="add_category">
                        <option value="">{texts.targets_none()}</option>
                        {categories.collect_view()}
                    </select>
                    <label for="add-category-share">{texts.targets_share()}</label>
                    <input class="input" id="add-category-share" name="add_category_share" inputmode="decimal" maxlength="6" autocomplete="off"/>
                </div>
                {in_currencies}
                {cash.map(|cash| view! { <p>{cash}</p> })}
                <details>
                    <summary>{texts.targets_when()}</summary>
                    <p class="soft">{texts.targets_when_lead()}</p>
                    <div class="target-limits">
                        {number("absolute", texts.targets_absolute(), typed(shown.absolute))}
                        {number("relative", texts.targets_relative(), typed(shown.relative))}
                        {number("trade_min", texts.targets_smallest(texts.currency_word()), shown.trade_min.decimal().normalize().to_string())}
                    </div>
                </details>
                <button class=save>{texts.targets_save()}</button>
            </form>
            {has_plan.then(|| view! {
                <form action="/forms/delete-targets" method="post">
                    <input type="hidden" name="game" value=game.slug().to_string()/>
                    <button class="button button-small button-quiet">{texts.targets_delete()}</button>
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

fn number(name: &'static str, label: impl Into<String>, value: String) -> impl IntoView {
    let label: String = label.into();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name value=value inputmode="decimal" maxlength="10" autocomplete="off"/>
        </div>
    }
}
