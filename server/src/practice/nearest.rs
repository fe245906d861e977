//! Which category of the invented market is nearest to a real symbol that no market here lists.

/// Well-known symbols, by the category of the invented market that is nearest to what they do.
const KNOWN: [(&str, &[&str]); 12] = [
    (
        "Technology",
        &[
            "AAPL", "MSFT", "NVDA", "AMD", "INTC", "AVGO", "ORCL", "CRM", "ADBE", "CSCO", "IBM",
            "QCOM", "TXN", "ASML", "TSM", "SAP", "SHOP", "PLTR", "MU", "NOW",
        ],
    ),
    (
        "Communication",
        &[
            "GOOG", "GOOGL", "META", "T", "VZ", "TMUS", "CMCSA", "DTE", "VOD", "SNAP", "PINS",
        ],
    ),
    (
        "Finance",
        &[
            "JPM", "BAC", "WFC", "C", "GS", "MS", "V", "MA", "AXP", "PYPL", "BRK.B", "BRK-B",
            "BRK.A", "BLK", "SCHW", "ALV", "DBK", "HSBC", "UBS", "SQ", "COIN",
        ],
    ),
    (
        "Health",
        &[
            "JNJ", "PFE", "MRK", "ABBV", "LLY", "UNH", "NVO", "TMO", "ABT", "BMY", "AMGN", "GILD",
            "MRNA", "AZN", "NVS", "BAYN", "CVS",
        ],
    ),
    (
        "Food",
        &[
            "KO", "PEP", "MCD", "SBUX", "MDLZ", "GIS", "KHC", "NESN", "UL", "DANOY", "TSN", "K",
        ],
    ),
    (
        "Shops",
        &[
            "AMZN", "WMT", "COST", "TGT", "BABA", "JD", "EBAY", "NKE", "ZAL", "MELI", "ETSY", "KR",
        ],
    ),
    (
        "Home",
        &["HD", "LOW", "WHR", "PG", "CL", "IKEA", "LEN", "DHI"],
    ),
    (
        "Energy",
        &[
            "XOM", "CVX", "SHEL", "BP", "TTE", "COP", "NEE", "SLB", "ENPH", "EOAN", "RWE", "DUK",
        ],
    ),
    (
        "Travel",
        &[
            "TSLA", "F", "GM", "TM", "BMW", "VOW3", "MBG", "BKNG", "ABNB", "UBER", "DAL", "UAL",
            "LHA", "MAR", "HLT", "RIVN", "RYAAY",
        ],
    ),
    (
        "Entertainment",
        &[
            "DIS", "NFLX", "SPOT", "WBD", "EA", "RBLX", "SONY", "NTDOY", "TTWO", "ROKU",
        ],
    ),
    (
        "Industry",
        &[
            "BA", "CAT", "GE", "HON", "MMM", "LMT", "RTX", "DE", "UPS", "FDX", "SIE", "AIR", "UNP",
        ],
    ),
    (
        "Materials",
        &[
            "LIN", "FCX", "NEM", "DOW", "BAS", "BHP", "RIO", "NUE", "SHW", "VALE",
        ],
    ),
];

/// Funds that many hold, and words in the names of funds.
const FUNDS: [&str; 16] = [
    "VOO", "VTI", "SPY", "IVV", "QQQ", "VT", "VWCE", "VWRL", "IWDA", "EUNL", "VXUS", "BND", "VEA",
    "VWO", "CSPX", "VUSA",
];
const FUND_WORDS: [&str; 8] = [
    "etf", "fund", "ucits", "index", "ishares", "vanguard", "msci", "s&p 500",
];

/// Words in the names of companies.
const WORDS: [(&str, &[&str]); 8] = [
    (
        "Finance",
        &["bank", "insurance", "capital", "versicherung", "financial"],
    ),
    ("Energy", &["energy", "oil", "petroleum", "solar", "power"]),
    (
        "Health",
        &["pharma", "health", "medical", "biotech", "therapeutics"],
    ),
    (
        "Technology",
        &["software", "semiconductor", "micro", "tech", "systems"],
    ),
    (
        "Food",
        &["food", "beverage", "brew", "coffee", "restaurants"],
    ),
    (
        "Travel",
        &["airlines", "motor", "hotel", "travel", "automotive"],
    ),
    (
        "Communication",
        &["telecom", "communications", "telekom", "mobile"],
    ),
    (
        "Materials",
        &["mining", "steel", "chemical", "gold", "materials"],
    ),
];

/// The category that is nearest to a symbol and a name. None when neither says anything. A fund is not
/// told apart by what it holds.
#[must_use]
pub fn category(written: &str, name: Option<&str>) -> Option<&'static str> {
    let symbol = written.to_uppercase();
    // An exchange behind the symbol, such as VWCE.DE.
    let base = symbol
        .split_once('.')
        .map_or(symbol.as_str(), |(base, _)| base);
    let is = |known: &&str| *known == symbol || *known == base;
    if FUNDS.iter().any(is) {
        return Some("Funds");
    }
    let mut known = KNOWN.iter();
    if let Some((category, _)) = known.find(|(_, symbols)| symbols.iter().any(is)) {
        return Some(category);
    }
    let name = name.unwrap_or(written).to_lowercase();
    let says = |word: &&str| name.contains(*word);
    if FUND_WORDS.iter().any(says) {
        return Some("Funds");
    }
    let mut words = WORDS.iter();
    let found = words.find(|(_, words)| words.iter().any(says));
    found.map(|(category, _)| *category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_or_a_name_tells_the_nearest_category() {
        let check = |written, name, expected| assert_eq!(category(written, name), expected);
        check("AAPL", None, Some("Technology"));
        check("brk.b", None, Some("Finance"));
        check("VWCE.DE", None, Some("Funds"));
        check(
            "IE00B4L5Y983",
            Some("iShares Core MSCI World UCITS"),
            Some("Funds"),
        );
        check("XYZ", Some("First Bank of Nowhere"), Some("Finance"));
        check("XYZ", None, None);
    }
}
