//! Settings of the providers of live prices.

use serde::{Deserialize, Serialize};

use super::Secret;

/// Whom live prices come from, and how old they may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProvidersConfig {
    /// Those with a key, in the order in which they are asked.
    pub order: Vec<ProviderName>,
    /// Milliseconds after which a call is given up.
    pub timeout_ms: u64,
    /// Seconds for which a quote is not asked for again.
    pub quote_ttl_s: u32,
    /// Seconds for which a profile is not asked for again.
    pub profile_ttl_s: u32,
    /// Seconds after which an exchange rate is marked as old.
    pub rate_ttl_s: u32,
    /// Seconds within which the rates of the dollar in euro, pound, yen and yuan are asked for, while a
    /// live market runs; 0: never. 240 takes 1,440 calls a day.
    pub rates_every_s: u32,
    /// Seconds after which a price fills no order. More where prices come with a delay, as on some
    /// free plans; whoever sees newer prices elsewhere then trades with foresight.
    pub fill_age_max_s: u32,
    /// Financial Modeling Prep; the quotas are those of its free plan.
    pub financial_modeling_prep: ProviderConfig,
    /// Alpha Vantage; the quotas are those of its free plan.
    pub alpha_vantage: ProviderConfig,
}

/// A provider that we can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    /// <https://financialmodelingprep.com>
    FinancialModelingPrep,
    /// <https://www.alphavantage.co>
    AlphaVantage,
}

impl ProviderName {
    /// As settings, the database and metrics write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FinancialModelingPrep => "financial_modeling_prep",
            Self::AlphaVantage => "alpha_vantage",
        }
    }
}

/// One provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Without a key it is not asked.
    #[serde(default)]
    pub key: Option<Secret>,
    /// Where it is.
    pub base_url: String,
    /// Calls a second; 0: any number.
    pub per_second: u32,
    /// Calls a minute; 0: any number.
    pub per_minute: u32,
    /// Calls an hour; 0: any number.
    pub per_hour: u32,
    /// Calls a day in UTC; 0: any number.
    pub per_day: u32,
}

impl ProviderConfig {
    fn of(base_url: &str, per_second: u32, per_day: u32) -> Self {
        Self {
            key: None,
            base_url: base_url.into(),
            per_second,
            per_minute: 0,
            per_hour: 0,
            per_day,
        }
    }
}

impl Default for ProvidersConfig {
    fn default() -> Self {
        Self {
            order: vec![
                ProviderName::FinancialModelingPrep,
                ProviderName::AlphaVantage,
            ],
            timeout_ms: 5_000,
            quote_ttl_s: 300,
            profile_ttl_s: 86_400,
            rate_ttl_s: 300,
            rates_every_s: 0,
            fill_age_max_s: 900,
            financial_modeling_prep: ProviderConfig::of(
                "https://financialmodelingprep.com/stable",
                4,
                250,
            ),
            alpha_vantage: ProviderConfig::of("https://www.alphavantage.co", 1, 25),
        }
    }
}
