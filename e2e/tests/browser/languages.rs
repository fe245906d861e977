//! Pages in another language, which the browser takes over without a complaint.

use anyhow::ensure;
use domain::Side;
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::play;
use e2e::ticket;

#[tokio::test]
async fn a_guest_trades_in_german() -> anyhow::Result<()> {
    play(
        "trades-in-german",
        Setup::CALM,
        Look::PHONE,
        async |stage| {
            stage.play_as_guest().await?;
            let page = &stage.browser;
            page.run::<()>(
                "document.cookie = 'language=de; path=/'; return null",
                Vec::new(),
            )
            .await?;
            page.visit("/market").await?;
            page.reads("h1", "Markt").await?;
            let symbol = stage.first_listed().await?;
            // From page to page within the browser: what only the server renders comes along.
            page.click(&format!("a[href='/instruments/{symbol}']"))
                .await?;
            page.arrives(&format!("/instruments/{symbol}")).await?;
            page.reads("#figures-title", "Kennzahlen").await?;
            page.reads("#compare-title", "Mit einem anderen vergleichen")
                .await?;
            ticket::enter(page, symbol, Side::Buy, "2,5").await?;
            page.shown("[data-testid=preview-cash-after]").await?;
            let button = page.text("[data-testid=ticket-submit]").await?;
            ensure!(button == "2,5 Aktien kaufen", "{button}");
            page.click("[data-testid=ticket-submit]").await?;
            page.shown("[data-testid=receipt]").await?;
            let price = page.text("[data-testid=receipt-price]").await?;
            ensure!(price.ends_with('$') && price.contains(','), "{price}");
            page.visit("/portfolio").await?;
            page.reads("#holdings-title", "Was du hast").await
        },
    )
    .await
}
