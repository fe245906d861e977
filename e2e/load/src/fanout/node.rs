//! A program of Node that does the same with its package `ws`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use e2e::places;
use e2e::process::Process;
use serde_json::Value;

use crate::usage::Usage;

const SCRIPT: &str = "e2e/load/js/fanout.mjs";
const PACKAGE: &str = "node_modules/ws/package.json";

/// A running program of Node.
#[derive(Debug)]
pub struct NodeServer {
    process: Process,
    address: SocketAddr,
    name: String,
}

impl NodeServer {
    /// Starts it with the message that it sends, and a folder for its files.
    ///
    /// # Errors
    /// When Node or the package is missing, or it does not start.
    pub async fn start(folder: &Path, message: &[u8]) -> anyhow::Result<Self> {
        let name = name()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, places::free_port()?));
        let file = folder.join("message.json");
        std::fs::write(&file, message)?;
        let mut command = Command::new("node");
        command
            .arg(places::root().join(SCRIPT))
            .arg(address.port().to_string())
            .arg(&file)
            .env("NODE_ENV", "production");
        let mut process = Process::start("node", &mut command, &folder.join("node.log"))?;
        process.ready(&format!("http://{address}")).await?;
        Ok(Self {
            process,
            address,
            name,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// With the versions of both.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it uses.
    ///
    /// # Errors
    /// When it is gone; with the end of its log.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.process.id()).with_context(|| self.process.tail())
    }
}

fn name() -> anyhow::Result<String> {
    let output = Command::new("node")
        .arg("--version")
        .output()
        .context("Node is missing: scripts/setup.sh node installs it")?;
    ensure!(output.status.success(), "node: {}", output.status);
    let node = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let package = std::fs::read(places::root().join(PACKAGE));
    let package =
        package.context("the package ws is missing: scripts/setup.sh node installs it")?;
    let package: Value = serde_json::from_slice(&package)?;
    let version = package["version"].as_str().unwrap_or_default();
    Ok(format!("ws {version}, Node {node}"))
}
