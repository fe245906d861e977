//! Measures how many players have each achievement.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::App;
use crate::rarity::{Rarities, VARIABLE};

const EVERY_S: u32 = 3_600;
/// Players read at once.
const PAGE: u32 = 500;

pub(super) struct MeasuredRarities {
    app: App,
}

impl MeasuredRarities {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }
}

#[async_trait]
impl Kind for MeasuredRarities {
    const NAME: &'static str = "measured_rarities";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(50 * 60),
            hard: Duration::from_secs(55 * 60),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let store = &self.app.store;
        let mut rarities = Rarities::default();
        let (mut after, mut done) = (None, 0_i64);
        loop {
            let page = store.list_players(after, PAGE).await?;
            let (Some(first), Some(last)) = (page.first(), page.last()) else {
                break;
            };
            after = Some(*last);
            let mut of_player: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
            for (player, key) in store.list_unlock_keys(*first, *last).await? {
                // `unlocked:{game}:{achievement}:{step}`
                if let Some(achievement) = key.split(':').nth(2) {
                    let unlocked = of_player.entry(player).or_default();
                    unlocked.insert(achievement.to_owned());
                }
            }
            of_player.into_values().for_each(|set| rarities.add(set));
            done = done.saturating_add(i64::try_from(page.len()).unwrap_or(i64::MAX));
            job.progress(done, None, "players");
            if job.stop().is_some() {
                return Ok(Done::Unfinished);
            }
        }
        let text = serde_json::to_string(&rarities).map_err(anyhow::Error::from)?;
        store.store_variable(VARIABLE, &text).await?;
        Ok(Done::Finished)
    }
}
