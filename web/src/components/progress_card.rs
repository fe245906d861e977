//! A player's progress at a glance: level, days in a row, and the quest of the day.

use domain::api::{ProgressView, QuestView, StreakView};
use domain::progress::FirstStep;
use leptos::prelude::*;

use super::notation::{Notation, said};
use super::{Icon, IconName, LevelBar, LevelRing, bar_words, card_words};
use crate::{CurrentGame, paths};

/// The card.
#[component]
pub fn ProgressCard(
    /// What it shows.
    progress: ProgressView,
) -> impl IntoView {
    let level = progress.level;
    let unlocked = unlocked_words(progress.unlocked);
    let is_open = CurrentGame::get().is_open_league();
    view! {
        <section class="card progress-card" aria-labelledby="progress-title">
            <div class="progress-level">
                <LevelRing progress=level/>
                <div>
                    <h2 id="progress-title">{bar_words::level(level.level)}</h2>
                    <p class="soft figure" data-testid="progress-xp">{Notation::get().xp(progress.xp)}</p>
                </div>
            </div>
            <LevelBar progress=level/>
            <p class="progress-streak" data-testid="streak"><Icon name=streak_icon(progress.streak)/>{streak_words(progress.streak)}</p>
            {progress.quest.map(|quest| view! { <Quest quest/> })}
            {progress.next_step.filter(|_| is_open).map(|step| view! { <NextStep step/> })}
            <p class="progress-unlocked"><Icon name=IconName::Medal/><span>{unlocked}" "<a href="/achievements" data-testid="achievements-link">{card_words::all_achievements()}</a>" · "<a href="/progress">{card_words::why()}</a></span></p>
        </section>
    }
}

/// The next of the first steps, which the first-five-minutes page explains.
#[component]
fn NextStep(step: FirstStep) -> impl IntoView {
    let words = match step {
        FirstStep::Buy => card_words::step_buy(),
        FirstStep::Reason => card_words::step_reason(),
        FirstStep::Wait => card_words::step_wait(),
    };
    view! {
        <div class="quest start-next" data-testid="next-step">
            <p><span class="soft">{card_words::next_step()}" "</span><strong>{words}</strong></p>
            <a class="button button-small" href=paths::START rel="external">{card_words::show_me()}</a>
        </div>
    }
}

/// The quest: open, so a dashed card.
#[component]
fn Quest(quest: QuestView) -> impl IntoView {
    let xp = Notation::get().xp(quest.xp);
    let state = if quest.done {
        card_words::quest_done(xp)
    } else if quest.toward.goal > 1 {
        let (now, goal) = (quest.toward.now, quest.toward.goal);
        card_words::part_to_earn(now, goal, xp)
    } else {
        card_words::to_earn(xp)
    };
    view! {
        <div class="quest" class:quest-done=quest.done data-testid="quest">
            <h3>{card_words::quest()}" "{said(quest.name)}</h3>
            <p class="soft">{said(quest.description)}</p>
            <p class="figure">{state}</p>
        </div>
    }
}

fn unlocked_words(count: u32) -> String {
    match count {
        0 => card_words::unlocked_none().to_owned(),
        1 => card_words::unlocked_one().to_owned(),
        count => card_words::unlocked(count),
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
    let days = match (streak.days, streak.today) {
        (0, _) => card_words::streak_none().to_owned(),
        (1, true) => card_words::streak_first().to_owned(),
        (days, true) => card_words::streak(days),
        (1, false) => card_words::streak_one().to_owned(),
        (days, false) => card_words::streak_open(days),
    };
    let kept = match streak.freezes {
        0 => String::new(),
        1 => format!(". {}", card_words::freeze_one()),
        freezes => format!(". {}", card_words::freezes(freezes)),
    };
    format!("{days}{kept}.")
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
