//! Refusals by the server in the language of the page. The server itself answers in English.

use domain::api::{ApiError, ErrorCode};

use super::{Language, Texts};

/// Seconds after which to retry a busy server that does not say when.
const WAIT_SECONDS: u32 = 60;

impl Texts {
    /// Why something was refused. Rare refusals stay in English, and say so.
    ///
    /// Only pages without wasm are translated, so that the wasm has none of these texts.
    #[must_use]
    pub fn refusal(self, error: &ApiError) -> String {
        if self.is_english() {
            return error.message.clone();
        }
        let said = match error.code {
            ErrorCode::WrongCredentials => self.refusal_wrong_credentials(),
            ErrorCode::SecondFactorRequired => self.refusal_second_factor(),
            ErrorCode::EmailTaken => self.refusal_email_taken(),
            ErrorCode::HandleTaken => self.refusal_handle_taken(),
            ErrorCode::GuestWouldBeLost => self.refusal_guest_would_be_lost(),
            ErrorCode::NotFound => self.refusal_not_found(),
            ErrorCode::Unauthorized => self.refusal_unauthorized(),
            ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::Unreachable => {
                self.refusal_unavailable()
            }
            ErrorCode::RateLimited => {
                let seconds = error.retry_after_seconds.unwrap_or(WAIT_SECONDS);
                return self.refusal_rate_limited(seconds);
            }
            _ => return self.said_or_told(&error.message),
        };
        said.to_owned()
    }

    /// What is wrong with a field; in languages other than English, what it accepts.
    #[must_use]
    pub fn field_refusal(self, field: &str, message: &str) -> String {
        if self.is_english() {
            return message.to_owned();
        }
        if let Some(said) = self.said_if_known(message) {
            return said;
        }
        let said = match field {
            "email" => self.refusal_email(),
            "handle" => self.refusal_handle(),
            "password" => self.refusal_password(),
            "words" => self.refusal_words(),
            "code" => self.refusal_code(),
            "opponent" => self.refusal_opponent(),
            _ => return self.said_or_told(message),
        };
        said.to_owned()
    }

    /// A refusal in the language of the page if it is known, or else in English with words around it.
    fn said_or_told(self, message: &str) -> String {
        self.said_if_known(message)
            .unwrap_or_else(|| self.refusal_other(message))
    }

    fn is_english(self) -> bool {
        self.language == Language::English
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_in_the_language_of_the_page() {
        let (english, german) = (Language::English, Language::German);
        let [english, german] = [english, german].map(|language| Texts { language });
        let wrong = ApiError::new(ErrorCode::WrongCredentials, "Wrong name or password.");
        assert_eq!(english.refusal(&wrong), "Wrong name or password.");
        assert_eq!(german.refusal(&wrong), german.refusal_wrong_credentials());
        let rare = ApiError::new(ErrorCode::StaleQuote, "The price is old.");
        assert!(german.refusal(&rare).ends_with("The price is old."));
        assert_eq!(
            german.field_refusal("email", "Type an address."),
            german.refusal_email()
        );
        assert_eq!(
            english.field_refusal("email", "Type an address."),
            "Type an address."
        );
    }
}
