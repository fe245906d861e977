//! The taxes of the player's account, year by year of the market. A plain page.

use domain::Money;
use domain::api::{ApiError, TaxYearView, TaxesView};
use domain::tax::Taxes;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, IconName, Load};
use crate::language::Texts;
use crate::{CurrentGame, api, paths};

async fn load(game: CurrentGame) -> Result<TaxesView, ApiError> {
    api::taxes(&game.slug()).await
}

/// The page.
#[component]
pub fn TaxesPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let taxes = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text=texts.taxes_title()/>
        <Load resource=taxes let:found>
            {match found.taxes {
                Some(taxes) => view! { <Years taxes view=found/> }.into_any(),
                None => view! { <NoTaxes/> }.into_any(),
            }}
            <p class="advice-links">
                <a href=paths::losses(game)>{texts.taxes_losses()}</a>
                <a href=paths::activity(game)>{texts.taxes_activity()}</a>
            </p>
        </Load>
    }
}

#[component]
fn NoTaxes() -> impl IntoView {
    let texts = Texts::get();
    let text = texts.taxes_off_words();
    view! {
        <header class="page-head"><h1>{texts.taxes_title()}</h1></header>
        <EmptyState icon=IconName::Portfolio title=texts.taxes_off() text/>
    }
}

/// The rule in plain words.
fn rule(taxes: Taxes) -> String {
    let texts = Texts::get();
    let (short, long) = (
        texts.rate(taxes.short_term_bps),
        texts.rate(taxes.long_term_bps),
    );
    let rate = if taxes.short_term_bps == taxes.long_term_bps {
        texts.taxes_rule_one(short)
    } else {
        texts.taxes_rule_two(short, long)
    };
    let when = texts.taxes_rule_when();
    format!("{rate} {when}")
}

#[component]
fn Years(taxes: Taxes, view: TaxesView) -> impl IntoView {
    let texts = Texts::get();
    let incomplete = (!view.is_complete).then(|| {
        view! { <p class="card">{texts.taxes_too_long()}</p> }
    });
    view! {
        <header class="page-head">
            <h1>{texts.taxes_title()}</h1>
            <p class="soft">{rule(taxes)}</p>
            <p class="soft">{texts.taxes_today(texts.day(view.today))}</p>
        </header>
        {incomplete}
        <ul class="findings" role="list" data-testid="tax-years">
            {view.years.into_iter().map(|year| view! { <Year year/> }).collect_view()}
        </ul>
        <section class="card" aria-labelledby="tax-words">
            <h2 id="tax-words">{texts.taxes_words()}</h2>
            <p>{texts.taxes_wash()}</p>
            <p>{texts.taxes_wait()}</p>
        </section>
    }
}

/// A year in lines; empty ones are left out.
fn lines(view: &TaxYearView) -> Vec<(String, String)> {
    let texts = Texts::get();
    let sums = &view.sums;
    let gains = [
        (texts.taxes_gains_short(), sums.gains.short_term),
        (texts.taxes_gains_long(), sums.gains.long_term),
    ];
    let gains = gains.map(|(label, gain)| (label.to_owned(), texts.signed_money(gain)));
    let amounts = [
        (texts.taxes_carried_in(), sums.carried_in),
        (texts.taxes_void(), sums.void_losses),
        (texts.taxes_carried_out(), sums.carried_out),
    ];
    let said = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
    let said = said.map(|(label, amount)| (label.to_owned(), texts.money(amount)));
    let due = if view.is_final {
        texts.taxes_due_final()
    } else {
        texts.taxes_due()
    };
    let due = (due.to_owned(), texts.money(sums.due));
    let mut lines: Vec<_> = gains.into_iter().chain(said).chain([due]).collect();
    if !sums.returned.is_zero() {
        lines.push((
            texts.taxes_came_back().to_owned(),
            texts.money(sums.returned),
        ));
    }
    if view.to_return > Money::ZERO {
        let label = if view.is_final {
            texts.taxes_comes_soon().to_owned()
        } else {
            texts.taxes_would_come(texts.day(view.settles_on))
        };
        lines.push((label, texts.money(view.to_return)));
    }
    lines
}

#[component]
fn Year(year: TaxYearView) -> impl IntoView {
    let texts = Texts::get();
    let (class, chip) = if year.is_final {
        ("finding", texts.taxes_settled())
    } else {
        ("finding finding-watch", texts.taxes_open())
    };
    let rows = lines(&year).into_iter().map(|(label, value)| {
        view! { <div><dt>{label}</dt><dd class="figure">{value}</dd></div> }
    });
    let so_far = if year.is_final {
        texts.taxes_paid()
    } else {
        texts.taxes_paid_so_far()
    };
    view! {
        <li class=class>
            <div class="finding-head">
                <h2>{texts.taxes_year(year.year)}</h2>
                <span class="chip">{chip}</span>
            </div>
            <p><span class="finding-figure figure">{texts.money(year.sums.paid)}</span>" "<span class="soft">{so_far}</span></p>
            <dl class="sums">{rows.collect_view()}</dl>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_names_one_rate_or_two() {
        let rule_of = |short_term_bps, long_term_bps| {
            rule(Taxes {
                short_term_bps,
                long_term_bps,
            })
        };
        assert!(
            rule_of(2_500, 2_500).contains("25% of the gain is tax"),
            "{}",
            rule_of(2_500, 2_500)
        );
        let two = rule_of(3_000, 1_000);
        assert!(two.contains("30%") && two.contains("10%"), "{two}");
    }
}
