//! The catalogue of achievements, indexed by the counters that they read.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use super::achievement::{AchievementDefinition, AchievementId, AchievementKind};
use super::counter::{Counter, CounterKind};
use super::criterion::Criterion;

/// Definitions in display order, with an index.
///
/// For each counter the index holds the values at which a criterion may become met, in order. When
/// a counter moves from 11 to 12, only definitions with a value of 12 are checked: the cost of a
/// trade does not grow with the number of definitions.
#[derive(Debug, Clone, Default)]
pub struct Achievements {
    definitions: Vec<AchievementDefinition>,
    /// For each counter: value and place in `definitions`, sorted.
    thresholds: Vec<Vec<(i64, usize)>>,
    /// For each counter: step and place in `definitions` of repeatable ones.
    steps: Vec<Vec<(i64, usize)>>,
    /// Places in `definitions`, sorted by id.
    by_id: Vec<usize>,
}

/// Why definitions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueError {
    /// The text is not a JSON array of definitions.
    Malformed(String),
    /// Two definitions have this id.
    Twice(AchievementId),
    /// A repeatable one needs a single counter that only adds up and is not moved by unlocks.
    NotRepeatable(AchievementId),
    /// A hidden one needs a hint.
    NoHint(AchievementId),
    /// A name or description is empty, the reward is below zero, or the tier is not 1 to 3.
    Field(AchievementId),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(why) => write!(f, "the achievements cannot be read: {why}"),
            Self::Twice(id) => write!(f, "two achievements are called {id}"),
            Self::NotRepeatable(id) => {
                write!(
                    f,
                    "{id} cannot be repeatable: it needs one counter that adds up"
                )
            }
            Self::NoHint(id) => write!(f, "{id} is hidden and needs a hint"),
            Self::Field(id) => write!(
                f,
                "{id} has an empty text, or a reward or tier out of range"
            ),
        }
    }
}

impl std::error::Error for CatalogueError {}

impl Achievements {
    /// The game's own achievements, from `domain/data/achievements.json`, read once.
    #[must_use]
    pub fn standard() -> &'static Self {
        static STANDARD: OnceLock<Achievements> = OnceLock::new();
        STANDARD.get_or_init(|| {
            // A test reads the file, so it is never the empty default.
            Self::read(include_str!("../../data/achievements.json")).unwrap_or_default()
        })
    }

    /// Reads a JSON array of definitions.
    ///
    /// # Errors
    /// What is wrong with the text, or with the first definition that cannot be used.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let definitions = serde_json::from_str(text);
        Self::new(definitions.map_err(|error| CatalogueError::Malformed(error.to_string()))?)
    }

    /// Indexes definitions.
    ///
    /// # Errors
    /// The first definition that cannot be used.
    pub fn new(definitions: Vec<AchievementDefinition>) -> Result<Self, CatalogueError> {
        let mut seen = HashSet::new();
        for definition in &definitions {
            check(definition)?;
            if !seen.insert(&definition.id) {
                return Err(CatalogueError::Twice(definition.id.clone()));
            }
        }
        Ok(Self::indexed(definitions))
    }

    /// All definitions, in display order.
    #[must_use]
    pub fn all(&self) -> &[AchievementDefinition] {
        &self.definitions
    }

    /// The definition with this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&AchievementDefinition> {
        let id_at = |place: &usize| self.definitions.get(*place).map(|d| d.id.as_str());
        let found = self
            .by_id
            .binary_search_by(|place| id_at(place).cmp(&Some(id)));
        self.definitions.get(*self.by_id.get(found.ok()?)?)
    }

    fn indexed(definitions: Vec<AchievementDefinition>) -> Self {
        let mut thresholds = vec![Vec::new(); Counter::COUNT];
        let mut steps = vec![Vec::new(); Counter::COUNT];
        for (place, definition) in definitions.iter().enumerate() {
            let index = match definition.kind {
                AchievementKind::Repeatable => &mut steps,
                _ => &mut thresholds,
            };
            for (counter, value) in definition.criterion.thresholds() {
                if let Some(list) = index.get_mut(counter.index()) {
                    list.push((value, place));
                }
            }
        }
        thresholds.iter_mut().for_each(|list| list.sort_unstable());
        let mut by_id: Vec<usize> = (0..definitions.len()).collect();
        by_id.sort_by_key(|place| definitions.get(*place).map(|d| &d.id));
        Self {
            definitions,
            thresholds,
            steps,
            by_id,
        }
    }

    /// Adds the positions of definitions that may be unlocked when a counter moves from `before` to
    /// `after`.
    pub(super) fn touched(
        &self,
        counter: Counter,
        before: i64,
        after: i64,
        places: &mut Vec<usize>,
    ) {
        if after <= before {
            return;
        }
        if let Some(list) = self.thresholds.get(counter.index()) {
            let from = list.partition_point(|(value, _)| *value <= before);
            let until = list.partition_point(|(value, _)| *value <= after);
            let passed = list.get(from..until).unwrap_or_default();
            places.extend(passed.iter().map(|(_, place)| *place));
        }
        if let Some(list) = self.steps.get(counter.index()) {
            let passes = |step: &i64| before.checked_div(*step) != after.checked_div(*step);
            let passed = list.iter().filter(|(step, _)| passes(step));
            places.extend(passed.map(|(_, place)| *place));
        }
    }
}

fn check(definition: &AchievementDefinition) -> Result<(), CatalogueError> {
    let id = || definition.id.clone();
    let is_hidden = definition.kind == AchievementKind::Hidden;
    let has_text = |text: &str| !text.trim().is_empty();
    if definition.kind == AchievementKind::Repeatable && !can_repeat(&definition.criterion) {
        return Err(CatalogueError::NotRepeatable(id()));
    }
    if is_hidden && !definition.hint.as_deref().is_some_and(has_text) {
        return Err(CatalogueError::NoHint(id()));
    }
    let has_texts = has_text(&definition.name)
        && has_text(&definition.description)
        && has_text(&definition.icon);
    let has_range =
        definition.xp_reward >= 0 && definition.tier.is_none_or(|tier| (1..=3).contains(&tier));
    if has_texts && has_range {
        Ok(())
    } else {
        Err(CatalogueError::Field(id()))
    }
}

/// A repeatable one over levels or unlocks could unlock itself for ever.
fn can_repeat(criterion: &Criterion) -> bool {
    matches!(criterion, Criterion::AtLeast { counter, .. } if counter.kind() == CounterKind::Sum)
}
