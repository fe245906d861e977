//! Refunds the tax that sales overpaid in a market year, once that year is final.
//!
//! The refund follows from the ledger alone, including the entries of earlier refunds, and its posting has
//! one key per year. So a job that restarts, or runs late after an outage, pays nothing twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use async_trait::async_trait;
use domain::tax::{Taxes, final_year};
use domain::{AccountId, GameId, Post, Posting};

use super::corporate_actions::with_room;
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::{Engine, EngineError, GameContext};
use crate::market::FindMarket;
use crate::store::jobs::Priority;
use crate::store::{GameRecord, Paces, Store};
use crate::taxes::{Stretch, book};

/// A market's year may end at any minute, because markets have speeds of their own.
const EVERY_S: u32 = 60;
/// Members of a game whose taxes are settled: as many as are ranked.
const MEMBERS_MAX: u32 = 10_000;

pub(super) struct SettledTaxes {
    store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
    /// The latest year that this server has settled for each game; only a cache.
    settled: Mutex<HashMap<GameId, i32>>,
}

impl SettledTaxes {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets: Arc::clone(&parts.markets),
            settled: Mutex::default(),
        }
    }

    /// Settles what is due in a game. False if the job has to stop.
    async fn game(&self, job: &Context, game: &GameRecord, taxes: Taxes) -> Result<bool, JobError> {
        let market = self.markets.find_market(game.market).await;
        let market = market.context("the market of a game with taxes cannot be started")?;
        let is_over = game.rules.is_over_at(job.now());
        // Nothing is traded after the end, so every year is final then.
        let until = if is_over {
            i32::MAX
        } else {
            final_year(market.snapshot().at.day())
        };
        if self
            .settled_until(game.id)
            .is_some_and(|year| year >= until)
        {
            return Ok(true);
        }
        let paces = market.paces(&*self.store, game.market).await?;
        let context = GameContext {
            rules: Arc::new(game.rules.clone()),
            market,
        };
        let members = self.store.list_roster(game.id, MEMBERS_MAX).await?;
        for (member, done) in members.iter().zip(1_i64..) {
            self.account(member.member.account, (taxes, until), &paces, &context)
                .await?;
            job.progress(done, None, "accounts");
            if job.stop().is_some() {
                return Ok(false);
            }
        }
        let settled = self.settled.lock();
        let mut settled = settled.unwrap_or_else(PoisonError::into_inner);
        settled.insert(game.id, until);
        Ok(true)
    }

    async fn account(
        &self,
        account: AccountId,
        (taxes, until): (Taxes, i32),
        paces: &Paces,
        context: &GameContext,
    ) -> Result<(), JobError> {
        let all = Stretch::default();
        let found = book(&*self.store, paces, account, taxes, all).await?;
        let Some(book) = found else { return Ok(()) };
        for year in book.years().filter(|year| *year <= until) {
            let back = book.year(year).map(|sums| sums.to_return());
            let Some(back) = back.filter(|back| back.is_positive()) else {
                continue;
            };
            let key = format!("tax-{year:04}").parse();
            let post = Post {
                key: key.context("the key of a year's tax")?,
                posting: Posting::Tax {
                    year,
                    amount: back.negated(),
                },
            };
            let engine = &self.engine;
            let posted = with_room(move || engine.post(account, post.clone(), context.clone()));
            match posted.await {
                Ok(_) | Err(EngineError::NoAccount) => {}
                Err(error) => {
                    let error = anyhow::Error::from(error).context("a year's tax");
                    return Err(JobError::Failed(error));
                }
            }
        }
        Ok(())
    }

    fn settled_until(&self, game: GameId) -> Option<i32> {
        let settled = self.settled.lock();
        let settled = settled.unwrap_or_else(PoisonError::into_inner);
        settled.get(&game).copied()
    }
}

#[async_trait]
impl Kind for SettledTaxes {
    const NAME: &'static str = "settled_taxes";
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
        for game in self.store.list_games().await? {
            if let Some(taxes) = game.rules.taxes
                && !self.game(job, &game, taxes).await?
            {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
