//! New companies that the open league's market occasionally brings by itself: each offers its shares in
//! every game on that market.
//!
//! Day, company and price follow from the market's seed. An offering's id follows from market, stretch
//! and game, so if two servers create it at once, one of them finds it already there.

use anyhow::Context as _;
use async_trait::async_trait;
use domain::market::{Coming, coming, newcomers};
use domain::offering::{AllocationRule, OfferingTerms};
use domain::{MarketId, PlayerId, Price, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{Context, Done, JobError, Kind, Schedule};
use crate::api::publish_offering;
use crate::app::{App, Game, OPEN_LEAGUE};
use crate::market::{Snapshot, Storm, add_storm};
use crate::store::{InstrumentRecord, Offering};

const EVERY_S: u32 = 20;
/// Maximum games on the market in which the shares are offered.
const GAMES_MAX: usize = 200;
/// Shares on offer in each game.
const SHARES: u32 = 50_000;
/// The approximate cost of the most that one player may request.
const PLAYER_UNITS: i64 = 10_000_000;
/// The window is open for a day, so that a daily visitor sees it.
const WINDOW_S: i64 = 86_400;

pub(super) struct NewCompanies {
    app: App,
}

impl NewCompanies {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    /// Offers the company of this stretch of days in the games in which it has not been offered yet.
    async fn offer(&self, job: &Context, league: &Game) -> Result<(), JobError> {
        let market = league.record.market;
        // A market that nobody is using brings no companies.
        let Some(running) = self.app.markets.running(market) else {
            return Ok(());
        };
        let snapshot = running.snapshot();
        let record = self.app.store.find_market(market).await?;
        let seed = record.and_then(|record| record.spec).map(|spec| spec.seed);
        let seed = seed.context("the market of the open league has no specification")?;
        let left = snapshot.newcomers.len();
        let Some(coming) = coming(seed.0, snapshot.at.day(), left) else {
            return Ok(());
        };
        if snapshot.at.day() < coming.day {
            return Ok(());
        }
        let first = number(market, &coming, league);
        let made = self.app.store.find_offering(first).await?;
        let newcomer = match &made {
            Some(made) => snapshot
                .newcomers
                .iter()
                .find(|one| one.id == made.instrument),
            None => snapshot.newcomers.get(coming.pick),
        };
        // It is already listed, or its shares are being allocated.
        let is_late = made
            .as_ref()
            .is_some_and(|made| made.terms.closes_at <= job.now());
        let Some(company) = newcomer.filter(|_| !is_late) else {
            return Ok(());
        };
        let Some(terms) = made.as_ref().map_or_else(
            || terms(company, &coming, job.now()),
            |made| Some(made.terms),
        ) else {
            return Ok(());
        };
        if made.is_none() {
            let headline = format!(
                "{} offers its shares for ${} each and comes to the market",
                company.name, terms.price
            );
            let storm = Storm {
                step: snapshot.at.seconds(),
                category: None,
                percent: 0,
                headline,
            };
            add_storm(&*self.app.store, market, storm).await?;
        }
        let games = self.app.games.all().into_iter();
        let games = games.filter(|game| game.record.market == market);
        for game in games.take(GAMES_MAX) {
            if game.rules.check_running(job.now()).is_err() {
                continue;
            }
            let id = number(market, &coming, &game);
            if self.app.store.find_offering(id).await?.is_none() {
                let offering = offering(id, &game, company, terms, &snapshot, job.now());
                publish_offering(&self.app, &offering).await?;
            }
        }
        crate::hosting::mark_change(&*self.app.store).await?;
        Ok(())
    }
}

fn terms(company: &InstrumentRecord, coming: &Coming, now: Timestamp) -> Option<OfferingTerms> {
    let mut known = newcomers().iter();
    let usual = known.find(|one| one.symbol == company.symbol.as_str())?;
    let units = usual.start_price().units();
    // Rounded to whole hundredths.
    let price = units * i64::from(coming.price_percent) / 10_000 * 100;
    let most = u32::try_from(PLAYER_UNITS / price.max(1)).unwrap_or(1);
    Some(OfferingTerms {
        price: Price::from_units(price.max(100)),
        range: None,
        shares: SHARES,
        minimum: 1,
        maximum: most.clamp(1, SHARES),
        rule: AllocationRule::ProRata,
        opens_at: now,
        closes_at: now.plus_seconds(WINDOW_S),
    })
}

fn offering(
    id: i64,
    game: &Game,
    company: &InstrumentRecord,
    terms: OfferingTerms,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Offering {
    let story = format!(
        "{}\n{}\nThe company does not trade yet. It comes to the market when the shares are shared out, and \
         its first price lies around the one that it asks now: above or below, nobody knows.",
        company.description, company.plain_words
    );
    Offering {
        id,
        game: game.record.id,
        instrument: company.id,
        // The market itself.
        created_by: PlayerId(0),
        created_at: now,
        terms: OfferingTerms {
            opens_at: now,
            ..terms
        },
        title: format!("{} comes to the market", company.name),
        story,
        seed: rand::random(),
        granted: 0,
        version: 0,
        settled_at: None,
        counted_on: Some(snapshot.at.day()),
        splits: 0,
    }
}

/// The id of an offering.
fn number(market: MarketId, coming: &Coming, game: &Game) -> i64 {
    let mut hasher = Sha256::new();
    hasher.update(b"new company");
    for part in [market.0, i64::from(coming.stretch), game.record.id.0] {
        hasher.update(part.to_be_bytes());
    }
    let digest = hasher.finalize();
    let first = digest.first_chunk::<8>().copied().unwrap_or_default();
    (u64::from_be_bytes(first) >> 1).cast_signed().max(1)
}

#[async_trait]
impl Kind for NewCompanies {
    const NAME: &'static str = "new_companies";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        if self.app.config.markets.new_companies
            && let Some(league) = self.app.games.find(OPEN_LEAGUE)
        {
            self.offer(job, &league).await?;
        }
        Ok(Done::Finished)
    }
}
