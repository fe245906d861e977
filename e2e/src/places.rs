//! Where things are: programs that were built before, files of the project, what is left behind.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

/// The project's folder.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The server's binary: `TICKERQUEST_BIN`, or the one that was built beside this program.
///
/// # Errors
/// When it has not been built.
pub fn server_program() -> anyhow::Result<PathBuf> {
    let program = match std::env::var_os("TICKERQUEST_BIN") {
        Some(program) => PathBuf::from(program),
        None => built("tickerquest")?,
    };
    ensure!(
        program.is_file(),
        "{} is missing; build it with: cargo build --package server --bin tickerquest",
        program.display()
    );
    Ok(program)
}

/// A command of the server's binary in a folder, without the settings of whoever runs this: neither a
/// file nor variables.
///
/// # Errors
/// When the binary has not been built.
pub fn server_command(folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(server_program()?);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let is_setting = |name: &str| name.starts_with("TICKERQUEST_") || name == "DATABASE_URL";
        if name.to_str().is_some_and(is_setting) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// The desktop app's binary, built beside this program.
///
/// # Errors
/// When it has not been built.
pub fn desktop_program() -> anyhow::Result<PathBuf> {
    let program = built("tickerquest-desktop")?;
    ensure!(
        program.is_file(),
        "{} is missing; build it with: cargo build --package desktop",
        program.display()
    );
    Ok(program)
}

/// The program of the runs in a browser, built beside this one.
///
/// # Errors
/// When it has not been built.
pub fn browser_program() -> anyhow::Result<PathBuf> {
    let program = built("e2e")?;
    ensure!(
        program.is_file(),
        "{} is missing; build it with: cargo build --package e2e",
        program.display()
    );
    Ok(program)
}

fn built(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("a program is in a folder")?;
    // Tests are one folder further down than programs.
    let folder = if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    Ok(folder.join(name))
}

/// The folder for what a failed test leaves behind.
///
/// # Errors
/// When it cannot be made.
pub fn artifacts() -> anyhow::Result<PathBuf> {
    let folder = root().join("target").join("e2e");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A port that nobody listens on now. Whoever is given it may still find it taken a moment later.
///
/// # Errors
/// When none is free.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
