//! How the priorities share the workers.
//!
//! Of 31 jobs that a worker takes, the priorities go first for 16, 8, 4, 2 and 1 of them, most urgent
//! priority first, with the turns of each priority spread evenly. If the priority whose turn it is has no
//! due job, the most urgent other one is taken. So critical jobs never wait behind a pile of batch jobs,
//! and batch jobs get a thirty-first of the workers however many critical ones there are.

use crate::store::jobs::Priority;

/// Turns of each priority in a round, by its number.
const TURNS: [i32; 5] = [16, 8, 4, 2, 1];
const ROUND: i32 = 31;

/// Decides whose turn it is, by smooth weighted round robin.
#[derive(Debug, Clone, Default)]
pub struct Share {
    credit: [i32; 5],
}

impl Share {
    /// The priority that goes first now; the next call gives the next one.
    pub fn next_first(&mut self) -> Priority {
        let mut first = Priority::Critical;
        let mut most = i32::MIN;
        for (priority, (credit, turns)) in
            Priority::ALL.iter().zip(self.credit.iter_mut().zip(TURNS))
        {
            *credit += turns;
            if *credit > most {
                (first, most) = (*priority, *credit);
            }
        }
        for (priority, credit) in Priority::ALL.iter().zip(self.credit.iter_mut()) {
            if *priority == first {
                *credit -= ROUND;
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_gives_each_priority_its_turns_evenly_spread() {
        let mut share = Share::default();
        for _ in 0..3 {
            let round: Vec<_> = (0..ROUND).map(|_| share.next_first()).collect();
            for (priority, turns) in Priority::ALL.iter().zip(TURNS) {
                let got = round.iter().filter(|first| *first == priority).count();
                assert_eq!(i32::try_from(got).unwrap(), turns, "{priority:?}");
            }
            let in_a_row = round
                .windows(3)
                .any(|three| three.iter().all(|priority| *priority == Priority::Critical));
            assert!(!in_a_row, "{round:?}");
        }
    }
}
