//! Companies that occasionally leave the open league's market through a takeover or bankruptcy.
//!
//! At most one company announces its departure in 240 market days, and only if more companies have come
//! than have left, so that the market never becomes smaller than at its start. Day, company, reason and
//! price follow from the market's seed. Every holder is paid for the shares by a corporate action.

use anyhow::Context as _;
use async_trait::async_trait;
use domain::market::leaving_day;

use super::{Context, Done, JobError, Kind, Schedule};
use crate::app::{App, Game, OPEN_LEAGUE};
use crate::market::{announce_departure, list_debuts, list_departures};

const EVERY_S: u32 = 20;
/// Real seconds from the announcement to the first price that reflects it, so that every server knows of
/// it by then.
const AHEAD_S: i64 = 5;
/// A market faster than this, a day per second, leaves nobody time to read an announcement.
const SPEED_MAX: u32 = 86_400;

pub(super) struct LeavingCompanies {
    app: App,
}

impl LeavingCompanies {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn announce(&self, league: &Game) -> Result<(), JobError> {
        let (market, store) = (league.record.market, &*self.app.store);
        // No company leaves a market that nobody is using.
        let Some(running) = self.app.markets.running(market) else {
            return Ok(());
        };
        let snapshot = running.snapshot();
        let record = store.find_market(market).await?;
        let seed = record.and_then(|record| record.spec).map(|spec| spec.seed);
        let seed = seed.context("the market of the open league has no specification")?;
        let (stretch, day) = leaving_day(seed.0, snapshot.at.day());
        if snapshot.at.day() < day || snapshot.speed > SPEED_MAX {
            return Ok(());
        }
        let left = list_departures(store, market).await?;
        let come = list_debuts(store, market).await?;
        if left.iter().any(|one| one.stretch == stretch) || left.len() >= come.len() {
            return Ok(());
        }
        let ahead = AHEAD_S.saturating_mul(i64::from(snapshot.speed.max(1)));
        let announced = snapshot.at.seconds().saturating_add(ahead);
        if let Some(leaver) = running.next_departure(stretch, announced) {
            tracing::info!(%market, symbol = %leaver.symbol, "a company leaves the market");
            announce_departure(store, market, leaver).await?;
            crate::hosting::mark_change(store).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Kind for LeavingCompanies {
    const NAME: &'static str = "leaving_companies";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, _: &Context, (): ()) -> Result<Done, JobError> {
        if self.app.config.markets.new_companies
            && let Some(league) = self.app.games.find(OPEN_LEAGUE)
        {
            self.announce(&league).await?;
        }
        Ok(Done::Finished)
    }
}
