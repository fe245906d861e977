//! Pays the interest on cash in games whose rules have it, for each market month that is over.

use anyhow::Context as _;
use async_trait::async_trait;
use domain::interest::InterestBook;
use domain::{AccountId, Day, Post, Posting};

use super::settlement::{Due, EVERY_S, Settlement};
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::Engine;
use crate::ledgers::{Stretch, read};
use crate::store::jobs::Priority;
use crate::store::{GameRecord, Paces, Store};

/// Settles up to the first day of a month.
pub(super) struct PaidInterest(Settlement<Day>);

/// The months before a day, at a yearly rate in basis points.
struct Months {
    bps: u32,
    today: Day,
}

#[async_trait]
impl Due for Months {
    const NAME: &'static str = "a month's interest";

    async fn posts(
        &self,
        store: &dyn Store,
        paces: &Paces,
        account: AccountId,
    ) -> Result<Vec<Post>, JobError> {
        let mut book = InterestBook::new(self.bps);
        let whole = read(store, paces, account, Stretch::default(), |entry, day| {
            book.record(&entry.fact, day)
        });
        if !whole.await? {
            return Ok(Vec::new());
        }
        let mut posts = Vec::new();
        for month in book.due(self.today).unwrap_or_default() {
            let key = format!("interest-{}", month.until).parse();
            posts.push(Post {
                key: key.context("the key of a month's interest")?,
                posting: Posting::Interest {
                    cash: month.cash,
                    until: month.until,
                },
            });
        }
        Ok(posts)
    }
}

impl PaidInterest {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self(Settlement::new(parts, engine))
    }

    /// Pays what is due in a game. False if the job has to stop.
    async fn game(&self, job: &Context, game: &GameRecord, bps: u32) -> Result<bool, JobError> {
        let market = self.0.market(game).await?;
        let today = market.snapshot().at.day();
        let (year, month, _) = today.calendar();
        let first = Day::from_calendar(year, month, 1).unwrap_or(today);
        let due = Months { bps, today };
        self.0.settle(job, (game, market), first, &due).await
    }
}

#[async_trait]
impl Kind for PaidInterest {
    const NAME: &'static str = "paid_interest";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            priority: Priority::Low,
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let now = job.now();
        for game in self.0.store.list_games().await? {
            let bps = game.rules.cash_interest_bps;
            // After the end the standings are final.
            let pays = bps > 0 && !game.rules.is_over_at(now);
            if pays && !self.game(job, &game, bps).await? {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
