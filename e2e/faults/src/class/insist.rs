//! One order, sent under the same key until it is answered, as a page does after its connection broke.

use std::time::Duration;

use anyhow::bail;
use domain::api::{ErrorCode, OrderRequest, OrderView};
use e2e::api::{CallError, Player};
use tokio::time::{Instant, sleep};

use crate::trades::plan::Answer;

/// Before the same order is sent again.
const BEFORE_REPEAT: Duration = Duration::from_millis(300);
/// An order that has no answer after so long, with all repeats, is a failure.
const GIVE_UP: Duration = Duration::from_secs(60);

/// An order's answer, and how it came.
#[derive(Debug)]
pub struct Insisted {
    /// What was answered.
    pub answer: Answer,
    /// From the first time that it was sent.
    pub took: Duration,
    /// How often it was sent again.
    pub repeats: usize,
    /// Whether it had been carried out before it was sent again for the first time.
    pub was_decided: bool,
}

/// Sends an order of a player until it is answered. `direct` is the same player on a way that does not
/// break, to look whether an order without an answer was carried out.
///
/// # Errors
/// When it is refused for another reason than the rules of trading, or is never answered.
pub async fn insist(
    player: &Player,
    direct: &Player,
    order: &OrderRequest,
) -> anyhow::Result<Insisted> {
    let key = &order.idempotency_key;
    let begin = Instant::now();
    let (mut repeats, mut was_decided) = (0, false);
    loop {
        let answer = match player.place(order).await {
            Ok(view) => Answer::Filled(Box::new(view)),
            Err(CallError::Refused(error)) if error.rejection.is_some() => {
                Answer::Rejected(key.clone(), error.code)
            }
            Err(error) if error.may_pass() && begin.elapsed() < GIVE_UP => {
                sleep(BEFORE_REPEAT).await;
                if repeats == 0 {
                    was_decided = kept(direct, key.as_str()).await?.is_some();
                }
                repeats += 1;
                continue;
            }
            Err(error) => bail!("order {key}: {error}"),
        };
        return Ok(Insisted {
            answer,
            took: begin.elapsed(),
            repeats,
            was_decided,
        });
    }
}

/// What the server keeps of an order, if anything.
///
/// # Errors
/// When it does not say.
pub async fn kept(player: &Player, key: &str) -> anyhow::Result<Option<Answer>> {
    match player.get::<OrderView>(&format!("orders/{key}")).await {
        Ok(view) => Ok(Some(Answer::of(view))),
        Err(CallError::Refused(error)) if error.code == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
