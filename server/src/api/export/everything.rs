//! The export of everything, part by part, so that it is never in memory as a whole.

use std::collections::VecDeque;
use std::fmt::Write as _;

use domain::{AccountId, GameId, PlayerId, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::{PAGE, lists};
use crate::api::ledger::view;
use crate::app::App;
use crate::error::Result;
use crate::store::{StoreError, StoreResult};

/// A part of the export that is still to be written.
#[derive(Debug)]
pub(super) enum Part {
    /// Text that is ready.
    Ready(String),
    /// Awards before a `seq`.
    Awards(PlayerId, Option<i64>),
    /// Notifications before one.
    Notifications(PlayerId, Option<(Timestamp, String)>),
    /// Entries of a ledger after a `seq`.
    Ledger(AccountId, i64),
}

/// The parts, in their order.
pub(super) async fn parts(app: &App, player: PlayerId) -> Result<VecDeque<Part>> {
    let mut parts = VecDeque::new();
    parts.push_back(Part::Ready(format!(
        "{{{}",
        fields(&lists::of_player(app, player).await?)
    )));
    parts.push_back(Part::Ready("\"awards\":[".into()));
    parts.push_back(Part::Awards(player, None));
    parts.push_back(Part::Ready("],\"notifications\":[".into()));
    parts.push_back(Part::Notifications(player, None));
    parts.push_back(Part::Ready("],\"games\":[".into()));
    for (place, game) in app
        .store
        .list_games_of(player)
        .await?
        .into_iter()
        .enumerate()
    {
        let account = AccountId { player, game };
        let comma = if place == 0 { "" } else { "," };
        let of_account = fields(&lists::of_account(app, account).await?);
        parts.push_back(Part::Ready(format!(
            "{comma}{{{}{of_account}",
            fields(&names(app, game))
        )));
        parts.push_back(Part::Ready("\"ledger\":[".into()));
        parts.push_back(Part::Ledger(account, 0));
        parts.push_back(Part::Ready("]}".into()));
    }
    parts.push_back(Part::Ready("]}\n".into()));
    Ok(parts)
}

/// The fields of an object, each with a comma after it.
fn fields(all: &[(&'static str, Value)]) -> String {
    let fields = all
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value},\n"));
    fields.collect()
}

/// What a game is called.
fn names(app: &App, game: GameId) -> [(&'static str, Value); 2] {
    let games = app.games.all();
    let found = games.iter().find(|one| one.record.id == game);
    let slug = found.map(|one| one.record.slug.as_str());
    let name = found.map(|one| one.record.name.as_str());
    [("slug", json!(slug)), ("name", json!(name))]
}

/// A part as text, and what is left of it.
pub(super) async fn write(app: &App, part: Part) -> StoreResult<(String, Option<Part>)> {
    let mut text = String::new();
    match part {
        Part::Ready(text) => Ok((text, None)),
        Part::Awards(player, before) => {
            let awards = app.store.list_awards(player, before, PAGE).await?;
            let next = awards.last().map(|award| award.seq);
            for award in &awards {
                let one = json!({"number": award.seq, "at": award.at, "xp": award.xp,
                    "cause": award.cause.key()});
                write_item(&mut text, before.is_none(), &one)?;
            }
            Ok((text, next.map(|seq| Part::Awards(player, Some(seq)))))
        }
        Part::Notifications(player, before) => {
            let page = app.store.list_notifications(player, before.as_ref(), PAGE);
            let page = page.await?;
            let next = page.last().map(|one| (one.at, one.cause.clone()));
            for one in &page {
                let item = json!({"kind": one.kind, "at": one.at, "read_at": one.read_at,
                    "data": serde_json::from_str::<serde_json::Value>(&one.data).ok()});
                write_item(&mut text, before.is_none(), &item)?;
            }
            let next = next.map(|next| Part::Notifications(player, Some(next)));
            Ok((text, next))
        }
        Part::Ledger(account, after) => {
            let rows = app.store.list_entries(account, after, PAGE).await?;
            let next = rows.last().map(|row| row.entry.seq);
            for row in rows {
                write_item(&mut text, after == 0, &view(app, account.game, row))?;
            }
            Ok((text, next.map(|seq| Part::Ledger(account, seq))))
        }
    }
}

/// Writes an item of a list: after a comma, unless it is the first one of the first page.
fn write_item(text: &mut String, is_first_page: bool, item: &impl Serialize) -> StoreResult<()> {
    if !(is_first_page && text.is_empty()) {
        text.push_str(",\n");
    }
    // These are texts and numbers, which are always JSON.
    let item = serde_json::to_string(item).unwrap_or_else(|_| "null".into());
    write!(text, "{item}").map_err(|_| StoreError::Corrupt {
        what: "an export".into(),
    })
}
