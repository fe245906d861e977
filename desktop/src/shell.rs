//! The program's state while it runs: its folder, the chosen server, the embedded server.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tauri::Url;

use crate::embedded::Embedded;
use crate::settings::Settings;

/// The server whose pages the window may show, shared with the guard on navigation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen(Arc<Mutex<Option<Url>>>);

impl Chosen {
    /// Chooses a server, replacing the previous one.
    pub fn set(&self, url: Url) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(url);
    }

    /// The chosen server.
    pub fn get(&self) -> Option<Url> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The state of the program.
#[derive(Debug)]
pub(crate) struct Shell {
    /// The user's data folder.
    pub folder: PathBuf,
    /// The server whose pages the window may show.
    pub chosen: Chosen,
    /// The embedded server, while it runs. The holder of the lock starts or stops it.
    embedded: tokio::sync::Mutex<Option<Embedded>>,
    settings: Mutex<Settings>,
}

impl Shell {
    /// The initial state.
    pub fn new(folder: PathBuf) -> Self {
        let settings = Mutex::new(Settings::read(&folder));
        Self {
            folder,
            chosen: Chosen::default(),
            embedded: tokio::sync::Mutex::default(),
            settings,
        }
    }

    /// The remembered settings.
    pub fn settings(&self) -> Settings {
        self.settings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the remembered settings. A full disk is worth reporting, but no reason to stop
    /// playing.
    pub fn remember(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings);
        if let Err(error) = settings.write(&self.folder) {
            tracing::warn!(%error, "cannot write the settings");
        }
    }

    /// Starts the embedded server unless it is running; returns the page that opens it.
    pub async fn start(&self) -> anyhow::Result<Url> {
        let mut embedded = self.embedded.lock().await;
        if let Some(running) = embedded.as_ref().filter(|embedded| embedded.is_running()) {
            return running.launch_page();
        }
        // Dropped first: it holds the lock on the folder.
        *embedded = None;
        let started = Embedded::start(&self.folder, self.settings().port).await?;
        self.remember(|settings| settings.port = started.port());
        embedded.insert(started).launch_page()
    }

    /// Stops the embedded server if it is running.
    pub async fn stop(&self) {
        if let Some(embedded) = self.embedded.lock().await.take() {
            embedded.stop().await;
        }
    }
}
