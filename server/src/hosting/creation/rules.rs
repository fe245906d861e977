//! The rules of trading of a new game.

use domain::api::CreateGameRequest;
use domain::interest::InterestBook;
use domain::tax::Taxes;
use domain::{Fees, GameRules, Money, Timestamp};

use jiff::tz::TimeZone;

use super::{Wrong, hours};

const FEE_BPS_MAX: u32 = 1_000;
const HOLD_MINUTES_MAX: u32 = 7 * 24 * 60;
const CATEGORIES_MAX: usize = 50;

/// The requested trading rules, with what is wrong with them.
pub(super) fn of(
    wrong: &mut Wrong,
    request: &CreateGameRequest,
    (opens_at, closes_at): (Option<Timestamp>, Option<Timestamp>),
    (zone, now): (&TimeZone, Timestamp),
) -> GameRules {
    let cash = request.starting_cash.unwrap_or(Money::from_whole(10_000));
    let most = Money::from_whole(1_000_000_000);
    let enough = (Money::from_whole(1)..=most).contains(&cash);
    wrong.unless(enough, "starting_cash", "must be 1 to 1,000,000,000");
    let basis_points = request.fee_bps.unwrap_or(0);
    wrong.unless(
        basis_points <= FEE_BPS_MAX,
        "fee_bps",
        "must be at most 1000, which is 10%",
    );
    let fixed = request.fee_fixed.unwrap_or_default();
    let fair = fixed >= Money::ZERO && fixed <= cash;
    wrong.unless(
        fair,
        "fee_fixed",
        "must be zero or more, and less than the starting cash",
    );
    let percent = request.position_max_percent;
    let sensible = percent.is_none_or(|percent| (1..=100).contains(&percent));
    wrong.unless(sensible, "position_max_percent", "must be 1 to 100");
    let positive = request.price_min.is_none_or(|price| price.is_positive());
    wrong.unless(positive, "price_min", "must be above zero");
    let minutes = request.hold_minutes.unwrap_or(0);
    wrong.unless(
        minutes <= HOLD_MINUTES_MAX,
        "hold_minutes",
        "must be at most 10080, a week",
    );
    let taxes = taxes(wrong, request);
    let cash_interest_bps = request.cash_interest_bps.unwrap_or(0);
    wrong.unless(
        cash_interest_bps <= InterestBook::BPS_MAX,
        "cash_interest_bps",
        "must be at most 2000, which is 20%",
    );
    let few = request.categories.len() <= CATEGORIES_MAX;
    wrong.unless(few, "categories", "are too many");
    GameRules {
        opens_at,
        closes_at,
        starting_cash: cash,
        fractional: request.fractional,
        fees: Fees {
            basis_points,
            fixed,
        },
        categories: request.categories.clone(),
        position_max_percent: percent.filter(|percent| *percent < 100),
        price_min: request.price_min,
        hold_seconds: minutes.saturating_mul(60),
        taxes,
        cash_interest_bps,
        hours: hours::of(wrong, request, zone, now),
        ..GameRules::open_league()
    }
}

/// A tax with zero rates counts as no tax.
fn taxes(wrong: &mut Wrong, request: &CreateGameRequest) -> Option<Taxes> {
    let short = request.tax_short_percent;
    let long = request.tax_long_percent.or(short);
    for (field, percent) in [("tax_short_percent", short), ("tax_long_percent", long)] {
        let fair = percent.unwrap_or(0).saturating_mul(100) <= Taxes::BPS_MAX;
        wrong.unless(fair, field, "must be at most 90");
    }
    let bps = |percent: Option<u32>| percent.unwrap_or(0).saturating_mul(100);
    let taxes = Taxes {
        short_term_bps: bps(short),
        long_term_bps: bps(long),
    };
    (taxes.short_term_bps > 0 || taxes.long_term_bps > 0).then_some(taxes)
}
