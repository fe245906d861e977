//! Replies as Financial Modeling Prep sends them.

use super::*;

const QUOTE: &str = r#"[{"symbol":"AAPL","name":"Apple Inc.","price":272.11,"changePercentage":2.22782,"change":5.93,
"volume":31175156,"dayLow":267.74,"dayHigh":274.89,"yearHigh":288.62,"yearLow":169.21,"marketCap":3999452374199.0005,
"priceAvg50":266.1126,"priceAvg200":241.17575,"exchange":"NASDAQ","open":268,"previousClose":266.18,"timestamp":1771965875}]"#;

fn symbol() -> Symbol {
    "AAPL".parse().unwrap()
}

fn read(ask: &Ask, status: u16, body: &str) -> Result<Found, Refusal> {
    let at = Timestamp::from_seconds(1_771_966_000);
    FinancialModelingPrep.read(ask, &Reply { status, body, at })
}

#[test]
fn a_quote_is_read_to_the_last_digit() {
    let Ok(Found::Quote(quote)) = read(&Ask::Quote(symbol()), 200, QUOTE) else {
        panic!("it is a quote")
    };
    let told = [
        Some(quote.price),
        quote.open,
        quote.high,
        quote.low,
        quote.previous_close,
    ];
    let told = told.map(|price| price.map(|price| price.to_string()).unwrap_or_default());
    assert_eq!(told, ["272.11", "268.00", "274.89", "267.74", "266.18"]);
    assert_eq!(quote.at.seconds(), 1_771_965_875);
    assert_eq!(
        (quote.day.to_string(), quote.volume),
        ("2026-02-24".to_owned(), Some(31_175_156))
    );
    let ahead = QUOTE.replace("1771965875", "1999999999");
    let Ok(Found::Quote(quote)) = read(&Ask::Quote(symbol()), 200, &ahead) else {
        panic!("it is a quote")
    };
    assert_eq!(
        quote.at.seconds(),
        1_771_966_000,
        "no price is of the future"
    );
}

#[test]
fn refusals_are_told_apart() {
    let ask = Ask::Quote(symbol());
    let check = |status, body: &str, expected: Refusal| {
        assert_eq!(read(&ask, status, body), Err(expected), "{status} {body}");
    };
    let limit = r#"{"Error Message":"Limit Reach . Please upgrade your plan or visit our documentation for more details at https://site.financialmodelingprep.com/"}"#;
    check(200, "[]", Refusal::Unknown);
    check(
        401,
        r#"{"Error Message":"Invalid API KEY. Feel free to create a Free API Key"}"#,
        Refusal::BadKey,
    );
    check(
        200,
        r#"{"Error Message":"Invalid API KEY. Please retry"}"#,
        Refusal::BadKey,
    );
    check(
        402,
        "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not available",
        Refusal::NotInPlan,
    );
    check(
        200,
        "Special Endpoint : not available under your current subscription",
        Refusal::NotInPlan,
    );
    check(
        403,
        r#"{"Error Message":"Legacy Endpoint : Due to Legacy endpoints being no longer supported"}"#,
        Refusal::NotInPlan,
    );
    check(429, limit, Refusal::DayIsSpent);
    check(200, limit, Refusal::DayIsSpent);
    check(
        429,
        r#"{"Error Message":"Bandwidth Limit Reach . Please upgrade"}"#,
        Refusal::DayIsSpent,
    );
    check(429, "Too Many Requests", Refusal::TooFast);
    check(502, "<html>Bad Gateway</html>", Refusal::Failed(502));
    check(200, "<html>welcome</html>", Refusal::Garbled);
    check(200, "{}", Refusal::Garbled);
    check(200, &QUOTE[..40], Refusal::Garbled);
    check(200, &QUOTE.replace("AAPL", "MSFT"), Refusal::Garbled);
    check(200, &QUOTE.replace("272.11", "null"), Refusal::Garbled);
    check(200, &QUOTE.replace("272.11", "-1"), Refusal::Garbled);
}

#[test]
fn history_comes_oldest_first() {
    let body = r#"[{"symbol":"AAPL","date":"2026-11-25","open":262.1,"high":265.54,"low":261.02,"close":264.91,"volume":3920774,"change":2.81,"changePercent":1.07,"vwap":263.8},
        {"symbol":"AAPL","date":"2026-11-24","open":260,"high":262,"low":259,"close":261.54,"volume":1.5e6,"change":1,"changePercent":1,"vwap":261}]"#;
    let Ok(Found::History(days)) = read(&Ask::History(symbol()), 200, body) else {
        panic!("it is history")
    };
    let told: Vec<_> = days
        .iter()
        .map(|day| (day.close.to_string(), day.volume))
        .collect();
    assert_eq!(
        told,
        [
            ("261.54".to_owned(), 1_500_000),
            ("264.91".to_owned(), 3_920_774)
        ]
    );
    assert_eq!(
        read(&Ask::History(symbol()), 200, "[]"),
        Err(Refusal::Unknown)
    );
}

#[test]
fn a_profile_a_search_and_a_rate_are_read() {
    let body = r#"[{"symbol":"AAPL","price":272.11,"companyName":"Apple Inc.","currency":"USD","sector":"Technology","description":"Apple makes phones.","isEtf":false,"fullTimeEmployees":"164000","ceo":null}]"#;
    let expected = FoundProfile {
        name: "Apple Inc.".into(),
        sector: "Technology".into(),
        currency: "USD".into(),
        description: "Apple makes phones.".into(),
    };
    assert_eq!(
        read(&Ask::Profile(symbol()), 200, body),
        Ok(Found::Profile(expected))
    );

    let body = r#"[{"symbol":"AAPL","name":"Apple Inc.","currency":"USD","exchangeFullName":"NASDAQ Global Select","exchange":"NASDAQ"}]"#;
    let found = read(&Ask::Search("apple".into()), 200, body);
    assert!(
        matches!(&found, Ok(Found::Search(found)) if found[0].name == "Apple Inc."),
        "{found:?}"
    );
    assert_eq!(
        read(&Ask::Search("zzz".into()), 200, "[]"),
        Ok(Found::Search(Vec::new()))
    );

    let body = r#"[{"symbol":"USDJPY","price":156.3325,"timestamp":1771965875}]"#;
    use super::super::provider::Currency::{Jpy, Usd};
    let expected = FoundRate {
        rate: "156.3325".parse().unwrap(),
        at: Timestamp::from_seconds(1_771_965_875),
    };
    assert_eq!(
        read(&Ask::Rate(Usd, Jpy), 200, body),
        Ok(Found::Rate(expected))
    );
}
