//! Every page, in both themes: it comes up without a complaint and everybody can use it.

use anyhow::{Context as _, ensure};
use domain::{Side, Symbol};
use e2e::browser::{Look, Theme};
use e2e::server::Setup;
use e2e::stage::{Stage, play};
use e2e::{accessibility, pages, ticket};

/// What can be pressed in principle, but where something else would be pressed instead.
const COVERED: &str = "
    const pressable = document.querySelectorAll('a[href], button, input, select, textarea, summary');
    const covered = [...pressable].filter((element) => {
        const target = element.closest('label') ?? element;
        if (!target.checkVisibility({ visibilityProperty: true })) return false;
        target.scrollIntoView({ block: 'center', inline: 'center' });
        const { left, top, width, height } = target.getClientRects()[0];
        const [x, y] = [left + width / 2, top + height / 2];
        // What is for screen readers only, or comes with the focus.
        if (width < 4 || height < 4 || x < 0 || y < 0 || x > innerWidth || y > innerHeight) return false;
        const hit = document.elementFromPoint(x, y);
        return !(target.contains(hit) || hit?.closest('label')?.contains(element));
    });
    scrollTo(0, 0);
    return covered.map((element) => element.outerHTML.slice(0, 160));
";

/// The code of a page takes a while longer than that of the module around it.
const SLOW_TO_COMPILE: &str = "
    const real = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (source, imports) => {
        const response = await source;
        if (!response.url.includes('/web_bg')) await new Promise((done) => setTimeout(done, 1500));
        return real.call(WebAssembly, response, imports);
    };
";

async fn look_at_all(stage: &Stage, symbol: Symbol) -> anyhow::Result<()> {
    let page = &stage.browser;
    let mut titles = Vec::new();
    for place in pages::all(symbol) {
        let looked = async {
            page.visit(&place.path).await?;
            let facts = "return [document.title, document.querySelectorAll('h1').length, document.querySelectorAll('main').length,
                document.documentElement.dataset.theme, document.documentElement.scrollWidth <= innerWidth]";
            let (title, headings, mains, theme, fits): (String, u32, u32, String, bool) =
                page.run(facts, Vec::new()).await?;
            ensure!(
                headings == 1 && mains == 1,
                "{headings} main headings and {mains} main parts"
            );
            ensure!(theme == "light" || theme == "dark", "the theme is {theme}");
            ensure!(fits, "the page is wider than the window");
            let covered: Vec<String> = page.run(COVERED, Vec::new()).await?;
            ensure!(covered.is_empty(), "something lies over {covered:#?}");
            accessibility::check(page).await?;
            stage.check_console().await?;
            anyhow::Ok(title)
        };
        let title = looked.await.with_context(|| place.path.clone())?;
        // What follows a question mark is another state of the same page.
        if !place.path.contains('?') {
            titles.push(title);
        }
    }
    let count = titles.len();
    titles.sort();
    titles.dedup();
    ensure!(titles.len() == count, "pages share a title: {titles:?}");
    Ok(())
}

/// As a visitor and as a player in one look, then as a player in another.
async fn look_around(stage: &mut Stage, other: Look) -> anyhow::Result<()> {
    // The page that does not exist is in the console as a failed request.
    stage.expect_complaint("404 (Not Found)");
    // And so is the operator's page to a player who is none.
    stage.expect_complaint("403 (Forbidden)");
    let symbol = stage.symbol().await?;
    look_at_all(stage, symbol).await.context("as a visitor")?;
    stage.play_as_guest().await?;
    ticket::trade(&stage.browser, symbol, Side::Buy, "3").await?;
    accessibility::check(&stage.browser)
        .await
        .context("the receipt")?;
    ticket::enter(&stage.browser, symbol, Side::Sell, "1").await?;
    accessibility::check(&stage.browser)
        .await
        .context("the ticket with a preview")?;
    look_at_all(stage, symbol).await.context("as a player")?;
    stage.browser.choose(other.theme).await?;
    stage.browser.resize(other.width, other.height).await?;
    look_at_all(stage, symbol)
        .await
        .context("as a player in the other look")
}

#[tokio::test]
async fn every_page_is_sound_light_and_large_then_dark_and_small() -> anyhow::Result<()> {
    play(
        "every-page-light",
        Setup::CALM,
        Look::DESKTOP,
        async |stage| look_around(stage, Look::PHONE).await,
    )
    .await
}

#[tokio::test]
async fn every_page_is_sound_dark_and_large_then_light_and_small() -> anyhow::Result<()> {
    let dark = Look {
        theme: Theme::Dark,
        ..Look::DESKTOP
    };
    let light = Look {
        theme: Theme::Light,
        ..Look::PHONE
    };
    play("every-page-dark", Setup::CALM, dark, async |stage| {
        look_around(stage, light).await
    })
    .await
}

/// Prices arrive while such a browser is still compiling the code of the page. They must not change
/// what it has not yet taken over.
#[tokio::test]
async fn a_slow_browser_takes_lively_pages_over() -> anyhow::Result<()> {
    play("slow", Setup::LIVELY, Look::DESKTOP, async |stage| {
        let symbol = stage.symbol().await?;
        stage.play_as_guest().await?;
        ticket::enter(&stage.browser, symbol, Side::Buy, "3").await?;
        ticket::submit(&stage.browser).await?;
        stage.browser.run_first(SLOW_TO_COMPILE).await?;
        for path in ["/portfolio", &format!("/instruments/{symbol}"), "/market"] {
            stage.browser.visit(path).await.context(path.to_owned())?;
            stage.check_console().await.context(path.to_owned())?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_does_not_exist_has_a_page_of_our_own() -> anyhow::Result<()> {
    play("not-found", Setup::CALM, Look::DESKTOP, async |stage| {
        stage.expect_complaint("404 (Not Found)");
        stage.expect_complaint("422 (Unprocessable");
        for (path, status) in [
            ("/no/such/page", 404),
            ("/instruments/NOSUCH", 404),
            ("/instruments/not-a-symbol!", 422),
        ] {
            let answer = reqwest::get(format!("{}{path}", stage.server.address())).await?;
            ensure!(
                answer.status().as_u16() == status,
                "{path} is answered {}",
                answer.status()
            );
            stage.browser.visit(path).await?;
            stage
                .browser
                .shown("[data-testid=not-found], [data-testid=error-view]")
                .await?;
            stage.browser.shown("main a[href='/market']").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_theme_is_kept() -> anyhow::Result<()> {
    play("theme", Setup::CALM, Look::DESKTOP, async |stage| {
        let page = &stage.browser;
        page.visit("/market").await?;
        page.click("[data-testid=theme-toggle]").await?;
        page.present("html[data-theme=dark]").await?;
        page.reload().await?;
        page.present("html[data-theme=dark]").await
    })
    .await
}
