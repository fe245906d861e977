//! A small world to trade in, the same for every test and on every platform.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

use domain::{
    Account, Execution, Fate, Fees, GameRules, IdempotencyKey, Money, Order, Placement, Position,
    Price, Quantity, Quote, Rejection, Rest, RestingOrder, Side, Situation, Size, Symbol, Terms,
    Timestamp, TradingDay, Trigger, Xp, XpRules, execute, fate, place,
};

/// 2026-11-21T12:00:00Z.
pub const NOON: i64 = 1_795_262_400;

pub fn symbol() -> Symbol {
    "ACME".parse().expect("a symbol")
}

pub fn key(number: u64) -> IdempotencyKey {
    format!("order-{number:08}").parse().expect("a key")
}

pub fn order(number: u64, side: Side, size: Size) -> Order {
    Order::new(key(number), symbol(), side, size, None, None).expect("an order")
}

pub fn quote(price: Price, at: Timestamp) -> Quote {
    Quote {
        symbol: symbol(),
        price,
        at,
        stale: false,
        previous_close: None,
        foreign: None,
        halted_until: None,
    }
}

/// One account with one position in one game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    pub account: Account,
    pub position: Position,
    pub xp: Xp,
    pub game: GameRules,
    pub xp_rules: XpRules,
    pub traded: TradingDay,
    pub now: Timestamp,
}

impl World {
    pub fn new(game: GameRules) -> Self {
        Self {
            account: Account::opened_with(game.starting_cash),
            position: Position::default(),
            xp: 0,
            game,
            xp_rules: XpRules::default(),
            traded: TradingDay::default(),
            now: Timestamp::from_seconds(NOON),
        }
    }

    pub fn with_fees(basis_points: u32, fixed: Money) -> Self {
        Self::new(GameRules {
            fees: Fees {
                basis_points,
                fixed,
            },
            ..GameRules::open_league()
        })
    }

    pub fn preview(&self, order: &Order, price: Price) -> Result<Execution, Rejection> {
        let quote = quote(price, self.now);
        execute(
            order,
            Situation {
                account: &self.account,
                position: &self.position,
                xp: self.xp,
                quote: Some(&quote),
                category: None,
                game: &self.game,
                xp_rules: &self.xp_rules,
                traded: self.traded,
                now: self.now,
            },
        )
    }

    pub fn trade(&mut self, order: &Order, price: Price) -> Result<Execution, Rejection> {
        let execution = self.preview(order, price)?;
        self.account = execution.account;
        self.position = execution.position.clone();
        self.xp = execution.xp;
        let day = execution.fill.at.day();
        self.traded = self.traded.after_trade(day, execution.fill.xp);
        Ok(execution)
    }

    pub fn buy(&mut self, quantity: &str, price: &str) -> Result<Execution, Rejection> {
        let size = Size::Quantity(quantity.parse().expect("a quantity"));
        self.trade(&order(1, Side::Buy, size), price.parse().expect("a price"))
    }

    pub fn sell(&mut self, quantity: &str, price: &str) -> Result<Execution, Rejection> {
        let size = Size::Quantity(quantity.parse().expect("a quantity"));
        self.trade(&order(1, Side::Sell, size), price.parse().expect("a price"))
    }
}

pub fn money(text: &str) -> Money {
    text.parse().expect("an amount of money")
}

/// A generator of numbers (SplitMix64) that is the same everywhere.
#[derive(Debug)]
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Any order that a client may send, from absurdly small to absurdly large.
    pub fn order(&mut self, number: u64) -> Order {
        let side = if self.below(2) == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        let magnitude = 10_u64.pow(u32::try_from(self.below(13)).expect("small"));
        let units = i64::try_from(1 + self.below(magnitude)).expect("fits");
        let size = if self.below(3) == 0 {
            Size::Amount(Money::from_units(units))
        } else {
            Size::Quantity(Quantity::from_units(units))
        };
        let reason = (self.below(4) == 0).then_some("It looks cheap to me after the news.");
        Order::new(key(number), symbol(), side, size, None, reason).expect("an order")
    }

    pub fn price(&mut self) -> Price {
        let magnitude = 10_u64.pow(2 + u32::try_from(self.below(6)).expect("small"));
        Price::from_units(i64::try_from(1 + self.below(magnitude)).expect("fits"))
    }
}

/// Good till cancelled.
pub fn terms(trigger: Trigger) -> Terms {
    Terms {
        trigger,
        expires_at: None,
    }
}

/// What waits for its price.
impl World {
    pub fn at_price<T>(&self, price: Price, ask: impl FnOnce(Situation<'_>) -> T) -> T {
        let quote = quote(price, self.now);
        ask(Situation {
            account: &self.account,
            position: &self.position,
            xp: self.xp,
            quote: Some(&quote),
            category: None,
            game: &self.game,
            xp_rules: &self.xp_rules,
            traded: self.traded,
            now: self.now,
        })
    }

    pub fn placed(&self, order: &Order, at: &str) -> Result<Placement, Rejection> {
        let price = at.parse().expect("a price");
        self.at_price(price, |situation| place(order, situation))
    }

    pub fn rest(&mut self, order: &Order, at: &str) -> RestingOrder {
        match self.placed(order, at) {
            Ok(Placement::Rests(rest)) => self.take(rest),
            other => panic!("{order:?} does not rest: {other:?}"),
        }
    }

    pub fn take(&mut self, rest: Rest) -> RestingOrder {
        (self.account, self.position) = (rest.account, rest.position);
        rest.resting
    }

    pub fn fate_of(&self, resting: &RestingOrder, at: Price) -> Fate {
        self.at_price(at, |situation| fate(resting, situation))
    }
}
