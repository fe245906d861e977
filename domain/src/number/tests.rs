use super::*;

#[test]
fn paying_rounds_up_and_receiving_rounds_down() {
    let price = Price::from_units(1);
    let quantity = Quantity::from_units(1);
    assert_eq!(price.cost_of(quantity), Some(Money::from_units(1)));
    assert_eq!(price.value_of(quantity), Some(Money::ZERO));
}

#[test]
fn a_ratio_is_rounded_once_half_to_even() {
    let check = |part: i128, whole: i128, expected| assert_eq!(ratio(part, whole), expected);
    check(5, 2, Some(2));
    check(7, 2, Some(4));
    check(-5, 2, Some(-2));
    check(-7, 2, Some(-4));
    check(7, -2, Some(-4));
    check(8, 3, Some(3));
    check(-7, 3, Some(-2));
    check(1, 0, None);
    check(i128::MAX, 1, None);
    // Half and as little more as 28 digits do not show.
    let whole = 2 * 10_i128.pow(30);
    check(whole / 2 + 1, whole, Some(1));
}

#[test]
fn a_percentage_over_zero_is_none() {
    assert_eq!(Money::from_whole(1).percent_of(Money::ZERO), None);
    assert_eq!(
        Money::from_whole(1).percent_of(Money::from_whole(3)),
        Some(Percent(3333))
    );
}

#[test]
fn json_is_a_string_and_nothing_else() {
    assert_eq!(
        serde_json::to_string(&Money::from_whole(5)).ok(),
        Some("\"5.00\"".into())
    );
    assert!(serde_json::from_str::<Money>("5").is_err());
    assert!(serde_json::from_str::<Money>("\"5.1\"").is_ok());
}
