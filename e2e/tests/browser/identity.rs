//! Registering, logging in and out, and the guest who stays.

use anyhow::ensure;
use domain::Side;
use e2e::browser::Look;
use e2e::page::Page;
use e2e::server::Setup;
use e2e::stage::play;
use e2e::ticket;

const PASSWORD: &str = "three plain words";

async fn register(page: &Page, handle: &str) -> anyhow::Result<()> {
    page.visit("/register?next=%2Fmarket").await?;
    page.fill("input[name=email]", &format!("{handle}@example.org"))
        .await?;
    page.fill("input[name=handle]", handle).await?;
    page.fill("input[name=password]", PASSWORD).await?;
    page.click("[data-testid=register-submit]").await?;
    page.arrives("/market").await?;
    page.reads("[data-testid=player-handle]", handle).await
}

async fn log_out(page: &Page) -> anyhow::Result<()> {
    page.visit("/profile").await?;
    page.click("[data-testid=logout]").await?;
    page.gone("[data-testid=player-handle]").await?;
    page.runs().await
}

async fn log_in(page: &Page, login: &str, password: &str) -> anyhow::Result<()> {
    page.visit("/login").await?;
    page.fill("input[name=login]", login).await?;
    page.fill("input[name=password]", password).await?;
    page.click("[data-testid=login-submit]").await
}

#[tokio::test]
async fn a_player_registers_and_logs_in_by_either_name() -> anyhow::Result<()> {
    play(
        "register-and-log-in",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            let page = &stage.browser;
            register(page, "Ada_L").await?;
            let bought = ticket::trade(page, symbol, Side::Buy, "4").await?;
            log_out(page).await?;
            page.visit("/portfolio").await?;
            page.shown("[data-testid=invitation]").await?;

            log_in(page, "Ada_L", "another password").await?;
            page.shown("[data-testid=form-error]").await?;
            for login in ["ada_l", "ADA_L@example.org"] {
                log_in(page, login, PASSWORD).await?;
                page.arrives("/dashboard").await?;
                page.reads("[data-testid=player-handle]", "Ada_L").await?;
                page.reads("[data-testid=strip-cash]", &bought.cash).await?;
                log_out(page).await?;
            }
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_guest_who_registers_keeps_everything() -> anyhow::Result<()> {
    play(
        "guest-registers",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| {
            let symbol = stage.symbol().await?;
            stage.play_as_guest().await?;
            let page = &stage.browser;
            let bought = ticket::trade(page, symbol, Side::Buy, "2").await?;
            register(page, "grace-h").await?;
            page.visit(&format!("/instruments/{symbol}")).await?;
            page.reads("[data-testid=position-quantity]", "2 shares")
                .await?;
            log_out(page).await?;
            log_in(page, "grace-h", PASSWORD).await?;
            page.arrives("/dashboard").await?;
            page.visit("/portfolio").await?;
            page.reads("[data-testid=cash]", &bought.cash).await
        },
    )
    .await
}

#[tokio::test]
async fn a_taken_name_is_said_at_its_field() -> anyhow::Result<()> {
    play("taken-name", Setup::CALM, Look::DESKTOP, async |stage| {
        let page = &stage.browser;
        register(page, "Linus").await?;
        log_out(page).await?;
        page.visit("/register").await?;
        page.fill("input[name=email]", "another@example.org")
            .await?;
        page.fill("input[name=handle]", "LINUS").await?;
        page.fill("input[name=password]", PASSWORD).await?;
        page.click("[data-testid=register-submit]").await?;
        page.shown("input[name=handle][aria-invalid=true]").await?;
        ensure!(
            page.path().await? == "/register",
            "a taken name is not refused"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_daily_bonus_is_collected_once() -> anyhow::Result<()> {
    play("daily-bonus", Setup::CALM, Look::DESKTOP, async |stage| {
        stage.play_as_guest().await?;
        let page = &stage.browser;
        page.visit("/profile").await?;
        page.click("[data-testid=daily-bonus]").await?;
        page.gone("[data-testid=daily-bonus]").await?;
        page.shown("[data-testid=profile-xp][data-value='50']")
            .await?;
        page.reload().await?;
        page.shown("[data-testid=profile-xp][data-value='50']")
            .await?;
        ensure!(
            page.count("[data-testid=daily-bonus]").await? == 0,
            "the bonus is offered twice"
        );
        Ok(())
    })
    .await
}
