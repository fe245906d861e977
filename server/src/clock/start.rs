//! Whether a server may start at the time that the machine's clock says, after what was played before.

use std::fmt::{self, Display};
use std::sync::Arc;

use anyhow::Context;
use domain::{Day, Timestamp};

use super::steady::JUMP_MICROS;
use super::{SystemClock, machine};
use crate::config::ClockConfig;
use crate::store::{Store, StoreResult};

/// The fact that remembers the latest time of the game.
const VARIABLE: &str = "clock.latest";
const DAY_S: i64 = 86_400;

/// The latest time that a server has played at, and what the machine's monotonic clock said then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestTime {
    at: Timestamp,
    boot: Option<Boot>,
}

/// A moment in one run of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Boot {
    id: String,
    elapsed_micros: i64,
}

/// Why a server does not start: the machine's clock cannot be right, or it would reveal prices to come
/// and give bonuses of days that nobody has waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The wall clock is before a time at which the game was played.
    Behind { wall: Timestamp, latest: Timestamp },
    /// The wall clock is so far ahead that somebody has to confirm it.
    FarAhead { wall: Timestamp, latest: Timestamp },
    /// The machine has run all the time, but not for as long as the wall clock says.
    Set {
        wall: Timestamp,
        latest: Timestamp,
        expected: Timestamp,
    },
}

impl std::error::Error for Refusal {}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind { wall, latest } => write!(
                f,
                "this machine's clock says {}, but the game was played until {}. Set the clock right and \
                 start again. Only if the later time was the wrong one: {}. Until that time has come, \
                 players get no daily bonus, and their orders from then are listed before new ones",
                Short(*wall),
                Short(*latest),
                Accept(wall.day())
            ),
            Self::FarAhead { wall, latest } => write!(
                f,
                "this machine's clock says {}, {} days after the game was last played ({}). If the clock \
                 is right: {}. If not, set it right first: a game that runs ahead reveals its prices. The \
                 setting clock.ahead_max_days says how many days need no confirmation",
                Short(*wall),
                wall.seconds_since(*latest).div_euclid(DAY_S),
                Short(*latest),
                Accept(wall.day())
            ),
            Self::Set {
                wall,
                latest,
                expected,
            } => write!(
                f,
                "this machine's clock says {}, but the game was last played at {}, and by the time that \
                 the machine has been running since then it should be {}: somebody set the clock. If the \
                 clock is right now: {}. If not, set it right first: a game that runs ahead reveals its \
                 prices",
                Short(*wall),
                Short(*latest),
                Short(*expected),
                Accept(wall.day())
            ),
        }
    }
}

/// An instant without its fraction of a second.
struct Short(Timestamp);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let seconds = text.split_once('.').map_or(&*text, |(seconds, _)| seconds);
        write!(f, "{seconds}Z")
    }
}

/// What to type to start on a day.
struct Accept(Day);

impl Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(day) = self;
        write!(
            f,
            "start once with `tickerquest serve --accept-clock {day}` (or with \
             TICKERQUEST_CLOCK__ACCEPT_DAY={day} in the environment), which counts on that day only"
        )
    }
}

/// Starts the clock of a server, and remembers the time.
///
/// # Errors
/// A [`Refusal`], or when the store fails.
pub async fn start(store: &dyn Store, config: &ClockConfig) -> anyhow::Result<Arc<SystemClock>> {
    let wall = machine::wall().plus_seconds(config.ahead_s);
    let now = LatestTime::of(wall);
    let kept = store.find_variable(VARIABLE).await?;
    let latest = kept.as_deref().map(|text| {
        LatestTime::from_text(text)
            .with_context(|| format!("the fact {VARIABLE} is no time: {text:?}"))
    });
    let begin = match latest.transpose()? {
        Some(latest) => latest.begin(&now, config)?,
        None => now.at,
    };
    if kept.is_some() && begin.day() != now.at.day() {
        tracing::warn!(server_time = %begin, "the game's time begins on another day than the clock's");
    }
    record_latest(store, begin).await?;
    Ok(Arc::new(SystemClock::start_at(begin, config.ahead_s)))
}

/// Remembers the time of the game for the next start.
///
/// # Errors
/// Those of the store.
pub async fn record_latest(store: &dyn Store, now: Timestamp) -> StoreResult<()> {
    store
        .store_variable(VARIABLE, &LatestTime::of(now).to_text())
        .await
}

impl LatestTime {
    /// It is `at` now.
    fn of(at: Timestamp) -> Self {
        let boot = machine::boot_id().map(|id| Boot {
            id,
            elapsed_micros: machine::elapsed_micros(),
        });
        Self { at, boot }
    }

    /// The time at which a server begins that starts `now`. A clock that is behind by little is waited
    /// for: time goes on from the latest one, and is slowed down until they agree.
    fn begin(&self, now: &Self, config: &ClockConfig) -> Result<Timestamp, Refusal> {
        let (wall, latest) = (now.at, self.at);
        if config.accept_day == Some(wall.day()) {
            return Ok(wall);
        }
        let ahead = wall.micros().saturating_sub(latest.micros());
        if ahead < -JUMP_MICROS {
            return Err(Refusal::Behind { wall, latest });
        }
        if config.ahead_max_days == 0 {
            return Ok(wall.max(latest));
        }
        if let Some(passed) = self.micros_until(now) {
            if ahead.saturating_sub(passed).saturating_abs() > JUMP_MICROS {
                let expected = latest.micros().saturating_add(passed);
                return Err(Refusal::Set {
                    wall,
                    latest,
                    expected: Timestamp::from_micros(expected),
                });
            }
        } else if ahead > i64::from(config.ahead_max_days) * DAY_S * 1_000_000 {
            return Err(Refusal::FarAhead { wall, latest });
        }
        Ok(wall.max(latest))
    }

    /// Microseconds that have passed until then by the monotonic clock; none when the machine has been
    /// off in between, or is another one.
    fn micros_until(&self, now: &Self) -> Option<i64> {
        let (before, now) = (self.boot.as_ref()?, now.boot.as_ref()?);
        let passed = now.elapsed_micros.saturating_sub(before.elapsed_micros);
        (before.id == now.id && passed >= 0).then_some(passed)
    }

    fn to_text(&self) -> String {
        let at = self.at.micros();
        match &self.boot {
            Some(boot) => format!("{at} {} {}", boot.id, boot.elapsed_micros),
            None => at.to_string(),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let at = Timestamp::from_micros(words.next()?.parse().ok()?);
        let boot = match words.next() {
            Some(id) => Some(Boot {
                id: id.to_owned(),
                elapsed_micros: words.next()?.parse().ok()?,
            }),
            None => None,
        };
        words.next().is_none().then_some(Self { at, boot })
    }
}

#[cfg(test)]
mod tests;
