//! What holds in every simulated market, whatever its seed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "statistics of prices, far from any limit"
)]

use std::collections::HashSet;

use domain::market::{
    CANDLE_SAMPLE_STEPS, Character, DEFAULT_ORIGIN, Direction, LAST_STEP, STEPS_PER_DAY,
    Simulation, Subject, Tracks, WILD, catalogue, day_of, first_step, last_step,
};
use domain::{Day, Price, Symbol};
use proptest::prelude::*;

fn day(number: i64) -> Day {
    Day::from_number(i32::try_from(number).unwrap_or_default())
}

fn origin_step() -> i64 {
    i64::from(DEFAULT_ORIGIN) * STEPS_PER_DAY
}

fn units(price: Price) -> i64 {
    price.units()
}

/// Logarithmic returns from day to day.
fn returns(market: &Simulation, instrument: usize, days: i64) -> Vec<f64> {
    let closes: Vec<f64> = (0..=days)
        .filter_map(|past| market.price(instrument, origin_step() + past * STEPS_PER_DAY))
        .map(|price| (units(price) as f64).ln())
        .collect();
    closes.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn small(seed: u64) -> Simulation {
    Simulation::new(seed, catalogue().get(..8).unwrap_or_default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_same_seed_gives_the_same_market_and_another_a_different_one(seed: u64, step in 0..=LAST_STEP) {
        let market = small(seed);
        prop_assert_eq!(market.quotes(step), small(seed).quotes(step));
        let far = origin_step() + 1_000 * STEPS_PER_DAY;
        prop_assert_ne!(market.quotes(far), small(seed ^ 1).quotes(far));
    }

    #[test]
    fn one_price_is_that_of_all_quotes_in_whatever_order(seed: u64, from in 0..LAST_STEP - 60) {
        let market = Simulation::new(seed, catalogue());
        let forwards: Vec<_> = (from..from + 20).map(|step| (step, market.quotes(step))).collect();
        for (step, quotes) in forwards.into_iter().rev() {
            for (instrument, quote) in quotes.iter().enumerate() {
                prop_assert_eq!(market.price(instrument, step), Some(*quote), "{}", step);
            }
        }
        prop_assert_eq!(market.price(catalogue().len(), from), None);
    }

    #[test]
    fn a_second_without_news_moves_a_price_little(seed: u64, from in 0..LAST_STEP - 200) {
        let market = small(seed);
        for step in from..from + 200 {
            if !market.news_between(step, step + 1).is_empty() {
                continue;
            }
            for (before, after) in market.quotes(step).into_iter().zip(market.quotes(step + 1)) {
                // Half a percent, or the tick of a price that is small.
                let limit = units(before) / 200 + 100;
                prop_assert!((units(after) - units(before)).abs() <= limit, "{before} {after} at {step}");
            }
        }
    }

    #[test]
    fn a_candle_holds_the_prices_of_its_samples(seed: u64, number in 0..65_536_i64) {
        let market = Simulation::new(seed, catalogue());
        let candles = market.day_candles(day(number));
        let start = first_step(day(number));
        let steps = (start..start + STEPS_PER_DAY).step_by(CANDLE_SAMPLE_STEPS as usize);
        let mut seen = vec![(i64::MAX, i64::MIN); candles.len()];
        for step in steps.chain([last_step(day(number))]) {
            for ((low, high), quote) in seen.iter_mut().zip(market.traded_quotes(step)) {
                *low = (*low).min(units(quote));
                *high = (*high).max(units(quote));
            }
        }
        let (opens, closes) = (market.traded_quotes(start), market.traded_quotes(last_step(day(number))));
        for (instrument, candle) in candles.iter().enumerate() {
            prop_assert_eq!(candle.open, opens[instrument]);
            prop_assert_eq!(candle.close, closes[instrument]);
            prop_assert_eq!((units(candle.low), units(candle.high)), seen[instrument]);
            prop_assert!(candle.volume > 0);
            prop_assert_eq!(market.day_candle(instrument, day(number)), Some(*candle));
        }
    }

    #[test]
    fn a_day_that_is_not_over_is_the_beginning_of_the_whole(seed: u64, second in 0..STEPS_PER_DAY) {
        let market = small(seed);
        let now = origin_step() + second;
        for (part, whole) in market.day_candles_until(now).iter().zip(market.day_candles(day_of(now))) {
            prop_assert_eq!(part.open, whole.open);
            prop_assert!(part.low <= part.close && part.close <= part.high);
        }
        prop_assert_eq!(
            market.day_candles_until(now).iter().map(|candle| candle.close).collect::<Vec<_>>(),
            market.traded_quotes(now)
        );
    }

    // Between two samples a price may be beyond those that the candle of the whole day knows.
    #[test]
    fn more_is_traded_the_longer_a_day_lasts(seed: u64, sample in 0..STEPS_PER_DAY / CANDLE_SAMPLE_STEPS) {
        let market = small(seed);
        let now = origin_step() + sample * CANDLE_SAMPLE_STEPS;
        for (part, whole) in market.day_candles_until(now).iter().zip(market.day_candles(day_of(now))) {
            prop_assert!(part.volume <= whole.volume);
        }
    }

    #[test]
    fn days_meet_at_their_borders(seed: u64, number in 0..65_535_i64) {
        let market = small(seed);
        let (today, tomorrow) = (market.day_candles(day(number)), market.day_candles(day(number + 1)));
        let quiet = market.news_between(last_step(day(number)), first_step(day(number + 1))).is_empty();
        for (instrument, (today, tomorrow)) in today.iter().zip(&tomorrow).enumerate() {
            if !market.actions(instrument, tomorrow.day, tomorrow.day).is_empty() {
                continue;
            }
            let gap = (units(tomorrow.open) - units(today.close)).abs();
            // A split magnifies the tick of the price before it.
            let before_splits = market.price(instrument, last_step(day(number))).map_or(1, units);
            let tick = 100 * (units(today.close) / before_splits).max(1);
            prop_assert!(!quiet || gap <= units(today.close) / 200 + tick);
        }
    }

    #[test]
    fn news_moves_its_instrument_at_its_second(seed: u64, number in 15_000..25_000_i64) {
        let market = Simulation::new(seed, catalogue());
        for number in number..number + 10 {
            let news = market.news(day(number));
            prop_assert!(news.is_sorted_by_key(|event| event.step));
            for event in &news {
                prop_assert_eq!(day_of(event.step), day(number));
                prop_assert_eq!(event.size_bps < 0, event.direction == Direction::Down);
                let told = !event.headline.is_empty() && !event.headline.contains(['{', '}']);
                prop_assert!(told, "{}", event.headline);
                let Subject::Instrument(instrument) = event.subject else { continue };
                // Two pieces of news may come in the same second.
                if news.iter().filter(|other| other.step == event.step).count() > 1 {
                    continue;
                }
                let change = |step| market.price(instrument, step).map_or(0, units);
                let (before, after) = (change(event.step - 1), change(event.step));
                // To within what else a second may bring; where prices are bent, less.
                let moved = (after - before) * 10_000 / before;
                let bent = !(1..400).contains(&(20 * before / start_of(&market, instrument).max(1)));
                let size = i64::from(event.size_bps);
                let near = (moved - size).abs() <= 60 + size.abs() / 10 + 1_000_000 / before;
                prop_assert!(near || bent, "{event:?} moved {moved}");
            }
        }
    }

    #[test]
    fn no_price_leaves_its_range_in_a_century(seed: u64, step in 0..=LAST_STEP) {
        let market = Simulation::new(seed, catalogue());
        for (one, quote) in catalogue().iter().zip(market.quotes(step)) {
            prop_assert!(units(quote) >= 100, "{}", one.symbol);
            prop_assert!(units(quote) <= units(one.start_price()) * 404, "{}", one.symbol);
        }
        let _ = market.index(step);
    }

    #[test]
    fn any_character_and_any_step_has_a_price(
        seed: u64,
        step: i64,
        cents: u32,
        drift: i32,
        numbers in prop::array::uniform5(any::<u32>()),
    ) {
        let [volatility_bps, market_percent, sector_percent, jumps_per_year, jump_bps] = numbers;
        let mut wild = catalogue()[0];
        wild.start_cents = cents;
        wild.typical_volume = volatility_bps;
        wild.size_millions = market_percent;
        wild.temper = domain::market::Temper {
            drift_bps: drift, volatility_bps, market_percent, sector_percent, jumps_per_year, jump_bps,
        };
        let mut fund = wild;
        fund.tracks = Tracks::Index;
        let market = Simulation::new(seed, &[wild, fund]);
        for step in [step, step.rem_euclid(LAST_STEP), i64::MIN, i64::MAX] {
            prop_assert!(market.quotes(step).into_iter().all(|price| units(price) >= 100));
            prop_assert_eq!(market.day_candles_until(step).len(), 2);
            prop_assert!(units(market.index(step)) > 0);
        }
        prop_assert!(market.news_between(step.saturating_sub(STEPS_PER_DAY), step).len() < 30);
    }
}

fn start_of(market: &Simulation, instrument: usize) -> i64 {
    market
        .characters()
        .get(instrument)
        .map_or(1, |one| units(one.start_price()))
}

#[test]
fn every_instrument_costs_its_start_price_at_the_origin() {
    for origin in [0, 10_000, DEFAULT_ORIGIN, 65_535] {
        let market = Simulation::starting_on(5, catalogue(), Day::from_number(origin));
        let step = first_step(Day::from_number(origin));
        let starts: Vec<Price> = catalogue().iter().map(Character::start_price).collect();
        assert_eq!(market.quotes(step), starts, "{origin}");
        assert_eq!(market.index(step), Price::from_whole(1_000));
    }
}

#[test]
fn the_catalogue_is_well_formed() {
    let all = catalogue();
    let companies: Vec<_> = all
        .iter()
        .filter(|one| one.tracks == Tracks::Company)
        .collect();
    assert_eq!(companies.len(), 120);
    let sectors: HashSet<_> = companies.iter().map(|one| one.category).collect();
    assert_eq!(sectors.len(), 12);
    let symbols: HashSet<_> = all.iter().map(|one| one.symbol).collect();
    let names: HashSet<_> = all.iter().map(|one| one.name).collect();
    assert_eq!((symbols.len(), names.len()), (all.len(), all.len()));
    for one in all {
        assert!(one.symbol.parse::<Symbol>().is_ok(), "{}", one.symbol);
        for text in [one.description, one.plain_words, one.fun_fact] {
            assert!((20..=200).contains(&text.len()), "{}: {text}", one.symbol);
            assert!(text.ends_with(['.', '!', '?']), "{}: {text}", one.symbol);
        }
        if let Tracks::Sector(name) = one.tracks {
            assert!(
                companies.iter().any(|company| company.category == name),
                "{name}"
            );
        }
    }
}

#[test]
fn a_new_instrument_leaves_all_others_as_they_were() {
    let before = Simulation::new(11, &catalogue()[..40]);
    let newcomer = Character {
        symbol: "NEWCO",
        temper: WILD,
        ..catalogue()[3]
    };
    let mut more = vec![newcomer];
    more.extend_from_slice(&catalogue()[..40]);
    let after = Simulation::new(11, &more);
    for step in (origin_step()..LAST_STEP).step_by(100_000_007) {
        assert_eq!(before.quotes(step), after.quotes(step)[1..]);
    }
}

#[test]
fn the_index_fund_does_what_the_index_does() {
    let market = Simulation::new(3, catalogue());
    let fund = market.find_instrument("TQ.ALL").unwrap_or(usize::MAX);
    for step in (0..LAST_STEP).step_by(50_000_017) {
        // The fund starts at 100.00 and the index at 1,000.00; both are rounded to hundredths.
        let fund = market.price(fund, step).map_or(0, units);
        let index = units(market.index(step));
        assert!((fund * 10 - index).abs() <= 600, "{fund} {index}");
    }
}

#[test]
fn the_index_is_a_basket_that_anyone_can_recompute() {
    let market = Simulation::new(3, catalogue());
    let step = origin_step() + 700 * STEPS_PER_DAY + 4_242;
    let (mut worth, mut sizes) = (0.0, 0.0);
    for (one, quote) in catalogue().iter().zip(market.quotes(step)) {
        if one.tracks == Tracks::Company {
            let size = f64::from(one.size_millions);
            worth += size * units(quote) as f64 / units(one.start_price()) as f64;
            sizes += size;
        }
    }
    let index = units(market.index(step)) as f64 / 10_000.0;
    assert!((worth / sizes * 1_000.0 - index).abs() < 0.02, "{index}");
}

#[test]
fn prices_of_one_sector_move_together_more_than_across() {
    let (mut within, mut across) = (Vec::new(), Vec::new());
    for seed in 0..4 {
        let market = Simulation::new(seed, catalogue());
        let series: Vec<Vec<f64>> = (0..40).map(|one| returns(&market, one, 500)).collect();
        for a in 0..40 {
            for b in 0..a {
                let same = catalogue()[a].category == catalogue()[b].category;
                let pair = correlation(&series[a], &series[b]);
                if same {
                    within.push(pair)
                } else {
                    across.push(pair)
                }
            }
        }
    }
    let mean = |pairs: &[f64]| pairs.iter().sum::<f64>() / pairs.len() as f64;
    let (within, across) = (mean(&within), mean(&across));
    assert!(
        within > across + 0.1 && across > 0.12,
        "within {within:.3}, across {across:.3}"
    );
}

#[test]
fn daily_moves_are_those_of_a_believable_market() {
    let market = Simulation::new(1, catalogue());
    for (instrument, one) in catalogue().iter().enumerate() {
        let moves = returns(&market, instrument, 1_461);
        let deviation = (moves.iter().map(|r| r * r).sum::<f64>() / moves.len() as f64).sqrt();
        let expected = match one.category {
            "Cash" => 0.0..0.001,
            "Bonds" => 0.0005..0.015,
            _ => 0.005..0.045,
        };
        assert!(
            expected.contains(&deviation),
            "{} {deviation:.4}",
            one.symbol
        );
    }
}

#[test]
fn over_two_years_some_prices_rise_and_some_fall_and_the_index_grows_in_the_mean() {
    let (mut rose, mut fell, mut grown) = (0, 0, 0.0);
    let step = origin_step() + 730 * STEPS_PER_DAY;
    for seed in 0..100 {
        let market = Simulation::new(seed, catalogue());
        for (one, quote) in catalogue().iter().zip(market.quotes(step)) {
            if quote > one.start_price() {
                rose += 1
            } else {
                fell += 1
            }
        }
        let index = units(market.index(step)) as f64 / 10_000_000.0;
        assert!((0.3..4.0).contains(&index), "seed {seed}: {index}");
        grown += index / 100.0;
    }
    assert!(
        rose * 3 > fell && fell * 3 > rose,
        "{rose} rose, {fell} fell"
    );
    // 9 % a year expected; the mean of a hundred markets has a deviation of about 3 %.
    assert!((1.05..1.32).contains(&grown), "{grown}");
}

#[test]
fn news_is_frequent_enough_to_read_and_rare_enough_to_matter() {
    let market = Simulation::new(1, catalogue());
    let first = origin_step();
    let news = market.news_between(first, first + 365 * STEPS_PER_DAY);
    assert!((900..2_000).contains(&news.len()), "{}", news.len());
    let texts: HashSet<_> = news.iter().map(|event| event.headline.as_str()).collect();
    assert!(
        texts.len() * 10 > news.len() * 5,
        "{} of {}",
        texts.len(),
        news.len()
    );
    for subject in [
        Subject::Market,
        Subject::Sector("Food"),
        Subject::Instrument(0),
    ] {
        assert!(
            news.iter().any(|event| event.subject == subject),
            "{subject:?}"
        );
    }
}
