//! The words of a refusal's own page, which the server shows where no page could say why.

use domain::api::{ApiError, ErrorCode};

use super::{Language, Texts};

/// What stands on it.
#[derive(Debug, Clone)]
pub struct RefusalWords {
    /// The language, for `<html lang>`.
    pub tag: &'static str,
    /// The heading.
    pub title: &'static str,
    /// What happened.
    pub message: String,
    /// The label of the link that leads on.
    pub to_start: &'static str,
}

impl Language {
    /// The words for an error.
    #[must_use]
    pub fn refusal_words(self, error: &ApiError) -> RefusalWords {
        let texts = Texts {
            language: self,
            ..Texts::default()
        };
        let title = match error.code {
            ErrorCode::RateLimited => texts.refusal_title_limited(),
            ErrorCode::CrossSite => texts.refusal_title_cross_site(),
            ErrorCode::NotFound => texts.refusal_title_not_found(),
            ErrorCode::Unavailable | ErrorCode::Timeout => texts.refusal_title_busy(),
            _ => texts.refusal_title_other(),
        };
        RefusalWords {
            tag: self.tag(),
            title,
            message: texts.refusal(error),
            to_start: texts.parts_to_start(),
        }
    }
}
