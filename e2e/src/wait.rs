//! Waiting for conditions, never for time to pass.

use std::time::Duration;

use anyhow::anyhow;
use tokio::time::{Instant, sleep};

/// How long anything may take before it counts as never. Generous, because the machine may be
/// busy; what takes longer than it should is measured elsewhere.
pub const PATIENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(40);

/// Asks until there is an answer. An error of the question is an answer that is not there yet.
///
/// # Errors
/// What was waited for, and the last error, when there never was one.
pub async fn until<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let begin = Instant::now();
    loop {
        let error = match ask().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if begin.elapsed() > PATIENCE {
            let after = format!(
                "waited {} s, and it never came to be that {what}",
                PATIENCE.as_secs()
            );
            return Err(match error {
                Some(error) => error.context(after),
                None => anyhow!(after),
            });
        }
        sleep(PAUSE).await;
    }
}
