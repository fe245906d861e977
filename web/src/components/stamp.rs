//! The pictures of achievements, as stamps.

use domain::api::UnlockView;
use leptos::prelude::*;

use crate::format;
use crate::language::Texts;

/// The picture of an achievement; the page shows its name beside it. The style sheet has a rule for
/// each, so that the line takes the text colour.
#[component]
pub fn Stamp(
    /// The name of the picture; none: a blank stamp.
    icon: Option<String>,
) -> impl IntoView {
    let class = match icon {
        Some(icon) => format!("stamp stamp-{icon}"),
        None => "stamp stamp-blank".to_owned(),
    };
    view! { <span class=class aria-hidden="true"></span> }
}

/// What an order has just unlocked, pressed onto its receipt.
#[component]
pub fn Unlocked(
    /// The achievements.
    unlocked: Vec<UnlockView>,
) -> impl IntoView {
    (!unlocked.is_empty()).then(|| {
        let rows = unlocked.into_iter().map(|unlock| {
            let words = unlocked_words(&unlock);
            view! {
                <li class="unlocked">
                    <Stamp icon=Some(unlock.icon)/>
                    <a href="/achievements">{words}</a>
                </li>
            }
        });
        view! { <ul class="unlocks" role="list" data-testid="unlocked">{rows.collect_view()}</ul> }
    })
}

/// An unlock in a sentence.
#[must_use]
pub fn unlocked_words(unlock: &UnlockView) -> String {
    let texts = Texts::get();
    if unlock.xp == 0 {
        texts.parts_unlocked(&unlock.name)
    } else {
        texts.parts_unlocked_xp(&unlock.name, format::xp(unlock.xp))
    }
}

#[cfg(test)]
mod tests {
    use domain::progress::Achievements;

    #[test]
    fn every_achievement_has_a_picture_in_the_style_sheet() {
        let styles = include_str!("../../style/achievements.css");
        for definition in Achievements::standard().all() {
            let icon = &definition.icon;
            let rule = format!(
                ".stamp-{icon} {{ mask-image: url(\"../assets/achievements/{icon}.svg\"); }}"
            );
            assert!(styles.contains(&rule), "{rule}");
        }
    }
}
