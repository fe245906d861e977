//! `/api/v1/games/{game}/instruments/{symbol}/ticket`: what an order ticket predicts an order with.

use axum::extract::State;
use domain::api::{ApiError, TicketView, WouldUnlock};
use domain::progress::{Achievements, Deed, ForeseenTrade, would_unlock};
use domain::{Branch, Side, Symbol};

use super::extract::{InGame, Instrument, Query};
use super::language::LanguageQuery;
use super::progress::counters;
use super::summary::no_account;
use crate::app::App;
use crate::deeds;
use crate::error::Result;
use crate::json::Json;

/// The player's account, position, and the rules, all as of one instant.
#[utoipa::path(get, path = "/api/v1/games/{game}/instruments/{symbol}/ticket", tag = "Trading",
    params(("game" = String, Path, example = "open"), ("symbol" = Symbol, Path, example = "BOLTW"), LanguageQuery),
    responses((status = 200, description = "The arguments of an execution", body = TicketView),
        (status = 404, description = "There is no such instrument or account", body = ApiError)))]
pub async fn ticket(
    State(app): State<App>,
    InGame { game, account }: InGame,
    instrument: Instrument,
    Query(asked): Query<LanguageQuery>,
) -> Result<Json<TicketView>> {
    let texts = asked.texts()?;
    let record = instrument.record()?;
    let (id, category) = (record.id, record.category.clone());
    let found = app.store.find_ticket(account, id).await?;
    let (trading, position) = found.ok_or_else(no_account)?;
    // Only an instrument's page asks for a ticket, so this counts as reading the page.
    let symbol = record.symbol;
    deeds::tell(&app, account.player, Deed::ReadInstrument { symbol });
    if !position.quantity.is_zero() {
        deeds::tell(&app, account.player, Deed::ReadHolding { symbol });
    }
    let now = app.clock.now();
    let quote = instrument.market.snapshot().quote(id).copied();
    let branch = Branch::of_category(&category);
    let would_unlock = quote.map(|quote| {
        let levels = app.engine.levels(now);
        let counters = counters(&trading, levels);
        let foretell = |side, is_reasoned| {
            let trade = ForeseenTrade {
                side,
                is_reasoned,
                branch,
                position: &position,
                price: quote.price,
                now,
            };
            let before = (&counters, trading.xp);
            let names = would_unlock(Achievements::standard(), levels, before, trade);
            names
                .iter()
                .map(|name| texts.said(name))
                .collect::<Vec<_>>()
        };
        WouldUnlock {
            buy: foretell(Side::Buy, false),
            buy_reasoned: foretell(Side::Buy, true),
            sell: foretell(Side::Sell, false),
            sell_reasoned: foretell(Side::Sell, true),
        }
    });
    Ok(Json(TicketView {
        version: trading.record.head.version,
        account: trading.record.account,
        position,
        xp: trading.xp,
        quote,
        category: Some(category),
        game: (*game.rules).clone(),
        xp_rules: app.engine.xp_rules(account.game, now),
        traded: trading.progress.traded,
        would_unlock: would_unlock.unwrap_or_default(),
        now,
    }))
}
