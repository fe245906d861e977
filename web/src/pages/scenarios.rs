//! Pages of scenarios: the list, one before it is played, and a run. All are plain.

mod list;
mod offline;
mod run;

pub use list::{ScenarioPage, ScenariosPage};
pub use offline::OfflinePage;
pub use run::RunPage;

use crate::language::Texts;
use leptos::prelude::*;

/// A result in stars, for eyes and for screen readers.
#[component]
fn Stars(stars: u32) -> impl IntoView {
    let texts = Texts::get();
    let full = usize::try_from(stars.min(3)).unwrap_or(0);
    let drawn = format!(
        "{}{}",
        "★".repeat(full),
        "☆".repeat(3_usize.saturating_sub(full))
    );
    let said = texts.scenarios_stars_of(stars);
    view! { <span class="stars" role="img" aria-label=said>{drawn}</span> }
}

/// How long a scenario lasts, in words.
fn length(days: u32) -> String {
    let texts = Texts::get();
    match days {
        0..=60 => texts.duel_length(texts.whole(days.into())),
        61..=700 => texts.scenarios_months(days / 30),
        _ => texts.scenarios_years(days / 365),
    }
}
