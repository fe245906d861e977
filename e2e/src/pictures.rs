//! Pictures of the game: of every page to be looked at, and the one of the README.

use std::path::Path;

use anyhow::{Context as _, ensure};
use domain::api::{InstrumentRow, Page as ListPage};
use domain::{Side, Symbol};

use crate::browser::{Browser, Look, Theme};
use crate::server::{GameServer, Setup};
use crate::{pages, places, ticket};

/// How many instruments the player in the pictures has bought.
const HELD: usize = 4;
/// The README's picture is loaded by everyone who looks at the project.
const README_MAX_BYTES: u64 = 400_000;

/// Takes every page, light and dark, on a phone and on a large screen, for a visitor and for a
/// guest who has traded a little.
///
/// # Errors
/// When a page does not come up.
pub async fn screenshots(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let server = GameServer::start(Setup::LIVELY).await?;
    let browser = Browser::open(&server.address(), Look::DESKTOP).await?;
    let symbol = *symbols(&browser)
        .await?
        .first()
        .context("the market has no instruments")?;
    let visited = ["landing", "login", "register", "instrument", "portfolio"];
    let mut taken = take(&browser, folder, "visitor", symbol, |name| {
        visited.contains(&name)
    })
    .await?;
    trade_a_little(&browser).await?;
    taken += take(&browser, folder, "player", symbol, |_| true).await?;
    browser.close().await?;
    println!("{taken} pictures in {}", folder.display());
    Ok(())
}

async fn take(
    browser: &Browser,
    folder: &Path,
    who: &str,
    symbol: Symbol,
    wanted: impl Fn(&str) -> bool,
) -> anyhow::Result<u32> {
    let mut taken = 0;
    for theme in [Theme::Light, Theme::Dark] {
        browser.choose(theme).await?;
        for look in [Look::DESKTOP, Look::PHONE] {
            browser.resize(look.width, look.height).await?;
            for place in pages::all(symbol)
                .into_iter()
                .filter(|place| wanted(place.name))
            {
                browser.visit(&place.path).await?;
                settled(browser, place.name).await?;
                let file = format!("{}-{who}-{}-{}.png", place.name, theme.as_str(), look.width);
                browser.whole_page(look, &folder.join(file)).await?;
                taken += 1;
            }
        }
    }
    Ok(taken)
}

/// Takes the picture of the README: an instrument with an order in its ticket.
///
/// # Errors
/// When the page does not come up or the picture is too large.
pub async fn readme_picture() -> anyhow::Result<()> {
    let server = GameServer::start(Setup::CALM).await?;
    // High enough for the whole preview and its button.
    let look = Look {
        theme: Theme::Dark,
        width: 1280,
        height: 1140,
        scripts: true,
    };
    let browser = Browser::open(&server.address(), look).await?;
    trade_a_little(&browser).await?;
    let symbol = *symbols(&browser)
        .await?
        .first()
        .context("the market has no instruments")?;
    ticket::enter(&browser, symbol, Side::Buy, "2.5").await?;
    settled(&browser, "instrument").await?;
    browser
        .run::<()>(
            "window.scrollTo(0, 0); document.activeElement.blur()",
            Vec::new(),
        )
        .await?;
    let path = places::root().join("docs").join("screenshot.png");
    std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
    browser.driver().screenshot(&path).await?;
    browser.close().await?;
    let size = std::fs::metadata(&path)?.len();
    ensure!(
        size <= README_MAX_BYTES,
        "{} has {size} bytes, more than {README_MAX_BYTES}",
        path.display()
    );
    println!("{} ({} KB)", path.display(), size / 1_000);
    Ok(())
}

/// Waits for what a page draws after it has come up.
async fn settled(browser: &Browser, name: &str) -> anyhow::Result<()> {
    if name == "instrument" {
        browser.shown("[data-testid=chart] canvas").await?;
    }
    Ok(())
}

async fn trade_a_little(browser: &Browser) -> anyhow::Result<()> {
    browser.visit("/").await?;
    browser.click("[data-testid=play-guest]").await?;
    browser.arrives("/start").await?;
    browser.visit("/market").await?;
    for symbol in symbols(browser).await?.into_iter().step_by(3).take(HELD) {
        ticket::enter(browser, symbol, Side::Buy, "3").await?;
        ticket::submit(browser).await?;
    }
    Ok(())
}

async fn symbols(browser: &Browser) -> anyhow::Result<Vec<Symbol>> {
    if browser.driver().current_url().await?.scheme() != "http" {
        browser.visit("/").await?;
    }
    let page: ListPage<InstrumentRow> = browser
        .get("/api/v1/games/open/instruments?per_page=100")
        .await?;
    Ok(page.items.into_iter().map(|row| row.symbol).collect())
}
