//! Strategies and their versions.

use async_trait::async_trait;
use domain::advice::Measured;
use domain::api::{RiskProfile, StrategyVisibility};
use domain::{GameId, MarketId, Percent, PlayerId, Ratio};

use super::games::{read_json, write_json};
use super::{DatabaseStore, Row, connection, jobs, strategy_search};
use crate::store::failure::corrupt;
use crate::store::jobs::NewJob;
use crate::store::rows::{self, Columns as _};
use crate::store::strategies::{
    STRATEGIES_MAX, StrategyRecord, StrategySearch, StrategyStore, VERSIONS_MAX, VersionRecord,
};
use crate::store::{StoreError, StoreResult};

macro_rules! strategy_columns {
    () => {
        "
    select s.strategy_id, s.author_id, s.game_id, s.market_id, s.visibility, s.hidden, s.name, s.description,
        s.tags, s.risk, s.version, s.published_at, s.changed_at, s.followers, s.terms, s.return_total,
        s.return_year, s.volatility, s.sharpe, s.worst_fall, s.measured_days, s.measured_until"
    };
}
pub(super) use strategy_columns;

pub(super) const COUNT_OF: &str = "
    select count(*)
    from (
        select 1
        from strategies
        where author_id = $1
        limit $2
    ) page";
const CREATE: &str = "
    insert into strategies (
        strategy_id, author_id, game_id, market_id, visibility, hidden, listed, name, description, tags, risk,
        version, published_at, changed_at, followers, terms
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15)";
const CREATE_VERSION: &str = "
    insert into strategy_versions (strategy_id, version, published_at, market_day, content)
    values ($1, $2, $3, $4, $5)";
pub(super) const CHANGE: &str = "
    update strategies
    set visibility = $3,
        listed = $4,
        name = $5,
        description = $6,
        tags = $7,
        risk = $8,
        version = $9,
        changed_at = $10,
        terms = $11
    where strategy_id = $1
    and version = $2
    and hidden = $12";
pub(super) const HIDE: &str = "
    update strategies
    set hidden = $2, listed = $3, terms = $4
    where strategy_id = $1";
pub(super) const FIND: &str = concat!(
    strategy_columns!(),
    "
    from strategies s
    where s.strategy_id = $1"
);
pub(super) const FIND_VERSION: &str = "
    select strategy_id, version, published_at, market_day, content
    from strategy_versions
    where strategy_id = $1
    and version = $2";
pub(super) const LIST_VERSIONS: &str = "
    select strategy_id, version, published_at, market_day, content
    from strategy_versions
    where strategy_id = $1
    order by version
    limit $2";
pub(super) const LIST_OF: &str = concat!(
    strategy_columns!(),
    "
    from strategies s
    where s.author_id = $1
    order by s.changed_at desc, s.strategy_id desc
    limit $2"
);
pub(super) const LIST: &str = concat!(
    strategy_columns!(),
    "
    from strategies s
    where s.strategy_id > $1
    order by s.strategy_id
    limit $2"
);
pub(super) const MEASURE: &str = "
    update strategies
    set return_total = $2,
        return_year = $3,
        volatility = $4,
        sharpe = $5,
        worst_fall = $6,
        measured_days = $7,
        measured_until = $8
    where strategy_id = $1";
#[async_trait]
impl StrategyStore for DatabaseStore {
    async fn create_strategy(
        &self,
        record: &StrategyRecord,
        version: &VersionRecord,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let count: i64 = sqlx::query_scalar(COUNT_OF)
            .bind(record.author.0)
            .bind(i64::from(STRATEGIES_MAX))
            .fetch_one(&mut *transaction)
            .await?;
        if count >= i64::from(STRATEGIES_MAX) {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query(CREATE)
            .bind(record.id)
            .bind(record.author.0)
            .bind(record.game.0)
            .bind(record.market.0)
            .bind(record.visibility.as_str())
            .bind(record.hidden)
            .bind(record.is_listed())
            .bind(&record.name)
            .bind(&record.description)
            .bind(record.tags.join(" "))
            .bind(record.risk.as_str())
            .bind(i64::from(record.version))
            .bind(record.published_at.micros())
            .bind(record.changed_at.micros())
            .bind(&record.terms)
            .execute(&mut *transaction)
            .await?;
        create_version(&mut transaction, version).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn change_strategy(
        &self,
        record: &StrategyRecord,
        from: u32,
        version: Option<(&VersionRecord, &NewJob)>,
    ) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let changed = sqlx::query(CHANGE)
            .bind(record.id)
            .bind(i64::from(from))
            .bind(record.visibility.as_str())
            .bind(record.is_listed())
            .bind(&record.name)
            .bind(&record.description)
            .bind(record.tags.join(" "))
            .bind(record.risk.as_str())
            .bind(i64::from(record.version))
            .bind(record.changed_at.micros())
            .bind(&record.terms)
            .bind(record.hidden)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        if let Some((version, job)) = version {
            create_version(&mut transaction, version).await?;
            jobs::enqueue(&mut transaction, job).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn hide_strategy(&self, record: &StrategyRecord) -> StoreResult<()> {
        sqlx::query(HIDE)
            .bind(record.id)
            .bind(record.hidden)
            .bind(record.is_listed())
            .bind(&record.terms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_strategy(&self, id: i64) -> StoreResult<Option<StrategyRecord>> {
        let found = sqlx::query(FIND)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(strategy).transpose()
    }

    async fn find_strategy_version(
        &self,
        id: i64,
        version: u32,
    ) -> StoreResult<Option<VersionRecord>> {
        let found = sqlx::query(FIND_VERSION)
            .bind(id)
            .bind(i64::from(version))
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(read_version).transpose()
    }

    async fn list_strategy_versions(&self, id: i64) -> StoreResult<Vec<VersionRecord>> {
        let found = sqlx::query(LIST_VERSIONS)
            .bind(id)
            .bind(i64::from(VERSIONS_MAX))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(read_version).collect()
    }

    async fn search_strategies(&self, search: &StrategySearch) -> StoreResult<Vec<StrategyRecord>> {
        let found = strategy_search::search(&self.readers, search).await?;
        found.iter().map(strategy).collect()
    }

    async fn list_strategies_of(&self, author: PlayerId) -> StoreResult<Vec<StrategyRecord>> {
        let found = sqlx::query(LIST_OF)
            .bind(author.0)
            .bind(i64::from(STRATEGIES_MAX))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(strategy).collect()
    }

    async fn list_strategies(&self, after: i64, limit: u32) -> StoreResult<Vec<StrategyRecord>> {
        let found = sqlx::query(LIST)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(strategy).collect()
    }

    async fn store_measured(&self, measured: &[(i64, Measured)]) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        // Sorted, so that two servers lock them in the same order.
        let mut measured = measured.to_vec();
        measured.sort_unstable_by_key(|(id, _)| *id);
        for (id, figures) in measured {
            sqlx::query(MEASURE)
                .bind(id)
                .bind(figures.total.basis_points())
                .bind(figures.year.basis_points())
                .bind(figures.volatility.map(Percent::basis_points))
                .bind(figures.sharpe.map(Ratio::hundredths))
                .bind(figures.worst_fall.basis_points())
                .bind(i64::from(figures.days))
                .bind(i64::from(figures.until.number()))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn create_version(
    transaction: &mut super::Connection,
    version: &VersionRecord,
) -> StoreResult<()> {
    sqlx::query(CREATE_VERSION)
        .bind(version.strategy)
        .bind(i64::from(version.version))
        .bind(version.published_at.micros())
        .bind(i64::from(version.market_day.number()))
        .bind(write_json(&version.content)?)
        .execute(transaction)
        .await?;
    Ok(())
}

pub(super) fn strategy(row: &Row) -> StoreResult<StrategyRecord> {
    let id = row.integer("strategy_id")?;
    let what = |part: &str| format!("the {part} of strategy {id}");
    let unreadable = |part: &str| corrupt(what(part));
    let small = |column: &str| rows::small(row, column, || what(column));
    let visibility = StrategyVisibility::named(row.text("visibility")?);
    let tags = row.text("tags")?.split_whitespace();
    Ok(StrategyRecord {
        id,
        author: PlayerId(row.integer("author_id")?),
        game: GameId(row.integer("game_id")?),
        market: MarketId(row.integer("market_id")?),
        visibility: visibility.ok_or_else(|| unreadable("visibility"))?,
        hidden: row.boolean("hidden")?,
        name: row.text("name")?.to_owned(),
        description: row.text("description")?.to_owned(),
        tags: tags.map(str::to_owned).collect(),
        risk: RiskProfile::named(row.text("risk")?).ok_or_else(|| unreadable("risk"))?,
        version: small("version")?,
        published_at: rows::instant(row, "published_at")?,
        changed_at: rows::instant(row, "changed_at")?,
        followers: small("followers")?,
        measured: measured(row)?,
        terms: row.text("terms")?.to_owned(),
    })
}

fn measured(row: &Row) -> Result<Option<Measured>, StoreError> {
    let percent = |column: &str| -> StoreResult<Option<Percent>> {
        let points = row.integer_or_none(column)?;
        Ok(points.map(Percent::from_basis_points))
    };
    let (Some(total), Some(year), Some(worst_fall), Some(days), Some(until)) = (
        percent("return_total")?,
        percent("return_year")?,
        percent("worst_fall")?,
        row.integer_or_none("measured_days")?,
        row.integer_or_none("measured_until")?,
    ) else {
        return Ok(None);
    };
    Ok(Some(Measured {
        total,
        year,
        volatility: percent("volatility")?,
        sharpe: row.integer_or_none("sharpe")?.map(Ratio::from_hundredths),
        worst_fall,
        days: u32::try_from(days).unwrap_or_default(),
        until: rows::day(until)?,
    }))
}

fn read_version(row: &Row) -> StoreResult<VersionRecord> {
    let (strategy, version) = (row.integer("strategy_id")?, row.integer("version")?);
    let what = || format!("version {version} of strategy {strategy}");
    Ok(VersionRecord {
        strategy,
        version: u32::try_from(version).map_err(|_| corrupt(what()))?,
        published_at: rows::instant(row, "published_at")?,
        market_day: rows::day(row.integer("market_day")?)?,
        content: read_json(row.text("content")?, what)?,
    })
}
