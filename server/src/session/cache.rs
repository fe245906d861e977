//! Sessions seen lately, so that a busy client costs the database one look-up, not one a request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Hash, PlayerId, SessionId, Timestamp};
use tokio::time::Instant;

use crate::metrics::CacheCounts;
use crate::recent::Recent;
use crate::store::SessionRecord;

/// How long a session is taken for what it was. Another server's log-out is seen after it.
const TIME_TO_LIVE: Duration = Duration::from_secs(30);
/// About 20 MB.
const SESSIONS_MAX: usize = 100_000;

type Key = (PlayerId, SessionId);

/// What a request is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownSession {
    pub token_hash: Hash,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
}

impl From<&SessionRecord> for KnownSession {
    fn from(record: &SessionRecord) -> Self {
        Self {
            token_hash: record.token_hash,
            created_at: record.created_at,
            last_seen_at: record.last_seen_at,
            expires_at: record.expires_at,
        }
    }
}

/// A bounded, short memory of sessions.
#[derive(Debug)]
pub struct SessionCache {
    memory: Mutex<Memory>,
    counts: CacheCounts,
}

#[derive(Debug)]
struct Memory {
    seen: Recent<Key, (KnownSession, Instant)>,
    /// Sessions that were ended here: a look-up that began before must not revive them.
    ended: HashMap<Key, Instant>,
}

impl Default for SessionCache {
    fn default() -> Self {
        Self {
            memory: Mutex::new(Memory {
                seen: Recent::new(SESSIONS_MAX),
                ended: HashMap::new(),
            }),
            counts: CacheCounts::default(),
        }
    }
}

impl SessionCache {
    /// The session, if it was seen just now.
    #[must_use]
    pub fn get(&self, player: PlayerId, session: SessionId, now: Instant) -> Option<KnownSession> {
        let mut memory = self.lock();
        let seen = memory.seen.get_mut(&(player, session));
        let known = seen.filter(|seen| seen.1 > now).map(|seen| seen.0);
        self.counts.count(1, usize::from(known.is_none()));
        known
    }

    /// How often a session was known, and how often it was not.
    #[must_use]
    pub fn counts(&self) -> &CacheCounts {
        &self.counts
    }

    /// Remembers a session that was looked up.
    pub fn put(&self, player: PlayerId, session: SessionId, known: KnownSession, now: Instant) {
        let key = (player, session);
        let mut memory = self.lock();
        if memory.ended.get(&key).is_some_and(|until| *until > now) {
            return;
        }
        memory.seen.insert(key, (known, now + TIME_TO_LIVE));
    }

    /// Forgets a session that is being ended.
    pub fn forget(&self, player: PlayerId, session: SessionId, now: Instant) {
        let key = (player, session);
        let mut memory = self.lock();
        memory.seen.remove(&key);
        // Few are ended at a time, so that all of them may be looked at.
        memory.ended.retain(|_, until| *until > now);
        memory.ended.insert(key, now + TIME_TO_LIVE);
    }

    /// Forgets every session that was looked up: some may have ended unheard.
    pub fn forget_all(&self) {
        self.lock().seen = Recent::new(SESSIONS_MAX);
    }

    fn lock(&self) -> MutexGuard<'_, Memory> {
        // No change is half done at any point that could panic.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAYER: PlayerId = PlayerId(1);
    const SESSION: SessionId = SessionId(1);

    fn known() -> KnownSession {
        let at = Timestamp::from_seconds(0);
        KnownSession {
            token_hash: [0; 32],
            created_at: at,
            last_seen_at: at,
            expires_at: at,
        }
    }

    #[test]
    fn a_session_is_remembered_for_some_seconds_however_busy_it_is() {
        let (cache, start) = (SessionCache::default(), Instant::now());
        assert_eq!(cache.get(PLAYER, SESSION, start), None);
        cache.put(PLAYER, SESSION, known(), start);
        for second in 0..30 {
            let now = start + Duration::from_secs(second);
            assert_eq!(cache.get(PLAYER, SESSION, now), Some(known()));
        }
        assert_eq!(cache.get(PLAYER, SESSION, start + TIME_TO_LIVE), None);
    }

    #[test]
    fn an_ended_session_is_not_revived_by_a_late_look_up() {
        let (cache, now) = (SessionCache::default(), Instant::now());
        cache.put(PLAYER, SESSION, known(), now);
        cache.forget(PLAYER, SESSION, now);
        cache.put(PLAYER, SESSION, known(), now);
        assert_eq!(cache.get(PLAYER, SESSION, now), None);
        // Another one of the same player goes on.
        cache.put(PLAYER, SessionId(2), known(), now);
        assert_eq!(cache.get(PLAYER, SessionId(2), now), Some(known()));
        // What was ended is not kept in mind for ever.
        let later = now + TIME_TO_LIVE;
        cache.forget(PLAYER, SessionId(2), later);
        assert_eq!(cache.lock().ended.len(), 1);
    }
}
