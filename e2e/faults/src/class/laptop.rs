//! The teacher's laptop: the built program with `class`, as a teacher starts it, in a folder of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use e2e::places;
use e2e::process::Process;
use e2e::server::verify;
use e2e::usage::Usage;
use e2e::wait::until;
use tempfile::TempDir;
use tokio::time::Instant;

/// The program, until it is stopped or this is dropped.
#[derive(Debug)]
pub struct Laptop {
    process: Process,
    address: SocketAddr,
    shown: Shown,
    began: Instant,
    ready_after: Duration,
    shown_after: Duration,
    folder: TempDir,
}

/// What the class reads off the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Six letters.
    pub code: String,
    /// The game's name in addresses.
    pub game: String,
}

impl Shown {
    /// None before all of it is on the screen.
    fn read(screen: &str) -> Option<Self> {
        let line = |start: &str| screen.lines().find_map(|line| line.strip_prefix(start));
        let code = line("Pupils open ")?.split_whitespace().next_back()?;
        let (_, game) = line("and then ")?.trim_end().split_once("/games/")?;
        Some(Self {
            code: code.to_owned(),
            game: game.strip_suffix("/host")?.to_owned(),
        })
    }
}

impl Laptop {
    /// Starts the program and waits until the class can come in.
    ///
    /// # Errors
    /// When it does not get so far; with the end of its log.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, places::free_port()?));
        let mut command = command(folder.path())?;
        command
            .arg("class")
            .arg("--port")
            .arg(address.port().to_string())
            .arg("--address")
            .arg(address.ip().to_string());
        let log = folder.path().join("class.log");
        let began = Instant::now();
        let mut process = Process::start("tickerquest class", &mut command, &log)?;
        process.ready(&format!("http://{address}")).await?;
        let ready_after = began.elapsed();
        let shown = until("the code is shown", async || {
            Ok(Shown::read(&process.log()))
        });
        let shown = shown.await.with_context(|| process.tail())?;
        Ok(Self {
            process,
            address,
            shown,
            began,
            ready_after,
            shown_after: began.elapsed(),
            folder,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the class reads off the screen.
    #[must_use]
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// When the program was started.
    #[must_use]
    pub fn began(&self) -> Instant {
        self.began
    }

    /// How long it then took to be ready, and to show the code.
    #[must_use]
    pub fn readiness(&self) -> (Duration, Duration) {
        (self.ready_after, self.shown_after)
    }

    /// What it uses.
    ///
    /// # Errors
    /// When it is gone; with the end of its log.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.process.id()).with_context(|| self.process.tail())
    }

    /// The end of its log.
    #[must_use]
    pub fn tail(&self) -> String {
        self.process.tail()
    }

    /// Stops it as an operator does, then checks its whole ledger; what the check says.
    ///
    /// # Errors
    /// When it does not stop cleanly, or the check finds anything wrong.
    pub async fn stop_and_verify(&mut self) -> anyhow::Result<String> {
        let status = self.process.stop().await?;
        ensure!(
            status.success(),
            "the program stopped with {status}\n{}",
            self.process.tail()
        );
        verify(command(self.folder.path())?).await
    }
}

/// With no setting but the folder.
fn command(folder: &Path) -> anyhow::Result<Command> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data)?;
    let mut command = places::server_command(folder)?;
    command.env("TICKERQUEST_DATA_DIR", data);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_says_how_to_come_in_once_all_of_it_is_there() {
        let screen = "{\"level\":\"INFO\"}\n\nPupils open  http://127.0.0.1:8080/join  and type  KXTRWA\nor scan the code above.\n\nYou host it:  http://127.0.0.1:8080/login  with the handle  Fox-12  and the recovery words  a b c d\nand then      http://127.0.0.1:8080/games/our-class-1/host\n";
        let shown = Shown {
            code: "KXTRWA".into(),
            game: "our-class-1".into(),
        };
        assert_eq!(Shown::read(screen), Some(shown));
        let (half, _) = screen.split_once("/host").unwrap();
        assert_eq!(Shown::read(half), None);
    }
}
