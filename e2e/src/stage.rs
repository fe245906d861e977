//! A server and a browser for one test, and what is left behind when it fails.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{anyhow, ensure};
use domain::Symbol;
use domain::api::{InstrumentRow, Page as ListPage};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::browser::{Browser, Look};
use crate::places;
use crate::server::{GameServer, Setup};

/// Browsers that run at once, however many cores there are.
static BROWSERS: Semaphore = Semaphore::const_new(2);
/// After this long a test is given up.
const TEST_TIMEOUT: Duration = Duration::from_secs(480);

/// What a test plays on.
#[derive(Debug)]
pub struct Stage {
    /// The server.
    pub server: GameServer,
    /// The browser.
    pub browser: Browser,
    expected: Vec<&'static str>,
}

impl Stage {
    /// A complaint of the console that belongs to the test, such as that of a refused request.
    pub fn expect_complaint(&mut self, part: &'static str) {
        self.expected.push(part);
    }

    /// The first instrument of the market.
    ///
    /// # Errors
    /// When there is none.
    pub async fn symbol(&self) -> anyhow::Result<Symbol> {
        let address = format!(
            "{}/api/v1/games/open/instruments?per_page=1",
            self.server.address()
        );
        let page: ListPage<InstrumentRow> = reqwest::get(address).await?.json().await?;
        page.items
            .first()
            .map(|row| row.symbol)
            .ok_or_else(|| anyhow!("the market has no instruments"))
    }

    /// The instrument in the first row of the market's list, once that page is open.
    ///
    /// # Errors
    /// When the list does not come up.
    pub async fn first_listed(&self) -> anyhow::Result<Symbol> {
        let row = self.browser.shown("main .row-link").await?;
        let href = row.attr("href").await?.unwrap_or_default();
        let symbol = href.rsplit('/').next().unwrap_or_default();
        symbol
            .parse()
            .map_err(|error| anyhow!("{href} is no instrument: {error}"))
    }

    /// Starts to play as a guest, from the landing page.
    ///
    /// # Errors
    /// When the market does not come up.
    pub async fn play_as_guest(&self) -> anyhow::Result<()> {
        self.browser.visit("/").await?;
        self.browser.click("[data-testid=play-guest]").await?;
        self.browser.arrives("/start").await?;
        self.browser.visit("/market").await?;
        // On a phone the name is there for screen readers only, or not to be seen at all.
        self.browser.present("[data-testid=player-handle]").await
    }

    /// Checks that the console has not complained since it was last checked.
    ///
    /// # Errors
    /// Its complaints.
    pub async fn check_console(&self) -> anyhow::Result<()> {
        let mut complaints = self.browser.complaints().await?;
        complaints.retain(|complaint| !self.expected.iter().any(|part| complaint.contains(part)));
        ensure!(
            complaints.is_empty(),
            "the console complains:\n{}",
            complaints.join("\n")
        );
        Ok(())
    }

    async fn leave_behind(&self, name: &str, error: &anyhow::Error) -> anyhow::Result<()> {
        let folder = places::artifacts()?;
        let mut report = format!("{name}: {error:?}\n\n");
        writeln!(report, "at {:?}", self.browser.driver().current_url().await)?;
        for complaint in self.browser.complaints().await.unwrap_or_default() {
            writeln!(report, "{complaint}")?;
        }
        writeln!(report, "{}\n{}", self.server.tail(), self.browser.tail())?;
        std::fs::write(folder.join(format!("{name}.txt")), report)?;
        std::fs::write(
            folder.join(format!("{name}.html")),
            self.browser.driver().source().await?,
        )?;
        self.browser
            .driver()
            .screenshot(&folder.join(format!("{name}.png")))
            .await?;
        Ok(())
    }
}

/// Sets the stage, plays a script on it, and checks at the end that the console is silent. When
/// anything fails, a picture, the page and the logs are in `target/e2e`.
///
/// # Errors
/// What failed.
pub async fn play(
    name: &str,
    setup: Setup,
    look: Look,
    script: impl AsyncFnOnce(&mut Stage) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let _turn = BROWSERS.acquire().await?;
    let server = GameServer::start(setup).await?;
    let browser = Browser::open(&server.address(), look).await?;
    // Without scripts, what a page fetches ahead for them is not used.
    let expected = if look.scripts {
        Vec::new()
    } else {
        vec!["preloaded using link preload but not used"]
    };
    let mut stage = Stage {
        server,
        browser,
        expected,
    };
    let played = async {
        script(&mut stage).await?;
        stage.check_console().await
    };
    let result = timeout(TEST_TIMEOUT, played)
        .await
        .unwrap_or_else(|_| Err(anyhow!("the test did not end")));
    if let Err(error) = &result
        && let Err(also) = stage.leave_behind(name, error).await
    {
        eprintln!("{name}: nothing is left behind to look at: {also:#}");
    }
    let closed = stage.browser.close().await;
    result.and(closed)
}
