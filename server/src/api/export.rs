//! `/api/v1/games/{game}/exports/{file}` and `/api/v1/me/export.json`: exports of a player's data.
//! Answers are streamed, one page of the ledger at a time.

use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::AccountId;
use domain::api::ApiError;
use futures_util::stream;

use super::extract::{InGame, Key};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::market::Market;
use crate::session::LoggedIn;
use crate::store::StoreError;

mod everything;
mod lists;
mod rows;

use everything::Part;
use rows::Format;

/// Ledger entries read at once.
const PAGE: u32 = 500;

/// The ledger of the player's account: `ledger.csv` with everything, or the format of a portfolio tracker:
/// `ghostfolio.csv`, `ghostfolio.json`, `portfolio-performance.csv`. Dates are those of the market. A
/// tracker's formats have no splits: enter these in the tracker.
#[utoipa::path(get, path = "/api/v1/games/{game}/exports/{key}", tag = "Trading",
    params(("game" = String, Path, example = "open"),
        ("key" = String, Path, description = "The file", example = "ledger.csv")),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String),
        (status = 404, description = "There is no such file or account", body = ApiError)))]
pub async fn ledger(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(file): Key<String>,
) -> Result<Response> {
    let format = Format::named(&file).ok_or_else(|| Error::not_found("such file"))?;
    if app.store.list_entries(account, 0, 1).await?.is_empty() {
        return Err(super::summary::no_account());
    }
    let market = app.market_of(&game).await?;
    let name = format!("{}-{file}", game.record.slug);
    let state = Reading {
        app,
        game,
        market,
        account,
        format,
        after: Some(0),
        is_first: true,
    };
    let pieces = stream::try_unfold(state, Reading::next);
    Ok(file_of(
        &name,
        format.content_type(),
        Body::from_stream(pieces),
    ))
}

/// A ledger being written.
struct Reading {
    app: App,
    game: Game,
    market: std::sync::Arc<Market>,
    account: AccountId,
    format: Format,
    /// The latest entry written. `None` once all are.
    after: Option<i64>,
    is_first: bool,
}

impl Reading {
    /// The next chunk. `None` after the last one.
    async fn next(mut self) -> std::result::Result<Option<(Bytes, Self)>, StoreError> {
        let Some(after) = self.after else {
            return Ok(None);
        };
        let rows = self
            .app
            .store
            .list_entries(self.account, after, PAGE)
            .await?;
        let mut text = String::new();
        if after == 0 {
            text.push_str(&self.format.head());
        }
        self.after = rows.last().map(|row| row.entry.seq);
        for row in rows {
            let at = self.market.time_at(row.entry.at);
            let Some(line) = self.format.line(&self.app, &self.game, at, row) else {
                continue;
            };
            if !self.is_first {
                text.push_str(self.format.between());
            }
            self.is_first = false;
            text.push_str(&line);
        }
        if self.after.is_none() {
            text.push_str(self.format.tail());
        }
        Ok(Some((Bytes::from(text), self)))
    }
}

/// Everything stored about the player: details, sessions and log-ins, ties, notes, watch lists, alerts,
/// strategies, duels, awards, notifications; and for each game targets, plans, subscriptions, waiting
/// orders, grades and the ledger with its reasons.
#[utoipa::path(get, path = "/api/v1/me/export.json", tag = "Players",
    responses((status = 200, description = "A JSON object", body = serde_json::Value)))]
pub async fn everything(State(app): State<App>, LoggedIn(session): LoggedIn) -> Result<Response> {
    let parts: VecDeque<Part> = everything::parts(&app, session.player).await?;
    let pieces = stream::try_unfold((app, parts), |(app, mut parts)| async move {
        let Some(part) = parts.pop_front() else {
            return Ok::<_, StoreError>(None);
        };
        let (text, more) = everything::write(&app, part).await?;
        if let Some(more) = more {
            parts.push_front(more);
        }
        Ok(Some((Bytes::from(text), (app, parts))))
    });
    Ok(file_of(
        "tickerquest.json",
        "application/json",
        Body::from_stream(pieces),
    ))
}

/// An answer to be saved as a file. Its type is not among those that are compressed, because compressing
/// would hold all of it in memory.
fn file_of(name: &str, content_type: &'static str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}
