//! Links to a player's runs in the list of games. They say what tells one run from another of the same name.

use std::collections::HashMap;

use domain::api::GameLink;
use domain::{GameId, PlayerId};
use web::language::Language;

use super::run_link;
use crate::app::App;
use crate::duels;
use crate::error::Result;
use crate::scenarios::RUNS_MAX;
use crate::store::ScenarioRun;

/// The link to each run, by its game.
pub(super) async fn links(app: &App, player: PlayerId) -> Result<HashMap<GameId, GameLink>> {
    let runs = app.store.list_runs(player, RUNS_MAX).await?;
    let opponents = opponents(app, player, &runs).await?;
    let link = |run: ScenarioRun| {
        let opponent = duels::id_of(&run).and_then(|duel| opponents.get(duel));
        let label = label(&run, opponent.map(String::as_str));
        (run.account.game, run_link(label))
    };
    Ok(runs.into_iter().map(link).collect())
}

/// The handles of the opponents in duels that were run, by the duel.
async fn opponents(
    app: &App,
    player: PlayerId,
    runs: &[ScenarioRun],
) -> Result<HashMap<String, String>> {
    if runs.iter().all(|run| duels::id_of(run).is_none()) {
        return Ok(HashMap::new());
    }
    let duels = app.store.list_duels(player, duels::LISTED_MAX).await?;
    let others = duels.into_iter().filter_map(|duel| {
        let side = duel.side_of(player)?;
        let other = duel.player(side.other())?;
        Some((duel.id, other))
    });
    let others: Vec<(String, PlayerId)> = others.collect();
    let players: Vec<PlayerId> = others.iter().map(|(_, other)| *other).collect();
    let handles = app.store.find_handles(&players).await?;
    let named = others
        .into_iter()
        .filter_map(|(duel, other)| Some((duel, handles.get(&other)?.clone())));
    Ok(named.collect())
}

fn label(run: &ScenarioRun, opponent: Option<&str>) -> String {
    let texts = Language::English.texts();
    let begun = texts.date_time(run.started_at);
    let over = run.result.map(|result| texts.date_time(result.finished_at));
    match (opponent, over) {
        (None, None) => format!("Back to your run, begun on {begun}"),
        (None, Some(over)) => format!("Your run, over on {over}"),
        (Some(handle), None) => format!("Back to your duel with {handle}, begun on {begun}"),
        (Some(handle), Some(over)) => format!("Your duel with {handle}, over on {over}"),
    }
}
