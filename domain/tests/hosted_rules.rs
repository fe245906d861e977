//! A host's limits on buying and selling, each with the rejection that names it.

mod support;

use domain::{
    Fate, GameRules, Money, Order, Rejection, Side, Situation, Size, Timestamp, Trigger, execute,
    place,
};
use support::{NOON, World, key, money, order, quote, symbol, terms};

fn rules(change: impl FnOnce(&mut GameRules)) -> GameRules {
    let mut rules = GameRules::open_league();
    change(&mut rules);
    rules
}

#[test]
fn only_allowed_categories_are_bought_and_everything_is_sold() {
    let mut world = World::new(GameRules::open_league());
    world.buy("2", "100").expect("everything may be bought");
    world.game = rules(|rules| rules.categories = vec!["Food".into()]);
    let quote = quote("100".parse().expect("a price"), world.now);
    let ask = |side, category, limit: Option<&str>| {
        let size = Size::Quantity("1".parse().expect("a quantity"));
        let mut asked = order(7, side, size);
        if let Some(limit) = limit {
            let trigger = Trigger::Limit(limit.parse().expect("a price"));
            asked = asked.on_terms(terms(trigger)).expect("terms");
        }
        let situation = Situation {
            account: &world.account,
            position: &world.position,
            xp: world.xp,
            traded: world.traded,
            quote: Some(&quote),
            category,
            game: &world.game,
            xp_rules: &world.xp_rules,
            now: world.now,
        };
        place(&asked, situation).err()
    };
    let refused = Some(Rejection::CategoryNotAllowed { symbol: symbol() });
    assert_eq!(ask(Side::Buy, Some("Food"), None), None);
    assert_eq!(ask(Side::Buy, Some("Energy"), None), refused);
    assert_eq!(
        ask(Side::Buy, None, None),
        refused,
        "not known is not allowed"
    );
    assert_eq!(
        ask(Side::Buy, Some("Energy"), Some("50")),
        refused,
        "nor to wait for"
    );
    assert_eq!(ask(Side::Sell, Some("Energy"), None), None);
}

#[test]
fn a_position_costs_no_more_than_its_part_of_the_money() {
    let mut world = World::new(rules(|rules| rules.position_max_percent = Some(25)));
    world.buy("20", "100").expect("2,000 of 10,000");
    world.buy("5", "100").expect("2,500 is exactly a quarter");
    let refused = world.buy("1", "100").expect_err("2,600 is more");
    let (position, maximum) = (money("2600"), money("2500"));
    assert_eq!(refused, Rejection::PositionTooLarge { position, maximum });
    // A price that rises does not make it too large: what counts is what was paid.
    assert!(matches!(
        world.buy("0.1", "900"),
        Err(Rejection::PositionTooLarge { .. })
    ));
    world.sell("25", "120").expect("a profit of 500");
    world
        .buy("26", "100")
        .expect("a quarter of 10,500 is 2,625");
}

#[test]
fn nothing_is_bought_below_the_lowest_price() {
    let price_min = "5".parse().expect("a price");
    let mut world = World::new(rules(|rules| rules.price_min = Some(price_min)));
    world.buy("1", "5").expect("the lowest price itself");
    let price = "4.99".parse().expect("a price");
    let refused = Rejection::PriceBelowMinimum { price, price_min };
    assert_eq!(world.buy("1", "4.99"), Err(refused));
    world.sell("1", "1").expect("it can always be sold");
}

#[test]
fn shares_are_sold_some_time_after_they_were_bought() {
    let mut world = World::new(rules(|rules| rules.hold_seconds = 600));
    world.buy("3", "100").expect("it is bought");
    world.now = Timestamp::from_seconds(NOON + 599);
    let sellable_at = Timestamp::from_seconds(NOON + 600);
    let refused = Rejection::HeldTooShort { sellable_at };
    assert_eq!(world.sell("1", "100"), Err(refused));
    world.now = sellable_at;
    world.sell("1", "100").expect("the wait is over");
}

#[test]
fn a_resting_order_is_held_to_the_rules_of_its_fill() {
    let mut world = World::new(GameRules::open_league());
    let size = Size::Amount(money("4000"));
    let trigger = Trigger::Limit("95".parse().expect("a price"));
    let asked = Order::new(key(3), symbol(), Side::Buy, size, None, None).expect("an order");
    let resting = world.rest(&asked.on_terms(terms(trigger)).expect("terms"), "100");
    world.game = rules(|rules| rules.position_max_percent = Some(25));
    let fate = world.fate_of(&resting, "95".parse().expect("a price"));
    let too_large = matches!(fate, Fate::Rejected(Rejection::PositionTooLarge { .. }));
    assert!(too_large, "{fate:?}");
}

#[test]
fn rules_that_were_stored_before_there_were_limits_have_none() {
    let old = r#"{"opens_at":null,"closes_at":null,"frozen":false,"starting_cash":"10000.00","fractional":true,
        "fees":{"basis_points":0,"fixed":"0.00"},"order_min":"1.00","order_max":"1000000000.00"}"#;
    let read: GameRules = serde_json::from_str(old).expect("old rules are read");
    assert_eq!(read, GameRules::open_league());
    assert_eq!(read.position_max(Money::ZERO, read.starting_cash), None);
    let world = World::new(read);
    let quote = quote("100".parse().expect("a price"), world.now);
    let bought = execute(
        &order(1, Side::Buy, Size::Amount(money("10000"))),
        Situation {
            account: &world.account,
            position: &world.position,
            xp: 0,
            traded: world.traded,
            quote: Some(&quote),
            category: None,
            game: &world.game,
            xp_rules: &world.xp_rules,
            now: world.now,
        },
    );
    assert!(bought.is_ok());
}
