//! The accessibility check of axe-core, on the page as it stands.

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::page::Page;
use crate::places;

/// Every rule of WCAG 2.2 up to AA, and what is good practice besides.
const CHECK: &str = "
    const done = arguments[0];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: tags, resultTypes: ['violations'] })
        .then((result) => done(result.violations.map((rule) => ({
            id: rule.id,
            help: rule.help,
            places: rule.nodes.map((node) => node.target.join(' ') + ': ' + node.failureSummary),
        }))))
        .catch((error) => done([{ id: 'axe', help: String(error), places: [] }]));
";

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    places: Vec<String>,
}

/// Checks the page.
///
/// # Errors
/// Everything on it that somebody could not use.
pub async fn check(page: &Page) -> anyhow::Result<()> {
    let path = places::root().join("node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "{} is missing; get it with: npm ci --ignore-scripts",
            path.display()
        )
    })?;
    page.driver().execute(axe, Vec::new()).await?;
    let violations: Vec<Violation> = page.run_async(CHECK, Vec::new()).await?;
    let told: Vec<_> = violations
        .iter()
        .map(|violation| {
            format!(
                "{} ({}):\n  {}",
                violation.help,
                violation.id,
                violation.places.join("\n  ")
            )
        })
        .collect();
    ensure!(told.is_empty(), "not accessible:\n{}", told.join("\n"));
    Ok(())
}
