//! Narrow windows, large letters, and the bar on top: nothing is cut off and nothing lies over anything.

use anyhow::{Context as _, ensure};
use domain::{Side, Symbol};
use e2e::browser::Look;
use e2e::server::Setup;
use e2e::stage::{Stage, play};
use e2e::ticket;

/// As a player does who has set letters to twice their size.
const LARGE_LETTERS: &str = "document.documentElement.style.fontSize = '200%'";
/// Whether the page is as wide as its window, and what of it sticks out.
const FITS: &str = "
    const fits = document.documentElement.scrollWidth <= innerWidth;
    const wide = fits ? [] : [...document.querySelectorAll('main *')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100));
    return [fits, wide.slice(0, 5)];
";
/// The height between the button that trades and the tabs below it; below zero the tabs lie over it.
const ROOM_BELOW_BUTTON: &str = "
    const bottom = (css) => document.querySelector(css).getBoundingClientRect();
    return bottom('.tabs').top - bottom('.ticket-bar [data-testid=ticket-submit]').bottom;
";
/// As a player does who has chosen the skin.
const LARGE_SKIN: &str = "document.documentElement.dataset.skin = 'plain'";
/// The rows of the tabs, the height of the lowest one, and whether a word sticks out of its tab.
const TABS: &str = "
    const tabs = [...document.querySelectorAll('.tabs a')].filter((tab) => tab.offsetParent);
    const boxes = tabs.map((tab) => tab.getBoundingClientRect());
    const rows = new Set(boxes.map((box) => box.top)).size;
    const cut = tabs.some((tab) => tab.scrollWidth > tab.clientWidth);
    return [rows, Math.min(...boxes.map((box) => box.height)), cut];
";
const SEARCH_WIDTH: &str = "return document.querySelector('#search').getBoundingClientRect().width";
const BAR_HEIGHT: &str = "return document.querySelector('.topbar').getBoundingClientRect().height";

async fn fits(stage: &Stage, path: &str, large: bool) -> anyhow::Result<()> {
    let page = &stage.browser;
    page.visit(path).await?;
    if large {
        page.run::<()>(LARGE_LETTERS, Vec::new()).await?;
    }
    let (fits, wide): (bool, Vec<String>) = page.run(FITS, Vec::new()).await?;
    ensure!(fits, "the page is wider than the window: {wide:#?}");
    Ok(())
}

async fn look(stage: &Stage, symbol: Symbol, large: bool) -> anyhow::Result<()> {
    let page = &stage.browser;
    for path in ["/portfolio", "/profile"] {
        fits(stage, path, large).await.context(path)?;
    }
    fits(stage, "/market", large).await.context("/market")?;
    let width: f64 = page.run(SEARCH_WIDTH, Vec::new()).await?;
    ensure!(width > 90.0, "there is no room to search: {width} pixels");
    let path = format!("/instruments/{symbol}");
    fits(stage, &path, large).await.context(path)?;
    let room: f64 = page.run(ROOM_BELOW_BUTTON, Vec::new()).await?;
    ensure!(room >= 0.0, "the tabs lie {room} pixels over the button");
    Ok(())
}

#[tokio::test]
async fn a_narrow_window_and_large_letters_cut_nothing_off() -> anyhow::Result<()> {
    play("narrow", Setup::CALM, Look::PHONE, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        ticket::trade(&stage.browser, symbol, Side::Buy, "2.5").await?;
        look(stage, symbol, true)
            .await
            .context("at 390 pixels with large letters")?;
        stage.browser.resize(320, 844).await?;
        look(stage, symbol, false).await.context("at 320 pixels")
    })
    .await
}

#[tokio::test]
async fn the_tabs_are_one_row_on_every_phone_also_in_the_large_skin() -> anyhow::Result<()> {
    play("one-row-of-tabs", Setup::CALM, Look::PHONE, async |stage| {
        stage.play_as_guest().await?;
        let page = &stage.browser;
        for width in [320, 360, 400] {
            page.resize(width, 844).await?;
            page.visit("/market").await?;
            page.run::<()>(LARGE_SKIN, Vec::new()).await?;
            let (rows, height, cut): (u32, f64, bool) = page.run(TABS, Vec::new()).await?;
            ensure!(rows == 1, "{rows} rows at {width}");
            ensure!(height >= 44.0, "targets of {height} pixels at {width}");
            ensure!(!cut, "a word is cut off at {width}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_bar_on_top_is_one_row_on_every_desktop() -> anyhow::Result<()> {
    play("one-row", Setup::CALM, Look::DESKTOP, async |stage| {
        stage.play_as_guest().await?;
        let page = &stage.browser;
        for width in [768, 800, 1024, 1152, 1200, 1280, 1440] {
            page.resize(width, 900).await?;
            let height: f64 = page.run(BAR_HEIGHT, Vec::new()).await?;
            ensure!(height < 80.0, "{height} pixels high at {width}");
        }
        Ok(())
    })
    .await
}
