//! Orders as they are made and read.

use super::*;

#[test]
fn a_size_is_either_shares_or_money() {
    let said = |json: &str| serde_json::from_str::<Size>(json).map_err(|e| e.to_string());
    let one = Size::Quantity(Quantity::from_whole(1));
    assert_eq!(said(r#"{"quantity":"1"}"#), Ok(one));
    assert_eq!(
        said(r#"{"amount":"1"}"#),
        Ok(Size::Amount(Money::from_whole(1)))
    );
    for neither in [
        "{}",
        r#"{"quantity":"1","amount":"1"}"#,
        r#"{"quantity":null}"#,
    ] {
        let error = said(neither);
        assert!(
            error.is_err_and(|said| said.contains("must give either quantity or amount")),
            "{neither}"
        );
    }
    assert!(said(r#"{"quantity":"1","shares":"1"}"#).is_err());
    let trigger = serde_json::from_str::<Trigger>(r#"{"limit":"1","stop":"1"}"#);
    assert!(trigger.is_err_and(|error| error.to_string().contains("either limit or stop")));
    let written = serde_json::to_string(&one).ok();
    assert_eq!(written.as_deref(), Some(r#"{"quantity":"1"}"#));
}

#[test]
fn a_reason_is_short_and_can_be_kept() {
    let order = |reason: &str| {
        let key = "order-0001".parse()?;
        let symbol = "ACME".parse().map_err(|_| OrderError::Key)?;
        let size = Size::Quantity(Quantity::from_whole(1));
        Order::new(key, symbol, Side::Buy, size, None, Some(reason))
    };
    let longest = "ü".repeat(Order::REASON_MAX);
    for reason in ["It said \"buy\".", "line\nline", "\u{1}", &longest] {
        let kept = order(reason).map(|order| order.reason == Some(reason.to_owned()));
        assert_eq!(kept, Ok(true), "{reason:?}");
    }
    for reason in ["NUL\0 inside", "\0", &format!("{longest}!")] {
        let refused = order(reason).map(|order| order.reason);
        assert_eq!(refused, Err(OrderError::Reason), "{reason:?}");
    }
}
