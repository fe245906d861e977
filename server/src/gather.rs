//! Reads together what many requests ask for one by one: what is asked for while one reading is under
//! way is the next one. An idle server answers each at once; a busy one asks its database few
//! questions.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use tokio::sync::{mpsc, oneshot};

use crate::store::{StoreError, StoreResult};

/// Keys that one reading takes.
const AT_ONCE: usize = 256;
/// Readings of a kind at a time: while one waits for the database, the next one is asked for.
pub(crate) const READINGS: usize = 2;
/// Requests that may wait for the next one; more wait to be let in.
const WAITING_MAX: usize = 4_096;

type Asked<K, V> = (K, oneshot::Sender<StoreResult<Option<V>>>);

/// The way to values that are read together, by their keys.
pub struct Gather<K, V> {
    asked: mpsc::Sender<Asked<K, V>>,
}

impl<K, V> fmt::Debug for Gather<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

impl<K, V> Gather<K, V>
where
    K: Hash + Eq + Copy + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Reads by `read`, at most `readings` at a time, until it is dropped. A key that `read` leaves
    /// out does not exist.
    #[must_use]
    pub fn start<R, F>(readings: usize, read: R) -> Self
    where
        R: Fn(Vec<K>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = StoreResult<HashMap<K, V>>> + Send + 'static,
    {
        let (asked, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(answer(readings, read, waiting));
        Self { asked }
    }

    /// The value of a key, if there is one.
    ///
    /// # Errors
    /// Those of the reading.
    pub async fn find(&self, key: K) -> StoreResult<Option<V>> {
        let (reply, found) = oneshot::channel();
        let gone = || StoreError::Unavailable(sqlx::Error::PoolClosed);
        let sent = self.asked.send((key, reply)).await;
        sent.map_err(|_| gone())?;
        found.await.unwrap_or_else(|_| Err(gone()))
    }
}

async fn answer<K, V, R, F>(readings: usize, read: R, mut waiting: mpsc::Receiver<Asked<K, V>>)
where
    K: Hash + Eq + Copy + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    R: Fn(Vec<K>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = StoreResult<HashMap<K, V>>> + Send + 'static,
{
    let mut under_way = tokio::task::JoinSet::new();
    loop {
        while under_way.len() >= readings.max(1) {
            under_way.join_next().await;
        }
        let mut asked = Vec::new();
        if waiting.recv_many(&mut asked, AT_ONCE).await == 0 {
            return;
        }
        let read = read.clone();
        under_way.spawn(async move { answer_all(asked, read).await });
    }
}

async fn answer_all<K, V, R, F>(asked: Vec<Asked<K, V>>, read: R)
where
    K: Hash + Eq + Copy,
    V: Clone,
    R: Fn(Vec<K>) -> F,
    F: Future<Output = StoreResult<HashMap<K, V>>>,
{
    let mut waiting: HashMap<K, usize> = HashMap::with_capacity(asked.len());
    for (key, _) in &asked {
        *waiting.entry(*key).or_default() += 1;
    }
    let mut found = read(waiting.keys().copied().collect()).await;
    for (key, reply) in asked {
        let one = match &mut found {
            Ok(values) => Ok(hand_out(values, &mut waiting, &key)),
            Err(error) => Err(error.again()),
        };
        // Whoever asked may have gone meanwhile.
        reply.send(one).ok();
    }
}

/// The value of a key: to the last who waits for it, itself.
fn hand_out<K: Hash + Eq, V: Clone>(
    values: &mut HashMap<K, V>,
    waiting: &mut HashMap<K, usize>,
    key: &K,
) -> Option<V> {
    let others = waiting.get_mut(key)?;
    *others = others.saturating_sub(1);
    if *others == 0 {
        values.remove(key)
    } else {
        values.get(key).cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::*;

    /// Doubles even numbers, knows no odd ones and fails at a hundred.
    async fn double(keys: Vec<u32>) -> StoreResult<HashMap<u32, u32>> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        if keys.contains(&100) {
            return Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        }
        let even = keys.into_iter().filter(|key| key % 2 == 0);
        Ok(even.map(|key| (key, 2 * key)).collect())
    }

    /// Time stands still while anyone can go on, so how busy the machine is changes nothing.
    #[tokio::test(start_paused = true)]
    async fn each_gets_its_own_and_few_readings_are_made() {
        let readings = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&readings);
        let gather = Gather::start(1, move |keys| {
            counted.fetch_add(1, Ordering::SeqCst);
            double(keys)
        });
        let found = join_all((0..1_000).map(|key| gather.find(key % 50))).await;
        for (number, found) in found.into_iter().enumerate() {
            let key = u32::try_from(number % 50).unwrap();
            let expected = (key % 2 == 0).then_some(2 * key);
            assert_eq!(found.unwrap(), expected);
        }
        assert!(readings.load(Ordering::SeqCst) <= 5);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_asked_and_to_nobody_else() {
        let gather = Gather::start(2, double);
        let failed = join_all([100, 2].map(|key| gather.find(key))).await;
        for one in failed {
            assert!(matches!(one, Err(StoreError::Unavailable(_))), "{one:?}");
        }
        assert_eq!(gather.find(2).await.unwrap(), Some(4));
    }
}
