//! What clients have heard: messages, the changes of price in them, and how long they were under way.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::Timestamp;
use domain::api::LiveMessage;
use server::clock::{Clock as _, SystemClock};

use crate::measure::Latencies;

/// How every message of changed quotes begins, as far as the time at which it was made.
const BEFORE_TIME: &[u8] = br#"{"type":"quotes","now":""#;
/// Bytes of a time.
const TIME_LENGTH: usize = 27;
/// Bytes of a message's beginning that tell which one it is.
pub const START: usize = 64;

/// What some clients have heard.
#[derive(Debug)]
pub struct Tally {
    /// The machine's time, which the server tells, too.
    clock: SystemClock,
    /// Whether what comes now counts.
    pub counting: bool,
    /// Messages of changed quotes.
    pub messages: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// From when a message was made until a client had all of it.
    pub latencies: Latencies,
    /// Why connections were lost.
    pub errors: BTreeMap<String, u64>,
    /// By the time at which they were made, and their length.
    batches: BTreeMap<(Timestamp, usize), Batch>,
}

/// A message that many clients hear.
#[derive(Debug, Default)]
struct Batch {
    /// How many have.
    heard: u64,
    /// What it says, read by one of them for all.
    read: Option<Read>,
}

#[derive(Debug)]
struct Read {
    quotes: u64,
    text: Vec<u8>,
}

impl Tally {
    /// Nothing yet, and nothing counts yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            clock: SystemClock::start(),
            counting: false,
            messages: 0,
            bytes: 0,
            latencies: Latencies::default(),
            errors: BTreeMap::new(),
            batches: BTreeMap::new(),
        }
    }

    /// Whether somebody should keep all of a message that begins like this, to read it.
    #[must_use]
    pub fn wants(&self, start: &[u8], length: usize) -> bool {
        let is_unread = |made: Timestamp| {
            let batch = self.batches.get(&(made, length));
            batch.is_none_or(|batch| batch.read.is_none())
        };
        self.counting && time_of(start).is_some_and(is_unread)
    }

    /// Takes a message that a client has just heard, with its text where that was kept.
    pub fn hear(&mut self, start: &[u8], length: usize, text: Option<Vec<u8>>) {
        if !self.counting {
            return;
        }
        let Some(made) = time_of(start) else { return };
        let micros = self.clock.now().micros().saturating_sub(made.micros());
        let under_way = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        self.latencies.add(under_way);
        self.messages += 1;
        self.bytes += u64::try_from(length).unwrap_or(0);
        let batch = self.batches.entry((made, length)).or_default();
        batch.heard += 1;
        if batch.read.is_none() {
            batch.read = text.and_then(read);
        }
    }

    /// Notes a connection that was lost.
    pub fn lose(&mut self, why: String) {
        *self.errors.entry(why).or_default() += 1;
    }

    /// Adds what others have heard.
    pub fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.latencies.merge(&other.latencies);
        for (why, count) in other.errors {
            *self.errors.entry(why).or_default() += count;
        }
        for (key, batch) in other.batches {
            let known = self.batches.entry(key).or_default();
            known.heard += batch.heard;
            known.read = known.read.take().or(batch.read);
        }
    }

    /// Changes of price that all clients together have heard.
    #[must_use]
    pub fn updates(&self) -> u64 {
        let batches = self.batches.values();
        batches
            .filter_map(|batch| Some(batch.heard * batch.read.as_ref()?.quotes))
            .sum()
    }

    /// Messages that nobody has read, so that their changes of price are not counted.
    #[must_use]
    pub fn unread(&self) -> u64 {
        let unread = self.batches.values().filter(|batch| batch.read.is_none());
        unread.map(|batch| batch.heard).sum()
    }

    /// The message whose length is nearest to the mean.
    #[must_use]
    pub fn typical(&self) -> Option<&[u8]> {
        let mean = self.bytes / self.messages.max(1);
        let read = self
            .batches
            .values()
            .filter_map(|batch| batch.read.as_ref());
        read.map(|read| read.text.as_slice())
            .min_by_key(|text| mean.abs_diff(u64::try_from(text.len()).unwrap_or(u64::MAX)))
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self::new()
    }
}

/// When a message was made; none of one that does not tell of changed quotes.
fn time_of(start: &[u8]) -> Option<Timestamp> {
    let time = start.strip_prefix(BEFORE_TIME)?.get(..TIME_LENGTH)?;
    std::str::from_utf8(time).ok()?.parse().ok()
}

fn read(text: Vec<u8>) -> Option<Read> {
    let message: LiveMessage = serde_json::from_slice(&text).ok()?;
    match message {
        LiveMessage::Quotes { quotes, .. } => Some(Read {
            quotes: u64::try_from(quotes.len()).ok()?,
            text,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(made: Timestamp) -> Vec<u8> {
        let quotes = Vec::new();
        serde_json::to_vec(&LiveMessage::Quotes { now: made, quotes }).unwrap()
    }

    #[test]
    fn a_message_tells_its_time_at_its_beginning() {
        let made = Timestamp::from_micros(1_795_262_400_000_001);
        let text = message(made);
        assert_eq!(time_of(&text[..START]), Some(made));
        let closing = serde_json::to_vec(&LiveMessage::Closing).unwrap();
        assert_eq!(time_of(&closing), None);
    }

    #[test]
    fn one_client_reads_a_message_for_all() {
        let mut tally = Tally::new();
        let text = message(tally.clock.now());
        assert!(!tally.wants(&text, text.len()));
        tally.hear(&text, text.len(), None);
        assert_eq!(tally.messages, 0);
        tally.counting = true;
        assert!(tally.wants(&text, text.len()));
        tally.hear(&text, text.len(), None);
        assert_eq!(tally.unread(), 1);
        tally.hear(&text, text.len(), Some(text.clone()));
        assert!(!tally.wants(&text, text.len()));
        tally.lose("closed".to_owned());
        let mut all = Tally::new();
        all.merge(tally);
        assert_eq!((all.messages, all.unread(), all.updates()), (2, 0, 0));
        assert_eq!(all.typical(), Some(text.as_slice()));
        assert_eq!(all.latencies.count(), 2);
        assert_eq!(all.errors["closed"], 1);
    }
}
