//! The languages of the pages, and the texts of a page in its language. `build.rs` makes the functions of
//! [`Texts`] from the files in `web/messages`.

use domain::Currency;
use domain::api::ApiError;
#[cfg(not(feature = "ssr"))]
use domain::api::ErrorCode;
#[cfg(feature = "ssr")]
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::game::PageCurrency;
#[cfg(feature = "ssr")]
use crate::{paths, response};

#[cfg(feature = "ssr")]
mod advice;
mod categories;
#[cfg(feature = "ssr")]
mod desktop;
#[cfg(not(feature = "ssr"))]
mod loaded;
#[cfg(feature = "ssr")]
mod network_page;
mod numbers;
#[cfg(feature = "ssr")]
mod refusal_page;
#[cfg(feature = "ssr")]
mod refusals;
#[cfg(feature = "ssr")]
mod said;

#[cfg(feature = "ssr")]
pub use desktop::MenuWords;
#[cfg(feature = "hydrate")]
pub(crate) use loaded::load;
#[cfg(feature = "csr")]
pub(crate) use loaded::load_preferred;
#[cfg(feature = "ssr")]
pub use network_page::NetworkWords;
#[cfg(feature = "ssr")]
pub use refusal_page::RefusalWords;

/// Seconds after which to retry a busy server that does not say when.
const WAIT_SECONDS: u32 = 60;

/// The id of the element with the texts of a page that the browser takes over.
#[cfg(not(feature = "csr"))]
pub(crate) const TABLE_ID: &str = "texts";

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Shona: a draft, for native speakers to correct.
    Shona,
}

impl Language {
    /// All of them, in the order offered to the player. `build.rs` has the same order.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Portuguese,
        Self::Shona,
    ];

    /// Its tag, as used in `<html lang>`, in forms and in the cookie.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Shona => "sn",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Portuguese => "Português",
            Self::Shona => "ChiShona",
        }
    }

    /// Whether native speakers have yet to correct it.
    #[must_use]
    pub fn is_draft(self) -> bool {
        self == Self::Shona
    }

    /// What the server says in this language, where no page is around it.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn texts(self) -> Texts {
        Texts {
            language: self,
            ..Texts::default()
        }
    }

    /// What a device says about the game where it is installed as an app.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn app_description(self) -> &'static str {
        self.texts().preview_app()
    }

    /// The direction in which it is written, for `<html dir>`.
    #[must_use]
    pub fn direction(self) -> &'static str {
        "ltr"
    }

    /// Whether a count takes the singular.
    #[must_use]
    pub fn is_singular(self, count: i64) -> bool {
        count == 1 || (count == 0 && matches!(self, Self::French | Self::Portuguese))
    }

    /// The language of a tag such as `de` or `pt-BR`; none if it is not supported.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let main = tag.split('-').next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|language| main.eq_ignore_ascii_case(language.tag()))
    }

    /// The first supported language among the browser's preferences, or else English. A draft has to be
    /// chosen explicitly.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::English, 0.0_f32);
        for part in header.split(',').take(20) {
            let (tag, quality) = part.split_once(';').unwrap_or((part, "q=1"));
            let quality = quality
                .trim()
                .trim_start_matches("q=")
                .parse()
                .unwrap_or(0.0);
            let language = Self::from_tag(tag.trim()).filter(|language| !language.is_draft());
            if let Some(language) = language.filter(|_| quality > best.1) {
                best = (language, quality);
            }
        }
        best.0
    }

    /// What the player has chosen, or else what the browser prefers.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn chosen() -> Self {
        let cookie = response::request_cookie("language");
        Self::preferred(cookie, || response::request_header("accept-language"))
    }

    /// The same for a request that no page answers.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn of_request(headers: &axum::http::HeaderMap) -> Self {
        Self::preferred(response::cookie(headers, "language"), || {
            let header = headers.get("accept-language")?;
            Some(header.to_str().ok()?.to_owned())
        })
    }

    #[cfg(feature = "ssr")]
    fn preferred(cookie: Option<String>, header: impl FnOnce() -> Option<String>) -> Self {
        let chosen = cookie.and_then(|tag| Self::from_tag(&tag));
        chosen.unwrap_or_else(|| header().map_or(Self::English, |header| Self::accepted(&header)))
    }

    /// The language for rendering this request's page; pages without translations are in English.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn of_page() -> Self {
        let translated = response::path().is_some_and(|path| paths::is_translated(&path));
        if translated {
            Self::chosen()
        } else {
            Self::English
        }
    }
}

/// The texts of a page, with its amounts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts {
    language: Language,
    /// That of the page's game.
    currency: Currency,
}

impl Texts {
    /// Provides the texts of this page to all components below.
    #[cfg(feature = "ssr")]
    pub(crate) fn provide() {
        provide_context(Self {
            language: Language::of_page(),
            currency: PageCurrency::get(),
        });
    }

    /// The texts of the surrounding page.
    #[must_use]
    pub fn get() -> Self {
        #[cfg(feature = "ssr")]
        {
            use_context().unwrap_or_default()
        }
        #[cfg(not(feature = "ssr"))]
        {
            Self {
                language: loaded::language(),
                currency: loaded::currency(),
            }
        }
    }

    /// What the server says in English, in the language of the page as far as the server renders it. The
    /// browser leaves it as it is.
    #[must_use]
    pub fn as_said(self, english: String) -> String {
        #[cfg(feature = "ssr")]
        {
            self.said(&english)
        }
        #[cfg(not(feature = "ssr"))]
        {
            english
        }
    }

    /// Why something was refused. The browser knows the causes alone; everything else it tells in English, with
    /// words around it.
    #[must_use]
    pub fn refused(self, error: &ApiError) -> String {
        #[cfg(feature = "ssr")]
        {
            self.refusal(error)
        }
        #[cfg(not(feature = "ssr"))]
        {
            if self.language == Language::English {
                return error.message.clone();
            }
            if let Some(rejection) = error.rejection {
                return crate::ticket::rejection(rejection);
            }
            let told = match error.code {
                ErrorCode::NotFound => self.parts_nothing_here(),
                ErrorCode::Unreachable => self.parts_lost_text(),
                ErrorCode::Unavailable | ErrorCode::Timeout => self.parts_busy_text(),
                ErrorCode::RateLimited => {
                    let seconds = error.retry_after_seconds.unwrap_or(WAIT_SECONDS);
                    return self.parts_slowly_text(seconds);
                }
                _ => return format!("{}: {}", self.parts_wrong(), error.message),
            };
            told.to_owned()
        }
    }

    /// Their language.
    #[must_use]
    pub fn language(self) -> Language {
        self.language
    }

    /// The currency of the amounts on the page.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The same with amounts in another currency, for a page that shows several games.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn in_currency(self, currency: Currency) -> Self {
        Self { currency, ..self }
    }

    /// The name of that currency inside a sentence: `dollars`.
    #[must_use]
    pub fn currency_word(self) -> &'static str {
        match self.currency.sign() {
            '€' => self.unit_euros(),
            '£' => self.unit_pounds(),
            _ => self.unit_dollars(),
        }
    }
}

/// The messages of plain pages. A message that no page uses fails the build.
#[cfg(feature = "ssr")]
#[deny(dead_code)]
#[rustfmt::skip]
mod messages {
    use super::Texts;

    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// The messages of the launcher, which has no server to load translations from.
#[cfg(feature = "csr")]
#[deny(dead_code)]
#[rustfmt::skip]
mod launcher {
    use super::Texts;

    include!(concat!(env!("OUT_DIR"), "/launcher.rs"));
}

/// The messages of all other pages.
#[cfg_attr(feature = "ssr", deny(dead_code))]
#[cfg_attr(not(feature = "ssr"), allow(dead_code, reason = "some are used by the server alone"))]
#[rustfmt::skip]
mod live {
    use super::Texts;
    #[cfg(not(feature = "ssr"))]
    use super::loaded;

    include!(concat!(env!("OUT_DIR"), "/live.rs"));
}

/// The texts that a page in this language carries for the browser, a line for each message; none in English,
/// which the WebAssembly contains.
#[cfg(feature = "ssr")]
pub(crate) fn live_table(language: Language) -> Option<&'static str> {
    let carried = language != Language::English;
    carried
        .then(|| live::LIVE.get(language as usize).copied())
        .flatten()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_browser_s_order_of_languages_decides() {
        let check = |header: &str, language| {
            assert_eq!(Language::accepted(header), language, "{header}");
        };
        check("", Language::English);
        check("de", Language::German);
        check("de-AT,de;q=0.9,en;q=0.8", Language::German);
        check("pt-BR", Language::Portuguese);
        check("ja,fr;q=0.5,es;q=0.7", Language::Spanish);
        check("xx;q=1,de;q=0", Language::English);
        check("sn,fr;q=0.4", Language::French);
        check("de;q=x", Language::English);
    }
}
