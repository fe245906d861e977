//! The header of an imported file: which column is what, and what its prices are adjusted for.

use std::path::Path;

use super::ImportError;

/// What prices are read from, and whether they are as they were traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Columns that are adjusted for nothing that the file says: prices as they were traded.
    Written,
    /// Written columns, adjusted by the ratio of the column `Adj Close` to the close.
    AdjustedClose,
    /// Columns such as `Adj. Open` that are adjusted already.
    AdjustedColumns,
}

/// Columns as files of yfinance have them.
const UNUSED: [&str; 5] = ["dividends", "dividend", "stocksplits", "splits", "split"];

/// The places of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub date: usize,
    pub open: usize,
    pub high: usize,
    pub low: usize,
    pub close: usize,
    pub basis: Basis,
    pub adjusted_close: Option<usize>,
    pub volume: Option<usize>,
    /// The volume counts shares of after every split.
    pub volume_is_adjusted: bool,
    /// New shares for an old one, on the first day that trades the new ones.
    pub split: Option<usize>,
    /// What a share paid, on the first day without it.
    pub dividend: Option<usize>,
    pub ticker: Option<usize>,
    /// What tells of splits and dividends without saying whether the prices are adjusted for them.
    unused: Vec<usize>,
    /// How long a row is: `D` for a day.
    pub period: Option<usize>,
    names: Vec<String>,
}

impl Columns {
    /// Finds the columns by their common names, in any case and order.
    ///
    /// # Errors
    /// Columns that are missing, or there twice.
    pub(super) fn find(file: &Path, header: &[String]) -> Result<Self, ImportError> {
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let find = |wanted: &[&str]| {
            wanted
                .iter()
                .find_map(|name| names.iter().position(|column| column == name))
        };
        let adjusted = [
            find(&["adjopen", "adjustedopen"]),
            find(&["adjhigh", "adjustedhigh"]),
            find(&["adjlow", "adjustedlow"]),
            find(&["adjclose", "adjustedclose", "closeadj"]),
        ];
        let written = [
            find(&["open", "openprice"]),
            find(&["high", "highprice"]),
            find(&["low", "lowprice"]),
            find(&["close", "closelast", "closeprice"]),
        ];
        let split = find(&["splitcoefficient", "splitratio"]);
        // Splits make sense of the prices as they were traded, and with them every holder lives
        // through the split as it was.
        let as_traded = split.is_some() && written.iter().all(Option::is_some);
        let (basis, prices) = match adjusted {
            _ if as_traded => (Basis::Written, written),
            [Some(_), Some(_), Some(_), Some(_)] => (Basis::AdjustedColumns, adjusted),
            [_, _, _, Some(_)] => (Basis::AdjustedClose, written),
            _ => (Basis::Written, written),
        };
        let date = find(&["date", "day", "timestamp", "datetime", "time"]);
        let [open, high, low, close] = prices;
        let (Some(date), Some(open), Some(high), Some(low), Some(close)) =
            (date, open, high, low, close)
        else {
            let named = ["date", "open", "high", "low", "close"];
            let missing = named.into_iter().zip([date, open, high, low, close]);
            return Err(ImportError::MissingColumns {
                file: file.to_owned(),
                missing: missing
                    .filter(|(_, place)| place.is_none())
                    .map(|(name, _)| name)
                    .collect(),
            });
        };
        let adjusts = basis != Basis::Written;
        let adjusted_volume = find(&["adjvolume", "adjustedvolume"]).filter(|_| adjusts);
        let found = Self {
            date,
            open,
            high,
            low,
            close,
            basis,
            adjusted_close: adjusted[3].filter(|_| basis == Basis::AdjustedClose),
            volume: adjusted_volume.or_else(|| find(&["volume", "vol"])),
            volume_is_adjusted: adjusted_volume.is_some() || split.is_none() || as_traded,
            split,
            dividend: find(&["dividendamount", "exdividend"]),
            unused: names
                .iter()
                .enumerate()
                .filter(|(_, name)| UNUSED.contains(&name.as_str()))
                .map(|(place, _)| place)
                .collect(),
            ticker: find(&["ticker"]),
            period: find(&["per"]),
            names: header.to_vec(),
        };
        found.check_unique(file, &names)?;
        Ok(found)
    }

    /// How many columns there are.
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// A column as the file calls it.
    pub(super) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    /// The columns that are read for nothing but to say so.
    pub(super) fn unused(&self) -> impl Iterator<Item = usize> {
        self.unused.iter().copied()
    }

    /// Where numbers are.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        let prices = [self.open, self.high, self.low, self.close];
        let others = [self.adjusted_close, self.volume, self.split, self.dividend];
        prices.into_iter().chain(others.into_iter().flatten())
    }

    /// Two columns of one name are two answers to one question.
    fn check_unique(&self, file: &Path, names: &[String]) -> Result<(), ImportError> {
        let others = [Some(self.date), self.ticker, self.period];
        for place in self.numbers().chain(others.into_iter().flatten()) {
            let same = |name: &&String| names.get(place) == Some(*name);
            if names.iter().filter(same).count() > 1 {
                return Err(ImportError::ColumnTwice {
                    file: file.to_owned(),
                    name: self.name(place).to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// `Adj. Close*`, `adj_close` and `ADJ CLOSE` are one name; so are `open`, `<OPEN>` and `1. open`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str) -> Result<Columns, ImportError> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        Columns::find(Path::new("X.csv"), &header)
    }

    #[test]
    fn columns_are_found_in_any_case_and_order() {
        let yahoo = find("Date,Open,High,Low,Close,Adj Close,Volume").unwrap();
        assert_eq!(
            (yahoo.date, yahoo.close, yahoo.adjusted_close, yahoo.volume),
            (0, 4, Some(5), Some(6))
        );
        assert_eq!(
            (yahoo.basis, yahoo.volume_is_adjusted),
            (Basis::AdjustedClose, true)
        );
        let vantage = find("timestamp,5. volume,4. close,3. low,2. high,1. open").unwrap();
        assert_eq!(
            (vantage.open, vantage.volume, vantage.basis),
            (5, Some(1), Basis::Written)
        );
        let nasdaq = find("Date, Close/Last, Volume, Open, High, Low").unwrap();
        assert_eq!((nasdaq.close, nasdaq.low), (1, 5));
    }

    #[test]
    fn an_adjusted_volume_goes_with_adjusted_prices() {
        let wiki = find(
            "Date,Open,High,Low,Close,Volume,Ex-Dividend,Split Ratio,Adj. Open,Adj. High,Adj. Low,Adj. Close,Adj. Volume",
        )
        .unwrap();
        assert_eq!((wiki.open, wiki.close, wiki.volume), (1, 4, Some(5)));
        assert_eq!(
            (wiki.basis, wiki.volume_is_adjusted),
            (Basis::Written, true)
        );
        let adjusted = find("Date,Split Ratio,Adj. Open,Adj. High,Adj. Low,Adj. Close").unwrap();
        assert_eq!(adjusted.basis, Basis::AdjustedColumns);
        assert_eq!((wiki.dividend, wiki.split), (Some(6), Some(7)));
        let vantage = find(
            "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient",
        )
        .unwrap();
        assert_eq!(
            (vantage.basis, vantage.volume, vantage.split),
            (Basis::Written, Some(6), Some(8))
        );
        let written = find("Date,Open,High,Low,Close,Volume,Adj. Volume").unwrap();
        assert_eq!(written.volume, Some(5));
    }

    #[test]
    fn missing_and_doubled_columns_are_named() {
        let error = find("Date,Open,Close").unwrap_err();
        assert_eq!(
            error.to_string(),
            "X.csv: its first line has no column named high, low"
        );
        let error = find("Date,Open,High,Low,Close,CLOSE").unwrap_err();
        assert_eq!(
            error.to_string(),
            "X.csv: has more than one column named Close"
        );
    }
}
