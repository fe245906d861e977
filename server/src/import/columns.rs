//! The header of an imported file: which column is what.

use std::path::Path;

use csv::StringRecord;

use super::ImportError;

/// The places of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub date: usize,
    pub open: usize,
    pub high: usize,
    pub low: usize,
    pub close: usize,
    pub adjusted_close: Option<usize>,
    pub volume: Option<usize>,
}

impl Columns {
    /// Finds the columns by their common names, in any case and order. Of several that would do
    /// the first name of a list counts, then the first column.
    pub(super) fn find(file: &Path, header: &StringRecord) -> Result<Self, ImportError> {
        let names: Vec<String> = header.iter().map(plain).collect();
        let find = |wanted: &[&str]| {
            wanted
                .iter()
                .find_map(|name| names.iter().position(|column| column == name))
        };
        let date = find(&["date", "day", "timestamp", "datetime", "time"]);
        let open = find(&["open", "openprice"]);
        let high = find(&["high", "highprice"]);
        let low = find(&["low", "lowprice"]);
        let close = find(&["close", "closelast", "closeprice"]);
        let named = [
            ("date", date),
            ("open", open),
            ("high", high),
            ("low", low),
            ("close", close),
        ];
        let (Some(date), Some(open), Some(high), Some(low), Some(close)) =
            (date, open, high, low, close)
        else {
            let missing = named
                .iter()
                .filter(|(_, place)| place.is_none())
                .map(|(name, _)| *name);
            return Err(ImportError::MissingColumns {
                file: file.to_owned(),
                missing: missing.collect(),
            });
        };
        Ok(Self {
            date,
            open,
            high,
            low,
            close,
            adjusted_close: find(&["adjclose", "adjustedclose", "closeadj"]),
            volume: find(&["volume", "vol"]),
        })
    }
}

/// `Adj. Close*`, `adj_close` and `ADJ CLOSE` are one name; so are `open` and `1. open`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &[&str]) -> Result<Columns, ImportError> {
        Columns::find(Path::new("X.csv"), &StringRecord::from(header.to_vec()))
    }

    #[test]
    fn columns_are_found_in_any_case_and_order() {
        let yahoo = find(&[
            "Date",
            "Open",
            "High",
            "Low",
            "Close",
            "Adj Close",
            "Volume",
        ])
        .unwrap();
        assert_eq!(
            (yahoo.date, yahoo.close, yahoo.adjusted_close, yahoo.volume),
            (0, 4, Some(5), Some(6))
        );
        let vantage = find(&[
            "timestamp",
            "5. volume",
            "4. close",
            "3. low",
            "2. high",
            "1. open",
        ])
        .unwrap();
        assert_eq!(
            (vantage.open, vantage.volume, vantage.adjusted_close),
            (5, Some(1), None)
        );
        let nasdaq = find(&["Date", " Close/Last", " Volume", " Open", " High", " Low"]).unwrap();
        assert_eq!((nasdaq.close, nasdaq.low), (1, 5));
    }

    #[test]
    fn missing_columns_are_all_named() {
        let error = find(&["Date", "Open", "Close"]).unwrap_err();
        assert_eq!(error.to_string(), "X.csv: has no column named high, low");
    }
}
