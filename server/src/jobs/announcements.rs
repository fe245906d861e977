//! Notifies the members of a game of its host's announcements.

use async_trait::async_trait;
use domain::api::MemberStatus;
use domain::{GameId, Timestamp};

use super::{Context, Done, JobError, Kind, Schedule};
use crate::app::App;
use crate::notifications::{Happened, Subject, tell};
use crate::store::Notice;

/// A host's announcement enqueues the job at once; the schedule finds what a crash has left over.
const EVERY_S: u32 = 60;
/// The variable that says up to when announcements have been sent.
const UNTIL: &str = "announcements_told_until";
/// Overlap, because other servers may write announcements a little after their timestamp.
const OVERLAP_S: i64 = 120;
/// How far back the first run looks.
const FIRST_S: i64 = 86_400;
/// Announcements read per query.
const PAGE: u32 = 100;
/// Maximum members of a game who are notified.
const MEMBERS_MAX: u32 = 10_000;
/// Members notified per transaction.
const AT_ONCE: usize = 200;

/// Notifies the members of a game of its host's announcements.
#[derive(Debug)]
pub struct Announcements {
    app: App,
}

impl Announcements {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: App::clone(app),
        }
    }

    async fn announce(&self, notice: &Notice) -> Result<(), JobError> {
        let roster = self.app.store.list_roster(notice.game, MEMBERS_MAX).await?;
        let members = roster.into_iter().map(|row| row.member);
        let told: Vec<Happened> = members
            .filter(|member| member.status == MemberStatus::Playing)
            .filter(|member| member.account.player != notice.author)
            .map(|member| Happened {
                player: member.account.player,
                cause: format!("announcement:{}:{}", notice.game, notice.seq),
                subject: Subject::Announcement {
                    game: notice.game,
                    text: notice.text.clone(),
                },
                at: notice.at,
            })
            .collect();
        for some in told.chunks(AT_ONCE) {
            tell(&self.app, some).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Kind for Announcements {
    const NAME: &'static str = "announcements";
    type Payload = ();

    fn schedule(&self) -> Option<(Schedule, ())> {
        Some((Schedule::every_s(EVERY_S), ()))
    }

    async fn run(&self, job: &Context, (): ()) -> Result<Done, JobError> {
        let store = &self.app.store;
        let told = store.find_variable(UNTIL).await?;
        let told = told.and_then(|micros| micros.parse().ok());
        let from = told.map_or_else(
            || job.now().plus_seconds(-FIRST_S),
            |micros| Timestamp::from_micros(micros).plus_seconds(-OVERLAP_S),
        );
        let mut after = (from, GameId(0), 0);
        loop {
            let page = store.list_announcements(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = (last.at, last.game, last.seq);
            for notice in &page {
                self.announce(notice).await?;
                if job.stop().is_some() {
                    return Ok(Done::Unfinished);
                }
            }
        }
        if after.0 > from {
            let until = after.0.micros().to_string();
            store.store_variable(UNTIL, &until).await?;
        }
        Ok(Done::Finished)
    }
}
