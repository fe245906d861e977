//! The commands available to the launcher page. Errors are messages for the user, in the launcher's language.

use tauri::{State, Url, WebviewWindow};
use web::language::{Language, Texts};

use crate::shell::Shell;
use crate::{address, probe};

/// Starts the game inside this program and shows it.
#[tauri::command]
pub(crate) async fn play_offline(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    language: String,
) -> Result<(), String> {
    let texts = texts_in(&shell, &language);
    let page = shell.start().await.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "cannot play offline");
        texts.said(&format!("The game cannot start: {error:#}."))
    })?;
    show(&window, &shell, page, texts)
}

/// Shows the game of the server at an address, if there is one, and remembers it.
#[tauri::command]
pub(crate) async fn connect(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    address: String,
    language: String,
) -> Result<(), String> {
    let texts = texts_in(&shell, &language);
    let server = address::parse(&address).map_err(|error| texts.said(&error.to_string()))?;
    probe::is_there(&server)
        .await
        .map_err(|error| texts.said(&error.to_string()))?;
    shell.remember(|settings| settings.address = Some(server.to_string()));
    show(&window, &shell, server, texts)?;
    // Nobody is playing on it now; playing offline starts it again.
    shell.stop().await;
    Ok(())
}

/// The address that was last connected to.
#[tauri::command]
pub(crate) async fn last_address(shell: State<'_, Shell>) -> Result<Option<String>, String> {
    Ok(shell.settings().address)
}

/// The texts of the launcher's language, which the menu of the next start is in.
fn texts_in(shell: &Shell, tag: &str) -> Texts {
    let language = Language::from_tag(tag).unwrap_or_default();
    let known = Some(language.tag().to_owned());
    if shell.settings().language != known {
        shell.remember(|settings| settings.language = known);
    }
    language.texts()
}

fn show(window: &WebviewWindow, shell: &Shell, page: Url, texts: Texts) -> Result<(), String> {
    shell.chosen.set(page.clone());
    window
        .navigate(page)
        .map_err(|error| texts.said(&format!("The window cannot show the game: {error}.")))
}
