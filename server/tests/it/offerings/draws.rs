//! Dividing shares pro rata: the draw that everybody can check, and the price that the demand finds.

use domain::api::{InvestmentView, OfferingView};
use domain::offering::{AllocationRule, Ask, Draw, allocate, seed_digest};
use domain::{Money, Price};
use reqwest::StatusCode;
use serde_json::json;

use super::{Class, PATIENCE, shares};

#[tokio::test]
async fn the_published_seed_gives_the_published_result() {
    let class = Class::open().await;
    let offering = class
        .offer(json!({"shares": 10, "maximum": 10, "rule": "pro_rata"}))
        .await;
    assert_eq!((&offering.seed, offering.granted), (&None, 0));
    let pupils = [
        class.pupil("ann").await,
        class.pupil("ben").await,
        class.pupil("cid").await,
    ];
    for pupil in &pupils {
        let answer = class.invest(pupil, &offering, &shares("one", 7)).await;
        let _: InvestmentView = answer.expect(StatusCode::CREATED);
    }
    let before = class.detail(&pupils[0], &offering).await;
    assert_eq!((before.waiting, before.demand), (3, 21));
    assert_eq!(before.free_cash, Some(Money::from_whole(4_930)));
    class
        .app
        .change_database("update offerings set closes_at = opens_at + 1", [])
        .await;
    let mut all = class.ended(&offering).await;
    all.reverse();
    let path = class.path("/offerings");
    let settled = async {
        loop {
            let listed: Vec<OfferingView> = class.host.get(&path).await.expect(StatusCode::OK);
            if let Some(seed) = listed[0].seed.clone() {
                return (listed[0].clone(), seed);
            }
        }
    };
    let (settled, seed) = tokio::time::timeout(PATIENCE, settled)
        .await
        .expect("it is settled");
    let seed: u64 = seed.parse().expect("a seed is a number");
    assert_eq!(seed_digest(seed), offering.seed_digest);
    assert_eq!(settled.granted, 10);
    let asks: Vec<Ask> = all
        .iter()
        .map(|one| Ask {
            investment: one.id.parse().expect("ids are numbers"),
            player: one.player,
            shares: one.shares,
        })
        .collect();
    let expected = allocate(AllocationRule::ProRata, 10, 10, seed, &asks);
    let got: Vec<u32> = all.iter().filter_map(|one| one.granted).collect();
    assert_eq!(got, expected);
    // Everybody can check it, without names.
    let path = class.path(&format!("/offerings/{}/draw", offering.id));
    let draw: Draw = pupils[0].get(&path).await.expect(StatusCode::OK);
    assert_eq!(draw.check(), Ok(()));
    let given: Vec<u32> = draw.investments.iter().map(|one| one.granted).collect();
    assert_eq!(given, got);
    class.close().await;
}

#[tokio::test]
async fn the_demand_finds_a_price_within_its_range() {
    let class = Class::open().await;
    let range =
        json!({"shares": 10, "maximum": 10, "rule": "pro_rata", "price": "14", "price_low": "10"});
    for (field, wrong) in [("price_low", "14"), ("price_low", "0")] {
        let mut asked = range.clone();
        asked[field] = json!(wrong);
        assert_eq!(
            class.try_to_offer(asked).await.wrong_field(),
            "price_low",
            "{wrong}"
        );
    }
    let mut first = range.clone();
    first["rule"] = json!("first_come");
    assert_eq!(class.try_to_offer(first).await.wrong_field(), "price_low");

    let offering = class.offer(range).await;
    let path = class.path(&format!("/offerings/{}/draw", offering.id));
    let pupils = [class.pupil("ann").await, class.pupil("ben").await];
    for (pupil, asked) in pupils.iter().zip([10, 5]) {
        let answer = class.invest(pupil, &offering, &shares("one", asked)).await;
        let view: InvestmentView = answer.expect(StatusCode::CREATED);
        // Nobody knows yet that it will be less.
        assert_eq!(
            view.reserved,
            Money::from_whole(14 * i32::try_from(asked).expect("few"))
        );
    }
    pupils[0].get(&path).await.error("not_possible");
    class
        .app
        .change_database("update offerings set closes_at = opens_at + 1", [])
        .await;
    class.ended(&offering).await;
    let settled = async {
        loop {
            let answer = pupils[0].get(&path).await;
            if answer.status == StatusCode::OK {
                return answer.expect::<Draw>(StatusCode::OK);
            }
        }
    };
    let draw = tokio::time::timeout(PATIENCE, settled).await;
    let draw = draw.expect("it is settled");
    // Half again as much as there is: in the middle of the range.
    assert_eq!(draw.price, Price::from_whole(12));
    assert_eq!(draw.check(), Ok(()));
    let spent = 12 * draw.investments[0].granted;
    let left = class.detail(&pupils[0], &offering).await.free_cash;
    let expected = Money::from_whole(5_000 - i32::try_from(spent).expect("little"));
    assert_eq!(left, Some(expected));
    class.close().await;
}
