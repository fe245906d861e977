//! Orders that wait for their price.

use anyhow::ensure;
use domain::api::{OrderStatus, OrderView, Page, SummaryView};
use domain::{Money, Symbol};
use e2e::browser::Look;
use e2e::page::Page as Tab;
use e2e::server::Setup;
use e2e::stage::play;

const SUMMARY: &str = "/api/v1/games/open/summary";
const OPEN_ORDERS: &str = "/api/v1/games/open/open-orders";

/// Has two shares bought when they cost a dollar, which they never do while one watches.
async fn place_one(page: &Tab, symbol: Symbol) -> anyhow::Result<()> {
    page.fill("[data-testid=waiting-trigger_price]", "1")
        .await?;
    page.fill("[data-testid=waiting-size]", "2").await?;
    page.click("[data-testid=place-waiting]").await?;
    page.shown("[data-testid=order-outcome]").await?;
    let open: Page<OrderView> = page.get(OPEN_ORDERS).await?;
    let [order] = &open.items[..] else {
        anyhow::bail!("{open:?}");
    };
    ensure!(
        order.symbol == symbol && order.status == OrderStatus::Resting,
        "{order:?}"
    );
    let summary: SummaryView = page.get(SUMMARY).await?;
    ensure!(
        summary.reserved_cash == Money::from_whole(2) && summary.open_orders == 1,
        "{summary:?}"
    );
    Ok(())
}

async fn cancel_it(page: &Tab) -> anyhow::Result<()> {
    page.click(".open-order button").await?;
    page.gone(".open-order").await?;
    let summary: SummaryView = page.get(SUMMARY).await?;
    ensure!(
        summary.reserved_cash == Money::ZERO && summary.open_orders == 0,
        "{summary:?}"
    );
    Ok(())
}

#[tokio::test]
async fn an_order_shows_what_it_sets_aside_waits_and_is_cancelled() -> anyhow::Result<()> {
    play("waiting-order", Setup::CALM, Look::DESKTOP, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        page.visit(&format!("/instruments/{symbol}")).await?;
        page.click(&format!("a[href='/orders?symbol={symbol}']"))
            .await?;
        page.arrives("/orders").await?;
        page.runs().await?;
        page.fill("[data-testid=waiting-trigger_price]", "1")
            .await?;
        page.fill("[data-testid=waiting-size]", "20000").await?;
        page.shown("[data-testid=reserve-problem]").await?;
        page.fill("[data-testid=waiting-size]", "2").await?;
        page.reads("[data-testid=reserve-preview] dd", "$2.00")
            .await?;
        place_one(page, symbol).await?;
        page.visit("/portfolio").await?;
        page.reads("[data-testid=set-aside]", "$2.00 set aside")
            .await?;
        page.visit("/orders").await?;
        cancel_it(page).await
    })
    .await
}

#[tokio::test]
async fn an_order_waits_through_plain_forms() -> anyhow::Result<()> {
    play(
        "waiting-order-plain",
        Setup::CALM,
        Look::PLAIN,
        async |stage| {
            let symbol = stage.symbol().await?;
            let page = &stage.browser;
            page.visit("/").await?;
            page.click("[data-testid=play-guest]").await?;
            page.arrives("/market").await?;
            page.visit(&format!("/orders?symbol={symbol}")).await?;
            page.fill("[data-testid=waiting-trigger_price]", "not a price")
                .await?;
            page.fill("[data-testid=waiting-size]", "2").await?;
            page.click("[data-testid=place-waiting]").await?;
            page.shown("[data-testid=form-error]").await?;
            place_one_plainly(page).await?;
            page.visit("/orders").await?;
            page.click(".open-order button").await?;
            page.gone(".open-order").await
        },
    )
    .await
}

/// Without scripts, nothing can be asked of the API from the page.
async fn place_one_plainly(page: &Tab) -> anyhow::Result<()> {
    page.fill("[data-testid=waiting-trigger_price]", "1")
        .await?;
    page.click("[data-testid=place-waiting]").await?;
    page.shown("[data-testid=order-outcome]").await?;
    ensure!(page.count(".open-order").await? == 1, "it is not listed");
    Ok(())
}
