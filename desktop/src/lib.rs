//! The desktop app: a window that shows a launcher, and then the pages of the server chosen there:
//! either the embedded one or one at an address.

mod address;
mod commands;
mod embedded;
mod probe;
mod settings;
mod shell;
mod window;

use std::path::PathBuf;

use anyhow::Context as _;
use tauri::{App, Manager as _, RunEvent};
use tracing_subscriber::EnvFilter;

use crate::shell::Shell;

/// Overrides the user's data folder.
const DATA_VARIABLE: &str = "TICKERQUEST_DATA";

/// Runs the app until its window is closed.
///
/// # Errors
/// When the window cannot be opened or the data folder cannot be used.
pub fn run() -> anyhow::Result<()> {
    server::keep_files_private();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    probe::choose_cryptography()?;

    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            commands::play_offline,
            commands::connect,
            commands::last_address
        ])
        .on_menu_event(|app, event| window::on_menu(app, event.id().as_ref()))
        .setup(|app| Ok(open(app)?))
        .build(tauri::generate_context!())
        .context("cannot start the window system")?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            tauri::async_runtime::block_on(app.state::<Shell>().stop());
        }
    });
    Ok(())
}

fn open(app: &App) -> anyhow::Result<()> {
    let folder = data_folder(app)?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let shell = Shell::new(folder);
    window::open(app, &shell)?;
    app.manage(shell);
    Ok(())
}

fn data_folder(app: &App) -> anyhow::Result<PathBuf> {
    match std::env::var_os(DATA_VARIABLE) {
        Some(folder) if !folder.is_empty() => Ok(PathBuf::from(folder)),
        _ => app
            .path()
            .app_data_dir()
            .context("this user has no data folder"),
    }
}
