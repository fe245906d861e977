//! The desktop app's own window, driven through WebKit's driver.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow, ensure};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::page::Page;
use crate::wait::until;
use crate::{places, process};
use process::Process;

/// A screen: the one there is, or one of Xvfb's.
#[derive(Debug)]
struct Screen {
    name: String,
    _xvfb: Option<(Process, TempDir)>,
}

impl Screen {
    async fn open() -> anyhow::Result<Self> {
        if let Some(name) = std::env::var("DISPLAY")
            .ok()
            .filter(|name| !name.is_empty())
        {
            return Ok(Self { name, _xvfb: None });
        }
        let folder = tempfile::tempdir()?;
        let mut command = Command::new("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1400x1000x24",
            "-nolisten",
            "tcp",
            // Without it, it starts anew when the last window closes, and the next cannot open.
            "-noreset",
        ]);
        let xvfb = Process::start("Xvfb", &mut command, &folder.path().join("xvfb.log"))?;
        // It writes the number of the screen that it has made.
        let number = until("Xvfb is ready", async || {
            Ok(xvfb.log().lines().find_map(|line| line.parse::<u32>().ok()))
        })
        .await?;
        Ok(Self {
            name: format!(":{number}"),
            _xvfb: Some((xvfb, folder)),
        })
    }
}

/// The running app.
#[derive(Debug)]
pub struct DesktopApp {
    page: Page,
    process: Process,
    data: PathBuf,
    program: PathBuf,
    _logs: TempDir,
    /// Gone last, after everything that draws on it.
    _screen: Screen,
}

impl Deref for DesktopApp {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl DesktopApp {
    /// Opens the app on a data folder.
    ///
    /// # Errors
    /// When its window does not open.
    pub async fn open(data: &Path) -> anyhow::Result<Self> {
        let screen = Screen::open().await?;
        let program = places::desktop_program()?;
        let logs = tempfile::tempdir()?;
        let port = places::free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("DISPLAY", &screen.name)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("TICKERQUEST_DATA", data);
        let mut process = Process::start(
            "WebKitWebDriver",
            &mut command,
            &logs.path().join("driver.log"),
        )?;
        let address = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::new();
        until("WebKit's driver is ready", async || {
            if let Some(status) = process.ended() {
                return Err(anyhow!("it ended with {status}"));
            }
            Ok(client
                .get(format!("{address}/status"))
                .send()
                .await?
                .status()
                .is_success()
                .then_some(()))
        })
        .await
        .with_context(|| process.tail())?;
        let mut capabilities = thirtyfour::Capabilities::new();
        capabilities.set(
            "webkitgtk:browserOptions",
            json!({"binary": program, "args": []}),
        )?;
        let driver = WebDriver::new(&address, capabilities)
            .await
            .with_context(|| process.tail())?;
        let page = Page::new(driver, String::new(), true);
        Ok(Self {
            page,
            process,
            data: data.to_owned(),
            program,
            _logs: logs,
            _screen: screen,
        })
    }

    /// Waits until the window shows pages of a server; the page there, and the server's address.
    ///
    /// # Errors
    /// When it never does.
    pub async fn game(&self) -> anyhow::Result<Page> {
        let origin = until("the window shows the game", async || {
            let url = self.page.driver().current_url().await?;
            Ok((url.scheme() == "http").then(|| url.origin().ascii_serialization()))
        })
        .await?;
        let page = Page::new(self.page.driver().clone(), origin, true);
        page.runs().await?;
        Ok(page)
    }

    /// Kills the app without any warning, as a power cut would.
    ///
    /// # Errors
    /// When there is not exactly one app of this folder.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        let running = process::find(&self.program, "TICKERQUEST_DATA", &self.data)?;
        ensure!(running.len() == 1, "the app runs as {running:?}");
        for id in running {
            process::kill(id)?;
        }
        // The session is gone with the app; asking the driver to end it only waits for nobody.
        let _ = self.page.driver().clone().leak();
        self.process.kill();
        Ok(())
    }

    /// Closes the window and waits until the app has ended.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn close(self) -> anyhow::Result<()> {
        self.page.driver().clone().quit().await?;
        until("the app has ended", async || {
            let running = process::find(&self.program, "TICKERQUEST_DATA", &self.data)?;
            Ok(running.is_empty().then_some(()))
        })
        .await
    }

    /// What the app and its driver have said.
    #[must_use]
    pub fn tail(&self) -> String {
        self.process.tail()
    }
}
