//! Which servers were killed when: only then may a request go without any answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A client may find out only now that the server of its connection is another one by now.
const AFTERWARDS: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Copy, Default)]
struct Server {
    kills: u64,
    down: bool,
    back: Option<Instant>,
}

/// The servers of a run.
#[derive(Debug, Default)]
pub struct Outages(Mutex<Vec<Server>>);

impl Outages {
    /// The servers, all up.
    #[must_use]
    pub fn of(servers: usize) -> Self {
        Self(Mutex::new(vec![Server::default(); servers]))
    }

    /// One is about to be killed.
    pub fn begin(&self, server: usize) {
        if let Some(server) = self.servers().get_mut(server) {
            server.kills += 1;
            server.down = true;
        }
    }

    /// It is there again.
    pub fn end(&self, server: usize) {
        if let Some(server) = self.servers().get_mut(server) {
            server.down = false;
            server.back = Some(Instant::now());
        }
    }

    /// To be taken before a request is sent.
    #[must_use]
    pub fn mark(&self, server: usize) -> u64 {
        self.servers().get(server).map_or(0, |server| server.kills)
    }

    /// Whether a request that was marked so could have been lost.
    #[must_use]
    pub fn excuse(&self, server: usize, mark: u64) -> bool {
        self.servers().get(server).is_some_and(|server| {
            server.down
                || server.kills != mark
                || server.back.is_some_and(|back| back.elapsed() < AFTERWARDS)
        })
    }

    fn servers(&self) -> MutexGuard<'_, Vec<Server>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_is_lost_only_around_a_kill() {
        let outages = Outages::of(2);
        let before = outages.mark(0);
        assert!(!outages.excuse(0, before));
        outages.begin(0);
        assert!(outages.excuse(0, outages.mark(0)));
        outages.end(0);
        assert!(outages.excuse(0, before));
        assert!(!outages.excuse(1, outages.mark(1)));
    }
}
