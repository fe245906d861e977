//! Files of every kind, good and bad.

use domain::{CorporateAction, SplitRatio, adjusted_price};

use super::*;

fn parse(text: &str) -> Result<History, ImportError> {
    parse_history(Path::new("X.csv"), text.as_bytes())
}

fn bad_rows(text: &str) -> Vec<(u64, String)> {
    match parse(text) {
        Err(ImportError::BadRows(bad)) => bad
            .told
            .into_iter()
            .map(|row| match row.column {
                Some(column) => (row.line, format!("{column}: {}", row.reason)),
                None => (row.line, row.reason),
            })
            .collect(),
        other => panic!("not a report of bad rows: {other:?}"),
    }
}

fn row(history: &History, place: usize) -> String {
    let day = &history.days()[place];
    format!(
        "{} {} {} {} {} {}",
        day.day, day.open, day.high, day.low, day.close, day.volume
    )
}

#[test]
fn files_of_every_common_shape_read_alike() {
    let expected = "2000-03-01 10.00 12.50 9.00 11.00 700";
    for text in [
        "Date,Open,High,Low,Close,Volume\n2000-03-01,10,12.5,9,11,700\n",
        "\u{feff}date,open,high,low,close,volume\r\n2000-03-01,10,12.5,9,11,700\r\n",
        "volume,CLOSE,LOW,HIGH,OPEN,TIMESTAMP\n700,11,9,12.5,10,2000/03/01",
        "Date;Open;High;Low;Close;Volume\n2000-03-01;10,00;12,5;9;11;700\n",
        "Date;Open;High;Low;Close;Volume\n2000-03-01;10.00;12.5;9;11;700\n",
        "Date\tOpen\tHigh\tLow\tClose\tVolume\n2000-03-01\t10\t12.5\t9\t11\t700\n",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nAAA.US,D,20000301,000000,10,12.5,9,11,700,0\n",
        "Time, Open, High, Low, Close, Volume, Note\n2000-03-01 00:00:00, 10, 12.5, 9, 11, 700, \"a, b\"\n\n",
    ] {
        let history = parse(text).unwrap();
        assert_eq!(
            (row(&history, 0).as_str(), history.days().len()),
            (expected, 1),
            "{text}"
        );
        assert_eq!(history.adjustment(), Adjustment::None);
    }
}

#[test]
fn rows_may_come_latest_first() {
    let history =
        parse("date,open,high,low,close\n2000-03-02,2,2,2,2\n2000-03-01,1,1,1,1\n").unwrap();
    assert_eq!(row(&history, 0), "2000-03-01 1.00 1.00 1.00 1.00 0");
    assert_eq!(
        (history.first_day(), history.last_day()),
        (history.days()[0].day, history.days()[1].day)
    );
}

#[test]
fn an_adjusted_close_adjusts_every_price_of_its_day() {
    let text = "date,open,high,low,close,volume,adj close\n\
        2000-03-01,100,110,90,104,7,26\n\
        2000-03-02,26.3,27.7,25.1,27,7,27\n";
    let history = parse(text).unwrap();
    assert_eq!(row(&history, 0), "2000-03-01 25.00 27.50 22.50 26.00 7");
    assert_eq!(row(&history, 1), "2000-03-02 26.30 27.70 25.10 27.00 7");
    assert_eq!(history.adjustment(), Adjustment::ByFile);
}

#[test]
fn noise_of_binary_fractions_is_no_bad_row() {
    let text =
        "date,open,high,low,close\n2000-03-01,31.679998397827148,31.68,31.68000001,31.680002\n";
    let history = parse(text).unwrap();
    assert_eq!(row(&history, 0), "2000-03-01 31.68 31.68 31.68 31.68 0");
}

#[test]
fn every_bad_row_is_told_with_its_line() {
    let text = "Date,Open,High,Low,Close,Volume\n\
        2000-03-01,10,12,9,11,700\n\
        yesterday,10,12,9,11,700\n\
        2000-03-03,10,9.5,9,9.2,700\n\
        2000-03-04,10,12,9,12.1,700\n\
        2000-03-05,10,12,10.5,11,700\n\
        2000-03-06,null,12,9,11,700\n\
        2000-03-07,10,12,0,11,700\n\
        2000-03-08,10,12,9,11,-1\n\
        2000-03-01,10,12,9,11,700\n\
        2000-03-09,10,12\n\
        2000-03-10,10,12,9,11,700\n";
    let expected = [
        (
            3,
            "Date: \"yesterday\" is not a date such as 2000-03-01, 20000301, 2000/03/01 or 03/01/2000",
        ),
        (4, "the high 9.5 is below the open 10"),
        (5, "the high 12 is below the close 12.1"),
        (6, "the low 10.5 is above the open 10"),
        (
            7,
            "Open: \"null\" is not a number such as 1234.56 or 1,234.56: the point separates decimals, a comma only thousands",
        ),
        (8, "Low: 0 is not above zero"),
        (9, "Volume: -1 is below zero"),
        (10, "the day 2000-03-01 is already on line 2"),
        (11, "Low: is missing"),
    ];
    let expected: Vec<(u64, String)> = expected
        .map(|(line, reason)| (line, reason.to_owned()))
        .into();
    assert_eq!(bad_rows(text), expected);
}

#[test]
fn a_hundred_bad_rows_are_told_and_all_are_counted() {
    let text = format!("date,open,high,low,close\n{}", "x,1,1,1,1\n".repeat(150));
    let Err(ImportError::BadRows(bad)) = parse(&text) else {
        panic!("bad rows were taken")
    };
    assert_eq!((bad.told.len(), bad.count), (100, 150));
    let told = bad.to_string();
    assert!(
        told.starts_with("nothing was imported: 150 rows are wrong\nX.csv:2: column date: "),
        "{told}"
    );
    assert!(told.ends_with("\nand 50 more"), "{told}");
}

#[test]
fn files_that_hold_nothing_say_so() {
    let check =
        |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err().to_string(), expected);
    check("", "X.csv: has no row of prices");
    check("date,open,high,low,close\n", "X.csv: has no row of prices");
    check(
        "a picture",
        "X.csv: its first line has no column named date, open, high, low, close",
    );
}

#[test]
fn text_that_is_not_utf_8_is_a_bad_row() {
    let bytes = b"date,open,high,low,close\n2000-03-01,1,1,1,1\n\xFF,1,1,1,1\n2000-03-03,1,1,1,1\n";
    let Err(ImportError::BadRows(bad)) = parse_history(Path::new("X.csv"), bytes) else {
        panic!("the row was taken")
    };
    assert_eq!((bad.count, bad.told[0].line), (1, 3));
}

#[test]
fn a_file_with_too_many_rows_is_refused() {
    let text = format!(
        "date,open,high,low,close\n{}",
        "2000-03-01,1,1,1,1\n".repeat(ROWS_MAX + 1)
    );
    assert_eq!(
        parse(&text).unwrap_err().to_string(),
        "X.csv: has more than 100000 rows"
    );
}

const NO_NUMBER: &str = "is not a number such as 1234.56 or 1,234.56: the point separates decimals, a comma only thousands";

#[test]
fn a_comma_is_never_taken_for_a_decimal_point_by_a_guess() {
    let text = "Date,Open,High,Low,Close\n\
        2000-01-03,\"10,50\",\"10,90\",\"10,10\",\"10,70\"\n\
        2000-01-04,\"1.234,56\",2000,1,10\n\
        2000-01-05,1_0,10,10,10\n\
        2000-01-06,\"1,234.50\",\"1,300\",\"1,200\",\"1,250.25\"\n";
    let expected = [
        (2, format!("Open: \"10,50\" {NO_NUMBER}")),
        (3, format!("Open: \"1.234,56\" {NO_NUMBER}")),
        (4, format!("Open: \"1_0\" {NO_NUMBER}")),
    ];
    assert_eq!(bad_rows(text), expected);
    let text = "Date;Open;High;Low;Close\n2000-01-03;10,50;1.234,56;10,10;10,70\n";
    let history = parse(text).unwrap();
    assert_eq!(row(&history, 0), "2000-01-03 10.50 1234.56 10.10 10.70 0");
    let mixed = "Date;Open;High;Low;Close\n2000-01-03;10,5;10,5;10,5;10,5\n2000-01-04;10.5;10.5;10.5;10.5\n";
    assert_eq!(bad_rows(mixed).len(), 1);
}

#[test]
fn a_row_with_more_fields_than_the_header_is_refused() {
    let text = "Date,Open,High,Low,Close\n2000-01-03,1,234.50,1,234.50,1,234.50,1,234.50\n";
    let reason =
        "has 9 fields where the header has 5; a number with a comma in it needs quotes".to_owned();
    assert_eq!(bad_rows(text), [(2, reason)]);
}

#[test]
fn an_open_quote_is_told_where_it_opens() {
    let text = "Date,Open,High,Low,Close\n\
        2000-01-03,1,1,1,1\n\
        2000-01-04,\"1,1,1,1\n\
        2000-01-05,1,1,1,1\n";
    let reason = "the quote that opens field 2 is not closed on this line".to_owned();
    assert_eq!(bad_rows(text), [(3, reason)]);
}

#[test]
fn dates_that_do_not_say_which_number_is_the_month_are_refused() {
    let file = |days: [&str; 2]| {
        let rows = days.map(|day| format!("{day},1,1,1,1\n"));
        format!("Date,Open,High,Low,Close\n{}", rows.concat())
    };
    let ambiguous = bad_rows(&file(["03/01/2000", "03/02/2000"]));
    assert_eq!(ambiguous.len(), 1);
    assert!(
        ambiguous[0]
            .1
            .starts_with("Date: may be month/day or day/month"),
        "{ambiguous:?}"
    );
    let history = parse(&file(["03/01/2000", "03/13/2000"])).unwrap();
    assert_eq!(history.last_day(), "2000-03-13".parse().unwrap());
}

#[test]
fn a_day_of_yahoo_without_prices_is_left_out() {
    let text = "Date,Open,High,Low,Close,Adj Close,Volume\n\
        2000-03-01,100,110,90,104,26,7\n\
        2000-03-02,null,null,null,null,null,null\n\
        2000-03-03,26.3,27.7,25.1,27,27,7\n";
    let examined = examine(Path::new("X.csv"), text.as_bytes()).unwrap();
    let notes: Vec<_> = examined
        .notes
        .iter()
        .map(|note| (note.row.line, note.fate))
        .collect();
    assert_eq!(notes, [(3, Fate::LeftOut)]);
    assert!(!examined.is_refused());
    let history = examined.into_history(Path::new("X.csv")).unwrap();
    assert_eq!((history.days().len(), history.left_out()), (2, 1));
}

#[test]
fn alpha_vantage_s_prices_are_as_they_were_traded_and_come_with_their_actions() {
    let raw = "timestamp,open,high,low,close,volume\n\
        2000-03-02,26,28,25,27,800\n2000-03-01,100,110,90,104,200\n";
    let history = parse(raw).unwrap();
    assert_eq!(
        row(&history, 0),
        "2000-03-01 100.00 110.00 90.00 104.00 200"
    );
    assert_eq!(history.jumps(), ["2000-03-02".parse().unwrap()]);
    let adjusted = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n\
        2000-03-02,26,28,25,27,27,800,0.5,4.0\n\
        2000-03-01,100,110,90,104,26,200,0.0000,1.0\n";
    let history = parse(adjusted).unwrap();
    assert_eq!(
        row(&history, 0),
        "2000-03-01 100.00 110.00 90.00 104.00 200"
    );
    assert_eq!(row(&history, 1), "2000-03-02 26.00 28.00 25.00 27.00 800");
    assert_eq!(history.adjustment(), Adjustment::AsTraded);
    let day = "2000-03-02".parse().unwrap();
    let split = Split {
        day,
        ratio: Decimal::from(4),
    };
    let dividend = Dividend {
        day,
        amount: Decimal::new(5, 1),
    };
    assert_eq!(
        (history.splits(), history.dividends()),
        (&[split][..], &[dividend][..])
    );
    let per_share = "0.5".parse().unwrap();
    let paid = CorporateAction::Dividend { per_share };
    let actions = [paid, CorporateAction::Split(SplitRatio { new: 4, old: 1 })];
    assert_eq!(
        history.actions(),
        actions.map(|action| DatedAction { day, action })
    );
    assert_eq!(history.jumps(), []);
}

#[test]
fn a_file_that_names_its_splits_keeps_the_prices_of_the_time() {
    let text = "date,open,high,low,close,volume,split_coefficient\n\
        2000-03-01,120,120,120,120,100,1\n\
        2000-03-02,60,66,54,60,200,2\n\
        2000-03-03,20,22,18,20,600,3\n\
        2000-03-04,40,40,40,40,300,0.5\n";
    let history = parse(text).unwrap();
    assert_eq!(
        row(&history, 0),
        "2000-03-01 120.00 120.00 120.00 120.00 100"
    );
    assert_eq!(row(&history, 2), "2000-03-03 20.00 22.00 18.00 20.00 600");
    assert_eq!(history.adjustment(), Adjustment::AsTraded);
    let ratios: Vec<_> = history
        .actions()
        .iter()
        .map(|dated| dated.action.ratio())
        .collect();
    let expected = [(2, 1), (3, 1), (1, 2)].map(|(new, old)| Some(SplitRatio { new, old }));
    assert_eq!(ratios, expected);
    let last = history.last_day();
    for prices in history.days() {
        let close = adjusted_price(prices.close, prices.day, last, &history.actions());
        assert_eq!(close, Price::from_whole(40));
    }
    assert_eq!((history.splits().len(), history.jumps()), (3, &[][..]));
}

#[test]
fn both_forms_of_quandl_wiki_are_read_as_they_were_traded() {
    let expected = "2000-03-01 100.00 110.00 90.00 104.00 523475";
    for text in [
        "ticker,date,open,high,low,close,volume,ex-dividend,split_ratio,adj_open,adj_high,adj_low,adj_close,adj_volume\n\
         A,2000-03-01,100,110,90,104,523475.0,0.0,1.0,25,27.5,22.5,26,2093900.0\n",
        "Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,Adj. Open,Adj. High,Adj. Low,Adj. Close,Adj. Volume\n\
         2000-03-01,100,110,90,104,523475.0,0.0,1.0,25,27.5,22.5,26,2093900.0\n",
    ] {
        let history = parse(text).unwrap();
        assert_eq!(row(&history, 0), expected);
        assert_eq!(history.adjustment(), Adjustment::AsTraded);
    }
}

#[test]
fn a_file_is_one_instrument_of_daily_prices() {
    let text = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n\
        AAA.US,D,20000301,000000,1,1,1,1,7\n\
        BBB.US,D,20000302,000000,1,1,1,1,7\n\
        AAA.US,5,20000303,153500,1,1,1,1,7\n";
    let expected = [
        (
            3,
            "<TICKER>: \"BBB.US\" is not \"AAA.US\" as above; a file is one instrument",
        ),
        (4, "<PER>: \"5\" is not D: only daily prices are imported"),
    ];
    assert_eq!(
        bad_rows(text),
        expected.map(|(line, reason)| (line, reason.to_owned()))
    );
}

#[test]
fn a_file_in_another_encoding_is_read() {
    let text = "Date,Größe,Open,High,Low,Close\n2000-03-01,x,1,1,1,1\n";
    let latin_1: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let utf_16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [latin_1, utf_16] {
        let history = parse_history(Path::new("X.csv"), &bytes).unwrap();
        assert_eq!(row(&history, 0), "2000-03-01 1.00 1.00 1.00 1.00 0");
    }
}
