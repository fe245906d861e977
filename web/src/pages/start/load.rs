//! The data of the first five minutes: three companies, and what the player has done.

use domain::api::{
    AchievementView, ApiError, ErrorCode, InstrumentDetail, OrderView, ProgressView,
};
use domain::{Money, Price, Symbol, Xp};
use serde::{Deserialize, Serialize};

use super::is_purchase;
use crate::api::{self, InstrumentFilter};
use crate::{CurrentGame, session::free_cash};

/// The companies that are offered, from calm to lively.
pub(super) const OFFERED: [&str; 3] = ["MUFFN", "WOBBL", "DRGON"];
/// How many orders to look through.
const ORDERS_MAX: u32 = 50;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Guide {
    /// The companies to choose from, and the one in the URL.
    pub(super) companies: Vec<Company>,
    /// None for a visitor.
    pub(super) played: Option<Played>,
}

/// A company with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Company {
    pub(super) symbol: Symbol,
    pub(super) name: String,
    pub(super) category: String,
    /// What it does, in plain words and in English.
    pub(super) words: String,
    pub(super) price: Price,
}

/// What the player has done so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Played {
    /// Free cash.
    pub(super) cash: Money,
    /// The latest orders, newest first.
    pub(super) orders: Vec<OrderView>,
    /// The company of the latest purchase.
    pub(super) bought: Option<Company>,
    /// The achievements that are unlocked.
    pub(super) stamps: Vec<AchievementView>,
    pub(super) progress: ProgressView,
    /// The bonus of the day, while it is not collected.
    pub(super) bonus: Option<Xp>,
}

impl Played {
    /// The latest purchase.
    pub(super) fn purchase(&self) -> Option<&OrderView> {
        self.orders.iter().find(|order| is_purchase(order))
    }
}

/// Loads it; the chosen company is among the companies even if it is not one of the three.
pub(super) async fn load(game: CurrentGame, chosen: Option<Symbol>) -> Result<Guide, ApiError> {
    let slug = game.slug();
    let player = match api::me().await {
        Ok(player) => player,
        Err(error) if error.code == ErrorCode::Unauthorized => {
            return Ok(Guide {
                companies: Vec::new(),
                played: None,
            });
        }
        Err(error) => return Err(error),
    };
    let orders = api::orders(&slug, None, Some(ORDERS_MAX)).await?.items;
    let purchase = orders.iter().find(|order| is_purchase(order));
    let bought = match purchase {
        Some(order) => company(&slug, order.symbol.as_str()).await,
        None => None,
    };
    let companies = match purchase {
        Some(_) => Vec::new(),
        None => companies(&slug, chosen).await?,
    };
    let stamps = api::achievements().await?.items.into_iter();
    Ok(Guide {
        companies,
        played: Some(Played {
            cash: free_cash(&api::summary(&slug).await?),
            orders,
            bought,
            stamps: stamps.filter(|item| item.times > 0).collect(),
            progress: api::progress().await?,
            bonus: player.daily_bonus,
        }),
    })
}

/// The three companies, or others if the market lacks some of them.
async fn companies(slug: &str, chosen: Option<Symbol>) -> Result<Vec<Company>, ApiError> {
    let mut found = Vec::new();
    for symbol in OFFERED {
        found.extend(company(slug, symbol).await);
    }
    if found.len() < OFFERED.len() {
        let filter = InstrumentFilter {
            per_page: Some(10),
            ..InstrumentFilter::default()
        };
        for row in api::instruments(slug, &filter).await?.items {
            let is_new = found
                .iter()
                .all(|known: &Company| known.symbol != row.symbol);
            if is_new && found.len() < OFFERED.len() {
                found.extend(company(slug, row.symbol.as_str()).await);
            }
        }
    }
    if let Some(symbol) = chosen
        && found.iter().all(|known| known.symbol != symbol)
    {
        found.extend(company(slug, symbol.as_str()).await);
    }
    Ok(found)
}

/// A company that has a price; none if it does not exist or has no price.
async fn company(slug: &str, symbol: &str) -> Option<Company> {
    let detail: InstrumentDetail = api::instrument(slug, symbol).await.ok()?;
    let row = detail.instrument;
    Some(Company {
        symbol: row.symbol,
        name: row.name,
        category: row.category,
        words: detail.plain_words,
        price: row.quote?.price,
    })
}
