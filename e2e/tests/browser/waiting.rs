//! Orders that wait for their price.

use anyhow::ensure;
use domain::api::{OrderStatus, OrderView, Page, SummaryView};
use domain::{Money, Side, Symbol};
use e2e::browser::Look;
use e2e::page::Page as Tab;
use e2e::server::Setup;
use e2e::stage::play;
use e2e::ticket;

const SUMMARY: &str = "/api/v1/games/open/summary";
const OPEN_ORDERS: &str = "/api/v1/games/open/open-orders";

/// Opens the ticket of an instrument and chooses an order that waits for a dollar, which the price
/// never is while one watches.
async fn choose_a_dollar(page: &Tab, symbol: Symbol) -> anyhow::Result<()> {
    page.visit(&format!("/instruments/{symbol}")).await?;
    page.click(".ticket label[data-value=limit]").await?;
    page.fill("[data-testid=ticket-price]", "1").await
}

/// Has two shares bought when they cost a dollar.
async fn place_one(page: &Tab, symbol: Symbol) -> anyhow::Result<()> {
    page.fill("[data-testid=ticket-size]", "2").await?;
    page.click("[data-testid=ticket-submit]").await?;
    page.shown("[data-testid=order-waits]").await?;
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
        choose_a_dollar(page, symbol).await?;
        page.fill("[data-testid=ticket-size]", "20000").await?;
        page.text("[data-testid=ticket-problem]").await?;
        page.fill("[data-testid=ticket-price]", "abc").await?;
        page.text("[data-testid=ticket-price-problem]").await?;
        page.fill("[data-testid=ticket-price]", "1").await?;
        page.fill("[data-testid=ticket-size]", "2").await?;
        page.reads("[data-testid=preview-set-aside]", "$2.00")
            .await?;
        page.reads("[data-testid=preview-cash-after]", "$9,998.00")
            .await?;
        place_one(page, symbol).await?;
        // What is set aside is no cash to spend, wherever cash stands.
        page.reads("[data-testid=strip-cash]", "$9,998.00").await?;
        page.click("[data-testid=trade-again]").await?;
        page.reads("[data-testid=ticket-balance]", "$9,998.00")
            .await?;
        page.reads("[data-testid=ticket-set-aside]", "$2.00")
            .await?;
        page.visit("/portfolio").await?;
        page.reads("[data-testid=set-aside]", "$2.00").await?;
        page.reads("[data-testid=cash]", "$9,998.00").await?;
        page.visit("/orders").await?;
        let away = page.text("[data-testid=distance]").await?;
        ensure!(away.contains(" away"), "{away}");
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
            page.arrives("/start").await?;
            choose_a_dollar(page, symbol).await?;
            page.fill("[data-testid=ticket-price]", "not a price")
                .await?;
            page.fill("[data-testid=ticket-size]", "2").await?;
            page.click("[data-testid=ticket-submit]").await?;
            // In our words, beside its field, with what was typed.
            page.reads(
                "[data-testid=ticket-price-problem]",
                "Write a number, such as 3 or 2.5.",
            )
            .await?;
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
    page.fill("[data-testid=ticket-price]", "1").await?;
    page.click("[data-testid=ticket-submit]").await?;
    page.shown("[data-testid=order-waits]").await?;
    page.visit("/orders").await?;
    ensure!(page.count(".open-order").await? == 1, "it is not listed");
    Ok(())
}

/// Changes the account as another tab would: places a second order through the API.
const TRADE_ELSEWHERE: &str = "
    const [symbol, done] = arguments;
    const order = { idempotency_key: 'elsewhere-0001', symbol, side: 'buy', size: { amount: '1000' } };
    fetch('/api/v1/games/open/orders', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order),
    }).then((answer) => done(answer.status)).catch(() => done(0));
";

async fn trade_elsewhere(page: &Tab, symbol: Symbol) -> anyhow::Result<()> {
    let status: u16 = page
        .run_async(TRADE_ELSEWHERE, vec![symbol.to_string().into()])
        .await?;
    ensure!(status == 200 || status == 201, "answered {status}");
    Ok(())
}

#[tokio::test]
async fn coming_back_to_a_tab_shows_what_changed_elsewhere_before_anything_is_bought()
-> anyhow::Result<()> {
    play(
        "changed-elsewhere",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let page = &stage.browser;
            let before = ticket::enter(page, symbol, Side::Buy, "1").await?;
            trade_elsewhere(page, symbol).await?;
            page.run::<()>(
                "document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))",
                Vec::new(),
            )
            .await?;
            page.shown("[data-testid=account-changed]").await?;
            page.reads("[data-testid=strip-cash]", "$9,000.00").await?;
            let after = ticket::preview(page).await?;
            ensure!(after.cash != before.cash, "{after:?}");
            let done = ticket::submit(page).await?;
            ensure!(done == after, "{done:?} instead of {after:?}");
            ensure!(
                page.count("[data-testid=receipt-surprise]").await? == 0,
                "a kept promise is called broken"
            );
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn what_another_tab_buys_is_told_at_once() -> anyhow::Result<()> {
    play("told-at-once", Setup::CALM, Look::PHONE, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        let before = ticket::enter(page, symbol, Side::Buy, "1").await?;
        trade_elsewhere(page, symbol).await?;
        // Nothing is done in this tab: the live connection tells it.
        page.shown("[data-testid=account-changed]").await?;
        page.reads("[data-testid=strip-cash]", "$9,000.00").await?;
        let after = ticket::preview(page).await?;
        ensure!(after.cash != before.cash, "{after:?}");
        Ok(())
    })
    .await
}

/// What a screen reader says of the order.
const ORDER_STATUS: &str =
    "return document.querySelector('[role=status][data-testid=order-status]').textContent";

/// Lets another tab buy for a thousand dollars while the next order is on its way.
const TRADE_ELSEWHERE_ON_THE_WAY: &str = "
    const send = window.fetch;
    window.fetch = async (input, init) => {
        const request = new Request(input, init);
        if (request.method !== 'POST' || !request.url.endsWith('/orders')) return send(request);
        window.fetch = send;
        const { symbol } = await request.clone().json();
        const order = { idempotency_key: 'elsewhere-0001', symbol, side: 'buy', size: { amount: '1000' } };
        const headers = { 'content-type': 'application/json' };
        await send('/api/v1/games/open/orders', { method: 'POST', headers, body: JSON.stringify(order) });
        return send(request);
    };
";

#[tokio::test]
async fn a_receipt_says_aloud_that_the_account_changed_on_the_way() -> anyhow::Result<()> {
    play(
        "changed-on-the-way",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let page = &stage.browser;
            let predicted = ticket::enter(page, symbol, Side::Buy, "1").await?;
            page.run::<()>(TRADE_ELSEWHERE_ON_THE_WAY, Vec::new())
                .await?;
            let done = ticket::submit(page).await?;
            ensure!(done.cash != predicted.cash, "nothing changed on the way");
            let said = page.text("[data-testid=receipt-surprise]").await?;
            ensure!(
                said.contains("Your account changed meanwhile")
                    && said.contains(&predicted.cash)
                    && said.contains(&done.cash),
                "{said}"
            );
            let aloud: String = page.run(ORDER_STATUS, Vec::new()).await?;
            ensure!(aloud.contains(&said), "{aloud}");
            Ok(())
        },
    )
    .await
}
