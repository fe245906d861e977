//! `/api/v1/games/{game}/ledger`: the facts that changed an account.

use axum::extract::State;
use domain::api::{CursorPage, LedgerEntryView};
use domain::{Conversion, Fact, GameId, Price, Quantity, ReleaseCause, Reserve, SplitRatio, Trade};

use super::extract::{InGame, Query};
use super::paging::{CursorQuery, stretch};
use crate::app::App;
use crate::error::Result;
use crate::explain;
use crate::json::Json;
use crate::store::LedgerRow;

/// The entries of the player's account, newest first.
#[utoipa::path(get, path = "/api/v1/games/{game}/ledger", tag = "Trading",
    params(("game" = String, Path, example = "open"), CursorQuery),
    responses((status = 200, description = "A stretch of entries", body = CursorPage<LedgerEntryView>)))]
pub async fn ledger(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Query(query): Query<CursorQuery>,
) -> Result<Json<CursorPage<LedgerEntryView>>> {
    let (before, limit) = query.check(|text| text.parse::<i64>().ok().filter(|seq| *seq > 0))?;
    let entries = app.store.list_ledger(account, before, limit + 1).await?;
    let page = stretch(
        entries,
        limit,
        |row| row.entry.seq.to_string(),
        |row| view(&app, account.game, row),
    );
    Ok(Json(page))
}

pub(super) fn view(app: &App, game: GameId, row: LedgerRow) -> LedgerEntryView {
    let LedgerRow { entry, words } = row;
    let fact = &entry.fact;
    let details = Details::of(fact);
    let xp_reason = fact.trade().map(|(side, trade)| {
        let rules = app.engine.xp_rules(game, entry.at);
        explain::trade(side, trade, &rules)
    });
    LedgerEntryView {
        seq: entry.seq,
        at: entry.at,
        kind: fact.kind(),
        cash_change: fact.cash_change(),
        xp: fact.xp(),
        xp_rules_since: xp_reason
            .is_some()
            .then(|| app.engine.rules_since(game, entry.at)),
        xp_reason,
        symbol: fact.instrument().and_then(|id| app.symbol(id)),
        quantity_change: details.quantity_change,
        price: details.price,
        fee: fact.trade().map(|(_, trade)| trade.fee),
        realized_profit: fact.trade().map(|(_, trade)| trade.realized_profit),
        reserved_cash_change: details.reserved.map(|reserve| reserve.cash),
        reserved_quantity_change: details.reserved.map(|reserve| reserve.quantity),
        release_cause: details.release_cause,
        split: details.split,
        conversion: details.conversion,
        lots: entry.fact.lots().clone(),
        reason: words.map(|words| words.text),
        previous_hash: hex::encode(entry.previous_hash),
    }
}

/// What an entry shows beside what every fact has.
#[derive(Default)]
struct Details {
    quantity_change: Option<Quantity>,
    price: Option<Price>,
    /// Below zero where a reserve was released.
    reserved: Option<Reserve>,
    release_cause: Option<ReleaseCause>,
    split: Option<SplitRatio>,
    conversion: Option<Conversion>,
}

impl Details {
    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Bought(trade) => Self::traded(trade, trade.quantity),
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
                Self::traded(trade, negated(trade.quantity))
            }
            Fact::Reserved { reserve, price, .. } => Self {
                price: Some(*price),
                reserved: Some(*reserve),
                ..Self::default()
            },
            Fact::Released { reserve, cause, .. } => Self {
                reserved: Some(released(*reserve)),
                release_cause: Some(*cause),
                ..Self::default()
            },
            Fact::Dividend { per_share, .. } => Self {
                price: Some(*per_share),
                ..Self::default()
            },
            Fact::Split { ratio, .. } => Self {
                split: Some(*ratio),
                ..Self::default()
            },
            Fact::Delisted {
                quantity, price, ..
            } => Self {
                quantity_change: Some(negated(*quantity)),
                price: Some(*price),
                ..Self::default()
            },
            Fact::Allocated {
                quantity,
                price,
                reserve,
                ..
            } => Self {
                quantity_change: Some(*quantity),
                price: Some(*price),
                reserved: Some(released(*reserve)),
                ..Self::default()
            },
            Fact::Reversed { quantity, .. } => Self {
                quantity_change: Some(negated(*quantity)),
                ..Self::default()
            },
            Fact::Converted(conversion) => Self {
                conversion: Some(*conversion),
                ..Self::default()
            },
            Fact::Opened { .. }
            | Fact::Adjusted { .. }
            | Fact::Interest { .. }
            | Fact::Contributed { .. }
            | Fact::Taxed { .. } => Self::default(),
        }
    }

    fn traded(trade: &Trade, quantity_change: Quantity) -> Self {
        Self {
            quantity_change: Some(quantity_change),
            price: Some(trade.price),
            reserved: trade.released.map(released),
            ..Self::default()
        }
    }
}

fn negated(quantity: Quantity) -> Quantity {
    Quantity::from_units(quantity.units().saturating_neg())
}

fn released(reserve: Reserve) -> Reserve {
    Reserve {
        cash: reserve.cash.negated(),
        quantity: negated(reserve.quantity),
    }
}
