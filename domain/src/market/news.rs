//! News: jumps as headlines.

use super::calendar::{first_step, held, last_step};
use super::fixed::{ONE_Q32, times_e_to};
use super::headline::{company_headline, fund_headline, market_headline, sector_headline};
use super::jump::Jump;
use super::simulation::{Simulation, Source};
use crate::Day;
use crate::market::Tracks;

/// An event that moved prices from its step on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsEvent {
    /// The first step whose prices know of it.
    pub step: i64,
    /// Which instruments it moved.
    pub subject: Subject,
    /// The direction.
    pub direction: Direction,
    /// The signed size in basis points: exact for an instrument; for market and sector, that of an
    /// instrument that follows at 100 %.
    pub size_bps: i32,
    /// The headline.
    pub headline: String,
}

/// The scope of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// All instruments.
    Market,
    /// The instruments of a category.
    Sector(&'static str),
    /// One instrument, by its index.
    Instrument(usize),
}

/// The direction of a price move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It rose.
    Up,
    /// It fell.
    Down,
}

impl Direction {
    fn of(size_bps: i32) -> Self {
        if size_bps < 0 { Self::Down } else { Self::Up }
    }
}

impl Simulation {
    /// The news of a day, earliest first.
    #[must_use]
    pub fn news(&self, day: Day) -> Vec<NewsEvent> {
        self.news_between(first_step(day).saturating_sub(1), last_step(day))
    }

    /// The news after one step, up to and including another, earliest first.
    #[must_use]
    pub fn news_between(&self, after: i64, until: i64) -> Vec<NewsEvent> {
        // The very first step has no predecessor, and its news must not be lost.
        let (after, until) = (after.max(-1), held(until));
        let mut news = Vec::new();
        let mut tell =
            |jumps: &[Jump], subject: Subject, headline: &dyn Fn(Direction, u64) -> String| {
                for jump in jumps {
                    let size_bps = change_bps(jump.size);
                    let direction = Direction::of(size_bps);
                    news.push(NewsEvent {
                        step: jump.step,
                        subject,
                        direction,
                        size_bps,
                        headline: headline(direction, jump.pick),
                    });
                }
            };
        tell(
            &self.market.jumps.between(after, until),
            Subject::Market,
            &market_headline,
        );
        for sector in &self.sectors {
            if !self.follows(sector.name) {
                continue;
            }
            let jumps = sector.stream.jumps.between(after, until);
            tell(&jumps, Subject::Sector(sector.name), &|direction, pick| {
                sector_headline(sector.name, direction, pick)
            });
        }
        for (instrument, source) in self.sources.iter().enumerate() {
            let Source::Mover { mover, .. } = source else {
                continue;
            };
            let Some(one) = self.characters.get(instrument) else {
                continue;
            };
            let end = self.left(instrument).map_or(until, |left| left.end);
            let jumps = mover.stream.jumps.between(after, until.min(end));
            tell(
                &jumps,
                Subject::Instrument(instrument),
                &|direction, pick| match one.tracks {
                    Tracks::Company | Tracks::Newcomer => company_headline(one, direction, pick),
                    _ => fund_headline(one.name, direction, pick),
                },
            );
        }
        for instrument in 0..self.sources.len() {
            let reports = self.reports(instrument, after, until).into_iter();
            news.extend(reports.map(|report| NewsEvent {
                step: report.step,
                subject: Subject::Instrument(instrument),
                direction: Direction::of(report.change_bps),
                size_bps: report.change_bps,
                headline: report.headline,
            }));
        }
        news.sort_by_key(|event| (event.step, event.subject));
        news
    }

    /// Whether an instrument has no news of its own after one step and until another.
    pub(super) fn tells_nothing(&self, instrument: usize, after: i64, until: i64) -> bool {
        let jumps = match self.sources.get(instrument) {
            Some(Source::Mover { mover, .. }) => mover.stream.jumps.between(after, until),
            _ => Vec::new(),
        };
        jumps.is_empty() && self.reports(instrument, after, until).is_empty()
    }

    /// Whether a sector's news moves anything.
    fn follows(&self, sector: &str) -> bool {
        self.characters
            .iter()
            .zip(&self.sources)
            .any(|(character, source)| {
                character.category == sector
                    && matches!(source, Source::Mover { mover, .. } if mover.sector_jumps > 0)
            })
    }
}

/// The price change that adding to its logarithm makes, in basis points, rounded.
pub(super) fn change_bps(size_q32: i64) -> i32 {
    // A jump is at most 0.75, far from the range of the power.
    let size = size_q32.clamp(ONE_Q32.saturating_neg(), ONE_Q32);
    let grown = times_e_to(100_000_000, size).saturating_sub(100_000_000);
    let rounded = grown.saturating_add(grown.signum().saturating_mul(5_000)) / 10_000;
    i32::try_from(rounded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::fixed::BASIS_POINT_Q32;

    #[test]
    fn the_size_is_the_change_of_the_price() {
        assert_eq!(change_bps(0), 0);
        // e^0.05 is 1.05127 and e^-0.05 is 0.95123.
        assert_eq!(change_bps(BASIS_POINT_Q32.saturating_mul(500)), 513);
        assert_eq!(change_bps(BASIS_POINT_Q32.saturating_mul(-500)), -488);
    }
}
