//! Refunds the tax that sales overpaid in a market year, once that year is final.

use anyhow::Context as _;
use async_trait::async_trait;
use domain::tax::{Taxes, final_year};
use domain::{AccountId, Post, Posting};

use super::settlement::{Due, EVERY_S, Settlement};
use super::{Context, Done, JobError, Kind, Limits, Parts, Schedule};
use crate::engine::Engine;
use crate::store::jobs::Priority;
use crate::store::{GameRecord, Paces, Store};
use crate::taxes::{Stretch, book};

/// Settles up to a year.
pub(super) struct SettledTaxes(Settlement<i32>);

/// The years up to one, that one included.
struct Years {
    taxes: Taxes,
    until: i32,
}

#[async_trait]
impl Due for Years {
    const NAME: &'static str = "a year's tax";

    async fn posts(
        &self,
        store: &dyn Store,
        paces: &Paces,
        account: AccountId,
    ) -> Result<Vec<Post>, JobError> {
        let found = book(store, paces, account, self.taxes, Stretch::default()).await?;
        let Some(book) = found else {
            return Ok(Vec::new());
        };
        let mut posts = Vec::new();
        for year in book.years().filter(|year| *year <= self.until) {
            let back = book.year(year).map(|sums| sums.to_return());
            let Some(back) = back.filter(|back| back.is_positive()) else {
                continue;
            };
            let key = format!("tax-{year:04}").parse();
            posts.push(Post {
                key: key.context("the key of a year's tax")?,
                posting: Posting::Tax {
                    year,
                    amount: back.negated(),
                },
            });
        }
        Ok(posts)
    }
}

impl SettledTaxes {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self(Settlement::new(parts, engine))
    }

    /// Settles what is due in a game. False if the job has to stop.
    async fn game(&self, job: &Context, game: &GameRecord, taxes: Taxes) -> Result<bool, JobError> {
        let market = self.0.market(game).await?;
        let is_over = game.rules.is_over_at(job.now());
        // Nothing is traded after the end, so every year is final then.
        let until = if is_over {
            i32::MAX
        } else {
            final_year(market.snapshot().at.day())
        };
        let due = Years { taxes, until };
        self.0.settle(job, (game, market), until, &due).await
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
        for game in self.0.store.list_games().await? {
            if let Some(taxes) = game.rules.taxes
                && !self.game(job, &game, taxes).await?
            {
                return Ok(Done::Unfinished);
            }
        }
        Ok(Done::Finished)
    }
}
