//! The log of what operators and hosts did, in the database, for those who look into it later.

use domain::PlayerId;

use crate::app::{App, random_id};
use crate::clock::{Clock, SystemClock};
use crate::store::operation::ActionRecord;
use crate::store::{Store, StoreResult};

/// Who acts on the machine itself.
const COMMAND: &str = "command";

/// Notes what a player did as an operator or a host. What was done stays done if that fails.
pub async fn note(app: &App, player: PlayerId, action: &str, subject: &str) {
    let handles = app.store.find_handles(&[player]).await.unwrap_or_default();
    let handle = handles.get(&player);
    let record = ActionRecord {
        id: random_id(),
        at: app.clock.now(),
        player: Some(player),
        actor: handle.map_or_else(|| format!("player {player}"), String::clone),
        action: action.to_owned(),
        subject: subject.to_owned(),
    };
    if let Err(error) = app.store.log_action(&record).await {
        tracing::error!(%error, action, "the log of actions could not be written");
    }
}

/// Notes what a command did.
///
/// # Errors
/// Those of the store.
pub async fn note_command(
    store: &dyn Store,
    clock: &dyn Clock,
    action: &str,
    subject: &str,
) -> StoreResult<()> {
    let record = ActionRecord {
        id: random_id(),
        at: clock.now(),
        player: None,
        actor: COMMAND.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
    };
    store.log_action(&record).await
}

/// Notes what a command did, unless it failed.
///
/// # Errors
/// Those of the command and of the store.
pub async fn note_done<T>(
    store: &dyn Store,
    done: anyhow::Result<T>,
    action: &str,
    subject: &str,
) -> anyhow::Result<T> {
    let done = done?;
    note_command(store, &SystemClock::start(), action, subject).await?;
    Ok(done)
}
