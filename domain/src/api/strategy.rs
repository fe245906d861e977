//! Strategies: targets that an author publishes.

use serde::{Deserialize, Serialize};

use crate::advice::{Aim, Measured, TargetPlan};
use crate::{Percent, Timestamp};

/// How much a strategy may fluctuate, according to its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RiskProfile {
    /// Small moves come first.
    Cautious,
    /// Some of both.
    Balanced,
    /// Large moves are accepted.
    Bold,
}

impl RiskProfile {
    /// Every profile, calmest first.
    pub const ALL: [Self; 3] = [Self::Cautious, Self::Balanced, Self::Bold];

    /// Its name in databases, forms and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cautious => "cautious",
            Self::Balanced => "balanced",
            Self::Bold => "bold",
        }
    }

    /// The profile with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == name)
    }
}

/// Who may see a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StrategyVisibility {
    /// Only its author.
    Private,
    /// The players of the game that it was published in.
    Game,
    /// Everyone, in every game on the same market.
    Public,
}

impl StrategyVisibility {
    /// Every value, most open first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Game, Self::Private];

    /// Its name in databases, forms and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Game => "game",
            Self::Public => "public",
        }
    }

    /// The value with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.as_str() == name)
    }
}

/// What comes first in a list of strategies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StrategyOrder {
    /// The most followed.
    #[default]
    Followers,
    /// The highest return this year; those not measured yet come last.
    Return,
    /// The latest published or changed.
    Recency,
    /// Those with the most query words in their name, then the most followed. If very many match, only
    /// followers count.
    Relevance,
}

impl StrategyOrder {
    /// Every order.
    pub const ALL: [Self; 4] = [
        Self::Followers,
        Self::Return,
        Self::Recency,
        Self::Relevance,
    ];

    /// Its name in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Followers => "followers",
            Self::Return => "return",
            Self::Recency => "recency",
            Self::Relevance => "relevance",
        }
    }
}

/// The content of a version of a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyContent {
    /// Its name.
    pub name: String,
    /// What it is for, in the author's words.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How much it may rise and fall.
    pub risk: RiskProfile,
    /// The targets and the rules for trading back to them.
    pub plan: TargetPlan,
}

/// Publishes a strategy, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StrategyRequest {
    /// 3 to 60 characters.
    pub name: String,
    /// At most 2,000 characters.
    #[serde(default)]
    pub description: String,
    /// At most 5, each a word of at most 24 letters, digits and hyphens.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How much it may rise and fall.
    pub risk: RiskProfile,
    /// Who may see it.
    pub visibility: StrategyVisibility,
    /// The targets. By default, a new strategy takes the player's own targets in this game, and a change
    /// keeps the existing ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<TargetPlan>,
    /// For a change without `plan`: adopt the player's current targets.
    #[serde(default)]
    pub own_targets: bool,
}

/// A strategy in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for, in the author's words.
    pub description: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How much it may fluctuate, according to its author.
    pub risk: RiskProfile,
    /// Who may see it.
    pub visibility: StrategyVisibility,
    /// The author's handle.
    pub author: String,
    /// Whether the requesting player is the author.
    pub mine: bool,
    /// The number of its latest version, from 1.
    pub version: u32,
    /// When the first version was published.
    pub published_at: Timestamp,
    /// When the latest version was published.
    pub changed_at: Timestamp,
    /// How many players follow it.
    pub followers: u32,
    /// Its performance, as measured by the server; none before it has been held from one close to
    /// the next.
    pub measured: Option<Measured>,
}

/// A page of strategies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategiesView {
    /// At most 20; but all of the player's own and followed strategies.
    pub items: Vec<StrategyRow>,
    /// The page, from 1.
    pub page: u32,
    /// The next page; none when there is none. A search ends with page 25.
    pub next_page: Option<u32>,
}

/// A version of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyVersionRow {
    /// Its number, from 1.
    pub version: u32,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A strategy with its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StrategyView {
    /// The strategy as it is now.
    pub strategy: StrategyRow,
    /// The number of the version in `content`.
    pub shown_version: u32,
    /// The content of that version.
    pub content: StrategyContent,
    /// Every version, the latest first.
    pub versions: Vec<StrategyVersionRow>,
    /// Whether the requesting player follows it.
    pub follows: bool,
    /// Whether an operator has hidden it from everyone but its author and operators.
    pub hidden: bool,
    /// Whether the requesting player is an operator.
    pub operates: bool,
}

/// How a copy would change one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetChange {
    /// An instrument or a category; none: cash.
    pub aim: Option<Aim>,
    /// The player's current target; none: there is none.
    pub now: Option<Percent>,
    /// The target after copying; none: there is none.
    pub then: Option<Percent>,
}

/// What copying a strategy into the player's targets would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CopyPreview {
    /// The strategy's name.
    pub name: String,
    /// The version that would be copied.
    pub version: u32,
    /// Whether the player has targets now, which the copy would replace.
    pub has_targets: bool,
    /// Each target before and after, cash last.
    pub changes: Vec<TargetChange>,
}

impl CopyPreview {
    /// Targets before and after: those of the strategy first, cash last.
    #[must_use]
    pub fn changes(now: Option<&TargetPlan>, then: &TargetPlan) -> Vec<TargetChange> {
        let share_of = |plan: &TargetPlan, aim: &Aim| {
            let found = plan.targets.iter().find(|target| target.aim == *aim);
            found.map(|target| target.share)
        };
        let kept = then.targets.iter().map(|target| TargetChange {
            aim: Some(target.aim.clone()),
            now: now.and_then(|plan| share_of(plan, &target.aim)),
            then: Some(target.share),
        });
        let dropped = now.into_iter().flat_map(|plan| &plan.targets);
        let dropped = dropped.filter(|target| share_of(then, &target.aim).is_none());
        let dropped = dropped.map(|target| TargetChange {
            aim: Some(target.aim.clone()),
            now: Some(target.share),
            then: None,
        });
        let cash = TargetChange {
            aim: None,
            now: now.map(TargetPlan::cash),
            then: Some(then.cash()),
        };
        kept.chain(dropped).chain([cash]).collect()
    }
}

/// Copies a strategy into the player's targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CopyRequest {
    /// The version, such as the one that was previewed; the latest by default.
    #[serde(default)]
    pub version: Option<u32>,
}

/// A report of a strategy to the operator of the game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StrategyReport {
    /// What is wrong with it; 1 to 400 characters.
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::Target;

    #[test]
    fn names_are_those_of_json() {
        for value in RiskProfile::ALL {
            assert_eq!(RiskProfile::named(value.as_str()), Some(value));
            let json = serde_json::to_value(value).unwrap();
            assert_eq!(json, value.as_str());
        }
        for value in StrategyVisibility::ALL {
            assert_eq!(StrategyVisibility::named(value.as_str()), Some(value));
            let json = serde_json::to_value(value).unwrap();
            assert_eq!(json, value.as_str());
        }
        for value in StrategyOrder::ALL {
            let json = serde_json::to_value(value).unwrap();
            assert_eq!(json, value.as_str());
        }
    }

    #[test]
    fn a_copy_adds_changes_and_drops_targets_and_what_is_left_is_cash() {
        let plan = |shares: &[(&str, i64)]| {
            let target = |(name, percent): &(&str, i64)| Target {
                aim: Aim::Category((*name).to_owned()),
                share: Percent::from_basis_points(percent * 100),
            };
            TargetPlan::new(shares.iter().map(target).collect())
        };
        let (now, then) = (
            plan(&[("Food", 30), ("Toys", 20)]),
            plan(&[("Food", 50), ("Funds", 40)]),
        );
        let changes = CopyPreview::changes(Some(&now), &then);
        let shown: Vec<_> = changes
            .iter()
            .map(|one| {
                let name = one.aim.as_ref().map(Aim::to_string).unwrap_or_default();
                let whole = |share: Option<Percent>| share.map(|share| share.basis_points() / 100);
                (name, whole(one.now), whole(one.then))
            })
            .collect();
        let row = |name: &str, now, then| (name.to_owned(), now, then);
        assert_eq!(
            shown,
            [
                row("Food", Some(30), Some(50)),
                row("Funds", None, Some(40)),
                row("Toys", Some(20), None),
                row("", Some(50), Some(10)),
            ]
        );
        let first = CopyPreview::changes(None, &then);
        assert_eq!(first.last().and_then(|cash| cash.now), None);
    }
}
