//! Sends a summary of the week to the players who opted in, every Monday.

use std::time::Duration;

use async_trait::async_trait;
use domain::api::{CurveRange, NotificationKind};
use domain::{AccountId, Day, PlayerId};

use super::{Context, Done, JobError, Kind, Limits, Schedule};
use crate::app::{App, Game};
use crate::equity::{self, Reading};
use crate::notifications::{Happened, Subject, tell};
use crate::store::NotificationChoices;

/// Minutes after midnight (UTC).
const AT: u16 = 6 * 60;
/// Players read at once.
const PAGE: u32 = 200;
/// Maximum games summarized per player, one notification each.
const GAMES_MAX: usize = 5;
/// Maximum entries of a week examined.
const ENTRIES_MAX: u32 = 500;

pub(super) struct Weeks {
    app: App,
}

impl Weeks {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn sum_up(&self, player: PlayerId, monday: Day) -> Result<(), JobError> {
        let app = &self.app;
        let all = app.games.all();
        let now = app.clock.now();
        let mut told = Vec::new();
        for id in app.store.list_games_of(player).await? {
            let game = all.iter().find(|game| game.record.id == id);
            let open = game.filter(|game| game.rules.closes_at.is_none_or(|at| at > now));
            if let Some(game) = open
                && told.len() < GAMES_MAX
                && let Some(sentences) = self.sentences(player, game).await?
            {
                told.push(Happened {
                    player,
                    cause: format!("week:{id}:{monday}"),
                    subject: Subject::Week {
                        game: id,
                        sentences,
                    },
                    at: now,
                });
            }
        }
        Ok(tell(app, &told).await?)
    }

    /// The week in words. `None` for an account that did not exist.
    async fn sentences(
        &self,
        player: PlayerId,
        game: &Game,
    ) -> Result<Option<Vec<String>>, JobError> {
        let app = &self.app;
        let account = AccountId {
            player,
            game: game.record.id,
        };
        let market = app.market_of(game).await.map_err(anyhow::Error::from)?;
        let from = (&*app.store, &app.portfolios);
        let now = app.clock.now();
        let reading = Reading::of(account, CurveRange::Week, from, market, now).await?;
        let Some(reading) = reading else {
            return Ok(None);
        };
        let ledger = app.store.list_ledger(account, None, ENTRIES_MAX).await?;
        let (instruments, cash) = (app.markets.instruments(), game.rules.starting_cash);
        let week = reading.with(&instruments, cash, |dashboard| {
            equity::week(dashboard, &ledger)
        });
        Ok(Some(web::pages::week_in_words(&week)))
    }
}

/// Whether a player wants the summary through any channel.
fn wants(choices: &NotificationChoices) -> bool {
    let channels = choices.channels_of(NotificationKind::Week);
    channels.app || channels.mail
}

#[async_trait]
impl Kind for Weeks {
    const NAME: &'static str = "weeks";
    type Payload = ();

    fn limits() -> Limits {
        Limits {
            soft: Duration::from_secs(2 * 3_600),
            hard: Duration::from_secs(3 * 3_600),
            ..Limits::default()
        }
    }

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::weekly(AT), ()))
    }

    /// The cause names the Monday, so each week is reported once, even if the job runs again.
    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let monday = job.now().day().monday();
        let mut after = None;
        loop {
            let page = self.app.store.list_notification_choices(after, PAGE);
            let page = page.await?;
            let Some(last) = page.last() else { break };
            after = Some(last.player);
            for choices in page.iter().filter(|choices| wants(choices)) {
                self.sum_up(choices.player, monday).await?;
                if job.stop().is_some() {
                    return Ok(Done::Unfinished);
                }
            }
        }
        Ok(Done::Finished)
    }
}
