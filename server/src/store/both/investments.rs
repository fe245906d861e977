//! Investments in offerings.

use async_trait::async_trait;
use domain::api::{FailureReason, InvestmentState};
use domain::offering::Demand;
use domain::{AccountId, InstrumentId, Money, PlayerId, Timestamp};

use super::offerings::{small, state, sum};
use super::{DatabaseStore, Row, connection, offering_rows};
use crate::store::rows::{self, Columns as _, instant, instant_or_none};
use crate::store::{
    Investment, InvestmentEnd, InvestmentPlace, InvestmentStore, Offering, StoreResult,
};

macro_rules! investment_columns {
    () => {
        "player_id, investment_id, game_id, offering_id, instrument_id, at, shares, reserve, subscription_id, state, \
         granted, seq, ended_at, reason"
    };
}

pub(super) const FIND_INVESTMENT: &str = concat!(
    "
    select ",
    investment_columns!(),
    "
    from investments
    where player_id = $1
    and investment_id = $2"
);
pub(super) const LIST_INVESTMENTS: &str = concat!(
    "
    select ",
    investment_columns!(),
    "
    from investments
    where player_id = $1
    and game_id = $2
    order by at desc, investment_id desc
    limit $3"
);
pub(super) const LIST_OF_OFFERING: &str = concat!(
    "
    select ",
    investment_columns!(),
    "
    from investments
    where offering_id = $1
    order by at desc, investment_id desc
    limit $2"
);
pub(super) const LIST_WAITING: &str = concat!(
    "
    select ",
    investment_columns!(),
    "
    from investments
    where offering_id = $1
    and state in ('pending', 'processing')
    and state = $2
    and (at, investment_id) > ($3, $4)
    order by at, investment_id
    limit $5"
);
pub(super) const DEMAND: &str = "
    select shares, count(*) as investments
    from investments
    where offering_id = $1
    and state in ('pending', 'processing')
    and state = 'pending'
    group by shares
    order by shares";

#[async_trait]
impl InvestmentStore for DatabaseStore {
    async fn find_investment(&self, player: PlayerId, id: i64) -> StoreResult<Option<Investment>> {
        let found = sqlx::query(FIND_INVESTMENT)
            .bind(player.0)
            .bind(id)
            .fetch_optional(&self.readers)
            .await?;
        found.as_ref().map(investment).transpose()
    }

    async fn list_investments(
        &self,
        account: AccountId,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        let found = sqlx::query(LIST_INVESTMENTS)
            .bind(account.player.0)
            .bind(account.game.0)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(investment).collect()
    }

    async fn list_offering_investments(
        &self,
        offering: i64,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        let found = sqlx::query(LIST_OF_OFFERING)
            .bind(offering)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(investment).collect()
    }

    async fn list_waiting(
        &self,
        offering: i64,
        state: InvestmentState,
        after: InvestmentPlace,
        limit: u32,
    ) -> StoreResult<Vec<Investment>> {
        let found = sqlx::query(LIST_WAITING)
            .bind(offering)
            .bind(state.as_str())
            .bind(after.0.micros())
            .bind(after.1)
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        found.iter().map(investment).collect()
    }

    async fn find_demand(&self, offering: &Offering) -> StoreResult<Demand> {
        let found = sqlx::query(DEMAND)
            .bind(offering.id)
            .fetch_all(&self.readers)
            .await?;
        let size = |row: &Row| {
            Ok((
                small(row, "shares")?,
                row.integer("investments")?.unsigned_abs(),
            ))
        };
        Ok(Demand {
            granted: offering.granted,
            sizes: found.iter().map(size).collect::<StoreResult<_>>()?,
        })
    }

    async fn list_granted(
        &self,
        offering: i64,
        players: &[PlayerId],
    ) -> StoreResult<Vec<(PlayerId, u32)>> {
        let found = offering_rows::granted(&self.readers, offering, players).await?;
        let granted = |row: &Row| {
            let shares = u32::try_from(sum(row, "granted")?).unwrap_or(u32::MAX);
            Ok((PlayerId(row.integer("player_id")?), shares))
        };
        found.iter().map(granted).collect()
    }

    async fn end_investments(
        &self,
        from: InvestmentState,
        ends: &[InvestmentEnd],
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut transaction = connection::begin(&self.writer).await?;
        offering_rows::end(&mut transaction, from, ends, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn investment(row: &Row) -> StoreResult<Investment> {
    Ok(Investment {
        account: rows::account_id(row)?,
        id: row.integer("investment_id")?,
        offering: row.integer("offering_id")?,
        instrument: InstrumentId(row.integer("instrument_id")?),
        at: instant(row, "at")?,
        shares: small(row, "shares")?,
        reserve: Money::from_units(row.integer("reserve")?),
        subscription: row.integer_or_none("subscription_id")?,
        state: state(row)?,
        granted: rows::small_or_none(row, "granted", || "granted of an investment".to_owned())?,
        seq: row.integer_or_none("seq")?,
        ended_at: instant_or_none(row, "ended_at")?,
        reason: row.text_or_none("reason")?.and_then(FailureReason::named),
    })
}
