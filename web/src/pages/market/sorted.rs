//! The order of the market's list.

/// How the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sort {
    /// The largest change of today, up or down, first; of a search, what fits it best.
    #[default]
    Movers,
    /// By name.
    Name,
    /// The cheapest first.
    Price,
    /// What rose most today first.
    Change,
}

impl Sort {
    pub(super) const EACH: [Self; 4] = [Self::Movers, Self::Name, Self::Price, Self::Change];

    /// In the page's address.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Movers => "movers",
            Self::Name => "name",
            Self::Price => "price",
            Self::Change => "change",
        }
    }

    /// The order of a text in the address; [`Sort::Movers`] for any other.
    pub(super) fn from_text(text: Option<&str>) -> Self {
        let named = |sort: &Self| text == Some(sort.as_str());
        Self::EACH.into_iter().find(named).unwrap_or_default()
    }

    /// On its link.
    pub(super) fn label(self, searched: bool) -> &'static str {
        match self {
            Self::Movers if searched => "Best match",
            Self::Movers => "Movers",
            Self::Name => "Name",
            Self::Price => "Price",
            Self::Change => "Today",
        }
    }

    /// What the server is asked for.
    pub(super) fn asked(self, searched: bool) -> &'static str {
        match self {
            Self::Movers if searched => "relevance",
            sort => sort.as_str(),
        }
    }
}
