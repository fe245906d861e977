//! A game's rules in words, one rule per line.

use domain::api::{HostSettings, Visibility};
use domain::boards::Measure;
use domain::hours::TradingHours;
use domain::tax::Taxes;
use domain::{Currency, GameRules, Money, XpRules};

use web::format;
use web::language::Language;

use super::zones;

/// The rules as a player reads them.
#[must_use]
pub fn of_rules(rules: &GameRules, zone: &str) -> Vec<String> {
    let mut lines = vec![format!(
        "Everyone starts with {}.",
        format::money(rules.starting_cash)
    )];
    let mut say = |line: Option<String>| lines.extend(line);
    let at = |at| zones::date_time(at, zone);
    say(rules
        .opens_at
        .map(|opens| format!("Trading opens on {}.", at(opens))));
    say(rules
        .closes_at
        .map(|closes| format!("Trading ends on {}.", at(closes))));
    say(rules.frozen.then(|| "Trading is paused.".to_owned()));
    say(rules.hours.as_ref().map(|hours| trading_hours(hours, zone)));
    say(Some(if rules.fractional {
        "You can trade parts of a share.".to_owned()
    } else {
        "You trade whole shares only.".to_owned()
    }));
    say(fees(rules));
    say((!rules.categories.is_empty())
        .then(|| format!("You may buy only: {}.", rules.categories.join(", "))));
    say(rules.position_max_percent.map(|percent| {
        format!(
            "At most {percent}% of your money may go into one company. What counts is what you paid."
        )
    }));
    say(rules.price_min.map(|price| {
        let price = format::price(price);
        format!("You may not buy shares that cost less than {price}.")
    }));
    say(hold(rules.hold_seconds));
    say(rules.taxes.map(taxes));
    let rate = rules.cash_interest_bps;
    say((rate > 0).then(|| {
        format!(
            "Cash earns {} a year, paid when a market month is over. What counts is the cash at the end \
             of each day.",
            format::rate(rate)
        )
    }));
    say(Some(
        "You cannot sell shares that you do not have.".to_owned(),
    ));
    say(currency(rules.currency).map(str::to_owned));
    let told = lines.into_iter().map(|line| rules.currency.in_words(line));
    told.collect()
}

/// What to know of a game in another currency than the dollar.
fn currency(currency: Currency) -> Option<&'static str> {
    match currency.as_str() {
        "EUR" => Some("All amounts are in euros. Shares in other currencies cost more to trade."),
        "GBP" => Some("All amounts are in pounds. Shares in other currencies cost more to trade."),
        _ => None,
    }
}

fn trading_hours(hours: &TradingHours, zone: &str) -> String {
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let days = if hours.weekdays_only {
        "from Monday to Friday"
    } else {
        "every day"
    };
    format!(
        "You can trade {days} from {} to {} ({zone}). At other times prices go on moving, and orders that \
         wait stay waiting.",
        time(hours.from),
        time(hours.to)
    )
}

/// What actions earn.
#[must_use]
pub fn of_xp(rules: &XpRules) -> String {
    let XpRules {
        buy,
        sell,
        reason_bonus,
        diversification_bonus,
        holding_bonus,
        holding_days,
        ..
    } = rules;
    format!(
        "A buy earns {buy} XP and a sale {sell} XP; a written reason {reason_bonus} more, a new company \
         beside those held {diversification_bonus} more, and a sale after {holding_days} days \
         {holding_bonus} more."
    )
}

/// Admission and scoring, as a host reads them.
#[must_use]
pub fn of_settings(settings: &HostSettings) -> Vec<String> {
    let visibility = match settings.visibility {
        Visibility::Public => "It is in the list of games, and everybody may join.",
        Visibility::Code => "Anyone with the code may join.",
        Visibility::Invitation => "Only players on your roster may join.",
    };
    let late = if settings.late_entry {
        "Players may join after the start."
    } else {
        "Nobody may join after the start."
    };
    let measure = match settings.measure {
        Measure::Xp => "The board ranks by experience points.",
        Measure::NetWorth => "The board ranks by what an account is worth.",
        Measure::Return => "The board ranks by gain in percent.",
        Measure::SteadyHands => "The board ranks by gain compared to the worst fall.",
        Measure::Process => "The board ranks by good habits.",
    };
    let mut lines = vec![visibility, late, measure];
    if settings.approval {
        lines.push("You let each player in yourself.");
    }
    lines.into_iter().map(str::to_owned).collect()
}

fn fees(rules: &GameRules) -> Option<String> {
    let (points, fixed) = (rules.fees.basis_points, rules.fees.fixed);
    let percent = Language::English.texts().rate(points);
    let each = format::exact_money(fixed);
    match (points, fixed > Money::ZERO) {
        (0, false) => Some("Trades are free.".to_owned()),
        (0, true) => Some(format!("Each trade costs {each}.")),
        (_, false) => Some(format!("Each trade costs {percent} of its value.")),
        (_, true) => Some(format!(
            "Each trade costs {percent} of its value and {each}."
        )),
    }
}

fn taxes(taxes: Taxes) -> String {
    let short = format::rate(taxes.short_term_bps);
    let rate = if taxes.short_term_bps == taxes.long_term_bps {
        format!("There is a tax of {short} on gains.")
    } else {
        let long = format::rate(taxes.long_term_bps);
        format!(
            "There is a tax on gains: {short} on shares held up to a market year, {long} on shares held \
             longer."
        )
    };
    format!(
        "{rate} Each sale at a gain is taxed at once. On 31 January of the next market year, or when the \
         game ends, your losses are counted too and what you overpaid comes back. A loss does not \
         count if you buy the same shares within 30 market days before or after it."
    )
}

fn hold(seconds: u32) -> Option<String> {
    let (amount, unit) = match seconds {
        0 => return None,
        seconds if seconds % 86_400 == 0 => (seconds / 86_400, "day"),
        seconds if seconds % 3_600 == 0 => (seconds / 3_600, "hour"),
        seconds => (seconds.div_ceil(60), "minute"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    Some(format!(
        "After buying, you have to wait {amount} {unit}{plural} before you may sell."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_limits_is_said() {
        let rules = GameRules {
            starting_cash: Money::from_whole(10_000),
            categories: vec!["Food".into(), "Energy".into()],
            position_max_percent: Some(25),
            price_min: Some("5".parse().unwrap()),
            hold_seconds: 7_200,
            fractional: false,
            ..GameRules::open_league()
        };
        let said = of_rules(&rules, "UTC").join(" ");
        for part in [
            "Food, Energy",
            "25%",
            "Everyone starts with $10,000.00.",
            "$5.00",
            "2 hours",
            "whole shares",
            "free",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let in_euros = GameRules {
            currency: Currency::of_code("EUR"),
            ..rules
        };
        let said = of_rules(&in_euros, "UTC").join(" ");
        for part in ["Everyone starts with €10,000.00.", "€5.00", "in euros"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains('$'), "{said}");
    }
}
