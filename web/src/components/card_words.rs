//! The words of the card that shows a player's progress.

use domain::Xp;

use super::words::{sentences, words};

words! {
    /// The first of the first steps.
    step_buy card_step_buy "Buy your first shares";
    /// The second.
    step_reason card_step_reason "Write down why you buy";
    /// The third.
    step_wait card_step_wait "Leave an order waiting for its price";
    /// Before the next step.
    next_step card_next_step "Your next step:";
    /// Leads to the next step.
    show_me card_show_me "Show me";
    /// Before the quest's name.
    quest card_quest "Today’s quest:";
    /// Leads to the achievements.
    all_achievements card_all_achievements "See all achievements";
    /// Leads to the page of progress.
    why card_why "XP, streak and why";
    /// No achievement.
    unlocked_none card_unlocked_none "You have no achievement yet.";
    /// One of them.
    unlocked_one card_unlocked_one "You have 1 achievement.";
    /// No streak.
    streak_none card_streak_none "No streak yet: collect today’s bonus to begin one";
    /// The first day of a streak.
    streak_first card_streak_first "Day 1 of a streak";
    /// Yesterday was the first day of a streak.
    streak_one card_streak_one "1 day in a row, and today is still to come";
    /// A freeze.
    freeze_one card_freeze_one "One missed day is covered";
}

sentences! {
    /// The way to a level.
    to_level(xp: String, level: u32) card_to_level "{xp} to level {level}";
    /// The name of that way.
    level_progress(level: u32) card_level_progress "Progress to level {level}";
    /// A part of a whole.
    part_of(part: String, whole: String) card_part_of "{part} of {whole}";
    /// A quest that is done.
    quest_done(xp: String) card_quest_done "Done, +{xp}";
    /// A quest that is not.
    to_earn(xp: String) card_to_earn "{xp} to earn";
    /// A quest with a part done.
    part_to_earn(now: Xp, goal: Xp, xp: String) card_part_to_earn "{now} of {goal}, {xp} to earn";
    /// Achievements.
    unlocked(count: u32) card_unlocked "You have {count} achievements.";
    /// A streak that includes today.
    streak(days: u32) card_streak "{days} days in a row";
    /// A streak that does not yet.
    streak_open(days: u32) card_streak_open "{days} days in a row, and today is still to come";
    /// Freezes.
    freezes(days: u32) card_freezes "{days} missed days are covered";
}
