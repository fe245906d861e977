//! Looks sessions up together: those that are asked for while one look-up is under way are the next
//! one, so that many players at once cost the database few statements.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{PlayerId, SessionId};
use tokio::sync::{mpsc, oneshot};

use crate::store::{SessionRecord, Store, StoreError};

/// Sessions that one statement asks for.
const AT_ONCE: usize = 512;
/// Requests that may wait for the next one; more wait to be let in.
const WAITING_MAX: usize = 4_096;

type Name = (PlayerId, SessionId);
type Found = Result<Option<SessionRecord>, StoreError>;

/// The way to the sessions of the store.
#[derive(Debug)]
pub struct SessionLookup {
    asked: mpsc::Sender<(Name, oneshot::Sender<Found>)>,
}

impl SessionLookup {
    /// Starts to look up; ends when it is dropped.
    #[must_use]
    pub fn start(store: Arc<dyn Store>) -> Self {
        let (asked, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(answer(store, waiting));
        Self { asked }
    }

    /// The session, whether or not it has expired.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find(&self, player: PlayerId, session: SessionId) -> Found {
        let (reply, found) = oneshot::channel();
        let gone = || StoreError::Unavailable(sqlx::Error::PoolClosed);
        let asked = self.asked.send(((player, session), reply)).await;
        asked.map_err(|_| gone())?;
        found.await.unwrap_or_else(|_| Err(gone()))
    }
}

async fn answer(
    store: Arc<dyn Store>,
    mut waiting: mpsc::Receiver<(Name, oneshot::Sender<Found>)>,
) {
    let mut asked = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut asked, AT_ONCE).await > 0 {
        let names: Vec<Name> = asked.iter().map(|(name, _)| *name).collect();
        let found = store.find_sessions(&names).await;
        let found = found.map(|sessions| {
            let named = |session: SessionRecord| ((session.player, session.id), session);
            sessions.into_iter().map(named).collect::<HashMap<_, _>>()
        });
        for (name, reply) in asked.drain(..) {
            let one = match &found {
                Ok(sessions) => Ok(sessions.get(&name).cloned()),
                Err(error) => {
                    tracing::debug!(%error, "a session could not be looked up");
                    Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut))
                }
            };
            // Whoever asked may have gone meanwhile.
            reply.send(one).ok();
        }
    }
}
