//! Reasons, postings and awards, decided in a batch.

use super::*;

#[test]
fn a_posting_is_posted_once_and_told() {
    let id = account(1);
    let posting = |key: &str, cash: i32| Post {
        key: key.parse().unwrap(),
        posting: Posting::Interest {
            cash: Money::from_whole(cash),
            until: Day::from_number(20_785),
        },
    };
    let (first, dear) = (posting("interest-01", 5), posting("interest-02", -20_000));
    let asks = [
        (id, Ask::Post(&first)),
        (id, Ask::Post(&first)),
        (id, Ask::Post(&dear)),
    ];
    let decided = decide_asks(fetched(&[id]), HashMap::new(), &asks);
    for outcome in &decided.outcomes[..2] {
        let Outcome::Done(done) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(*done, Done::Posted { seq: 2 });
    }
    assert!(matches!(decided.outcomes[2], Outcome::Refused(_)));
    assert_eq!(decided.batch.entries.len(), 1);
    assert_eq!(decided.batch.postings, [(id, first.once_key(), 2)]);
    let event = Event::Posted {
        seq: 2,
        kind: FactKind::Interest,
    };
    assert_eq!(decided.told[0].events, [event]);

    let done = HashMap::from([((id, OnceKey::Posting(first.once_key())), 7)]);
    let repeated = decide_asks(fetched(&[id]), done, &asks[..1]);
    assert!(repeated.changes_nothing() && repeated.told.is_empty());
}

#[test]
fn an_award_is_given_once_and_chained() {
    let id = account(1);
    let award = |day| AwardRequest {
        xp: 50,
        cause: AwardCause::DailyBonus {
            day: Day::from_number(day),
            streak: 1,
        },
    };
    let (first, second) = (award(1), award(2));
    let asks = [
        (id, Ask::Award(&first)),
        (id, Ask::Award(&first)),
        (id, Ask::Award(&second)),
    ];
    let decided = decide_asks(fetched(&[id]), HashMap::new(), &asks);
    let awards = &decided.batch.awards;
    assert_eq!(awards.len(), 2);
    let head = AwardHead::before_first(id.player);
    awards[0].1.check_follows(head).unwrap();
    awards[1].1.check_follows(awards[0].1.head()).unwrap();
    assert_eq!(awards[0].1.rules_version, 3);
    let change = &decided.batch.players[0];
    assert_eq!((change.xp_gained, change.awards), (100, awards[1].1.head()));
    assert_eq!(change.bonus_day, Some(Day::from_number(2)));
    // The account for which it was requested guards it and does not change.
    assert!(!decided.batch.accounts[0].is_change());
    assert!(matches!(&decided.outcomes[1], Outcome::Done(done) if *done == Done::AwardedBefore));
}

#[test]
fn a_reason_is_kept_beside_the_entry_that_has_its_digest() {
    let id = account(1);
    let reason = Some("They sell umbrellas, and it rains.");
    let size = Size::Quantity(Quantity::from_whole(1));
    let (key, symbol) = ("has-a-reason", "ACME".parse().unwrap());
    let order = Order::new(key.parse().unwrap(), symbol, Side::Buy, size, None, reason).unwrap();
    let decided = decide_all(fetched(&[id]), &[(id, order)]);
    let (_, entry) = &decided.batch.entries[0];
    let (account, seq, words) = &decided.batch.words[0];
    assert_eq!((*account, *seq), (id, entry.seq));
    assert_eq!(entry.fact.words(), Some(words.digest()));
}
