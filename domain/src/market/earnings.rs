//! Earnings: four times a year each company reports its earnings, at an instant known in advance.
//! The content is not.
//!
//! Day and time are derived from the seed and the symbol, and repeat every 91 days. A report moves the price
//! instantly and permanently: up or down with equal chance, by zero to twice the mean move of the company's
//! news.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a second of 91 days is below 2^23; a mean jump is at most half of a Q32"
)]

use serde::{Deserialize, Serialize};

use super::calendar::{STEPS_PER_DAY, held};
use super::character::{Character, Tracks};
use super::headline::report_headline;
use super::jump::{Jump, Jumps, REPORT_DAYS};
use super::news::change_bps;
use super::noise::{below, random, stream_key};
use super::simulation::{Simulation, Source};

/// Reports come out between these hours, on a quarter hour.
const FIRST_HOUR: i64 = 7;
const LAST_HOUR: i64 = 21;
const QUARTER_S: i64 = 900;

/// What a company reported for the last quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The first step whose price knows of it.
    pub step: i64,
    /// How its earnings compare with expectations.
    pub outcome: ReportOutcome,
    /// How far it moved the price, in basis points and with its sign.
    pub change_bps: i32,
    /// The headline.
    pub headline: String,
}

/// How earnings compare with expectations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportOutcome {
    /// It earned more.
    Better,
    /// It earned so close to what was expected that the price hardly moved.
    AsExpected,
    /// It earned less.
    Worse,
}

/// The mean move of a report, in basis points; none for instruments that are not companies.
pub(super) fn report_bps(character: &Character) -> Option<u32> {
    let reports = matches!(character.tracks, Tracks::Company | Tracks::Newcomer);
    reports.then_some(character.temper.jump_bps)
}

/// The reports of a company; none for instruments that are not companies.
pub(super) fn reports_of(seed: u64, character: &Character, origin_step: i64) -> Option<Jumps> {
    let mean_bps = report_bps(character)?;
    let when = random(stream_key(seed, 71, character.symbol), 0);
    let day = below((when >> 32) as u32, REPORT_DAYS);
    let quarters = (LAST_HOUR - FIRST_HOUR) * 3_600 / QUARTER_S;
    let quarter = below(when as u32, quarters);
    let second = day * STEPS_PER_DAY + FIRST_HOUR * 3_600 + quarter * QUARTER_S;
    let key = stream_key(seed, 70, character.symbol);
    Some(Jumps::of_reports(key, second, mean_bps, origin_step))
}

/// The surprise of a report: a move of less than a fifth of the mean is none.
fn outcome(jump: &Jump, mean_q32: i64) -> ReportOutcome {
    if jump.size.abs() * 5 < mean_q32 {
        ReportOutcome::AsExpected
    } else if jump.size > 0 {
        ReportOutcome::Better
    } else {
        ReportOutcome::Worse
    }
}

/// A report of a company in words.
pub(super) fn told(character: &Character, reports: &Jumps, jump: &Jump) -> Report {
    let outcome = outcome(jump, reports.mean());
    Report {
        step: jump.step,
        outcome,
        change_bps: change_bps(jump.size),
        headline: report_headline(character.name, outcome, jump.pick),
    }
}

impl Simulation {
    /// The reports of an instrument after one step, up to and including another, earliest first; none for
    /// instruments that are not companies or have left.
    #[must_use]
    pub fn reports(&self, instrument: usize, after: i64, until: i64) -> Vec<Report> {
        let Some((character, reports)) = self.reporting(instrument) else {
            return Vec::new();
        };
        let end = self.left(instrument).map_or(until, |left| left.end);
        let jumps = reports.between(after.max(-1), held(until.min(end)));
        jumps
            .iter()
            .map(|jump| told(character, reports, jump))
            .collect()
    }

    /// The step of an instrument's next report after a step, which is public in advance.
    #[must_use]
    pub fn next_report(&self, instrument: usize, after: i64) -> Option<i64> {
        let (_, reports) = self.reporting(instrument)?;
        let after = held(after);
        let until = held(after + REPORT_DAYS * STEPS_PER_DAY);
        let coming = reports.between(after, until).first()?.step;
        let left = self.left(instrument);
        left.is_none_or(|left| coming < left.end).then_some(coming)
    }

    fn reporting(&self, instrument: usize) -> Option<(&Character, &Jumps)> {
        let Source::Mover { mover, .. } = self.sources.get(instrument)? else {
            return None;
        };
        let reports = mover.stream.reports.as_ref()?;
        Some((self.characters.get(instrument)?, reports))
    }
}
