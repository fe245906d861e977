//! Who runs a game: more hosts, another owner, and what happens when one leaves.

use domain::PlayerId;
use domain::api::{ApiError, HostRequest, HostedState, NoticeKind};

use super::actions::{Asked, archive, close, not_possible};
use crate::app::App;
use crate::error::Result;
use crate::hosting::announce_change;
use crate::notifications::HostingNews;
use crate::players::names;
use crate::store::HostedGame;

pub(super) async fn add(asked: &Asked<'_>) -> Result<()> {
    asked.only_owner()?;
    let player = named(asked).await?;
    let (game, now) = (asked.hosted.game, asked.app.clock.now());
    asked.app.store.set_host(game, player, Some(now)).await?;
    asked.tell_player(player, HostingNews::Host).await
}

pub(super) async fn remove(asked: &Asked<'_>) -> Result<()> {
    asked.only_owner()?;
    let player = named(asked).await?;
    let game = asked.hosted.game;
    asked.app.store.set_host(game, player, None).await?;
    Ok(())
}

/// Makes a co-host the owner; the owner becomes a co-host.
pub(super) async fn hand_over(asked: &Asked<'_>) -> Result<()> {
    asked.only_owner()?;
    let player = named(asked).await?;
    if !asked.app.hosting.is_host(asked.hosted.game, player) {
        let message = "Add this player as a host first.";
        return Err(ApiError::field("handle", message).into());
    }
    own(asked, player).await?;
    let (game, now) = (asked.hosted.game, asked.app.clock.now());
    asked.app.store.set_host(game, asked.by, Some(now)).await?;
    Ok(())
}

/// Stops being a host. An owner is followed by who has been a host for longest.
pub(super) async fn leave(asked: &Asked<'_>) -> Result<()> {
    let game = asked.hosted.game;
    if asked.by != asked.hosted.owner {
        asked.app.store.set_host(game, asked.by, None).await?;
        return Ok(());
    }
    let Some(next) = successor(asked).await? else {
        return Err(not_possible(
            "You are the only host. Add another one first, or end the game.",
        ));
    };
    own(asked, next).await
}

/// A player is about to be erased: games go to the next host. Those without one end, so that nobody plays
/// where nobody can answer for what happens.
///
/// # Errors
/// Those of the store.
pub async fn leave_all(app: &App, player: PlayerId) -> Result<()> {
    let mut has_left = false;
    for game in app.games.all() {
        let hosted = app.hosting.find(game.record.id);
        let Some(hosted) = hosted.filter(|one| app.hosting.is_host(one.game, player)) else {
            continue;
        };
        let asked = Asked {
            app,
            game: &game,
            hosted: &hosted,
            by: player,
            request: &HostRequest::default(),
        };
        has_left = true;
        if hosted.owner != player {
            app.store.set_host(hosted.game, player, None).await?;
        } else if let Some(next) = successor(&asked).await? {
            own(&asked, next).await?;
        } else {
            match hosted.state {
                HostedState::Draft => archive(&asked).await?,
                HostedState::Open => close(&asked).await?,
                HostedState::Closed | HostedState::Archived => {}
            }
        }
    }
    if has_left {
        announce_change(app).await?;
    }
    Ok(())
}

async fn own(asked: &Asked<'_>, owner: PlayerId) -> Result<()> {
    let game = asked.hosted.game;
    let hosted = HostedGame {
        owner,
        ..asked.hosted.clone()
    };
    asked.write(hosted).await?;
    asked.app.store.set_host(game, owner, None).await?;
    asked.tell_player(owner, HostingNews::Host).await?;
    let text = "This game has another host from now on.";
    asked.tell(NoticeKind::State, text).await
}

/// The co-host who has been one for longest.
async fn successor(asked: &Asked<'_>) -> Result<Option<PlayerId>> {
    let hosts = asked.app.store.list_hosts().await?.into_iter();
    let mut others = hosts.filter(|(game, _)| *game == asked.hosted.game);
    Ok(others
        .find(|(_, player)| *player != asked.hosted.owner)
        .map(|(_, player)| player))
}

/// The player whom the request names by handle; never the owner.
async fn named(asked: &Asked<'_>) -> Result<PlayerId> {
    let handle = names::login(asked.request.handle.as_deref().unwrap_or_default());
    let found = asked.app.store.find_player_by_login(&handle).await?;
    let found = found.filter(|player| player.handle.to_lowercase() == handle);
    let player = found
        .ok_or_else(|| ApiError::field("handle", "belongs to no player"))?
        .id;
    if player == asked.hosted.owner {
        return Err(not_possible("The owner of this game stays its host."));
    }
    Ok(player)
}
