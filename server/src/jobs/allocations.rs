//! Allocates the shares of an offering to those who invested.
//!
//! A decision is one transaction that counts its shares against the offering. Accounts get their shares
//! afterwards through postings with fixed keys, so a job that restarts repeats no decision and no posting.
//! First-come offerings are decided in portions while the window is open; pro-rata ones all at once after
//! it has closed. Offerings of a company that does not trade yet are decided after the window has closed,
//! whatever the rule, because the company must be listed first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use domain::api::{FailureReason, InvestmentState};
use domain::offering::{AllocationRule, Ask, PriceRange, allocate};
use domain::{PlayerId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Context, Done, JobError, Kind, Limits, Parts};
use crate::engine::{Engine, GameContext};
use crate::market::FindMarket;
use crate::store::jobs::Priority;
use crate::store::{GameRecord, Grant, Investment, InvestmentPlace, Offering, Store};
use listing::newcomer;

mod due;
mod listing;
mod settle;
mod splits;
mod subscriptions;

pub(super) use due::DueOfferings;

/// Investments read, or decided in the order of requests, at once.
const PORTION: u32 = 1_000;
/// Grace seconds after the end of a window for writes that were decided just before it.
const GRACE_S: i64 = 2;
/// How often a decision is remade because another server made one.
const TRIES_MAX: u32 = 20;
/// The place before every investment.
fn start() -> InvestmentPlace {
    (Timestamp::from_micros(i64::MIN), i64::MIN)
}

/// Identifies the offering.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) offering: i64,
}

pub(super) struct Allocations {
    store: Arc<dyn Store>,
    engine: Engine,
    markets: Arc<dyn FindMarket>,
}

impl Allocations {
    pub(super) fn new(parts: &Parts, engine: Engine) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            engine,
            markets: Arc::clone(&parts.markets),
        }
    }

    /// Decides what can be decided and settles it. False if the job has to stop early.
    async fn allocate(&self, job: &Context, id: i64) -> Result<bool, JobError> {
        let offering = self.find(id).await?;
        let (game, context) = self.context(&offering).await?;
        let (offering, _) = self.follow_splits(job, offering, &game).await?;
        if !self.settle(job, &offering, &context).await? {
            return Ok(false);
        }
        for _ in 0..TRIES_MAX {
            let offering = self.find(id).await?;
            let (offering, is_called_off) = self.follow_splits(job, offering, &game).await?;
            let is_over = offering.terms.closes_at.plus_seconds(GRACE_S) <= job.now();
            let is_pro_rata = offering.terms.rule == AllocationRule::ProRata;
            let is_divided = is_pro_rata && offering.version > offering.splits;
            let is_late = is_divided || offering.settled_at.is_some();
            let newcomer = newcomer(&offering, &context);
            let at_once = is_pro_rata && !is_late && !is_called_off;
            let waits_for_end = (at_once || newcomer.is_some()) && !is_called_off;
            if waits_for_end && !is_over {
                return Ok(true);
            }
            let offering = match offering.terms.range.filter(|_| at_once) {
                Some(range) => self.find_price(offering, range).await?,
                None => offering,
            };
            if let Some(symbol) = newcomer.filter(|_| !is_called_off) {
                self.list_company(job, &offering, symbol, &game, &context)
                    .await?;
            }
            let pending = self.pending(&offering, at_once).await?;
            if pending.is_empty() && !at_once {
                let is_sold_out = offering.granted >= offering.terms.shares;
                if is_over || is_sold_out || is_divided || is_called_off {
                    self.store.settle_offering(id, job.now()).await?;
                }
                return Ok(true);
            }
            let grants = if is_called_off {
                refuse_all(&pending, FailureReason::CalledOff)
            } else if is_late {
                refuse_all(&pending, FailureReason::TooLate)
            } else {
                self.decide(&offering, &pending).await?
            };
            self.store.grant(id, offering.version, &grants).await?;
            if !self.settle(job, &offering, &context).await? {
                return Ok(false);
            }
        }
        // More has arrived meanwhile: another round takes it.
        Ok(false)
    }

    async fn find(&self, id: i64) -> Result<Offering, JobError> {
        let found = self.store.find_offering(id).await?;
        let missing = || JobError::Hopeless(anyhow::anyhow!("there is no offering {id}"));
        found.ok_or_else(missing)
    }

    async fn context(&self, offering: &Offering) -> Result<(GameRecord, GameContext), JobError> {
        let games = self.store.list_games().await?;
        let game = games.into_iter().find(|game| game.id == offering.game);
        let game = game.context("the game of an offering is not there")?;
        let market = self.markets.find_market(game.market).await;
        let context = GameContext {
            market: market.context("the market of an offering cannot be started")?,
            rules: Arc::new(game.rules.clone()),
        };
        Ok((game, context))
    }

    /// What is waiting for a decision, in the order of requests: all of it, or a portion.
    async fn pending(&self, offering: &Offering, all: bool) -> Result<Vec<Investment>, JobError> {
        let mut pending: Vec<Investment> = Vec::new();
        loop {
            let after = pending.last().map_or_else(start, |last| (last.at, last.id));
            let state = InvestmentState::Pending;
            let page = self
                .store
                .list_waiting(offering.id, state, after, PORTION)
                .await?;
            let is_last = page.len() < usize::try_from(PORTION).unwrap_or(usize::MAX);
            pending.extend(page);
            if is_last || !all {
                return Ok(pending);
            }
        }
    }

    /// The offering at the price determined by demand. Repeating the computation gives the same price,
    /// because no more investments are accepted.
    async fn find_price(
        &self,
        mut offering: Offering,
        range: PriceRange,
    ) -> Result<Offering, JobError> {
        let pending = self.pending(&offering, true).await?;
        let (asks, _) = self.asks(&offering, &pending).await?;
        let demand = asks.iter().map(|ask| u64::from(ask.shares)).sum();
        let price = range.price(demand, offering.terms.shares);
        let (id, version) = (offering.id, offering.version);
        self.store.set_offering_price(id, version, price).await?;
        offering.terms.price = price;
        Ok(offering)
    }

    /// What each investment gets.
    async fn decide(
        &self,
        offering: &Offering,
        pending: &[Investment],
    ) -> Result<Vec<Grant>, JobError> {
        let terms = &offering.terms;
        let (asks, overspent) = self.asks(offering, pending).await?;
        let available = terms.shares.saturating_sub(offering.granted);
        let shares = allocate(terms.rule, available, terms.maximum, offering.seed, &asks);
        let spent = FailureReason::SubscriptionSpent;
        let grant = |(one, shares): (&Investment, u32)| Grant {
            player: one.account.player,
            investment: one.id,
            shares,
            reason: overspent.contains(&one.id).then_some(spent),
        };
        Ok(pending.iter().zip(shares).map(grant).collect())
    }

    /// The effective requests, and the investments whose subscriptions have too little left.
    async fn asks(
        &self,
        offering: &Offering,
        pending: &[Investment],
    ) -> Result<(Vec<Ask>, HashSet<i64>), JobError> {
        let overspent = self.overspent(pending).await?;
        let terms = &offering.terms;
        let mut players: Vec<PlayerId> = pending.iter().map(|one| one.account.player).collect();
        players.sort_unstable();
        players.dedup();
        let mut held: HashMap<PlayerId, u32> = HashMap::new();
        for some in players.chunks(10_000) {
            held.extend(self.store.list_granted(offering.id, some).await?);
        }
        let asks: Vec<Ask> = pending
            .iter()
            .map(|one| {
                let before = held.get(&one.account.player).copied().unwrap_or(0);
                let room = terms.maximum.saturating_sub(before);
                let shares = if overspent.contains(&one.id) {
                    0
                } else {
                    one.shares.min(room)
                };
                Ask {
                    investment: one.id,
                    player: one.account.player,
                    shares,
                }
            })
            .collect();
        Ok((asks, overspent))
    }

    /// Releases the money of undecided investments after the last attempt has failed.
    async fn give_up(&self, job: &Context, id: i64) -> Result<(), JobError> {
        for _ in 0..TRIES_MAX {
            let offering = self.find(id).await?;
            let pending = self.pending(&offering, true).await?;
            let grants = refuse_all(&pending, FailureReason::AllocationFailed);
            if self.store.grant(id, offering.version, &grants).await? {
                let (_, context) = self.context(&offering).await?;
                self.settle(job, &offering, &context).await?;
                return Ok(());
            }
        }
        Err(JobError::Failed(anyhow::anyhow!(
            "other servers go on deciding on offering {id}"
        )))
    }
}

fn refuse_all(pending: &[Investment], reason: FailureReason) -> Vec<Grant> {
    let refuse = |one: &Investment| Grant {
        player: one.account.player,
        investment: one.id,
        shares: 0,
        reason: Some(reason),
    };
    pending.iter().map(refuse).collect()
}

#[async_trait]
impl Kind for Allocations {
    const NAME: &'static str = "allocation";
    type Payload = Payload;

    fn limits() -> Limits {
        Limits {
            at_once: 4,
            max_attempts: 4,
            priority: Priority::High,
            soft: Duration::from_secs(100),
            hard: Duration::from_secs(120),
            waits_s: &[5, 10, 30],
        }
    }

    async fn run(&self, job: &Context, payload: Payload) -> Result<Done, JobError> {
        match self.allocate(job, payload.offering).await {
            Ok(true) => Ok(Done::Finished),
            Ok(false) => Ok(Done::Unfinished),
            Err(error) if job.is_last_attempt() => {
                self.give_up(job, payload.offering).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }
}
