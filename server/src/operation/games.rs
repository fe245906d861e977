//! Makes a game, and a market of its own for it.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use domain::{Currency, Day, GameRules, Money, Timestamp};

use crate::config::MarketConfig;
use crate::market::{WrongCurrency, new_spec};
use crate::store::{GameRecord, MarketSource, NewGame, NewGameMarket, Store, StoreError};

/// Characters of a game's name for people.
const NAME_MAX: usize = 80;
/// What stands in addresses where the name of a game does: `/games/new`. Games that players host have
/// random letters in their names.
const RESERVED: [&str; 1] = ["new"];

/// What the game is to be.
#[derive(Debug, Clone, Args)]
pub struct CreateGameArgs {
    /// Its name in addresses: small letters, digits and hyphens.
    #[arg(long)]
    pub slug: Slug,
    /// Its name for people.
    #[arg(long)]
    pub name: String,
    /// A market that there is (the open league's is `open`), which the game then shares with others.
    #[arg(long, value_name = "SLUG", conflicts_with_all = ["source", "from", "seed", "speed"])]
    pub market: Option<String>,
    /// Where the prices of its own market come from.
    #[arg(long, default_value = "simulated")]
    pub source: SourceArg,
    /// The day of the imported history to begin with, such as 2008-09-01; its first day by default.
    #[arg(long)]
    pub from: Option<Day>,
    /// Seed of a simulated market. Whoever knows it knows every price to come; without one, a
    /// random one is chosen.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Market seconds that pass in one second; a live market has the speed of the real one.
    #[arg(long, default_value_t = crate::config::DEFAULT_SPEED, value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    pub speed: u32,
    /// What every player begins with.
    #[arg(long, default_value = "10000")]
    pub cash: Money,
    /// What it is played in: USD, EUR or GBP. By default that of the market: a new simulated one has USD, a
    /// replay or a live one what its instruments trade in.
    #[arg(long)]
    pub currency: Option<Currency>,
}

/// Where prices come from, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SourceArg {
    /// Computed from a seed.
    Simulated,
    /// Imported history.
    Replay,
    /// Imported history, with names and dates hidden until the game is over.
    Hidden,
    /// Today's prices, from the providers in the settings.
    Live,
}

impl From<SourceArg> for MarketSource {
    fn from(source: SourceArg) -> Self {
        match source {
            SourceArg::Simulated => Self::Simulated,
            SourceArg::Replay => Self::Replay,
            SourceArg::Hidden => Self::Hidden,
            SourceArg::Live => Self::Live,
        }
    }
}

/// The name of a game in addresses: 1 to 40 small letters, digits and hyphens, a hyphen neither
/// first nor last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let whole = (1..=40).contains(&text.len()) && text.bytes().all(plain);
        if RESERVED.contains(&text) {
            return Err("is the name of a page, so no game can have it");
        }
        if whole && !text.starts_with('-') && !text.ends_with('-') {
            return Ok(Self(text.to_owned()));
        }
        Err("must be 1 to 40 small letters, digits and hyphens, a hyphen neither first nor last")
    }
}

/// Why there is no new game.
#[derive(Debug, thiserror::Error)]
pub enum GameError {
    /// The slug is that of another game.
    #[error("there is a game or a market \"{0}\" already")]
    SlugTaken(String),
    /// There is no market of that slug.
    #[error("there is no market \"{0}\"")]
    NoMarket(String),
    /// The name is empty or too long.
    #[error("the name must have 1 to {NAME_MAX} characters")]
    BadName,
    /// Nobody can trade with that.
    #[error("the starting cash must be above zero")]
    NoCash,
    /// The market that it would share has another currency.
    #[error("the currency {0}")]
    Currency(WrongCurrency),
    /// The market cannot be made.
    #[error("{0:#}")]
    NoSpec(anyhow::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a game; a running server knows it when it is first asked for.
///
/// # Errors
/// A [`GameError`]; nothing was made then.
pub async fn create_game(
    store: &dyn Store,
    args: &CreateGameArgs,
    now: Timestamp,
) -> Result<GameRecord, GameError> {
    let name = args.name.trim();
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        return Err(GameError::BadName);
    }
    if args.cash <= Money::ZERO {
        return Err(GameError::NoCash);
    }
    let (market, currency) = market(store, args, now).await?;
    let new = NewGame {
        slug: args.slug.as_str().to_owned(),
        name: name.to_owned(),
        rules: GameRules {
            starting_cash: args.cash,
            currency,
            ..GameRules::open_league()
        },
        market,
    };
    let made = store.create_game(&new).await?;
    made.ok_or(GameError::SlugTaken(new.slug))
}

/// The market of the game, and its currency.
async fn market(
    store: &dyn Store,
    args: &CreateGameArgs,
    now: Timestamp,
) -> Result<(NewGameMarket, Currency), GameError> {
    if let Some(slug) = &args.market {
        let markets = store.list_markets().await?;
        let found = markets.into_iter().find(|market| market.slug == *slug);
        let found = found.ok_or_else(|| GameError::NoMarket(slug.clone()))?;
        let own = found.spec.map(|spec| spec.currency).unwrap_or_default();
        if args.currency.is_some_and(|wanted| wanted != own) {
            return Err(GameError::Currency(WrongCurrency::OfMarket(own)));
        }
        return Ok((NewGameMarket::Shared(found.id), own));
    }
    let config = MarketConfig {
        source: args.source.into(),
        seed: args.seed,
        speed: args.speed,
        from: args.from,
        currency: args.currency,
    };
    let spec = new_spec(store, &config, now).await;
    let spec = spec.map_err(GameError::NoSpec)?;
    let currency = spec.currency;
    Ok((NewGameMarket::Own(spec), currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_what_an_address_can_carry_as_it_is() {
        for good in ["a", "class-1", "2026-autumn", &"x".repeat(40)] {
            assert_eq!(good.parse::<Slug>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "-a",
            "a-",
            "A",
            "a b",
            "a/b",
            "ä",
            &"x".repeat(41),
            "new",
        ] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
