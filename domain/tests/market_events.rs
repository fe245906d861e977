//! What happens to the companies of the simulated market on days that are known beforehand.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "steps and prices, far from any limit, and a test may stop"
)]

use domain::market::{
    DEFAULT_ORIGIN, DEFAULT_SEED, Departure, LAST_STEP, LEAVING_DAYS, Leaving, ReportOutcome,
    STEPS_PER_DAY, Simulation, Subject, Tracks, catalogue, first_step, last_step, leaving_day,
    newcomers,
};
use domain::{CorporateAction, Day, Price};
use proptest::prelude::*;

fn origin() -> i64 {
    first_step(Day::from_number(DEFAULT_ORIGIN))
}

fn units(market: &Simulation, instrument: usize, step: i64) -> i64 {
    market.price(instrument, step).map_or(0, Price::units)
}

#[test]
fn each_company_reports_four_times_a_year_and_nothing_else_does() {
    let all: Vec<_> = catalogue().iter().chain(newcomers()).copied().collect();
    let market = Simulation::new(7, &all);
    let ten_years = origin() + 3_653 * STEPS_PER_DAY;
    let mut days = std::collections::HashSet::new();
    for (instrument, one) in all.iter().enumerate() {
        let reports = market.reports(instrument, origin(), ten_years);
        if matches!(one.tracks, Tracks::Company | Tracks::Newcomer) {
            assert!((40..=41).contains(&reports.len()), "{}", one.symbol);
            let gaps = reports.windows(2).map(|pair| pair[1].step - pair[0].step);
            assert!(gaps.into_iter().all(|gap| gap == 91 * STEPS_PER_DAY));
            days.insert(reports[0].step / STEPS_PER_DAY);
        } else {
            assert!(reports.is_empty(), "{}", one.symbol);
            assert_eq!(market.next_report(instrument, origin()), None);
        }
    }
    assert!(days.len() > 50, "they are spread over the three months");
}

#[test]
fn the_market_that_everybody_begins_with_is_still_worth_playing_in() {
    let market = Simulation::new(DEFAULT_SEED, catalogue());
    let year = |years: i64| market.index(origin() + years * 365 * STEPS_PER_DAY).units() / 10_000;
    let levels: Vec<i64> = (0..=12).map(year).collect();
    let falls = levels.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!(levels[10] > 1_500 && (1..=5).contains(&falls), "{levels:?}");
}

#[test]
fn a_report_says_what_the_price_does_and_the_price_does_it_at_its_second() {
    let market = Simulation::new(7, catalogue());
    let (mut better, mut as_expected, mut worse) = (0, 0, 0);
    for instrument in 0..120 {
        for report in market.reports(instrument, origin(), origin() + 3_653 * STEPS_PER_DAY) {
            let before = units(&market, instrument, report.step - 1);
            let moved = (units(&market, instrument, report.step) - before) * 10_000 / before;
            let told = i64::from(report.change_bps);
            // To within what else a second may bring, and to a tick.
            let near = (moved - told).abs() <= 60 + 1_000_000 / before;
            // Beyond twenty times its start a price is bent, and moves less.
            let start = catalogue()[instrument].start_price().units();
            let bent = !(1..400).contains(&(20 * before / start));
            assert!(near || bent, "{report:?} moved {moved}");
            match report.outcome {
                ReportOutcome::Better => {
                    better += 1;
                    assert!(told > 0, "{report:?}");
                }
                ReportOutcome::AsExpected => {
                    as_expected += 1;
                    assert!(told.abs() < 200, "{report:?}");
                }
                ReportOutcome::Worse => {
                    worse += 1;
                    assert!(told < 0, "{report:?}");
                }
            }
            assert!(!report.headline.contains(['{', '}']), "{report:?}");
        }
    }
    // Nobody can guess the direction.
    let all = better + as_expected + worse;
    assert!(
        better * 100 > all * 40 && worse * 100 > all * 40,
        "{better} {worse}"
    );
    assert!(as_expected * 100 > all * 5, "{as_expected} of {all}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_next_report_is_the_one_that_comes(seed: u64, instrument in 0..120_usize, step in 0..LAST_STEP) {
        let market = Simulation::new(seed, catalogue());
        let until = step + 92 * STEPS_PER_DAY;
        let next = market.next_report(instrument, step);
        let reports = market.reports(instrument, step, until);
        prop_assert_eq!(next, reports.first().map(|report| report.step));
        if let Some(next) = next {
            prop_assert!(next > step && next <= step + 91 * STEPS_PER_DAY);
            // Before, it is nowhere in the news; from its second on it is.
            let of_it = |after, until| {
                let news = market.news_between(after, until);
                let mut news = news.into_iter();
                news.any(|event| event.subject == Subject::Instrument(instrument) && event.step == next)
            };
            prop_assert!(of_it(next - 1, next) && !of_it(step, next - 1));
        }
    }
}

/// A market with a company that leaves it: announced on some day of 2026.
fn leaving(seed: u64) -> (Simulation, Simulation, Departure) {
    let base = Simulation::new(seed, catalogue());
    let announced = first_step(Day::from_number(20_500)) + 40_000;
    let departure = (0..40)
        .find_map(|days| base.departure(3, announced + days * STEPS_PER_DAY))
        .expect("within forty days some company tells nothing for a month");
    let market = base.with_departures(&[departure]);
    (base, market, departure)
}

#[test]
fn whoever_is_taken_over_trades_just_below_the_offer_and_a_bankrupt_company_fades() {
    let (mut taken_over, mut bankrupt) = (0, 0);
    for seed in 0..40 {
        let (base, market, departure) = leaving(seed);
        let place = departure.instrument;
        let end = first_step(departure.day());
        let before = units(&base, place, departure.announced - 1);
        let traded = |step| market.traded_price(place, step).map_or(0, Price::units);
        let last = market.final_price(place).map_or(0, Price::units);
        assert_eq!(
            traded(end),
            last,
            "what is traded in the end is what is paid"
        );
        assert_eq!(traded(end + 1_000 * STEPS_PER_DAY), last);
        let during = (departure.announced..end).step_by(3_600);
        match departure.leaving {
            Leaving::Takeover { premium_percent } => {
                taken_over += 1;
                let offer = units(&market, place, end);
                let premium = (offer - before) * 100 / before;
                assert!(
                    (premium - i64::from(premium_percent)).abs() <= 1,
                    "{premium}"
                );
                for step in during {
                    let price = units(&market, place, step);
                    assert!(
                        price <= offer && price * 100 >= offer * 98,
                        "{price} {offer}"
                    );
                }
            }
            Leaving::Bankruptcy {
                first_percent,
                last_percent,
            } => {
                bankrupt += 1;
                let first = units(&market, place, departure.announced) * 100 / before;
                assert!((first - i64::from(first_percent)).abs() <= 2, "{first}");
                let path = units(&base, place, end - 1);
                let left = units(&market, place, end) * 100 / path;
                assert!(
                    (left - i64::from(last_percent)).abs() <= 2,
                    "{left} of {path}"
                );
            }
        }
    }
    assert!(taken_over > 15 && bankrupt > 5, "{taken_over} {bankrupt}");
}

#[test]
fn a_departure_changes_nothing_else_and_the_index_goes_on_without_a_step() {
    for seed in 0..12 {
        let (base, market, departure) = leaving(seed);
        let end = first_step(departure.day());
        let held = |character: &domain::market::Character| match character.tracks {
            Tracks::Index => true,
            Tracks::Sector(name) => name == catalogue()[departure.instrument].category,
            Tracks::Company | Tracks::Itself | Tracks::Newcomer => false,
        };
        for step in [departure.announced, end - 1, end, end + 500 * STEPS_PER_DAY] {
            let pairs = base.quotes(step).into_iter().zip(market.quotes(step));
            for (place, (as_before, now)) in pairs.enumerate() {
                if place != departure.instrument && !held(&catalogue()[place]) {
                    assert_eq!(as_before, now, "{}", catalogue()[place].symbol);
                }
                assert_eq!(market.price(place, step), Some(now));
            }
        }
        let before = departure.announced - 1;
        assert_eq!(base.quotes(before), market.quotes(before));
        assert_eq!(base.index(before), market.index(before));
        let funds = (0..catalogue().len()).filter(|place| held(&catalogue()[*place]));
        for fund in funds {
            let (last, first) = (units(&market, fund, end - 1), units(&market, fund, end));
            assert!((first - last).abs() <= last / 500 + 100, "{last} {first}");
        }
        let (last, first) = (market.index(end - 1).units(), market.index(end).units());
        assert!((first - last).abs() <= last / 1_000, "{last} {first}");
        // Afterwards it does what the others do, and no more.
        let later = end + 90 * STEPS_PER_DAY;
        let grown =
            |market: &Simulation| market.index(later).units() * 10_000 / market.index(end).units();
        assert!((grown(&base) - grown(&market)).abs() < 300);
    }
}

#[test]
fn candles_of_funds_agree_with_their_prices_around_a_departure() {
    let (_, market, departure) = leaving(5);
    let last = departure.day().plus_days(-1);
    for day in [
        departure.day().plus_days(-31),
        last,
        departure.day(),
        departure.day().plus_days(1),
    ] {
        let close = last_step(day);
        let candles = market.day_candles(day);
        for (place, candle) in candles.iter().enumerate() {
            let price = market.traded_price(place, close);
            assert_eq!(Some(candle.close), price, "{place} on {day}");
            let one = market.day_candle(place, day);
            let gone = place == departure.instrument && day > last;
            assert_eq!(one, (!gone).then_some(*candle), "{place} on {day}");
        }
    }
}

#[test]
fn a_company_that_leaves_is_given_up_once_and_tells_nothing_more() {
    for seed in 0..12 {
        let (base, market, departure) = leaving(seed);
        let place = departure.instrument;
        let (first, day) = (Day::from_number(DEFAULT_ORIGIN), departure.day());
        let all = market.actions(place, first, Day::from_number(60_000));
        let (last, earlier) = all.split_last().expect("it leaves");
        let price = market.final_price(place).expect("something is paid");
        assert_eq!(
            (last.day, last.action),
            (day, CorporateAction::Delisting { price })
        );
        assert_eq!(earlier, base.actions(place, first, day.plus_days(-1)));
        let notice = market.actions(place, domain::market::day_of(departure.announced), day);
        assert_eq!(notice.len(), 1, "nothing else changes its price meanwhile");
        let after = market.news_between(departure.announced, LAST_STEP);
        let mut of_it = after.iter().map(|event| event.subject);
        assert!(!of_it.any(|subject| subject == Subject::Instrument(place)));
        assert_eq!(market.next_report(place, departure.announced), None);
        let category = catalogue()[place].category;
        let others = catalogue().iter().filter(|one| one.category == category);
        assert!(catalogue()[place].tracks == Tracks::Company && others.count() > 4);
        // Nobody leaves twice.
        let again = market.with_departures(&[Departure {
            announced: LAST_STEP / 2,
            ..departure
        }]);
        assert_eq!(again.departure_of(place), Some(departure));
    }
}

#[test]
fn each_stretch_may_bring_one_departure_on_a_day_of_its_own() {
    let mut days = std::collections::HashSet::new();
    for stretch in 70..170 {
        let first = Day::from_number(stretch * LEAVING_DAYS);
        let (number, day) = leaving_day(7, first);
        assert_eq!(
            (number, day),
            leaving_day(7, first.plus_days(LEAVING_DAYS - 1))
        );
        assert!(number == stretch && (first..first.plus_days(LEAVING_DAYS)).contains(&day));
        days.insert(day.number() - first.number());
    }
    assert!(days.len() > 30, "{days:?}");
}
