//! Replays a player's decisions on a thousand other markets.

use std::time::Duration;

use async_trait::async_trait;
use domain::advice::{Decision, Ending, LuckReport, play};
use domain::market::catalogue;
use domain::{Currency, Money, PlayerId};
use serde::{Deserialize, Serialize};

use super::{Context, Done, JobError, Kind, Limits};
use crate::store::jobs::Priority;

/// Markets played.
pub const MARKETS: u32 = 1_000;
/// Markets played between two progress reports.
const PORTION: u32 = 25;

/// Replays decisions on other seeds.
#[derive(Debug)]
pub struct Luck;

/// What is played.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decisions {
    /// Whose decisions.
    pub player: PlayerId,
    /// All money ever paid in.
    pub money: Money,
    /// What the account is worth.
    pub real: Money,
    /// Oldest first.
    pub decisions: Vec<Decision>,
    /// The market second up to which they are played.
    pub end: i64,
    /// The game's currency.
    #[serde(default)]
    pub currency: Currency,
}

#[async_trait]
impl Kind for Luck {
    const NAME: &'static str = "luck";
    type Payload = Decisions;

    fn limits() -> Limits {
        Limits {
            at_once: 1,
            max_attempts: 3,
            priority: Priority::Low,
            soft: Duration::from_secs(4 * 60),
            hard: Duration::from_secs(5 * 60),
            ..Limits::default()
        }
    }

    async fn run(&self, job: &Context, payload: Decisions) -> Result<Done, JobError> {
        let real = payload.real;
        let mut endings: Vec<Ending> = Vec::new();
        for first in (0..MARKETS).step_by(PORTION as usize) {
            let payload = payload.clone();
            let portion = move || play_portion(&payload, first);
            let played = tokio::task::spawn_blocking(portion).await;
            endings.extend(played.map_err(anyhow::Error::from)?);
            let done = i64::from(first.saturating_add(PORTION));
            job.progress(done, Some(i64::from(MARKETS)), "markets");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
        let report = LuckReport::of(real, &endings);
        let result = serde_json::to_value(report).map_err(anyhow::Error::from)?;
        Ok(Done::With(result))
    }
}

fn play_portion(payload: &Decisions, first: u32) -> Vec<Ending> {
    let seeds = first..first.saturating_add(PORTION).min(MARKETS);
    let Decisions {
        money,
        decisions,
        end,
        currency,
        ..
    } = payload;
    let market = |seed| (u64::from(seed), *currency);
    seeds
        .map(|seed| play(market(seed), catalogue(), *money, decisions, *end))
        .collect()
}
