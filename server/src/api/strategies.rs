//! `/api/v1/games/{game}/strategies`: targets that players publish for others.

use std::collections::HashMap;

use axum::extract::State;
use domain::api::{
    ApiError, ErrorCode, RiskProfile, StrategiesView, StrategyOrder, StrategyRow,
    StrategyVersionRow, StrategyView,
};
use domain::{Percent, PlayerId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::{Key, Query};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::Sent;
use crate::store::strategies::NAME_NEEDLES_MAX;
use crate::store::{StrategyRecord, StrategySearch, VersionRecord};
use crate::strategies::{self, Asker, terms};

pub mod copy;
pub mod followers;
pub mod publishing;
pub mod reports;

/// Strategies of a page.
const PER_PAGE: u32 = 20;
/// The last page of a search.
const PAGES_MAX: u32 = 25;
/// Characters of a search.
const TEXT_MAX: usize = 100;

/// Which strategies are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// All that can be found.
    #[default]
    Everyone,
    /// The player's own, private ones included; every filter is left out.
    Mine,
    /// Those that the player follows; every filter is left out.
    Followed,
}

/// Which strategies, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StrategyQuery {
    /// Whose.
    #[serde(default)]
    #[param(inline)]
    of: Of,
    /// Words of the name, the description, the tags or what it invests in; at most 100 characters, of
    /// which the first eight words count.
    #[param(max_length = 100, example = "steady funds")]
    text: Option<String>,
    /// Only those of a risk profile.
    #[param(value_type = Option<RiskProfile>, inline)]
    risk: Option<RiskProfile>,
    /// Only those that invest in a category.
    category: Option<String>,
    /// Only those with a tag.
    tag: Option<String>,
    /// Only those with at least this return this year, in percent.
    #[param(value_type = Option<String>, example = "5")]
    min_return: Option<Percent>,
    /// The order; `relevance` where words are looked for, else `followers`.
    #[param(value_type = Option<StrategyOrder>, inline)]
    order: Option<StrategyOrder>,
    /// The page, from 1 to 25; 1 by default.
    #[param(minimum = 1, maximum = 25)]
    page: Option<u32>,
}

/// Finds strategies by words, risk, category, tag and return. What was just published is found at once.
#[utoipa::path(get, path = "/api/v1/games/{game}/strategies", tag = "Advice", security((), ("token" = []), ("cookie" = [])),
    params(("game" = String, Path, example = "open"), StrategyQuery),
    responses((status = 200, description = "At most 20 strategies", body = StrategiesView),
        (status = 401, description = "One's own, without being logged in", body = ApiError)))]
pub async fn list(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Query(asked): Query<StrategyQuery>,
) -> Result<Json<StrategiesView>> {
    let player = sent.current().map(|session| session.player);
    let asker = Asker::of(&app, game, player).await?;
    let page = asked.page.unwrap_or(1);
    let (records, next_page) = match (asked.of, player) {
        (Of::Everyone, _) => found(&app, &asker, &asked, page).await?,
        (_, None) => return Err(Error::new(ErrorCode::Unauthorized, "Please log in first.")),
        (Of::Mine, Some(player)) => (app.store.list_strategies_of(player).await?, None),
        (Of::Followed, Some(player)) => (app.store.list_followed_strategies(player).await?, None),
    };
    let seen = records.into_iter().filter(|record| asker.sees(record));
    Ok(Json(StrategiesView {
        items: rows(&app, &asker, seen.collect()).await?,
        page,
        next_page,
    }))
}

/// A page of a search, and the page after it.
async fn found(
    app: &App,
    asker: &Asker,
    asked: &StrategyQuery,
    page: u32,
) -> Result<(Vec<StrategyRecord>, Option<u32>)> {
    if !(1..=PAGES_MAX).contains(&page) {
        let said = format!("must be a whole number from 1 to {PAGES_MAX}");
        return Err(ApiError::field("page", said).into());
    }
    let text = asked.text.as_deref().unwrap_or_default();
    if text.chars().count() > TEXT_MAX {
        let said = format!("must have at most {TEXT_MAX} characters");
        return Err(ApiError::field("text", said).into());
    }
    let mut words = terms::words(text);
    words.truncate(NAME_NEEDLES_MAX);
    let filters = [
        asked.risk.map(terms::risk),
        asked.category.as_deref().map(terms::category),
        asked.tag.as_deref().map(terms::tag),
    ];
    let by_default = if words.is_empty() {
        StrategyOrder::Followers
    } else {
        StrategyOrder::Relevance
    };
    let record = &asker.game.record;
    let own_game = asker.plays.then_some(record.id);
    let search = StrategySearch {
        market: record.market,
        game: own_game,
        scope: terms::scope(record.market, own_game),
        name_needles: words.iter().map(|word| terms::of_name(word)).collect(),
        needles: words
            .into_iter()
            .chain(filters.into_iter().flatten())
            .collect(),
        return_min: asked.min_return.map(Percent::basis_points),
        order: asked.order.unwrap_or(by_default),
        limit: PER_PAGE + 1,
        offset: (page - 1) * PER_PAGE,
    };
    let mut records = app.store.search_strategies(&search).await?;
    let has_more = records.len() > usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    records.truncate(usize::try_from(PER_PAGE).unwrap_or(usize::MAX));
    Ok((records, (has_more && page < PAGES_MAX).then_some(page + 1)))
}

/// Records as their readers see them.
async fn rows(app: &App, asker: &Asker, records: Vec<StrategyRecord>) -> Result<Vec<StrategyRow>> {
    let authors: Vec<PlayerId> = records.iter().map(|record| record.author).collect();
    let handles = app.store.find_handles(&authors).await?;
    let row = |record| row(asker, record, &handles);
    Ok(records.into_iter().map(row).collect())
}

fn row(asker: &Asker, record: StrategyRecord, handles: &HashMap<PlayerId, String>) -> StrategyRow {
    StrategyRow {
        id: record.id.to_string(),
        author: handles.get(&record.author).cloned().unwrap_or_default(),
        mine: asker.player == Some(record.author),
        name: record.name,
        description: record.description,
        tags: record.tags,
        risk: record.risk,
        visibility: record.visibility,
        version: record.version,
        published_at: record.published_at,
        changed_at: record.changed_at,
        followers: record.followers,
        measured: record.measured,
    }
}

/// The strategy of an address, if the asker may see it.
async fn visible(app: &App, asker: &Asker, id: i64) -> Result<StrategyRecord> {
    let found = app.store.find_strategy(id).await?;
    let seen = found.filter(|record| asker.sees(record));
    seen.ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("such strategy")
}

async fn version_of(app: &App, record: &StrategyRecord, version: u32) -> Result<VersionRecord> {
    let found = app.store.find_strategy_version(record.id, version).await?;
    found.ok_or_else(|| Error::not_found("such version of this strategy"))
}

/// Which version is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VersionQuery {
    /// Its number; the latest by default.
    #[param(minimum = 1)]
    version: Option<u32>,
}

/// A strategy with its targets, figures and versions.
#[utoipa::path(get, path = "/api/v1/games/{game}/strategies/{key}", tag = "Advice", security((), ("token" = []), ("cookie" = [])),
    params(("game" = String, Path, example = "open"), ("key" = String, Path, description = "Its id"), VersionQuery),
    responses((status = 200, description = "The strategy", body = StrategyView),
        (status = 404, description = "There is none that the player may see", body = ApiError)))]
pub async fn detail(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    Key(id): Key<i64>,
    Query(asked): Query<VersionQuery>,
) -> Result<Json<StrategyView>> {
    let player = sent.current().map(|session| session.player);
    let asker = Asker::of(&app, game, player).await?;
    let record = visible(&app, &asker, id).await?;
    view(&app, &asker, record, asked.version).await.map(Json)
}

async fn view(
    app: &App,
    asker: &Asker,
    record: StrategyRecord,
    version: Option<u32>,
) -> Result<StrategyView> {
    let shown = version_of(app, &record, version.unwrap_or(record.version)).await?;
    let versions = app.store.list_strategy_versions(record.id).await?;
    let versions = versions.iter().rev().map(|version| StrategyVersionRow {
        version: version.version,
        published_at: version.published_at,
    });
    let follows = match asker.player {
        Some(player) => app.store.follows_strategy(player, record.id).await?,
        None => false,
    };
    let handles = app.store.find_handles(&[record.author]).await?;
    Ok(StrategyView {
        hidden: record.hidden,
        strategy: row(asker, record, &handles),
        shown_version: shown.version,
        content: shown.content,
        versions: versions.collect(),
        follows,
        operates: asker.operates,
    })
}

/// Hides a strategy from everybody but its author and operators, or shows it again.
pub(super) async fn hide(app: &App, id: i64, hidden: bool) -> Result<()> {
    let record = app.store.find_strategy(id).await?.ok_or_else(missing)?;
    let version = version_of(app, &record, record.version).await?;
    let market = app.markets.find(record.market).await?;
    let catalogue = &market.snapshot().catalogue;
    let categories = strategies::categories(&version.content.plan, catalogue);
    let mut record = StrategyRecord { hidden, ..record };
    record.terms = terms::of(&record, &version.content, &categories);
    app.store.hide_strategy(&record).await?;
    Ok(())
}
