//! What a run leaves behind: a table for people, JSON for programs.

use std::path::Path;

use serde::Serialize;

/// Writes both into a folder, each in a file with the name of the run.
///
/// # Errors
/// When they cannot be written.
pub fn write(folder: &Path, name: &str, table: &str, found: &impl Serialize) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(format!("{name}.txt")), table)?;
    let mut json = serde_json::to_string_pretty(found)?;
    json.push('\n');
    std::fs::write(folder.join(format!("{name}.json")), json)?;
    Ok(())
}
