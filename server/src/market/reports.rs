//! Earnings reports of companies in a simulated market: their dates and results.

use domain::api::{ComingReport, EarningsView, ReportView};
use domain::market::{Report, STEPS_PER_DAY, Simulation};
use domain::{InstrumentId, Price, Timestamp};

use super::Market;
use super::past::Past;

/// Maximum past reports shown: three years.
const TOLD_MAX: usize = 12;
const TOLD_DAYS: i64 = 1_200;
/// How far ahead coming reports are listed, and how many.
const COMING_DAYS: i64 = 7;
const COMING_MAX: usize = 10;

impl Market {
    /// When an instrument reports, and what it has reported so far. `None` if it does not report.
    #[must_use]
    pub fn earnings(&self, instrument: InstrumentId) -> Option<EarningsView> {
        let Past::Computed(past) = &self.past else {
            return None;
        };
        let now = self.snapshot().at.seconds();
        let (simulation, index, first) = past.shown(instrument)?;
        let next = simulation.next_report(index, now);
        let oldest = now.saturating_sub(TOLD_DAYS.saturating_mul(STEPS_PER_DAY));
        let reports = simulation.reports(index, oldest.max(first), now);
        // A company that leaves has no next report.
        if next.is_none() && reports.is_empty() {
            return None;
        }
        let latest = reports.into_iter().rev().take(TOLD_MAX);
        Some(EarningsView {
            next: next.map(Timestamp::from_seconds),
            past: latest
                .map(|report| view(&simulation, index, report))
                .collect(),
        })
    }

    /// The companies that report within the next days, soonest first.
    #[must_use]
    pub fn coming_reports(&self) -> Vec<ComingReport> {
        let Past::Computed(past) = &self.past else {
            return Vec::new();
        };
        let snapshot = self.snapshot();
        let now = snapshot.at.seconds();
        let until = now.saturating_add(COMING_DAYS.saturating_mul(STEPS_PER_DAY));
        let instruments = snapshot.catalogue.instruments.iter();
        let coming = instruments.filter_map(|record| {
            let (simulation, index, _) = past.shown(record.id)?;
            let next = simulation.next_report(index, now)?;
            (next <= until).then(|| ComingReport {
                at: Timestamp::from_seconds(next),
                symbol: record.symbol,
                name: record.name.clone(),
            })
        });
        let mut coming: Vec<ComingReport> = coming.collect();
        coming.sort_by_key(|report| (report.at, report.symbol));
        coming.truncate(COMING_MAX);
        coming
    }
}

fn view(simulation: &Simulation, index: usize, report: Report) -> ReportView {
    let price = |step| simulation.price(index, step).unwrap_or_default();
    let before: Price = price(report.step.saturating_sub(1));
    let change = price(report.step).percent_since(before);
    ReportView {
        at: Timestamp::from_seconds(report.step),
        outcome: report.outcome,
        change_percent: change.unwrap_or_default(),
        headline: report.headline,
    }
}
