//! `/api/v1/games/{game}/assignments`: what a host assigns to everybody, and who has done it.

use axum::extract::State;
use domain::api::{ApiError, AssignmentView, MemberStatus};
use domain::progress::{AssignmentProgress, assess};
use domain::{AccountId, LedgerEntry, Timestamp};

use super::leaderboard::check_may_look;
use crate::app::{App, Game};
use crate::error::Result;
use crate::hosting::zones;
use crate::json::Json;
use crate::session::LoggedIn;
use crate::store::Assignment;

/// Maximum assignments of a game.
pub const ASSIGNMENTS_MAX: u32 = 20;
/// Maximum members whose ledgers a host's list reads.
const MEMBERS_MAX: u32 = 100;
/// Entries read per query, and the maximum read per account.
const ENTRIES_AT_ONCE: u32 = 1_000;
const ENTRIES_MAX: usize = 20_000;

/// The assignments of a game. A member sees their own progress, a host sees who has completed each; in a
/// large class, for the first hundred members.
#[utoipa::path(get, path = "/api/v1/games/{game}/assignments", tag = "Hosting",
    params(("game" = String, Path, example = "open")),
    responses((status = 200, description = "In the order in which they were given", body = Vec<AssignmentView>),
        (status = 403, description = "A game for its members, and the player is none", body = ApiError)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    game: Game,
) -> Result<Json<Vec<AssignmentView>>> {
    check_may_look(&app, &game, Some(session.player)).await?;
    let id = game.record.id;
    let assignments = app.store.list_assignments(id, ASSIGNMENTS_MAX).await?;
    if assignments.is_empty() {
        return Ok(Json(Vec::new()));
    }
    let hosted = app.hosting.find(id);
    let zone = hosted
        .as_ref()
        .map_or("UTC", |hosted| hosted.settings.time_zone.as_str());
    let account = AccountId {
        player: session.player,
        game: id,
    };
    let own = entries(&app, account).await?;
    let mut views: Vec<AssignmentView> = assignments
        .iter()
        .map(|assignment| AssignmentView {
            id: assignment.id,
            title: assignment.title.clone(),
            due_at: assignment.due_at,
            due: zones::date_time(assignment.due_at, zone),
            rule: assignment.rule,
            mine: progress(&app, account, assignment, &own),
            done: Vec::new(),
            of: 0,
        })
        .collect();
    if app.hosting.is_host(id, session.player) {
        tell_done(&app, &game, &assignments, &mut views).await?;
    }
    Ok(Json(views))
}

async fn tell_done(
    app: &App,
    game: &Game,
    assignments: &[Assignment],
    views: &mut [AssignmentView],
) -> Result<()> {
    let roster = app.store.list_roster(game.record.id, MEMBERS_MAX).await?;
    let playing = roster
        .into_iter()
        .filter(|row| row.member.status == MemberStatus::Playing);
    for row in playing {
        let account = row.member.account;
        let entries = entries(app, account).await?;
        for (assignment, view) in assignments.iter().zip(&mut *views) {
            view.of = view.of.saturating_add(1);
            let progress = progress(app, account, assignment, &entries);
            if progress.is_some_and(|progress| progress.done) {
                view.done.push(row.handle.clone());
            }
        }
    }
    Ok(())
}

/// `None` without a ledger, or if months of it are archived.
fn progress(
    app: &App,
    account: AccountId,
    assignment: &Assignment,
    entries: &[LedgerEntry],
) -> Option<AssignmentProgress> {
    if entries.is_empty() {
        return None;
    }
    let until: Timestamp = assignment.due_at.min(app.clock.now());
    assess(&assignment.rule, account, entries, until).ok()
}

async fn entries(app: &App, account: AccountId) -> Result<Vec<LedgerEntry>> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.seq);
        let rows = app
            .store
            .list_entries(account, after, ENTRIES_AT_ONCE)
            .await?;
        let more = rows.len() == usize::try_from(ENTRIES_AT_ONCE).unwrap_or(usize::MAX);
        entries.extend(rows.into_iter().map(|row| row.entry));
        if !more || entries.len() >= ENTRIES_MAX {
            return Ok(entries);
        }
    }
}
