//! Offerings and the decisions about them.

use async_trait::async_trait;
use domain::api::InvestmentState;
use domain::offering::{AllocationRule, OfferingTerms, PriceRange};
use domain::{GameId, InstrumentId, PlayerId, Price, Timestamp};

use super::{DatabaseStore, Row, connection, offering_rows};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _, instant, instant_or_none};
use crate::store::{Grant, InvestmentCount, Offering, OfferingStore, StoreResult};

macro_rules! offering_columns {
    () => {
        "offering_id, game_id, instrument_id, created_by, created_at, opens_at, closes_at, price, shares, minimum, \
         maximum, rule, title, story, seed, granted, version, settled_at, counted_on, splits, \
         price_low, price_high"
    };
}
const CREATE: &str = concat!(
    "
    insert into offerings (",
    offering_columns!(),
    ")
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, null, $16, 0, $17, $18)"
);
pub(super) const FIND: &str = concat!(
    "
    select ",
    offering_columns!(),
    "
    from offerings
    where offering_id = $1"
);
pub(super) const LIST: &str = concat!(
    "
    select ",
    offering_columns!(),
    "
    from offerings
    where game_id = $1
    order by closes_at desc, offering_id desc
    limit $2"
);
pub(super) const LIST_CLOSED: &str = "
    select offering_id
    from offerings
    where settled_at is null
    and closes_at <= $1
    order by closes_at
    limit $2";
// Reads what is waiting, which is little: investments leave this state within seconds.
pub(super) const LIST_WANTED: &str = "
    select distinct offering_id
    from investments
    where state in ('pending', 'processing')
    limit $1";
pub(super) const COUNT_DECISION: &str = "
    update offerings
    set version = version + 1,
        granted = granted + $3
    where offering_id = $1
    and version = $2";
pub(super) const SET_PRICE: &str = "
    update offerings
    set price = $3
    where offering_id = $1
    and version = $2";
const CLOSE: &str = "
    update offerings
    set closes_at = $2
    where offering_id = $1
    and closes_at > $2
    and opens_at < $2";
pub(super) const SETTLE: &str = "
    update offerings
    set settled_at = coalesce(settled_at, $2)
    where offering_id = $1";
// Reads the whole table of offerings, which hosts fill one by one; only for operators.
const LIST_RECENT: &str = concat!(
    "
    select ",
    offering_columns!(),
    "
    from offerings
    where settled_at is null
    or settled_at >= $1
    order by created_at desc, offering_id desc
    limit $2"
);
pub(super) const COUNT: &str = "
    select offering_id, state, count(*) as investments, cast(sum(shares) as bigint) as shares
    from investments
    where offering_id = $1
    group by offering_id, state
    order by state";
#[async_trait]
impl OfferingStore for DatabaseStore {
    async fn create_offering(&self, offering: &Offering) -> StoreResult<()> {
        let terms = &offering.terms;
        sqlx::query(CREATE)
            .bind(offering.id)
            .bind(offering.game.0)
            .bind(offering.instrument.0)
            .bind(offering.created_by.0)
            .bind(offering.created_at.micros())
            .bind(terms.opens_at.micros())
            .bind(terms.closes_at.micros())
            .bind(terms.price.units())
            .bind(i64::from(terms.shares))
            .bind(i64::from(terms.minimum))
            .bind(i64::from(terms.maximum))
            .bind(terms.rule.as_str())
            .bind(&offering.title)
            .bind(&offering.story)
            .bind(offering.seed.cast_signed())
            .bind(offering.counted_on.map(|day| i64::from(day.number())))
            .bind(terms.range.map(|range| range.low.units()))
            .bind(terms.range.map(|range| range.high.units()))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn find_offering(&self, id: i64) -> StoreResult<Option<Offering>> {
        let found = sqlx::query(FIND)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(offering).transpose()
    }

    async fn list_offerings(&self, game: GameId, limit: u32) -> StoreResult<Vec<Offering>> {
        let found = sqlx::query(LIST)
            .bind(game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(offering).collect()
    }

    async fn list_unsettled(&self, now: Timestamp, limit: u32) -> StoreResult<Vec<i64>> {
        let mut found: Vec<i64> = sqlx::query_scalar(LIST_CLOSED)
            .bind(now.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        let wanted: Vec<i64> = sqlx::query_scalar(LIST_WANTED)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.extend(wanted);
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn grant(&self, offering: i64, version: i64, grants: &[Grant]) -> StoreResult<bool> {
        let mut transaction = connection::begin(&self.writer).await?;
        let shares: i64 = grants.iter().map(|grant| i64::from(grant.shares)).sum();
        let counted = sqlx::query(COUNT_DECISION)
            .bind(offering)
            .bind(version)
            .bind(shares)
            .execute(&mut *transaction)
            .await?;
        let decided = counted.rows_affected() == 1
            && offering_rows::grant(&mut transaction, grants).await? == grants.len();
        if decided {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(decided)
    }

    async fn set_offering_price(
        &self,
        offering: i64,
        version: i64,
        price: Price,
    ) -> StoreResult<()> {
        sqlx::query(SET_PRICE)
            .bind(offering)
            .bind(version)
            .bind(price.units())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn close_offering(&self, offering: i64, at: Timestamp) -> StoreResult<()> {
        sqlx::query(CLOSE)
            .bind(offering)
            .bind(at.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn settle_offering(&self, offering: i64, now: Timestamp) -> StoreResult<()> {
        sqlx::query(SETTLE)
            .bind(offering)
            .bind(now.micros())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_recent_offerings(
        &self,
        since: Timestamp,
        limit: u32,
    ) -> StoreResult<Vec<Offering>> {
        let found = sqlx::query(LIST_RECENT)
            .bind(since.micros())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(offering).collect()
    }

    async fn count_investments(&self, offerings: &[i64]) -> StoreResult<Vec<InvestmentCount>> {
        let mut found = Vec::new();
        for offering in offerings {
            let counted = sqlx::query(COUNT).bind(*offering);
            found.extend(counted.fetch_all(&self.readers).await?);
        }
        let count = |row: &Row| {
            Ok(InvestmentCount {
                offering: row.integer("offering_id")?,
                state: state(row)?,
                count: row.integer("investments")?.unsigned_abs(),
                shares: sum(row, "shares")?,
            })
        };
        found.iter().map(count).collect()
    }
}

pub(super) fn sum(row: &Row, column: &str) -> StoreResult<u64> {
    Ok(row.integer(column)?.unsigned_abs())
}

pub(super) fn small(row: &Row, column: &str) -> StoreResult<u32> {
    rows::small(row, column, || {
        format!("{column} of an offering or investment")
    })
}

pub(super) fn state(row: &Row) -> StoreResult<InvestmentState> {
    let state = InvestmentState::named(row.text("state")?);
    state.ok_or_else(|| corrupt("the state of an investment"))
}

fn offering(row: &Row) -> StoreResult<Offering> {
    let id = row.integer("offering_id")?;
    let rule = AllocationRule::named(row.text("rule")?);
    let rule = rule.ok_or_else(|| corrupt(format!("the rule of offering {id}")))?;
    Ok(Offering {
        id,
        game: GameId(row.integer("game_id")?),
        instrument: InstrumentId(row.integer("instrument_id")?),
        created_by: PlayerId(row.integer("created_by")?),
        created_at: instant(row, "created_at")?,
        terms: OfferingTerms {
            price: Price::from_units(row.integer("price")?),
            range: range(row)?,
            shares: small(row, "shares")?,
            minimum: small(row, "minimum")?,
            maximum: small(row, "maximum")?,
            rule,
            opens_at: instant(row, "opens_at")?,
            closes_at: instant(row, "closes_at")?,
        },
        title: row.text("title")?.to_owned(),
        story: row.text("story")?.to_owned(),
        seed: row.integer("seed")?.cast_unsigned(),
        granted: small(row, "granted")?,
        version: row.integer("version")?,
        settled_at: instant_or_none(row, "settled_at")?,
        counted_on: row
            .integer_or_none("counted_on")?
            .map(rows::day)
            .transpose()?,
        splits: row.integer("splits")?,
    })
}

fn range(row: &Row) -> StoreResult<Option<PriceRange>> {
    let low = row.integer_or_none("price_low")?;
    let ends = low.zip(row.integer_or_none("price_high")?);
    Ok(ends.map(|(low, high)| PriceRange {
        low: Price::from_units(low),
        high: Price::from_units(high),
    }))
}
