//! Amounts and days in the notation of a language. Based on `format.rs`, so that rounding is the same.

use domain::{Currency, Day};
#[cfg(feature = "ssr")]
use domain::{Money, Percent, Price, Quantity, Timestamp, Xp};

use super::{Language, Texts};
#[cfg(feature = "ssr")]
use crate::format;
#[cfg(feature = "ssr")]
use crate::response::ReaderClock;

/// A non-breaking space, and a narrow one.
const SPACE: char = '\u{a0}';
const NARROW: char = '\u{202f}';

impl Language {
    /// The thousands separator and the decimal separator.
    fn signs(self) -> (char, char) {
        match self {
            Self::English | Self::Shona => (',', '.'),
            Self::German | Self::Spanish | Self::Portuguese => ('.', ','),
            Self::French => (NARROW, ','),
        }
    }

    /// The abbreviated month names.
    #[must_use]
    pub fn months(self) -> [&'static str; 12] {
        match self {
            Self::English | Self::Shona => [
                "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
            ],
            Self::German => [
                "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.",
                "Nov.", "Dez.",
            ],
            Self::French => [
                "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
                "nov.", "déc.",
            ],
            Self::Spanish => [
                "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic",
            ],
            Self::Portuguese => [
                "jan.", "fev.", "mar.", "abr.", "maio", "jun.", "jul.", "ago.", "set.", "out.",
                "nov.", "dez.",
            ],
        }
    }

    /// The separators between day, month and year. Read by the script of plain pages (`assets/plain.js`).
    #[must_use]
    pub fn between_parts_of_a_day(self) -> &'static str {
        match self {
            Self::German => ". ",
            Self::Portuguese => " de ",
            Self::English | Self::French | Self::Spanish | Self::Shona => " ",
        }
    }

    pub(crate) fn day(self, day: Day) -> String {
        let (year, month, day) = day.calendar();
        let months = self.months();
        let month = months.get(usize::from(month).saturating_sub(1));
        let month = month.copied().unwrap_or_default();
        let between = self.between_parts_of_a_day();
        // A German ordinal has its dot after the day only.
        let after_month = if self == Self::German { " " } else { between };
        format!("{day}{between}{month}{after_month}{year}")
    }

    /// A number that is written in English.
    pub(crate) fn number(self, english: &str) -> String {
        let (group, point) = self.signs();
        let sign = |c| match c {
            ',' => group,
            '.' => point,
            other => other,
        };
        english.chars().map(sign).collect()
    }

    /// An amount in a currency, given in English with `$`. The sign stands after the amount in most languages.
    pub(crate) fn amount(self, english: &str, currency: Currency) -> String {
        if matches!(self, Self::English | Self::Shona) {
            return currency.in_words(english.to_owned());
        }
        let sign = currency.sign();
        let number = self.number(&english.replacen('$', "", 1));
        match self {
            Self::Portuguese => {
                let digits = number.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
                let (minus, digits) = number.split_at(digits);
                format!("{minus}{sign}{SPACE}{digits}")
            }
            _ => format!("{number}{SPACE}{sign}"),
        }
    }

    /// A percentage that is written in English.
    pub(crate) fn percent(self, english: &str) -> String {
        let number = self.number(english);
        match self {
            Self::German | Self::French | Self::Spanish => number.replacen('%', "\u{a0}%", 1),
            _ => number,
        }
    }
}

impl Texts {
    /// An age in its largest whole unit: `15` and `minutes`.
    pub(crate) fn long_age(self, seconds: u64) -> (String, &'static str) {
        let (count, unit) = domain::age(seconds);
        let unit = match unit {
            "seconds" => self.unit_seconds(),
            "minutes" => self.unit_minutes(),
            "hours" => self.unit_hours(),
            _ => self.unit_days(),
        };
        (count.to_string(), unit)
    }
}

#[cfg(feature = "ssr")]
impl Texts {
    /// An amount that is written in English with `$`, in the page's currency and notation.
    fn in_notation(self, english: &str) -> String {
        self.language.amount(english, self.currency)
    }

    /// An amount, rounded to the nearest cent.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        self.in_notation(&format::english_money(amount))
    }

    /// An amount that always has a sign, except for zero.
    #[must_use]
    pub fn signed_money(self, amount: Money) -> String {
        self.in_notation(&format::english_signed_money(amount))
    }

    /// An amount at full precision.
    #[must_use]
    pub fn exact_money(self, amount: Money) -> String {
        self.in_notation(&format::english_exact_money(amount))
    }

    /// A price with all its decimal places.
    #[must_use]
    pub fn exact_price(self, price: Price) -> String {
        self.in_notation(&format::english_exact_price(price))
    }

    /// A price.
    #[must_use]
    pub fn price(self, price: Price) -> String {
        self.in_notation(&format::english_price(price))
    }

    /// A percentage.
    #[must_use]
    pub fn percent(self, percent: Percent) -> String {
        self.language.percent(&format::english_percent(percent))
    }

    /// The same, always with a sign, except for zero.
    #[must_use]
    pub fn signed_percent(self, percent: Percent) -> String {
        self.language
            .percent(&format::english_signed_percent(percent))
    }

    /// A number in English notation, with a percent sign.
    pub(super) fn with_percent(self, english: &str) -> String {
        let number = self.language.number(english);
        match self.language {
            Language::English | Language::Shona | Language::Portuguese => format!("{number}%"),
            Language::German | Language::French | Language::Spanish => format!("{number}{SPACE}%"),
        }
    }

    /// A rate in basis points, with no more decimals than needed.
    #[must_use]
    pub fn rate(self, basis_points: u32) -> String {
        self.language.percent(&format::english_rate(basis_points))
    }

    /// Whole percent.
    #[must_use]
    pub fn whole_percent(self, percent: u64) -> String {
        match self.language {
            Language::English => format!("{percent}%"),
            _ => self.with_percent(&percent.to_string()),
        }
    }

    /// Shares, without their word.
    #[must_use]
    pub fn quantity(self, quantity: Quantity) -> String {
        self.language.number(&format::english_quantity(quantity))
    }

    /// Shares with their word.
    #[must_use]
    pub fn shares(self, count: Quantity) -> String {
        let is_one = count == Quantity::from_whole(1);
        let is_none = count == Quantity::from_whole(0);
        let is_singular = is_one || (is_none && self.language.is_singular(0));
        let number = self.quantity(count);
        if is_singular {
            self.count_share(number)
        } else {
            self.count_shares(number)
        }
    }

    /// Days with their word.
    #[must_use]
    pub fn days(self, count: i64) -> String {
        let number = self.whole(count);
        if self.language.is_singular(count) {
            self.count_day(number)
        } else {
            self.count_days(number)
        }
    }

    /// A whole number.
    #[must_use]
    pub fn whole(self, number: i64) -> String {
        self.language.number(&format::english_whole(number))
    }

    /// XP with its unit.
    #[must_use]
    pub fn xp(self, xp: Xp) -> String {
        match self.language {
            Language::English => format::xp(xp),
            _ => format!("{}{SPACE}XP", self.whole(xp)),
        }
    }

    /// A day.
    #[must_use]
    pub fn day(self, day: Day) -> String {
        self.language.day(day)
    }

    /// The day of an instant, where the reader lives; in UTC where that is unknown.
    #[must_use]
    pub fn date(self, at: Timestamp) -> String {
        let ahead = ReaderClock::ahead(at).unwrap_or_default();
        self.day(format::local_day(at, ahead))
    }

    /// Day and time where the reader lives; in UTC, which it then says, where that is unknown.
    #[must_use]
    pub fn date_time(self, at: Timestamp) -> String {
        let ahead = ReaderClock::ahead(at);
        let time = ahead.map_or_else(
            || format::time(at),
            |minutes| format::local_time(at, minutes),
        );
        format!("{}, {time}", self.date(at))
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::{Owner, provide_context};

    use super::*;

    #[test]
    fn every_language_writes_amounts_and_days_its_own_way() {
        let check = |language, money: &str, negative: &str, day: &str| {
            let texts = Texts {
                language,
                ..Texts::default()
            };
            assert_eq!(texts.money("1234567.5".parse().unwrap()), money);
            assert_eq!(texts.money("-0.75".parse().unwrap()), negative);
            assert_eq!(texts.day("2026-11-03".parse().unwrap()), day);
        };
        check(Language::English, "$1,234,567.50", "−$0.75", "3 Nov 2026");
        check(
            Language::German,
            "1.234.567,50\u{a0}$",
            "−0,75\u{a0}$",
            "3. Nov. 2026",
        );
        check(
            Language::French,
            "1\u{202f}234\u{202f}567,50\u{a0}$",
            "−0,75\u{a0}$",
            "3 nov. 2026",
        );
        check(
            Language::Spanish,
            "1.234.567,50\u{a0}$",
            "−0,75\u{a0}$",
            "3 nov 2026",
        );
        check(
            Language::Portuguese,
            "$\u{a0}1.234.567,50",
            "−$\u{a0}0,75",
            "3 de nov. de 2026",
        );
    }

    #[test]
    fn a_game_in_euros_has_its_sign_where_the_language_puts_it() {
        let check = |language, money: &str| {
            let texts = Texts {
                language,
                currency: Currency::of_code("EUR"),
            };
            assert_eq!(texts.money("100000".parse().unwrap()), money);
        };
        check(Language::English, "€100,000.00");
        check(Language::German, "100.000,00\u{a0}€");
        check(Language::French, "100\u{202f}000,00\u{a0}€");
        check(Language::Spanish, "100.000,00\u{a0}€");
        check(Language::Portuguese, "€\u{a0}100.000,00");
        check(Language::Shona, "€100,000.00");
    }

    #[test]
    fn an_instant_is_told_by_the_clock_of_a_known_reader() {
        let texts = Texts::default();
        let at: Timestamp = "2026-11-21T22:30:00Z".parse().unwrap();
        assert_eq!(texts.date_time(at), "21 Nov 2026, 22:30 UTC");
        Owner::new().with(|| {
            provide_context(ReaderClock {
                zone: "Africa/Harare".to_owned(),
                minutes_ahead: |_, _| 120,
            });
            assert_eq!(texts.date_time(at), "22 Nov 2026, 00:30");
            assert_eq!(texts.date(at), "22 Nov 2026");
        });
    }

    #[test]
    fn english_is_what_format_rs_writes() {
        let texts = Texts::default();
        let (money, day): (Money, Day) =
            ("-1234.5".parse().unwrap(), "2026-01-31".parse().unwrap());
        assert_eq!(texts.money(money), format::money(money));
        assert_eq!(texts.day(day), format::day(day));
        let percent: Percent = "-12.5".parse().unwrap();
        assert_eq!(texts.percent(percent), format::percent(percent));
    }
}
