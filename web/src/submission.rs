//! A form that is sent by the page itself, or by the browser where the page does not run yet.

use domain::api::{ApiError, ErrorCode};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The state of one form: whether it is being sent, and what was wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Submission {
    /// Whether an answer is being waited for.
    pub pending: RwSignal<bool>,
    /// What was wrong the last time.
    pub error: RwSignal<Option<ApiError>>,
}

impl Submission {
    /// A form with nothing wrong yet, or with the error in the page's address: that is how the
    /// server answers a form that was sent without script.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(error_in_address()),
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

/// Where to go after a form: the `next` of the page's address when it is a path of this site.
#[must_use]
pub fn next_in_address(default: &str) -> String {
    let next = value_in_address("next");
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if local { next } else { default.to_owned() }
}

/// A value that the server has sent back with a form that it did not accept.
#[must_use]
pub fn value_in_address(field: &str) -> String {
    use_query_map()
        .with_untracked(|query| query.get(field))
        .unwrap_or_default()
}

fn error_in_address() -> Option<ApiError> {
    let query = use_query_map().get_untracked();
    let code = query.get("error")?;
    let code = ErrorCode::ALL
        .iter()
        .copied()
        .find(|known| known.as_str() == code)
        .unwrap_or(ErrorCode::Internal);
    Some(ApiError::new(
        code,
        query.get("message").unwrap_or_default(),
    ))
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
