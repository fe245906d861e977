use super::*;

fn held(text: &str) -> Vec<(String, String, Option<String>)> {
    let portfolio = read(text).unwrap();
    assert_eq!(portfolio.wrong, [], "{text}");
    let row = |one: Holding| {
        let price = one.price.map(|price| price.to_string());
        (one.written, one.shares.to_string(), price)
    };
    portfolio.holdings.into_iter().map(row).collect()
}

fn row(symbol: &str, shares: &str, price: Option<&str>) -> (String, String, Option<String>) {
    (
        symbol.to_owned(),
        shares.to_owned(),
        price.map(str::to_owned),
    )
}

#[test]
fn a_plain_list_needs_no_header() {
    let expected = [
        row("AAPL", "10", Some("190.50")),
        row("VWCE.DE", "2.5", None),
    ];
    for text in [
        "AAPL,10,190.50\nVWCE.DE,2.5\n",
        "\u{feff}symbol,shares,price\r\nAAPL,10,190.50\r\n\r\nVWCE.DE,2.5,\r\n",
        "Symbol;Shares;Price\nAAPL;10;190,50\nVWCE.DE;2,5\n",
        "AAPL\t10\t$190.50\nVWCE.DE\t2.5",
    ] {
        assert_eq!(held(text), expected, "{text}");
    }
    let large = held("AAPL,\"1,200\",190.50");
    assert_eq!(large, [row("AAPL", "1200", Some("190.50"))]);
}

#[test]
fn activities_of_ghostfolio_add_up_to_holdings() {
    let csv = "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\r\n\
        2024-01-02,AAPL,YAHOO,USD,180,10,buy,1,\r\n\
        2024-02-02,AAPL,YAHOO,USD,190,4,sell,1,\r\n\
        2024-02-03,AAPL,YAHOO,USD,0.24,6,dividend,0,\r\n\
        2024-02-03,GONE,YAHOO,USD,5,6,buy,0,\r\n\
        2024-02-04,GONE,YAHOO,USD,6,6,sell,0,\r\n";
    assert_eq!(held(csv), [row("AAPL", "6", Some("190.00"))]);
    let json = r#"{"meta":{},"activities":[
        {"symbol":"AAPL","type":"BUY","quantity":10,"unitPrice":180,"currency":"USD","fee":1},
        {"symbol":"AAPL","type":"SELL","quantity":4,"unitPrice":190.0,"currency":"USD","fee":1},
        {"symbol":"X","type":"INTEREST","quantity":1,"unitPrice":3}]}"#;
    assert_eq!(held(json), [row("AAPL", "6", Some("190.00"))]);
}

#[test]
fn transactions_of_portfolio_performance_add_up_in_both_languages() {
    let english = "Date,Type,Value,Transaction Currency,Fees,Taxes,Shares,ISIN,WKN,Ticker Symbol,Security Name,Note\n\
        2024-01-02T00:00,Deposit,5000.00,EUR,,,,,,,,\n\
        2024-01-02T00:00,Buy,\"1,800.00\",EUR,1,0,10,US0378331005,,AAPL,Apple Inc.,\n\
        2024-01-03T00:00,Delivery (Outbound),190.00,EUR,1,0,1,US0378331005,,AAPL,Apple Inc.,\n";
    let portfolio = read(english).unwrap();
    assert_eq!(portfolio.currencies, ["EUR"]);
    assert_eq!(portfolio.cash, None);
    let [apple] = portfolio.holdings.as_slice() else {
        panic!("{portfolio:?}");
    };
    assert_eq!(apple.name.as_deref(), Some("Apple Inc."));
    assert_eq!((apple.line, apple.shares.to_string()), (3, "9".to_owned()));
    let german = "Datum;Typ;Wert;Buchungswährung;Gebühren;Stück;ISIN;WKN;Ticker-Symbol;Wertpapiername;Notiz\n\
        2024-01-02;Kauf;1.800,00;USD;1,00;10;US0378331005;;;Apple Inc.;\n";
    assert_eq!(held(german), [row("US0378331005", "10", Some("180.00"))]);
}

#[test]
fn our_own_ledger_gives_its_cash_too() {
    let ledger = "number,at,market time,kind,symbol,quantity change,price,fee,cash change,realized profit,xp,reason,previous hash\r\n\
        1,2026-11-30T08:00:00Z,2026-11-30T08:00:00Z,opened,,,,,10000,,0,,00\r\n\
        2,2026-11-30T08:00:00Z,2026-11-30T08:00:00Z,bought,PUFFN,10,25,0,-250,,10,\"a, b\",00\r\n\
        3,2026-11-30T08:00:00Z,2026-11-30T08:00:00Z,sold,PUFFN,-4,30,0,120,20,10,,00\r\n";
    let portfolio = read(ledger).unwrap();
    assert_eq!(portfolio.kind, FileKind::Ledger);
    assert_eq!(portfolio.cash, Some(Money::from_whole(9_870)));
    assert_eq!(portfolio.holdings[0].shares, Quantity::from_whole(6));
}

#[test]
fn each_wrong_line_is_named() {
    let text = "symbol,shares,price\nAAPL,ten,5\n,3,5\nMSFT,,5\n\"NVDA,3\nGOOG,1,5\n";
    let portfolio = read(text).unwrap();
    let wrong: Vec<(u64, &str)> = portfolio
        .wrong
        .iter()
        .map(|(line, message)| (*line, message.as_str()))
        .collect();
    assert_eq!(
        wrong,
        [
            (2, "\"ten\" is not a number"),
            (3, "has no symbol"),
            (4, "says no number of shares of MSFT"),
            (5, "the quote that opens field 1 is not closed on this line"),
        ]
    );
    assert_eq!(portfolio.holdings.len(), 1);
}

#[test]
fn a_file_that_is_none_is_refused_in_words() {
    let check =
        |text: &str, message: &str| assert!(read(text).unwrap_err().contains(message), "{text}");
    check("  \n", "must not be empty");
    check("Dear diary\ntoday", "columns that are not known");
    check("{\"a\":", "is not JSON");
    check("{\"a\": 1}", "has no list of activities");
    check("symbol,shares\n", "no shares that are still held");
}
