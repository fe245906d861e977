//! Reminds players of reasons they wrote 30 and 90 market days ago.

use std::time::Duration;

use async_trait::async_trait;
use domain::progress::Counter;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::{App, Game};
use crate::notifications::{Happened, Subject, tell};
use crate::store::AccountRecord;
use crate::store::jobs::Priority;

const EVERY_S: u32 = 3_600;
/// Accounts read at once.
const PAGE: u32 = 200;
/// Latest reasons examined per account.
const REASONS: u32 = 100;
/// Market days after which a reason comes back, and until when it still may: a game that was offline for
/// months does not bring back everything at once.
const AGES: [(i32, i32); 2] = [(30, 60), (90, 120)];

pub(super) struct OldReasons {
    app: App,
}

impl OldReasons {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn remind(&self, game: &Game, record: &AccountRecord) -> Result<usize, JobError> {
        let app = &self.app;
        let market = app.market_of(game).await.map_err(anyhow::Error::from)?;
        let today = market.snapshot().at.day().number();
        let rows = app.store.list_reasons(record.id, None, REASONS).await?;
        let grades = app.store.list_grades(record.id, REASONS).await?;
        let mut told = Vec::new();
        for row in rows {
            let seq = row.entry.seq;
            let Some((_, trade)) = row.entry.fact.trade() else {
                continue;
            };
            let age = today.saturating_sub(market.time_at(row.entry.at).day().number());
            let due = AGES
                .iter()
                .find(|(from, until)| (*from..*until).contains(&age));
            let graded = grades.iter().any(|grade| grade.seq == seq);
            let (Some((days, _)), false, Some(symbol)) =
                (due, graded, app.symbol(trade.instrument))
            else {
                continue;
            };
            told.push(Happened {
                player: record.id.player,
                cause: format!("reason:{}:{seq}:{days}", record.id.game),
                subject: Subject::OldReason {
                    game: record.id.game,
                    symbol,
                    days: days.unsigned_abs(),
                },
                at: app.clock.now(),
            });
        }
        tell(app, &told).await?;
        Ok(told.len())
    }
}

#[async_trait]
impl Kind for OldReasons {
    const NAME: &'static str = "old_reasons";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Batch,
            soft: Duration::from_secs(50 * 60),
            hard: Duration::from_secs(55 * 60),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let games = self.app.games.all();
        let (mut after, mut done) = (None, 0_i64);
        loop {
            let page = self.app.store.list_accounts(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let wrote = page
                .iter()
                .filter(|one| one.counters.get(Counter::Reasons) > 0);
            for record in wrote {
                let game = games.iter().find(|game| game.record.id == record.id.game);
                // A game that is over no longer has a market.
                let now = job.now();
                let open = game.filter(|game| game.rules.closes_at.is_none_or(|at| at > now));
                if let Some(game) = open {
                    self.remind(game, record).await?;
                }
            }
            done = done.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            job.progress(done, None, "accounts");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
