//! Asks an address whether a Tickerquest server answers there.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, StatusCode, redirect};
use tauri::Url;
use tokio::time::{sleep, timeout};

/// How long a remote server may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the embedded server may take to be ready: its first start generates years of price
/// history.
const READY_TIMEOUT: Duration = Duration::from_secs(120);
const READY_PAUSE: Duration = Duration::from_millis(50);

/// Chooses the process-wide cryptography library, before any client is created.
pub(crate) fn choose_cryptography() -> anyhow::Result<()> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow!("another cryptography library has been chosen before"))
}

/// Checks that a server answers at an address; the error message is for the person who typed it.
pub(crate) async fn is_there(address: &Url) -> anyhow::Result<()> {
    let client = Client::builder()
        .timeout(ANSWER_TIMEOUT)
        .redirect(redirect::Policy::none())
        .build()?;
    let answer = match client.get(address.join("/health/live")?).send().await {
        Ok(answer) => answer,
        Err(error) if error.is_timeout() => bail!("{address} does not answer."),
        Err(error) => {
            tracing::info!(%address, error = format!("{error:#}"), source = ?std::error::Error::source(&error), "no connection");
            bail!("{address} cannot be reached. Check the address and your connection.")
        }
    };
    if answer.status().is_redirection() {
        let location = answer
            .headers()
            .get(LOCATION)
            .and_then(|value| value.to_str().ok());
        bail!(
            "{address} sends visitors on to {}. Use that address.",
            location.unwrap_or("another address")
        );
    }
    if answer.status() != StatusCode::OK {
        bail!(
            "There is no Tickerquest server at {address}: it answers {}.",
            answer.status().as_u16()
        );
    }
    Ok(())
}

/// Waits until the embedded server is ready. It answers no request, including this one, without the
/// pass that the launch page hands out.
pub(crate) async fn until_ready(launch_page: &Url) -> anyhow::Result<()> {
    let client = Client::builder()
        .timeout(READY_TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .build()?;
    // The listener is bound before the server starts, so this waits instead of failing.
    let launched = client
        .get(launch_page.clone())
        .send()
        .await
        .context("the game does not answer")?;
    let cookie = launched
        .headers()
        .get(SET_COOKIE)
        .and_then(|value| value.to_str().ok());
    let pass = cookie
        .and_then(|cookie| cookie.split(';').next())
        .context("the game does not let its own window in")?;
    let ready = client
        .get(launch_page.join("/health/ready")?)
        .header(COOKIE, pass);
    let asking = async {
        while !ready
            .try_clone()
            .context("a question without a body can be repeated")?
            .send()
            .await?
            .status()
            .is_success()
        {
            sleep(READY_PAUSE).await;
        }
        Ok(())
    };
    timeout(READY_TIMEOUT, asking)
        .await
        .context("the game did not become ready in time")?
}
