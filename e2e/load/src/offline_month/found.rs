//! What an offline month has shown: a table for people, JSON for programs.

use std::fmt::Write as _;

use domain::Money;
use e2e::database::DatabaseKind;
use serde::Serialize;

use super::refusals::Refused;
use crate::times::Times;

/// Everything that a run has found.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Processors of the machine, shared by all.
    pub processors: usize,
    pub database: DatabaseKind,
    pub days: u32,
    pub orders: usize,
    pub refused_orders: u32,
    /// Orders and passed days.
    pub inputs: usize,
    /// Of the result file.
    pub bytes: usize,
    pub played_in_s: f64,
    pub net_worth: Money,
    pub rows: Vec<Times>,
    pub refused: Vec<Refused>,
}

impl Found {
    /// The report for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "{} market days with {} orders, played in {:.0} s and checked on {}: {} inputs, {} bytes; {} processors \
             for all\n\n{}\nThe run, its file, the replay here and the server end with ${}.\n\nrefused:\n",
            self.days,
            self.orders,
            self.played_in_s,
            self.database.as_str(),
            self.inputs,
            self.bytes,
            self.processors,
            Times::table(&self.rows),
            self.net_worth
        );
        for one in &self.refused {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{}: {}: {}",
                one.changed,
                one.code.as_str(),
                one.reason
            );
        }
        text
    }
}
