//! A form that is sent by the page itself, or by the browser where the page does not run yet.

use std::collections::BTreeMap;

use domain::api::{ApiError, ErrorCode};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Deserialize, Serialize};

use crate::address::is_ours;

/// The state of one form: whether it is being sent, and what was wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Submission {
    /// Whether an answer is being waited for.
    pub pending: RwSignal<bool>,
    /// What was wrong the last time.
    pub error: RwSignal<Option<ApiError>>,
}

impl Submission {
    /// A form with nothing wrong yet, or with the error of the form that was sent from this page
    /// without script.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(error_before()),
        }
    }

    /// A form whose errors are told elsewhere than on its page.
    #[must_use]
    pub fn quiet() -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn message_of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                error
                    .as_ref()
                    .and_then(|error| own_field_error(error, field))
            })
        })
    }

    /// What is wrong with the form as a whole: an error that no field shows.
    #[must_use]
    pub fn message(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                error
                    .as_ref()
                    .filter(|error| error.fields.is_empty() && taken_field(error.code).is_none())
                    .map(|error| error.message.clone())
            })
        })
    }

    /// What is wrong with the form as a whole, or with the first of these fields that is wrong: for a
    /// page that shows errors in one place.
    #[must_use]
    pub fn message_of_any(self, fields: &'static [&'static str]) -> Signal<Option<String>> {
        Signal::derive(move || {
            let of_a_field = || fields.iter().find_map(|field| self.message_of(field).get());
            self.message().get().or_else(of_a_field)
        })
    }

    /// Sends it: one at a time, and then either `done` or the error.
    #[cfg(feature = "client")]
    pub fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        leptos::task::spawn_local(async move {
            let answer = request.await;
            // The page may have been left in the meantime.
            _ = self.pending.try_set(false);
            match answer {
                Ok(answer) => {
                    _ = self.error.try_set(None);
                    done(answer);
                }
                Err(error) => _ = self.error.try_set(Some(error)),
            }
        });
    }

    /// Without a browser nothing is sent.
    #[cfg(not(feature = "client"))]
    pub fn send<T: 'static>(
        self,
        request: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        drop((request, done));
    }
}

impl Default for Submission {
    fn default() -> Self {
        Self::new()
    }
}

/// What stands in a field of a form that is being sent. Read from the form itself: a browser may
/// have filled it in, or the player typed in it, before the page was hydrated.
#[must_use]
pub fn field_value(event: &SubmitEvent, field: &str) -> String {
    #[cfg(feature = "client")]
    {
        use wasm_bindgen::JsCast;
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        data.and_then(|data| data.get(field).as_string())
            .unwrap_or_default()
    }
    #[cfg(not(feature = "client"))]
    {
        let _ = (event, field);
        String::new()
    }
}

/// What stands in a field of a form now; none while the form is not there.
#[must_use]
pub fn form_field(form: NodeRef<html::Form>, field: &str) -> Option<String> {
    #[cfg(feature = "client")]
    {
        let form = form.get_untracked()?;
        let data = web_sys::FormData::new_with_form(&form).ok()?;
        Some(data.get(field).as_string().unwrap_or_default())
    }
    #[cfg(not(feature = "client"))]
    {
        let _ = (form, field);
        None
    }
}

/// Where to go after a form: the `next` of the page's address when it is a page of ours.
#[must_use]
pub fn next_in_address(default: &str) -> String {
    let next = value_in_address("next");
    if is_ours(&next) {
        next
    } else {
        default.to_owned()
    }
}

/// A value in the page's address.
#[must_use]
pub fn value_in_address(field: &str) -> String {
    use_query_map()
        .with_untracked(|query| query.get(field))
        .unwrap_or_default()
}

/// What a field held in the form that was sent from this page without script.
#[must_use]
pub fn typed_before(field: &str) -> String {
    outcome(|outcome| outcome.fields.get(field).cloned()).unwrap_or_default()
}

/// What a field holds at first: what was typed before, else what the page's address says.
#[must_use]
pub fn first_value(field: &str) -> String {
    outcome(|outcome| outcome.fields.get(field).cloned()).unwrap_or_else(|| value_in_address(field))
}

/// The error of the form that was sent from this page without script.
#[must_use]
pub fn error_before() -> Option<ApiError> {
    outcome(|outcome| outcome.error.clone())
}

/// What became of a form that was sent without script, for the page that the browser is led to.
/// The server provides it as a context; no address can say it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormOutcome {
    /// The path of the page.
    pub page: String,
    /// What was wrong, if anything was.
    pub error: Option<ApiError>,
    /// What the fields held, without passwords, or what the server's answer has to show.
    pub fields: BTreeMap<String, String>,
}

/// The outcome that this page was rendered with, the same on the server and in the browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RenderedOutcome(StoredValue<Option<FormOutcome>>);

impl RenderedOutcome {
    /// Makes it known to all components below.
    pub(crate) fn provide() {
        let rendered = SharedValue::new(use_context::<FormOutcome>).into_inner();
        provide_context(Self(StoredValue::new(rendered)));
    }

    /// It is about the page that was loaded, and no page after that.
    pub(crate) fn forget() {
        if let Some(Self(outcome)) = use_context() {
            outcome.set_value(None);
        }
    }
}

fn outcome<T>(read: impl FnOnce(&FormOutcome) -> Option<T>) -> Option<T> {
    let RenderedOutcome(outcome) = use_context()?;
    let page = use_location().pathname.get_untracked();
    outcome.with_value(|outcome| {
        let outcome = outcome.as_ref().filter(|outcome| outcome.page == page)?;
        read(outcome)
    })
}

/// The field that an error without fields is about.
fn taken_field(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::EmailTaken => Some("email"),
        ErrorCode::HandleTaken => Some("handle"),
        _ => None,
    }
}

fn own_field_error(error: &ApiError, field: &str) -> Option<String> {
    let listed = error.message_of(field).map(str::to_owned);
    listed.or_else(|| (taken_field(error.code) == Some(field)).then(|| error.message.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_the_sentence_of_a_field_as_it_is() {
        Owner::new().with(|| {
            let submission = Submission::quiet();
            let message = submission.message_of_any(&["symbol", "side"]);
            assert_eq!(message.get_untracked(), None);
            let wrong = ApiError::field("side", "is missing");
            submission.error.set(Some(wrong));
            let said = message.get_untracked();
            assert_eq!(said.as_deref(), Some("The side is missing."));
            let busy = ApiError::new(ErrorCode::Unavailable, "Please try again.");
            submission.error.set(Some(busy));
            let said = message.get_untracked();
            assert_eq!(said.as_deref(), Some("Please try again."));
        });
    }
}
