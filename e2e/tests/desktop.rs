//! The desktop app in its real window.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context as _, ensure};
use domain::api::{InstrumentRow, Page as ListPage};
use domain::{Side, Symbol};
use e2e::desktop_app::DesktopApp;
use e2e::page::Page;
use e2e::server::{GameServer, Setup};
use e2e::{places, ticket};
use reqwest::StatusCode;
use tokio::sync::Mutex;

/// One window at a time.
static WINDOW: Mutex<()> = Mutex::const_new(());

/// What the page has loaded, and how far it has come.
const LOADED: &str = "return [location.href, document.readyState, document.documentElement.dataset.hydrated,
    ...performance.getEntriesByType('resource').map((e) => e.name + ' ' + Math.round(e.responseEnd))]";

/// Runs a script with an app; what it and its driver have said is told when it fails.
async fn with_app(
    name: &str,
    data: &Path,
    script: impl AsyncFnOnce(&DesktopApp) -> anyhow::Result<()>,
) -> anyhow::Result<DesktopApp> {
    let app = DesktopApp::open(data).await?;
    if let Err(error) = script(&app).await {
        let picture = places::artifacts()?.join(format!("desktop-{name}.png"));
        // The failure counts, not that of its picture.
        let _ = app.driver().screenshot(&picture).await;
        let told = format!(
            "{}\n{:?}",
            app.tail(),
            app.run::<serde_json::Value>(LOADED, Vec::new()).await
        );
        let _ = app.kill().await;
        return Err(error.context(told));
    }
    Ok(app)
}

async fn play_offline(app: &DesktopApp) -> anyhow::Result<Page> {
    app.click("[data-testid=play-offline]").await?;
    app.game().await
}

async fn first_symbol(page: &Page) -> anyhow::Result<Symbol> {
    let list: ListPage<InstrumentRow> = page
        .get("/api/v1/games/open/instruments?per_page=1")
        .await?;
    Ok(list
        .items
        .first()
        .context("the market has no instruments")?
        .symbol)
}

#[tokio::test]
async fn a_guest_plays_offline_is_cut_off_and_finds_everything_again() -> anyhow::Result<()> {
    let _turn = WINDOW.lock().await;
    let data = tempfile::tempdir()?;
    let mut before = None;
    let app = with_app("first", data.path(), async |app| {
        let page = play_offline(app).await?;
        // Straight into the game: nothing is asked.
        page.arrives("/market").await?;
        let handle = page.text("[data-testid=player-handle]").await?;
        let symbol = first_symbol(&page).await?;
        ticket::enter(&page, symbol, Side::Buy, "2").await?;
        let bought = ticket::submit(&page).await?;
        ensure!(bought.shares == "2", "{bought:?}");
        before = Some((page.address().to_owned(), handle, symbol, bought.cash));
        Ok(())
    })
    .await?;
    app.kill().await?;

    let (address, handle, symbol, cash) = before.context("the first part was played")?;
    let app = with_app("second", data.path(), async |app| {
        let page = play_offline(app).await?;
        ensure!(
            page.address() == address,
            "the game has moved from {address} to {}",
            page.address()
        );
        page.reads("[data-testid=player-handle]", &handle).await?;
        page.visit("/portfolio").await?;
        page.reads("[data-testid=cash]", &cash).await?;
        page.visit(&format!("/instruments/{symbol}")).await?;
        page.reads("[data-testid=position-quantity]", "2 shares")
            .await
    })
    .await?;
    app.close().await
}

#[tokio::test]
async fn only_the_window_is_let_in_and_it_stays_inside() -> anyhow::Result<()> {
    let _turn = WINDOW.lock().await;
    let data = tempfile::tempdir()?;
    let app = with_app("guards", data.path(), async |app| {
        let page = play_offline(app).await?;
        others_are_kept_out(page.address()).await?;
        pages_reach_no_commands(&page).await?;
        the_window_goes_nowhere_else(&page).await
    })
    .await?;
    app.close().await
}

async fn others_are_kept_out(address: &str) -> anyhow::Result<()> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    for path in [
        "/",
        "/market",
        "/launch?token=guessed",
        "/health/live",
        "/api/v1/games/open",
        "/assets/x",
    ] {
        let answer = client.get(format!("{address}{path}")).send().await?;
        ensure!(
            answer.status() == StatusCode::FORBIDDEN,
            "{path} is answered {}",
            answer.status()
        );
        ensure!(
            answer.headers().get("set-cookie").is_none(),
            "{path} gives a cookie away"
        );
    }
    let answer = client
        .get(address)
        .header("host", "game.example.org")
        .send()
        .await?;
    ensure!(
        answer.status() == StatusCode::FORBIDDEN,
        "a foreign name is answered {}",
        answer.status()
    );
    Ok(())
}

async fn pages_reach_no_commands(page: &Page) -> anyhow::Result<()> {
    const INVOKE: &str = "
        const [name, done] = arguments;
        const inside = window.__TAURI_INTERNALS__;
        if (!inside) return done('no commands here');
        inside.invoke(name).then(() => done('done'), (error) => done('refused: ' + error));
    ";
    for command in [
        "last_address",
        "play_offline",
        "plugin:window|close",
        "plugin:app|version",
    ] {
        let answer: String = page.run_async(INVOKE, vec![command.into()]).await?;
        ensure!(answer != "done", "a page of a server may call {command}");
    }
    Ok(())
}

async fn the_window_goes_nowhere_else(page: &Page) -> anyhow::Result<()> {
    let elsewhere = TcpListener::bind(("127.0.0.1", 0))?;
    elsewhere.set_nonblocking(true)?;
    let address = format!("http://{}/", elsewhere.local_addr()?);
    page.run::<()>(
        "window.open(arguments[0]); location.href = arguments[0]",
        vec![address.into()],
    )
    .await?;
    // Going on inside works, and by then the way out has been tried.
    page.visit("/activity").await?;
    ensure!(
        elsewhere.accept().is_err(),
        "the window has gone to another server"
    );
    ensure!(
        page.driver().windows().await?.len() == 1,
        "a second window has opened"
    );
    Ok(())
}

#[tokio::test]
async fn a_server_is_connected_to_and_remembered() -> anyhow::Result<()> {
    let _turn = WINDOW.lock().await;
    let data = tempfile::tempdir()?;
    let server = GameServer::start(Setup::CALM).await?;
    let app = with_app("connect", data.path(), async |app| {
        let nowhere = format!("http://127.0.0.1:{}", places::free_port()?);
        app.fill("input[name=address]", &nowhere).await?;
        app.click("[data-testid=connect]").await?;
        app.shown("[data-testid=launcher-error]").await?;
        app.fill("input[name=address]", &server.address()).await?;
        app.click("[data-testid=connect]").await?;
        let page = app.game().await?;
        ensure!(
            page.address() == server.address(),
            "the window shows {}",
            page.address()
        );
        page.click("[data-testid=play-guest]").await?;
        page.arrives("/start").await
    })
    .await?;
    app.close().await?;
    let app = with_app("remembered", data.path(), async |app| {
        e2e::wait::until("the address is remembered", async || {
            let typed = app
                .shown("input[name=address]")
                .await?
                .value()
                .await?
                .unwrap_or_default();
            Ok(typed.starts_with(&server.address()).then_some(()))
        })
        .await
    })
    .await?;
    app.close().await
}
