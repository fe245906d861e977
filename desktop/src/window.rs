//! The one window, its guards and its menu.

use anyhow::Context as _;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder};
use tauri::webview::{DownloadEvent, NewWindowResponse, PermissionResponse, WebviewWindowBuilder};
use tauri::{App, AppHandle, Manager as _, WebviewUrl};
use web::language::MenuWords;

use crate::address;
use crate::shell::Shell;

/// The window's name, which the launcher's capability also uses.
const MAIN: &str = "main";
const TO_START: &str = "to-start";
const RELOAD: &str = "reload";
const QUIT: &str = "quit";

/// Opens the window with the launcher. It shows only the launcher and the chosen server: no other
/// site, no second window, no download, no camera.
pub(crate) fn open(app: &App, shell: &Shell) -> anyhow::Result<()> {
    let chosen = shell.chosen.clone();
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Tickerquest")
        .inner_size(1280.0, 860.0)
        .min_inner_size(380.0, 480.0)
        .data_directory(shell.folder.join("window"))
        .menu(menu(app, shell.settings().language().menu_words())?)
        .on_navigation(move |url| {
            let allowed = address::may_show(url, chosen.get().as_ref());
            if !allowed {
                tracing::info!(
                    scheme = url.scheme(),
                    host = url.host_str(),
                    "the window stays where it is"
                );
            }
            allowed
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, event| !matches!(event, DownloadEvent::Requested { .. }))
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .build()
        .context("cannot open the window")?;
    Ok(())
}

fn menu(app: &App, words: MenuWords) -> tauri::Result<Menu<tauri::Wry>> {
    let to_start = MenuItemBuilder::with_id(TO_START, words.start_page)
        .accelerator("CmdOrCtrl+Shift+Home")
        .build(app)?;
    let reload = MenuItemBuilder::with_id(RELOAD, words.reload)
        .accelerator("CmdOrCtrl+R")
        .build(app)?;
    let quit = MenuItemBuilder::with_id(QUIT, words.quit)
        .accelerator("CmdOrCtrl+Q")
        .build(app)?;
    let game = SubmenuBuilder::new(app, words.game)
        .items(&[&to_start, &reload])
        .separator()
        .item(&quit)
        .build()?;
    MenuBuilder::new(app).item(&game).build()
}

/// Handles a menu choice.
pub(crate) fn on_menu(app: &AppHandle, item: &str) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let done = match item {
        TO_START => address::launcher()
            .map_err(anyhow::Error::from)
            .and_then(|page| Ok(window.navigate(page)?)),
        RELOAD => window.reload().map_err(anyhow::Error::from),
        QUIT => window.close().map_err(anyhow::Error::from),
        _ => Ok(()),
    };
    if let Err(error) = done {
        tracing::warn!(item, %error, "the menu could not do it");
    }
}
