//! The gate to one provider: one call at a time, within its quotas, and none while its circuit breaker
//! is open. Quotas and breaker are in the database, so all servers share them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::calls::CallCounts;
use super::line::Line;
use super::provider::{Ask, Found, Provider, Refusal, Reply};
use crate::clock::Clock;
use crate::config::ProviderConfig;
use crate::store::{Period, ProviderState, QuotaWindow, Store, StoreError};

/// This many failures within [`FAILURES_WITHIN_S`] open the breaker.
const FAILURES_MAX: usize = 5;
const FAILURES_WITHIN_S: i64 = 60;
/// Seconds after which an open breaker lets one call through as a probe.
const OPEN_S: i64 = 60;
/// Seconds for which a provider that rate-limits us is left alone.
const TOO_FAST_S: i64 = 60;
/// Seconds after which a rejected key is tried again.
const BAD_KEY_S: i64 = 3_600;
/// Maximum calls per question while its failures look transient.
const TRIES_MAX: u32 = 2;
const RETRY_AFTER: Duration = Duration::from_millis(200);

/// The gate.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) provider: Box<dyn Provider>,
    line: Line,
    quotas: Vec<(Period, u32)>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// When the latest calls failed; locked by the call in progress.
    failures: Mutex<VecDeque<Timestamp>>,
    counts: CallCounts,
}

impl Gate {
    pub(super) fn new(
        provider: Box<dyn Provider>,
        line: Line,
        config: &ProviderConfig,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        counts: CallCounts,
    ) -> Self {
        let quotas = [
            (Period::Second, config.per_second),
            (Period::Minute, config.per_minute),
            (Period::Hour, config.per_hour),
            (Period::Day, config.per_day),
        ];
        Self {
            provider,
            line,
            quotas: quotas.into_iter().filter(|(_, max)| *max > 0).collect(),
            store,
            clock,
            failures: Mutex::default(),
            counts,
        }
    }

    /// Calls per day. `None` if there is no such limit.
    pub(super) fn per_day(&self) -> Option<u32> {
        let mut quotas = self.quotas.iter();
        quotas.find_map(|(period, max)| (*period == Period::Day).then_some(*max))
    }

    /// Asks once the earlier calls have been answered.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Found, Refusal> {
        let Some(request) = self.provider.request(ask) else {
            return Err(Refusal::NotOffered);
        };
        let mut failures = self.failures.lock().await;
        let mut tries = 0;
        loop {
            tries += 1;
            let probing = self.enter().await?;
            self.count().await?;
            let began = Instant::now();
            let reply = self.line.ask(&request).await;
            let took = began.elapsed();
            let at = self.clock.now();
            let found = reply.and_then(|(status, body)| {
                let reply = Reply {
                    status,
                    body: &body,
                    at,
                };
                self.provider.read(ask, &reply)
            });
            self.counts.count(self.name(), &found, took);
            let told = self.note(&found, probing, &mut failures).await;
            told.map_err(|error| self.uncounted(&error))?;
            match found {
                Err(refusal) if refusal.is_brief() && !probing && tries < TRIES_MAX => {
                    tokio::time::sleep(RETRY_AFTER).await;
                }
                found => return found,
            }
        }
    }

    /// Checks whether it may be called now. True if this call probes an open breaker.
    async fn enter(&self) -> Result<bool, Refusal> {
        let now = self.clock.now();
        let state = self.state().await.map_err(|error| self.uncounted(&error))?;
        let cause = || state.cause.clone().unwrap_or_default();
        if let Some(until) = state.refused_until.filter(|until| *until > now) {
            let cause = cause();
            return Err(Refusal::Resting { until, cause });
        }
        let Some(open_until) = state.open_until else {
            return Ok(false);
        };
        let until = now.plus_seconds(OPEN_S);
        if open_until > now {
            let cause = cause();
            let until = open_until;
            return Err(Refusal::Resting { until, cause });
        }
        let claimed = self.store.claim_probe(self.name(), open_until, until);
        match claimed.await {
            Ok(true) => Ok(true),
            Ok(false) => Err(Refusal::Resting {
                until,
                cause: cause(),
            }),
            Err(error) => Err(self.uncounted(&error)),
        }
    }

    /// Counts a call. If this second's calls are used up, waits and counts one of the next second.
    async fn count(&self) -> Result<(), Refusal> {
        match self.count_now().await {
            Err((Some(Period::Second), _)) => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                self.count_now().await.map_err(|(_, refusal)| refusal)
            }
            counted => counted.map_err(|(_, refusal)| refusal),
        }
    }

    /// Counts a call, and warns once when four fifths of an hour's or a day's calls are used. A refusal
    /// names the period whose calls are used up.
    async fn count_now(&self) -> Result<(), (Option<Period>, Refusal)> {
        let now = self.clock.now();
        let window = |(period, max): &(Period, u32)| QuotaWindow {
            period: *period,
            starts_at: period.start(now),
            max: *max,
        };
        let windows: Vec<QuotaWindow> = self.quotas.iter().map(window).collect();
        let counted = self.store.reserve_call(self.name(), &windows).await;
        let counted = counted.map_err(|error| (None, self.uncounted(&error)))?;
        let provider = self.name();
        match counted {
            Ok(calls) => {
                let long = |window: &QuotaWindow| window.period.seconds() >= 3_600;
                for (window, calls) in windows.iter().zip(calls).filter(|(window, _)| long(window))
                {
                    let (period, max) = (window.period.as_str(), window.max);
                    if calls == (i64::from(max) * 4 + 4) / 5 {
                        tracing::warn!(
                            event = "provider_quota_warning",
                            provider,
                            period,
                            calls,
                            max,
                            "four fifths of a provider's calls are used"
                        );
                    }
                }
                Ok(())
            }
            Err(spent) => {
                let window = windows.get(spent);
                let period = window.map_or(Period::Day, |window| window.period);
                let until = period.start(now).plus_seconds(period.seconds());
                let cause = format!("its calls of this {} are used", period.as_str());
                Err((Some(period), Refusal::Resting { until, cause }))
            }
        }
    }

    /// Updates the gate's state after a call.
    async fn note(
        &self,
        found: &Result<Found, Refusal>,
        probing: bool,
        failures: &mut VecDeque<Timestamp>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let provider = self.name();
        match found {
            Err(refusal) if refusal.is_failure() => {
                failures.push_back(now);
                let oldest = now.plus_seconds(-FAILURES_WITHIN_S);
                failures.retain(|at| *at > oldest);
                tracing::info!(provider, %refusal, "a call to a provider failed");
                if probing || failures.len() >= FAILURES_MAX {
                    failures.clear();
                    let until = now.plus_seconds(OPEN_S);
                    tracing::warn!(
                        event = "provider_breaker_open",
                        provider,
                        %refusal,
                        %until,
                        "a provider fails; it is left alone for a minute"
                    );
                    self.rest(Some(until), None, refusal).await?;
                }
            }
            Err(Refusal::DayIsSpent) => {
                let until = Period::Day.start(now).plus_seconds(86_400);
                self.refused(until, &Refusal::DayIsSpent).await?;
            }
            Err(Refusal::TooFast) => {
                self.refused(now.plus_seconds(TOO_FAST_S), &Refusal::TooFast)
                    .await?;
            }
            Err(Refusal::BadKey) => {
                self.refused(now.plus_seconds(BAD_KEY_S), &Refusal::BadKey)
                    .await?;
            }
            Ok(_) | Err(_) => {
                failures.clear();
                let state = self.state().await?;
                let was_refused = state.refused_until.is_some();
                if probing || state.open_until.is_some() || was_refused {
                    tracing::info!(
                        event = "provider_breaker_closed",
                        provider,
                        "a provider answers again"
                    );
                    let provider = provider.to_owned();
                    let state = ProviderState {
                        provider,
                        ..ProviderState::default()
                    };
                    self.store.store_provider_state(&state).await?;
                }
            }
        }
        Ok(())
    }

    async fn refused(&self, until: Timestamp, refusal: &Refusal) -> Result<(), StoreError> {
        tracing::warn!(
            event = "provider_refuses",
            provider = self.name(),
            %refusal,
            %until,
            "a provider refuses us; it is left alone for a while"
        );
        self.rest(None, Some(until), refusal).await
    }

    async fn rest(
        &self,
        open_until: Option<Timestamp>,
        refused_until: Option<Timestamp>,
        refusal: &Refusal,
    ) -> Result<(), StoreError> {
        let state = ProviderState {
            provider: self.name().to_owned(),
            open_until,
            refused_until,
            cause: Some(refusal.to_string()),
        };
        self.store.store_provider_state(&state).await
    }

    async fn state(&self) -> Result<ProviderState, StoreError> {
        let states = self.store.list_provider_states().await?;
        let own = states
            .into_iter()
            .find(|state| state.provider == self.name());
        Ok(own.unwrap_or_default())
    }

    fn uncounted(&self, error: &StoreError) -> Refusal {
        tracing::warn!(provider = self.name(), %error, "calls to a provider cannot be counted");
        Refusal::Uncounted
    }

    fn name(&self) -> &'static str {
        self.provider.name()
    }
}
