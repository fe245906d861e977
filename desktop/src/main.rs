//! Starts the desktop app.

// Do not open a console beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> anyhow::Result<()> {
    desktop::run()
}
