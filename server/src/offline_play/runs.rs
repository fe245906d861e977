//! Runs that are played here for another server, and how their results reach it.

use axum::http::Uri;
use domain::PlayerId;
use domain::api::{ApiError, ErrorCode};
use domain::scenario::{NotReplayable, OfflineStart, StartFile, Submission};

use super::post::{Answer, post};
use super::{of_run, read, scenario_name};
use crate::app::App;
use crate::error::{Error, Result};
use crate::scenarios;
use crate::store::{GameRecord, OfflineRunRecord, OfflineRunState};

/// Runs of a player that are listed.
pub const RUNS_LISTED_MAX: u32 = 200;
/// Results that are sent at once.
const SENT_MAX: u32 = 20;
const ADDRESS_MAX: usize = 200;
const NAME_MAX: usize = 100;

/// Begins a run from a start file, once.
///
/// # Errors
/// 422 for a file that is none, was changed or is due no more; those of a run.
pub async fn begin(app: &App, player: PlayerId, text: &str) -> Result<GameRecord> {
    let file = StartFile::read(text.trim());
    let file = file.map_err(|error| ApiError::field("file", error.to_string()))?;
    let start = &file.start;
    check(start).map_err(|message| ApiError::field("file", message))?;
    if app.clock.now() > start.due_at {
        let due = web::format::date(start.due_at);
        let message = format!("had its result due on {due}: it is too late");
        return Err(ApiError::field("file", message).into());
    }
    if let Some(run) = app.store.find_offline_run(player, &start.id).await? {
        let mut games = app.games.all().into_iter();
        let game = games.find(|game| game.record.id == run.account.game);
        let game = game.ok_or_else(|| Error::not_found("such run any more"))?;
        return Ok((*game.record).clone());
    }
    let name = scenario_name(&start.id);
    let game = scenarios::start(app, player, (&name, &start.scenario), None).await?;
    let run = OfflineRunRecord {
        account: domain::AccountId {
            player,
            game: game.id,
        },
        start: start.id.clone(),
        file: serde_json::to_string(&file).map_err(Error::internal)?,
        state: OfflineRunState::Waiting,
        answer: None,
        tried_at: None,
    };
    app.store.create_offline_run(&run).await?;
    Ok(game)
}

/// Anyone can sign a start with a key of their own: nothing in it is trusted.
fn check(start: &OfflineStart) -> Result<(), &'static str> {
    let is_id = start.id.len() == 32 && start.id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let short = start.player.len() <= NAME_MAX && start.scenario_id.len() <= NAME_MAX;
    if !is_id || !short {
        return Err("is not a start file of such a game");
    }
    if !is_server(&start.server) {
        return Err("names no server to which a result could be sent");
    }
    match start.scenario.check_replayable() {
        Ok(()) => Ok(()),
        Err(NotReplayable::NewCompany) => {
            Err("is of a scenario in which a company goes public: such a run cannot be replayed")
        }
        Err(NotReplayable::History) => {
            Err("is of a scenario on imported history: such a run cannot be replayed")
        }
    }
}

/// Whether a text is `http://host` or `https://host`, perhaps with a port, and nothing else.
fn is_server(text: &str) -> bool {
    text.len() <= ADDRESS_MAX
        && text.parse::<Uri>().is_ok_and(|uri| {
            let known = matches!(uri.scheme_str(), Some("http" | "https"));
            let plain = uri
                .authority()
                .is_some_and(|host| !host.as_str().contains('@'));
            known && plain && matches!(uri.path(), "" | "/") && uri.query().is_none()
        })
}

/// What has to be handed in for a run of the player.
///
/// # Errors
/// 404 without such a run; 409 for one that is not over or cannot be replayed.
pub async fn claim(app: &App, player: PlayerId, start: &str) -> Result<Submission> {
    let run = app.store.find_offline_run(player, start).await?;
    claim_of(app, &run.ok_or_else(no_run)?).await
}

fn no_run() -> Error {
    Error::not_found("such run of yours for another server")
}

async fn claim_of(app: &App, run: &OfflineRunRecord) -> Result<Submission> {
    let played = app.store.find_run(run.account).await?.ok_or_else(no_run)?;
    of_run(app, &played, read(&run.file)?).await
}

/// Sends the result of a run to the server that signed its start, and to no other.
///
/// # Errors
/// 403 where results are not sent; 404 without such a run; 409 for one that is not over or cannot be replayed.
pub async fn send(app: &App, player: PlayerId, start: &str) -> Result<()> {
    if !app.config.sends_offline_results {
        let message = "This server sends no results. Save the file and hand it in there.";
        return Err(Error::new(ErrorCode::Forbidden, message));
    }
    let run = app
        .store
        .find_offline_run(player, start)
        .await?
        .ok_or_else(no_run)?;
    if run.state != OfflineRunState::Waiting {
        return Ok(());
    }
    let claim = claim_of(app, &run).await?;
    deliver(app, &run, &claim).await
}

/// Sends the results that wait.
///
/// # Errors
/// Those of the store.
pub async fn send_waiting(app: &App) -> Result<()> {
    if !app.config.sends_offline_results {
        return Ok(());
    }
    for run in app.store.list_unsent_runs(SENT_MAX).await? {
        match claim_of(app, &run).await {
            Ok(claim) => deliver(app, &run, &claim).await?,
            // Else it would be tried for ever.
            Err(error) if error.answer().code == ErrorCode::NotPossible => {
                note(app, &run, OfflineRunState::Refused, &error.answer().message).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn deliver(app: &App, run: &OfflineRunRecord, claim: &Submission) -> Result<()> {
    let start = &claim.start.start;
    let answer = post(&start.server, claim.to_file()).await;
    let was_tried = run.tried_at.is_some();
    let is_late = app.clock.now() > start.due_at;
    let (state, words) = match answer {
        Answer::Counted => (OfflineRunState::Counted, "It counts.".to_owned()),
        // The answer to an earlier attempt may have been lost.
        Answer::Refused(error) if error.code == ErrorCode::StartUsed && was_tried => {
            (OfflineRunState::Counted, "It counts.".to_owned())
        }
        Answer::Refused(error) => (OfflineRunState::Refused, error.message),
        Answer::None(_) if is_late => {
            let words = "It could not be sent while there was time.".to_owned();
            (OfflineRunState::Refused, words)
        }
        Answer::None(why) => (OfflineRunState::Waiting, why),
    };
    note(app, run, state, &words).await
}

async fn note(
    app: &App,
    run: &OfflineRunRecord,
    state: OfflineRunState,
    words: &str,
) -> Result<()> {
    let (account, now) = (run.account, app.clock.now());
    Ok(app
        .store
        .note_offline_run(account, state, words, now)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_sent_to_a_plain_address_only() {
        for fine in [
            "http://127.0.0.1:3000",
            "https://game.example.org",
            "https://game.example/",
        ] {
            assert!(is_server(fine), "{fine}");
        }
        let long = format!("https://{}", "a".repeat(ADDRESS_MAX));
        for odd in [
            "",
            "game.example.org",
            "ftp://game.example.org",
            "https://user@game.example.org",
            "https://game.example.org/path",
            "https://game.example.org?query",
            &long,
        ] {
            assert!(!is_server(odd), "{odd}");
        }
    }
}
