//! Providers of live prices.

use async_trait::async_trait;
use domain::Timestamp;

use super::{DatabaseStore, Row, connection};
use crate::store::failure::corrupt;
use crate::store::rows::{self, Columns as _};
use crate::store::{
    AnswerKind, Period, ProviderAnswer, ProviderState, ProviderStore, ProviderUsage, QuotaWindow,
    StoreResult,
};

// A server whose clock lags finds the other server's later period and counts nothing.
const COUNT_CALL: &str = "
    insert into provider_usage (provider, period, starts_at, calls)
    values ($1, $2, $3, 1)
    on conflict (provider, period) do update
    set calls = case when provider_usage.starts_at = excluded.starts_at then provider_usage.calls + 1 else 1 end,
        starts_at = excluded.starts_at
    where provider_usage.starts_at < excluded.starts_at
    or (provider_usage.starts_at = excluded.starts_at and provider_usage.calls < $4)
    returning calls";
const LIST_USAGE: &str = "
    select provider, period, starts_at, calls
    from provider_usage
    order by provider, period";
const LIST_STATES: &str = "
    select provider, open_until, refused_until, cause
    from providers
    order by provider";
const STORE_STATE: &str = "
    insert into providers (provider, open_until, refused_until, cause)
    values ($1, $2, $3, $4)
    on conflict (provider) do update
    set open_until = excluded.open_until,
        refused_until = excluded.refused_until,
        cause = excluded.cause";
pub(super) const CLAIM_PROBE: &str = "
    update providers
    set open_until = $3
    where provider = $1
    and open_until = $2";
const STORE_ANSWER: &str = "
    insert into provider_answers (provider, kind, symbol, at, answer)
    values ($1, $2, $3, $4, $5)
    on conflict (kind, symbol, provider) do update
    set at = excluded.at,
        answer = excluded.answer";
pub(super) const LIST_ANSWERS: &str = "
    select provider, kind, symbol, at, answer
    from provider_answers
    where kind = $1
    order by symbol, provider
    limit $2";
const FIND_ANSWERS: &str = "
    select provider, kind, symbol, at, answer
    from provider_answers
    where kind = $1
    and symbol = $2
    order by provider";
const FLUSH_ANSWERS: &str = "
    delete from provider_answers
    where ($1 = '' or provider = $1)
    and ($2 = '' or kind = $2)";

#[async_trait]
impl ProviderStore for DatabaseStore {
    async fn reserve_call(
        &self,
        provider: &str,
        windows: &[QuotaWindow],
    ) -> StoreResult<Result<Vec<i64>, usize>> {
        let mut transaction = connection::begin(&self.writer).await?;
        let mut calls = Vec::with_capacity(windows.len());
        for (index, window) in windows.iter().enumerate() {
            let counted: Option<i64> = sqlx::query_scalar(COUNT_CALL)
                .bind(provider)
                .bind(window.period.as_str())
                .bind(window.starts_at.micros())
                .bind(i64::from(window.max))
                .fetch_optional(&mut *transaction)
                .await?;
            match counted {
                Some(counted) => calls.push(counted),
                None => {
                    transaction.rollback().await?;
                    return Ok(Err(index));
                }
            }
        }
        transaction.commit().await?;
        Ok(Ok(calls))
    }

    async fn list_usage(&self) -> StoreResult<Vec<ProviderUsage>> {
        let rows = sqlx::query(LIST_USAGE).fetch_all(&self.readers).await?;
        rows.iter().map(usage).collect()
    }

    async fn list_provider_states(&self) -> StoreResult<Vec<ProviderState>> {
        let rows = sqlx::query(LIST_STATES).fetch_all(&self.readers).await?;
        rows.iter().map(state).collect()
    }

    async fn store_provider_state(&self, state: &ProviderState) -> StoreResult<()> {
        sqlx::query(STORE_STATE)
            .bind(&state.provider)
            .bind(state.open_until.map(Timestamp::micros))
            .bind(state.refused_until.map(Timestamp::micros))
            .bind(&state.cause)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn claim_probe(
        &self,
        provider: &str,
        seen: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool> {
        let claimed = sqlx::query(CLAIM_PROBE)
            .bind(provider)
            .bind(seen.micros())
            .bind(until.micros())
            .execute(&self.writer)
            .await?;
        Ok(claimed.rows_affected() == 1)
    }

    async fn store_answer(&self, answer: &ProviderAnswer) -> StoreResult<()> {
        sqlx::query(STORE_ANSWER)
            .bind(&answer.provider)
            .bind(answer.kind.as_str())
            .bind(&answer.symbol)
            .bind(answer.at.micros())
            .bind(&answer.answer)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn list_answers(&self, kind: AnswerKind, limit: u32) -> StoreResult<Vec<ProviderAnswer>> {
        let rows = sqlx::query(LIST_ANSWERS)
            .bind(kind.as_str())
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(answer).collect()
    }

    async fn find_answers(
        &self,
        kind: AnswerKind,
        symbol: &str,
    ) -> StoreResult<Vec<ProviderAnswer>> {
        let rows = sqlx::query(FIND_ANSWERS)
            .bind(kind.as_str())
            .bind(symbol)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(answer).collect()
    }

    async fn flush_answers(
        &self,
        provider: Option<&str>,
        kind: Option<AnswerKind>,
    ) -> StoreResult<u64> {
        let flushed = sqlx::query(FLUSH_ANSWERS)
            .bind(provider.unwrap_or_default())
            .bind(kind.map_or("", AnswerKind::as_str))
            .execute(&self.writer)
            .await?;
        Ok(flushed.rows_affected())
    }
}

fn usage(row: &Row) -> StoreResult<ProviderUsage> {
    let text = row.text("period")?;
    let mut periods = Period::ALL.into_iter();
    let period = periods.find(|period| period.as_str() == text);
    Ok(ProviderUsage {
        provider: row.text("provider")?.to_owned(),
        period: period.ok_or_else(|| corrupt(format!("the period \"{text:.40}\"")))?,
        starts_at: rows::instant(row, "starts_at")?,
        calls: row.integer("calls")?,
    })
}

fn state(row: &Row) -> StoreResult<ProviderState> {
    Ok(ProviderState {
        provider: row.text("provider")?.to_owned(),
        open_until: rows::instant_or_none(row, "open_until")?,
        refused_until: rows::instant_or_none(row, "refused_until")?,
        cause: row.text_or_none("cause")?.map(str::to_owned),
    })
}

fn answer(row: &Row) -> StoreResult<ProviderAnswer> {
    let text = row.text("kind")?;
    let mut kinds = AnswerKind::ALL.into_iter();
    let kind = kinds.find(|kind| kind.as_str() == text);
    Ok(ProviderAnswer {
        provider: row.text("provider")?.to_owned(),
        kind: kind.ok_or_else(|| corrupt(format!("the kind of answer \"{text:.40}\"")))?,
        symbol: row.text("symbol")?.to_owned(),
        at: rows::instant(row, "at")?,
        answer: row.text("answer")?.to_owned(),
    })
}
