//! Markets: their specifications and their last quotes.

use async_trait::async_trait;
use domain::MarketId;

use super::games::{read_json, write_json};
use super::instruments::ROWS_AT_ONCE;
use super::{Connection, DatabaseStore, Pool, Row, connection, market_rows};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{LastQuote, MarketRecord, MarketSpec, MarketStore, Pace, StoreResult};

pub(super) const LIST: &str = "
    select market_id, slug, source, spec
    from markets
    order by market_id";
pub(super) const FIND: &str = "
    select market_id, slug, source, spec
    from markets
    where market_id = $1";
const SETTLE: &str = "
    update markets
    set source = $2, spec = $3
    where market_id = $1
    and spec is null";
const UPDATE: &str = "
    update markets
    set source = $2, spec = $3
    where market_id = $1";
// Locking the market's row serializes those who let its time pass.
const LOCK: &str = "
    update markets
    set slug = slug
    where market_id = $1";
const KEEP_PACE: &str = "
    insert into market_paces (market_id, real_at, market_at, speed)
    values ($1, $2, $3, $4)
    on conflict (market_id, real_at) do nothing";
pub(super) const LIST_PACES: &str = "
    select real_at, market_at, speed
    from market_paces
    where market_id = $1
    order by real_at desc
    limit $2";
pub(super) const LIST_LAST_QUOTES: &str = "
    select instrument_id, price, at
    from last_quotes
    where market_id = $1
    order by instrument_id";

#[async_trait]
impl MarketStore for DatabaseStore {
    async fn list_markets(&self) -> StoreResult<Vec<MarketRecord>> {
        list(&self.readers).await
    }

    async fn find_market(&self, market: MarketId) -> StoreResult<Option<MarketRecord>> {
        find(&self.readers, market).await
    }

    async fn settle_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<MarketSpec> {
        settle(&self.writer, market, spec).await
    }

    async fn update_market(&self, market: MarketId, spec: &MarketSpec) -> StoreResult<()> {
        update(&self.writer, market, None, spec).await?;
        Ok(())
    }

    async fn step_market(
        &self,
        market: MarketId,
        before: Pace,
        spec: &MarketSpec,
    ) -> StoreResult<bool> {
        update(&self.writer, market, Some(before), spec).await
    }

    async fn list_paces(&self, market: MarketId, limit: u32) -> StoreResult<Vec<Pace>> {
        let rows = sqlx::query(LIST_PACES)
            .bind(market.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let pace = |row: &Row| {
            let (real, market) = (
                rows::instant(row, "real_at")?,
                rows::instant(row, "market_at")?,
            );
            let speed = u32::try_from(row.integer("speed")?).unwrap_or(u32::MAX);
            Ok(Pace::starting(real, market, speed))
        };
        rows.iter().map(pace).collect()
    }

    async fn store_last_quotes(&self, market: MarketId, quotes: &[LastQuote]) -> StoreResult<()> {
        store_last_quotes(&self.writer, market, quotes).await
    }

    async fn list_last_quotes(&self, market: MarketId) -> StoreResult<Vec<LastQuote>> {
        list_last_quotes(&self.readers, market).await
    }
}

pub(super) async fn list(readers: &Pool) -> StoreResult<Vec<MarketRecord>> {
    let rows = sqlx::query(LIST).fetch_all(readers).await?;
    rows.iter().map(read_market).collect()
}

pub(super) async fn find(readers: &Pool, market: MarketId) -> StoreResult<Option<MarketRecord>> {
    let row = sqlx::query(FIND)
        .bind(market.0)
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(read_market).transpose()
}

pub(super) async fn settle(
    writer: &Pool,
    market: MarketId,
    spec: &MarketSpec,
) -> StoreResult<MarketSpec> {
    let mut transaction = connection::begin(writer).await?;
    write_spec(&mut transaction, SETTLE, market, spec).await?;
    let row = sqlx::query(FIND)
        .bind(market.0)
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    let settled = read_market(&row)?.spec;
    settled.ok_or_else(|| corrupt(format!("the specification of market {market}")))
}

/// Replaces a specification, if its pace is the expected one or none is expected; whether it was.
pub(super) async fn update(
    writer: &Pool,
    market: MarketId,
    expected: Option<Pace>,
    spec: &MarketSpec,
) -> StoreResult<bool> {
    let mut transaction = connection::begin(writer).await?;
    sqlx::query(LOCK)
        .bind(market.0)
        .execute(&mut *transaction)
        .await?;
    let row = sqlx::query(FIND)
        .bind(market.0)
        .fetch_optional(&mut *transaction)
        .await?;
    let before = row.as_ref().map(read_market).transpose()?;
    let before = before.and_then(|market| market.spec);
    let pace = before.map(|spec| spec.pace);
    if expected.is_some() && expected != pace {
        return Ok(false);
    }
    if let Some(pace) = pace.filter(|pace| *pace != spec.pace) {
        sqlx::query(KEEP_PACE)
            .bind(market.0)
            .bind(pace.real().micros())
            .bind(pace.market().micros())
            .bind(i64::from(pace.speed()))
            .execute(&mut *transaction)
            .await?;
    }
    write_spec(&mut transaction, UPDATE, market, spec).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn write_spec(
    transaction: &mut Connection,
    statement: &'static str,
    market: MarketId,
    spec: &MarketSpec,
) -> StoreResult<()> {
    sqlx::query(statement)
        .bind(market.0)
        .bind(spec.source.as_str())
        .bind(write_json(spec)?)
        .execute(transaction)
        .await?;
    Ok(())
}

fn read_market(row: &Row) -> StoreResult<MarketRecord> {
    let id = MarketId(row.integer("market_id")?);
    let source = rows::source(row.text("source")?)?;
    let spec = row.text_or_none("spec")?.map(|json| {
        let what = || format!("the specification of market {id}");
        let spec: MarketSpec = read_json(json, what)?;
        StoreResult::Ok(MarketSpec { source, ..spec })
    });
    Ok(MarketRecord {
        id,
        slug: row.text("slug")?.to_owned(),
        spec: spec.transpose()?,
    })
}

pub(super) async fn store_last_quotes(
    writer: &Pool,
    market: MarketId,
    quotes: &[LastQuote],
) -> StoreResult<()> {
    let mut transaction = connection::begin(writer).await?;
    for some in quotes.chunks(ROWS_AT_ONCE) {
        market_rows::store_last_quotes(&mut transaction, market, some).await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn list_last_quotes(
    readers: &Pool,
    market: MarketId,
) -> StoreResult<Vec<LastQuote>> {
    let rows = sqlx::query(LIST_LAST_QUOTES)
        .bind(market.0)
        .fetch_all(readers)
        .await?;
    rows.iter().map(rows::last_quote).collect()
}
