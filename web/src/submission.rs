//! A form that is sent by the page itself, or by the browser while the page is not running yet.

use std::collections::BTreeMap;

use domain::api::{ApiError, ErrorCode};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use serde::{Deserialize, Serialize};

use crate::address::is_ours;
use crate::language::Texts;

/// The state of one form: whether it is being sent, and what was wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Submission {
    /// Whether a response is pending.
    pub pending: RwSignal<bool>,
    /// What was wrong the last time.
    pub error: RwSignal<Option<ApiError>>,
    #[cfg(feature = "ssr")]
    texts: Texts,
}

impl Submission {
    /// A form without errors so far, or with the error of the form that was sent from this page
    /// without script.
    #[must_use]
    pub fn new() -> Self {
        Self::begin(error_before())
    }

    /// One of several forms on a page, with only its own error. Its URL is the one under `/forms`,
    /// such as `/password`.
    #[must_use]
    pub fn of_form(address: &str) -> Self {
        Self::begin(outcome(|outcome| {
            let error = outcome.error.clone();
            error.filter(|_| outcome.form == address)
        }))
    }

    /// A form whose errors are not shown on its page.
    #[must_use]
    pub fn quiet() -> Self {
        Self::begin(None)
    }

    fn begin(error: Option<ApiError>) -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(error),
            #[cfg(feature = "ssr")]
            texts: Texts::get(),
        }
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn message_of(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                error
                    .as_ref()
                    .and_then(|error| self.own_field_error(error, field))
            })
        })
    }

    fn own_field_error(self, error: &ApiError, field: &str) -> Option<String> {
        let listed = error.message_of(field);
        let listed = listed.map(|message| self.field_refusal(field, message));
        let is_taken = taken_field(error.code) == Some(field);
        listed.or_else(|| is_taken.then(|| self.refusal(error)))
    }

    /// Why it was refused, in the language of the page.
    #[cfg(feature = "ssr")]
    fn refusal(self, error: &ApiError) -> String {
        self.texts.refused(error)
    }

    #[cfg(not(feature = "ssr"))]
    fn refusal(self, error: &ApiError) -> String {
        Texts::get().refused(error)
    }

    #[cfg(feature = "ssr")]
    fn field_refusal(self, field: &str, message: &str) -> String {
        self.texts.field_refusal(field, message)
    }

    #[cfg(not(feature = "ssr"))]
    fn field_refusal(self, _: &str, message: &str) -> String {
        message.to_owned()
    }

    /// What is wrong with the form as a whole: an error that no field shows.
    #[must_use]
    pub fn message(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                error
                    .as_ref()
                    .filter(|error| error.fields.is_empty() && taken_field(error.code).is_none())
                    .map(|error| self.refusal(error))
            })
        })
    }

    /// What is wrong, in one sentence: with its first wrong field, or with the form as a whole.
    #[must_use]
    pub fn told(self) -> Option<String> {
        let error = self.error.get_untracked()?;
        let field = error.fields.first();
        Some(field.map_or_else(
            || self.refusal(&error),
            |wrong| self.field_refusal(&wrong.field, &wrong.message),
        ))
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

    /// Without a browser, nothing is sent.
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

/// The value of a field in a form being sent. Read from the form itself: the browser may have
/// filled it in, or the player typed into it, before the page was hydrated.
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

/// The current value of a form field; none while the form does not exist.
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

/// Where to go after a form: the `next` in the page's URL if it is one of our pages.
#[must_use]
pub fn next_in_address(default: &str) -> String {
    let next = value_in_address("next");
    if is_ours(&next) {
        next
    } else {
        default.to_owned()
    }
}

/// A value in the page's URL.
#[must_use]
pub fn value_in_address(field: &str) -> String {
    use_query_map()
        .with_untracked(|query| query.get(field))
        .unwrap_or_default()
}

/// The value of a field in the form that was sent from this page without script.
#[must_use]
pub fn typed_before(field: &str) -> String {
    outcome(|outcome| outcome.fields.get(field).cloned()).unwrap_or_default()
}

/// The initial value of a field: what was typed before, or else what the page's URL says.
#[must_use]
pub fn first_value(field: &str) -> String {
    outcome(|outcome| outcome.fields.get(field).cloned()).unwrap_or_else(|| value_in_address(field))
}

/// The error of the form that was sent from this page without script.
#[must_use]
pub fn error_before() -> Option<ApiError> {
    outcome(|outcome| outcome.error.clone())
}

/// The outcome of a form sent without script, for the page that the browser is redirected to. The
/// server provides it as a context; it cannot be forged through a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormOutcome {
    /// The path of the page.
    pub page: String,
    /// The form that failed, by its URL under `/forms`: a page may have several.
    pub form: String,
    /// The error, if any.
    pub error: Option<ApiError>,
    /// The field values, without passwords, or what the server's response has to show.
    pub fields: BTreeMap<String, String>,
}

/// The outcome that this page was rendered with, the same on the server and in the browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RenderedOutcome(StoredValue<Option<FormOutcome>>);

impl RenderedOutcome {
    /// Provides it to all components below.
    pub(crate) fn provide() {
        let rendered = SharedValue::new(use_context::<FormOutcome>).into_inner();
        provide_context(Self(StoredValue::new(rendered)));
    }

    /// It applies only to the page that was loaded, not to later ones.
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
