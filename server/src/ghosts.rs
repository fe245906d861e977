//! Ghosts: whom a player races in a scenario. A ghost's curve is stored with the run when it begins, and
//! shown as far as the player has come.

use std::collections::HashSet;

use domain::PlayerId;
use domain::api::{ApiError, GhostKind, GhostOption, StartRequest};
use domain::scenario::{Curve, INDEX_FUND, Scenario};

use crate::app::{App, Game, OPEN_LEAGUE};
use crate::error::{Error, Result};
use crate::scenarios::{RUNS_MAX, history};
use crate::store::RunGhost;

/// Members with a finished run that a class needs: of fewer, the middle would tell what one of them did.
const MEMBERS_MIN: usize = 3;
/// Runs of a class that are looked through.
const CLASS_RUNS_MAX: u32 = 2_000;
/// Games of a player that are looked through.
const CLASSES_MAX: usize = 20;

/// The ghosts that a player can choose for a scenario.
///
/// # Errors
/// Those of the store.
pub async fn options(
    app: &App,
    player: Option<PlayerId>,
    (id, scenario): (&str, &Scenario),
) -> Result<Vec<GhostOption>> {
    let option = |kind, name: &str| GhostOption {
        kind,
        class: None,
        name: name.to_owned(),
    };
    let mut all = vec![option(GhostKind::Index, &index_name(scenario))];
    let Some(player) = player else {
        return Ok(all);
    };
    if own(app, player, (id, scenario)).await?.is_some() {
        all.push(option(GhostKind::Own, OWN_NAME));
    }
    for game in classes(app, player).await? {
        if class(app, player, &game, id).await?.is_some() {
            all.push(GhostOption {
                kind: GhostKind::Class,
                class: Some(game.record.slug.clone()),
                name: class_name(&game),
            });
        }
    }
    Ok(all)
}

/// The ghost that a player has chosen.
///
/// # Errors
/// 422 where there is no such ghost; those of the store.
pub async fn choose(
    app: &App,
    player: PlayerId,
    (id, scenario): (&str, &Scenario),
    asked: &StartRequest,
) -> Result<Option<RunGhost>> {
    let found = match asked.ghost {
        None => return Ok(None),
        Some(GhostKind::Index) => Some(index(app, scenario).await?),
        Some(GhostKind::Own) => {
            let curve = own(app, player, (id, scenario)).await?;
            curve.map(|curve| named(OWN_NAME.to_owned(), curve))
        }
        Some(GhostKind::Class) => {
            let slug = asked.class.as_deref().unwrap_or_default();
            let mut classes = classes(app, player).await?.into_iter();
            match classes.find(|game| game.record.slug == slug) {
                Some(game) => {
                    let curve = class(app, player, &game, id).await?;
                    curve.map(|curve| named(class_name(&game), curve))
                }
                None => None,
            }
        }
    };
    match found {
        Some(ghost) => Ok(Some(ghost)),
        None => Err(ApiError::field("ghost", "has not played this scenario to its end").into()),
    }
}

/// The index of a scenario as a ghost.
///
/// # Errors
/// Those of market and store.
pub async fn index(app: &App, scenario: &Scenario) -> Result<RunGhost> {
    let curve = history::index_curve(app, scenario).await?;
    Ok(named(index_name(scenario), curve))
}

const OWN_NAME: &str = "Your best run so far";

fn index_name(scenario: &Scenario) -> String {
    match scenario.history {
        Some(_) => "Equal parts of every company".to_owned(),
        None => format!("The whole market ({INDEX_FUND})"),
    }
}

fn class_name(game: &Game) -> String {
    format!("The middle of {}", game.record.name)
}

fn named(name: String, curve: Curve) -> RunGhost {
    RunGhost { name, curve }
}

/// The player's best run that was played to its end, of the very same scenario.
async fn own(
    app: &App,
    player: PlayerId,
    (id, scenario): (&str, &Scenario),
) -> Result<Option<Curve>> {
    let content = serde_json::to_string(scenario).map_err(Error::internal)?;
    let runs = app.store.list_runs(player, RUNS_MAX).await?;
    let finished = runs.iter().filter_map(|run| {
        let is_same = run.scenario == id && run.content == content;
        run.result.filter(|_| is_same).map(|result| (run, result))
    });
    let Some((best, _)) = finished.max_by_key(|(_, result)| result.net_worth) else {
        return Ok(None);
    };
    let curve = app.store.find_curves(best.account).await?.own;
    // A run from before there were curves is no ghost.
    Ok(Some(curve).filter(|curve| *curve != Curve::default()))
}

/// The hosted games that a player is in, and that are no scenarios.
async fn classes(app: &App, player: PlayerId) -> Result<Vec<Game>> {
    let of: HashSet<_> = app.store.list_games_of(player).await?.into_iter().collect();
    let runs = app.store.list_runs(player, RUNS_MAX).await?;
    let played: HashSet<_> = runs.iter().map(|run| run.account.game).collect();
    let is_class = |game: &Game| {
        let id = game.record.id;
        let is_open = game.record.slug == OPEN_LEAGUE;
        of.contains(&id) && !played.contains(&id) && !is_open && app.hosting.find(id).is_some()
    };
    let games = app.games.all().into_iter().filter(is_class);
    Ok(games.take(CLASSES_MAX).collect())
}

/// The middle of the first runs of the other members of a game: those in which nobody knew the market.
async fn class(app: &App, player: PlayerId, game: &Game, id: &str) -> Result<Option<Curve>> {
    let runs = app
        .store
        .list_class_curves(game.record.id, id, CLASS_RUNS_MAX)
        .await?;
    let mut seen = HashSet::new();
    let firsts = runs.into_iter().filter(|(member, curve)| {
        *member != player && *curve != Curve::default() && seen.insert(*member)
    });
    let firsts: Vec<Curve> = firsts.map(|(_, curve)| curve).collect();
    if firsts.len() < MEMBERS_MIN {
        return Ok(None);
    }
    Ok(Curve::median(&firsts))
}
