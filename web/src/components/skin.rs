//! Skins: how large, how playful and how strong in contrast the pages are. Kept in a cookie, so that
//! the server renders the page as it was chosen; `web/style/skins.css` says what each changes.

/// What the player has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skin {
    /// Ledger paper and ink.
    #[default]
    Standard,
    /// Large letters on a white page without ornament.
    Plain,
    /// Round and colourful.
    Playful,
    /// The strongest contrast.
    Contrast,
}

impl Skin {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Plain, Self::Playful, Self::Contrast];

    /// The skin of a name; none where no skin has it.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|skin| skin.as_str() == text)
    }

    /// As it stands in the cookie, in forms and in `<html data-skin>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Plain => "plain",
            Self::Playful => "playful",
            Self::Contrast => "contrast",
        }
    }

    /// The skin that the request asks for.
    #[must_use]
    pub fn chosen() -> Self {
        #[cfg(feature = "ssr")]
        let text = crate::response::request_cookie("skin");
        #[cfg(not(feature = "ssr"))]
        let text: Option<String> = None;
        text.and_then(|text| Self::from_text(&text))
            .unwrap_or_default()
    }
}
