//! Resting orders: orders that wait for their price, what is set aside for them, and how they end.
//! The server decides with these functions and the page previews with them.

use serde::{Deserialize, Serialize};

use crate::trade::{execute_at, limits, pricing};
use crate::{
    Account, Execution, GameRules, Money, Order, Position, Price, Quantity, Quote, Rejection, Side,
    Situation, Size, Terms, Timestamp, Trigger, execute,
};

/// What is set aside for a resting order, so that nothing else can spend or sell it.
///
/// - A purchase by amount sets aside the amount: it never costs more.
/// - A purchase at a limit sets aside what it costs at the limit, fee included: it never costs more.
/// - A purchase at a stop sets aside what it costs [`Reserve::STOP_MARGIN_BPS`] above the stop,
///   because the price may overshoot the stop before it is seen. If even that is not enough, free
///   cash covers the rest; if there is too little, the order is rejected.
/// - A sale sets aside its shares. A sale at a limit also sets aside the part of the fee that
///   exceeds the proceeds, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reserve {
    /// Cash.
    pub cash: Money,
    /// Shares of the order's instrument.
    pub quantity: Quantity,
}

impl Reserve {
    /// How far above its stop a purchase is covered: 5 %.
    pub const STOP_MARGIN_BPS: u32 = 500;

    /// Reserves it in an account and returns the position after it. None when an amount is beyond
    /// its type.
    pub(crate) fn add_to(self, account: &mut Account, position: &Position) -> Option<Position> {
        account.reserved_cash = account.reserved_cash.checked_add(self.cash)?;
        account.open_orders = account.open_orders.checked_add(1)?;
        let reserved_quantity = position.reserved_quantity.checked_add(self.quantity)?;
        Some(Position {
            reserved_quantity,
            ..position.clone()
        })
    }

    /// Releases it in an account and returns the position after it. None when less is reserved.
    pub(crate) fn release_from(
        self,
        account: &mut Account,
        position: &Position,
    ) -> Option<Position> {
        let cash = account.reserved_cash.checked_sub(self.cash)?;
        let quantity = position.reserved_quantity.checked_sub(self.quantity)?;
        account.reserved_cash = Some(cash).filter(|cash| !cash.is_negative())?;
        account.open_orders = account.open_orders.checked_sub(1)?;
        Some(Position {
            reserved_quantity: Some(quantity).filter(|quantity| !quantity.is_negative())?,
            ..position.clone()
        })
    }
}

/// A waiting order, with what is set aside for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingOrder {
    /// What was asked for.
    pub order: Order,
    /// What it waits for, and how long.
    pub terms: Terms,
    /// What is set aside.
    pub reserve: Reserve,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// A newly resting order, and the state after placing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// The order.
    pub resting: RestingOrder,
    /// The account after it.
    pub account: Account,
    /// The position after it.
    pub position: Position,
}

/// The outcome of placing an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// It is filled at once.
    Filled(Execution),
    /// It waits.
    Rests(Rest),
}

/// What to do with a resting order at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It has reached its price.
    Executes,
    /// It has expired, or its game has ended.
    Expires,
}

/// The outcome for a resting order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "it is taken apart where it is made, and most orders that are due are filled"
)]
pub enum Fate {
    /// It keeps waiting.
    Rests,
    /// It is filled.
    Filled(Execution),
    /// It ends without being filled.
    Expires,
    /// It reached its price but cannot be filled.
    Rejected(Rejection),
}

/// Whether a price is what an order waits for. A limit is reached by a price that is as good or
/// better, a stop by one that is as bad or worse.
#[must_use]
pub fn is_triggered(side: Side, trigger: Trigger, price: Price) -> bool {
    match (side, trigger) {
        (Side::Buy, Trigger::Limit(limit)) => price <= limit,
        (Side::Sell, Trigger::Limit(limit)) => price >= limit,
        (Side::Buy, Trigger::Stop(stop)) => price >= stop,
        (Side::Sell, Trigger::Stop(stop)) => price <= stop,
    }
}

/// Decides a new order: executes it, or lets it rest with what it may need set aside. An order
/// without terms, or one that has already reached its price, is executed as by [`execute`].
///
/// # Errors
/// The [`Rejection`] to show the player. An order that can only be covered in part is rejected too.
///
/// # Examples
/// ```
/// use domain::*;
/// let terms = Terms { trigger: Trigger::Limit("95".parse()?), expires_at: None };
/// let order = Order::new("first-order".parse()?, "ACME".parse()?, Side::Buy, Size::Quantity("3".parse()?), None, None)?;
/// let order = order.on_terms(terms)?;
/// let now = Timestamp::from_seconds(1_795_262_400);
/// let quote = Quote { symbol: order.symbol(), price: "100".parse()?, at: now, stale: false, previous_close: None, foreign: None, halted_until: None };
/// let placed = place(&order, Situation {
///     account: &Account::opened_with(Money::from_whole(10_000)),
///     position: &Position::default(),
///     xp: 0,
///     quote: Some(&quote),
///     category: None,
///     game: &GameRules::open_league(),
///     xp_rules: &XpRules::default(),
///     traded: TradingDay::default(),
///     now,
/// })?;
/// let Placement::Rests(rest) = placed else { panic!("100 is more than 95") };
/// assert_eq!(rest.resting.reserve.cash, Money::from_whole(285));
/// assert_eq!(rest.account.free_cash(), Money::from_whole(9_715));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn place(order: &Order, situation: Situation<'_>) -> Result<Placement, Rejection> {
    let Some(terms) = order.terms() else {
        return execute(order, situation).map(Placement::Filled);
    };
    let game = situation.game;
    game.check_running(situation.now)
        .map_err(|closed| Rejection::GameNotOpen { closed })?;
    let symbol = order.symbol();
    let quote = situation.quote.ok_or(Rejection::NotTradable { symbol })?;
    if let Some(expires_at) = terms.expires_at.filter(|at| *at <= situation.now) {
        return Err(Rejection::AlreadyExpired { expires_at });
    }
    // Outside the trading hours it waits, whatever the price is.
    if game.check_open(situation.now).is_ok() && reached(order.side(), terms, quote) {
        return execute(order, situation).map(Placement::Filled);
    }
    if order.side() == Side::Buy {
        limits::check_category(symbol, situation)?;
    }
    if situation.account.open_orders >= Account::OPEN_ORDERS_MAX {
        let open_orders_max = Account::OPEN_ORDERS_MAX;
        return Err(Rejection::TooManyOpenOrders { open_orders_max });
    }
    let reserve = reserve(order, terms, situation)?;
    situation.account.check_free_cash(reserve.cash)?;
    let resting = RestingOrder {
        order: order.clone(),
        terms,
        reserve,
        placed_at: situation.now,
    };
    let too_large = Rejection::TooLarge {
        maximum: game.order_max,
    };
    let (account, position) =
        set_aside(&resting, situation.account, situation.position).ok_or(too_large)?;
    Ok(Placement::Rests(Rest {
        resting,
        account,
        position,
    }))
}

/// What an order on terms sets aside.
///
/// # Errors
/// A [`Rejection`] when the order is outside the game's limits or sells more shares than are free.
fn reserve(order: &Order, terms: Terms, situation: Situation<'_>) -> Result<Reserve, Rejection> {
    let price = terms.trigger.price();
    let (game, costs) = (situation.game, situation.terms());
    match order.side() {
        Side::Buy => {
            // The order also has to be within the game's limits at the trigger's own price.
            let priced = pricing::purchase(order.size(), price, costs)?;
            let cash = match (order.size(), terms.trigger) {
                (Size::Amount(amount), _) => Some(amount),
                (Size::Quantity(_), Trigger::Limit(_)) => {
                    let costs = priced.costs();
                    costs.and_then(|costs| priced.value.checked_add(costs))
                }
                (Size::Quantity(quantity), Trigger::Stop(stop)) => {
                    cost_beyond_stop(quantity, stop, costs)
                }
            };
            let quantity = Quantity::ZERO;
            let maximum = game.order_max;
            let cash = cash.ok_or(Rejection::TooLarge { maximum })?;
            Ok(Reserve { cash, quantity })
        }
        Side::Sell => {
            let priced = pricing::sale(order.size(), price, situation.position, costs)?;
            let short = priced.costs();
            let short = short.and_then(|costs| costs.checked_sub(priced.value));
            let short = short.filter(|short| short.is_positive());
            let cash = match terms.trigger {
                Trigger::Limit(_) => short.unwrap_or_default(),
                Trigger::Stop(_) => Money::ZERO,
            };
            let quantity = priced.quantity;
            Ok(Reserve { cash, quantity })
        }
    }
}

/// The cost of shares at the margin above a stop, fee and conversion included.
fn cost_beyond_stop(quantity: Quantity, stop: Price, costs: pricing::Terms<'_>) -> Option<Money> {
    let at_stop = stop.cost_of(quantity)?;
    let margin = at_stop.basis_points_rounded_up(Reserve::STOP_MARGIN_BPS)?;
    let value = at_stop.checked_add(margin)?;
    value.checked_add(pricing::cost_of(value, costs)?)
}

fn reached(side: Side, terms: Terms, quote: &Quote) -> bool {
    // The last known price may be out of date, and that of a halted instrument is no offer.
    quote.is_fresh() && is_triggered(side, terms.trigger, quote.price)
}

fn set_aside(
    resting: &RestingOrder,
    account: &Account,
    position: &Position,
) -> Option<(Account, Position)> {
    let mut account = *account;
    let position = resting.reserve.add_to(&mut account, position)?;
    Some((account, position))
}

/// Releases what was set aside, when the order is filled, cancelled, expired or rejected, and
/// returns account and position. None when they have less set aside.
#[must_use]
pub fn release(
    resting: &RestingOrder,
    account: &Account,
    position: &Position,
) -> Option<(Account, Position)> {
    let mut account = *account;
    let position = resting.reserve.release_from(&mut account, position)?;
    Some((account, position))
}

/// What to do with a resting order, as far as can be said without its account. It waits while its
/// game is frozen or not yet open, or its instrument has no fresh price.
#[must_use]
pub fn due(
    side: Side,
    terms: Terms,
    quote: Option<&Quote>,
    game: &GameRules,
    now: Timestamp,
) -> Option<Due> {
    let over = game.closes_at.is_some_and(|closes_at| closes_at <= now);
    if over || terms.expires_at.is_some_and(|at| at <= now) {
        return Some(Due::Expires);
    }
    let open = game.check_open(now).is_ok();
    let reached = quote.is_some_and(|quote| reached(side, terms, quote));
    (open && reached).then_some(Due::Executes)
}

/// Decides a resting order. When it is filled, the resulting state has its reserve released.
///
/// The game's smallest and largest order value are checked on placement only: a stop exists for the
/// very day on which the price is far below it.
#[must_use]
pub fn fate(resting: &RestingOrder, situation: Situation<'_>) -> Fate {
    let (side, game) = (resting.order.side(), situation.game);
    let next = due(side, resting.terms, situation.quote, game, situation.now);
    let quote = match (next, situation.quote) {
        (Some(Due::Executes), Some(quote)) => quote,
        (Some(Due::Expires), _) => return Fate::Expires,
        _ => return Fate::Rests,
    };
    let Some((account, position)) = release(resting, situation.account, situation.position) else {
        // The account has no such order, so there is nothing to decide.
        return Fate::Rests;
    };
    let unbounded = GameRules {
        order_min: Money::ZERO,
        order_max: Money::from_units(i64::MAX),
        ..game.clone()
    };
    let freed = Situation {
        account: &account,
        position: &position,
        game: &unbounded,
        ..situation
    };
    match execute_at(&resting.order, resting.size(), quote.price, freed) {
        Ok(execution) => Fate::Filled(execution),
        Err(rejection) => Fate::Rejected(within(rejection, game)),
    }
}

/// A rejection by the limits of the game itself.
fn within(rejection: Rejection, game: &GameRules) -> Rejection {
    let (minimum, maximum) = (game.order_min, game.order_max);
    match rejection {
        Rejection::TooSmall { .. } => Rejection::TooSmall { minimum },
        Rejection::TooLarge { .. } => Rejection::TooLarge { maximum },
        other => other,
    }
}

impl RestingOrder {
    /// How much it trades when it reaches its price. A sale always sells the shares that were set
    /// aside, even if it was placed by amount.
    #[must_use]
    pub fn size(&self) -> Size {
        match self.order.side() {
            Side::Buy => self.order.size(),
            Side::Sell => Size::Quantity(self.reserve.quantity),
        }
    }
}
