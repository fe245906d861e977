//! The order of the market's list.

use crate::language::Texts;

/// How the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sort {
    /// The largest change today, up or down, first; for a search, the best match first.
    #[default]
    Movers,
    /// By name.
    Name,
    /// The cheapest first.
    Price,
    /// Today's largest gain first.
    Change,
}

impl Sort {
    pub(super) const EACH: [Self; 4] = [Self::Movers, Self::Name, Self::Price, Self::Change];

    /// Its value in the URL.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Movers => "movers",
            Self::Name => "name",
            Self::Price => "price",
            Self::Change => "change",
        }
    }

    /// The order for a value in the URL; [`Sort::Movers`] for any other.
    pub(super) fn from_text(text: Option<&str>) -> Self {
        let named = |sort: &Self| text == Some(sort.as_str());
        Self::EACH.into_iter().find(named).unwrap_or_default()
    }

    /// Its link label.
    pub(super) fn label(self, searched: bool) -> &'static str {
        let texts = Texts::get();
        match self {
            Self::Movers if searched => texts.market_sort_match(),
            Self::Movers => texts.market_sort_movers(),
            Self::Name => texts.market_sort_name(),
            Self::Price => texts.market_sort_price(),
            Self::Change => texts.market_sort_today(),
        }
    }

    /// Its value in API requests.
    pub(super) fn asked(self, searched: bool) -> &'static str {
        match self {
            Self::Movers if searched => "relevance",
            sort => sort.as_str(),
        }
    }
}
