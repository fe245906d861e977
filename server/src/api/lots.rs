//! `/api/v1/games/{game}/instruments/{symbol}/lots`: the purchases that a sale can take its shares
//! from, and what such a sale would do.

use axum::extract::State;
use domain::api::{ApiError, LotRow, LotSale, LotsView, OrderRequest};
use domain::tax::{Gains, is_long_term};
use domain::{
    ChosenLot, IdempotencyKey, Lot, LotChoice, Order, Placement, Position, Quantity, Side,
    Situation, Size, Symbol, place,
};
use serde::Deserialize;

use super::extract::{InGame, Instrument, Query};
use super::summary::no_account;
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

/// The sale that is asked about; none without `quantity` and `lots`.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LotsQuery {
    /// Shares to sell; where lots are named, their sum.
    #[param(value_type = Option<String>, example = "3")]
    quantity: Option<Quantity>,
    /// Which shares go first; the oldest by default.
    #[param(value_type = Option<First>, inline)]
    first: Option<First>,
    /// The lots to sell instead, as shares and the instant of the purchase, separated by commas; at
    /// most 50.
    #[param(
        example = "2@2026-11-21T09:30:00Z,1.5@2026-11-22T10:00:00Z",
        max_length = 3000
    )]
    lots: Option<String>,
}

/// Which shares go first.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum First {
    /// The oldest.
    Oldest,
    /// Those that cost most.
    HighestCost,
}

/// The player's purchases of an instrument that are still held, oldest first, and what a sale of some
/// of them would do. Nothing is sold.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/lots", tag = "Trading",
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW"), LotsQuery),
    responses((status = 200, description = "The purchases, and the sale if one was asked about", body = LotsView),
        (status = 404, description = "There is no such instrument or account", body = ApiError),
        (status = 422, description = "Lots that cannot be read or do not add up", body = ApiError)))]
pub async fn list(
    State(app): State<App>,
    InGame { game, account }: InGame,
    instrument: Instrument,
    Query(query): Query<LotsQuery>,
) -> Result<Json<LotsView>> {
    let record = instrument.record()?;
    let order = query.order(record.symbol)?;
    let found = app.store.find_ticket(account, record.id).await?;
    let (trading, position) = found.ok_or_else(no_account)?;
    let now = app.clock.now();
    let quote = instrument.snapshot.quote(record.id).copied();
    let quote = quote.filter(|_| record.tradable);
    let xp_rules = app.engine.xp_rules(account.game, now);
    let situation = Situation {
        account: &trading.record.account,
        position: &position,
        xp: trading.xp,
        quote: quote.as_ref(),
        category: Some(&record.category),
        game: &game.rules,
        xp_rules: &xp_rules,
        traded: trading.progress.traded,
        now,
    };
    let paces = instrument.market.paces(&*app.store, game.record.market);
    let paces = paces.await?;
    let day_of = |lot: &Lot| paces.at(lot.acquired_at).day();
    let today = instrument.snapshot.at.day();
    let is_long = |lot: &Lot| is_long_term(day_of(lot), today);
    let (sold, sale) = match &order {
        None => (Vec::new(), None),
        Some(order) => {
            let (sold, sale) = preview(order, situation, is_long);
            (sold, Some(sale))
        }
    };
    let row = |lot: &Lot| LotRow {
        lot: *lot,
        day: day_of(lot),
        gain: quote.and_then(|quote| quote.price.value_of(lot.quantity)?.checked_sub(lot.cost)),
        is_long_term: is_long(lot),
        sells: sold_of(&sold, lot),
    };
    Ok(Json(LotsView {
        symbol: record.symbol,
        name: record.name.clone(),
        quote,
        free_quantity: position.free_quantity(),
        lots: position.lots.iter().map(row).collect(),
        sale,
    }))
}

/// What the order would do, and the lots that it would take.
fn preview(
    order: &Order,
    situation: Situation<'_>,
    is_long: impl Fn(&Lot) -> bool,
) -> (Vec<Lot>, LotSale) {
    let position: &Position = situation.position;
    let currency = situation.game.currency;
    match place(order, situation) {
        Ok(Placement::Filled(execution)) => {
            let fill = execution.fill;
            let sold = position.lots_sold(fill.quantity, order.lots());
            let sold = sold.unwrap_or_default();
            let sale = LotSale {
                fill: Some(fill),
                cash_after: Some(execution.account.free_cash()),
                gains: Gains::of_sale(&sold, fill.cash_change, is_long),
                rejection: None,
                message: None,
            };
            (sold, sale)
        }
        // No order without terms waits.
        Ok(Placement::Rests(_)) => (Vec::new(), LotSale::default()),
        Err(rejection) => {
            let sale = LotSale {
                rejection: Some(rejection),
                message: Some(currency.in_words(rejection.to_string())),
                ..LotSale::default()
            };
            (Vec::new(), sale)
        }
    }
}

/// Shares of a lot that are among those sold. Lots of one instant count as one.
fn sold_of(sold: &[Lot], lot: &Lot) -> Quantity {
    let parts = sold
        .iter()
        .filter(|part| part.acquired_at == lot.acquired_at);
    let sum = parts.map(|part| part.quantity.units()).sum::<i64>();
    Quantity::from_units(sum).min(lot.quantity)
}

impl LotsQuery {
    /// The sale that is asked about.
    fn order(&self, symbol: Symbol) -> Result<Option<Order>> {
        let lots = match (&self.lots, self.first) {
            (Some(text), _) => LotChoice::Chosen(chosen(text)?),
            (None, Some(First::HighestCost)) => LotChoice::HighestCost,
            (None, Some(First::Oldest) | None) => LotChoice::Oldest,
        };
        let Some(quantity) = self.quantity.or_else(|| lots.chosen_quantity()) else {
            if self.lots.is_some() {
                return Err(domain::OrderError::LotsUnclear.into());
            }
            return Ok(None);
        };
        let request = OrderRequest {
            idempotency_key: preview_key()?,
            symbol,
            side: Side::Sell,
            size: Size::Quantity(quantity),
            guard: None,
            reason: None,
            trigger: None,
            expires_at: None,
            lots,
        };
        Ok(Some(request.order()?))
    }
}

/// No order is placed under it.
fn preview_key() -> Result<IdempotencyKey> {
    Ok("preview-of-lots".parse()?)
}

/// Reads shares and instants such as `2@2026-11-21T09:30:00Z`.
fn chosen(text: &str) -> Result<Vec<ChosenLot>> {
    let read = |part: &str| {
        let (quantity, instant) = part.split_once('@')?;
        Some(ChosenLot {
            acquired_at: instant.parse().ok()?,
            quantity: quantity.parse().ok()?,
        })
    };
    let parts = text.split(',').take(LotChoice::CHOSEN_MAX + 1);
    let lots: Option<Vec<ChosenLot>> = parts.map(read).collect();
    let said = "must be shares and instants such as 2@2026-11-21T09:30:00Z, separated by commas";
    lots.ok_or_else(|| ApiError::field("lots", said).into())
}
