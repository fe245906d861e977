//! Pages of scenarios: the list, one before it is played, and a run. All are plain.

mod list;
mod offline;
mod run;

pub use list::{ScenarioPage, ScenariosPage};
pub use offline::OfflinePage;
pub use run::RunPage;

use leptos::prelude::*;

/// A result in stars, for eyes and for screen readers.
#[component]
fn Stars(stars: u32) -> impl IntoView {
    let full = usize::try_from(stars.min(3)).unwrap_or(0);
    let drawn = format!(
        "{}{}",
        "★".repeat(full),
        "☆".repeat(3_usize.saturating_sub(full))
    );
    let said = format!("{stars} of 3 stars");
    view! { <span class="stars" role="img" aria-label=said>{drawn}</span> }
}

/// How long a scenario lasts, in words.
fn length(days: u32) -> String {
    match days {
        0..=60 => format!("{days} market days"),
        61..=700 => format!("{} months", days / 30),
        _ => format!("{} years", days / 365),
    }
}
