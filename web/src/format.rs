//! Amounts and times as text, in the notation of the page's language: the same on the server and in every
//! browser, whatever its settings and its time zone.

use domain::{Day, Money, Percent, Price, Quantity, Timestamp, Xp};

use crate::language::{Language, Texts};

/// The language of the page around.
fn language() -> Language {
    Texts::get().language()
}

/// An amount that is written in English with `$`, in the page's currency and notation.
fn in_notation(english: &str) -> String {
    let texts = Texts::get();
    texts.language().amount(english, texts.currency())
}

/// The minus sign: as wide as `+`, and never separated from its number by a line break.
const MINUS: &str = "\u{2212}";

/// An amount in the page's currency: `$10,000.00`, `−€3.20`. Rounded to the nearest cent.
#[must_use]
pub fn money(amount: Money) -> String {
    in_notation(&english_money(amount))
}

pub(crate) fn english_money(amount: Money) -> String {
    with_sign(amount.units(), "", whole_and_cents)
}

/// The same, always with a sign, except for zero: `+$12.30`.
#[must_use]
pub fn signed_money(amount: Money) -> String {
    in_notation(&english_signed_money(amount))
}

pub(crate) fn english_signed_money(amount: Money) -> String {
    with_sign(amount.units(), "+", whole_and_cents)
}

/// Whether an amount is less than half a cent, and so is shown as `$0.00`.
#[must_use]
pub fn is_shown_as_zero(amount: Money) -> bool {
    cents(amount.units().unsigned_abs()) == 0
}

/// An amount at full precision: cents, and tenths and hundredths of them if any: `$33.3333`.
#[must_use]
pub fn exact_money(amount: Money) -> String {
    in_notation(&english_exact_money(amount))
}

pub(crate) fn english_exact_money(amount: Money) -> String {
    with_sign(amount.units(), "", at_full_precision)
}

/// A price: cents, or hundredths of them below one: `$182.40`, `$0.0725`.
#[must_use]
pub fn price(price: Price) -> String {
    in_notation(&english_price(price))
}

pub(crate) fn english_price(price: Price) -> String {
    let shown = if price.units().abs() < 10_000 {
        at_full_precision
    } else {
        whole_and_cents
    };
    with_sign(price.units(), "", shown)
}

/// The level of an index, which is no amount of money: `1,024.50`.
#[must_use]
pub fn points(level: Price) -> String {
    language().number(english_price(level).trim_start_matches('$'))
}

/// A price with all its decimal places, as used for fills: `$182.4017`.
#[must_use]
pub fn exact_price(price: Price) -> String {
    in_notation(&english_exact_price(price))
}

pub(crate) fn english_exact_price(price: Price) -> String {
    with_sign(price.units(), "", at_full_precision)
}

/// A percentage: `12.50%`.
#[must_use]
pub fn percent(percent: Percent) -> String {
    language().percent(&english_percent(percent))
}

pub(crate) fn english_percent(percent: Percent) -> String {
    let text = percent.to_string();
    text.strip_prefix('-')
        .map_or_else(|| format!("{text}%"), |digits| format!("{MINUS}{digits}%"))
}

/// A rate in basis points, with no more decimals than needed: `25%`, `0.50%`.
#[must_use]
pub fn rate(basis_points: u32) -> String {
    language().percent(&english_rate(basis_points))
}

pub(crate) fn english_rate(basis_points: u32) -> String {
    match (basis_points / 100, basis_points % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, rest) => format!("{whole}.{rest:02}%"),
    }
}

/// A percentage, always with a sign, except for zero: `+1.20%`.
#[must_use]
pub fn signed_percent(change: Percent) -> String {
    language().percent(&english_signed_percent(change))
}

pub(crate) fn english_signed_percent(change: Percent) -> String {
    let text = english_percent(change);
    let zero = change
        .to_string()
        .chars()
        .all(|c| matches!(c, '0' | '.' | '-'));
    if zero || change.is_negative() {
        text
    } else {
        format!("+{text}")
    }
}

/// Shares, with as many decimal places as needed: `1,250`, `0.5`.
#[must_use]
pub fn quantity(quantity: Quantity) -> String {
    language().number(&english_quantity(quantity))
}

pub(crate) fn english_quantity(quantity: Quantity) -> String {
    let text = quantity.to_string();
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |digits| (MINUS, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", grouped(whole))
}

/// Shares with their word: `1 share`, `2.5 shares`.
#[must_use]
pub fn shares(count: Quantity) -> String {
    let texts = Texts::get();
    let word = if count == Quantity::from_whole(1) {
        texts.unit_share()
    } else {
        texts.unit_shares()
    };
    format!("{} {word}", quantity(count))
}

/// A whole number: `12,345`.
#[must_use]
pub fn whole(number: i64) -> String {
    language().number(&english_whole(number))
}

pub(crate) fn english_whole(number: i64) -> String {
    let sign = if number < 0 { MINUS } else { "" };
    format!("{sign}{}", grouped(&number.unsigned_abs().to_string()))
}

/// XP with its unit: `1,240 XP`.
#[must_use]
pub fn xp(xp: Xp) -> String {
    format!("{} XP", whole(xp))
}

/// A day: `21 Nov 2026`.
#[must_use]
pub fn day(day: Day) -> String {
    language().day(day)
}

/// The day of an instant, in UTC.
#[must_use]
pub fn date(at: Timestamp) -> String {
    day(at.day())
}

/// The time of an instant: `09:30 UTC`.
#[must_use]
pub fn time(at: Timestamp) -> String {
    format!("{} UTC", local_time(at, 0))
}

/// The time of an instant on a clock that is `minutes_ahead` of UTC: `10:30`.
#[must_use]
pub fn local_time(at: Timestamp, minutes_ahead: i32) -> String {
    let here = ahead(at, minutes_ahead);
    let minutes = here.seconds().div_euclid(60).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Day and time on a clock that is `minutes_ahead` of UTC: `21 Nov 2026, 10:30`.
#[must_use]
pub fn local_date_time(at: Timestamp, minutes_ahead: i32) -> String {
    let here = ahead(at, minutes_ahead);
    format!("{}, {}", date(here), local_time(at, minutes_ahead))
}

/// The day of an instant on a clock that is `minutes_ahead` of UTC.
#[must_use]
pub fn local_day(at: Timestamp, minutes_ahead: i32) -> Day {
    ahead(at, minutes_ahead).day()
}

fn ahead(at: Timestamp, minutes: i32) -> Timestamp {
    let seconds = i64::from(minutes).saturating_mul(60);
    Timestamp::from_seconds(at.seconds().saturating_add(seconds))
}

/// How long ago, in the largest whole unit up to hours: `12 s`, `3 min`, `2 h`.
#[must_use]
pub fn age(seconds: u32) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// The time of an instant to the second: `09:30:07 UTC`.
#[must_use]
pub fn time_with_seconds(at: Timestamp) -> String {
    format!("{} UTC", local_time_with_seconds(at, 0))
}

/// The time of an instant to the second on a clock that is `minutes_ahead` of UTC: `10:30:07`.
#[must_use]
pub fn local_time_with_seconds(at: Timestamp, minutes_ahead: i32) -> String {
    let seconds = at.seconds().rem_euclid(60);
    format!("{}:{seconds:02}", local_time(at, minutes_ahead))
}

/// Day and time: `21 Nov 2026, 09:30 UTC`.
#[must_use]
pub fn date_time(at: Timestamp) -> String {
    format!("{}, {}", date(at), time(at))
}

fn with_sign(units: i64, positive: &str, magnitude: fn(u64) -> String) -> String {
    let text = magnitude(units.unsigned_abs());
    // An amount that rounds to zero has no sign.
    let nothing = text.chars().all(|c| matches!(c, '$' | '0' | '.'));
    let sign = if nothing {
        ""
    } else if units < 0 {
        MINUS
    } else {
        positive
    };
    format!("{sign}{text}")
}

/// Units of a hundredth of a cent, rounded to cents.
fn cents(units: u64) -> u64 {
    units.saturating_add(50) / 100
}

fn whole_and_cents(units: u64) -> String {
    let cents = cents(units);
    format!(
        "${}.{:02}",
        grouped(&(cents / 100).to_string()),
        cents % 100
    )
}

fn at_full_precision(units: u64) -> String {
    let fraction = format!("{:04}", units % 10_000);
    let places = fraction.trim_end_matches('0').len().max(2);
    format!(
        "${}.{}",
        grouped(&(units / 10_000).to_string()),
        &fraction[..places]
    )
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text as the content of a `textarea`. The server writes it verbatim, so anything that would end the
/// element is escaped. The browser sets it as text.
#[must_use]
pub fn in_textarea(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        text.to_owned()
    }
}

/// A duration of play: `40 minutes`, `3 h 5 min`.
#[must_use]
pub fn played(seconds: i64) -> String {
    let texts = Texts::get();
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 1) => texts.dashboard_minute().to_owned(),
        (0, minutes) => texts.dashboard_minutes(minutes),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed<T: std::str::FromStr>(text: &str) -> T
    where
        T::Err: std::fmt::Debug,
    {
        text.parse().unwrap()
    }

    #[test]
    fn money_is_grouped_and_rounded_to_cents() {
        let check = |text: &str, plain: &str, signed: &str, exact: &str| {
            let amount: Money = parsed(text);
            assert_eq!(
                (money(amount), signed_money(amount), exact_money(amount)),
                (plain.into(), signed.into(), exact.into())
            );
        };
        check("10000", "$10,000.00", "+$10,000.00", "$10,000.00");
        check(
            "-1234567.895",
            "−$1,234,567.90",
            "−$1,234,567.90",
            "−$1,234,567.895",
        );
        check("0.0049", "$0.00", "$0.00", "$0.0049");
        check("-0.0049", "$0.00", "$0.00", "−$0.0049");
        check("999.999", "$1,000.00", "+$1,000.00", "$999.999");
        check("0", "$0.00", "$0.00", "$0.00");
    }

    #[test]
    fn small_prices_keep_their_places() {
        assert_eq!(price(parsed("182.4017")), "$182.40");
        assert_eq!(exact_price(parsed("182.4017")), "$182.4017");
        assert_eq!(price(parsed("0.0725")), "$0.0725");
        assert_eq!(price(parsed("0.5")), "$0.50");
    }

    #[test]
    fn percentages_and_quantities_read_naturally() {
        assert_eq!(signed_percent(parsed("1.2")), "+1.20%");
        assert_eq!(signed_percent(parsed("-1.2")), "−1.20%");
        assert_eq!(signed_percent(parsed("0")), "0.00%");
        assert_eq!(quantity(parsed("1250.5")), "1,250.5");
        assert_eq!(shares(parsed("1")), "1 share");
        assert_eq!(shares(parsed("0.000001")), "0.000001 shares");
        assert_eq!(xp(1_240), "1,240 XP");
        assert_eq!(whole(-100), "−100");
    }

    #[test]
    fn times_are_in_utc() {
        let at: Timestamp = parsed("2026-11-21T09:05:59Z");
        assert_eq!(date_time(at), "21 Nov 2026, 09:05 UTC");
        assert_eq!(time_with_seconds(at), "09:05:59 UTC");
    }

    #[test]
    fn another_clock_may_show_another_day() {
        let at: Timestamp = parsed("2026-11-21T23:05:59Z");
        assert_eq!(local_date_time(at, 60), "22 Nov 2026, 00:05");
        assert_eq!(local_date_time(at, -24 * 60), "20 Nov 2026, 23:05");
        assert_eq!(local_time(at, 330), "04:35");
        assert_eq!(local_time_with_seconds(at, 330), "04:35:59");
        assert_eq!(local_day(at, 60), at.day().plus_days(1));
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        assert_eq!(
            [5, 59, 60, 3_599, 7_300].map(age),
            ["5 s", "59 s", "1 min", "59 min", "2 h"]
        );
    }
}
