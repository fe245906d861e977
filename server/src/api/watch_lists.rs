//! `/api/v1/me/watch-lists` and `/api/v1/watch-lists/{list}`: what players keep an eye on.

use axum::extract::State;
use axum::http::StatusCode;
use domain::api::{ApiError, NewWatchList, WatchListPatch, WatchListView};
use domain::text::seen;
use domain::{PlayerId, Symbol};

use super::extract::{Body, Key};
use crate::app::{App, random_id};
use crate::error::{Error, Result};
use crate::json::Json;
use crate::session::LoggedIn;
use crate::store::{WatchList, WatchListChange};

/// Lists of a player.
const LISTS_MAX: u32 = 20;
/// Instruments of a list.
const SYMBOLS_MAX: usize = 50;
/// Characters of a name.
const NAME_MAX: usize = 40;

/// The player's lists, oldest first.
#[utoipa::path(get, path = "/api/v1/me/watch-lists", tag = "Market",
    responses((status = 200, description = "At most 20 lists", body = Vec<WatchListView>)))]
pub async fn list(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
) -> Result<Json<Vec<WatchListView>>> {
    let lists = app
        .store
        .list_watch_lists(session.player, LISTS_MAX)
        .await?;
    Ok(Json(lists.into_iter().map(view).collect()))
}

/// Makes a list.
#[utoipa::path(post, path = "/api/v1/me/watch-lists", tag = "Market", request_body = NewWatchList,
    responses((status = 201, description = "The list", body = WatchListView),
        (status = 422, description = "A name that is empty or too long, or a list too many", body = ApiError)))]
pub async fn create(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Body(new): Body<NewWatchList>,
) -> Result<(StatusCode, Json<WatchListView>)> {
    let name = checked_name(&new.name)?;
    let there = app
        .store
        .list_watch_lists(session.player, LISTS_MAX)
        .await?;
    if there.len() >= usize::try_from(LISTS_MAX).unwrap_or(usize::MAX) {
        return Err(ApiError::field("name", "You have 20 lists already. Delete one first.").into());
    }
    let list = WatchList {
        player: session.player,
        id: random_id(),
        name,
        shared: false,
        created_at: app.clock.now(),
        symbols: Vec::new(),
    };
    app.store.create_watch_list(&list).await?;
    Ok((StatusCode::CREATED, Json(view(list))))
}

/// Changes a list of the player: its name, whether it is shared, an instrument more or less.
#[utoipa::path(patch, path = "/api/v1/me/watch-lists/{key}", tag = "Market", request_body = WatchListPatch,
    params(("key" = String, Path, description = "Its id", example = "12-34")),
    responses((status = 200, description = "The list after it", body = WatchListView),
        (status = 404, description = "The player has no such list", body = ApiError),
        (status = 422, description = "A name that is empty or too long, or an instrument too many", body = ApiError)))]
pub async fn change(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<ListId>,
    Body(patch): Body<WatchListPatch>,
) -> Result<Json<WatchListView>> {
    let list = own(&app, session.player, id).await?;
    let adds = patch.add.filter(|symbol| !list.symbols.contains(symbol));
    if adds.is_some() && list.symbols.len() >= SYMBOLS_MAX {
        return Err(ApiError::field("add", "is one too many: a list has at most 50").into());
    }
    if let Some(symbol) = adds {
        check_known(&app, symbol)?;
    }
    let change = WatchListChange {
        name: patch.name.as_deref().map(checked_name).transpose()?,
        shared: patch.shared,
        add: patch.add,
        remove: patch.remove,
    };
    let now = app.clock.now();
    if !app
        .store
        .change_watch_list(list.player, list.id, &change, now)
        .await?
    {
        return Err(missing());
    }
    Ok(Json(view(own(&app, session.player, id).await?)))
}

/// Deletes a list of the player.
#[utoipa::path(delete, path = "/api/v1/me/watch-lists/{key}", tag = "Market",
    params(("key" = String, Path, description = "Its id", example = "12-34")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "The player has no such list", body = ApiError)))]
pub async fn delete(
    State(app): State<App>,
    LoggedIn(session): LoggedIn,
    Key(id): Key<ListId>,
) -> Result<StatusCode> {
    let list = own(&app, session.player, id).await?;
    if app.store.delete_watch_list(list.player, list.id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(missing())
    }
}

/// A list that its player shares.
#[utoipa::path(get, path = "/api/v1/watch-lists/{key}", tag = "Market", security(()),
    params(("key" = String, Path, description = "Its id", example = "12-34")),
    responses((status = 200, description = "The list", body = WatchListView),
        (status = 404, description = "There is no such list, or it is not shared", body = ApiError)))]
pub async fn shared(State(app): State<App>, Key(id): Key<ListId>) -> Result<Json<WatchListView>> {
    let found = app
        .store
        .find_watch_list(PlayerId(id.player), id.list)
        .await?;
    let found = found.filter(|list| list.shared).ok_or_else(missing)?;
    Ok(Json(view(found)))
}

/// What names a list: its player and its number.
#[derive(Debug, Clone, Copy)]
pub struct ListId {
    player: i64,
    list: i64,
}

impl std::str::FromStr for ListId {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let numbers = text.split_once('-');
        let parsed = numbers.and_then(|(player, list)| {
            let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
            Some((number(player)?, number(list)?))
        });
        let (player, list) = parsed.ok_or("is not two numbers such as 12-34")?;
        Ok(Self { player, list })
    }
}

async fn own(app: &App, player: PlayerId, id: ListId) -> Result<WatchList> {
    let found = app.store.find_watch_list(player, id.list).await?;
    found.filter(|_| id.player == player.0).ok_or_else(missing)
}

fn missing() -> Error {
    Error::not_found("such watch list")
}

fn checked_name(name: &str) -> Result<String> {
    let name = seen(name, false);
    if (1..=NAME_MAX).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(ApiError::field("name", "must have 1 to 40 characters").into())
    }
}

fn check_known(app: &App, symbol: Symbol) -> Result<()> {
    match app.markets.instruments().find(symbol) {
        Some(_) => Ok(()),
        None => Err(ApiError::field("add", "is not the symbol of an instrument").into()),
    }
}

pub(super) fn view(list: WatchList) -> WatchListView {
    WatchListView {
        id: format!("{}-{}", list.player.0, list.id),
        name: list.name,
        shared: list.shared,
        symbols: list.symbols,
    }
}
