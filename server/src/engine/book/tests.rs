//! The book alone: what is due, in which order, and once.

use domain::{
    Closed, Money, Order, PlayerId, Price, Quantity, Reserve, RestingOrder, Size, Symbol, Terms,
};

use super::*;
use crate::market::{Catalogue, Listing};
use crate::store::{InstrumentRecord, MarketKind};

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
        market: MarketKind::Simulated,
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

fn games(change: impl FnOnce(&mut GameRules)) -> HashMap<GameId, Arc<GameRules>> {
    let mut rules = GameRules::open_league();
    change(&mut rules);
    HashMap::from([(GAME, Arc::new(rules))])
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
        let due = all().take_due(&market(price, false), &games(|_| {}), at(9), 100);
        assert_eq!(keys(&due), expected, "at {price}");
    };
    check(10, &[]);
    check(9, &["buys-at-9", "buys-at-9-late", "stops-at-9"]);
    check(11, &["sells-at-11", "chases-at-11"]);
    check(
        7,
        &["buys-at-9", "buys-at-9-late", "stops-at-9", "buys-at-8"],
    );
    let stale = all().take_due(&market(7, true), &games(|_| {}), at(9), 100);
    assert!(stale.is_empty(), "the last known price triggers nothing");
    let frozen = games(|game| game.frozen = true);
    let frozen = all().take_due(&market(7, false), &frozen, at(9), 100);
    assert!(frozen.is_empty(), "{:?}", Closed::Frozen);
    let few = all().take_due(&market(7, false), &games(|_| {}), at(9), 2);
    assert_eq!(keys(&few), ["buys-at-9", "buys-at-9-late"]);
}

#[test]
fn what_is_taken_is_taken_once_until_it_is_put_back() {
    let waiting = record("buys-at-9", Side::Buy, limit(9), 0);
    let (account, key) = (waiting.account, waiting.key().clone());
    let mut book = book(vec![waiting.clone()]);
    let take = |book: &mut Book| {
        let due = book.take_due(&market(9, false), &games(|_| {}), at(9), 100);
        due.len()
    };
    assert_eq!(take(&mut book), 1);
    assert_eq!(take(&mut book), 0);
    // What is read again meanwhile is not there twice.
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
    let open = games(|_| {});
    assert!(
        book.take_due(&market(10, false), &open, at(4), 9)
            .is_empty()
    );
    let due = book.take_due(&market(10, true), &open, at(5), 9);
    assert_eq!(keys(&due), ["ends-soon"]);
    let over = games(|game| game.closes_at = Some(at(7)));
    assert!(book.take_of_games_that_are_over(&over, at(6), 9).is_empty());
    let due = book.take_of_games_that_are_over(&over, at(7), 9);
    assert_eq!(keys(&due), ["waits-on"]);
}
