//! How long the page takes that checks a receipt in the reader's own browser.

use anyhow::{bail, ensure};
use tokio::signal::unix::{SignalKind, signal};

use crate::browser::{Browser, Look};
use crate::wait::until;

/// Notes how many milliseconds after the navigation the last check was there to be seen: the second frame begins
/// when the one with the checks has been drawn.
const WATCH: &str = "
    new MutationObserver((_, observer) => {
        if (!document.querySelector('[data-proof][data-checked]')) return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => { window.shownAfter = performance.now(); }));
    }).observe(document, { attributes: true, childList: true, subtree: true });
";
const SCRIPT: &str = "return document.querySelector('[data-proof]')?.dataset.script ?? ''";
const FOUND: &str = "
    return [window.shownAfter ?? null, document.querySelector('[data-proof]')?.dataset.checked ?? null];
";

/// Visits a page of proof a few times and prints the milliseconds of each visit. The first one finds nothing in the
/// browser's cache.
///
/// # Errors
/// When the browser, the page or what the page finds is not as it should be.
pub async fn measure(address: &str, path: &str, times: usize) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    // The browser goes with the work.
    let took = tokio::select! {
        took = visit(address, path, times) => took?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    };
    println!("{}", serde_json::to_string(&took)?);
    Ok(())
}

async fn visit(address: &str, path: &str, times: usize) -> anyhow::Result<Vec<f64>> {
    let browser = Browser::open(address, Look::DESKTOP).await?;
    browser.run_first(WATCH).await?;
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        browser.driver().goto(format!("{address}{path}")).await?;
        let script: String = browser.run(SCRIPT, Vec::new()).await?;
        ensure!(
            !script.is_empty(),
            "{path} checks nothing: is it a page of proof, and are the pages built (scripts/build-site.sh)?"
        );
        let (ms, checked) = until("the last check is shown", async || {
            let found: (Option<f64>, Option<String>) = browser.run(FOUND, Vec::new()).await?;
            Ok(found.0.zip(found.1))
        })
        .await?;
        ensure!(checked == "sound", "the page finds the receipt {checked}");
        took.push(ms);
    }
    browser.close().await?;
    Ok(took)
}
