//! Skins: the size, playfulness and contrast of the pages. Stored in a cookie, so that the server renders the
//! page as chosen; `web/style/skins.css` defines what each one changes.

/// What the player has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skin {
    /// Ledger paper and ink.
    #[default]
    Standard,
    /// Large type on a plain white page.
    Plain,
    /// Round and colourful.
    Playful,
    /// The strongest contrast.
    Contrast,
}

impl Skin {
    /// All of them, in the order offered to the player.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Plain, Self::Playful, Self::Contrast];

    /// The skin with this name, if any.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|skin| skin.as_str() == text)
    }

    /// Its name in the cookie, in forms and in `<html data-skin>`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Plain => "plain",
            Self::Playful => "playful",
            Self::Contrast => "contrast",
        }
    }

    /// The skin from the request's cookie.
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
