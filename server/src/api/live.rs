//! `/api/v1/games/{game}/live`: prices as they change, over a WebSocket.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::AccountId;
use domain::api::{ApiError, ErrorCode, LiveMessage};
use domain::boards::Measure;
use futures_util::FutureExt as _;

use super::extract::Query;
use super::language::LanguageQuery;
use crate::app::{App, Game};
use crate::client::Device;
use crate::error::{Error, Result};
use crate::live::{Listener, MESSAGE_MAX, Member};
use crate::session::{Sent, Session, is_valid};
use crate::site;

/// Bytes kept ready for what a client sends, which is hardly more than a pong. The library's default is 128 KiB
/// for each connection.
const READ_BUFFER: usize = 4_096;

/// Opens a WebSocket that sends one `LiveMessage` as JSON text at a time: `hello` with all quotes,
/// then `quotes` with those that changed, at most one a second unless a price moves by more than
/// 0.1 %, `account` when the logged-in player's account changed, `progress` when the player unlocked
/// achievements or reached a level, `rank` when the player's rank changed, and `closing` before the
/// server stops. It sends at most 60 messages a minute about the player and then combines what happened.
/// It ignores what the client sends. A client that is too slow gets all quotes instead of every change.
/// Beyond 50 connections per player, or per address without a session, the connection is closed with
/// 1008, as is one whose session has ended.
#[utoipa::path(get, path = "/api/v1/games/{game}/live", tag = "Market", security(()),
    params(("game" = String, Path, example = "open"), LanguageQuery),
    responses((status = 101, description = "The connection is open", body = LiveMessage),
        (status = 403, description = "`cross_site`", body = ApiError),
        (status = 422, description = "There is no such language", body = ApiError)))]
pub async fn live(
    State(app): State<App>,
    game: Game,
    sent: Sent,
    device: Device,
    headers: HeaderMap,
    Query(asked): Query<LanguageQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    if site::origin_is_host(&headers) == Some(false) {
        return Err(site::cross_site(&headers));
    }
    let upgrade = upgrade.map_err(|rejection| {
        let message = format!(
            "This address speaks WebSocket only: {}",
            rejection.body_text()
        );
        Error::new(ErrorCode::MalformedRequest, message)
    })?;
    let texts = asked.texts()?;
    let address = device.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let upgrade = upgrade
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX)
        .read_buffer_size(READ_BUFFER);
    let member = sent.current().map(|session| member(&app, &game, session));
    let listener = Listener {
        address,
        texts,
        member,
        market: (game.record.market, app.market_of(&game).await?),
    };
    Ok(upgrade.on_upgrade(move |socket| app.live.clone().serve(socket, listener)))
}

/// The player of a session, with what the connection asks of the server now and then.
fn member(app: &App, game: &Game, session: Session) -> Member {
    let account = AccountId {
        player: session.player,
        game: game.record.id,
    };
    let hosted = app.hosting.find(account.game);
    let measure = hosted.map_or(Measure::NetWorth, |hosted| hosted.settings.measure);
    let (boards, sessions) = (App::clone(app), App::clone(app));
    Member {
        account,
        session: session.id,
        is_valid: Box::new(move || {
            let app = App::clone(&sessions);
            async move { is_valid(&app, session).await }.boxed()
        }),
        rank: Box::new(move || {
            let board = boards.boards.known(account.game)?;
            let (row, _) = board.read().own(measure, account.player)?;
            u32::try_from(row.rank).ok()
        }),
    }
}
