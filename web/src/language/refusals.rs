//! Refusals by the server in the language of the page. The server itself answers in English.

use domain::Rejection;
use domain::api::{ApiError, ErrorCode};

use super::{Language, Texts, WAIT_SECONDS};
use crate::ticket;

impl Texts {
    /// Why something was refused. Rare refusals stay in English, and say so.
    ///
    /// The server alone knows them, so that the wasm has none of these texts.
    #[must_use]
    pub fn refusal(self, error: &ApiError) -> String {
        if self.is_english() {
            return error.message.clone();
        }
        if let Some(rejection) = error.rejection {
            return self.rejected(rejection, &error.message);
        }
        if error.code == ErrorCode::InvalidFields && !error.fields.is_empty() {
            let wrong = error.fields.iter();
            let told = wrong.map(|wrong| self.field_refusal(&wrong.field, &wrong.message));
            return told.collect::<Vec<_>>().join(" ");
        }
        let said = match error.code {
            ErrorCode::WrongCredentials => self.refusal_wrong_credentials(),
            ErrorCode::SecondFactorRequired => self.refusal_second_factor(),
            ErrorCode::EmailTaken => self.refusal_email_taken(),
            ErrorCode::HandleTaken => self.refusal_handle_taken(),
            ErrorCode::GuestWouldBeLost => self.refusal_guest_would_be_lost(),
            ErrorCode::NotFound => match self.said_if_known(&error.message) {
                Some(said) => return said,
                None => self.refusal_not_found(),
            },
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

    /// A rejected order in the words of the ticket, and what the server says after them.
    fn rejected(self, rejection: Rejection, message: &str) -> String {
        let told = ticket::rejection(rejection);
        let after = message.strip_prefix(&rejection.to_string());
        let after = after.and_then(|after| self.said_if_known(after.trim()));
        match after {
            Some(after) => format!("{told} {after}"),
            None => told,
        }
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
            "handle" | "nickname" => self.refusal_handle(),
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
    use domain::api::FieldError;

    use super::*;

    #[test]
    fn a_refusal_is_in_the_language_of_the_page() {
        let (english, german) = (Language::English, Language::German);
        let [english, german] = [english, german].map(|language| Texts {
            language,
            ..Texts::default()
        });
        let wrong = ApiError::new(ErrorCode::WrongCredentials, "Wrong name or password.");
        assert_eq!(english.refusal(&wrong), "Wrong name or password.");
        assert_eq!(german.refusal(&wrong), german.refusal_wrong_credentials());
        let rare = ApiError::new(ErrorCode::StaleQuote, "The price is old.");
        assert!(german.refusal(&rare).ends_with("The price is old."));
        assert_eq!(
            german.field_refusal("email", "Type an address."),
            german.refusal_email()
        );
        let two = [("nickname", "is missing"), ("price", "must be above zero")];
        let two = two.map(|(field, message)| FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        });
        let two = ApiError::fields(two.to_vec());
        assert_eq!(
            german.refusal(&two),
            "Hier fehlt etwas. Das muss über null sein."
        );
        let unknown = ApiError::new(ErrorCode::NotFound, "There is no such chair.");
        assert_eq!(german.refusal(&unknown), german.refusal_not_found());
        assert_eq!(
            english.field_refusal("email", "Type an address."),
            "Type an address."
        );
    }
}
