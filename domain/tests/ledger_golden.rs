//! Every kind of fact: encoded, hashed and replayed the same natively and in WebAssembly.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test may stop at what cannot happen"
)]

use domain::{
    Account, AccountId, Award, AwardCause, AwardHead, Branch, Conversion, Day, Fact, GameId,
    IdempotencyKey, InstrumentId, LedgerError, LedgerHead, Money, Order, OrderError, PlayerId,
    Position, Post, Posting, PostingError, Price, Quantity, Rejection, ReleaseCause, Replay,
    Reserve, Side, Size, SplitRatio, Timestamp, Trade, TradeMarks, WaitedFor, Words, post,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ACCOUNT: AccountId = AccountId {
    player: PlayerId(77),
    game: GameId(1),
};
const ACME: InstrumentId = InstrumentId(5);
const NOON: i64 = 1_795_262_400;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn shares(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn words(text: &str) -> Words {
    Words {
        salt: [3; 16],
        text: text.to_owned(),
    }
}

fn trade(quantity: &str, cash_change: &str, basis: &str, profit: &str) -> Trade {
    Trade {
        instrument: ACME,
        quantity: shares(quantity),
        price: price("10"),
        fee: Money::ZERO,
        cash_change: money(cash_change),
        cost_basis_change: money(basis),
        realized_profit: money(profit),
        xp: 10,
        key: "order-0001".parse().unwrap(),
        reason: Some(words("They sell umbrellas, and it rains.").digest()),
        released: None,
        marks: TradeMarks {
            counts: true,
            is_reasoned: true,
            branch: Branch::Sector(3),
            waited_for: Some(WaitedFor::Limit),
        },
    }
}

fn reserve(cash: &str) -> Reserve {
    Reserve {
        cash: money(cash),
        quantity: Quantity::ZERO,
    }
}

/// A life of an account in which each kind of fact occurs.
fn facts() -> Vec<Fact> {
    let offer = "offer-0001".parse().unwrap();
    let waits = |key: &str, cash: &str| Fact::Reserved {
        key: key.parse().unwrap(),
        instrument: ACME,
        reserve: reserve(cash),
        price: price("9"),
        reason: None,
    };
    vec![
        Fact::Opened {
            cash: money("1000"),
        },
        Fact::Bought(trade("7", "-70", "70", "0")),
        Fact::Sold(trade("2", "24", "-20", "4")),
        waits("order-0002", "90"),
        Fact::Released {
            key: "order-0002".parse().unwrap(),
            instrument: ACME,
            reserve: reserve("90"),
            cause: ReleaseCause::Expired,
        },
        Fact::Adjusted {
            amount: money("-4"),
            by: PlayerId(9),
            reason: words("A late fee.").digest(),
        },
        Fact::Dividend {
            instrument: ACME,
            quantity: shares("5"),
            per_share: price("0.25"),
            cash: money("1.25"),
        },
        Fact::Interest {
            cash: money("0.5"),
            until: Day::from_number(20_785),
        },
        Fact::Split {
            instrument: ACME,
            ratio: SplitRatio { new: 1, old: 2 },
            whole_shares: true,
            cash_in_lieu: money("11"),
        },
        waits("offer-0001", "40"),
        Fact::Allocated {
            key: offer,
            instrument: ACME,
            quantity: shares("3"),
            price: price("9"),
            cost: money("27"),
            reserve: reserve("40"),
        },
        Fact::Reversed {
            seq: 11,
            instrument: ACME,
            quantity: shares("1"),
            refund: money("9"),
        },
        Fact::Contributed {
            subscription: 3,
            month: 0,
            cash: money("50"),
        },
        Fact::Converted(Conversion {
            currency: "EUR".parse().unwrap(),
            amount: money("100"),
            rate: "1.1".parse().unwrap(),
            cost: money("0.55"),
        }),
        Fact::Taxed {
            year: 2026,
            amount: money("1"),
        },
        Fact::Delisted {
            instrument: ACME,
            quantity: shares("4"),
            price: price("2"),
            cash: money("8"),
        },
    ]
}

#[test]
fn every_kind_of_fact_is_replayed_to_the_same_account_everywhere() {
    let mut replay = Replay::new(ACCOUNT);
    for (number, fact) in facts().into_iter().enumerate() {
        let at = Timestamp::from_seconds(NOON + i64::try_from(number).unwrap());
        let bytes = fact.to_bytes();
        assert_eq!(Fact::from_bytes(&bytes), Some(fact.clone()));
        let json = serde_json::to_string(&fact).unwrap();
        assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), fact, "{json}");
        let entry = replay.head.entry(at, fact);
        replay
            .apply(&entry)
            .unwrap_or_else(|error| panic!("{error}: {entry:?}"));
    }
    let account = Account {
        cash: money("1001.2"),
        realized_profit: money("-45"),
        positions_held: 0,
        reserved_cash: Money::ZERO,
        open_orders: 0,
    };
    assert_eq!(replay.account, account);
    assert_eq!(replay.positions[&ACME].realized_profit, money("-45"));
    assert_eq!(replay.xp, 20);
    assert_eq!(
        hex::encode(replay.head.hash),
        "2400af00e836f3a18ed7f6ee8b042042177236b3cc8f11914fe678d201b3e441"
    );
}

#[test]
fn awards_are_chained_and_hashed_the_same_everywhere() {
    let player = PlayerId(77);
    let (game, day) = (GameId(1), Day::from_number(20_785));
    let causes = [
        AwardCause::DailyBonus {
            day: Day::from_number(20_785),
            streak: 3,
        },
        AwardCause::Unlocked {
            achievement: "first-reason".to_owned(),
            step: 0,
            game: GameId(1),
        },
        AwardCause::Quest {
            day: Day::from_number(20_785),
            quest: "read-one".to_owned(),
        },
        AwardCause::Holding {
            game: GameId(1),
            day: Day::from_number(20_785),
        },
        AwardCause::Reviewed {
            game: GameId(1),
            seq: 2,
        },
        AwardCause::StreakRepaired { day },
        AwardCause::ZoneChosen {
            day,
            zone: "Europe/Rome".to_owned(),
        },
        AwardCause::Diversified { game, day },
        AwardCause::Reasoned { game, day },
    ];
    let mut head = AwardHead::before_first(player);
    let mut keys = std::collections::BTreeSet::new();
    for cause in causes {
        assert_eq!(
            AwardCause::from_bytes(&cause.to_bytes()),
            Some(cause.clone())
        );
        assert!(keys.insert(cause.key()));
        let award: Award = head.award(Timestamp::from_seconds(NOON), 50, 1, cause);
        award.check_follows(head).unwrap();
        assert!(award.check_follows(award.head()).is_err());
        let richer = Award {
            xp: 51,
            ..award.clone()
        };
        assert_ne!(richer.hash(), award.hash());
        head = award.head();
    }
    assert_eq!(
        hex::encode(head.hash),
        "1d1ba283d0be8939473d814bfd8c8f62ca0b848f76a1bc6b1c5921aee988efc7"
    );
}

#[test]
fn each_change_of_a_fact_s_bytes_is_noticed() {
    for fact in facts() {
        let bytes = fact.to_bytes();
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                if let Some(other) = Fact::from_bytes(&changed) {
                    assert_ne!(other, fact);
                }
            }
        }
        assert_eq!(Fact::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }
}

#[test]
fn a_fact_that_does_not_fit_its_account_does_not_follow() {
    let opened = LedgerHead::before_first(ACCOUNT).opened(money("10"), Timestamp::default());
    let refused = [
        Fact::Opened { cash: money("1") },
        Fact::Adjusted {
            amount: money("-11"),
            by: PlayerId(9),
            reason: words("too much").digest(),
        },
        Fact::Dividend {
            instrument: ACME,
            quantity: shares("1"),
            per_share: price("1"),
            cash: money("1"),
        },
        Fact::Delisted {
            instrument: ACME,
            quantity: Quantity::ZERO,
            price: price("1"),
            cash: money("1"),
        },
        Fact::Reversed {
            seq: 1,
            instrument: ACME,
            quantity: shares("1"),
            refund: money("1"),
        },
        Fact::Released {
            key: "order-0001".parse().unwrap(),
            instrument: ACME,
            reserve: reserve("1"),
            cause: ReleaseCause::Cancelled,
        },
    ];
    for fact in refused {
        let mut replay = Replay::new(ACCOUNT);
        replay.apply(&opened).unwrap();
        let entry = replay.head.entry(Timestamp::default(), fact);
        assert_eq!(
            replay.apply(&entry),
            Err(LedgerError::Impossible { seq: 2 }),
            "{entry:?}"
        );
    }
}

#[test]
fn a_posting_states_what_the_replay_accepts() {
    let now = Timestamp::from_seconds(NOON);
    let account = Account::opened_with(money("100"));
    let position = Position::default()
        .after_acquisition(shares("3"), money("30"), now)
        .unwrap();
    let account = Account {
        positions_held: 1,
        ..account
    };
    let posted = |posting| {
        let one = Post {
            key: "posting-0001".parse().unwrap(),
            posting,
        };
        post(&one, &account, &position, now)
    };
    let dividend = posted(Posting::Dividend {
        instrument: ACME,
        per_share: price("0.333"),
    })
    .unwrap();
    assert_eq!(dividend.account.cash, money("100.999"));
    assert_eq!(dividend.position, None);
    let split = posted(Posting::Split {
        instrument: ACME,
        ratio: SplitRatio { new: 3, old: 2 },
        whole_shares: true,
        price: price("8"),
    })
    .unwrap();
    assert_eq!(split.account.cash, money("104"));
    assert_eq!(split.position.unwrap().quantity, shares("4"));
    let gone = posted(Posting::Delist {
        instrument: ACME,
        price: price("0"),
    })
    .unwrap();
    assert_eq!(gone.account.positions_held, 0);
    assert_eq!(gone.account.realized_profit, money("-30"));
    let adjusted = posted(Posting::Adjust {
        amount: money("-100.01"),
        by: PlayerId(9),
        reason: words("too much"),
    });
    let needed = money("100.01");
    let available = money("100");
    assert_eq!(
        adjusted,
        Err(PostingError::Rejected(Rejection::InsufficientCash {
            needed,
            available
        }))
    );
    let waits = posted(Posting::Reserve {
        instrument: ACME,
        cash: money("60"),
        price: price("20"),
    })
    .unwrap();
    assert_eq!(waits.account.free_cash(), money("40"));
    assert_eq!(
        waits.fact.key().map(IdempotencyKey::as_str),
        Some("posting:posting-0001")
    );
}

#[test]
fn no_order_has_the_key_of_a_posting() {
    let name: IdempotencyKey = "invest-0001".parse().unwrap();
    let key = name.of_posting();
    assert!(key.is_posting() && !name.is_posting());
    assert_eq!(key.of_posting(), key);
    assert_eq!(key.as_str().parse(), Ok(key.clone()));
    assert!("posting:short".parse::<IdempotencyKey>().is_err());
    let size = Size::Quantity(shares("1"));
    let order = |key| Order::new(key, "ACME".parse().unwrap(), Side::Buy, size, None, None);
    assert_eq!(order(key), Err(OrderError::Key));
    assert!(order(name).is_ok());
}
