//! Starts the desktop app.

// A window of its own is enough: no console beside it on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    desktop::run()
}
