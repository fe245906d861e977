//! The words of the card that shows a player's progress.

use domain::Xp;

use super::words::{sentences, words};

words! {
    /// The first of the first steps.
    step_buy parts_step_buy "Buy your first shares";
    /// The second.
    step_reason parts_step_reason "Write down why you buy";
    /// The third.
    step_wait parts_step_wait "Leave an order waiting for its price";
    /// Before the next step.
    next_step parts_next_step "Your next step:";
    /// Leads to the next step.
    show_me parts_show_me "Show me";
    /// Before the quest's name.
    quest parts_quest "Today’s quest:";
    /// Leads to the achievements.
    all_achievements parts_all_achievements "See all achievements";
    /// Leads to the page of progress.
    why parts_why "XP, streak and why";
    /// No achievement.
    unlocked_none parts_unlocked_none "You have no achievement yet.";
    /// One of them.
    unlocked_one parts_unlocked_one "You have 1 achievement.";
    /// No streak.
    streak_none parts_streak_none "No streak yet: collect today’s bonus to begin one";
    /// The first day of a streak.
    streak_first parts_streak_first "Day 1 of a streak";
    /// Yesterday was the first day of a streak.
    streak_one parts_streak_one "1 day in a row, and today is still to come";
    /// A freeze.
    freeze_one parts_freeze_one "One missed day is covered";
}

sentences! {
    /// The way to a level.
    to_level(xp: String, level: u32) parts_to_level "{xp} to level {level}";
    /// The name of that way.
    level_progress(level: u32) parts_level_progress "Progress to level {level}";
    /// A part of a whole.
    part_of(part: String, whole: String) parts_part_of "{part} of {whole}";
    /// A quest that is done.
    quest_done(xp: String) parts_quest_done "Done, +{xp}";
    /// A quest that is not.
    to_earn(xp: String) parts_to_earn "{xp} to earn";
    /// A quest with a part done.
    part_to_earn(now: Xp, goal: Xp, xp: String) parts_part_to_earn "{now} of {goal}, {xp} to earn";
    /// Achievements.
    unlocked(count: u32) parts_unlocked "You have {count} achievements.";
    /// A streak that includes today.
    streak(days: u32) parts_streak "{days} days in a row";
    /// A streak that does not yet.
    streak_open(days: u32) parts_streak_open "{days} days in a row, and today is still to come";
    /// Freezes.
    freezes(days: u32) parts_freezes "{days} missed days are covered";
}
