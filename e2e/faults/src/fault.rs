//! What goes wrong, and in which order.

use clap::ValueEnum;
use e2e::database::DatabaseKind;
use rand::RngExt as _;
use rand::rngs::StdRng;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Fault {
    /// One server is killed and started again; another one, if there is one, goes on.
    KillServer,
    /// All servers are killed and started again.
    KillAll,
    /// The disk that the database is on is full for a while.
    DiskFull,
    /// The database is stopped as if its machine had failed, and started again.
    StopDatabase,
    /// Single backends of the database are killed, and with one of them it ends all others.
    KillBackend,
    /// All connections to the database are closed.
    Cut,
    /// All connections to the database are reset, and none can be made for a while.
    Reset,
    /// Nothing comes through to the database and back for a while.
    Stall,
    /// What the database answers is lost for a while, then the connections are: nobody knows what
    /// was written.
    LoseAnswers,
}

impl Fault {
    /// Those that a database can have.
    #[must_use]
    pub fn of(database: DatabaseKind) -> &'static [Self] {
        match database {
            DatabaseKind::Sqlite => &[Self::KillServer, Self::DiskFull],
            DatabaseKind::Postgres => &[
                Self::KillServer,
                Self::KillAll,
                Self::DiskFull,
                Self::StopDatabase,
                Self::KillBackend,
                Self::Cut,
                Self::Reset,
                Self::Stall,
                Self::LoseAnswers,
            ],
        }
    }

    /// As it is asked for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KillServer => "kill-server",
            Self::KillAll => "kill-all",
            Self::DiskFull => "disk-full",
            Self::StopDatabase => "stop-database",
            Self::KillBackend => "kill-backend",
            Self::Cut => "cut",
            Self::Reset => "reset",
            Self::Stall => "stall",
            Self::LoseAnswers => "lose-answers",
        }
    }
}

/// The order of faults: all of them in a random one, then again in another one.
#[derive(Debug)]
pub struct Deck {
    kinds: Vec<Fault>,
    left: Vec<Fault>,
}

impl Deck {
    /// Of these kinds.
    #[must_use]
    pub fn new(kinds: Vec<Fault>) -> Self {
        Self {
            kinds,
            left: Vec::new(),
        }
    }

    /// The next one; none when there are no kinds.
    pub fn draw(&mut self, random: &mut StdRng) -> Option<Fault> {
        if self.left.is_empty() {
            self.left.clone_from(&self.kinds);
        }
        if self.left.is_empty() {
            return None;
        }
        let place = random.random_range(0..self.left.len());
        Some(self.left.swap_remove(place))
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    #[test]
    fn every_kind_comes_before_any_comes_again() {
        let kinds = Fault::of(DatabaseKind::Postgres);
        let draw = |seed| {
            let (mut deck, mut random) = (Deck::new(kinds.to_vec()), StdRng::seed_from_u64(seed));
            let drawn: Vec<_> = (0..kinds.len() * 2)
                .filter_map(|_| deck.draw(&mut random))
                .collect();
            drawn
        };
        for half in draw(1).chunks(kinds.len()) {
            let mut half = half.to_vec();
            half.sort_unstable();
            let mut all = kinds.to_vec();
            all.sort_unstable();
            assert_eq!(half, all);
        }
        assert_eq!(draw(2), draw(2));
        assert_ne!(draw(1), draw(2));
    }
}
