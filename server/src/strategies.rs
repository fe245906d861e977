//! Strategies: what may be published, who may see it, and how it did.

use domain::advice::TargetPlan;
use domain::api::{ApiError, StrategyContent, StrategyRequest, StrategyVisibility};
use domain::text::seen;
use domain::{AccountId, PlayerId};

use crate::app::{App, Game};
use crate::error::Result;
use crate::market::Catalogue;
use crate::store::StrategyRecord;

pub mod measure;
pub mod terms;

/// Characters of a name, of a description, and of a tag.
const NAME_MIN: usize = 3;
const NAME_MAX: usize = 60;
const DESCRIPTION_MAX: usize = 2_000;
const TAG_MAX: usize = 24;
/// Tags of a strategy.
const TAGS_MAX: usize = 5;

/// Who asks for strategies, and from where.
#[derive(Debug, Clone)]
pub struct Asker {
    /// None when nobody is logged in.
    pub player: Option<PlayerId>,
    /// The game of the address.
    pub game: Game,
    /// Whether the player has an account in it.
    pub plays: bool,
    /// Whether the player is an operator.
    pub operates: bool,
}

impl Asker {
    /// A player, or nobody, in a game.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of(app: &App, game: Game, player: Option<PlayerId>) -> Result<Self> {
        let (mut plays, mut operates) = (false, false);
        if let Some(player) = player {
            let account = AccountId {
                player,
                game: game.record.id,
            };
            plays = app.portfolios.find(account).await?.is_some();
            operates = app.store.is_operator(player).await?;
        }
        Ok(Self {
            player,
            game,
            plays,
            operates,
        })
    }

    /// Whether the asker may see a strategy. To everybody else it is not there.
    #[must_use]
    pub fn sees(&self, record: &StrategyRecord) -> bool {
        if record.market != self.game.record.market {
            return false;
        }
        if self.player == Some(record.author) {
            return true;
        }
        match record.visibility {
            StrategyVisibility::Private => false,
            _ if self.operates => true,
            _ if record.hidden => false,
            StrategyVisibility::Game => self.plays && record.game == self.game.record.id,
            StrategyVisibility::Public => true,
        }
    }
}

/// A request with its texts in the form in which they are stored.
///
/// # Errors
/// 422 with the field that is wrong.
pub fn content(request: StrategyRequest, plan: TargetPlan) -> Result<StrategyContent> {
    let name = seen(&request.name, false);
    if !(NAME_MIN..=NAME_MAX).contains(&name.chars().count()) {
        let said = format!("must have {NAME_MIN} to {NAME_MAX} characters");
        return Err(ApiError::field("name", said).into());
    }
    let description = seen(&request.description, true);
    if description.chars().count() > DESCRIPTION_MAX {
        let said = format!("must have at most {DESCRIPTION_MAX} characters");
        return Err(ApiError::field("description", said).into());
    }
    plan.check()?;
    Ok(StrategyContent {
        name,
        description,
        tags: tags(&request.tags)?,
        risk: request.risk,
        plan,
    })
}

/// Tags in small letters, none twice.
fn tags(given: &[String]) -> Result<Vec<String>> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        let tag = tag.trim().trim_start_matches('#').to_lowercase();
        let fits = |c: char| c.is_alphanumeric() || c == '-';
        let is_word = tag.chars().any(char::is_alphanumeric) && tag.chars().all(fits);
        if !is_word || tag.chars().count() > TAG_MAX {
            let said =
                format!("must each be one word of at most {TAG_MAX} letters, digits and hyphens");
            return Err(ApiError::field("tags", said).into());
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.len() > TAGS_MAX {
        let said = format!("must be at most {TAGS_MAX}");
        return Err(ApiError::field("tags", said).into());
    }
    Ok(tags)
}

/// The categories that a plan invests in, those of its instruments included.
#[must_use]
pub fn categories(plan: &TargetPlan, catalogue: &Catalogue) -> Vec<String> {
    let mut categories: Vec<String> = plan
        .targets
        .iter()
        .filter(|target| target.share.basis_points() > 0)
        .flat_map(|target| {
            let aimed_at = catalogue.instruments.iter();
            let aimed_at = aimed_at.filter(|instrument| instrument.is_aimed_at(&target.aim));
            aimed_at.map(|instrument| instrument.category.clone())
        })
        .collect();
    categories.sort_unstable();
    categories.dedup();
    categories
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_single_words_in_small_letters() {
        let given = |texts: &[&str]| tags(&texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>());
        let found = given(&["#Funds", "long-term", " funds "]).unwrap();
        assert_eq!(found, ["funds", "long-term"]);
        for wrong in ["two words", "", "-", "a,b", &"x".repeat(25)] {
            assert!(given(&[wrong]).is_err(), "{wrong}");
        }
        assert!(given(&["a", "b", "c", "d", "e", "f"]).is_err());
    }
}
