//! Playing without a mouse.

use anyhow::ensure;
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::play;
use e2e::ticket;
use thirtyfour::Key;

#[tokio::test]
async fn from_landing_to_a_confirmed_trade_by_keyboard_alone() -> anyhow::Result<()> {
    play("keyboard", Setup::CALM, Look::DESKTOP, async |stage| {
        let page = &stage.browser;
        page.visit("/").await?;
        page.tab_to("a.skip-link", 1).await?;
        page.tab_to("[data-testid=play-guest]", 30).await?;
        page.press(Key::Enter).await?;
        page.arrives("/start").await?;
        page.tab_to("a[href='/market']", 20).await?;
        page.press(Key::Enter).await?;
        page.arrives("/market").await?;

        let symbol = stage.first_listed().await?;
        let row = format!("main a[href='/instruments/{symbol}']");
        page.shown(&row).await?;
        page.tab_to(&row, 60).await?;
        page.press(Key::Enter).await?;
        page.arrives(&format!("/instruments/{symbol}")).await?;

        page.shown("[data-testid=ticket-size]").await?;
        page.tab_to("[data-testid=ticket-size]", 60).await?;
        page.types("2").await?;
        let predicted = ticket::preview(page).await?;
        page.tab_to("[data-testid=ticket-submit]", 20).await?;
        page.press(Key::Enter).await?;
        let done = ticket::receipt(page).await?;
        ensure!(
            predicted.is_kept_by(&done),
            "{done:?} instead of {predicted:?}"
        );
        // The focus follows to the receipt, where a screen reader goes on reading.
        page.shown(".ticket-result:focus, .ticket-result:focus-within")
            .await?;
        Ok(())
    })
    .await
}
