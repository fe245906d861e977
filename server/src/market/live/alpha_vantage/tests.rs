//! Replies as Alpha Vantage sends them.

use super::*;

const QUOTE: &str = r#"{"Global Quote":{"01. symbol":"IBM","02. open":"262.1000","03. high":"265.5400",
"04. low":"261.0200","05. price":"264.9100","06. volume":"3920774","07. latest trading day":"2026-11-25",
"08. previous close":"261.5400","09. change":"3.3700","10. change percent":"1.2885%"}}"#;

fn symbol() -> Symbol {
    "IBM".parse().unwrap()
}

fn read_at(ask: &Ask, status: u16, body: &str, at: &str) -> Result<Found, Refusal> {
    let at = at.parse().unwrap();
    AlphaVantage.read(ask, &Reply { status, body, at })
}

fn read(ask: &Ask, status: u16, body: &str) -> Result<Found, Refusal> {
    read_at(ask, status, body, "2026-11-25T18:00:00Z")
}

#[test]
fn a_quote_is_of_now_while_its_day_lasts_and_of_the_close_afterwards() {
    let ask = Ask::Quote(symbol());
    let at = |now: &str| match read_at(&ask, 200, QUOTE, now) {
        Ok(Found::Quote(quote)) => quote.at.to_string(),
        other => panic!("{other:?}"),
    };
    let close = "2026-11-25T21:00:00.000000Z";
    assert_eq!(at("2026-11-25T18:00:00Z"), "2026-11-25T18:00:00.000000Z");
    assert_eq!(at("2026-11-26T02:00:00Z"), close);
    // A reply for the previous day, while the next day's trading is open, is not a current price.
    assert_eq!(at("2026-11-27T18:00:00Z"), close);
    let Ok(Found::Quote(quote)) = read(&ask, 200, QUOTE) else {
        panic!("it is a quote")
    };
    assert_eq!(quote.price.to_string(), "264.91");
    assert_eq!(
        quote
            .previous_close
            .map(|price| price.to_string())
            .as_deref(),
        Some("261.54")
    );
    assert_eq!(
        (quote.volume, quote.day.to_string()),
        (Some(3_920_774), "2026-11-25".to_owned())
    );
}

#[test]
fn refusals_come_with_status_200_and_are_told_apart() {
    let ask = Ask::Quote(symbol());
    let check =
        |body: &str, expected: Refusal| assert_eq!(read(&ask, 200, body), Err(expected), "{body}");
    check(r#"{"Global Quote":{}}"#, Refusal::Unknown);
    check(
        r#"{"Error Message":"Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for GLOBAL_QUOTE."}"#,
        Refusal::Unknown,
    );
    check(
        r#"{"Error Message":"the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key)."}"#,
        Refusal::BadKey,
    );
    check(
        r#"{"Information":"Thank you for using Alpha Vantage! Our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits."}"#,
        Refusal::DayIsSpent,
    );
    check(
        r#"{"Information":"We have detected your API key as XXXX and our standard API rate limit is 25 requests per day."}"#,
        Refusal::DayIsSpent,
    );
    check(
        r#"{"Information":"Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans to lift the free key rate limit (25 requests per day)."}"#,
        Refusal::TooFast,
    );
    check(
        r#"{"Note":"Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day."}"#,
        Refusal::DayIsSpent,
    );
    check(
        r#"{"Information":"The **demo** API key is for demo purposes only. Please claim your free API key."}"#,
        Refusal::BadKey,
    );
    check(
        r#"{"Information":"Thank you for using Alpha Vantage! This is a premium endpoint."}"#,
        Refusal::NotInPlan,
    );
    check("Service Unavailable", Refusal::Garbled);
    check(
        "{\"Global Quote\":{\"01. symbol\":\"IBM\"}}",
        Refusal::Garbled,
    );
    check(&QUOTE.replace("\"IBM\"", "\"AAPL\""), Refusal::Garbled);
    check(&QUOTE.replace("264.9100", "0.0000"), Refusal::Garbled);
    check(&QUOTE[..90], Refusal::Garbled);
    assert_eq!(read(&ask, 503, QUOTE), Err(Refusal::Failed(503)));
}

#[test]
fn history_comes_oldest_first() {
    let body = r#"{"Meta Data":{"2. Symbol":"IBM"},"Time Series (Daily)":{
        "2026-11-25":{"1. open":"262.1","2. high":"265.54","3. low":"261.02","4. close":"264.91","5. volume":"3920774"},
        "2026-11-24":{"1. open":"260","2. high":"262","3. low":"259","4. close":"261.54","5. volume":"10"}}}"#;
    let Ok(Found::History(days)) = read(&Ask::History(symbol()), 200, body) else {
        panic!("it is history")
    };
    let closes: Vec<_> = days
        .iter()
        .map(|day| (day.day.to_string(), day.close.to_string()))
        .collect();
    let day = |day: &str, close: &str| (day.to_owned(), close.to_owned());
    assert_eq!(
        closes,
        [day("2026-11-24", "261.54"), day("2026-11-25", "264.91")]
    );
    let garbled = body.replace("\"4. close\":\"261.54\"", "\"4. close\":null");
    assert_eq!(
        read(&Ask::History(symbol()), 200, &garbled),
        Err(Refusal::Garbled)
    );
}

#[test]
fn a_profile_a_search_and_a_rate_are_read() {
    let body = r#"{"Symbol":"IBM","AssetType":"Common Stock","Name":"International Business Machines","Description":"IBM makes computers.","Currency":"USD","Sector":"-","PEGRatio":"None"}"#;
    let expected = FoundProfile {
        name: "International Business Machines".into(),
        sector: String::new(),
        currency: "USD".into(),
        description: "IBM makes computers.".into(),
    };
    assert_eq!(
        read(&Ask::Profile(symbol()), 200, body),
        Ok(Found::Profile(expected))
    );
    assert_eq!(
        read(&Ask::Profile(symbol()), 200, "{}"),
        Err(Refusal::Unknown)
    );

    let body = r#"{"bestMatches":[{"1. symbol":"AAPL","2. name":"Apple Inc","3. type":"Equity","8. currency":"USD","9. matchScore":"1.0000"}]}"#;
    let found = read(&Ask::Search("apple".into()), 200, body);
    assert!(
        matches!(&found, Ok(Found::Search(found)) if found[0].symbol == "AAPL"),
        "{found:?}"
    );

    let body = r#"{"Realtime Currency Exchange Rate":{"1. From_Currency Code":"USD","3. To_Currency Code":"JPY","5. Exchange Rate":"110.29100000","6. Last Refreshed":"2021-04-06 08:16:01","7. Time Zone":"UTC","8. Bid Price":"-","9. Ask Price":"-"}}"#;
    use super::super::provider::Currency::{Jpy, Usd};
    let expected = FoundRate {
        rate: "110.291".parse().unwrap(),
        at: "2021-04-06T08:16:01Z".parse().unwrap(),
    };
    assert_eq!(
        read(&Ask::Rate(Usd, Jpy), 200, body),
        Ok(Found::Rate(expected))
    );
}
