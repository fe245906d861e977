//! Files of every kind, good and bad.

use super::*;

fn parse(text: &str) -> Result<History, ImportError> {
    parse_history(Path::new("X.csv"), text.as_bytes())
}

fn bad_rows(text: &str) -> Vec<(u64, String)> {
    match parse(text) {
        Err(ImportError::BadRows(bad)) => bad
            .told
            .into_iter()
            .map(|row| (row.line, row.reason))
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
        "\"Date\",\"Close/Last\",\"Volume\",\"Open\",\"High\",\"Low\"\n\"03/01/2000\",\"$11.00\",\"700\",\"$10.00\",\"$12.50\",\"$9.00\"\n",
        "Time, Open, High, Low, Close, Volume, Note\n2000-03-01 00:00:00, 10, 12.5, 9, 11, 700, \"a, b\"\n\n",
    ] {
        let history = parse(text).unwrap();
        assert_eq!(
            (row(&history, 0).as_str(), history.days().len()),
            (expected, 1),
            "{text}"
        );
        assert!(!history.is_adjusted());
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
    assert!(history.is_adjusted());
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
            "the date \"yesterday\" is not one such as 2000-03-01, 2000/03/01 or 03/01/2000",
        ),
        (4, "the high 9.5 is below the open 10"),
        (5, "the high 12 is below the close 12.1"),
        (6, "the low 10.5 is above the open 10"),
        (7, "the open \"null\" is not a number"),
        (8, "the low 0 is not above zero"),
        (9, "the volume -1 is below zero"),
        (10, "the day 2000-03-01 is already on line 2"),
        (11, "the low is missing"),
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
        told.starts_with("nothing was imported: 150 rows are wrong\nX.csv:2: the date"),
        "{told}"
    );
    assert!(told.ends_with("\nand 50 more"), "{told}");
}

#[test]
fn files_that_hold_nothing_say_so() {
    let check =
        |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err().to_string(), expected);
    check(
        "",
        "X.csv: has no column named date, open, high, low, close",
    );
    check("date,open,high,low,close\n", "X.csv: has no row of prices");
    check(
        "a picture",
        "X.csv: has no column named date, open, high, low, close",
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
