//! How far a player has come: the level and the way to the next one.

use domain::Progress;
use leptos::prelude::*;

use crate::format;
use crate::language::Texts;

/// Percent of the way to the next level, rounded down.
fn percent_done(progress: Progress) -> i64 {
    let whole = i128::from(progress.xp_for_next_level.max(1));
    let percent = i128::from(progress.xp_into_level) * 100 / whole;
    i64::try_from(percent.clamp(0, 100)).unwrap_or(100)
}

/// A ring around the level, filled in proportion to progress. A picture: [`LevelBar`] says the same
/// in words.
#[component]
pub fn LevelRing(
    /// Level and progress.
    progress: Progress,
) -> impl IntoView {
    let dashes = format!("{} 100", percent_done(progress));
    view! {
        <svg class="ring" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true" focusable="false">
            <circle class="ring-track" cx="32" cy="32" r="27"></circle>
            <circle class="ring-done" cx="32" cy="32" r="27" pathLength="100" stroke-dasharray=dashes></circle>
            <text class="ring-level" x="32" y="33" text-anchor="middle" dominant-baseline="middle">{progress.level}</text>
        </svg>
    }
}

/// A bar to the next level, with the numbers.
#[component]
pub fn LevelBar(
    /// Level and progress.
    progress: Progress,
) -> impl IntoView {
    let texts = Texts::get();
    let next = progress.level.saturating_add(1);
    let missing = texts.parts_missing_xp(format::xp(progress.xp_missing()), next);
    let label = texts.parts_progress(next);
    view! {
        <div class="level-bar">
            <progress max="100" value=percent_done(progress) aria-label=label></progress>
            <p class="level-bar-words">
                <span>{texts.parts_of(format::whole(progress.xp_into_level), format::xp(progress.xp_for_next_level))}</span>
                <span>{missing}</span>
            </p>
        </div>
    }
}
