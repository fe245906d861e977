//! Scenarios by name: those of the library, and those that players imported.

use domain::PlayerId;
use domain::scenario::{Scenario, library};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::ImportedScenario;

/// The scenario of a name in addresses: of the library, or imported.
///
/// # Errors
/// Those of the store.
pub async fn find(app: &App, id: &str) -> Result<Option<Scenario>> {
    if let Some(listed) = library().iter().find(|listed| listed.id == id) {
        return Ok(Some(listed.scenario.clone()));
    }
    let imported = app.store.find_scenario(id).await?;
    imported.map(|imported| read(&imported.content)).transpose()
}

/// Reads a scenario that the database holds.
///
/// # Errors
/// When it cannot be read.
pub fn read(content: &str) -> Result<Scenario> {
    serde_json::from_str(content)
        .map_err(|error| Error::internal(format_args!("a scenario: {error}")))
}

/// Keeps a scenario for whoever has its address; its name, which follows from what it says.
///
/// # Errors
/// Those of the store.
pub async fn import(app: &App, author: PlayerId, scenario: &Scenario) -> Result<String> {
    let content = serde_json::to_string(scenario).map_err(Error::internal)?;
    let hash = Sha256::digest(content.as_bytes());
    let imported = ImportedScenario {
        id: format!("s-{}", hex::encode(&hash[..8])),
        author,
        content,
        created_at: app.clock.now(),
    };
    app.store.store_scenario(&imported).await?;
    Ok(imported.id)
}
