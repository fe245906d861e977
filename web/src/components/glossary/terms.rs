//! The glossary: one sentence per term.

/// A term of the trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Average cost per share.
    AverageCost,
    /// An order that waits for a better price.
    Limit,
    /// Cash and shares together.
    NetWorth,
    /// How far a price may move before an order is filled.
    PriceGuard,
    /// Profit of what is still held.
    ProfitOnPaper,
    /// What a waiting order may need.
    SetAside,
    /// An order that follows a worse price.
    Stop,
}

impl Term {
    /// All terms, by name.
    pub const ALL: [Self; 7] = [
        Self::AverageCost,
        Self::Limit,
        Self::NetWorth,
        Self::PriceGuard,
        Self::ProfitOnPaper,
        Self::SetAside,
        Self::Stop,
    ];

    /// Where it stands in the glossary, and part of the id of its explanation.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        match self {
            Self::AverageCost => "average-cost",
            Self::Limit => "limit-order",
            Self::NetWorth => "net-worth",
            Self::PriceGuard => "price-guard",
            Self::ProfitOnPaper => "profit-on-paper",
            Self::SetAside => "set-aside",
            Self::Stop => "stop-order",
        }
    }

    /// The term.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AverageCost => "Average cost",
            Self::Limit => "Limit order",
            Self::NetWorth => "Net worth",
            Self::PriceGuard => "Price guard",
            Self::ProfitOnPaper => "Profit on paper",
            Self::SetAside => "Set aside",
            Self::Stop => "Stop order",
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::AverageCost => {
                "What you paid for all your shares of a company, divided by how many you hold: above it, selling makes a profit."
            }
            Self::Limit => {
                "An order that waits for a good price: it buys at yours or cheaper and sells at yours or higher, and may wait forever."
            }
            Self::NetWorth => "Your cash and what your shares would bring at this moment's prices.",
            Self::PriceGuard => {
                "How much worse the price may get after you press the button; beyond that, nothing is traded."
            }
            Self::ProfitOnPaper => {
                "What you would gain if you sold everything now; it is not yours until you do."
            }
            Self::SetAside => {
                "Money or shares that a waiting order may need: they stay yours, and are free again when the order is filled or cancelled."
            }
            Self::Stop => {
                "An order that reacts to a price: it sells once the price has fallen to yours, to end a loss, or buys once it has risen to yours."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_explained_in_one_sentence() {
        for term in Term::ALL {
            let text = term.explanation();
            assert!(text.ends_with('.'), "{term:?}");
            assert_eq!(
                text.matches(". ").count(),
                0,
                "{term:?} takes two sentences"
            );
        }
    }
}
