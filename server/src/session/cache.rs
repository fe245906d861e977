//! Sessions seen in the last seconds, so that a busy client costs the database one look-up, not
//! one a request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{PlayerId, SessionId};
use tokio::time::Instant;

use crate::store::SessionRecord;

/// How long a session is taken for what it was. Another server's log-out is seen after it.
const TIME_TO_LIVE: Duration = Duration::from_secs(10);
/// About 3 MB.
const SESSIONS_MAX: usize = 10_000;

type Key = (PlayerId, SessionId);

/// A bounded, short memory of sessions.
#[derive(Debug, Default)]
pub struct SessionCache {
    seen: Mutex<HashMap<Key, Seen>>,
}

#[derive(Debug)]
struct Seen {
    /// None when the session was ended here: a look-up that began before must not revive it.
    record: Option<Arc<SessionRecord>>,
    until: Instant,
}

impl SessionCache {
    /// The session, if it was seen just now.
    #[must_use]
    pub fn get(
        &self,
        player: PlayerId,
        session: SessionId,
        now: Instant,
    ) -> Option<Arc<SessionRecord>> {
        let seen = self.lock();
        let found = seen
            .get(&(player, session))
            .filter(|seen| seen.until > now)?;
        found.record.clone()
    }

    /// Remembers a session for a while from when it was first seen.
    pub fn put(&self, record: Arc<SessionRecord>, now: Instant) {
        let key = (record.player, record.id);
        let mut seen = self.lock();
        let known = seen.get(&key).filter(|seen| seen.until > now);
        let until = match known {
            Some(Seen { record: None, .. }) => return,
            Some(known) => known.until,
            None => now + TIME_TO_LIVE,
        };
        make_room(&mut seen, now);
        seen.insert(
            key,
            Seen {
                record: Some(record),
                until,
            },
        );
    }

    /// Forgets a session that is being ended.
    pub fn forget(&self, player: PlayerId, session: SessionId, now: Instant) {
        let mut seen = self.lock();
        make_room(&mut seen, now);
        seen.insert(
            (player, session),
            Seen {
                record: None,
                until: now + TIME_TO_LIVE,
            },
        );
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Seen>> {
        // Every change is a single insert: what a panic left behind is sound.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(seen: &mut HashMap<Key, Seen>, now: Instant) {
    if seen.len() >= SESSIONS_MAX {
        seen.retain(|_, seen| seen.until > now);
    }
    if seen.len() >= SESSIONS_MAX {
        seen.retain(|_, seen| seen.record.is_none());
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn record(id: i64) -> Arc<SessionRecord> {
        let at = Timestamp::from_seconds(0);
        Arc::new(SessionRecord {
            player: PlayerId(1),
            id: SessionId(id),
            token_hash: [0; 32],
            device: String::new(),
            created_at: at,
            last_seen_at: at,
            expires_at: at,
        })
    }

    fn is_known(cache: &SessionCache, now: Instant) -> bool {
        cache.get(PlayerId(1), SessionId(1), now).is_some()
    }

    #[test]
    fn a_session_is_remembered_for_some_seconds_however_busy_it_is() {
        let (cache, start) = (SessionCache::default(), Instant::now());
        for second in 0..10 {
            let now = start + Duration::from_secs(second);
            cache.put(record(1), now);
            assert!(is_known(&cache, now));
        }
        assert!(!is_known(&cache, start + TIME_TO_LIVE));
    }

    #[test]
    fn an_ended_session_is_not_revived_by_a_late_look_up() {
        let (cache, now) = (SessionCache::default(), Instant::now());
        cache.put(record(1), now);
        cache.forget(PlayerId(1), SessionId(1), now);
        cache.put(record(1), now);
        assert!(!is_known(&cache, now));
    }

    #[test]
    fn the_memory_is_bounded() {
        let (cache, now) = (SessionCache::default(), Instant::now());
        for id in 1..=25_000 {
            cache.put(record(id), now);
        }
        assert!(cache.lock().len() <= SESSIONS_MAX);
    }
}
