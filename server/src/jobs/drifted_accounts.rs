//! Marks the accounts that have drifted further from their targets than allowed, and tells their players. Runs
//! every night and examines only accounts with targets.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::Timestamp;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::advice::Reading;
use crate::app::App;
use crate::notifications::{Happened, Subject, tell};
use crate::store::{PortfolioLookup, TargetRecord};

/// Minutes after midnight (UTC).
const AT: u16 = 3 * 60;
/// Accounts read at once.
const PAGE: u32 = 200;

pub(super) struct DriftedAccounts {
    app: App,
}

impl DriftedAccounts {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn page(&self, page: &[TargetRecord], now: Timestamp) -> Result<(), JobError> {
        let lookups: Vec<_> = page
            .iter()
            .map(|record| PortfolioLookup {
                account: record.account,
                known_version: None,
            })
            .collect();
        let mut portfolios = self.app.store.find_portfolios(&lookups).await?;
        let games = self.app.games.all().into_iter();
        // A game that is over has no market any more.
        let open = games.filter(|game| game.rules.closes_at.is_none_or(|at| at > now));
        let games: HashMap<_, _> = open.map(|game| (game.record.id, game)).collect();
        let (mut marks, mut told) = (Vec::new(), Vec::new());
        for record in page {
            let portfolio = portfolios.remove(&record.account);
            let Some((portfolio, game)) = portfolio.zip(games.get(&record.account.game)) else {
                continue;
            };
            let reading = Reading::with(&self.app, game, portfolio).await;
            let reading = reading.map_err(|error| anyhow::anyhow!("{}", error.answer()))?;
            let is_beyond = reading.allocation(&record.plan).is_beyond();
            if is_beyond != record.beyond_since.is_some() {
                marks.push((record.account, is_beyond.then_some(now)));
            }
            if is_beyond && record.beyond_since.is_none() {
                let game = record.account.game;
                told.push(Happened {
                    player: record.account.player,
                    cause: format!("drifted:{game}:{}", now.day().number()),
                    subject: Subject::Drifted { game },
                    at: now,
                });
            }
        }
        // Told first: if the server stops in between, the next attempt tells nobody twice.
        tell(&self.app, &told).await?;
        self.app.store.mark_beyond(&marks).await?;
        Ok(())
    }
}

#[async_trait]
impl Kind for DriftedAccounts {
    const NAME: &'static str = "drifted_accounts";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(3 * 3_600),
            hard: Duration::from_secs(4 * 3_600),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let (mut after, mut done) = (None, 0_i64);
        loop {
            let page = self.app.store.list_target_plans(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(Done::Finished);
            };
            after = Some(last.account);
            done = done.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            self.page(&page, job.now()).await?;
            job.progress(done, None, "accounts with targets");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
    }
}
