//! Results that are handed in, and those that must not count.

use anyhow::{Context as _, bail, ensure};
use domain::api::{ApiError, ErrorCode, OfflineResult};
use domain::scenario::Submission;
use e2e::api::{CallError, Player, send};
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use tokio::time::Instant;

use super::copies;

const SUBMISSIONS: &str = "/api/v1/offline-submissions";
/// Orders that are changed, each in a copy of its own.
const COPIES: usize = 10;

/// Hands in a result file.
///
/// # Errors
/// A [`CallError`], with the reason when it does not count.
pub async fn hand_in(player: &Player, file: String) -> Result<OfflineResult, CallError> {
    let request = player.request(Method::POST, SUBMISSIONS);
    send(request.header(CONTENT_TYPE, "application/json").body(file)).await
}

/// What was refused.
#[derive(Debug, Default)]
pub struct Refusals {
    /// In the order in which they were handed in.
    pub all: Vec<Refused>,
    /// Seconds of each changed order.
    pub took: Vec<f64>,
}

impl Refusals {
    /// Hands in copies: one with another start, and some with another order.
    ///
    /// # Errors
    /// When one counts, or is refused for another reason than the true one.
    pub async fn of_copies(&mut self, player: &Player, file: &str) -> anyhow::Result<()> {
        let copy = copies::changed(file, copies::SEED, 0).context("the start has no seed")?;
        let (code, _) = self.add(player, "the start", copy).await?;
        ensure!(code == ErrorCode::StartTampered, "another start: {code:?}");
        let orders = copies::count(file, copies::ORDER);
        for number in (0..orders).step_by(orders.div_ceil(COPIES).max(1)) {
            let copy = copies::changed(file, copies::ORDER, number);
            let copy = copy.context("an order has no shares")?;
            let lie: Submission = serde_json::from_str(&copy)?;
            let expected = match lie.start.start.scenario.replay(&lie.inputs) {
                // Shares whose price stayed the same change nothing: the copy is as true as the file.
                Ok(outcome) if outcome.net_worth == lie.net_worth => continue,
                Ok(_) => ErrorCode::ResultDiffers,
                Err(_) => ErrorCode::InputImpossible,
            };
            let what = format!("order {} of {orders}", number + 1);
            let (code, seconds) = self.add(player, &what, copy).await?;
            ensure!(code == expected, "{what}: {code:?} for {expected:?}");
            self.took.push(seconds);
        }
        ensure!(!self.took.is_empty(), "no order made a difference");
        Ok(())
    }

    /// Hands in something that must be refused; the code and the seconds.
    ///
    /// # Errors
    /// When it counts.
    pub async fn add(
        &mut self,
        player: &Player,
        changed: &str,
        file: String,
    ) -> anyhow::Result<(ErrorCode, f64)> {
        let begin = Instant::now();
        let error = match hand_in(player, file).await {
            Err(CallError::Refused(error)) => error,
            Err(error) => return Err(error.into()),
            Ok(result) => bail!("it counts although this was changed: {changed}: {result:?}"),
        };
        let seconds = begin.elapsed().as_secs_f64();
        let ApiError { code, message, .. } = *error;
        self.all.push(Refused {
            changed: changed.to_owned(),
            code,
            reason: message,
        });
        Ok((code, seconds))
    }
}

/// A copy that does not count.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// What was changed.
    pub changed: String,
    /// Why it does not count.
    pub code: ErrorCode,
    /// The same in the server's words.
    pub reason: String,
}
