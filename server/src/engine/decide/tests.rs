//! Batches decided without any store.

use std::sync::Arc;

use domain::progress::PlayerProgress;
use domain::{
    AwardCause, AwardHead, Day, FactKind, GameId, LedgerHead, Money, Posting, Price, PriceGuard,
    Quantity, Rejection, Replay, Side, Size, Symbol, Xp, XpRules,
};

use super::*;
use crate::market::{Catalogue, Listing};
use crate::store::{InstrumentRecord, MarketSource, TradingAccount};

mod farming;
mod postings;
mod unlocks;

const NOON: i64 = 1_795_262_400;
const ACME: InstrumentId = InstrumentId(7);

fn account(player: i64) -> AccountId {
    AccountId {
        player: PlayerId(player),
        game: GameId(1),
    }
}

/// The account as it is after its opening entry, and the replay of that entry.
fn opened(id: AccountId, cash: i32) -> (TradingAccount, Replay) {
    let mut replay = Replay::new(id);
    let entry =
        LedgerHead::before_first(id).opened(Money::from_whole(cash), Timestamp::from_seconds(NOON));
    replay.apply(&entry).unwrap();
    let record = AccountRecord {
        id,
        account: replay.account,
        head: replay.head,
        counters: replay.counters.clone(),
    };
    let account = TradingAccount {
        record,
        xp: 0,
        awards: AwardHead::before_first(id.player),
        progress: PlayerProgress::default(),
    };
    (account, replay)
}

fn fetched(accounts: &[AccountId]) -> Fetched {
    Fetched {
        accounts: accounts
            .iter()
            .map(|id| (*id, opened(*id, 10_000).0))
            .collect(),
        ..Fetched::default()
    }
}

fn instrument(id: InstrumentId, symbol: &str, tradable: bool) -> InstrumentRecord {
    InstrumentRecord {
        id,
        universe: MarketSource::Simulated,
        symbol: symbol.parse().unwrap(),
        name: symbol.into(),
        category: "Things".into(),
        currency: "USD".into(),
        description: String::new(),
        plain_words: String::new(),
        fun_fact: String::new(),
        tradable,
    }
}

/// ACME at 10.00, and DEAD, which is not tradable.
fn snapshot() -> Snapshot {
    let at = Timestamp::from_seconds(NOON);
    let catalogue = Catalogue::new(vec![
        instrument(ACME, "ACME", true),
        instrument(InstrumentId(8), "DEAD", false),
    ]);
    let listing = |record: &InstrumentRecord| Listing {
        quote: Some(Quote {
            symbol: record.symbol,
            price: Price::from_whole(10),
            at,
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        }),
        ..Listing::default()
    };
    let listings = catalogue.instruments.iter().map(listing).collect();
    Snapshot {
        at,
        catalogue: Arc::new(catalogue),
        listings,
        ..Snapshot::default()
    }
}

fn order(key: &str, symbol: &str, side: Side, quantity: i32) -> Order {
    let size = Size::Quantity(Quantity::from_whole(quantity));
    Order::new(
        key.parse().unwrap(),
        symbol.parse().unwrap(),
        side,
        size,
        None,
        None,
    )
    .unwrap()
}

fn decide_all(fetched: Fetched, orders: &[(AccountId, Order)]) -> Decided {
    let asks: Vec<_> = orders
        .iter()
        .map(|(account, order)| (*account, Ask::Place(order)))
        .collect();
    decide_asks(fetched, HashMap::new(), &asks)
}

fn decide_asks(
    fetched: Fetched,
    done: HashMap<(AccountId, OnceKey), i64>,
    asks: &[(AccountId, Ask<'_>)],
) -> Decided {
    decide_among(&Achievements::default(), fetched, done, asks)
}

fn decide_among(
    achievements: &Achievements,
    fetched: Fetched,
    done: HashMap<(AccountId, OnceKey), i64>,
    asks: &[(AccountId, Ask<'_>)],
) -> Decided {
    // Rules under which every trade of these tests earns in full.
    let rules = VersionedRules {
        rules: XpRules {
            trade_min: Money::ZERO,
            trade_min_basis_points: 0,
            full_trades_a_day: u32::MAX,
            daily_trade_max: 1_000_000,
            ..XpRules::default()
        },
        version: 3,
    };
    decide_by(&rules, achievements, fetched, done, asks)
}

fn decide_by(
    rules: &VersionedRules,
    achievements: &Achievements,
    fetched: Fetched,
    done: HashMap<(AccountId, OnceKey), i64>,
    asks: &[(AccountId, Ask<'_>)],
) -> Decided {
    let game = GameRules::open_league();
    let snapshot = snapshot();
    let requests: Vec<Request<'_>> = asks
        .iter()
        .map(|(account, ask)| Request {
            account: *account,
            ask: *ask,
            game: &game,
            snapshot: &snapshot,
            salt: [9; 16],
            rules,
        })
        .collect();
    let quests = Quests::default();
    decide(
        fetched,
        done,
        &requests,
        Moment {
            levels: LevelRules::default(),
            now: Timestamp::from_seconds(NOON),
            achievements,
            quests: &quests,
        },
    )
}

fn view(outcome: &Outcome) -> &OrderView {
    match outcome {
        Outcome::Done(done) => match done {
            Done::Order(view) => view,
            other => panic!("no order: {other:?}"),
        },
        other => panic!("not answered: {other:?}"),
    }
}

#[test]
fn a_hundred_orders_of_one_account_chain_exactly() {
    let id = account(1);
    let side = |number| {
        if number % 4 == 3 {
            Side::Sell
        } else {
            Side::Buy
        }
    };
    let orders: Vec<(AccountId, Order)> = (0..100)
        .map(|number| {
            (
                id,
                order(
                    &format!("order-{number:03}"),
                    "ACME",
                    side(number),
                    1 + number % 3,
                ),
            )
        })
        .collect();
    let decided = decide_all(fetched(&[id]), &orders);

    let mut replay = opened(id, 10_000).1;
    for (_, entry) in &decided.batch.entries {
        replay.apply(entry).unwrap();
    }
    assert_eq!(decided.batch.entries.len(), 100);
    let [change] = decided.batch.accounts.as_slice() else {
        panic!("one account changes once")
    };
    assert_eq!(
        (change.expected_version, change.record.head),
        (1, replay.head)
    );
    assert_eq!(change.record.account, replay.account);
    assert_eq!(decided.batch.players[0].xp_gained, replay.xp);
    let [(_, position)] = decided.batch.positions.as_slice() else {
        panic!("one position changes once")
    };
    assert_eq!(Some(&position.position), replay.positions.get(&ACME));
    let last = view(&decided.outcomes[99]);
    assert_eq!(
        (last.cash_after, last.xp_after),
        (Some(replay.account.cash), Some(replay.xp))
    );
    assert_eq!(decided.batch.answers.len(), 100);
}

#[test]
fn a_repeat_in_the_same_batch_gets_the_first_answer() {
    let id = account(1);
    let decided = decide_all(
        fetched(&[id]),
        &[
            (id, order("the-same-key", "ACME", Side::Buy, 2)),
            (id, order("the-same-key", "ACME", Side::Buy, 2)),
            (id, order("the-same-key", "ACME", Side::Buy, 3)),
        ],
    );
    assert_eq!(view(&decided.outcomes[0]), view(&decided.outcomes[1]));
    assert!(matches!(decided.outcomes[2], Outcome::KeyReused));
    assert_eq!(
        (decided.batch.entries.len(), decided.batch.answers.len()),
        (1, 1)
    );
}

#[test]
fn a_repeat_of_an_earlier_order_gets_the_stored_answer_and_changes_nothing() {
    let id = account(1);
    let first = order("the-same-key", "ACME", Side::Buy, 2);
    let decided = decide_all(fetched(&[id]), &[(id, first.clone())]);
    let answered = decided.batch.answers[0].1.clone();
    let mut later = fetched(&[id]);
    later
        .answers
        .insert((id, first.key().clone()), answered.clone());
    let decided = decide_all(
        later,
        &[
            (id, first),
            (id, order("the-same-key", "ACME", Side::Sell, 2)),
        ],
    );
    assert_eq!(view(&decided.outcomes[0]), &answered.view);
    assert!(matches!(decided.outcomes[1], Outcome::KeyReused));
    assert!(decided.changes_nothing());
}

#[test]
fn the_same_key_of_two_accounts_is_two_orders() {
    let ids = [account(1), account(2)];
    let orders = ids.map(|id| (id, order("the-same-key", "ACME", Side::Buy, 2)));
    let decided = decide_all(fetched(&ids), &orders);
    assert_eq!(
        (decided.batch.accounts.len(), decided.batch.entries.len()),
        (2, 2)
    );
}

#[test]
fn a_rejected_order_never_fails_its_neighbours() {
    let (rich, unknown) = (account(1), account(2));
    let dear = PriceGuard {
        expected: Price::from_whole(9),
        tolerance_bps: 0,
    };
    let size = Size::Quantity(Quantity::from_whole(1));
    let moved = Order::new(
        "price-moved".parse().unwrap(),
        "ACME".parse().unwrap(),
        Side::Buy,
        size,
        Some(dear),
        None,
    );
    let orders = [
        (rich, order("buys-some", "ACME", Side::Buy, 500)),
        (rich, order("too-dear", "ACME", Side::Buy, 501)),
        (rich, order("too-many", "ACME", Side::Sell, 501)),
        (rich, moved.unwrap()),
        (rich, order("no-such-symbol", "NOPE", Side::Buy, 1)),
        (rich, order("not-tradable", "DEAD", Side::Buy, 1)),
        (unknown, order("no-account", "ACME", Side::Buy, 1)),
        (rich, order("buys-the-rest", "ACME", Side::Buy, 500)),
    ];
    let decided = decide_all(fetched(&[rich]), &orders);
    let codes: Vec<&str> = decided
        .outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Done(_) => view(outcome).rejection.map_or("filled", Rejection::code),
            Outcome::KeyReused => "key_reused",
            Outcome::NoAccount => "no_account",
            Outcome::NoOrder => "no_order",
            Outcome::Refused(_) => "refused",
        })
        .collect();
    assert_eq!(
        codes,
        [
            "filled",
            "insufficient_cash",
            "insufficient_quantity",
            "price_moved",
            "not_tradable",
            "not_tradable",
            "no_account",
            "filled",
        ]
    );
    assert_eq!(decided.batch.accounts[0].record.account.cash, Money::ZERO);
    assert_eq!(
        (decided.batch.entries.len(), decided.batch.answers.len()),
        (2, 7)
    );
}

#[test]
fn an_account_with_rejections_only_is_guarded_and_keeps_its_version() {
    let id = account(1);
    let decided = decide_all(
        fetched(&[id]),
        &[(id, order("too-many", "ACME", Side::Sell, 1))],
    );
    let [guard] = &decided.batch.accounts[..] else {
        panic!("{:?}", decided.batch.accounts);
    };
    assert!(!guard.is_change() && decided.batch.positions.is_empty());
    assert_eq!(decided.batch.answers.len(), 1);
}

#[test]
fn accounts_are_written_in_the_order_of_their_ids() {
    let ids: Vec<AccountId> = (1..=20).rev().map(account).collect();
    let orders: Vec<(AccountId, Order)> = ids
        .iter()
        .map(|id| (*id, order("one-order", "ACME", Side::Buy, 1)))
        .collect();
    let decided = decide_all(fetched(&ids), &orders);
    assert!(
        decided
            .batch
            .accounts
            .is_sorted_by_key(|change| change.record.id)
    );
    assert_eq!(decided.batch.accounts.len(), 20);
    let symbol: Symbol = "ACME".parse().unwrap();
    assert!(
        decided
            .outcomes
            .iter()
            .all(|outcome| view(outcome).symbol == symbol)
    );
}
