//! Markets as stored: where their prices come from and how their time passes.

use std::fmt;

use async_trait::async_trait;
use domain::{Currency, Day, GameRules, MarketId, Symbol, Timestamp};
use serde::{Deserialize, Serialize};

use super::{LastQuote, StoreResult};

/// Where prices come from. Each source has a universe of instruments, which its markets share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarketSource {
    /// Computed from a seed.
    Simulated,
    /// Imported history.
    Replay,
    /// Imported history, with names and dates hidden.
    Hidden,
    /// Today's prices, from providers on the internet.
    Live,
}

impl MarketSource {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::Simulated, Self::Replay, Self::Hidden, Self::Live];

    /// Its name in databases and settings.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Replay => "replay",
            Self::Hidden => "hidden",
            Self::Live => "live",
        }
    }
}

/// The seed from which every price of a simulated market follows. It is secret while the market is
/// traded, so its debug form hides it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// A seed that nobody can guess.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// Market time as a linear function of real time: anchored at a pair of instants, and from there
/// `speed` times as fast, even while the server is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    #[serde(with = "micros")]
    real: Timestamp,
    #[serde(with = "micros")]
    market: Timestamp,
    speed: u32,
}

impl Pace {
    /// The market's clock is the server's.
    #[must_use]
    pub fn real_time() -> Self {
        Self::starting(Timestamp::from_micros(0), Timestamp::from_micros(0), 1)
    }

    /// Market time starts at `market` at the real instant `real`.
    #[must_use]
    pub fn starting(real: Timestamp, market: Timestamp, speed: u32) -> Self {
        Self {
            real,
            market,
            speed: speed.max(1),
        }
    }

    /// Unchanged up to `now`, then a different speed: market time never jumps.
    #[must_use]
    pub fn with_speed(self, now: Timestamp, speed: u32) -> Self {
        Self::starting(now, self.at(now), speed)
    }

    /// Unchanged up to `now`, then ahead by the given number of market seconds.
    #[must_use]
    pub fn stepped(self, now: Timestamp, seconds: i64) -> Self {
        Self::starting(now, self.at(now).plus_seconds(seconds), self.speed)
    }

    /// The real instant from which it is in force.
    #[must_use]
    pub fn real(self) -> Timestamp {
        self.real
    }

    /// Market time at that instant.
    #[must_use]
    pub fn market(self) -> Timestamp {
        self.market
    }

    /// Market seconds that pass in one second.
    #[must_use]
    pub fn speed(self) -> u32 {
        self.speed
    }

    /// The first real instant at which market time has reached `market`; the anchor's for anything
    /// earlier.
    #[must_use]
    pub fn real_time_of(self, market: Timestamp) -> Timestamp {
        let ahead = market.micros().saturating_sub(self.market.micros()).max(0);
        let passes =
            i128::from(ahead).saturating_add(i128::from(self.speed) - 1) / i128::from(self.speed);
        let passes = i64::try_from(passes).unwrap_or(i64::MAX);
        Timestamp::from_micros(self.real.micros().saturating_add(passes))
    }

    /// Market time at a real instant; before the anchor it stands still.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Timestamp {
        let passed = now.micros().saturating_sub(self.real.micros()).max(0);
        let market_passed = passed.saturating_mul(i64::from(self.speed));
        Timestamp::from_micros(self.market.micros().saturating_add(market_passed))
    }
}

/// How the time of a market has passed since its beginning, including before it was stepped or changed
/// speed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paces {
    now: Pace,
    /// Earlier paces, latest first.
    earlier: Vec<Pace>,
}

impl Paces {
    /// Maximum number read: enough for years of pace changes.
    pub const MAX: u32 = 10_000;

    /// The current pace and the earlier ones, latest first.
    #[must_use]
    pub fn new(now: Pace, earlier: Vec<Pace>) -> Self {
        Self { now, earlier }
    }

    /// Market time at a real instant, as it was then.
    #[must_use]
    pub fn at(&self, instant: Timestamp) -> Timestamp {
        let mut paces = std::iter::once(&self.now).chain(&self.earlier);
        let in_force = paces.find(|pace| pace.real <= instant);
        let first = self.earlier.last().unwrap_or(&self.now);
        in_force.unwrap_or(first).at(instant)
    }
}

mod micros {
    use domain::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.micros())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_micros)
    }
}

/// The specification of a market. The source has a column of its own; the rest is stored as JSON, so
/// that a choice of instruments is a field with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketSpec {
    /// Where its prices come from.
    #[serde(skip, default = "simulated")]
    pub source: MarketSource,
    /// The seed of a simulated market's prices.
    pub seed: Seed,
    /// How its time passes.
    pub pace: Pace,
    /// The day of the imported history that a replay begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The instruments of the imported history that a replay shows, by their real symbols; empty: all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instruments: Vec<Symbol>,
    /// The currency of its prices, which is that of every game on it.
    #[serde(default, skip_serializing_if = "Currency::is_dollar")]
    pub currency: Currency,
}

fn simulated() -> MarketSource {
    MarketSource::Simulated
}

/// A market as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketRecord {
    /// Its id.
    pub id: MarketId,
    /// Its name for operators.
    pub slug: String,
    /// `None` until the server that creates it from its settings has started.
    pub spec: Option<MarketSpec>,
}

/// The market of a new game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewGameMarket {
    /// An existing market.
    Shared(MarketId),
    /// A market of its own, named after the game.
    Own(MarketSpec),
}

/// A game to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGame {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its rules.
    pub rules: GameRules,
    /// What it is played on.
    pub market: NewGameMarket,
}

/// Markets, their specifications and their last quotes.
#[async_trait]
pub trait MarketStore {
    /// Every market, by id.
    async fn list_markets(&self) -> StoreResult<Vec<MarketRecord>>;
    async fn find_market(&self, market: MarketId) -> StoreResult<Option<MarketRecord>>;
    /// Gives a market a specification unless it has one. Returns the specification it then has.
    async fn settle_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<MarketSpec>;
    /// Replaces the specification of a market, and keeps the history of its pace.
    async fn update_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<()>;
    /// The same, if its pace is still the one from which the new one was computed; whether it was.
    async fn step_market(
        &self,
        market: MarketId,
        before: Pace,
        spec: &MarketSpec,
    ) -> StoreResult<bool>;
    /// A market's paces before the one in its specification, latest first.
    async fn list_paces(&self, market: MarketId, limit: u32) -> StoreResult<Vec<Pace>>;
    async fn store_last_quotes(&self, market: MarketId, quotes: &[LastQuote]) -> StoreResult<()>;
    async fn list_last_quotes(&self, market: MarketId) -> StoreResult<Vec<LastQuote>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn market_time_passes_at_its_speed_from_its_anchor_on() {
        let pace = Pace::starting(seconds(1_000), seconds(50), 60);
        assert_eq!(pace.at(seconds(1_000)), seconds(50));
        assert_eq!(pace.at(seconds(1_001)), seconds(110));
        assert_eq!(pace.at(seconds(900)), seconds(50));
        assert_eq!(Pace::real_time().at(seconds(77)), seconds(77));
        assert_eq!(pace.real_time_of(seconds(110)), seconds(1_001));
        let odd = Pace::starting(seconds(0), seconds(0), 7);
        let real = odd.real_time_of(seconds(86_400));
        assert!(odd.at(real) >= seconds(86_400));
        assert!(odd.at(Timestamp::from_micros(real.micros() - 1)) < seconds(86_400));
        let stepped = pace.stepped(seconds(1_010), 5_000);
        let paces = Paces::new(stepped, vec![pace]);
        let at = [900, 1_000, 1_009, 1_010, 1_011].map(|now| paces.at(seconds(now)));
        assert_eq!(at, [50, 50, 590, 5_650, 5_710].map(seconds));
        let slower = pace.with_speed(seconds(1_010), 1);
        assert_eq!(slower.at(seconds(1_010)), pace.at(seconds(1_010)));
        assert_eq!(slower.at(seconds(1_011)), seconds(651));
    }

    #[test]
    fn a_specification_is_read_back_and_shows_its_seed_to_nobody() {
        let spec = MarketSpec {
            source: MarketSource::Simulated,
            seed: Seed(u64::MAX),
            pace: Pace::starting(seconds(-3), seconds(50), 60),
            from: None,
            instruments: Vec::new(),
            currency: Currency::DOLLAR,
        };
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(
            json,
            r#"{"seed":18446744073709551615,"pace":{"real":-3000000,"market":50000000,"speed":60}}"#
        );
        assert_eq!(serde_json::from_str::<MarketSpec>(&json).unwrap(), spec);
        assert!(!format!("{spec:?}").contains("18446744073709551615"));
        let currency = Currency::of_code("EUR");
        let in_euros = MarketSpec { currency, ..spec };
        let json = serde_json::to_string(&in_euros).unwrap();
        assert!(json.ends_with(r#","currency":"EUR"}"#), "{json}");
        assert_eq!(serde_json::from_str::<MarketSpec>(&json).unwrap(), in_euros);
    }
}
