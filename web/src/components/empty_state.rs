//! The placeholder for when there is nothing yet.

use leptos::prelude::*;

use super::{Icon, IconName};

/// Says that there is nothing yet, why, and what to do; the actions are its children.
#[component]
pub fn EmptyState(
    /// A picture of what will be here.
    icon: IconName,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What to do about it.
    #[prop(into)]
    text: String,
    /// Buttons and links.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
