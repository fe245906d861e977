//! Checkpoints and receipts: what they prove, and that no byte of them can be changed. The same natively and
//! in WebAssembly.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test may stop at what cannot happen"
)]

use std::collections::HashMap;

use domain::proof::{
    Checkpoint, Claim, Growth, HeadLeaf, InLog, NodeId, Outcome, Priced, PublicKey, Receipt,
    ReceiptEntry, ReceiptGame, ReceiptPlayer, Report, Shares, SignedCheckpoint, SignedReceipt,
    Span, check_receipt, inclusion_spans, leaf_hash, span_hash,
};
use domain::{
    AccountId, Fact, GameId, GameRules, Hash, InstrumentId, Money, PlayerId, Replay, Timestamp,
    Trade, TradeMarks,
};
use ed25519_dalek::{Signer as _, SigningKey};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NOON: i64 = 1_795_262_400;
const ORIGIN: &str = "tickerquest.log/test";

fn hashes(spans: &[Span], nodes: &HashMap<NodeId, Hash>) -> Vec<Hash> {
    let hash = |span: &Span| span_hash(*span, |id| nodes.get(&id).copied()).unwrap();
    spans.iter().map(hash).collect()
}

fn key() -> (SigningKey, PublicKey) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::new(ORIGIN, key.verifying_key().to_bytes()).unwrap();
    (key, public)
}

fn sign(checkpoint: Checkpoint) -> SignedCheckpoint {
    let (key, public) = key();
    let signature = key.sign(checkpoint.text().as_bytes()).to_bytes();
    SignedCheckpoint {
        checkpoint,
        key_id: public.id(),
        signature,
    }
}

#[test]
fn a_checkpoint_is_a_signed_note_that_reads_back() {
    let note = sign(Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 8,
        root: leaf_hash(b"root"),
        at: Timestamp::from_seconds(NOON),
    });
    let text = note.to_string();
    assert_eq!(text.parse(), Ok(note.clone()));
    let (_, public) = key();
    assert!(note.is_signed_by(&public));
    assert_eq!(public.to_string().parse(), Ok(public.clone()));
    let expected = "tickerquest.log/test\n8\njaz/RPkzA1yVwEB0Q\n";
    assert!(text.starts_with(&expected[..23]), "{text}");
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 1;
        let read = String::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        let fooled = read.is_some_and(|note: SignedCheckpoint| note.is_signed_by(&public));
        assert!(!fooled, "byte {place}");
    }
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn bought() -> Fact {
    Fact::Bought(Trade {
        instrument: InstrumentId(5),
        quantity: "3".parse().unwrap(),
        price: "10.5".parse().unwrap(),
        fee: Money::ZERO,
        cash_change: money("-31.5"),
        cost_basis_change: money("31.5"),
        realized_profit: Money::ZERO,
        xp: 10,
        key: "order-0001".parse().unwrap(),
        reason: None,
        released: None,
        marks: TradeMarks::default(),
    })
}

/// A receipt of a ledger of two entries, the first of which is in a log of three leaves.
fn receipt() -> Receipt {
    let account = AccountId {
        player: PlayerId(77),
        game: GameId(1),
    };
    let rules = GameRules::open_league();
    let cash = rules.starting_cash;
    let facts = [Fact::Opened { cash }, bought()];
    let entries: Vec<ReceiptEntry> = (0..)
        .zip(facts)
        .map(|(minute, fact)| ReceiptEntry {
            at: Timestamp::from_seconds(NOON + 60 * minute),
            fact,
        })
        .collect();
    let mut replay = Replay::new(account);
    let mut heads = Vec::new();
    for entry in &entries {
        let entry = replay.head.entry(entry.at, entry.fact.clone());
        replay.apply(&entry).unwrap();
        heads.push(replay.head);
    }
    let mut growth = Growth::default();
    growth.append(leaf_hash(b"one"));
    growth.append(
        HeadLeaf {
            account,
            head: heads[0],
        }
        .hash(),
    );
    growth.append(leaf_hash(b"three"));
    let nodes: HashMap<NodeId, Hash> = growth.new_nodes().iter().copied().collect();
    let (_, public) = key();
    Receipt {
        at: Timestamp::from_seconds(NOON + 600),
        key: public.clone(),
        player: ReceiptPlayer {
            id: account.player,
            handle: "Ann".into(),
        },
        game: ReceiptGame {
            id: account.game,
            slug: "open".into(),
            name: "Open league".into(),
            rules,
        },
        entries,
        head: replay.head.hash,
        claim: Claim {
            cash: replay.account.cash,
            realized_profit: Money::ZERO,
            xp: 10,
            shares: vec![Shares {
                instrument: InstrumentId(5),
                symbol: "PUFFN".parse().ok(),
                quantity: "3".parse().unwrap(),
                cost_basis: money("31.5"),
                priced: Some(Priced {
                    price: "11".parse().unwrap(),
                    at: Timestamp::from_seconds(NOON + 599),
                }),
            }],
            net_worth: money("10001.5"),
        },
        in_log: Some(InLog {
            place: 1,
            version: 1,
            proof: hashes(&inclusion_spans(1, 3).unwrap(), &nodes),
            checkpoint: sign(Checkpoint {
                origin: ORIGIN.to_owned(),
                size: 3,
                root: growth.root(),
                at: Timestamp::from_seconds(NOON + 30),
            }),
            key: public,
        }),
    }
}

fn file(receipt: Receipt) -> String {
    let (key, _) = key();
    let signature = key.sign(&receipt.signed_bytes().unwrap()).to_bytes();
    SignedReceipt::new(receipt, &signature).to_file().unwrap()
}

fn outcome(report: &Report, title: &str) -> Outcome {
    let found = report.checks.iter().find(|check| check.title == title);
    found
        .unwrap_or_else(|| panic!("{title}: {report:#?}"))
        .outcome
}

#[test]
fn a_receipt_is_replayed_and_says_what_it_does_not_prove() {
    let (_, public) = key();
    let text = file(receipt());
    let report = check_receipt(&text, &[public]);
    assert!(report.is_sound(), "{:#?}", report.checks);
    let proved = [
        "The file",
        "The key",
        "The chain",
        "The trades",
        "The result",
        "The log",
    ];
    for title in proved {
        assert_eq!(outcome(&report, title), Outcome::Passed, "{title}");
    }
    for title in ["The latest entries", "The prices", "One log for all"] {
        assert_eq!(outcome(&report, title), Outcome::NotProved, "{title}");
    }
    let receipt = report.receipt.unwrap();
    assert_eq!(
        receipt.words(2).unwrap(),
        "Bought 3 PUFFN at $10.50, fee $0.00"
    );
    assert_eq!(receipt.words(3), None);
    let untrusted = check_receipt(&text, &[]);
    assert_eq!(outcome(&untrusted, "The key"), Outcome::NotProved);
}

#[test]
fn every_change_of_a_byte_of_a_receipt_is_detected() {
    let file = file(receipt()).into_bytes();
    for place in 0..file.len() {
        let mut changed = file.clone();
        // A digit becomes another digit, and a letter another letter.
        changed[place] ^= 1;
        let mut shorter = file.clone();
        shorter.remove(place);
        for bytes in [changed, shorter] {
            // What is no text is not read.
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let read = SignedReceipt::from_file(&text);
            let fooled = read.is_ok_and(|read| read.is_signed());
            assert!(!fooled, "byte {place}: {text}");
        }
    }
}

#[test]
fn what_a_lying_server_signs_fails_by_what_it_says() {
    let (_, public) = key();
    let check = |title: &str, change: &dyn Fn(&mut Receipt)| {
        let mut lie = receipt();
        change(&mut lie);
        let report = check_receipt(&file(lie), std::slice::from_ref(&public));
        assert!(!report.is_sound());
        assert_eq!(outcome(&report, title), Outcome::Failed, "{report:#?}");
    };
    check("The result", &|lie| lie.claim.net_worth = money("20000"));
    check("The result", &|lie| lie.claim.xp = 1_000);
    check("The result", &|lie| {
        lie.claim.shares[0].quantity = "30".parse().unwrap()
    });
    check("The chain", &|lie| lie.player.id = PlayerId(78));
    check("The log", &|lie| {
        lie.entries[0].at = Timestamp::from_seconds(NOON - 1)
    });
    check("The log", &|lie| lie.in_log.as_mut().unwrap().place = 2);
    check("The start", &|lie| {
        lie.game.rules.starting_cash = money("5000")
    });
    check("The trades", &|lie| {
        if let Fact::Bought(trade) = &mut lie.entries[1].fact {
            trade.price = "1".parse().unwrap();
        }
    });
    check("The checkpoint", &|lie| {
        lie.in_log.as_mut().unwrap().checkpoint.checkpoint.size = 4;
    });
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
    check("The key", &|lie| {
        lie.key = PublicKey::new(ORIGIN, other).unwrap()
    });
}
