//! Order requests and their results.

use serde::{Deserialize, Serialize};

use super::PositionView;
use crate::progress::AchievementId;
use crate::{
    Fill, IdempotencyKey, LotChoice, Money, Order, OrderError, PriceGuard, Rejection, Reserve,
    RestingOrder, Side, Size, Symbol, Terms, Timestamp, Trigger, Xp,
};

/// Places an order: at the current quote or, with a trigger, to rest until its price is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// The client's idempotency key for the order: sending it again is safe and gets the first
    /// answer.
    pub idempotency_key: IdempotencyKey,
    /// What to trade.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub size: Size,
    /// The price that the player saw; without it any price is accepted.
    #[serde(default)]
    pub guard: Option<PriceGuard>,
    /// Why, in the player's words; at most 500 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: Option<String>,
    /// The price that the order waits for; without it the order is filled at once or not at all. It
    /// replaces the guard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// When a waiting order expires; without it, it is good till cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Which shares a sale takes; by default the oldest. Chosen lots must add up to the size. A sale that
    /// waits for a price always takes the oldest.
    #[serde(default, skip_serializing_if = "LotChoice::is_oldest")]
    pub lots: LotChoice,
}

impl OrderRequest {
    /// The requested order.
    ///
    /// # Errors
    /// An [`OrderError`] that names the invalid field.
    pub fn order(&self) -> Result<Order, OrderError> {
        let key = self.idempotency_key.clone();
        let order = Order::new(
            key,
            self.symbol,
            self.side,
            self.size,
            self.guard,
            self.reason.as_deref(),
        )?;
        let order = order.from_lots(self.lots.clone())?;
        let expires_at = self.expires_at;
        match self.trigger {
            Some(trigger) => order.on_terms(Terms {
                trigger,
                expires_at,
            }),
            None if expires_at.is_some() => Err(OrderError::Expiry),
            None => Ok(order),
        }
    }
}

/// The state of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It was filled.
    Filled,
    /// It was rejected, and never will be filled.
    Rejected,
    /// It waits for its price.
    Resting,
    /// Its player has cancelled it.
    Cancelled,
    /// It expired before its price was reached.
    Expired,
}

/// An order and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderView {
    /// The client's idempotency key for it.
    pub idempotency_key: IdempotencyKey,
    /// What to trade.
    pub symbol: Symbol,
    /// Buy or sell.
    pub side: Side,
    /// How much.
    pub size: Size,
    /// When the server decided it.
    pub at: Timestamp,
    /// Its state.
    pub status: OrderStatus,
    /// The fill, when it was filled.
    pub fill: Option<Fill>,
    /// Why it was not filled.
    pub rejection: Option<Rejection>,
    /// Cash after it.
    pub cash_after: Option<Money>,
    /// The position in the instrument after it.
    pub position_after: Option<PositionView>,
    /// The player's XP after it.
    pub xp_after: Option<Xp>,
    /// The price that it waits for, or has waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// While it waits: what is set aside for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<Reserve>,
    /// The achievements that it unlocked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlocked: Vec<UnlockView>,
    /// The quest of the day, if this order did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quest: Option<QuestDone>,
}

/// A quest that was just done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestDone {
    /// Its name for players.
    pub name: String,
    /// XP for it.
    pub xp: Xp,
}

/// An achievement that was just unlocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnlockView {
    /// Its stable name.
    pub achievement: AchievementId,
    /// Its name for players.
    pub name: String,
    /// The name of its picture.
    pub icon: String,
    /// XP for it.
    pub xp: Xp,
}

impl OrderView {
    /// XP that the order earned on top of the trade's own: for achievements and the quest of the
    /// day.
    #[must_use]
    pub fn extra_xp(&self) -> Xp {
        let quest = self.quest.as_ref().map_or(0, |quest| quest.xp);
        let unlocked = self.unlocked.iter().map(|unlock| unlock.xp);
        unlocked.fold(quest, Xp::saturating_add)
    }

    /// An order of which only the request is known.
    #[must_use]
    pub fn unfilled(order: &Order, status: OrderStatus, at: Timestamp) -> Self {
        Self {
            idempotency_key: order.key().clone(),
            symbol: order.symbol(),
            side: order.side(),
            size: order.size(),
            at,
            status,
            fill: None,
            rejection: None,
            cash_after: None,
            position_after: None,
            xp_after: None,
            trigger: order.terms().map(|terms| terms.trigger),
            expires_at: order.terms().and_then(|terms| terms.expires_at),
            reserved: None,
            unlocked: Vec::new(),
            quest: None,
        }
    }

    /// An order that waits.
    #[must_use]
    pub fn resting(resting: &RestingOrder) -> Self {
        Self {
            reserved: Some(resting.reserve),
            ..Self::unfilled(&resting.order, OrderStatus::Resting, resting.placed_at)
        }
    }
}
