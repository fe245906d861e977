//! Amounts rounded to cents.

use super::Money;

/// Units in a cent.
const CENT: i64 = 100;

impl Money {
    /// In whole cents, rounded down.
    #[must_use]
    pub fn whole_cents(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(CENT)))
    }

    /// In whole cents, rounded up: what has to be there to cover the amount.
    #[must_use]
    pub fn whole_cents_up(self) -> Self {
        self.negated().whole_cents().negated()
    }

    /// In whole cents, rounded as pages show it: half a cent rounds away from zero.
    #[must_use]
    pub fn to_cents(self) -> Self {
        let half = if self.0 < 0 { -CENT / 2 } else { CENT / 2 };
        let rounded = self.0.saturating_add(half);
        Self(rounded.saturating_sub(rounded % CENT))
    }
}
