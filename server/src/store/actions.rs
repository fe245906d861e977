//! Corporate actions as stored: those of instruments, which come with imports, and those that have
//! taken effect in a market and concern its holders.

use async_trait::async_trait;
use domain::{
    AccountId, ActionKind, CorporateAction, DatedAction, Day, GameId, IdempotencyKey, InstrumentId,
    MarketId, PlayerId, Post, Posting, Price, SplitRatio, Timestamp,
};

use super::failure::corrupt;
use super::rows::{Columns, day, instant};
use super::{CandleRecord, InstrumentRecord, MarketSource, RestingRecord, StoreResult};

/// An action of an instrument, regardless of market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstrumentAction {
    pub instrument: InstrumentId,
    pub dated: DatedAction,
}

/// An action that has taken effect in a market or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketAction {
    pub market: MarketId,
    pub instrument: InstrumentId,
    pub dated: DatedAction,
    /// For a split, the price of one new share, at which the fraction is paid out; otherwise zero.
    pub price: Price,
    /// The instant, in server time, at which the action's day begins in the market.
    pub effective_at: Timestamp,
}

impl MarketAction {
    /// The key of the posting that applies it to an account. The same for every account, so that each
    /// gets it once.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        let kind = self.dated.action.kind().as_str();
        let (market, instrument) = (self.market.0, self.instrument.0);
        let key = format!(
            "action-{market:x}-{instrument:x}-{:x}-{kind}",
            self.dated.day.number()
        );
        let key: IdempotencyKey = key
            .parse()
            .expect("two numbers of 16 digits, one of 8 and a word are at most 64 characters");
        key.of_posting()
    }

    /// What is posted to a holder's account.
    #[must_use]
    pub fn post(&self, whole_shares: bool) -> Post {
        let instrument = self.instrument;
        let posting = match self.dated.action {
            CorporateAction::Split(ratio) => Posting::Split {
                instrument,
                ratio,
                whole_shares,
                price: self.price,
            },
            CorporateAction::Dividend { per_share } => Posting::Dividend {
                instrument,
                per_share,
            },
            CorporateAction::Delisting { price } => Posting::Delist { instrument, price },
        };
        Post {
            key: self.key(),
            posting,
        }
    }
}

/// The stored form of an action: kind, new shares, old shares, amount in units.
pub(super) fn parts(action: CorporateAction) -> (&'static str, i64, i64, i64) {
    let kind = action.kind().as_str();
    match action {
        CorporateAction::Split(ratio) => (kind, ratio.new.into(), ratio.old.into(), 0),
        CorporateAction::Dividend { per_share: amount }
        | CorporateAction::Delisting { price: amount } => (kind, 0, 0, amount.units()),
    }
}

fn dated(row: &impl Columns) -> StoreResult<DatedAction> {
    let unreadable = || corrupt("a corporate action".to_owned());
    let kinds = [
        ActionKind::Split,
        ActionKind::Dividend,
        ActionKind::Delisting,
    ];
    let kind = row.text("kind")?;
    let kind = kinds.into_iter().find(|known| known.as_str() == kind);
    let amount = Price::from_units(row.integer("amount")?);
    let shares = |column| u32::try_from(row.integer(column)?).map_err(|_| unreadable());
    let action = match kind.ok_or_else(unreadable)? {
        ActionKind::Split => CorporateAction::Split(SplitRatio {
            new: shares("new_shares")?,
            old: shares("old_shares")?,
        }),
        ActionKind::Dividend => CorporateAction::Dividend { per_share: amount },
        ActionKind::Delisting => CorporateAction::Delisting { price: amount },
    };
    let day = day(row.integer("day")?)?;
    Ok(DatedAction { day, action })
}

pub(super) fn instrument_action(row: &impl Columns) -> StoreResult<InstrumentAction> {
    Ok(InstrumentAction {
        instrument: InstrumentId(row.integer("instrument_id")?),
        dated: dated(row)?,
    })
}

pub(super) fn market_action(row: &impl Columns) -> StoreResult<MarketAction> {
    Ok(MarketAction {
        market: MarketId(row.integer("market_id")?),
        instrument: InstrumentId(row.integer("instrument_id")?),
        dated: dated(row)?,
        price: Price::from_units(row.integer("price")?),
        effective_at: instant(row, "effective_at")?,
    })
}

/// Actions and the accounts they concern.
#[async_trait]
pub trait ActionStore {
    /// Like [`super::InstrumentStore::import_market`], plus the actions of the instruments, which replace all
    /// actions that these instruments had.
    async fn import_history(
        &self,
        instruments: &[InstrumentRecord],
        candles: &[CandleRecord],
        actions: &[InstrumentAction],
    ) -> StoreResult<()>;
    /// The imported actions of an instrument up to a day, latest first.
    async fn list_instrument_actions(
        &self,
        instrument: InstrumentId,
        until: Day,
        limit: u32,
    ) -> StoreResult<Vec<DatedAction>>;
    /// The imported actions of a universe from day to day, both included.
    async fn list_universe_actions(
        &self,
        universe: MarketSource,
        from: Day,
        to: Day,
    ) -> StoreResult<Vec<InstrumentAction>>;
    /// Registers actions of a market. An existing action stays unchanged, except that its instant is
    /// replaced while it lies after `now`.
    async fn register_actions(&self, actions: &[MarketAction], now: Timestamp) -> StoreResult<()>;
    /// Actions of a market not yet applied to every holder, earliest first.
    async fn list_open_actions(
        &self,
        market: MarketId,
        limit: u32,
    ) -> StoreResult<Vec<MarketAction>>;
    /// Actions of any market in effect at an instant and not yet applied to every holder, earliest first.
    async fn list_due_actions(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<MarketAction>>;
    /// Marks an action as applied to every holder.
    async fn finish_action(&self, action: &MarketAction, now: Timestamp) -> StoreResult<()>;
    /// Accounts of a game that hold an instrument, by player, after the given one.
    async fn list_holders(
        &self,
        game: GameId,
        instrument: InstrumentId,
        after: PlayerId,
        limit: u32,
    ) -> StoreResult<Vec<AccountId>>;
    /// Orders of a game on an instrument that have rested since before an instant, by player.
    async fn list_resting_before(
        &self,
        game: GameId,
        instrument: InstrumentId,
        before: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<RestingRecord>>;
}
