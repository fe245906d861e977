//! What must hold for orders that wait, whatever happens: what is set aside is conserved, and enough.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

mod support;

use domain::{
    Account, AccountId, Fate, GameId, InstrumentId, LedgerEntry, Money, Placement, PlayerId, Price,
    Rejection, ReleaseCause, Replay, RestingOrder, Side, Size, Trigger, place, release,
};
use proptest::prelude::*;
use support::{Numbers, World, terms};

const ACCOUNT: AccountId = AccountId {
    player: PlayerId(7),
    game: GameId(1),
};
const INSTRUMENT: InstrumentId = InstrumentId(3);

fn any_world() -> impl Strategy<Value = (World, Numbers)> {
    (0_u32..500, 0_i64..50_000, any::<bool>(), any::<u64>()).prop_map(
        |(basis_points, fixed, fractional, seed)| {
            let mut world = World::with_fees(basis_points, Money::from_units(fixed));
            world.game.fractional = fractional;
            (world, Numbers(seed))
        },
    )
}

/// An account that trades, places, cancels and lets expire at random, with its ledger.
struct Desk {
    world: World,
    numbers: Numbers,
    open: Vec<RestingOrder>,
    replay: Replay,
}

impl Desk {
    fn new(world: World, numbers: Numbers) -> Self {
        let mut replay = Replay::new(ACCOUNT);
        let opened = replay.head.opened(world.account.cash, world.now);
        replay.apply(&opened).expect("the first entry");
        let open = Vec::new();
        Self {
            world,
            numbers,
            open,
            replay,
        }
    }

    fn step(&mut self, number: u64) {
        let passed = i64::try_from(self.numbers.below(9_000)).expect("small");
        self.world.now = self.world.now.plus_seconds(passed);
        let now = self.numbers.price();
        match self.numbers.below(8) {
            0 if !self.open.is_empty() => self.cancel(),
            1 | 2 => self.settle(now),
            _ => self.place(number, now),
        }
        self.check();
    }

    fn place(&mut self, number: u64, now: Price) {
        let mut order = self.numbers.order(number);
        if self.numbers.below(3) > 0 {
            let at = self.numbers.price();
            let trigger = match self.numbers.below(2) {
                0 => Trigger::Limit(at),
                _ => Trigger::Stop(at),
            };
            order = order.on_terms(terms(trigger)).expect("terms");
        }
        let before = self.world.clone();
        match self
            .world
            .at_price(now, |situation| place(&order, situation))
        {
            Ok(Placement::Filled(execution)) => {
                let head = self.replay.head;
                self.write(head.executed(&execution, INSTRUMENT, &order, None));
                self.executed(execution);
            }
            Ok(Placement::Rests(rest)) => {
                let resting = self.world.take(rest);
                self.write(self.replay.head.reserved(INSTRUMENT, &resting, None));
                self.open.push(resting);
            }
            Err(_) => assert_eq!(self.world, before),
        }
    }

    /// Every order at a price: what was set aside is enough.
    fn settle(&mut self, now: Price) {
        for resting in std::mem::take(&mut self.open) {
            let fate = self.world.fate_of(&resting, now);
            match fate {
                Fate::Rests => self.open.push(resting),
                Fate::Filled(execution) => {
                    check_fill(&resting, &execution);
                    let head = self.replay.head;
                    self.write(head.executed_resting(&execution, INSTRUMENT, &resting, None));
                    self.executed(execution);
                }
                Fate::Rejected(rejection) => {
                    check_rejection(&resting, rejection);
                    self.end(ReleaseCause::Rejected, &resting);
                }
                Fate::Expires => panic!("nothing expires here"),
            }
        }
    }

    fn cancel(&mut self) {
        let place = self
            .numbers
            .below(u64::try_from(self.open.len()).expect("few"));
        let resting = self.open.remove(usize::try_from(place).expect("few"));
        self.end(ReleaseCause::Cancelled, &resting);
    }

    fn end(&mut self, cause: ReleaseCause, resting: &RestingOrder) {
        let head = self.replay.head;
        self.write(head.released(cause, self.world.now, INSTRUMENT, resting));
        let released = release(resting, &self.world.account, &self.world.position);
        (self.world.account, self.world.position) = released.expect("it was set aside");
    }

    fn executed(&mut self, execution: domain::Execution) {
        self.world.account = execution.account;
        self.world.position = execution.position;
        self.world.xp = execution.xp;
    }

    fn write(&mut self, entry: LedgerEntry) {
        self.replay.apply(&entry).expect("an entry that follows");
    }

    fn check(&self) {
        let Self {
            world,
            open,
            replay,
            ..
        } = self;
        let (account, position) = (&world.account, &world.position);
        let cash: i64 = open.iter().map(|open| open.reserve.cash.units()).sum();
        let quantity: i64 = open.iter().map(|open| open.reserve.quantity.units()).sum();
        assert_eq!(account.reserved_cash.units(), cash);
        assert_eq!(position.reserved_quantity.units(), quantity);
        assert!(account.reserved_cash <= account.cash && !account.reserved_cash.is_negative());
        assert!(position.reserved_quantity <= position.quantity);
        assert_eq!(account.free_cash().units() + cash, account.cash.units());
        let free = position.free_quantity().units();
        assert_eq!(free + quantity, position.quantity.units());
        assert_eq!(usize::try_from(account.open_orders), Ok(open.len()));
        assert!(account.open_orders <= Account::OPEN_ORDERS_MAX);
        assert_eq!(replay.account, *account);
        let replayed = replay.positions.get(&INSTRUMENT).cloned();
        assert_eq!(replayed.unwrap_or_default(), *position);
        assert_eq!((replay.open.len(), replay.xp), (open.len(), world.xp));
    }
}

fn check_fill(resting: &RestingOrder, execution: &domain::Execution) {
    let fill = &execution.fill;
    if let Trigger::Limit(limit) = resting.terms.trigger {
        let better = match fill.side {
            Side::Buy => fill.price <= limit && fill.cash_change.negated() <= resting.reserve.cash,
            Side::Sell => fill.price >= limit,
        };
        assert!(better, "{resting:?} {fill:?}");
    }
    if fill.side == Side::Sell {
        assert_eq!(fill.quantity, resting.reserve.quantity);
    }
}

/// A limit is never rejected, and nothing is for want of what it has set aside.
fn check_rejection(resting: &RestingOrder, rejection: Rejection) {
    let stop = matches!(resting.terms.trigger, Trigger::Stop(_));
    let expected = match rejection {
        // The price has gone beyond the margin, or a fee is more than a fallen price brings.
        Rejection::InsufficientCash { .. } | Rejection::InsufficientFreeCash { .. } => {
            !matches!(resting.order.size(), Size::Amount(_)) || resting.order.side() == Side::Sell
        }
        // The amount no longer covers a share, or shares are worth more than money can count.
        Rejection::BelowOneShare { .. } | Rejection::TooLarge { .. } => true,
        _ => false,
    };
    assert!(stop && expected, "{resting:?} {rejection:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_set_aside_is_conserved_and_enough((world, numbers) in any_world()) {
        let mut desk = Desk::new(world, numbers);
        for number in 0..80 {
            desk.step(number);
        }
    }
}
