//! The optional link between servers. Redis delivers the feed and ended sessions at once, and counts
//! log-ins for all servers together.
//!
//! It is never in the way of a commit, and nothing depends on it. While it does not answer, servers
//! follow the outbox, forget sessions after seconds, and count log-ins each for itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{PlayerId, SessionId};
use redis::aio::MultiplexedConnection;
use redis::{Client, RedisError, Script};
use tokio::sync::{Notify, mpsc, watch};

mod link;
mod news;

/// Ended sessions that wait to be told.
const ENDED_MAX: usize = 1_024;

/// The generic cell rate algorithm: a key holds the instant, in microseconds, at which its requests so
/// far will have been spread out. Redis tells the time, so that all servers have the same. Gives the
/// microseconds to wait; 0 when the request counts.
const COUNT: &str = "
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local spread = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now)) + ARGV[1]
    local wait = spread - now - ARGV[2]
    if wait > 0 then
        return wait
    end
    redis.call('SET', KEYS[1], string.format('%.0f', spread), 'PX', math.ceil((spread - now) / 1000))
    return 0";

/// A link to a Redis that several servers share. Cheap to clone.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    client: Client,
    /// What the names of keys and channels begin with: one Redis may serve several games.
    namespace: String,
    /// How long anyone waits for an answer.
    timeout: Duration,
    /// None while Redis does not answer.
    connection: watch::Sender<Option<MultiplexedConnection>>,
    /// A command failed: the connection is made anew.
    failed: Notify,
    count: Script,
    ended: mpsc::Sender<(PlayerId, SessionId)>,
    /// Taken by the task that tells of them.
    endings: Mutex<Option<mpsc::Receiver<(PlayerId, SessionId)>>>,
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may have a password.
        write!(f, "a link to Redis for {}", self.0.namespace)
    }
}

impl Redis {
    /// A link for the servers of one database. It connects when it is run.
    ///
    /// # Errors
    /// When the address cannot be understood.
    pub fn new(url: &str, database: &str, timeout: Duration) -> Result<Self, RedisError> {
        let (ended, endings) = mpsc::channel(ENDED_MAX);
        Ok(Self(Arc::new(Shared {
            client: Client::open(url)?,
            namespace: format!("tickerquest:{database}"),
            timeout,
            connection: watch::Sender::new(None),
            failed: Notify::new(),
            count: Script::new(COUNT),
            ended,
            endings: Mutex::new(Some(endings)),
        })))
    }

    /// Resolves while Redis answers.
    pub async fn connected(&self) {
        let mut connection = self.0.connection.subscribe();
        // The sender is as old as the link.
        connection.wait_for(Option::is_some).await.ok();
    }

    /// Resolves while Redis does not answer.
    pub async fn disconnected(&self) {
        let mut connection = self.0.connection.subscribe();
        connection.wait_for(Option::is_none).await.ok();
    }

    /// Tells the other servers that a session has ended. If they do not hear of it, they notice within
    /// half a minute.
    pub fn tell_ended(&self, player: PlayerId, session: SessionId) {
        // A full queue says that Redis does not answer.
        self.0.ended.try_send((player, session)).ok();
    }

    /// Counts a request by a limit that all servers share; how long to wait when there were too many.
    /// None as well while Redis does not answer: each server's own limit counts.
    pub async fn count(&self, key: &str, per_minute: u32, burst: u32) -> Option<Duration> {
        let mut connection = self.0.connection.borrow().clone()?;
        let one_us = 60_000_000 / u64::from(per_minute.max(1));
        let burst_us = one_us.saturating_mul(u64::from(burst.max(1)));
        let mut counting = self.0.count.prepare_invoke();
        counting
            .key(format!("{}:limit:{key}", self.0.namespace))
            .arg(one_us)
            .arg(burst_us);
        let answer = counting.invoke_async(&mut connection);
        let wait_us: u64 = match tokio::time::timeout(self.0.timeout, answer).await {
            Ok(Ok(wait_us)) => wait_us,
            Ok(Err(error)) => {
                self.fail(&error);
                return None;
            }
            Err(elapsed) => {
                self.fail(&elapsed);
                return None;
            }
        };
        (wait_us > 0).then(|| Duration::from_micros(wait_us))
    }

    /// Gives the connection up. Nobody waits for it again until there is a new one.
    fn fail(&self, error: &dyn fmt::Display) {
        self.0.connection.send_replace(None);
        tracing::warn!(%error, "Redis did not count a log-in; each server counts by itself");
        self.0.failed.notify_one();
    }

    fn take_endings(&self) -> Option<mpsc::Receiver<(PlayerId, SessionId)>> {
        let endings = self.0.endings.lock();
        endings.unwrap_or_else(PoisonError::into_inner).take()
    }
}
