//! The embedded server: the whole game on this computer, reachable only from this window.

use std::fs::{File, TryLockError};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use server::config::{ClockConfig, Config, JobsConfig, LimitConfig, SessionConfig};
use tauri::Url;
use tauri::async_runtime::{self, JoinHandle};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::probe;

/// Cookies ignore ports: this name keeps them apart from those of a development server on this
/// computer.
const COOKIE: &str = "tickerquest-desktop";
/// How long the server may take to finish work in progress. Anything it has confirmed is already on
/// disk, so giving up loses nothing.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for another window to release the folder, and how often to check.
const LOCK_WAIT: Duration = Duration::from_secs(3);
const LOCK_POLL: Duration = Duration::from_millis(50);

/// The running server.
#[derive(Debug)]
pub(crate) struct Embedded {
    address: Url,
    token: String,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<anyhow::Result<()>>,
    /// Held while the server runs: two servers must not write to the same database.
    _lock: File,
}

impl Embedded {
    /// Starts the server on a folder and waits until it is ready; on the preferred port if free,
    /// otherwise on any.
    pub async fn start(folder: &Path, wanted_port: Option<u16>) -> anyhow::Result<Self> {
        let lock = lock(folder).await?;
        let listener = listen(wanted_port).await?;
        let port = listener.local_addr()?.port();
        let address = Url::parse(&format!("http://127.0.0.1:{port}/"))?;
        let token = launch_token();
        let (shutdown, stopped) = oneshot::channel();
        let serving = server::serve(config(folder, port, &token), listener, async {
            // A dropped sender means the same: nobody is left to show the game to.
            let _ = stopped.await;
        });
        let mut embedded = Self {
            task: async_runtime::spawn(serving),
            address,
            token,
            shutdown,
            _lock: lock,
        };
        embedded.until_ready().await?;
        Ok(embedded)
    }

    async fn until_ready(&mut self) -> anyhow::Result<()> {
        let launch_page = self.launch_page()?;
        tokio::select! {
            ready = probe::until_ready(&launch_page) => ready,
            ended = &mut self.task => match ended {
                Ok(Ok(())) => bail!("the game ended before it was ready"),
                Ok(Err(error)) => Err(error.context("the game could not start")),
                Err(error) => Err(anyhow!(error).context("the game failed while starting")),
            },
        }
    }

    /// Whether it is still serving.
    pub fn is_running(&self) -> bool {
        !self.task.inner().is_finished()
    }

    /// Where it listens.
    pub fn port(&self) -> Option<u16> {
        self.address.port()
    }

    /// The page that admits only this window: it carries the token of this run.
    pub fn launch_page(&self) -> anyhow::Result<Url> {
        let mut page = self.address.join("/launch")?;
        page.query_pairs_mut().append_pair("token", &self.token);
        Ok(page)
    }

    /// Lets it finish work in progress, then stops it.
    pub async fn stop(self) {
        // An error means that it has already ended.
        let _ = self.shutdown.send(());
        match timeout(STOP_TIMEOUT, self.task).await {
            Ok(Ok(Ok(()))) => tracing::info!("the game has stopped"),
            Ok(Ok(Err(error))) => {
                tracing::error!(error = format!("{error:#}"), "the game ended with an error")
            }
            Ok(Err(error)) => tracing::error!(%error, "the game failed"),
            Err(_) => tracing::warn!("the game did not stop in time"),
        }
    }
}

/// A window that was just closed, or has crashed, may take a moment to release the folder.
async fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("desktop.lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let until = Instant::now() + LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => sleep(LOCK_POLL).await,
            Err(TryLockError::WouldBlock) => bail!("the game is already open in another window"),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
    }
}

async fn listen(wanted_port: Option<u16>) -> anyhow::Result<TcpListener> {
    if let Some(port) = wanted_port {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => tracing::info!(port, %error, "the port of last time is taken"),
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("no port is free on this computer")
}

/// 256 random bits, new at every start.
fn launch_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

fn config(folder: &Path, port: u16, token: &str) -> Config {
    Config {
        data_dir: folder.to_owned(),
        session: SessionConfig {
            cookie_name: COOKIE.into(),
            launch_token: Some(token.to_owned()),
            allowed_hosts: vec![format!("127.0.0.1:{port}")],
            ..SessionConfig::default()
        },
        limits: LimitConfig {
            // There is one person in one window; the limits are for protecting a shared server.
            requests_per_minute: 6_000,
            request_burst: 1_000,
            ..LimitConfig::default()
        },
        // Its player may be away for any length of time, and there is nobody else to protect.
        clock: ClockConfig {
            ahead_max_days: 0,
            ..ClockConfig::default()
        },
        // Only this window can open the files that say where results go.
        sends_offline_results: true,
        // Nobody else creates guests here.
        jobs: JobsConfig {
            idle_guests_kept_days: 0,
            ..JobsConfig::default()
        },
        ..Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launch_token_is_long_and_new_each_time() {
        let token = launch_token();
        assert_eq!(token.len(), 64);
        assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(token, launch_token());
    }

    #[tokio::test]
    async fn a_folder_is_played_in_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).await.unwrap();
        let refused = lock(folder.path()).await.unwrap_err();
        assert!(refused.to_string().contains("already open"));
        let (second, ()) = tokio::join!(lock(folder.path()), async {
            sleep(LOCK_POLL).await;
            drop(first);
        });
        second.unwrap();
    }

    #[tokio::test]
    async fn a_taken_port_is_replaced_by_another() {
        let first = listen(None).await.unwrap();
        let port = first.local_addr().unwrap().port();
        let second = listen(Some(port)).await.unwrap();
        assert_ne!(second.local_addr().unwrap().port(), port);
        assert!(second.local_addr().unwrap().ip().is_loopback());
        drop(first);
        assert_eq!(
            listen(Some(port))
                .await
                .unwrap()
                .local_addr()
                .unwrap()
                .port(),
            port
        );
    }

    #[test]
    fn only_this_window_is_let_in() {
        let config = config(Path::new("folder"), 4000, "secret");
        assert_eq!(config.session.launch_token.as_deref(), Some("secret"));
        assert_eq!(config.session.allowed_hosts, ["127.0.0.1:4000"]);
        assert_ne!(
            config.session.cookie_name,
            SessionConfig::default().cookie_name
        );
    }
}
