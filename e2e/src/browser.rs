//! Headless Chromium with an empty profile.

use std::ops::Deref;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::page::Page;
use crate::process::Process;
use crate::wait::until;

/// No sandbox, because tests run as root in containers; nothing that phones home or moves.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",
    "--hide-scrollbars",
];

/// Narrower than this, it is a phone: scroll bars lie over the page instead of beside it.
const PHONES_BELOW: u32 = 600;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As the page's cookie has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What the browser is like.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The theme that the player has chosen.
    pub theme: Theme,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Whether pages may run scripts.
    pub scripts: bool,
}

impl Look {
    /// A large screen.
    pub const DESKTOP: Self = Self {
        theme: Theme::Light,
        width: 1440,
        height: 1000,
        scripts: true,
    };
    /// A phone, in the dark.
    pub const PHONE: Self = Self {
        theme: Theme::Dark,
        width: 390,
        height: 844,
        scripts: true,
    };
    /// Scripts are turned off.
    pub const PLAIN: Self = Self {
        scripts: false,
        ..Self::DESKTOP
    };
}

/// A browser that runs until it is closed or this is dropped.
#[derive(Debug)]
pub struct Browser {
    page: Page,
    http: reqwest::Client,
    driver_address: String,
    process: Process,
    _profile: TempDir,
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Browser {
    /// Opens a browser for the server at an address.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open(address: &str, look: Look) -> anyhow::Result<Self> {
        let profile = tempfile::tempdir()?;
        let (process, driver_address) = chromedriver(&profile.path().join("driver.log")).await?;
        let opened = WebDriver::new(&driver_address, capabilities(profile.path(), look)?).await;
        let driver = opened.with_context(|| process.tail())?;
        let page = Page::new(driver, address.to_owned(), look.scripts);
        let browser = Self {
            page,
            http: reqwest::Client::new(),
            driver_address,
            process,
            _profile: profile,
        };
        browser.resize(look.width, look.height).await?;
        browser.choose(look.theme).await?;
        Ok(browser)
    }

    /// Gives the page another size.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < PHONES_BELOW});
        self.command("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Runs a script before those of each page that is loaded from now on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn run_first(&self, script: &str) -> anyhow::Result<()> {
        let name = "Page.addScriptToEvaluateOnNewDocument";
        self.command(name, json!({"source": script})).await?;
        Ok(())
    }

    /// Chooses a theme; pages that are loaded from now on have it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn choose(&self, theme: Theme) -> anyhow::Result<()> {
        let cookie = json!({"name": "theme", "value": theme.as_str(), "url": self.page.address()});
        self.command("Network.setCookie", cookie).await?;
        Ok(())
    }

    /// A picture of the page in a look's size, and as far down as it goes.
    ///
    /// # Errors
    /// When the browser gives none.
    pub async fn whole_page(&self, look: Look, path: &Path) -> anyhow::Result<()> {
        let height: u32 = self
            .page
            .run("return document.documentElement.scrollHeight", Vec::new())
            .await?;
        self.resize(look.width, height.max(look.height)).await?;
        self.page.driver().screenshot(path).await?;
        self.resize(look.width, look.height).await
    }

    /// What the browser's console has said since it was last asked, as far as it is a complaint.
    ///
    /// # Errors
    /// When the browser does not say.
    pub async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = self.page.driver().browser_log().await?;
        let complaint = |entry: &thirtyfour::BrowserLogEntry| {
            matches!(entry.level.as_str(), "SEVERE" | "WARNING")
        };
        Ok(log
            .into_iter()
            .filter(complaint)
            .map(|entry| format!("{}: {}", entry.level, entry.message))
            .collect())
    }

    /// The end of the driver's log, for a failure.
    #[must_use]
    pub fn tail(&self) -> String {
        self.process.tail()
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it does not close by itself. It is gone all the same.
    pub async fn close(self) -> anyhow::Result<()> {
        Ok(self.page.driver().clone().quit().await?)
    }

    /// Sends a command of Chromium's own protocol.
    async fn command(&self, name: &str, parameters: Value) -> anyhow::Result<Value> {
        let session = self.page.driver().session_id().to_string();
        let address = format!("{}/session/{session}/goog/cdp/execute", self.driver_address);
        let answer = self
            .http
            .post(address)
            .json(&json!({"cmd": name, "params": parameters}))
            .send()
            .await?;
        let (status, body) = (answer.status(), answer.json::<Value>().await?);
        ensure!(status.is_success(), "{name}: {body}");
        Ok(body)
    }
}

/// Starts the driver; it chooses a free port itself and says which.
async fn chromedriver(log: &Path) -> anyhow::Result<(Process, String)> {
    let mut command = Command::new("chromedriver");
    let mut process = Process::start("chromedriver", command.arg("--port=0"), log)?;
    let port = until("chromedriver says its port", async || {
        if let Some(status) = process.ended() {
            anyhow::bail!("it ended with {status}: {}", process.tail());
        }
        Ok(process
            .log()
            .split("successfully on port ")
            .nth(1)
            .and_then(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                // Without the full stop behind it the number may not be all there yet.
                rest[digits.len()..].starts_with('.').then_some(digits)
            }))
    })
    .await?;
    Ok((process, format!("http://127.0.0.1:{port}")))
}

fn capabilities(profile: &Path, look: Look) -> anyhow::Result<thirtyfour::Capabilities> {
    let mut flags: Vec<String> = FLAGS.map(str::to_owned).into();
    flags.push(format!(
        "--user-data-dir={}",
        profile.join("profile").display()
    ));
    flags.push(format!("--window-size={},{}", look.width, look.height));
    let mut options = json!({"args": flags});
    if !look.scripts {
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
    }
    let mut capabilities = thirtyfour::Capabilities::new();
    capabilities.set("browserName", "chrome")?;
    capabilities.set("goog:chromeOptions", options)?;
    capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
    Ok(capabilities)
}
