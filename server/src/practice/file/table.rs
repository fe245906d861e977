//! Holdings and transactions as CSV: which columns a file has, and what its lines say.

use rust_decimal::Decimal;

use super::{Change, FileKind, Line, Said};
use crate::import::line::{Separator, numbered_lines};

/// The lines of a file, and what kind of file it is.
///
/// # Errors
/// In words: the columns are not known.
pub(super) fn read(text: &str) -> Result<(FileKind, Vec<Line>), String> {
    let mut lines = numbered_lines(text).peekable();
    let Some((_, first)) = lines.peek().copied() else {
        return Err("must not be empty".to_owned());
    };
    let separator = Separator::of_header(first);
    let fields = separator.split(first).unwrap_or_default();
    let columns = Columns::of_header(&fields);
    let columns = match columns {
        Some(columns) => {
            lines.next();
            columns
        }
        None if is_number(separator, fields.get(1)) => Columns::plain(),
        None => {
            let message = "has columns that are not known: the first line must name a symbol and shares, or be \
                 a holding such as AAPL,10,190.50";
            return Err(message.to_owned());
        }
    };
    let said = |(number, line): (u64, &str)| {
        let said = separator
            .split(line)
            .and_then(|fields| columns.say(separator, &fields));
        (number, said)
    };
    Ok((columns.kind, lines.map(said).collect()))
}

fn is_number(separator: Separator, field: Option<&String>) -> bool {
    field.is_some_and(|field| number(separator, field).is_ok())
}

/// Where a file has what.
#[derive(Debug, Clone)]
struct Columns {
    kind: FileKind,
    symbol: Option<usize>,
    isin: Option<usize>,
    name: Option<usize>,
    action: Option<usize>,
    shares: usize,
    price: Option<usize>,
    /// What the cash changed by, or the value of the trade.
    value: Option<usize>,
    currency: Option<usize>,
}

impl Columns {
    fn plain() -> Self {
        Self {
            kind: FileKind::Plain,
            symbol: Some(0),
            isin: None,
            name: None,
            action: None,
            shares: 1,
            price: Some(2),
            value: None,
            currency: None,
        }
    }

    /// The columns by their names, in English and German. None without a symbol or shares.
    fn of_header(fields: &[String]) -> Option<Self> {
        let names: Vec<String> = fields.iter().map(|field| field.to_lowercase()).collect();
        let find = |wanted: &[&str]| {
            let mut wanted = wanted.iter();
            wanted.find_map(|wanted| names.iter().position(|name| name == wanted))
        };
        let ticker = find(&["ticker symbol", "ticker-symbol"]);
        let isin = find(&["isin"]);
        let name = find(&["security name", "wertpapiername", "name"]);
        let symbol = ticker.or_else(|| find(&["symbol", "code", "ticker"]));
        let action = find(&["action", "type", "typ", "kind"]);
        let kind = match (ticker, action) {
            (Some(_), Some(_)) => FileKind::PortfolioPerformance,
            _ if find(&["cash change"]).is_some() => FileKind::Ledger,
            (_, Some(_)) => FileKind::GhostfolioCsv,
            _ => FileKind::Plain,
        };
        let shares = ["shares", "stück", "quantity change", "quantity", "units"];
        symbol.or(isin).or(name)?;
        Some(Self {
            kind,
            symbol,
            isin,
            name,
            action,
            shares: find(&shares)?,
            price: find(&["price", "unit price", "unitprice", "kurs", "quote"]),
            value: find(&["cash change", "value", "wert"]),
            currency: find(&["currency", "transaction currency", "buchungswährung"]),
        })
    }

    fn say(&self, separator: Separator, fields: &[String]) -> Result<Said, String> {
        let field = |place: Option<usize>| {
            let field = place.and_then(|place| fields.get(place));
            field.map_or("", |field| field.trim())
        };
        let action = field(self.action).to_lowercase();
        let cash = match self.cash(separator, field(self.value))? {
            Some(cash) => Said::Cash(cash),
            None => Said::Nothing,
        };
        let Some(sign) = self.sign(&action) else {
            return Ok(cash);
        };
        let written = [self.symbol, self.isin, self.name].map(field);
        let symbol = written.into_iter().find(|text| !text.is_empty());
        let shares = field(Some(self.shares));
        if self.kind == FileKind::Ledger && (shares.is_empty() || symbol.is_none()) {
            return Ok(cash);
        }
        let symbol = super::symbol(symbol.unwrap_or_default())?;
        if shares.is_empty() {
            return Err(format!("says no number of shares of {symbol}"));
        }
        let shares = number(separator, shares)?.saturating_mul(sign);
        let price = match field(self.price) {
            "" => value_per_share(separator, field(self.value), shares),
            price => Some(number(separator, price)?),
        };
        let currency = Some(field(self.currency)).filter(|currency| !currency.is_empty());
        let change = Change {
            symbol,
            name: super::name(field(self.name)),
            shares,
            price,
            currency: currency.map(str::to_owned),
        };
        Ok(match cash {
            Said::Cash(cash) => Said::Both(change, cash),
            _ => Said::Shares(change),
        })
    }

    /// Whether an action adds shares or takes them away. None: it changes none.
    fn sign(&self, action: &str) -> Option<Decimal> {
        if matches!(self.kind, FileKind::Plain | FileKind::Ledger) {
            // The change has its sign already.
            return Some(Decimal::ONE);
        }
        match action {
            "buy"
            | "kauf"
            | "delivery (inbound)"
            | "einlieferung"
            | "transfer (inbound)"
            | "umbuchung (eingang)" => Some(Decimal::ONE),
            "sell"
            | "verkauf"
            | "delivery (outbound)"
            | "auslieferung"
            | "transfer (outbound)"
            | "umbuchung (ausgang)" => Some(-Decimal::ONE),
            _ => None,
        }
    }

    /// What a line of a ledger changed the cash by. The files of trackers rarely have every deposit, so
    /// their cash is not added up.
    fn cash(&self, separator: Separator, value: &str) -> Result<Option<Decimal>, String> {
        if self.kind != FileKind::Ledger || value.is_empty() {
            return Ok(None);
        }
        number(separator, value).map(Some)
    }
}

fn value_per_share(separator: Separator, value: &str, shares: Decimal) -> Option<Decimal> {
    let value = number(separator, value).ok()?;
    value.abs().checked_div(shares.abs())
}

/// A number as files write it. With a semicolon between the fields the comma is the decimal point;
/// otherwise a comma separates thousands.
fn number(separator: Separator, text: &str) -> Result<Decimal, String> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '$' | '€' | '£' | '\''))
        .collect();
    let comma_is_point = match (plain.rfind(','), plain.rfind('.')) {
        (Some(comma), Some(point)) => comma > point,
        (Some(_), None) => separator == Separator::Semicolon,
        _ => false,
    };
    let written = if comma_is_point {
        plain.replace('.', "").replace(',', ".")
    } else {
        plain.replace(',', "")
    };
    let is_short = written.len() <= 40;
    let parsed = written.parse().ok().filter(|_| is_short);
    parsed.ok_or_else(|| format!("{:?} is not a number", super::cut(text, 40)))
}
