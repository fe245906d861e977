//! Which shares to sell: each purchase that is still held, and what selling some of them would do. A plain
//! page: one form previews, another sells.

use domain::api::{ApiError, LotRow, LotSale, LotsView};
use domain::{Fill, Rejection, Symbol, Timestamp};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::components::{EmptyState, FormAlert, IconName, Load, fresh_key};
use crate::language::Texts;
use crate::submission::Submission;
use crate::ticket::{DEFAULT_TOLERANCE_BPS, exchanging, plain_number};
use crate::{CurrentGame, api, paths, ticket};

/// The value of `how` that lets the player name the lots.
const CHOSEN: &str = "chosen";
/// How the shares can be chosen, in words.
fn ways() -> [(&'static str, &'static str); 3] {
    let texts = Texts::get();
    [
        ("oldest", texts.lots_oldest()),
        ("highest_cost", texts.lots_dearest()),
        (CHOSEN, texts.lots_chosen()),
    ]
}

/// The query in the URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asked {
    how: String,
    size: String,
    /// The microsecond of a purchase, and how many of its shares.
    lots: Vec<(i64, String)>,
}

impl Asked {
    fn in_address() -> Self {
        let mut asked = Self::default();
        for (name, value) in use_query_map().get_untracked().latest_values() {
            let value = value.trim();
            let lot = name.strip_prefix(paths::LOT);
            match lot.and_then(|micros| micros.parse().ok()) {
                _ if value.is_empty() => {}
                Some(micros) => asked.lots.push((micros, plain_number(value))),
                None if name == "how" => asked.how = value.to_owned(),
                None if name == "size" => asked.size = plain_number(value),
                None => {}
            }
        }
        asked.lots.sort();
        asked
    }

    fn is_chosen(&self) -> bool {
        self.how == CHOSEN
    }

    /// The lots in the API's format.
    fn chosen(&self) -> Option<String> {
        let parts = self.lots.iter();
        let parts: Vec<String> = parts
            .map(|(micros, quantity)| format!("{quantity}@{}", Timestamp::from_micros(*micros)))
            .collect();
        (self.is_chosen() && !parts.is_empty()).then(|| parts.join(","))
    }

    fn typed(&self, micros: i64) -> Option<String> {
        let found = self.lots.iter().find(|(one, _)| *one == micros);
        found.map(|(_, quantity)| quantity.clone())
    }
}

/// What the page shows, and any error in the query.
type Shown = (LotsView, Option<ApiError>);

async fn load(game: CurrentGame, symbol: String, asked: Asked) -> Result<Shown, ApiError> {
    let (slug, chosen) = (game.slug(), asked.chosen());
    let size = Some(asked.size).filter(|size| !size.is_empty() && asked.how != CHOSEN);
    let first = Some(asked.how).filter(|how| ways().iter().any(|(one, _)| one == how));
    let first = first.filter(|how| how != CHOSEN);
    let (first, size) = (first.as_deref(), size.as_deref());
    match api::lots(&slug, &symbol, first, size, chosen.as_deref()).await {
        Ok(view) => Ok((view, None)),
        // The input cannot be parsed: the page says so, and still shows the purchases.
        Err(error) if !error.fields.is_empty() => {
            let view = api::lots(&slug, &symbol, None, None, None).await?;
            Ok((view, Some(error)))
        }
        Err(error) => Err(error),
    }
}

/// The page.
#[component]
pub fn LotsPage() -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let symbol = use_params_map().get_untracked().get("symbol");
    let symbol = symbol.unwrap_or_default();
    let asked = StoredValue::new(Asked::in_address());
    let found = Resource::new(
        || (),
        move |()| load(game, symbol.clone(), asked.get_value()),
    );
    let message = Submission::new().message_of_any(&["lots", "size", "guard"]);
    view! {
        <Title text=texts.lots_title()/>
        <FormAlert message/>
        <Load resource=found let:shown>
            <Lots view=shown.0 wrong=shown.1 asked=asked.get_value()/>
        </Load>
    }
}

#[component]
fn Lots(view: LotsView, wrong: Option<ApiError>, asked: Asked) -> impl IntoView {
    let texts = Texts::get();
    let game = CurrentGame::get();
    let LotsView {
        symbol,
        name,
        lots,
        sale,
        quote,
        ..
    } = view;
    let head = view! {
        <header class="page-head">
            <h1>{texts.lots_head(name)}</h1>
            <p class="soft">{texts.lots_lead()}</p>
        </header>
    };
    if lots.is_empty() {
        let text = texts.lots_none_words();
        return view! {
            {head}
            <EmptyState icon=IconName::Portfolio title=texts.lots_none() text/>
            <p class="page-links"><a href=paths::instrument(game, symbol)>{texts.lots_back(symbol)}</a></p>
        }
        .into_any();
    }
    let wrong = wrong.map(|error| texts.field_refusal("lots", &error.message));
    let sale = sale.map(|sale| view! { <Sale symbol sale asked=asked.clone() price=quote.map(|quote| quote.price.to_string())/> });
    view! {
        {head}
        {sale}
        <Choice symbol lots wrong asked/>
        <p class="page-links">
            <a href=paths::instrument(game, symbol)>{texts.lots_back(symbol)}</a>
            " · "
            <a href=paths::losses(game)>{texts.lots_losses()}</a>
        </p>
    }
    .into_any()
}

/// The form that previews.
#[component]
fn Choice(symbol: Symbol, lots: Vec<LotRow>, wrong: Option<String>, asked: Asked) -> impl IntoView {
    let texts = Texts::get();
    let chosen = if asked.how.is_empty() {
        CHOSEN
    } else {
        &asked.how
    }
    .to_owned();
    let way = |(value, label): (&'static str, &'static str)| {
        view! {
            <label class="tick">
                <input type="radio" name="how" value=value checked=chosen == value/>
                <span>{label}</span>
            </label>
        }
    };
    let rows = lots
        .into_iter()
        .map(|row| lot_row(row, &asked))
        .collect_view();
    view! {
        <form class="card lots-form" method="get" action=paths::lots(CurrentGame::get(), symbol)>
            <fieldset>
                <legend>{texts.lots_which()}</legend>
                {ways().map(way)}
            </fieldset>
            <div class="field lots-size">
                <label for="size">{texts.lots_how_many()}</label>
                <input class="input" id="size" name="size" inputmode="decimal" maxlength="24" autocomplete="off" value=asked.size.clone()/>
            </div>
            <div class="table-scroll">
                <table class="table lots-table stacking">
                    <caption class="visually-hidden">{texts.lots_caption()}</caption>
                    <thead><tr>
                        <th scope="col">{texts.lots_bought()}</th>
                        <th scope="col" class="lots-pick">{texts.lots_sell()}</th>
                        <th scope="col">{texts.lots_shares()}</th>
                        <th scope="col">{texts.lots_gain()}</th>
                        <th scope="col">{texts.lots_each_cost()}</th>
                        <th scope="col">{texts.lots_held()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="field-error" role="alert">{wrong}</p>
            <button class="button">{texts.lots_show()}</button>
        </form>
    }
}

fn lot_row(row: LotRow, asked: &Asked) -> impl IntoView + use<> {
    let texts = Texts::get();
    let LotRow {
        lot,
        day,
        gain,
        is_long_term,
        sells,
    } = row;
    let micros = lot.acquired_at.micros();
    let typed = asked.typed(micros).unwrap_or_default();
    let (day, held) = (
        texts.day(day),
        if is_long_term {
            texts.lots_over_a_year()
        } else {
            texts.lots_up_to_a_year()
        },
    );
    let each = lot
        .cost
        .average_price(lot.quantity)
        .map(|one| texts.price(one));
    let marked = sells.is_positive();
    let sold = marked
        .then(|| view! { <span class="chip">{texts.lots_sells(texts.quantity(sells))}</span> });
    view! {
        <tr class:lots-sold=marked>
            <th scope="row">{day.clone()}{sold}</th>
            <td class="lots-pick" data-label=texts.lots_sell()>
                <input class="input" name=format!("{}{micros}", paths::LOT) inputmode="decimal" maxlength="24" autocomplete="off" placeholder="0" value=typed aria-label=texts.lots_pick(&day)/>
            </td>
            <td class="figure" data-label=texts.lots_shares()>{texts.quantity(lot.quantity)}</td>
            <td class="figure" data-label=texts.lots_gain()>{gain.map(|one| texts.signed_money(one))}</td>
            <td class="figure" data-label=texts.lots_each_cost()>{each}</td>
            <td data-label=texts.lots_held()>{held}</td>
        </tr>
    }
}

/// What the sale would do, and the button.
#[component]
fn Sale(symbol: Symbol, sale: LotSale, asked: Asked, price: Option<String>) -> impl IntoView {
    let texts = Texts::get();
    let Some(fill) = sale.fill else {
        let message = problem(&sale);
        return view! {
            <section class="card lots-sale" aria-labelledby="lots-sale">
                <h2 id="lots-sale">{texts.lots_impossible()}</h2>
                <p class="field-error" data-testid="lots-problem">{message}</p>
            </section>
        }
        .into_any();
    };
    let rows = sale_lines(&fill, &sale).into_iter().map(|(label, value)| {
        view! { <div><dt>{label}</dt><dd class="figure">{value}</dd></div> }
    });
    let named = asked.is_chosen().then(|| {
        let fields = asked.lots.iter().map(|(micros, quantity)| {
            view! { <input type="hidden" name=format!("{}{micros}", paths::LOT) value=quantity.clone()/> }
        });
        fields.collect_view()
    });
    view! {
        <section class="card lots-sale" aria-labelledby="lots-sale" data-testid="lots-sale">
            <h2 id="lots-sale">{texts.lots_what_happens()}</h2>
            <dl class="sums">{rows.collect_view()}</dl>
            <form method="post" action="/forms/order">
                <input type="hidden" name="game" value=CurrentGame::get().slug().to_string()/>
                <input type="hidden" name="symbol" value=symbol.to_string()/>
                <input type="hidden" name="idempotency_key" value=fresh_key().to_string()/>
                <input type="hidden" name="side" value="sell"/>
                <input type="hidden" name="unit" value="quantity"/>
                <input type="hidden" name="size" value=fill.quantity.to_string()/>
                <input type="hidden" name="expected" value=price/>
                <input type="hidden" name="tolerance_bps" value=DEFAULT_TOLERANCE_BPS/>
                <input type="hidden" name="lots" value=asked.how.clone()/>
                {named}
                <button class="button button-primary">{texts.lots_sell_these(texts.shares(fill.quantity))}</button>
            </form>
        </section>
    }
    .into_any()
}

/// Why the sale cannot be made. The page shows market days, so it does not mention the server's.
fn problem(sale: &LotSale) -> String {
    let texts = Texts::get();
    match sale.rejection {
        Some(Rejection::InsufficientLot {
            needed, available, ..
        }) => texts.lots_too_many(texts.shares(available), texts.quantity(needed)),
        Some(Rejection::UnknownLot { .. }) => texts.lots_gone().to_owned(),
        Some(rejection) => ticket::rejection(rejection),
        None => texts.said(&sale.message.clone().unwrap_or_default()),
    }
}

/// The effect of the sale, line by line.
fn sale_lines(fill: &Fill, sale: &LotSale) -> Vec<(String, String)> {
    let texts = Texts::get();
    let mut lines = vec![(
        texts.lots_you_get().to_owned(),
        texts.money(fill.cash_change_in_all()),
    )];
    if !fill.fee.is_zero() {
        lines.push((texts.lots_fee().to_owned(), texts.money(fill.fee)));
    }
    if let Some(conversion) = fill.conversion {
        lines.push((exchanging(conversion), texts.money(conversion.cost)));
    }
    if !fill.tax.is_zero() {
        lines.push((texts.lots_tax().to_owned(), texts.money(fill.tax)));
    }
    lines.push((
        texts.lots_gain_these().to_owned(),
        texts.signed_money(fill.lot_profit),
    ));
    if let Some(gains) = sale.gains {
        lines.push((
            texts.lots_of_it_short().to_owned(),
            texts.signed_money(gains.short_term),
        ));
        lines.push((
            texts.lots_of_it_long().to_owned(),
            texts.signed_money(gains.long_term),
        ));
    }
    lines.push((
        texts.lots_average_profit().to_owned(),
        texts.signed_money(fill.realized_profit),
    ));
    if let Some(cash) = sale.cash_after {
        lines.push((texts.lots_cash_after().to_owned(), texts.money(cash)));
    }
    lines
}
