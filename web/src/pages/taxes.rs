//! The taxes of the player's account, year by year of the market. A plain page.

use domain::Money;
use domain::api::{ApiError, TaxYearView, TaxesView};
use domain::tax::Taxes;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{EmptyState, IconName, Load};
use crate::{CurrentGame, api, format, paths};

async fn load(game: CurrentGame) -> Result<TaxesView, ApiError> {
    api::taxes(&game.slug()).await
}

/// The page.
#[component]
pub fn TaxesPage() -> impl IntoView {
    let game = CurrentGame::get();
    let taxes = Resource::new(|| (), move |()| load(game));
    view! {
        <Title text="Your taxes"/>
        <Load resource=taxes let:found>
            {match found.taxes {
                Some(taxes) => view! { <Years taxes view=found/> }.into_any(),
                None => view! { <NoTaxes/> }.into_any(),
            }}
            <p class="advice-links">
                <a href=paths::losses(game)>"Losses and taxes"</a>
                <a href=paths::activity(game)>"Everything that happened"</a>
            </p>
        </Load>
    }
}

#[component]
fn NoTaxes() -> impl IntoView {
    let text = "The host of a game can turn on a tax on gains. Here it is off.";
    view! {
        <header class="page-head"><h1>"Your taxes"</h1></header>
        <EmptyState icon=IconName::Portfolio title="This game has no taxes" text/>
    }
}

/// The rule in plain words.
fn rule(taxes: Taxes) -> String {
    let (short, long) = (
        format::rate(taxes.short_term_bps),
        format::rate(taxes.long_term_bps),
    );
    let rate = if taxes.short_term_bps == taxes.long_term_bps {
        format!("When you sell shares for more than you paid, {short} of the gain is tax.")
    } else {
        format!(
            "When you sell shares for more than you paid, part of the gain is tax: {short} if you held \
             them up to a year of the market, {long} if you held them longer."
        )
    };
    format!(
        "{rate} It is taken at once, at the higher rate. On 31 January of the market's next year, or when \
         the game ends, your losses are counted too, and what you overpaid comes back."
    )
}

#[component]
fn Years(taxes: Taxes, view: TaxesView) -> impl IntoView {
    let incomplete = (!view.is_complete).then(|| {
        view! { <p class="card">"Your ledger is too long to be added up here. What you overpaid comes back all the same, unless the oldest part of your ledger is in an archive."</p> }
    });
    view! {
        <header class="page-head">
            <h1>"Your taxes"</h1>
            <p class="soft">{rule(taxes)}</p>
            <p class="soft">{format!("In the market it is {}.", format::day(view.today))}</p>
        </header>
        {incomplete}
        <ul class="findings" role="list" data-testid="tax-years">
            {view.years.into_iter().map(|year| view! { <Year year/> }).collect_view()}
        </ul>
        <section class="card" aria-labelledby="tax-words">
            <h2 id="tax-words">"What the words mean"</h2>
            <p>"A loss counts only if you did not buy the same shares within 30 market days before or after the sale. Otherwise you could sell in the morning, buy back in the evening and pay less tax without having changed anything. Such a loss is not gone: it is added to what the new shares cost, so it counts when you sell those."</p>
            <p>"Losses that are larger than your gains wait for later years."</p>
        </section>
    }
}

/// A year in lines; empty ones are left out.
fn lines(view: &TaxYearView) -> Vec<(String, String)> {
    let sums = &view.sums;
    let gains = [
        ("Gains on shares held up to a year", sums.gains.short_term),
        ("Gains on shares held longer", sums.gains.long_term),
    ];
    let gains = gains.map(|(label, gain)| (label.to_owned(), format::signed_money(gain)));
    let amounts = [
        ("Losses left from earlier years", sums.carried_in),
        ("Losses that do not count for now", sums.void_losses),
        ("Losses left for later years", sums.carried_out),
    ];
    let said = amounts.into_iter().filter(|(_, amount)| !amount.is_zero());
    let said = said.map(|(label, amount)| (label.to_owned(), format::money(amount)));
    let due = if view.is_final {
        "Tax of the year"
    } else {
        "Tax on that, as it stands"
    };
    let due = (due.to_owned(), format::money(sums.due));
    let mut lines: Vec<_> = gains.into_iter().chain(said).chain([due]).collect();
    if !sums.returned.is_zero() {
        lines.push(("Came back to you".to_owned(), format::money(sums.returned)));
    }
    if view.to_return > Money::ZERO {
        let label = if view.is_final {
            "Comes back to you soon".to_owned()
        } else {
            format!("Would come back on {}", format::day(view.settles_on))
        };
        lines.push((label, format::money(view.to_return)));
    }
    lines
}

#[component]
fn Year(year: TaxYearView) -> impl IntoView {
    let (class, chip) = if year.is_final {
        ("finding", "Settled")
    } else {
        ("finding finding-watch", "Still open")
    };
    let rows = lines(&year).into_iter().map(|(label, value)| {
        view! { <div><dt>{label}</dt><dd class="figure">{value}</dd></div> }
    });
    let so_far = if year.is_final {
        " paid with your sales"
    } else {
        " paid so far with your sales"
    };
    view! {
        <li class=class>
            <div class="finding-head">
                <h2>{format!("Year {}", year.year)}</h2>
                <span class="chip">{chip}</span>
            </div>
            <p><span class="finding-figure figure">{format::money(year.sums.paid)}</span><span class="soft">{so_far}</span></p>
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
            rule_of(2_500, 2_500).contains("25 % of the gain is tax"),
            "{}",
            rule_of(2_500, 2_500)
        );
        let two = rule_of(3_000, 1_000);
        assert!(two.contains("30 %") && two.contains("10 %"), "{two}");
    }
}
