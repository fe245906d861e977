//! Providers of live prices: quotas, breakers and answers.

use domain::Timestamp;
use server::store::{AnswerKind, Period, ProviderAnswer, ProviderState, QuotaWindow};

use super::Database;
use super::trading::at;

fn windows(now: Timestamp, per_minute: u32, per_day: u32) -> [QuotaWindow; 2] {
    let window = |period: Period, max| QuotaWindow {
        period,
        starts_at: period.start(now),
        max,
    };
    [
        window(Period::Minute, per_minute),
        window(Period::Day, per_day),
    ]
}

pub async fn calls_are_counted_until_a_quota_is_spent(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let noon = Timestamp::from_seconds(1_795_262_400);
    let ask = async |now: Timestamp| store.reserve_call("one", &windows(now, 2, 3)).await;
    assert_eq!(ask(noon).await?, Ok(vec![1, 1]));
    assert_eq!(ask(noon.plus_seconds(59)).await?, Ok(vec![2, 2]));
    assert_eq!(ask(noon.plus_seconds(59)).await?, Err(0), "the minute");
    assert_eq!(ask(noon.plus_seconds(60)).await?, Ok(vec![1, 3]));
    assert_eq!(ask(noon.plus_seconds(61)).await?, Err(1), "the day");
    let usage = store.list_usage().await?;
    let calls: Vec<_> = usage
        .iter()
        .map(|usage| (usage.period, usage.calls))
        .collect();
    let expected = [(Period::Day, 3), (Period::Minute, 1)];
    assert_eq!(calls, expected, "a refused call counts nowhere");
    let other = store.reserve_call("two", &windows(noon, 2, 3)).await?;
    assert_eq!(other, Ok(vec![1, 1]), "each provider has its own count");
    assert_eq!(ask(noon).await?, Err(0), "a clock that is behind");
    let next_day = noon.plus_seconds(86_400);
    assert_eq!(ask(next_day).await?, Ok(vec![1, 1]));
    store.close().await;
    Ok(())
}

pub async fn an_open_breaker_is_probed_by_one_server(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let (one, other) = (database.open().await?, database.open().await?);
    let open = ProviderState {
        provider: "one".into(),
        open_until: Some(at(60)),
        refused_until: None,
        cause: Some("it does not answer".into()),
    };
    one.store_provider_state(&open).await?;
    assert_eq!(
        other.list_provider_states().await?,
        std::slice::from_ref(&open)
    );
    let claims = tokio::join!(
        one.claim_probe("one", at(60), at(120)),
        other.claim_probe("one", at(60), at(120))
    );
    let claims = [claims.0?, claims.1?];
    assert_eq!(claims.iter().filter(|claimed| **claimed).count(), 1);
    let closed = ProviderState {
        open_until: None,
        cause: None,
        ..open
    };
    other.store_provider_state(&closed).await?;
    assert_eq!(one.list_provider_states().await?, [closed]);
    one.close().await;
    other.close().await;
    Ok(())
}

pub async fn answers_are_replaced_and_flushed_by_provider_or_kind(
    database: &dyn Database,
) -> anyhow::Result<()> {
    let store = database.open().await?;
    let answer = |provider: &str, kind, symbol: &str, second| ProviderAnswer {
        provider: provider.into(),
        kind,
        symbol: symbol.into(),
        at: at(second),
        answer: format!("{{\"second\": {second}}}"),
    };
    let quote = |provider, second| answer(provider, AnswerKind::Quote, "ACME", second);
    for one in [quote("one", 1), quote("one", 2), quote("two", 3)] {
        store.store_answer(&one).await?;
    }
    store
        .store_answer(&answer("one", AnswerKind::Profile, "ACME", 4))
        .await?;
    let quotes = [quote("one", 2), quote("two", 3)];
    assert_eq!(store.list_answers(AnswerKind::Quote, 10).await?, quotes);
    assert_eq!(store.list_answers(AnswerKind::Quote, 1).await?.len(), 1);
    let found = store.find_answers(AnswerKind::Quote, "ACME").await?;
    assert_eq!(found, quotes);
    let flush = async |provider, kind| store.flush_answers(provider, kind).await;
    assert_eq!(flush(Some("one"), Some(AnswerKind::Quote)).await?, 1);
    assert_eq!(flush(None, Some(AnswerKind::Rate)).await?, 0);
    assert_eq!(flush(Some("one"), None).await?, 1);
    assert_eq!(flush(None, None).await?, 1);
    store.close().await;
    Ok(())
}
