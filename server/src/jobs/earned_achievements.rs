//! Awards achievements to players who had earned them before they were defined. Checks every night and
//! does nothing while the definitions are unchanged.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::progress::{AchievementDefinition, Achievements, Counter, CounterScope, evaluate_all};
use domain::{AccountId, AwardCause, Progress};
use sha2::{Digest, Sha256};

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::App;
use crate::engine::AwardRequest;
use crate::store::AccountRecord;

/// Minutes after midnight (UTC).
const AT: u16 = 2 * 60 + 30;
/// Accounts read at once.
const PAGE: u32 = 200;
/// Maximum unlocks examined per player.
const UNLOCKS_MAX: u32 = 1_000;
/// The variable that holds the fingerprint of the definitions already awarded to everybody who earned them.
const GRANTED: &str = "achievements_granted";

pub(super) struct EarnedAchievements {
    app: App,
}

impl EarnedAchievements {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn account(&self, record: &AccountRecord) -> Result<u64, JobError> {
        let (app, id) = (&self.app, record.id);
        let Some(account) = app.store.find_account(id).await? else {
            return Ok(0);
        };
        let unlocks = app.store.list_unlocks(id.player, UNLOCKS_MAX).await?;
        let mut times: HashMap<String, HashMap<domain::GameId, u32>> = HashMap::new();
        for award in unlocks {
            if let AwardCause::Unlocked {
                achievement, game, ..
            } = award.cause
            {
                *times
                    .entry(achievement)
                    .or_default()
                    .entry(game)
                    .or_default() += 1;
            }
        }
        let has = |definition: &AchievementDefinition| {
            let of_it = times.get(definition.id.as_str());
            of_it.map_or(0, |games| {
                if is_of_player(definition) {
                    games.values().sum()
                } else {
                    games.get(&id.game).copied().unwrap_or(0)
                }
            })
        };
        let levels = app.engine.levels(app.clock.now());
        let level = Progress::by(levels, account.xp).level;
        let counters = account.progress.counters.joined(&account.record.counters);
        let counters = counters.with(Counter::Level, level.into());
        let achievements = Achievements::standard();
        let evaluation = evaluate_all(achievements, levels, counters, account.xp, has);
        let mut given = 0;
        for unlock in evaluation.unlocks {
            let until = unlock.times_before.saturating_add(unlock.times);
            for step in unlock.times_before..until {
                given += u64::from(self.give(id, unlock.definition, step).await?);
            }
        }
        Ok(given)
    }

    async fn give(
        &self,
        id: AccountId,
        definition: &AchievementDefinition,
        step: u32,
    ) -> Result<bool, JobError> {
        let games = self.app.games.all();
        let Some(game) = games.iter().find(|game| game.record.id == id.game) else {
            return Ok(false);
        };
        let context = self.app.context_of(game).await;
        let context = context.map_err(anyhow::Error::from)?;
        let asked = AwardRequest {
            xp: definition.xp_reward,
            cause: AwardCause::Unlocked {
                achievement: definition.id.as_str().to_owned(),
                step,
                game: id.game,
            },
        };
        let awarded = self.app.engine.award(id, asked, context).await;
        Ok(awarded.map_err(anyhow::Error::from)?.is_some())
    }
}

/// Whether every counter of its criterion belongs to the player across all games.
fn is_of_player(definition: &AchievementDefinition) -> bool {
    let thresholds = definition.criterion.thresholds();
    let mut scopes = thresholds.iter().map(|(counter, _)| counter.scope());
    scopes.all(|scope| scope == CounterScope::Player)
}

/// A fingerprint of this program's definitions: it changes with the criterion or reward of any of them.
fn fingerprint(achievements: &Achievements) -> String {
    let definitions = format!("{:?}", achievements.all());
    hex::encode(Sha256::digest(definitions))
}

#[async_trait]
impl Kind for EarnedAchievements {
    const NAME: &'static str = "earned_achievements";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(2 * 3_600),
            hard: Duration::from_secs(3 * 3_600),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::daily(AT), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let store = &self.app.store;
        let current = fingerprint(Achievements::standard());
        if store.find_variable(GRANTED).await?.as_ref() == Some(&current) {
            return Ok(Done::Finished);
        }
        let (mut after, mut done, mut given) = (None, 0_i64, 0_u64);
        loop {
            let page = store.list_accounts(after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            for record in &page {
                given += self.account(record).await?;
                done = done.saturating_add(1);
                if job.stop().is_some() {
                    return Ok(Done::Unfinished);
                }
            }
            job.progress(done, None, &format!("accounts; {given} achievements given"));
        }
        store.store_variable(GRANTED, &current).await?;
        Ok(Done::With(serde_json::json!({ "given": given })))
    }
}
