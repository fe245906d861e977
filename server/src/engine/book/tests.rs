//! The book alone: which orders are due, in which order, and each only once.

use domain::{
    Closed, Money, Order, PlayerId, Price, Quantity, Reserve, RestingOrder, Size, Symbol, Terms,
};

use super::*;
use crate::market::{Catalogue, Listing};
use crate::store::{InstrumentRecord, MarketSource};

const NOON: i64 = 1_795_262_400;
const GAME: GameId = GameId(1);
const ACME: InstrumentId = InstrumentId(7);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOON + seconds)
}

fn symbol() -> Symbol {
    "ACME".parse().unwrap()
}

fn record(key: &str, side: Side, trigger: Trigger, placed: i64) -> RestingRecord {
    let terms = Terms {
        trigger,
        expires_at: None,
    };
    let size = Size::Quantity(Quantity::from_whole(1));
    let order = Order::new(key.parse().unwrap(), symbol(), side, size, None, None).unwrap();
    RestingRecord {
        account: AccountId {
            player: PlayerId(1),
            game: GAME,
        },
        instrument: ACME,
        resting: RestingOrder {
            order: order.on_terms(terms).unwrap(),
            terms,
            reserve: Reserve {
                cash: Money::ZERO,
                quantity: Quantity::ZERO,
            },
            placed_at: at(placed),
        },
        salt: None,
    }
}

fn limit(price: i32) -> Trigger {
    Trigger::Limit(Price::from_whole(price))
}

fn stop(price: i32) -> Trigger {
    Trigger::Stop(Price::from_whole(price))
}

fn market(price: i32, stale: bool) -> Snapshot {
    let catalogue = Catalogue::new(vec![InstrumentRecord {
        id: ACME,
        universe: MarketSource::Simulated,
        symbol: symbol(),
        name: String::new(),
        category: String::new(),
        currency: String::new(),
        description: String::new(),
        plain_words: String::new(),
        fun_fact: String::new(),
        tradable: true,
    }]);
    let quote = Quote {
        symbol: symbol(),
        price: Price::from_whole(price),
        at: at(0),
        stale,
        previous_close: None,
        foreign: None,
        halted_until: None,
    };
    let listing = Listing {
        quote: Some(quote),
        ..Listing::default()
    };
    Snapshot {
        catalogue: Arc::new(catalogue),
        listings: vec![listing],
        ..Snapshot::default()
    }
}

fn rules(change: impl FnOnce(&mut GameRules)) -> GameRules {
    let mut rules = GameRules::open_league();
    change(&mut rules);
    rules
}

fn due_at(book: &mut Book, market: &Snapshot, max: usize) -> Vec<Arc<RestingRecord>> {
    book.take_due(GAME, &rules(|_| {}), market, at(9), max)
}

fn keys(due: &[Arc<RestingRecord>]) -> Vec<&str> {
    due.iter().map(|record| record.key().as_str()).collect()
}

fn book(records: Vec<RestingRecord>) -> Book {
    let mut book = Book::default();
    for record in records {
        book.insert(Arc::new(record));
    }
    book
}

#[test]
fn a_price_finds_those_that_waited_for_it_best_first_then_oldest() {
    let all = || {
        book(vec![
            record("buys-at-8", Side::Buy, limit(8), 0),
            record("buys-at-9-late", Side::Buy, limit(9), 2),
            record("buys-at-9", Side::Buy, limit(9), 1),
            record("stops-at-9", Side::Sell, stop(9), 3),
            record("sells-at-11", Side::Sell, limit(11), 0),
            record("sells-at-12", Side::Sell, limit(12), 0),
            record("chases-at-11", Side::Buy, stop(11), 1),
        ])
    };
    let check = |price, expected: &[&str]| {
        let due = due_at(&mut all(), &market(price, false), 100);
        assert_eq!(keys(&due), expected, "at {price}");
    };
    check(10, &[]);
    check(9, &["buys-at-9", "buys-at-9-late", "stops-at-9"]);
    check(11, &["sells-at-11", "chases-at-11"]);
    check(
        7,
        &["buys-at-9", "buys-at-9-late", "stops-at-9", "buys-at-8"],
    );
    let stale = due_at(&mut all(), &market(7, true), 100);
    assert!(stale.is_empty(), "the last known price triggers nothing");
    let frozen = rules(|game| game.frozen = true);
    let frozen = all().take_due(GAME, &frozen, &market(7, false), at(9), 100);
    assert!(frozen.is_empty(), "{:?}", Closed::Frozen);
    let few = due_at(&mut all(), &market(7, false), 2);
    assert_eq!(keys(&few), ["buys-at-9", "buys-at-9-late"]);
}

#[test]
fn what_is_taken_is_taken_once_until_it_is_put_back() {
    let waiting = record("buys-at-9", Side::Buy, limit(9), 0);
    let (account, key) = (waiting.account, waiting.key().clone());
    let mut book = book(vec![waiting.clone()]);
    let take = |book: &mut Book| due_at(book, &market(9, false), 100).len();
    assert_eq!(take(&mut book), 1);
    assert_eq!(take(&mut book), 0);
    // An order that is read again meanwhile is not there twice.
    book.insert(Arc::new(waiting));
    assert_eq!((take(&mut book), book.len()), (0, 1));
    book.put_back(account, &key);
    assert_eq!(take(&mut book), 1);
    book.remove(account, &key);
    book.put_back(account, &key);
    assert_eq!((take(&mut book), book.len()), (0, 0));
}

#[test]
fn orders_end_with_their_time_and_with_their_game() {
    let mut ends = record("ends-soon", Side::Buy, limit(8), 0);
    ends.resting.terms.expires_at = Some(at(5));
    let mut book = book(vec![ends, record("waits-on", Side::Buy, limit(8), 0)]);
    assert!(book.take_expired(at(4), 9).is_empty());
    assert_eq!(keys(&book.take_expired(at(5), 9)), ["ends-soon"]);
    let over = rules(|game| game.closes_at = Some(at(7)));
    let mut take = |now| book.take_of_game_that_is_over(GAME, &over, now, 9);
    assert!(take(at(6)).is_empty());
    assert_eq!(keys(&take(at(7))), ["waits-on"]);
}

#[test]
fn an_order_waits_for_the_prices_of_its_own_game() {
    let elsewhere = GameId(2);
    let mut other = record("buys-elsewhere", Side::Buy, limit(9), 0);
    other.account.game = elsewhere;
    let mut book = book(vec![record("buys-here", Side::Buy, limit(9), 0), other]);
    assert_eq!(book.games(), BTreeSet::from([GAME, elsewhere]));
    assert_eq!(
        keys(&due_at(&mut book, &market(9, false), 9)),
        ["buys-here"]
    );
    assert_eq!(book.games(), BTreeSet::from([elsewhere]));
    let due = book.take_due(elsewhere, &rules(|_| {}), &market(8, false), at(9), 9);
    assert_eq!(keys(&due), ["buys-elsewhere"]);
}
