//! `/api/v1/games/{game}/open-orders`: orders waiting for their price.

use std::cmp::Reverse;

use axum::extract::State;
use domain::Account;
use domain::api::{OrderView, Page};

use super::extract::{InGame, Query};
use super::paging::{PER_PAGE_MAX, PageQuery};
use crate::app::App;
use crate::error::Result;
use crate::json::Json;

/// The player's waiting orders, newest first; at most 50, each with what is set aside for it.
#[utoipa::path(get, path = "/api/v1/games/{game}/open-orders", tag = "Trading",
    params(("game" = String, Path, example = "open"), PageQuery),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>)))]
pub async fn list(
    State(app): State<App>,
    InGame { account, .. }: InGame,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<OrderView>>> {
    let most = Account::OPEN_ORDERS_MAX;
    let page = query.check(most, PER_PAGE_MAX)?;
    let mut open = app.store.list_open_orders(account, most).await?;
    open.sort_by_key(|record| Reverse(record.resting.placed_at));
    let view = |record: crate::store::RestingRecord| OrderView::resting(&record.resting);
    Ok(Json(page.cut(open.into_iter(), view)))
}
