//! Pays the interest on cash in games whose rules have it, for each market month that is over.
//!
//! What is due follows from the ledger alone, including earlier payments, and the posting of a month has
//! one key. So a job that restarts, or runs late after an outage, pays nothing twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use async_trait::async_trait;
use domain::interest::InterestBook;
use domain::{AccountId, Day, GameId, Post, Posting};

use super::corporate_actions::with_room;
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::{Engine, EngineError, GameContext};
use crate::ledgers::{Stretch, read};
use crate::market::FindMarket;
use crate::store::jobs::Priority;
use crate::store::{GameRecord, Paces, Store};

/// A market's month may end at any minute, because markets have speeds of their own.
const EVERY_S: u32 = 60;
/// Members of a game who are paid: as many as are ranked.
const MEMBERS_MAX: u32 = 10_000;

pub(super) struct PaidInterest {
    store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
    /// The first day of the latest month that this server has paid up to, for each game; only a cache.
    paid: Mutex<HashMap<GameId, Day>>,
}

impl PaidInterest {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets: Arc::clone(&parts.markets),
            paid: Mutex::default(),
        }
    }

    /// Pays what is due in a game. False if the job has to stop.
    async fn game(&self, job: &Context, game: &GameRecord, bps: u32) -> Result<bool, JobError> {
        let market = self.markets.find_market(game.market).await;
        let market = market.context("the market of a game with interest cannot be started")?;
        let today = market.snapshot().at.day();
        let (year, month, _) = today.calendar();
        let first = Day::from_calendar(year, month, 1).unwrap_or(today);
        let paid = |games: &mut HashMap<GameId, Day>| games.get(&game.id).copied();
        if self.with_paid(paid).is_some_and(|paid| paid >= first) {
            return Ok(true);
        }
        let paces = market.paces(&*self.store, game.market).await?;
        let context = GameContext {
            rules: Arc::new(game.rules.clone()),
            market,
        };
        let members = self.store.list_roster(game.id, MEMBERS_MAX).await?;
        for (member, done) in members.iter().zip(1_i64..) {
            let account = member.member.account;
            self.account(account, (bps, today), &paces, &context)
                .await?;
            job.progress(done, None, "accounts");
            if job.stop().is_some() {
                return Ok(false);
            }
        }
        self.with_paid(|games| games.insert(game.id, first));
        Ok(true)
    }

    async fn account(
        &self,
        account: AccountId,
        (bps, today): (u32, Day),
        paces: &Paces,
        context: &GameContext,
    ) -> Result<(), JobError> {
        let mut book = InterestBook::new(bps);
        let all = Stretch::default();
        let whole = read(&*self.store, paces, account, all, |entry, day| {
            book.record(&entry.fact, day)
        });
        if !whole.await? {
            return Ok(());
        }
        for month in book.due(today).unwrap_or_default() {
            let key = format!("interest-{}", month.until).parse();
            let post = Post {
                key: key.context("the key of a month's interest")?,
                posting: Posting::Interest {
                    cash: month.cash,
                    until: month.until,
                },
            };
            let engine = &self.engine;
            let posted = with_room(move || engine.post(account, post.clone(), context.clone()));
            match posted.await {
                Ok(_) | Err(EngineError::NoAccount) => {}
                Err(error) => {
                    let error = anyhow::Error::from(error).context("a month's interest");
                    return Err(JobError::Failed(error));
                }
            }
        }
        Ok(())
    }

    fn with_paid<T>(&self, act: impl FnOnce(&mut HashMap<GameId, Day>) -> T) -> T {
        act(&mut self.paid.lock().unwrap_or_else(PoisonError::into_inner))
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
        for game in self.store.list_games().await? {
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
