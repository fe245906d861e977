//! Awards: XP that does not come from trades, in a log per player that is append-only and chained
//! like the ledger. A player's XP is the sum over the ledgers and the awards.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ledger::Hash;
use crate::progress::Deed;
use crate::{Day, GameId, PlayerId, Timestamp, Xp};

/// The version of the hashed bytes.
const VERSION: u8 = 1;

/// What XP was awarded for. Each cause is awarded to a player once: see [`AwardCause::key`].
///
/// New variants go at the end: a variant's position is part of the hashed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwardCause {
    /// Coming back on a day.
    DailyBonus {
        /// The day in the player's own time zone.
        day: Day,
        /// Days in a row, this one included.
        streak: u32,
    },
    /// An achievement was unlocked.
    Unlocked {
        /// Its id.
        achievement: String,
        /// How often it was unlocked before; above zero only for repeatable ones.
        step: u32,
        /// The game in which it was earned.
        game: GameId,
    },
    /// The day's quest was done.
    Quest {
        /// The day in the player's own time zone.
        day: Day,
        /// The quest's id.
        quest: String,
    },
    /// A week with shares held for long, found by a nightly job; once for all games together.
    Holding {
        /// The game.
        game: GameId,
        /// The Monday of the week that it is for.
        day: Day,
    },
    /// An old reason was reviewed and graded.
    Reviewed {
        /// The game.
        game: GameId,
        /// The ledger entry whose reason it was.
        seq: i64,
    },
    /// A broken streak was repaired.
    StreakRepaired {
        /// The day in the player's own time zone.
        day: Day,
    },
    /// The player chose a time zone, whose days count from then on.
    ZoneChosen {
        /// The day in UTC: a zone can be chosen once a day.
        day: Day,
        /// Its name in the IANA database.
        zone: String,
    },
    /// A week with many sectors held, found by a nightly job; once for all games together.
    Diversified {
        /// The game.
        game: GameId,
        /// The week's Monday.
        day: Day,
    },
    /// A week in which a real reason was written, found by a nightly job; once for all games together.
    Reasoned {
        /// The game.
        game: GameId,
        /// The week's Monday.
        day: Day,
    },
    /// The player did something that achievements and quests count; no XP of its own.
    Did {
        /// The deed.
        deed: Deed,
        /// The day in the player's own time zone.
        day: Day,
    },
    /// The puzzle of a day was played to its end.
    Puzzle {
        /// The puzzle's day, in UTC: it is the same for everyone.
        day: Day,
    },
}

impl AwardCause {
    /// Identifies the cause among all of a player's: the same cause is never awarded twice.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::DailyBonus { day, .. } => format!("daily:{day}"),
            Self::Unlocked {
                achievement,
                step,
                game,
            } => format!("unlocked:{game}:{achievement}:{step}"),
            Self::Quest { day, .. } => format!("quest:{day}"),
            Self::Holding { day, .. } => format!("holding:{day}"),
            Self::StreakRepaired { day } => format!("repaired:{day}"),
            Self::ZoneChosen { day, .. } => format!("zone:{day}"),
            Self::Diversified { day, .. } => format!("diversified:{day}"),
            Self::Reasoned { day, .. } => format!("reasoned:{day}"),
            Self::Reviewed { game, seq } => format!("reviewed:{game}:{seq}"),
            Self::Did { deed, day } => format!("did:{}", deed.key(*day)),
            Self::Puzzle { day } => format!("puzzle:{day}"),
        }
    }

    /// The cause as it is hashed and stored: postcard, like a ledger's facts.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain data without sequences of unknown length: encoding cannot fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`AwardCause::to_bytes`] wrote; none when it is anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (cause, rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        (rest.is_empty() && cause.to_bytes() == bytes).then_some(cause)
    }
}

/// One immutable award.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Counts the player's awards, from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// XP; may be zero, for an achievement without a reward.
    pub xp: Xp,
    /// The version of the rules that set the amount.
    pub rules_version: i64,
    /// The cause.
    pub cause: AwardCause,
    /// Hash of the previous award, or the player's first link.
    pub previous_hash: Hash,
}

/// The end of a player's chain of awards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwardHead {
    /// `seq` of the latest award.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl AwardHead {
    /// The head of a player without awards. Its link depends on the player.
    #[must_use]
    pub fn before_first(player: PlayerId) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest awards\0");
        hasher.update([VERSION]);
        hasher.update(player.0.to_be_bytes());
        Self {
            seq: 0,
            hash: hasher.finalize().into(),
        }
    }

    /// Creates the award after this head.
    #[must_use]
    pub fn award(self, at: Timestamp, xp: Xp, rules_version: i64, cause: AwardCause) -> Award {
        Award {
            seq: self.seq.saturating_add(1),
            at,
            xp,
            rules_version,
            cause,
            previous_hash: self.hash,
        }
    }
}

impl Award {
    /// SHA-256 over a tag, the version of the encoding, the previous hash, `seq`, instant, XP and rules
    /// version as 8 bytes big-endian each, and the cause in the encoding of [`AwardCause::to_bytes`].
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"tickerquest award\0");
        hasher.update([VERSION]);
        hasher.update(self.previous_hash);
        for number in [self.seq, self.at.micros(), self.xp, self.rules_version] {
            hasher.update(number.to_be_bytes());
        }
        hasher.update(self.cause.to_bytes());
        hasher.finalize().into()
    }

    /// The head of the chain with this award as its latest.
    #[must_use]
    pub fn head(&self) -> AwardHead {
        AwardHead {
            seq: self.seq,
            hash: self.hash(),
        }
    }

    /// Checks that it follows a head and takes no XP away.
    ///
    /// # Errors
    /// An [`AwardError`] that names the mismatch.
    pub fn check_follows(&self, head: AwardHead) -> Result<(), AwardError> {
        if self.seq != head.seq.saturating_add(1) {
            return Err(AwardError::Gap);
        }
        if self.previous_hash != head.hash {
            return Err(AwardError::BrokenChain);
        }
        if self.xp < 0 {
            return Err(AwardError::Negative);
        }
        Ok(())
    }
}

/// Why an award cannot follow the previous ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwardError {
    /// A previous award is missing.
    Gap,
    /// It does not carry the hash of the previous one.
    BrokenChain,
    /// It takes XP away.
    Negative,
}

impl fmt::Display for AwardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gap => "an award before it is missing",
            Self::BrokenChain => "it does not carry the hash of the award before it",
            Self::Negative => "it takes XP away",
        })
    }
}

impl std::error::Error for AwardError {}
