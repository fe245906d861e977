//! `/api/v1/games/{game}/live`: prices as they change, over a WebSocket.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::api::{ApiError, ErrorCode, LiveMessage};

use crate::app::{App, Game};
use crate::client::Device;
use crate::error::{Error, Result};
use crate::live::MESSAGE_MAX;
use crate::site;

/// Opens a WebSocket that says a `LiveMessage` as JSON text at a time: `hello` with all quotes,
/// then `quotes` with those that changed, at most one a second unless a price moves by more than
/// 0.1 %, and `closing` before the server stops. What the client says is not read. A client that
/// is too slow is told all quotes instead of every change. Beyond 50 connections of one address
/// the connection is closed with 1008.
#[utoipa::path(get, path = "/api/v1/games/{game}/live", tag = "Market", security(()),
    params(("game" = String, Path, example = "open")),
    responses((status = 101, description = "The connection is open", body = LiveMessage),
        (status = 403, description = "`cross_site`", body = ApiError)))]
pub async fn live(
    State(app): State<App>,
    _: Game,
    device: Device,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    if site::origin_is_host(&headers) == Some(false) {
        return Err(Error::new(
            ErrorCode::CrossSite,
            "This was sent by another site.",
        ));
    }
    let upgrade = upgrade.map_err(|rejection| {
        let message = format!(
            "This address speaks WebSocket only: {}",
            rejection.body_text()
        );
        Error::new(ErrorCode::MalformedRequest, message)
    })?;
    let address = device.address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let upgrade = upgrade
        .max_message_size(MESSAGE_MAX)
        .max_frame_size(MESSAGE_MAX);
    Ok(upgrade.on_upgrade(move |socket| app.live.clone().serve(socket, address)))
}
