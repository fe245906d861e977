//! `/api/v1/games/{game}/instruments/{symbol}/chart-marks`: what happened to an instrument, and what the
//! player did with it, for the marks on its chart.

use std::collections::HashSet;

use axum::extract::State;
use domain::api::{ApiError, ChartMark, ChartMarkKind};
use domain::{
    AccountId, CorporateAction, Currency, DatedAction, Fact, InstrumentId, Symbol, Timestamp,
};
use web::format;

use super::extract::{Instrument, Query};
use super::language::LanguageQuery;
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::market::Market;
use crate::session::Sent;
use crate::store::LedgerRow;

/// Entries of the account that are searched for trades.
const ENTRIES_MAX: u32 = 500;
/// Dividends and splits, latest first.
const ACTIONS_MAX: usize = 40;

/// What happened to an instrument up to the market's time, oldest first: dividends, splits, its own
/// headlines and reports, and the player's trades among the latest 500 entries of the account. Without a
/// session there are no trades.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/chart-marks", tag = "Market", security((), ("token" = []), ("cookie" = [])),
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW"), LanguageQuery),
    responses((status = 200, description = "The marks", body = Vec<ChartMark>),
        (status = 404, description = "There is no such instrument", body = ApiError),
        (status = 422, description = "There is no such language", body = ApiError)))]
pub async fn chart_marks(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    instrument: Instrument,
    Query(query): Query<LanguageQuery>,
) -> Result<Json<Vec<ChartMark>>> {
    let texts = query.texts()?;
    let record = instrument.record()?;
    let actions = instrument.market.actions(record.id).await;
    let actions = actions.map_err(Error::internal)?;
    let currency = game.rules.currency;
    let actions = actions.iter().take(ACTIONS_MAX);
    let mut marks: Vec<ChartMark> = actions.map(|one| of_action(one, currency)).collect();
    let headlines = instrument.snapshot.news_of(record).into_iter();
    let own = headlines.filter(|news| news.symbol == Some(record.symbol));
    marks.extend(own.map(|news| ChartMark {
        at: news.at,
        kind: ChartMarkKind::Headline,
        text: news.headline,
    }));
    let earnings = instrument.market.earnings(record.id);
    let reports = earnings.map(|earnings| earnings.past).unwrap_or_default();
    // The latest are among the headlines.
    let told: HashSet<Timestamp> = marks.iter().map(|mark| mark.at).collect();
    let older = reports.into_iter().filter(|one| !told.contains(&one.at));
    marks.extend(older.map(|report| ChartMark {
        at: report.at,
        kind: ChartMarkKind::Headline,
        text: report.headline,
    }));
    if let Some(session) = sent.current() {
        let account = AccountId {
            player: session.player,
            game: game.record.id,
        };
        let entries = app.store.list_ledger(account, None, ENTRIES_MAX).await?;
        let of_trade = |row| of_trade(&instrument.market, record.id, row, currency);
        marks.extend(entries.iter().filter_map(of_trade));
    }
    marks.sort_by_key(|mark| mark.at);
    for mark in &mut marks {
        mark.text = texts.said(&mark.text);
    }
    Ok(Json(marks))
}

fn of_action(dated: &DatedAction, currency: Currency) -> ChartMark {
    let (kind, text) = match dated.action {
        CorporateAction::Dividend { per_share } => {
            let paid = format::exact_price(per_share);
            let text = format!("A dividend of {paid} for each share");
            (ChartMarkKind::Dividend, text)
        }
        CorporateAction::Split(ratio) if ratio.new >= ratio.old => {
            let text = format!("A split: {} new shares for every {}", ratio.new, ratio.old);
            (ChartMarkKind::Split, text)
        }
        CorporateAction::Split(ratio) => {
            let text = format!("{} shares were joined into {}", ratio.old, ratio.new);
            (ChartMarkKind::Split, text)
        }
        CorporateAction::Delisting { price } => {
            let paid = format::exact_price(price);
            let text = format!("It left the market: {paid} for each share");
            (ChartMarkKind::Delisting, text)
        }
    };
    ChartMark {
        at: dated.day.start(),
        kind,
        text: currency.in_words(text),
    }
}

/// The mark of an entry that bought or sold shares of the instrument.
fn of_trade(
    market: &Market,
    instrument: InstrumentId,
    row: &LedgerRow,
    currency: Currency,
) -> Option<ChartMark> {
    let fact = &row.entry.fact;
    if fact.instrument() != Some(instrument) {
        return None;
    }
    let (kind, done, quantity, price) = match fact {
        Fact::Bought(trade) => {
            let kind = ChartMarkKind::Bought;
            (kind, "You bought", trade.quantity, trade.price)
        }
        Fact::Sold(trade) | Fact::SoldLots(trade, _) => {
            let kind = ChartMarkKind::Sold;
            (kind, "You sold", trade.quantity, trade.price)
        }
        Fact::Allocated {
            quantity, price, ..
        } => {
            let kind = ChartMarkKind::Bought;
            (kind, "An offering gave you", *quantity, *price)
        }
        _ => return None,
    };
    let (shares, price) = (format::shares(quantity), format::exact_price(price));
    Some(ChartMark {
        at: market.time_at(row.entry.at),
        kind,
        text: currency.in_words(format!("{done} {shares} at {price}")),
    })
}
