//! A player's first steps, derived from the counters.

use serde::{Deserialize, Serialize};

use super::{Counter, Counters};

/// A first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FirstStep {
    /// Buy shares of a company.
    Buy,
    /// Write a real reason with an order.
    Reason,
    /// Leave an order waiting for its price.
    Wait,
}

impl FirstStep {
    /// The next first step of a player with these counters; none when all are done.
    ///
    /// ```
    /// use domain::progress::{Counter, Counters, FirstStep};
    /// let nobody = Counters::default();
    /// assert_eq!(FirstStep::next(&nobody), Some(FirstStep::Buy));
    /// assert_eq!(FirstStep::next(&nobody.with(Counter::Buys, 1)), Some(FirstStep::Reason));
    /// ```
    #[must_use]
    pub fn next(counters: &Counters) -> Option<Self> {
        let steps = [
            (Counter::Buys, Self::Buy),
            (Counter::Reasons, Self::Reason),
            (Counter::OrdersPlaced, Self::Wait),
        ];
        let open = steps
            .into_iter()
            .find(|(counter, _)| counters.get(*counter) == 0);
        open.map(|(_, step)| step)
    }
}
