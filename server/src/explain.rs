//! Why something earned as much XP as it did, in sentences for players.

use domain::api::XpCause;
use domain::progress::{Achievements, Deed, Quests};
use domain::{AwardCause, Side, Trade, Xp, XpRules};

/// Why a trade earned its XP.
pub fn trade(side: Side, trade: &Trade, rules: &XpRules) -> String {
    if !trade.marks.counts {
        return format!(
            "It earned nothing: it was too small for your account, or sold within {} seconds of buying.",
            rules.round_trip_seconds
        );
    }
    if trade.xp == 0 {
        return format!(
            "It earned nothing more: trades of one day earn at most {} XP together, and repeats earn less and less.",
            rules.daily_trade_max
        );
    }
    let (base, name) = match side {
        Side::Buy => (rules.buy, "purchase"),
        Side::Sell => (rules.sell, "sale"),
    };
    let reason = if trade.marks.is_reasoned {
        format!(", {} XP more for its written reason", rules.reason_bonus)
    } else {
        String::new()
    };
    let rest = full_or_part(trade, base, rules);
    format!("A {name} earns {base} XP{reason}.{rest}")
}

fn full_or_part(trade: &Trade, base: Xp, rules: &XpRules) -> &'static str {
    let reason = if trade.marks.is_reasoned {
        rules.reason_bonus
    } else {
        0
    };
    let plain = base.saturating_add(reason);
    match trade.xp.cmp(&plain) {
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Less => {
            " It was not the first trade of that day, and those earn less and less."
        }
        std::cmp::Ordering::Greater => {
            " A company new to your portfolio, or shares held for long, earned the rest."
        }
    }
}

/// What an award was for: its cause, what happened, and why it is so much.
pub fn award(cause: &AwardCause, xp: Xp) -> (XpCause, String, String) {
    match cause {
        AwardCause::DailyBonus { streak, .. } => (
            XpCause::Bonus,
            match streak {
                1 => "You came back".to_owned(),
                days => format!("You came back {days} days in a row"),
            },
            if xp == 0 {
                "Only your new time zone made it another day, so it keeps the streak and pays no second bonus.".to_owned()
            } else {
                format!("The first visit of a day earns {xp} XP.")
            },
        ),
        AwardCause::Unlocked { achievement, .. } => {
            let found = Achievements::standard().find(achievement);
            let name = found.map_or(achievement.as_str(), |definition| &definition.name);
            let rule = found.map(|definition| definition.description.clone());
            (
                XpCause::Achievement,
                format!("You unlocked {name}"),
                rule.unwrap_or_else(|| "This achievement is no longer given.".to_owned()),
            )
        }
        AwardCause::Quest { quest, .. } => {
            let found = Quests::standard().find(quest);
            let name = found.map_or(quest.as_str(), |quest| &quest.name);
            (
                XpCause::Quest,
                format!("Quest of the day: {name}"),
                format!("It earns {xp} XP, once a day."),
            )
        }
        AwardCause::Holding { .. } => habit("You held shares for long", xp),
        AwardCause::Diversified { .. } => habit("You held three sectors or more", xp),
        AwardCause::Reasoned { .. } => habit("You wrote a reason", xp),
        AwardCause::Reviewed { .. } => (
            XpCause::Habit,
            "You came back to an old reason".to_owned(),
            format!("Looking back earns {xp} XP, once for each reason."),
        ),
        AwardCause::Puzzle { .. } => (
            XpCause::Quest,
            "You played the puzzle of the day".to_owned(),
            format!("It earns {xp} XP, once a day, whatever the result."),
        ),
        AwardCause::StreakRepaired { .. } => (
            XpCause::Note,
            "You repaired your streak".to_owned(),
            "A broken streak can be repaired within two days, once in 30 days.".to_owned(),
        ),
        AwardCause::ZoneChosen { zone, .. } => (
            XpCause::Note,
            format!("You chose the time zone {zone}"),
            "From then on its days count for your streak.".to_owned(),
        ),
        AwardCause::Did { deed, .. } => (
            XpCause::Note,
            did(deed),
            "It earns nothing by itself. Achievements and quests count it.".to_owned(),
        ),
    }
}

fn did(deed: &Deed) -> String {
    match deed {
        Deed::ReadInstrument { symbol } => format!("You read about {symbol}"),
        Deed::ReadHolding { symbol } => format!("You read about {symbol}, which you held"),
        Deed::OpenedTerm { .. } => "You looked up a word".to_owned(),
        Deed::ReadLetter { .. } => "You read the letter of the week".to_owned(),
        Deed::RanWhatIf => "You asked: what if?".to_owned(),
        Deed::CheckedReceipt => "You checked a receipt".to_owned(),
        Deed::ComparedCurves => "You compared your curve with a friend's".to_owned(),
        Deed::JoinedGame { .. } => "You joined a game".to_owned(),
        Deed::Followed { .. } => "You followed somebody".to_owned(),
        Deed::MarkedReason { .. } => "You marked a good reason".to_owned(),
        Deed::HostedGame { .. } => "Somebody traded in your game".to_owned(),
        Deed::WelcomedPlayer { .. } => "A player came to your game and traded".to_owned(),
        Deed::ClosedDay { .. } => "You held shares at the end of a day".to_owned(),
        Deed::RankedWeek { .. } => "Your week on the leaderboard ended".to_owned(),
        Deed::FinishedSeason { .. } => "You played a game to its end".to_owned(),
        Deed::BoughtAfterReading { symbol } => {
            format!("You bought {symbol} after reading about it")
        }
        Deed::SatOutStorm { .. } => "The market fell, and you sold nothing".to_owned(),
        Deed::HeldFall {
            symbol, percent, ..
        } => format!("You held {symbol} through a fall of {percent}%"),
        Deed::RankedSteadyHands { .. } => "Your week among the steady hands ended".to_owned(),
        Deed::WeekAhead { .. } => "You ended a week ahead of the index".to_owned(),
        Deed::Promoted { .. } => "You moved up a league".to_owned(),
    }
}

fn habit(what: &str, xp: Xp) -> (XpCause, String, String) {
    let why = format!("This habit earns {xp} XP, once a week, in whichever game.");
    (XpCause::Habit, what.to_owned(), why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Day, GameId, InstrumentId, Money, Price, Quantity, TradeMarks};

    fn bought(xp: Xp, counts: bool, is_reasoned: bool) -> Trade {
        Trade {
            instrument: InstrumentId(1),
            quantity: Quantity::from_whole(1),
            price: Price::from_whole(100),
            fee: Money::ZERO,
            cash_change: Money::from_whole(-100),
            cost_basis_change: Money::from_whole(100),
            realized_profit: Money::ZERO,
            xp,
            key: "order-0001".parse().unwrap(),
            reason: None,
            released: None,
            marks: TradeMarks {
                counts,
                is_reasoned,
                ..TradeMarks::default()
            },
        }
    }

    #[test]
    fn a_trade_is_explained_by_what_it_was() {
        let check = |xp, counts, is_reasoned, words: &str| {
            let why = trade(
                Side::Buy,
                &bought(xp, counts, is_reasoned),
                &XpRules::default(),
            );
            assert!(why.contains(words), "{why}");
        };
        check(10, true, false, "A purchase earns 10 XP.");
        check(15, true, true, "5 XP more for its written reason.");
        check(15, true, false, "earned the rest");
        check(7, true, false, "less and less");
        check(0, true, false, "at most 30 XP");
        check(0, false, false, "too small for your account");
    }

    #[test]
    fn an_award_names_what_it_was_for() {
        let day = Day::from_number(20_000);
        let bonus = |streak, xp| award(&AwardCause::DailyBonus { day, streak }, xp);
        assert_eq!(bonus(3, 50).1, "You came back 3 days in a row");
        assert!(bonus(3, 0).2.contains("time zone"));
        let unlocked = AwardCause::Unlocked {
            achievement: "gone-by-now".to_owned(),
            step: 0,
            game: GameId(1),
        };
        assert_eq!(award(&unlocked, 5).1, "You unlocked gone-by-now");
    }
}
