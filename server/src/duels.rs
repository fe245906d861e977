//! Duels: two runs of one scenario, whose seed is drawn when the first of the two starts, so that nobody
//! can have seen the market before.

use domain::api::{ApiError, DuelRequest, ErrorCode, ProfileVisibility};
use domain::duel::{
    DuelCourse, DuelRefusal, DuelResult, DuelSide, DuelState, DuelVerdict, LENGTHS, stretch,
};
use domain::{PlayerId, Timestamp};
use web::format;

use crate::api::players::find_by_handle;
use crate::app::App;
use crate::error::{Error, Result};
use crate::hosting::codes;
use crate::notifications::{self, DuelNews, Happened, Subject};
use crate::store::{DuelRecord, DuelSeat, GameRecord, PlayerRecord, RunResult, ScenarioRun};
use crate::{ghosts, scenarios};

/// Duels of a player that are listed.
pub const LISTED_MAX: u32 = 60;
/// Challenges of one player that wait for an answer.
const OPEN_MAX: usize = 5;
/// Duels that a player has to play at once.
const RUNNING_MAX: usize = 10;
/// Challenges that a player makes in a day.
const DAILY_MAX: usize = 20;
/// Of these, so many go to the same player: each is a notification.
const DAILY_SAME_MAX: usize = 3;
const DAY_S: i64 = 86_400;
/// Market days without a choice.
const DAYS: u32 = 90;
/// After so long a start that came to nothing is tried again.
const LOST_S: i64 = 60;
/// What comes before a duel's id in the scenario of a run. No scenario of the library or of a player has
/// such a name, so nobody can read or play it otherwise.
const PREFIX: &str = "duel-";

/// The duel that a run is a part of.
#[must_use]
pub fn id_of(run: &ScenarioRun) -> Option<&str> {
    run.scenario.strip_prefix(PREFIX)
}

/// Makes a challenge; its id.
///
/// # Errors
/// 422 that names the field; 409 with too many challenges; those of the store.
pub async fn challenge(app: &App, player: PlayerId, asked: &DuelRequest) -> Result<String> {
    let now = app.clock.now();
    let days = asked.days.unwrap_or(DAYS);
    if !LENGTHS.contains(&days) {
        return Err(ApiError::field("days", "must be 30, 90, 180 or 365").into());
    }
    let mine = app.store.list_duels(player, LISTED_MAX).await?;
    check_few(&mine, player, now)?;
    let made = mine.iter().filter(|duel| duel.challenger == player);
    let waiting = || {
        let open = |duel: &&DuelRecord| duel.course.state(now) == DuelState::Open;
        made.clone().filter(open)
    };
    if waiting().count() >= OPEN_MAX {
        let message = "Five of your challenges are waiting for an answer. Take one back first.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let day_ago = now.plus_seconds(-DAY_S);
    let today = || {
        let is_new = |duel: &&DuelRecord| duel.course.created_at > day_ago;
        made.clone().filter(is_new)
    };
    if today().count() >= DAILY_MAX {
        let message = "You have made 20 challenges in a day. Please continue tomorrow.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let typed = asked.opponent.as_deref().map(str::trim);
    let opponent = match typed.filter(|typed| !typed.is_empty()) {
        Some(typed) => Some(opponent(app, player, typed).await?),
        None => None,
    };
    if let Some(other) = &opponent
        && waiting().any(|duel| duel.opponent == Some(other.id))
    {
        let said = format!("{} already has a challenge from you.", other.handle);
        return Err(ApiError::field("opponent", said).into());
    }
    if let Some(other) = &opponent {
        let same = today().filter(|duel| duel.opponent == Some(other.id));
        if same.count() >= DAILY_SAME_MAX {
            let said = format!(
                "{} has had three challenges from you in a day.",
                other.handle
            );
            return Err(ApiError::field("opponent", said).into());
        }
    }
    let duel = DuelRecord {
        id: codes::board_key().to_lowercase(),
        challenger: player,
        opponent: opponent.as_ref().map(|other| other.id),
        days,
        course: DuelCourse {
            created_at: now,
            accepted_at: None,
            refusal: None,
            results: [None; 2],
        },
        content: None,
        seats: [DuelSeat::default(); 2],
    };
    app.store.create_duel(&duel).await?;
    if let Some(other) = opponent {
        tell(app, &duel, (other.id, Some(player)), DuelNews::Challenged).await?;
    }
    Ok(duel.id)
}

/// A player who may be challenged by name.
async fn opponent(app: &App, player: PlayerId, typed: &str) -> Result<PlayerRecord> {
    let found = find_by_handle(app, typed).await?;
    let unknown = || ApiError::field("opponent", "There is no player of this name.");
    let other = found.ok_or_else(unknown)?;
    if other.id == player {
        let said = "This is your own name: challenge somebody else.";
        return Err(ApiError::field("opponent", said).into());
    }
    let theirs = app.store.find_ties(other.id, player).await?;
    let privacy = app.store.find_privacy(other.id).await?;
    let is_open = match privacy.visibility {
        ProfileVisibility::Public => true,
        ProfileVisibility::Friends => theirs.follows,
        ProfileVisibility::Private => false,
    };
    if !is_open || are_apart(app, player, other.id).await? {
        let said = format!(
            "{} cannot be challenged by name. Leave the name empty and send the link instead.",
            other.handle
        );
        return Err(ApiError::field("opponent", said).into());
    }
    Ok(other)
}

/// Whether one of two players blocks the other.
async fn are_apart(app: &App, one: PlayerId, other: PlayerId) -> Result<bool> {
    let mine = app.store.find_ties(one, other).await?;
    let theirs = app.store.find_ties(other, one).await?;
    Ok(mine.blocks || theirs.blocks)
}

fn check_few(duels: &[DuelRecord], player: PlayerId, now: Timestamp) -> Result<()> {
    let is_unfinished = |duel: &&DuelRecord| {
        let side = duel.side_of(player);
        let is_done = side.is_some_and(|side| duel.course.result(side).is_some());
        duel.course.state(now) == DuelState::Running && !is_done
    };
    if duels.iter().filter(is_unfinished).count() >= RUNNING_MAX {
        let message = "You have ten duels to play already. Finish one of them first.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    Ok(())
}

/// Makes a player the opponent.
///
/// # Errors
/// 403 where one of the two blocks the other; 409 when it is not open any more; those of the store.
pub async fn accept(app: &App, player: PlayerId, duel: &DuelRecord) -> Result<()> {
    let now = app.clock.now();
    if duel.challenger == player {
        let message = "This is your own challenge: send its link to somebody else.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    check_open(duel, now)?;
    if are_apart(app, player, duel.challenger).await? {
        let message = "You two cannot play against each other.";
        return Err(Error::new(ErrorCode::Forbidden, message));
    }
    let mine = app.store.list_duels(player, LISTED_MAX).await?;
    check_few(&mine, player, now)?;
    if !app.store.accept_duel(&duel.id, player, now).await? {
        return Err(not_open());
    }
    tell(
        app,
        duel,
        (duel.challenger, Some(player)),
        DuelNews::Accepted,
    )
    .await
}

fn check_open(duel: &DuelRecord, now: Timestamp) -> Result<()> {
    if duel.course.state(now) == DuelState::Open {
        return Ok(());
    }
    Err(not_open())
}

fn not_open() -> Error {
    let message = "This challenge is not open any more.";
    Error::new(ErrorCode::NotPossible, message)
}

/// Ends a challenge that waits: the challenged player's no, or the challenger's change of mind.
///
/// # Errors
/// 403 for everybody else; 409 when it is not open any more; those of the store.
pub async fn refuse(
    app: &App,
    player: PlayerId,
    duel: &DuelRecord,
    refusal: DuelRefusal,
) -> Result<()> {
    let may = match refusal {
        DuelRefusal::Declined => duel.side_of(player) == Some(DuelSide::Opponent),
        DuelRefusal::Withdrawn => duel.side_of(player) == Some(DuelSide::Challenger),
    };
    if !may {
        let message = "This is not for you to end.";
        return Err(Error::new(ErrorCode::Forbidden, message));
    }
    check_open(duel, app.clock.now())?;
    if !app.store.refuse_duel(&duel.id, refusal).await? {
        return Err(not_open());
    }
    if refusal == DuelRefusal::Declined {
        let to = (duel.challenger, Some(player));
        tell(app, duel, to, DuelNews::Declined).await?;
    }
    Ok(())
}

/// Begins the player's run, once. The first of the two draws the seed.
///
/// # Errors
/// 403 for a stranger; 409 when it does not run, or was started before; those of a run.
pub async fn start(app: &App, player: PlayerId, duel: &DuelRecord) -> Result<GameRecord> {
    let now = app.clock.now();
    let side = duel.side_of(player).ok_or_else(|| {
        Error::new(
            ErrorCode::Forbidden,
            "This duel is between two other players.",
        )
    })?;
    if duel.course.state(now) != DuelState::Running {
        let message = "This duel cannot be played now.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let name = format!("{PREFIX}{}", duel.id);
    let runs = app.store.list_runs(player, scenarios::RUNS_MAX).await?;
    if let Some(run) = runs.iter().find(|run| run.scenario == name) {
        // Asked twice: the run that there is, also when a server stopped before the duel knew of it.
        let game = run.account.game;
        app.store.store_duel_game(&duel.id, side, game).await?;
        let mut games = app.games.all().into_iter();
        let found = games.find(|one| one.record.id == game);
        let found = found.ok_or_else(|| Error::not_found("such run any more"))?;
        return Ok((*found.record).clone());
    }
    scenarios::check_can_start(app, player).await?;
    let lost_since = now.plus_seconds(-LOST_S);
    // Before anything of the market exists: a second run would show its future.
    if !app
        .store
        .start_duel(&duel.id, side, now, lost_since)
        .await?
    {
        let message = "Your run is being prepared. Please open the duel again in a minute.";
        return Err(Error::new(ErrorCode::NotPossible, message));
    }
    let drawn = stretch(rand::random(), duel.days);
    let drawn = serde_json::to_string(&drawn).map_err(Error::internal)?;
    let content = app.store.settle_duel(&duel.id, &drawn).await?;
    let mut scenario = scenarios::read(&content.ok_or_else(|| Error::not_found("such duel"))?)?;
    // Tells this run from others in lists. The opponent's name may have to be forgotten one day.
    scenario.title = format!("Duel of {}", format::date(duel.course.created_at));
    let ghost = Some(ghosts::index(app, &scenario).await?);
    let game = scenarios::start(app, player, (&name, &scenario), ghost).await?;
    app.store.store_duel_game(&duel.id, side, game.id).await?;
    Ok(game)
}

/// Takes the result of a run up in its duel, if it is of one. Told to both when it is the second one.
///
/// # Errors
/// Those of the store.
pub async fn record(app: &App, run: &ScenarioRun, result: &RunResult) -> Result<()> {
    let Some(id) = id_of(run) else { return Ok(()) };
    let Some(duel) = app.store.find_duel(id).await? else {
        return Ok(());
    };
    let player = run.account.player;
    let side = duel.side_of(player);
    // Only the run that was started as the duel's: no other one can count.
    let side = side.filter(|side| duel.seat(*side).game == Some(run.account.game));
    let Some(side) = side else { return Ok(()) };
    let result = DuelResult {
        finished_at: result.finished_at,
        worth: result.net_worth,
    };
    if !app.store.store_duel_result(id, side, result).await? {
        return Ok(());
    }
    let Some(duel) = app.store.find_duel(id).await? else {
        return Ok(());
    };
    let verdict = duel.course.verdict(app.clock.now());
    if matches!(verdict, Some(DuelVerdict::Won(_) | DuelVerdict::Draw)) {
        for side in [DuelSide::Challenger, DuelSide::Opponent] {
            if let Some(to) = duel.player(side) {
                let other = duel.player(side.other());
                tell(app, &duel, (to, other), DuelNews::Over).await?;
            }
        }
    }
    Ok(())
}

/// Tells one of the two about the other.
async fn tell(
    app: &App,
    duel: &DuelRecord,
    (to, other): (PlayerId, Option<PlayerId>),
    news: DuelNews,
) -> Result<()> {
    let handle = match other {
        Some(other) => app.store.find_handles(&[other]).await?.remove(&other),
        None => None,
    };
    let happened = Happened {
        player: to,
        cause: format!("duel:{}:{}", duel.id, news.as_str()),
        subject: Subject::Duel {
            duel: duel.id.clone(),
            handle: handle.unwrap_or_default(),
            news,
        },
        at: app.clock.now(),
    };
    Ok(notifications::tell(app, &[happened]).await?)
}
