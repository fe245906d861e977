//! Playing in a browser that runs no scripts.

use anyhow::ensure;
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::play;

#[tokio::test]
async fn a_guest_trades_through_plain_forms() -> anyhow::Result<()> {
    play("plain-forms", Setup::CALM, Look::PLAIN, async |stage| {
        let page = &stage.browser;
        page.visit("/").await?;
        page.click("[data-testid=play-guest]").await?;
        page.arrives("/start").await?;
        page.visit("/market").await?;
        let symbol = stage.first_listed().await?;
        let handle = page.text("[data-testid=player-handle]").await?;

        page.click(&format!("main a[href='/instruments/{symbol}']"))
            .await?;
        page.arrives(&format!("/instruments/{symbol}")).await?;
        page.fill("[data-testid=ticket-size]", "2").await?;
        page.click("[data-testid=ticket-submit]").await?;
        page.reads("[data-testid=receipt-shares]", "2 shares")
            .await?;
        let cash = page.text("[data-testid=receipt-cash]").await?;

        // Loading the page that followed the form again does not order again.
        page.reload().await?;
        page.reads("[data-testid=receipt-cash]", &cash).await?;
        page.visit("/portfolio").await?;
        page.reads("[data-testid=cash]", &cash).await?;
        page.reads("[data-testid=player-handle]", &handle).await?;
        ensure!(
            page.count(".holdings > tbody").await? == 1,
            "one purchase is one holding"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_market_is_sorted_by_links_and_knows_where_it_ends() -> anyhow::Result<()> {
    play("plain-sort", Setup::CALM, Look::PLAIN, async |stage| {
        let page = &stage.browser;
        page.visit("/market").await?;
        page.click(".sort-link[href='/market?sort=name']").await?;
        page.reads(".sort-link[aria-current=true]", "Name").await?;
        let first = page.text("main .row-link").await?;
        page.visit("/market?sort=name&page=2").await?;
        let second = page.text("main .row-link").await?;
        ensure!(
            first.to_lowercase() < second.to_lowercase(),
            "{first} before {second}"
        );
        page.visit("/market?page=999").await?;
        let said = page.text(".empty p").await?;
        ensure!(said.contains("pages"), "{said}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_plain_form_comes_back_with_what_is_wrong() -> anyhow::Result<()> {
    play(
        "plain-form-refused",
        Setup::CALM,
        Look::PLAIN,
        async |stage| {
            let symbol = stage.symbol().await?;
            let page = &stage.browser;
            page.visit("/login").await?;
            page.fill("input[name=login]", "nobody").await?;
            page.fill("input[name=password]", "not a password").await?;
            page.click("[data-testid=login-submit]").await?;
            page.shown("[data-testid=form-error]").await?;
            let typed = page.shown("input[name=login]").await?.value().await?;
            ensure!(
                typed.as_deref() == Some("nobody"),
                "what was typed is lost: {typed:?}"
            );

            page.visit("/").await?;
            page.click("[data-testid=play-guest]").await?;
            page.arrives("/start").await?;
            page.visit(&format!("/instruments/{symbol}")).await?;
            page.fill("[data-testid=ticket-size]", "1000000").await?;
            page.click("[data-testid=ticket-submit]").await?;
            page.shown("[data-testid=order-refused]").await?;
            page.visit("/portfolio").await?;
            page.reads("[data-testid=cash]", "$10,000.00").await
        },
    )
    .await
}

#[tokio::test]
async fn a_player_registers_and_logs_out_through_plain_forms() -> anyhow::Result<()> {
    play("plain-register", Setup::CALM, Look::PLAIN, async |stage| {
        let page = &stage.browser;
        page.visit("/register").await?;
        page.fill("input[name=email]", "plain@example.org").await?;
        page.fill("input[name=handle]", "plain").await?;
        page.fill("input[name=password]", "three plain words")
            .await?;
        page.click("[data-testid=register-submit]").await?;
        page.arrives("/start").await?;
        page.reads("[data-testid=player-handle]", "plain").await?;
        page.visit("/profile").await?;
        page.click("[data-testid=logout]").await?;
        page.gone("[data-testid=player-handle]").await
    })
    .await
}
