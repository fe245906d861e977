//! Progress: the habits that earn a player XP, achievements, streaks and quests.
//!
//! What happens to a player is a [`Happening`]. Happenings move [`Counters`], and achievements and quests are
//! [`Criterion`]s over counters, so a new one is a row of data and needs no code. Everything here is a pure
//! function: the server evaluates it in the batch that causes an unlock, and the page evaluates it to preview
//! one.

mod achievement;
mod assignment;
mod catalogue;
mod closes;
mod counter;
mod counters;
mod criterion;
mod deed;
mod evaluation;
mod first_steps;
mod foresight;
mod happening;
mod ledger;
mod player;
mod quest;
mod quest_day;
mod reason;
mod recount;
mod streak;

pub use achievement::{AchievementDefinition, AchievementId, AchievementKind, Group, IdError};
pub use assignment::{AssignmentProgress, AssignmentRule, assess};
pub use catalogue::{Achievements, CatalogueError};
pub use closes::{DayStand, HeldFall, Storm, falls_held, steady_days, storms, weeks_ahead};
pub use counter::{Counter, CounterError, CounterKind, CounterScope};
pub use counters::{Counters, DAYS_OF_PATIENCE};
pub use criterion::{Criterion, CriterionError, Toward};
pub use deed::Deed;
pub use evaluation::{Evaluation, Unlock, evaluate, evaluate_all};
pub use first_steps::FirstStep;
pub use foresight::{ForeseenTrade, would_unlock};
pub use happening::{Close, Happening, Purchase, Sale};
pub use player::PlayerProgress;
pub use quest::{Quest, QuestError, Quests};
pub use quest_day::QuestDay;
pub use reason::{ReasonLacks, reason_lacks};
pub use streak::{LostStreak, Streak, Visit, VisitOutcome, local_day};
