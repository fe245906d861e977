//! How an entry of a ledger is written in each format.

use domain::{Fact, InstrumentId, Money, Price, Quantity, Timestamp};
use serde_json::json;

use crate::api::ledger::view;
use crate::api::marks::text;
use crate::app::{App, Game};
use crate::store::LedgerRow;

/// A format that ledgers are exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Everything, for a spreadsheet.
    Ledger,
    /// Ghostfolio's CSV.
    GhostfolioCsv,
    /// Ghostfolio's JSON.
    GhostfolioJson,
    /// Portfolio Performance's CSV, with English names.
    PortfolioPerformance,
}

/// What a tracker knows of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Activity {
    kind: ActivityKind,
    instrument: Option<InstrumentId>,
    price: Price,
    quantity: Quantity,
    fee: Money,
    /// What the account's cash changed by.
    cash: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ActivityKind {
    Buy,
    Sell,
    Dividend,
    Interest,
    Deposit,
    Removal,
    Tax,
    Fee,
}

impl Format {
    /// The format of a file.
    pub(super) fn named(file: &str) -> Option<Self> {
        match file {
            "ledger.csv" => Some(Self::Ledger),
            "ghostfolio.csv" => Some(Self::GhostfolioCsv),
            "ghostfolio.json" => Some(Self::GhostfolioJson),
            "portfolio-performance.csv" => Some(Self::PortfolioPerformance),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GhostfolioJson => "application/json",
            _ => "text/csv; charset=utf-8",
        }
    }

    /// What a file begins with.
    pub(super) fn head(self) -> String {
        match self {
            Self::Ledger => {
                "number,at,market time,kind,symbol,quantity change,price,fee,cash change,\
                realized profit,xp,reason,previous hash,currency\r\n"
            }
            Self::GhostfolioCsv => {
                "Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note\r\n"
            }
            Self::GhostfolioJson => "{\"activities\":[",
            Self::PortfolioPerformance => {
                "Date,Type,Value,Transaction Currency,Gross Amount,\
                Currency Gross Amount,Exchange Rate,Fees,Taxes,Shares,ISIN,WKN,Ticker Symbol,\
                Security Name,Note\r\n"
            }
        }
        .to_owned()
    }

    /// What stands between two entries.
    pub(super) fn between(self) -> &'static str {
        match self {
            Self::GhostfolioJson => ",\n",
            _ => "",
        }
    }

    /// What a file ends with.
    pub(super) fn tail(self) -> &'static str {
        match self {
            Self::GhostfolioJson => "]}\n",
            _ => "",
        }
    }

    /// An entry; none when the format has no words for it.
    pub(super) fn line(
        self,
        app: &App,
        game: &Game,
        at: Timestamp,
        row: LedgerRow,
    ) -> Option<String> {
        if self == Self::Ledger {
            return Some(ledger_line(app, game, at, row));
        }
        let activity = Activity::of(&row.entry.fact)?;
        let reason = row.words.map(|words| words.text).unwrap_or_default();
        let instruments = app.markets.instruments();
        let found = activity
            .instrument
            .and_then(|id| instruments.find_by_id(id))
            .map(|(_, record)| (record.symbol.to_string(), record.name.clone()));
        let (symbol, name) = found.unwrap_or_default();
        let currency = game.rules.currency.to_string();
        match self {
            Self::Ledger => None,
            Self::GhostfolioCsv => {
                let action = activity.ghostfolio()?;
                let cells = [
                    at.day().to_string(),
                    text(&symbol),
                    "MANUAL".to_owned(),
                    currency.clone(),
                    activity.price.to_string(),
                    activity.quantity.to_string(),
                    action.to_lowercase(),
                    activity.fee.to_string(),
                    text(&reason),
                ];
                Some(line(&cells))
            }
            Self::GhostfolioJson => Some(
                json!({
                    "comment": reason,
                    "currency": currency,
                    "dataSource": "MANUAL",
                    "date": at.to_string(),
                    "fee": number(&activity.fee.to_string()),
                    "quantity": number(&activity.quantity.to_string()),
                    "symbol": symbol,
                    "type": activity.ghostfolio()?,
                    "unitPrice": number(&activity.price.to_string()),
                })
                .to_string(),
            ),
            Self::PortfolioPerformance => {
                let cash = magnitude(activity.cash);
                let is_trade = matches!(activity.kind, ActivityKind::Buy | ActivityKind::Sell);
                let shares = activity.instrument.map(|_| activity.quantity.to_string());
                let cells = [
                    format!("{}T00:00", at.day()),
                    activity.portfolio_performance().to_owned(),
                    cash.to_string(),
                    currency.clone(),
                    String::new(),
                    String::new(),
                    String::new(),
                    if is_trade {
                        activity.fee.to_string()
                    } else {
                        String::new()
                    },
                    String::new(),
                    shares.unwrap_or_default(),
                    String::new(),
                    String::new(),
                    text(&symbol),
                    text(&name),
                    text(&reason),
                ];
                Some(line(&cells))
            }
        }
    }
}

impl Activity {
    fn of(fact: &Fact) -> Option<Self> {
        let cash = fact.cash_change();
        let of_cash = |kind| {
            Some(Self {
                kind,
                instrument: None,
                price: Price::from_units(0),
                quantity: Quantity::from_units(0),
                fee: Money::ZERO,
                cash,
            })
        };
        let of_shares = |kind, instrument: InstrumentId, price, quantity, fee| {
            Some(Self {
                kind,
                instrument: Some(instrument),
                price,
                quantity,
                fee,
                cash,
            })
        };
        let paid_in = if cash < Money::ZERO {
            ActivityKind::Removal
        } else {
            ActivityKind::Deposit
        };
        match fact {
            Fact::Bought(trade) => of_shares(
                ActivityKind::Buy,
                trade.instrument,
                trade.price,
                trade.quantity,
                trade.fee,
            ),
            Fact::Sold(trade) | Fact::SoldLots(trade, _) => of_shares(
                ActivityKind::Sell,
                trade.instrument,
                trade.price,
                trade.quantity,
                trade.fee,
            ),
            Fact::Dividend {
                instrument,
                quantity,
                per_share,
                ..
            } => of_shares(
                ActivityKind::Dividend,
                *instrument,
                *per_share,
                *quantity,
                Money::ZERO,
            ),
            Fact::Delisted {
                instrument,
                quantity,
                price,
                ..
            } => of_shares(
                ActivityKind::Sell,
                *instrument,
                *price,
                *quantity,
                Money::ZERO,
            ),
            Fact::Allocated {
                instrument,
                quantity,
                price,
                ..
            } => of_shares(
                ActivityKind::Buy,
                *instrument,
                *price,
                *quantity,
                Money::ZERO,
            ),
            Fact::Interest { .. } => of_cash(ActivityKind::Interest),
            Fact::Opened { .. } | Fact::Contributed { .. } | Fact::Adjusted { .. } => {
                of_cash(paid_in)
            }
            Fact::Taxed { .. } => of_cash(ActivityKind::Tax),
            Fact::Converted(_) => of_cash(ActivityKind::Fee),
            Fact::Reserved { .. }
            | Fact::Released { .. }
            | Fact::Split { .. }
            | Fact::Reversed { .. } => None,
        }
    }

    /// Ghostfolio knows neither deposits nor costs of their own.
    fn ghostfolio(&self) -> Option<&'static str> {
        match self.kind {
            ActivityKind::Buy => Some("BUY"),
            ActivityKind::Sell => Some("SELL"),
            ActivityKind::Dividend => Some("DIVIDEND"),
            ActivityKind::Interest | ActivityKind::Deposit | ActivityKind::Removal => None,
            ActivityKind::Tax | ActivityKind::Fee => None,
        }
    }

    fn portfolio_performance(&self) -> &'static str {
        match self.kind {
            ActivityKind::Buy => "Buy",
            ActivityKind::Sell => "Sell",
            ActivityKind::Dividend => "Dividend",
            ActivityKind::Interest => "Interest",
            ActivityKind::Deposit => "Deposit",
            ActivityKind::Removal => "Removal",
            ActivityKind::Tax => "Taxes",
            ActivityKind::Fee => "Fees",
        }
    }
}

fn magnitude(amount: Money) -> Money {
    Money::from_units(amount.units().saturating_abs())
}

/// A decimal as a JSON number, digit by digit.
fn number(decimal: &str) -> serde_json::Value {
    serde_json::from_str(decimal).unwrap_or_else(|_| decimal.into())
}

fn ledger_line(app: &App, game: &Game, at: Timestamp, row: LedgerRow) -> String {
    let entry = view(app, game.record.id, row);
    let shown = |value: Option<String>| value.unwrap_or_default();
    line(&[
        entry.seq.to_string(),
        entry.at.to_string(),
        at.to_string(),
        entry.kind.as_str().to_owned(),
        shown(entry.symbol.map(|symbol| text(symbol.as_str()))),
        shown(entry.quantity_change.map(|one| one.to_string())),
        shown(entry.price.map(|one| one.to_string())),
        shown(entry.fee.map(|one| one.to_string())),
        entry.cash_change.to_string(),
        shown(entry.realized_profit.map(|one| one.to_string())),
        entry.xp.to_string(),
        shown(entry.reason.map(|reason| text(&reason))),
        text(&entry.previous_hash),
        game.rules.currency.to_string(),
    ])
}

fn line(cells: &[String]) -> String {
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_alone() {
        for (file, known) in [
            ("ledger.csv", true),
            ("ghostfolio.csv", true),
            ("ghostfolio.json", true),
            ("portfolio-performance.csv", true),
            ("ledger", false),
            ("../ledger.csv", false),
        ] {
            assert_eq!(Format::named(file).is_some(), known, "{file}");
        }
    }

    #[test]
    fn what_is_paid_in_and_out_is_told_apart() {
        let fact = Fact::Opened {
            cash: Money::from_whole(100),
        };
        let opened = Activity::of(&fact).unwrap();
        assert_eq!(opened.portfolio_performance(), "Deposit");
        assert_eq!(opened.ghostfolio(), None);
    }

    #[test]
    fn a_decimal_keeps_its_digits_as_a_number() {
        assert_eq!(number("0.5").to_string(), "0.5");
        assert!(number("12").is_number());
    }
}
