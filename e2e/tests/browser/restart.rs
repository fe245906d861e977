//! The server goes away and comes back.

use anyhow::ensure;
use domain::Side;
use domain::api::{HoldingView, LedgerEntryView, OrderView, Page, SummaryView};
use domain::{Money, Quantity};
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::{Stage, play};
use e2e::ticket;
use serde::de::DeserializeOwned;

/// What must be the same after any restart.
#[derive(Debug, PartialEq)]
struct Memory {
    cash: Money,
    xp: domain::Xp,
    version: i64,
    held: Vec<(String, Quantity, Money)>,
    ledger: Vec<LedgerEntryView>,
    orders: Vec<OrderView>,
}

async fn remembered(stage: &Stage) -> anyhow::Result<Memory> {
    async fn items<T: DeserializeOwned>(stage: &Stage, list: &str) -> anyhow::Result<Vec<T>> {
        let page: domain::api::CursorPage<T> = stage
            .browser
            .get(&format!("/api/v1/games/open/{list}"))
            .await?;
        Ok(page.items)
    }
    let summary: SummaryView = stage.browser.get("/api/v1/games/open/summary").await?;
    let holdings: Page<HoldingView> = stage.browser.get("/api/v1/games/open/holdings").await?;
    let held = |holding: HoldingView| {
        (
            holding.symbol.to_string(),
            holding.position.quantity,
            holding.position.cost_basis,
        )
    };
    Ok(Memory {
        cash: summary.cash,
        xp: summary.xp,
        version: summary.version,
        held: holdings.items.into_iter().map(held).collect(),
        ledger: items(stage, "ledger").await?,
        orders: items(stage, "orders").await?,
    })
}

#[tokio::test]
async fn a_killed_server_has_forgotten_nothing() -> anyhow::Result<()> {
    play(
        "killed-server",
        Setup::LIVELY,
        Look::DESKTOP,
        async |stage| {
            // While the server is away its requests fail, and that is all.
            stage.expect_complaint("ERR_CONNECTION_");
            stage.expect_complaint("WebSocket connection to");
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let handle = stage.browser.text("[data-testid=player-handle]").await?;
            for (side, shares) in [(Side::Buy, "5"), (Side::Buy, "0.25"), (Side::Sell, "1.5")] {
                ticket::enter(&stage.browser, symbol, side, shares).await?;
                ticket::submit(&stage.browser).await?;
            }
            let before = remembered(stage).await?;
            stage.server.kill();
            stage.server.restart().await?;
            stage.browser.visit("/portfolio").await?;
            stage
                .browser
                .reads("[data-testid=player-handle]", &handle)
                .await?;
            let after = remembered(stage).await?;
            ensure!(before == after, "before {before:?}, after {after:?}");
            let said = stage.server.stop_and_verify().await?;
            ensure!(!said.is_empty(), "verify says nothing");
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_page_says_that_the_server_is_away_and_recovers_by_itself() -> anyhow::Result<()> {
    play("server-away", Setup::LIVELY, Look::PHONE, async |stage| {
        stage.expect_complaint("ERR_CONNECTION_");
        stage.expect_complaint("WebSocket connection to");
        stage.expect_complaint("TypeError: Failed to fetch");
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        ticket::enter(page, symbol, Side::Buy, "1").await?;
        page.present("[data-testid=connection][data-state=live]")
            .await?;

        stage.server.kill();
        let said = stage
            .browser
            .text("[data-testid=connection]:not([data-state=live])")
            .await?;
        ensure!(said.contains("reconnecting"), "the page says: {said}");
        ensure!(!said.contains("market is closed"), "the page says: {said}");
        let age = stage.browser.text("[data-testid=price-age]").await?;
        ensure!(age.contains("old"), "the prices say: {age}");
        stage.browser.present("html[data-prices=old]").await?;
        stage.browser.click("[data-testid=ticket-submit]").await?;
        stage
            .browser
            .shown("[data-testid=order-unanswered]")
            .await?;

        stage.server.restart().await?;
        stage
            .browser
            .present("[data-testid=connection][data-state=live]")
            .await?;
        stage.browser.gone("html[data-prices=old]").await?;
        // The order was never taken, or taken once: trying again cannot do it twice.
        stage
            .browser
            .click("[data-testid=order-unanswered] button.button-primary")
            .await?;
        let done = ticket::receipt(&stage.browser).await?;
        ensure!(done.shares == "1", "{done:?}");
        Ok(())
    })
    .await
}
