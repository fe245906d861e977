//! What a plan would have earned in a scenario of the simulated market.

use super::{INDEX_FUND, Planned, Scenario};
use crate::market::{Simulation, catalogue};
use crate::{Money, Percent};

impl Scenario {
    /// The return of a plan in percent, bought at the start and held until the end, with dividends reinvested
    /// and without fees. The unplanned rest stays in cash. None on imported history, whose prices are not here.
    #[must_use]
    pub fn plan_return(&self, plan: &[Planned]) -> Option<Percent> {
        if self.history.is_some() {
            return None;
        }
        let market = Simulation::new(self.seed, catalogue());
        let (first, last) = (self.step_of(1), self.end_step());
        let mut gained = Money::ZERO;
        let whole = Money::from_whole(1_000_000);
        for part in plan {
            let place = market.find_instrument(part.symbol.as_str())?;
            let category = market.characters().get(place)?.category;
            let before = i128::from(market.price(place, first)?.units());
            let after = i128::from(self.moved(market.price(place, last)?.units(), category));
            let share = i128::from(whole.units()).checked_mul(i128::from(part.percent))?;
            let bought = share.checked_div(100)?;
            let worth = bought.checked_mul(after)?.checked_div(before)?;
            let profit = Money::from_units(i64::try_from(worth.checked_sub(bought)?).ok()?);
            gained = gained.checked_add(profit)?;
        }
        gained.percent_of(whole)
    }

    /// The return of the whole-market fund, computed as in [`Scenario::plan_return`].
    #[must_use]
    pub fn index_return(&self) -> Option<Percent> {
        let symbol = INDEX_FUND.parse().ok()?;
        self.plan_return(&[Planned {
            symbol,
            percent: 100,
        }])
    }

    /// Price units after all events so far have moved them.
    fn moved(&self, units: i64, category: &str) -> i64 {
        let of_it = self.events.iter().filter(|event| {
            let mut moved = event.categories.iter();
            moved.any(|one| one == category)
        });
        of_it.fold(units, |units, event| {
            let percent = i64::from(event.percent).saturating_add(100);
            units.saturating_mul(percent).div_euclid(100).max(1)
        })
    }
}
