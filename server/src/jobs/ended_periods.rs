//! Stores the days, weeks and seasons of leaderboards that have ended, and records the ranks for
//! achievements.

use async_trait::async_trait;
use domain::GameId;
use domain::boards::{Measure, Period};
use domain::progress::Deed;

use super::{Context, Done, JobError, Kind, Schedule};
use crate::app::App;
use crate::boards::{Closed, EndedPeriods as Boards};
use crate::deeds;

const EVERY_S: u32 = 60;
/// The fewest players among whom a rank means something.
const RANKED_MIN: usize = 10;

pub(super) struct EndedPeriods {
    app: App,
    boards: Boards,
}

impl EndedPeriods {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
            boards: app.boards.jobs().ended,
        }
    }

    /// Safe to repeat: each deed counts once.
    async fn record(&self, game: GameId, closed: &Closed) -> Result<(), JobError> {
        let finals = closed.finals.iter();
        for row in finals.filter(|row| row.measure == Measure::Return) {
            let deed = match closed.period {
                Period::Week if closed.ranked >= RANKED_MIN => Deed::RankedWeek {
                    game,
                    week: closed.first_day,
                    percentile_bps: left_behind_bps(row.rank, closed.ranked),
                },
                Period::Season => Deed::FinishedSeason { game },
                _ => continue,
            };
            deeds::record(&self.app, row.player, deed).await?;
        }
        self.record_week(game, closed).await
    }

    async fn record_week(&self, game: GameId, closed: &Closed) -> Result<(), JobError> {
        let (week, end) = (closed.first_day, &closed.week);
        for player in &end.promoted {
            let deed = Deed::Promoted { game, week };
            deeds::record(&self.app, *player, deed).await?;
        }
        if end.steady_ranked < RANKED_MIN {
            return Ok(());
        }
        for (rank, player) in &end.steady {
            let percentile_bps = left_behind_bps(*rank, end.steady_ranked);
            let deed = Deed::RankedSteadyHands {
                game,
                week,
                percentile_bps,
            };
            deeds::record(&self.app, *player, deed).await?;
        }
        Ok(())
    }
}

/// The share of the others that a rank leaves behind, in basis points.
fn left_behind_bps(rank: usize, players: usize) -> u32 {
    let others = players.saturating_sub(1).max(1);
    let behind = players.saturating_sub(rank);
    u32::try_from(behind.saturating_mul(10_000) / others).unwrap_or(0)
}

#[async_trait]
impl Kind for EndedPeriods {
    const NAME: &'static str = "ended_periods";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        for (game, closed) in self.boards.waiting() {
            self.record(game, &closed).await?;
        }
        let stored = self.boards.store().await?;
        let stored = i64::try_from(stored).unwrap_or(i64::MAX);
        job.progress(stored, Some(stored), "periods stored");
        Ok(Done::Finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_ten_leaves_all_others_behind_and_the_last_nobody() {
        let shares = [1, 2, 6, 10].map(|rank| left_behind_bps(rank, 10));
        assert_eq!(shares, [10_000, 8_888, 4_444, 0]);
        assert_eq!(left_behind_bps(1, 1), 0);
    }
}
