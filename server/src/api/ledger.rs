//! `/api/v1/games/{game}/ledger`: the facts that changed an account.

use axum::extract::State;
use domain::LedgerEntry;
use domain::api::{CursorPage, LedgerEntryView};

use super::extract::{InGame, Query};
use super::paging::{CursorQuery, stretch};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

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
        |entry| entry.seq.to_string(),
        |entry| view(&app, entry),
    );
    Ok(Json(page))
}

fn view(app: &App, entry: LedgerEntry) -> LedgerEntryView {
    let trade = entry.trade.as_ref();
    LedgerEntryView {
        seq: entry.seq,
        at: entry.at,
        kind: entry.kind,
        cash_change: entry.cash_change,
        xp: entry.xp,
        symbol: trade.and_then(|trade| Some(app.instrument(trade.instrument)?.symbol)),
        quantity_change: trade.map(|trade| trade.quantity_change),
        price: trade.map(|trade| trade.price),
        fee: trade.map(|trade| trade.fee),
        realized_profit: trade.map(|trade| trade.realized_profit),
        reserved_cash_change: entry.reserve.map(|change| change.cash),
        reserved_quantity_change: entry.reserve.map(|change| change.quantity),
        reason: trade.and_then(|trade| trade.reason.clone()),
        previous_hash: entry
            .previous_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    }
}
