//! What servers tell each other, as bytes.

use domain::{PlayerId, SessionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::{AccountOutcome, Outcomes};

/// One message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum News {
    /// A batch was committed.
    Batch {
        lane: i64,
        seq: i64,
        /// Microseconds since 1970.
        at: i64,
        accounts: Vec<AccountOutcome>,
    },
    /// A session has ended.
    Ended { player: i64, session: i64 },
}

impl News {
    pub(super) fn of_batch(outcomes: &Outcomes) -> Self {
        Self::Batch {
            lane: outcomes.lane,
            seq: outcomes.seq,
            at: outcomes.at.micros(),
            accounts: outcomes.accounts.clone(),
        }
    }

    pub(super) fn of_ended(player: PlayerId, session: SessionId) -> Self {
        Self::Ended {
            player: player.0,
            session: session.0,
        }
    }

    /// None for what no message encodes to; there is none.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }

    /// None when it is from another version, or from elsewhere.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The batch of a message's parts.
pub(super) fn outcomes(lane: i64, seq: i64, at: i64, accounts: Vec<AccountOutcome>) -> Outcomes {
    Outcomes {
        lane,
        seq,
        at: Timestamp::from_micros(at),
        accounts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_as_they_were_written() {
        let batch = Outcomes {
            lane: 7,
            seq: 2,
            at: Timestamp::from_seconds(5),
            accounts: Vec::new(),
        };
        for news in [
            News::of_batch(&batch),
            News::of_ended(PlayerId(1), SessionId(i64::MAX)),
        ] {
            let bytes = news.encode().unwrap();
            assert_eq!(News::decode(&bytes), Some(news));
        }
        assert_eq!(News::decode(b"\xff"), None);
    }
}
