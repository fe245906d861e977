//! Offerings, the investments that players request in them, and the allocations they get.

use async_trait::async_trait;
use domain::api::{FailureReason, InvestmentState};
use domain::offering::{Demand, OfferingTerms, PriceRange};
use domain::{
    AccountId, DatedAction, Day, GameId, IdempotencyKey, InstrumentId, MarketId, Money, OrderError,
    PlayerId, Price, Timestamp,
};

use super::StoreResult;

/// An offering as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    pub id: i64,
    pub game: GameId,
    pub instrument: InstrumentId,
    /// The host; 0 for the market itself.
    pub created_by: PlayerId,
    pub created_at: Timestamp,
    pub terms: OfferingTerms,
    pub title: String,
    pub story: String,
    /// Seed of the draw; published once the offering is settled.
    pub seed: u64,
    /// Shares granted so far.
    pub granted: u32,
    /// Counts the decisions, so that only one of two servers makes each.
    pub version: i64,
    /// When everything was decided and the offering stopped taking investments.
    pub settled_at: Option<Timestamp>,
    /// The market day whose shares its terms count. `None` for an offering from before splits were tracked.
    pub counted_on: Option<Day>,
    /// Splits that its terms were adjusted for; they are included in its version.
    pub splits: i64,
}

/// The effect of a split on an offering and all investments in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferingSplit {
    pub offering: i64,
    /// The version on which it was decided.
    pub version: i64,
    /// The day of the split.
    pub day: Day,
    /// New shares per old share.
    pub factor: u32,
    /// The price of a new share.
    pub price: Price,
    /// In new shares.
    pub range: Option<PriceRange>,
}

/// An investment as stored. A batch of the engine writes it with the entry that reserves its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Investment {
    pub account: AccountId,
    /// Random, or derived from the key that the client chose.
    pub id: i64,
    pub offering: i64,
    pub instrument: InstrumentId,
    pub at: Timestamp,
    pub shares: u32,
    pub reserve: Money,
    pub subscription: Option<i64>,
    pub state: InvestmentState,
    /// Shares granted.
    pub granted: Option<u32>,
    /// The entry of the allocation.
    pub seq: Option<i64>,
    pub ended_at: Option<Timestamp>,
    pub reason: Option<FailureReason>,
}

impl Investment {
    /// The key of one of its postings, such as `invest`.
    ///
    /// # Errors
    /// Never for a short word.
    pub fn key(&self, posting: &str) -> Result<IdempotencyKey, OrderError> {
        format!("{posting}-{}", self.id).parse()
    }
}

/// How many shares an investment gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    pub player: PlayerId,
    pub investment: i64,
    pub shares: u32,
    /// Why it gets none, if the reason is neither a shortage of shares nor the draw.
    pub reason: Option<FailureReason>,
}

/// The outcome of an investment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvestmentEnd {
    pub player: PlayerId,
    pub investment: i64,
    pub state: InvestmentState,
    /// The entry of its allocation.
    pub seq: Option<i64>,
    pub reason: Option<FailureReason>,
}

/// Investments of an offering in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvestmentCount {
    pub offering: i64,
    pub state: InvestmentState,
    pub count: u64,
    pub shares: u64,
}

/// The position of an investment in the order of requests.
pub type InvestmentPlace = (Timestamp, i64);

/// Offerings and the decisions about them.
#[async_trait]
pub trait OfferingStore {
    async fn create_offering(&self, offering: &Offering) -> StoreResult<()>;
    async fn find_offering(&self, id: i64) -> StoreResult<Option<Offering>>;
    /// Offerings of a game, latest closing first.
    async fn list_offerings(&self, game: GameId, limit: u32) -> StoreResult<Vec<Offering>>;
    /// Offerings with something to allocate: an investment waits, or the window has closed.
    async fn list_unsettled(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<i64>>;
    /// Grants shares to pending investments and counts them against the offering, atomically. False, and
    /// nothing changes, if something else was decided since `version`.
    async fn grant(&self, offering: i64, version: i64, grants: &[Grant]) -> StoreResult<bool>;
    /// Sets the price determined by demand, unless something was decided since `version`.
    async fn set_offering_price(
        &self,
        offering: i64,
        version: i64,
        price: Price,
    ) -> StoreResult<()>;
    /// Closes the window of an offering at an instant, unless it is already closed.
    async fn close_offering(&self, offering: i64, at: Timestamp) -> StoreResult<()>;
    /// Settles an offering, once: it takes no more investments.
    async fn settle_offering(&self, offering: i64, now: Timestamp) -> StoreResult<()>;
    /// Offerings that are not settled, and those settled since an instant, latest first, for operators.
    async fn list_recent_offerings(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Offering>>;
    /// Investments of these offerings by state, for operators.
    async fn count_investments(&self, offerings: &[i64]) -> StoreResult<Vec<InvestmentCount>>;
}

/// Splits of shares on offer.
#[async_trait]
pub trait OfferingSplitStore {
    /// Splits and delistings of an instrument after a market day that are in effect by now, earliest
    /// first.
    async fn list_share_changes(
        &self,
        market: MarketId,
        instrument: InstrumentId,
        after: Day,
        now: Timestamp,
    ) -> StoreResult<Vec<DatedAction>>;
    /// Adjusts an offering and its investments, atomically. False, and nothing changes, if something was
    /// decided since the given version.
    async fn split_offering(&self, split: &OfferingSplit) -> StoreResult<bool>;
}

/// Investments.
#[async_trait]
pub trait InvestmentStore {
    async fn find_investment(&self, player: PlayerId, id: i64) -> StoreResult<Option<Investment>>;
    /// A player's investments in a game, latest first.
    async fn list_investments(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<Investment>>;
    /// Investments of an offering, latest first.
    async fn list_offering_investments(
        &self,
        offering: i64,
        limit: u32,
    ) -> StoreResult<Vec<Investment>>;
    /// Investments of an offering that are pending or being processed, in the order of requests.
    async fn list_waiting(
        &self,
        offering: i64,
        state: InvestmentState,
        after: InvestmentPlace,
        limit: u32,
    ) -> StoreResult<Vec<Investment>>;
    /// The demand waiting for an offering.
    async fn find_demand(&self, offering: &Offering) -> StoreResult<Demand>;
    /// Shares of an offering already granted to the given players.
    async fn list_granted(
        &self,
        offering: i64,
        players: &[PlayerId],
    ) -> StoreResult<Vec<(PlayerId, u32)>>;
    /// Writes the outcome of investments that are in the state `from`; others stay unchanged.
    async fn end_investments(
        &self,
        from: InvestmentState,
        ends: &[InvestmentEnd],
        now: Timestamp,
    ) -> StoreResult<()>;
}
