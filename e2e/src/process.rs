//! Programs that are started here: each with a log of its own, and none of them left running.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::until;

/// Lines of a log that are told when something fails.
const TAIL_LINES: usize = 60;

/// A program that runs until it is stopped or this is dropped, with all that it has started.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program; what it says is added to a log.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let file = append(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            // A group of its own, so that its children can be ended with it.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
        })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// The end of what it has said, for a failure.
    #[must_use]
    pub fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines
            .get(lines.len().saturating_sub(TAIL_LINES)..)
            .unwrap_or_default();
        format!("--- {} ---\n{}", self.name, tail.join("\n"))
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Kills it and all that it has started, without any warning.
    pub fn kill(&mut self) {
        // An error means that it is gone already.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .with_context(|| format!("cannot stop {}", self.name))?;
        crate::wait::until(&format!("{} stops", self.name), async || Ok(self.ended())).await
    }

    /// Waits until a server says at this address that it is ready.
    ///
    /// # Errors
    /// When it ends instead, or is never ready.
    pub async fn ready(&mut self, address: &str) -> anyhow::Result<()> {
        let client = reqwest::Client::new();
        let url = format!("{address}/health/ready");
        let waited = until("the server is ready", async || {
            if let Some(status) = self.ended() {
                return Ok(Some(Some(status)));
            }
            let answer = client.get(&url).send().await?;
            Ok(answer.status().is_success().then_some(None))
        })
        .await;
        match waited {
            Ok(None) => Ok(()),
            Ok(Some(status)) => bail!("the server ended with {status}\n{}", self.tail()),
            Err(error) => Err(error.context(self.tail())),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn append(log: &Path) -> anyhow::Result<File> {
    let mut file = OpenOptions::new().create(true).append(true).open(log)?;
    writeln!(file, "# started")?;
    Ok(file)
}

/// The processes that run a program with this value of a variable in their environment.
///
/// # Errors
/// When the list of processes cannot be read.
pub fn find(program: &Path, variable: &str, value: &Path) -> anyhow::Result<Vec<u32>> {
    let wanted = format!("{variable}={}", value.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let entry = entry?;
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // Processes come and go while they are listed.
        let Ok(running) = std::fs::read_link(entry.path().join("exe")) else {
            continue;
        };
        let Ok(environment) = std::fs::read(entry.path().join("environ")) else {
            continue;
        };
        if running == program
            && environment
                .split(|byte| *byte == 0)
                .any(|pair| pair == wanted.as_bytes())
        {
            found.push(id);
        }
    }
    Ok(found)
}

/// Kills one process without any warning.
///
/// # Errors
/// When it is not there or not ours.
pub fn kill(id: u32) -> anyhow::Result<()> {
    let id = Pid::from_raw(i32::try_from(id)?).context("no process has this id")?;
    Ok(kill_process(id, Signal::KILL)?)
}
