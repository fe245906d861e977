//! The commands available to the launcher page. Errors are messages for the user.

use tauri::{State, Url, WebviewWindow};

use crate::shell::Shell;
use crate::{address, probe};

/// Starts the game inside this program and shows it.
#[tauri::command]
pub(crate) async fn play_offline(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Result<(), String> {
    let page = shell.start().await.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "cannot play offline");
        format!("The game cannot start: {error:#}.")
    })?;
    show(&window, &shell, page)
}

/// Shows the game of the server at an address, if there is one, and remembers it.
#[tauri::command]
pub(crate) async fn connect(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    address: String,
) -> Result<(), String> {
    let server = address::parse(&address).map_err(|error| error.to_string())?;
    probe::is_there(&server)
        .await
        .map_err(|error| error.to_string())?;
    shell.remember(|settings| settings.address = Some(server.to_string()));
    show(&window, &shell, server)?;
    // Nobody is playing on it now; playing offline starts it again.
    shell.stop().await;
    Ok(())
}

/// The address that was last connected to.
#[tauri::command]
pub(crate) async fn last_address(shell: State<'_, Shell>) -> Result<Option<String>, String> {
    Ok(shell.settings().address)
}

fn show(window: &WebviewWindow, shell: &Shell, page: Url) -> Result<(), String> {
    shell.chosen.set(page.clone());
    window
        .navigate(page)
        .map_err(|error| format!("The window cannot show the game: {error}."))
}
