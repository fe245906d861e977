//! Measures the performance of strategies from the closes of their markets.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::advice::{History, Measured, TargetPlan};
use domain::{Day, MarketId};

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::{App, Game};
use crate::store::StrategyRecord;
use crate::store::jobs::Priority;
use crate::strategies::measure::{history, last_close};

/// A market's day may end at any minute, because markets have speeds of their own.
const EVERY_S: u32 = 3_600;
/// How long after its end a game's strategies are still measured.
const AFTER_END_S: i64 = 86_400;
/// Strategies read and written at once.
const PAGE: u32 = 200;
/// It yields to trades.
const HARD: Duration = Duration::from_secs(6 * 3_600);

pub(super) struct MeasuredStrategies {
    app: App,
}

/// A market's closes, read when the first strategy needs them.
struct Closes {
    until: Day,
    history: Option<History>,
}

impl MeasuredStrategies {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    /// The figures of a strategy up to the last close. `None` if it already has them or there are none yet.
    async fn measure(
        &self,
        record: &StrategyRecord,
        game: &Game,
        known: &mut HashMap<MarketId, Closes>,
    ) -> Result<Option<Measured>, JobError> {
        let market = self.app.market_of(game).await;
        let market = market.map_err(|error| anyhow::anyhow!("{error}"))?;
        let closes = known.entry(record.market).or_insert_with(|| Closes {
            until: last_close(&market),
            history: None,
        });
        if record
            .measured
            .is_some_and(|done| done.until >= closes.until)
        {
            return Ok(None);
        }
        let versions = self.app.store.list_strategy_versions(record.id).await?;
        let versions: Vec<(Day, TargetPlan)> = versions
            .into_iter()
            .map(|version| (version.market_day, version.content.plan))
            .collect();
        if versions.first().is_none_or(|(day, _)| *day >= closes.until) {
            return Ok(None);
        }
        let history = match &mut closes.history {
            Some(history) => history,
            None => {
                let all = history(&market, closes.until).await?;
                closes.history.insert(all)
            }
        };
        Ok(Measured::of(&versions, history))
    }
}

#[async_trait]
impl Kind for MeasuredStrategies {
    const NAME: &'static str = "measured_strategies";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Low,
            soft: HARD,
            hard: HARD,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let (mut after, mut done) = (i64::MIN, 0_i64);
        let mut known = HashMap::new();
        let games = self.app.games.all().into_iter();
        let running = games.filter(|game| {
            let closes_at = game.rules.closes_at;
            closes_at.is_none_or(|at| job.now() < at.plus_seconds(AFTER_END_S))
        });
        let running: HashMap<_, _> = running.map(|game| (game.record.id, game)).collect();
        loop {
            let page = self.app.store.list_strategies(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(Done::Finished);
            };
            after = last.id;
            let mut measured = Vec::new();
            for record in page.iter().filter(|record| record.is_listed()) {
                let Some(game) = running.get(&record.game) else {
                    continue;
                };
                if let Some(figures) = self.measure(record, game, &mut known).await? {
                    measured.push((record.id, figures));
                }
            }
            self.app.store.store_measured(&measured).await?;
            done = done.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            job.progress(done, None, "strategies");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
    }
}
