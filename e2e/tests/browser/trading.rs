//! Buying and selling.

use anyhow::ensure;
use domain::Side;
use domain::api::SummaryView;
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::play;
use e2e::ticket;

#[tokio::test]
async fn a_guest_buys_sees_what_was_predicted_and_sells() -> anyhow::Result<()> {
    play(
        "guest-buys-and-sells",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let page = &stage.browser;
            let bought = ticket::trade(page, symbol, Side::Buy, "2.5").await?;
            ensure!(bought.shares == "2.5", "{bought:?}");
            page.reads("[data-testid=strip-cash]", &bought.cash).await?;

            page.reload().await?;
            page.reads("[data-testid=strip-cash]", &bought.cash).await?;
            page.reads("[data-testid=position-quantity]", "2.5 shares")
                .await?;

            let sold = ticket::trade(page, symbol, Side::Sell, "2.5").await?;
            ensure!(sold.shares == "0", "{sold:?}");
            page.gone("[data-testid=position]").await?;
            page.visit("/portfolio").await?;
            page.reads("[data-testid=cash]", &sold.cash).await?;
            ensure!(
                page.count("table.holdings").await? == 0,
                "a position without shares is shown"
            );
            page.visit("/activity").await?;
            ensure!(
                page.count(".entry").await? == 3,
                "opening, purchase and sale are three entries"
            );
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn several_trades_in_a_moving_market_add_up() -> anyhow::Result<()> {
    play(
        "moving-market",
        Setup::LIVELY,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let page = &stage.browser;
            for shares in ["1", "2", "3"] {
                ticket::enter(page, symbol, Side::Buy, shares).await?;
                ticket::submit(page).await?;
            }
            let last = ticket::receipt(page).await?;
            ensure!(last.shares == "6", "{last:?}");
            let summary: SummaryView = page.get("/api/v1/games/open/summary").await?;
            ensure!(
                summary.positions_held == 1 && summary.version == 4,
                "{summary:?}"
            );
            page.visit("/portfolio").await?;
            page.reads("[data-testid=cash]", &last.cash).await
        },
    )
    .await
}

#[tokio::test]
async fn prices_move_while_one_watches() -> anyhow::Result<()> {
    play("prices-move", Setup::LIVELY, Look::PHONE, async |stage| {
        let page = &stage.browser;
        page.visit("/market").await?;
        page.present("[data-testid=connection][data-state=live]")
            .await?;
        let prices = async || -> anyhow::Result<String> {
            page.run(
                "return document.querySelector('table').innerText",
                Vec::new(),
            )
            .await
        };
        let before = prices().await?;
        e2e::wait::until("a price has moved", async || {
            Ok((prices().await? != before).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn going_back_comes_out_where_the_list_was_left() -> anyhow::Result<()> {
    play(
        "back-to-the-list",
        Setup::CALM,
        Look::PHONE,
        async |stage| {
            stage.play_as_guest().await?;
            let page = &stage.browser;
            page.visit("/market?sort=name").await?;
            page.click("main tbody tr:nth-child(15) .row-link").await?;
            page.shown(".instrument").await?;
            page.driver().back().await?;
            page.shown("main .row-link").await?;
            e2e::wait::until("the list is where it was", async || {
                let top: f64 = page.run("return scrollY", Vec::new()).await?;
                Ok((top > 300.0).then_some(()))
            })
            .await
        },
    )
    .await
}

#[tokio::test]
async fn half_a_reason_survives_a_reload_and_not_a_trade() -> anyhow::Result<()> {
    play("half-a-reason", Setup::CALM, Look::PHONE, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        ticket::enter(page, symbol, Side::Buy, "1").await?;
        page.fill("#ticket-reason", "Their new").await?;
        page.reload().await?;
        let kept = async || -> anyhow::Result<String> {
            page.run(
                "return document.querySelector('#ticket-reason').value",
                Vec::new(),
            )
            .await
        };
        ensure!(kept().await? == "Their new", "{}", kept().await?);
        ticket::trade(page, symbol, Side::Buy, "1").await?;
        page.visit(&format!("/instruments/{symbol}")).await?;
        ensure!(kept().await?.is_empty(), "{}", kept().await?);
        Ok(())
    })
    .await
}

/// On a phone the button and what it does are in view while one types, also above its keyboard.
#[tokio::test]
async fn the_button_stays_in_view_while_one_types() -> anyhow::Result<()> {
    play("in-view", Setup::CALM, Look::PHONE, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        ticket::enter(page, symbol, Side::Buy, "1").await?;
        let in_view = "
            const size = document.querySelector('[data-testid=ticket-size]');
            size.blur();
            size.focus();
            const field = size.getBoundingClientRect();
            const bar = document.querySelector('[data-testid=ticket-bar]').getBoundingClientRect();
            return [bar.top >= 0 && bar.bottom <= innerHeight, field.bottom <= bar.top];
        ";
        for (width, height) in [(390, 844), (390, 500), (320, 480), (1280, 900)] {
            page.resize(width, height).await?;
            let (bar, field): (bool, bool) = page.run(in_view, Vec::new()).await?;
            ensure!(bar && field, "{width} × {height}: bar {bar}, field {field}");
        }
        Ok(())
    })
    .await
}

/// Takes every order to the server with an expected price that is a tenth too low, once.
const LOWER_THE_EXPECTED_PRICE_ONCE: &str = "
    const fetch = window.fetch;
    window.fetch = async (resource, options) => {
        const request = new Request(resource, options);
        if (request.method !== 'POST' || !request.url.endsWith('/orders')) return fetch(request);
        window.fetch = fetch;
        const order = JSON.parse(await request.clone().text());
        order.guard = { expected: (order.guard.expected * 0.9).toFixed(2), tolerance_bps: 0 };
        return fetch(new Request(request, { body: JSON.stringify(order) }));
    };
";

#[tokio::test]
async fn a_moved_price_is_offered_again() -> anyhow::Result<()> {
    play("price-moved", Setup::CALM, Look::DESKTOP, async |stage| {
        // The refused order is in the console as a failed request.
        stage.expect_complaint("409 (Conflict)");
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        let predicted = ticket::enter(page, symbol, Side::Buy, "1").await?;
        page.run::<()>(LOWER_THE_EXPECTED_PRICE_ONCE, Vec::new())
            .await?;
        page.click("[data-testid=ticket-submit]").await?;
        page.shown("[data-testid=price-moved]").await?;
        page.reads("[data-testid=strip-cash]", "$10,000.00").await?;
        page.click("[data-testid=price-moved] button.button-primary")
            .await?;
        let done = ticket::receipt(page).await?;
        ensure!(
            predicted.is_kept_by(&done),
            "{done:?} instead of {predicted:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_cannot_be_filled_is_said_before_it_is_sent() -> anyhow::Result<()> {
    play("foreseen", Setup::CALM, Look::PHONE, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        let page = &stage.browser;
        ticket::enter(page, symbol, Side::Buy, "1").await?;
        let check = async |size: &str| {
            page.fill("[data-testid=ticket-size]", size).await?;
            page.text("[data-testid=ticket-problem]").await?;
            page.shown("[data-testid=ticket-submit][aria-disabled=true]")
                .await
        };
        for size in ["1000000", "-1", "abc", "1.23456789", "99999999999999999999"] {
            check(size).await?;
        }
        page.click(".ticket label[data-value=sell]").await?;
        check("1").await?;
        Ok(())
    })
    .await
}
