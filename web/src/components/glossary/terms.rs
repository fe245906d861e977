//! The glossary: one sentence per term.

use crate::language::Texts;

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
        let texts = Texts::get();
        match self {
            Self::AverageCost => texts.parts_average_cost(),
            Self::Limit => texts.parts_limit(),
            Self::NetWorth => texts.parts_net_worth(),
            Self::PriceGuard => texts.parts_price_guard(),
            Self::ProfitOnPaper => texts.parts_profit_on_paper(),
            Self::SetAside => texts.parts_set_aside(),
            Self::Stop => texts.parts_stop(),
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        let texts = Texts::get();
        match self {
            Self::AverageCost => texts.parts_average_cost_is(),
            Self::Limit => texts.parts_limit_is(),
            Self::NetWorth => texts.parts_net_worth_is(),
            Self::PriceGuard => texts.parts_price_guard_is(),
            Self::ProfitOnPaper => texts.parts_profit_on_paper_is(),
            Self::SetAside => texts.parts_set_aside_is(),
            Self::Stop => texts.parts_stop_is(),
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
