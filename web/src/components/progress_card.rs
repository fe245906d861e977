//! A player's progress at a glance: level, days in a row, and the quest of the day.

use domain::api::{ProgressView, QuestView, StreakView};
use domain::progress::FirstStep;
use leptos::prelude::*;

use super::{Icon, IconName, LevelBar, LevelRing};
use crate::language::Texts;
use crate::{CurrentGame, format, paths};

/// The card.
#[component]
pub fn ProgressCard(
    /// What it shows.
    progress: ProgressView,
) -> impl IntoView {
    let texts = Texts::get();
    let level = progress.level;
    let unlocked = unlocked_words(progress.unlocked);
    let is_open = CurrentGame::get().is_open_league();
    view! {
        <section class="card progress-card" aria-labelledby="progress-title">
            <div class="progress-level">
                <LevelRing progress=level/>
                <div>
                    <h2 id="progress-title">{texts.nav_level(level.level)}</h2>
                    <p class="soft figure" data-testid="progress-xp">{format::xp(progress.xp)}</p>
                </div>
            </div>
            <LevelBar progress=level/>
            <p class="progress-streak" data-testid="streak"><Icon name=streak_icon(progress.streak)/>{streak_words(progress.streak)}</p>
            {progress.quest.map(|quest| view! { <Quest quest/> })}
            {progress.next_step.filter(|_| is_open).map(|step| view! { <NextStep step/> })}
            <p class="progress-unlocked"><Icon name=IconName::Medal/><span>{unlocked}" "<a href="/achievements" data-testid="achievements-link">{texts.dashboard_all_achievements()}</a>" · "<a href="/progress">{texts.dashboard_xp_why()}</a></span></p>
        </section>
    }
}

/// The next of the first steps, which the first-five-minutes page explains.
#[component]
fn NextStep(step: FirstStep) -> impl IntoView {
    let texts = Texts::get();
    let words = match step {
        FirstStep::Buy => texts.dashboard_step_buy(),
        FirstStep::Reason => texts.dashboard_step_reason(),
        FirstStep::Wait => texts.dashboard_step_wait(),
    };
    view! {
        <div class="quest start-next" data-testid="next-step">
            <p><span class="soft">{texts.dashboard_next_step()}</span>" "<strong>{words}</strong></p>
            <a class="button button-small" href=paths::START rel="external">{texts.dashboard_show_me()}</a>
        </div>
    }
}

/// The quest: open, so a dashed card.
#[component]
fn Quest(quest: QuestView) -> impl IntoView {
    let texts = Texts::get();
    let xp = format::xp(quest.xp);
    let state = if quest.done {
        texts.dashboard_quest_done(xp)
    } else if quest.toward.goal > 1 {
        texts.dashboard_quest_now(quest.toward.now, quest.toward.goal, xp)
    } else {
        texts.dashboard_quest_earn(xp)
    };
    view! {
        <div class="quest" class:quest-done=quest.done data-testid="quest">
            <h3>{texts.dashboard_quest()}" "{texts.as_said(quest.name)}</h3>
            <p class="soft">{texts.as_said(quest.description)}</p>
            <p class="figure">{state}</p>
        </div>
    }
}

fn unlocked_words(count: u32) -> String {
    let texts = Texts::get();
    match count {
        0 => texts.dashboard_none_unlocked().to_owned(),
        1 => texts.dashboard_one_unlocked().to_owned(),
        count => texts.dashboard_unlocked(count),
    }
}

/// A check mark only once today counts.
fn streak_icon(streak: StreakView) -> IconName {
    if streak.days > 0 && streak.today {
        IconName::Check
    } else {
        IconName::Clock
    }
}

fn streak_words(streak: StreakView) -> String {
    let texts = Texts::get();
    let days = match (streak.days, streak.today) {
        (0, _) => texts.dashboard_streak_none().to_owned(),
        (1, true) => texts.dashboard_streak_first().to_owned(),
        (1, false) => texts.dashboard_streak_open_one().to_owned(),
        (days, true) => texts.dashboard_streak(days),
        (days, false) => texts.dashboard_streak_open(days),
    };
    match streak.freezes {
        0 => days,
        1 => format!("{days} {}", texts.dashboard_freeze()),
        freezes => format!("{days} {}", texts.dashboard_freezes(freezes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_that_counts_has_a_check_mark() {
        let icon = |days, today| {
            streak_icon(StreakView {
                days,
                best: days,
                freezes: 0,
                today,
                repairable: None,
            })
        };
        assert_eq!(icon(0, false), IconName::Clock);
        assert_eq!(icon(3, false), IconName::Clock);
        assert_eq!(icon(1, true), IconName::Check);
    }

    #[test]
    fn a_streak_is_told_in_a_sentence() {
        let words = |days, today, freezes| {
            streak_words(StreakView {
                days,
                best: days,
                freezes,
                today,
                repairable: None,
            })
        };
        assert_eq!(
            words(0, false, 0),
            "No streak yet: collect today\u{2019}s bonus to begin one."
        );
        assert_eq!(words(1, true, 0), "Day 1 of a streak.");
        assert_eq!(
            words(1, false, 0),
            "1 day in a row, and today is still to come."
        );
        assert_eq!(
            words(8, true, 1),
            "8 days in a row. One missed day is covered."
        );
    }
}
