//! Offline play that counts: starts that this server signs and the runs that come back, and runs that are
//! played here for another server. `docs/proof.md` says what is checked.
//!
//! Who has a scenario's file can know its prices, so these results bring no XP and stand on leaderboards of
//! their own.

use domain::PlayerId;
use domain::api::{ErrorCode, OfflineResult};
use domain::scenario::{OfflineStart, RunOutcome, Scenario, StartFile, Submission};

use crate::app::App;
use crate::error::{Error, Result};
use crate::signing::Signer;
use crate::store::{CountedRun, OfflineResultRecord, OfflineStartRecord};

mod claim;
mod post;
mod runs;

pub use claim::of_run;
pub use runs::{RUNS_LISTED_MAX, begin, claim, send, send_waiting};

/// Starts of a player that are looked through.
pub const STARTS_MAX: u32 = 100;
/// Starts of a player that wait for a result.
const OPEN_MAX: usize = 5;
/// Starts that a player gets in a day.
const DAILY_MAX: usize = 20;
const DAY_S: i64 = 86_400;
/// Clocks of two machines differ a little: the seconds that a run may seem to have taken too many.
const CLOCKS_DIFFER_S: i64 = 60;

/// Signs a start for a player; its id. `server` is this server's address for the player.
///
/// # Errors
/// 409 with too many starts or for a scenario that cannot be replayed; those of the store.
pub async fn sign(
    app: &App,
    player: (PlayerId, &str),
    (id, scenario): (&str, Scenario),
    server: String,
) -> Result<String> {
    let (player, handle) = player;
    let refused = |message: &str| Err(Error::new(ErrorCode::NotPossible, message));
    if let Err(why) = scenario.check_replayable() {
        return refused(&why.to_string());
    }
    let now = app.clock.now();
    let mine = app.store.list_offline_starts(player, STARTS_MAX).await?;
    let open = mine
        .iter()
        .filter(|start| start.counted.is_none() && start.due_at >= now);
    if open.count() >= OPEN_MAX {
        return refused("Five of your starts wait for a result. Hand one in first.");
    }
    let day_ago = now.plus_seconds(-DAY_S);
    if mine
        .iter()
        .filter(|start| start.issued_at > day_ago)
        .count()
        >= DAILY_MAX
    {
        return refused("You have taken 20 starts in a day. Please continue tomorrow.");
    }
    let due_days = i64::from(app.config.offline_results_due_days);
    let start = OfflineStart {
        id: format!("{:032x}", rand::random::<u128>()),
        server,
        player: handle.to_owned(),
        scenario_id: id.to_owned(),
        issued_at: now,
        due_at: now.plus_seconds(DAY_S.saturating_mul(due_days)),
        scenario,
    };
    let internal = |error: anyhow::Error| Error::internal(format_args!("{error:#}"));
    let signer = Signer::load(&app.config.data_dir, &*app.store).await;
    let signer = signer.map_err(internal)?;
    let signature = signer.sign(&start.signed_bytes()).map_err(internal)?;
    let file = StartFile::new(start, signer.public().clone(), &signature);
    let record = OfflineStartRecord {
        id: file.start.id.clone(),
        player,
        scenario: id.to_owned(),
        file: serde_json::to_string(&file).map_err(Error::internal)?,
        issued_at: now,
        due_at: file.start.due_at,
        counted: None,
        refusal: None,
    };
    app.store.create_offline_start(&record).await?;
    Ok(record.id)
}

/// Replays a run that was played elsewhere, and counts it.
///
/// # Errors
/// Why it does not count, with a code of its own for each reason; those of the store.
pub async fn hand_in(app: &App, submission: Submission) -> Result<OfflineResult> {
    let now = app.clock.now();
    let start = check_start(app, &submission).await?;
    if start.counted.is_some() {
        let message = "A result for this start is there already: each start counts once.";
        return Err(Error::new(ErrorCode::StartUsed, message));
    }
    if now > start.due_at {
        let due = web::format::date(start.due_at);
        let message = format!("This result was due on {due}: it is too late.");
        return Err(Error::new(ErrorCode::StartLate, message));
    }
    let passed = now.seconds_since(start.issued_at);
    let replayed = tokio::task::spawn_blocking(move || {
        let replayed = replay(&submission, passed)?;
        let scenario = &submission.start.start.scenario;
        Ok(judged(scenario, &replayed))
    });
    let (outcome, result, starting_cash) = match replayed.await.map_err(Error::internal)? {
        Ok((outcome, result, cash)) => (outcome, result, cash),
        Err((code, message)) => {
            app.store.note_offline_refusal(&start.id, &message).await?;
            return Err(Error::new(code, message));
        }
    };
    let record = OfflineResultRecord {
        scenario: start.scenario,
        player: start.player,
        start: start.id,
        starting_cash,
        run: CountedRun {
            at: now,
            net_worth: result.net_worth,
            stars: result.stars,
        },
        trades: outcome.trades,
    };
    if !app.store.count_offline_run(&record).await? {
        let message = "A result for this start is there already: each start counts once.";
        return Err(Error::new(ErrorCode::StartUsed, message));
    }
    Ok(result)
}

/// The start that a result is for, as this server signed it.
async fn check_start(app: &App, submission: &Submission) -> Result<OfflineStartRecord> {
    let tampered = || {
        let message = "The start was changed after it was signed.";
        Error::new(ErrorCode::StartTampered, message)
    };
    if !submission.start.is_signed() {
        return Err(tampered());
    }
    let found = app
        .store
        .find_offline_start(&submission.start.start.id)
        .await?;
    let found = found.ok_or_else(|| {
        let message = "This server did not sign this start. Send the result to the one that did.";
        Error::new(ErrorCode::StartUnknown, message)
    })?;
    // Another key may have signed another start under the same id.
    let same = serde_json::to_string(&submission.start).map_err(Error::internal)?;
    if same != found.file {
        return Err(tampered());
    }
    Ok(found)
}

/// Why a run does not count.
type Refusal = (ErrorCode, String);

fn replay(submission: &Submission, passed_s: i64) -> Result<RunOutcome, Refusal> {
    let scenario = &submission.start.start.scenario;
    let outcome = scenario.replay(&submission.inputs);
    let outcome = outcome.map_err(|error| (ErrorCode::InputImpossible, error.to_string()))?;
    if outcome.spent_s > passed_s.saturating_add(CLOCKS_DIFFER_S) {
        let message = format!(
            "The inputs take {} seconds, and {passed_s} have passed since the start was signed.",
            outcome.spent_s
        );
        return Err((ErrorCode::InputImpossible, message));
    }
    if outcome.net_worth != submission.net_worth {
        let message = format!(
            "The inputs end with ${}, and the result says ${}.",
            outcome.net_worth, submission.net_worth
        );
        return Err((ErrorCode::ResultDiffers, message));
    }
    Ok(outcome)
}

fn judged(scenario: &Scenario, outcome: &RunOutcome) -> (RunOutcome, OfflineResult, domain::Money) {
    let percent = scenario.return_of(outcome.net_worth).unwrap_or_default();
    let index = scenario.index_return().unwrap_or_default();
    let result = OfflineResult {
        net_worth: outcome.net_worth,
        return_percent: percent,
        stars: scenario.stars(percent, index, outcome.trades),
    };
    (*outcome, result, scenario.starting_cash)
}

/// A result as pages show it.
#[must_use]
pub fn shown(run: &CountedRun, starting_cash: domain::Money) -> OfflineResult {
    let profit = run.net_worth.checked_sub(starting_cash);
    let percent = profit.and_then(|profit| profit.percent_of(starting_cash));
    OfflineResult {
        net_worth: run.net_worth,
        return_percent: percent.unwrap_or_default(),
        stars: run.stars,
    }
}

/// The start file that the database has.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: &str) -> Result<StartFile> {
    serde_json::from_str(file)
        .map_err(|error| Error::internal(format_args!("a start file: {error}")))
}

/// What comes before a start's id in the scenario of a run played for another server. No other scenario has
/// such a name.
const PREFIX: &str = "offline-";

/// The name of a start's scenario here.
fn scenario_name(id: &str) -> String {
    let short: String = id.chars().take(12).collect();
    format!("{PREFIX}{short}")
}
